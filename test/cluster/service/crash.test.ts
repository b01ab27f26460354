/**
 * A replica that dies or hangs while its endpoint is still in the Service: calls that it has not answered, and new connections
 * to its address, fail; the API server repeats neither (client-go rest/request.go: after an error only GETs are repeated).
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

/** A second replica, and what happens to calls while it fails and its endpoint stays for a while. */
async function failures(test: Test, fail: (doomed: Replica) => Promise<void>, staleTime: number): Promise<void> {
  const doomed = await startReplica(t, controlPlane, addresses[1])
  await untilReviewed(controlPlane)
  const load = startLoad(controlPlane, rate)
  test.teardown(async () => void (await load.stop()))
  // The worst case: the API server's connections all lead to the one that fails.
  await survivor.terminate()
  survivor = await startReplica(t, controlPlane, addresses[0])
  const before = load.answered()
  await fail(doomed)
  // Part of the scenario: so long the Service keeps an endpoint that does not answer.
  await sleep(staleTime)
  await doomed.leave()
  // A container that hangs is ended by the kubelet, which ends its connections.
  await doomed.crash()
  await untilReliable(controlPlane)
  const { calls, failures, unasked } = await load.stop()
  const counts = new Map<string, number>()
  for (const [failure, count] of failures) {
    const kind = unanswered.exec(failure)?.[1] ?? failure
    counts.set(kind, (counts.get(kind) ?? 0) + count)
    test.match(failure, unanswered)
  }
  const failed = [...counts.values()].reduce((sum, count) => sum + count, 0)
  test.comment(`${failed} admissions failed, of ${calls - before} in these seconds:`, Object.fromEntries(counts))
  test.equal(unasked, 0)
  test.ok(calls - before > failed, 'the other replica answers')

  test.comment('without the endpoint no call fails')
  const after = startLoad(controlPlane, rate)
  test.teardown(async () => void (await after.stop()))
  await after.untilAnswered(2 * rate)
  const { failures: none, unasked: never } = await after.stop()
  test.same([...none], [])
  test.equal(never, 0)
}

t.before(() => failClosed(controlPlane))

t.test('one of two replicas is killed under load; its endpoint stays for 2 s', (test) => failures(test, (doomed) => doomed.crash(), 2000))

t.test('one of two replicas hangs under load, until the readiness probe has missed it three times', (test) =>
  failures(test, async ({ daemon }) => void daemon.child.kill('SIGSTOP'), 6000),
)
