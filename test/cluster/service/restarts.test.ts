/** Replicas stop and start under load: with failurePolicy Fail, a replica must answer every admission request. */
import t from 'tap'
import { startLoad } from '../support/load.ts'
import { addresses, type Replica, startReplica } from '../support/replicas.ts'
import { failClosed, startInstalled, untilReviewed } from '../support/service.ts'

const rounds = 10
/** Calls per second. */
const rate = 100

const controlPlane = await startInstalled(t)
const replicas: Replica[] = []
for (const address of addresses.slice(0, 2)) replicas.push(await startReplica(t, controlPlane, address))

t.test('two replicas, each restarted ten times under load: no failed admission', async (t) => {
  await failClosed(controlPlane)
  await untilReviewed(controlPlane)
  const load = startLoad(controlPlane, rate)
  for (let round = 0; round < rounds; round++) {
    for (const [index, replica] of replicas.entries()) {
      await replica.terminate()
      replicas[index] = await startReplica(t, controlPlane, replica.address)
    }
  }
  await load.untilAnswered(rate)
  const { calls, failures, unreviewed } = await load.stop()
  t.comment(`${calls} admissions`)
  t.ok(calls > rounds * rate, `${calls} calls`)
  t.same([...failures], [])
  t.equal(unreviewed, 0)
})
