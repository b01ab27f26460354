import t from 'tap'
import { foldStatuses } from '../../../src/startup/timeline/fold.ts'
import { differences } from '../support/compare.ts'
import { recordings, start } from '../support/recordings.ts'

t.test('the model predicts all stable recordings of a real kubelet', async (t) => {
  const stable = recordings().filter((recording) => recording.stable)
  t.equal(stable.length, 209)
  for (const { name, pod, scenario, expected } of stable) t.same(differences(start(pod, scenario), expected), [], name)
})

t.test('recorded statuses without a loop do not change when folded', async (t) => {
  for (const { name, expected } of recordings()) {
    if (!expected.statuses.includes('...')) t.same(foldStatuses(expected.statuses), expected.statuses, name)
  }
})

t.test('the comparison reports each kind of difference', async (t) => {
  const [recording] = recordings().filter(({ name }) => name === 'g-never-init-pull-missing-active-deadline')
  if (recording === undefined) throw new Error('the recording does not exist')
  const timeline = start(recording.pod, recording.scenario)
  const wrong = {
    ...recording.expected,
    statuses: ['Pending'],
    verdict: 'running',
    phase: ['Pending', 'Running'],
    ready: '1/1',
    executions: { init: '>=3', main: 1 },
    pullPolicies: { init: 'Always' },
    reasons: { init: ['Started'] },
    lastImageVersion: { init: 7 },
    podReason: undefined as unknown as string,
  }
  t.same(
    differences(timeline, wrong)
      .map(({ point }) => point)
      .sort(),
    [
      'executions of init',
      'executions of main',
      'image version of init',
      'phase',
      'podReason',
      'pullPolicy of init',
      'ready',
      'reasons of (pod)',
      'reasons of init',
      'statuses',
      'verdict',
    ],
  )
})
