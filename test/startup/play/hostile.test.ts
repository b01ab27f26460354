import t from 'tap'
import { readWorkload } from '../../../src/model/workload.ts'
import { explainStart } from '../../../src/startup/play/explain.ts'
import { happyScenario } from '../../../src/startup/scenario/scenario.ts'
import { readScenario } from '../../../src/startup/scenario/scenario-json.ts'
import { foldStatuses } from '../../../src/startup/timeline/fold.ts'
import type { Timeline } from '../../../src/startup/timeline/timeline.ts'
import * as fc from '../../support/properties.ts'
import { pods, scenarios } from '../support/generated.ts'
import { container, startPod } from '../support/recordings.ts'

/** More than any start produces: the machine stops after 10,000 events, and an event causes a few steps. */
const maximumSteps = 50_000

function isSound({ rejection, statuses, rawStatuses, steps, columns, executions, verdict }: Timeline): boolean {
  if (rejection !== null) return verdict === 'rejected' && steps.length === 0
  return (
    rawStatuses[0] === 'Pending' &&
    statuses.join() === foldStatuses(rawStatuses).join() &&
    steps.length < maximumSteps &&
    steps.every(({ at, until }, index) => at >= (steps[index - 1]?.at ?? 0) && (until === null || until >= at)) &&
    columns.every(({ at }, index) => at >= (columns[index - 1]?.at ?? 0)) &&
    [...executions.values()].every(Number.isInteger)
  )
}

function explain(spec: unknown, scenario: unknown, kind = 'Pod'): Timeline {
  const object = kind === 'Pod' ? { apiVersion: 'v1', kind, spec } : { apiVersion: 'batch/v1', kind, spec: { template: { spec } } }
  const workload = readWorkload(object, { namespace: 'default', source: 'manifest' })
  const read = readScenario(scenario)
  if (workload === undefined || !read.ok) throw new Error('the generator is wrong')
  return explainStart(workload, read.scenario)
}

t.test('any pod in any scenario has a sound timeline', async () => {
  fc.assert(
    fc.property(pods, scenarios, (spec, scenario) => isSound(explain(spec, scenario))),
    { numRuns: 400 },
  )
})

t.test('any Job in any scenario has a sound timeline', async () => {
  fc.assert(
    fc.property(pods, scenarios, (spec, scenario) => isSound(explain(spec, scenario, 'Job'))),
    { numRuns: 60 },
  )
})

t.test('no pod spec makes explainStart throw', async () => {
  const keys = fc.constantFrom(
    'containers',
    'initContainers',
    'volumes',
    'restartPolicy',
    'activeDeadlineSeconds',
    'imagePullSecrets',
    'securityContext',
  )
  const containers = fc.array(
    fc.dictionary(fc.constantFrom('name', 'image', 'env', 'envFrom', 'volumeMounts', 'startupProbe'), fc.anything({ maxDepth: 2 })),
  )
  fc.assert(
    fc.property(fc.dictionary(keys, fc.oneof(fc.anything({ maxDepth: 3 }), containers)), (spec) => {
      const workload = readWorkload({ apiVersion: 'v1', kind: 'Pod', spec }, { namespace: 'default', source: 'manifest' })
      return workload !== undefined && isSound(explainStart(workload, happyScenario))
    }),
  )
})

t.test('a pod with 20,000 containers and an endless crash loop have sound timelines', async (t) => {
  const many = Array.from({ length: 20_000 }, (_, index) => container(`c${index}`))
  t.ok(isSound(startPod({ containers: many.slice(0, 1), initContainers: many.slice(1) })))
  const crash = startPod(
    { activeDeadlineSeconds: 2_000_000, containers: [container('main')] },
    { containers: { main: { runs: [{ seconds: 0, exit: 1 }] } } },
  )
  t.equal(crash.verdict, 'retrying')
  t.ok(isSound(crash))
})
