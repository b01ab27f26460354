/** A server in a process of its own, with the settings of the Deployment, next to clients that send the scripts that cost most. */
import { existsSync } from 'node:fs'
import t from 'tap'
import { memoryLimit, startDeployed } from '../../faults/support/deployed.ts'
import { startHostileClients, webhookTarget } from '../../support/hostile-clients.ts'
import { initSpec, reviewOfPod, worstScripts } from '../../support/hostile-pods.ts'
import { until } from '../../support/waiting.ts'
import { call } from '../support/server.ts'

const policy = 'rules: { init-not-idempotent: deny, image-latest: deny }\n'

const ordinary = (number: number, script: string, image: string) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: `ordinary-${number}` },
  spec: { ...initSpec([`${script}\n# ${number}`], 'busybox:1'), containers: [{ name: 'web', image }] },
})

t.test(
  '20 hostile connections: each review of another namespace gets its verdict, and the server stays below its memory limit',
  async (t) => {
    const server = await startDeployed(t, { policy })
    const { port, ca } = server
    const url = `https://127.0.0.1:${port}/validate`
    const hostile = startHostileClients(webhookTarget(`${url}?timeout=5s`, { ca, servername: 'localhost' }, 'neighbor'), 20)
    t.teardown(() => hostile.stop())
    await until('the hostile clients are served', () => hostile.answered() > 40)
    const ask = async (number: number, script: string, image = 'nginx:1') => {
      // The largest timeoutSeconds: on a busy machine, the server may get little time.
      const reply = await call(port, '/validate?timeout=30s', reviewOfPod(ordinary(number, script, image), `ordinary-${number}`, 'shop'), {
        ca,
      })
      const { uid, allowed, status } = JSON.parse(reply.text).response
      return { code: reply.code, uid, allowed, message: status?.message }
    }
    for (let number = 0; number < 16; number += 4) {
      const reply = (offset: number) => ({ code: 200, uid: `ordinary-${number + offset}` })
      t.match(await ask(number, 'mkdir -p /data/x'), { ...reply(0), allowed: true })
      t.match(await ask(number + 1, 'mkdir /data/x'), { ...reply(1), allowed: false, message: /^denied by init-not-idempotent/ })
      t.match(await ask(number + 2, 'mkdir -p /data/x', 'nginx'), { ...reply(2), allowed: false, message: /^denied by image-latest/ })
      t.match(await ask(number + 3, worstScripts.nestedLoops, 'nginx'), { ...reply(3), allowed: false, message: /^denied by image-latest/ })
    }
    t.same([...(await hostile.stop()).keys()], [200])
    t.equal(server.ended(), undefined)
    t.equal(await server.ops('/livez'), 200)
    // There is no /proc on other systems.
    const peak = existsSync(`/proc/${server.child.pid}`) ? server.peak() : 0
    t.ok(peak < memoryLimit(), `${peak} MiB`)
  },
)
