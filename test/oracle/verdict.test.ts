/** When the oracle may stop running a script, and its verdict. */
import t from 'tap'
import type { Failure } from './reality.ts'
import { compare, isSettled, rehearsalOf } from './verdict.ts'

const shell = { userland: 'gnu', dialect: 'bash' } as const
const [unsafe, safe, unknown] = ['mkdir /data/d', 'mkdir -p /data/d', 'some-tool /data/d'].map((script) => rehearsalOf(script, shell))

const repeated: Failure = { obligation: 'repeat', rerun: 'rerun', at: 0, outcome: 'fails', detail: 'exit 1' }
const stopped: Failure = { obligation: 'stop', rerun: 'retry', at: 1, outcome: 'differs', detail: 'data/d' }

t.test('isSettled: true only if no further run could change the verdict', async (t) => {
  if (unsafe === undefined || safe === undefined || unknown === undefined) throw new Error('three scripts must be rehearsed')
  t.same([unsafe.verdict, safe.verdict, unknown.verdict], ['unsafe', 'safe', 'unknown'])
  t.equal(isSettled(unknown, []), true)
  t.equal(isSettled(safe, []), false)
  t.equal(isSettled(safe, [repeated]), false, 'a wrong verdict: all failures are reported')
  t.equal(isSettled(unsafe, []), false)
  t.equal(isSettled(unsafe, [stopped]), false, 'the finding has not happened yet')
  t.equal(isSettled(unsafe, [stopped, repeated]), true)
})

t.test('compare: the rehearsal and the failures give the verdict of the oracle', async (t) => {
  if (unsafe === undefined || safe === undefined || unknown === undefined) throw new Error('three scripts must be rehearsed')
  const reality = (failures: readonly Failure[], first = 0) => ({
    first,
    failures,
    runs: 1,
    fault: null,
    result: new Map(),
    fresh: new Set<string>(),
  })
  t.equal(compare(safe, reality([])), 'agrees')
  t.equal(compare(safe, reality([stopped])), 'wrong-safe')
  t.equal(compare(unsafe, reality([repeated])), 'agrees')
  t.equal(compare(unsafe, reality([stopped])), 'inexact')
  t.equal(compare(unsafe, reality([])), 'wrong-unsafe')
  t.equal(compare(unknown, reality([repeated])), 'unknown')
  t.equal(compare(unsafe, reality([], 1)), 'not counted')
  t.equal(compare(safe, { ...reality([]), fault: 'another state' }), 'wrong-oracle')
})
