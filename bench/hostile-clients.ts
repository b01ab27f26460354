/**
 * The hostile clients of hostile.ts, in a process of their own, so that they do not delay the client that is measured.
 * Arguments: URL, connections. They end when standard input ends, and print how often each status code was replied.
 */
import { startHostileClients, webhookTarget } from '../test/support/hostile-clients.ts'

const [url = '', connections = '20'] = process.argv.slice(2)
const load = startHostileClients(webhookTarget(url, { rejectUnauthorized: false }, 'neighbor'), Number(connections))

process.stdin.resume().once('end', async () => {
  process.stdout.write(JSON.stringify(Object.fromEntries(await load.stop())))
})
