import t from 'tap'
import { backOffSince, crashLoopBackOff, imagePullBackOff, inBackOffSinceUpdate, nextBackOff } from '../../../src/startup/node/back-off.ts'
import { after, at, cancel, isBusy, newClock, nextTime, type Process, runProcess, step } from '../../../src/startup/node/clock.ts'

t.test('events run in the order of their times, and at equal times in the order of scheduling; canceled ones do not run', async (t) => {
  const clock = newClock()
  const seen: string[] = []
  at(clock, 2, () => seen.push('late'))
  at(clock, 1, () => seen.push('first'))
  at(clock, 1, () => seen.push('second'))
  cancel(at(clock, 0, () => seen.push('canceled')))
  while (nextTime(clock) !== null) step(clock)
  t.same(seen, ['first', 'second', 'late'])
  t.equal(clock.now, 2)
})

t.test('a clock with only housekeeping pending is not busy', async (t) => {
  const clock = newClock()
  const housekeeping = after(
    clock,
    1,
    () => undefined,
    () => true,
  )
  t.notOk(isBusy(clock))
  after(clock, 1, () => undefined)
  t.ok(isBusy(clock))
  t.notOk(housekeeping.canceled)
})

t.test('a process resumes after each wait until its program is no longer alive', async (t) => {
  const clock = newClock()
  const seen: number[] = []
  let alive = true
  function* process(): Process<void> {
    for (;;) {
      seen.push(clock.now)
      yield 1
    }
  }
  at(clock, 2.5, () => {
    alive = false
  })
  runProcess(
    clock,
    process(),
    () => alive,
    () => t.fail('the process must not end by itself'),
  )
  while (nextTime(clock) !== null) step(clock)
  t.same(seen, [0, 1, 2])
})

t.test('back-off doubles up to its maximum and expires', async (t) => {
  const restarts = crashLoopBackOff(300)
  const delay = (now: number): number | null => {
    const until = backOffSince(restarts, 'c', now, now)
    return until === null ? null : until - now
  }
  t.equal(delay(0), null, 'the first restart is immediate')
  const delays: (number | null)[] = []
  for (let turn = 0; turn < 7; turn++) {
    nextBackOff(restarts, 'c', turn, turn)
    delays.push(delay(turn))
  }
  t.same(delays, [10, 20, 40, 80, 160, 300, 300])
  t.equal(backOffSince(restarts, 'c', 700, 700), null, 'after ten minutes it has expired')
  nextBackOff(restarts, 'c', 700, 700)
  t.equal(delay(700), 10)
  t.equal(crashLoopBackOff(3).initialSeconds, 3, 'a maximum below 10 s is also the initial delay')

  const pulls = imagePullBackOff()
  t.notOk(inBackOffSinceUpdate(pulls, 'i', 0))
  nextBackOff(pulls, 'i', 0, 0)
  t.ok(inBackOffSinceUpdate(pulls, 'i', 9))
  t.notOk(inBackOffSinceUpdate(pulls, 'i', 10))
})
