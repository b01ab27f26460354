/** Contacting a registry and downloading from it are two things: the registry of the real node logged both (docs/evidence.md). */
import t from 'tap'
import { readWorkload } from '../../../src/model/workload.ts'
import { explainStart } from '../../../src/startup/play/explain.ts'
import { readScenario } from '../../../src/startup/scenario/scenario-json.ts'
import { describeStep } from '../../../src/startup/timeline/describe.ts'
import { scenarios } from '../../node/scenarios/index.ts'
import { predictedRequests } from '../../node/support/compare.ts'

const logged = scenarios.filter(({ registry }) => registry !== undefined)

function timelineOf({ object, world }: (typeof scenarios)[number]) {
  const workload = readWorkload(object as never, { namespace: 'default', source: 'manifest' })
  const read = readScenario(world)
  if (workload === undefined || !read.ok) throw new Error('the scenario cannot be read')
  return explainStart(workload, read.scenario)
}

t.test('requests and downloads of the model are those in the log of the registry', (t) => {
  t.ok(logged.some(({ registry }) => Object.values(registry ?? {}).some(({ resolved, downloaded }) => resolved > downloaded)))
  for (const scenario of logged) {
    const timeline = timelineOf(scenario)
    for (const [reference, expected] of Object.entries(scenario.registry ?? {}))
      t.same(predictedRequests(timeline, reference), expected, `${scenario.name}: ${reference}`)
  }
  t.end()
})

t.test('a step says whether the image was downloaded, up to date, or not available', (t) => {
  const texts = (name: string) => {
    const scenario = scenarios.find((one) => one.name === name)
    if (scenario === undefined) throw new Error(`no scenario ${name}`)
    return timelineOf(scenario)
      .steps.filter(({ kind }) => kind === 'pull')
      .map((step) => describeStep(step))
  }
  t.match(texts('unset-with-tag-absent'), [/ downloaded /])
  t.match(texts('unset-latest-cached'), [/ up to date/])
  t.match(texts('repaired-always'), [/ downloaded /, / up to date/, / downloaded /])
  t.match(texts('always-offline')[0], /failed/)
  t.end()
})
