/** The log cannot be written: the server answers as before. */
import { closeSync, openSync } from 'node:fs'
import t, { type Test } from 'tap'
import { unchangedFor } from '../support/waiting.ts'
import { Client, ordinary } from './support/client.ts'
import { type DeployedOptions, endOf, startDeployed } from './support/deployed.ts'

/** More than a pipe and its reader hold, in reviews of about 250 bytes each. */
const reviews = 2000

async function answersEverything(t: Test, options: DeployedOptions, prepare?: (server: Awaited<ReturnType<typeof startDeployed>>) => void) {
  const server = await startDeployed(t, { ...options, env: { INITLINT_LOG_REVIEWS: 'all' } })
  const client = new Client(server, 8)
  t.after(() => client.close())
  prepare?.(server)
  for (let round = 0; round < 4; round++) {
    const outcomes = await Promise.all(Array.from({ length: reviews / 4 }, () => client.review(ordinary)))
    t.same([...new Set(outcomes.map(({ code }) => code))], [200])
    // The log is written at intervals; a server that stops at a failed write stops between the rounds.
    await unchangedFor('the state of the process', 300, () => server.ended() ?? null)
  }
  t.equal(await server.ops('/livez'), 200)
  t.equal(await server.ops('/readyz'), 200)
  t.equal(server.ended(), undefined)
  server.child.kill('SIGINT')
  t.equal(await endOf(server), 0)
}

t.test('standard error and standard output are a full disk', async (t) => {
  const full = openSync('/dev/full', 'w')
  t.after(() => closeSync(full))
  await answersEverything(t, { stderr: full, stdout: full })
})

t.test('the reader of the log goes away', async (t) => {
  await answersEverything(t, {}, (server) => void server.child.stderr?.destroy())
})

t.test('the reader of the log stops reading', async (t) => {
  await answersEverything(t, {}, (server) => void server.child.stderr?.pause())
})
