import t from 'tap'
import { happyScenario } from '../../../src/startup/scenario/scenario.ts'
import { readScenario, scenarioJson } from '../../../src/startup/scenario/scenario-json.ts'
import * as fc from '../../support/properties.ts'
import { recordings } from '../support/recordings.ts'

t.test('an empty object is read as the happy scenario', async (t) => {
  const read = readScenario({})
  t.ok(read.ok)
  if (read.ok) t.same(read.scenario, happyScenario)
})

t.test('a scenario written as JSON and read again is unchanged', async (t) => {
  for (const { name, scenario } of recordings()) {
    const read = readScenario(scenario)
    if (!read.ok) throw new Error(`${name}: ${read.problem}`)
    t.same(read.notes, [], name)
    const again = readScenario(JSON.parse(JSON.stringify(scenarioJson(read.scenario))))
    t.same(again.ok ? again.scenario : again.problem, read.scenario, name)
  }
})

t.test('what differs from the default of the runtime is written and read again', async (t) => {
  for (const runtime of [{ imageVolumes: false }, { shortNames: 'ambiguous' }, { imageVolumes: false, shortNames: 'ambiguous' }]) {
    const read = readScenario({ runtime })
    if (!read.ok) throw new Error(read.problem)
    t.strictSame(read.notes, [])
    t.match(scenarioJson(read.scenario), { runtime })
  }
})

t.test('each problem names its place in the scenario', async (t) => {
  const problem = (value: unknown): string => {
    const read = readScenario(value)
    return read.ok ? '' : read.problem
  }
  t.match(problem([]), 'not an object')
  t.match(problem({ registries: { 'docker.io': 'off' } }), 'registries["docker.io"]')
  t.match(problem({ images: { 'nginx:1': true } }), 'images["nginx:1"]')
  t.match(problem({ images: { 'nginx:1': { cached: 'yes' } } }), 'images["nginx:1"].cached')
  t.match(problem({ images: { 'nginx:1': { pullable: 'maybe' } } }), 'images["nginx:1"].pullable')
  t.match(problem({ containers: { a: { runs: [{ seconds: -1 }] } } }), 'containers["a"].runs[0].seconds')
  t.match(problem({ containers: { a: { runs: [{ seconds: 1, exit: 300 }] } } }), 'containers["a"].runs[0].exit')
  t.match(problem({ containers: { a: { runs: {} } } }), 'containers["a"].runs')
  t.match(problem({ kubelet: { crashLoopMaxSeconds: 900 } }), 'kubelet.crashLoopMaxSeconds')
  t.match(problem({ kubelet: { featureGates: { A: 'on' } } }), 'kubelet.featureGates["A"]')
  t.match(problem({ runtime: { shortNames: 'yes' } }), 'runtime.shortNames')
  t.match(problem({ missing: [{ thing: 'x' }] }), 'missing[0]')
  t.match(problem({ missing: [{ configMap: 'x', as: 'hat' }] }), 'missing[0].as')
  t.match(problem({ actions: [{ when: {}, do: 'sandbox-lost' }] }), 'actions[0].when')
  t.match(problem({ actions: [{ when: { afterSeconds: 1 }, do: 'explode' }] }), 'actions[0].do')
  t.match(problem({ actions: [{ when: { afterSeconds: 1 }, do: 'registry-down' }] }), 'actions[0].registry')
  t.match(problem({ actions: Array.from({ length: 1001 }, () => ({ when: { afterSeconds: 1 }, do: 'sandbox-lost' })) }), '1001')
})

t.test('an unknown key leads to a note', async (t) => {
  const read = readScenario({ image: {} })
  t.ok(read.ok)
  if (read.ok) t.match(read.notes, ['"image"'])
})

t.test('a misspelled key anywhere in a scenario leads to a note with its place and the nearest key', async (t) => {
  const notes = (scenario: unknown) => {
    const read = readScenario(scenario)
    return read.ok ? read.notes : [read.problem]
  }
  for (const [scenario, note] of [
    [{ registry: {} }, /^The scenario has the unknown key "registry", which has no effect\. Known keys are kubelet, images/],
    [{ Images: {} }, /^The scenario has .*"Images".* Did you mean images\?$/],
    [{ images: { 'nginx:1': { cahced: true } } }, /^images\["nginx:1"\] has the unknown key "cahced", .* Did you mean cached\?$/],
    [{ containers: { app: { run: [] } } }, /^containers\["app"\] .*"run".* Did you mean runs\?$/],
    [{ containers: { app: { runs: [{ second: 2 }] } } }, /^containers\["app"\]\.runs\[0\] .* Did you mean seconds\?$/],
    [
      { containers: { app: { livenessProbe: [{ succeedAfterSeconds: 2 }] } } },
      /livenessProbe\[0\] .* Did you mean succeedsAfterSeconds\?$/,
    ],
    [{ containers: { app: { onTerm: { exitt: 1 } } } }, /onTerm .* Did you mean exit\?$/],
    [{ missing: [{ configMap: 'x', az: 'env' }] }, /^missing\[0\] .*"az".* Did you mean as\?$/],
    [
      { actions: [{ when: { afterSecond: 1, status: 'Running' }, do: 'sandbox-lost' }] },
      /^actions\[0\]\.when .* Did you mean afterSeconds\?$/,
    ],
    [{ actions: [{ when: { afterSeconds: 1 }, do: 'sandbox-lost', contaner: 'x' }] }, /^actions\[0\] .* Did you mean container\?$/],
    [{ kubelet: { crashLoopMaxSecond: 3 } }, /^kubelet .* Did you mean crashLoopMaxSeconds\?$/],
    [{ runtime: { imageVolume: false } }, /^runtime .* Did you mean imageVolumes\?$/],
  ] as const) {
    t.match(notes(scenario), [note])
    t.equal(notes(scenario).length, 1)
  }
  const many = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`key-${index}`, 1]))
  t.equal(notes(many).length, 10, 'at most ten notes')
})

t.test('no value makes readScenario throw', async () => {
  fc.assert(fc.property(fc.anything({ maxDepth: 4 }), (value) => typeof readScenario(value).ok === 'boolean'))
  const keys = fc.constantFrom('kubelet', 'images', 'registries', 'containers', 'missing', 'secrets', 'runtime', 'actions')
  fc.assert(fc.property(fc.dictionary(keys, fc.anything({ maxDepth: 3 })), (value) => typeof readScenario(value).ok === 'boolean'))
})
