/**
 * A replica crashes or hangs while its endpoint is still in the Service: calls that it has not answered and new connections to its
 * address fail, and the API server retries neither (client-go rest/request.go: only GETs are retried after an error).
 */
import { setTimeout as sleep } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { startLoad } from '../support/load.ts'
import { addresses, type Replica, startReplica } from '../support/replicas.ts'
import { failClosed, startInstalled, untilReliable, untilReviewed } from '../support/service.ts'

/** Calls per second. */
const rate = 100

const controlPlane = await startInstalled(t)
let survivor = await startReplica(t, controlPlane, addresses[0])

/** Messages of the API server about a call that was not answered. */
const unanswered = /failed calling webhook "validate\.initlint\.dev".*(refused|EOF|reset|deadline exceeded|timeout|canceled)/s

/** Makes a second replica fail while its endpoint stays for a while, and checks the calls during and after that time. */
async function failures(test: Test, fail: (doomed: Replica) => Promise<void>, staleTime: number): Promise<void> {
  const doomed = await startReplica(t, controlPlane, addresses[1])
  await untilReviewed(controlPlane)
  const load = startLoad(controlPlane, rate)
  test.teardown(async () => void (await load.stop()))
  // The worst case: all connections of the API server lead to the replica that fails.
  await survivor.terminate()
  survivor = await startReplica(t, controlPlane, addresses[0])
  const before = load.answered()
  await fail(doomed)
  // Part of the scenario: how long the Service keeps an endpoint that does not answer.
  await sleep(staleTime)
  await doomed.leave()
  // The kubelet kills a container that hangs, which closes its connections.
  await doomed.crash()
  await untilReliable(controlPlane)
  const { calls, failures, unreviewed } = await load.stop()
  const counts = new Map<string, number>()
  for (const [failure, count] of failures) {
    const kind = unanswered.exec(failure)?.[1] ?? failure
    counts.set(kind, (counts.get(kind) ?? 0) + count)
    test.match(failure, unanswered)
  }
  const failed = [...counts.values()].reduce((sum, count) => sum + count, 0)
  test.comment(`${failed} admissions failed, of ${calls - before} during that time:`, Object.fromEntries(counts))
  test.equal(unreviewed, 0)
  test.ok(calls - before > failed, 'the other replica answers')

  test.comment('after the endpoint is removed, no call fails')
  const after = startLoad(controlPlane, rate)
  test.teardown(async () => void (await after.stop()))
  await after.untilAnswered(2 * rate)
  const { failures: failuresAfter, unreviewed: unreviewedAfter } = await after.stop()
  test.same([...failuresAfter], [])
  test.equal(unreviewedAfter, 0)
}

t.before(() => failClosed(controlPlane))

t.test('a replica is killed under load and its endpoint stays for 2 s: calls fail only until then', (test) =>
  failures(test, (doomed) => doomed.crash(), 2000),
)

t.test('a replica hangs under load until three readiness probes have failed: calls fail only until then', (test) =>
  failures(test, async ({ daemon }) => void daemon.child.kill('SIGSTOP'), 6000),
)
