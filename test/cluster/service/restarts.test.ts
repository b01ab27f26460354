/** Replicas that end and start under load: with failurePolicy Fail, every admission must find one that answers. */

import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { root, startControlPlane } from '../support/control-plane.ts'
import { startLoad } from '../support/load.ts'
import { until } from '../support/processes.ts'
import { addresses, mountServiceAccount, type Replica, startReplica } from '../support/replicas.ts'

const rounds = 10
/** Calls per second: requirement 11 of a webhook that nobody notices. */
const rate = 100

const controlPlane = await startControlPlane(t, [], { 'enable-aggregator-routing': 'true' })
const { kubectl, mustKubectl } = controlPlane
await mustKubectl(['apply', '-k', join(root, 'manifests/overlays/default')])
await mountServiceAccount(controlPlane)
const replicas: Replica[] = []
for (const address of addresses.slice(0, 2)) replicas.push(await startReplica(t, controlPlane, address))

t.test('two replicas, each restarted ten times under load: no failed admission', async (t) => {
  await mustKubectl([
    ...['patch', 'validatingwebhookconfiguration', 'initlint', '--type=json', '-p'],
    JSON.stringify([{ op: 'replace', path: '/webhooks/0/failurePolicy', value: 'Fail' }]),
  ])
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'asked' }, spec: { containers: [{ name: 'app', image: 'nginx' }] } }
  await until('the webhook is called', async () => {
    const { stderr } = await kubectl(['create', '--dry-run=server', '-f', '-'], pod)
    return stderr.includes('[image-latest]') ? true : undefined
  })
  const load = startLoad(controlPlane, rate)
  for (let round = 0; round < rounds; round++) {
    for (const [index, replica] of replicas.entries()) {
      await replica.terminate()
      replicas[index] = await startReplica(t, controlPlane, replica.address)
    }
  }
  await sleep(1000)
  const { calls, failures, unasked } = await load.stop()
  t.comment(`${calls} admissions`)
  t.ok(calls > rounds * rate, `${calls} calls`)
  t.same([...failures], [])
  t.equal(unasked, 0)
})
