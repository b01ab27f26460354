/** Comparing two policies: what they set, not how it is written. */
import t from 'tap'
import { diffPolicies } from '../../src/policy/index.ts'
import * as fc from '../support/properties.ts'
import { policyOf, registry } from './support.ts'

const diff = (before: string, after: string) => diffPolicies(policyOf(before), policyOf(after)).map(({ message }) => message)

t.test('policies that set the same have no differences, however they are written', async (t) => {
  for (const [before, after] of [
    ['', 'preset: recommended\nannotations: {allow: true}\nfix: {on: pods}\ncluster: {alwaysPullImages: false}\n'],
    ['rules: {image-latest: {action: "off"}}\n', 'rules: {image-latest: false}\n'],
    ['', 'rules: {image-latest: warn, registry-not-allowed: {everyPod: true}}\n'],
    ['preloaded: ["a.example/x", "b.example/x"]\n', 'preloaded: ["b.example/x", "a.example/x"]\n'],
    [
      'overrides: [{match: {namespaces: [a, b], kinds: [Pod]}, rules: {pull-never: deny}}]\n',
      'overrides: [{rules: {pull-never: {action: deny}}, match: {kinds: [Pod], namespaces: [b, a]}}]\n',
    ],
    [
      'exemptions: [{rules: [pull-never], reason: x}, {rules: [image-latest], reason: y}]\n',
      'exemptions: [{reason: y, rules: [image-latest]}, {rules: [pull-never], reason: x}]\n',
    ],
  ] as const) {
    t.strictSame(diff(before, after), [], after)
  }
  t.strictSame(
    diffPolicies(policyOf('rules: {pull-never: deny}\n', 'preset: strict\n'), policyOf('preset: strict\nrules: {pull-never: deny}\n')),
    [],
  )
})

t.test('each difference is one line with its key', async (t) => {
  t.strictSame(diff('', 'cluster: {kubernetes: "1.36"}\n'), ['cluster.kubernetes: changed from not set to 1.36'])
  t.strictSame(
    diff('rules: {init-reserves-resources: {options: {threshold: 4}}}\n', 'rules: {init-reserves-resources: {options: {threshold: 5}}}\n'),
    ['rules.init-reserves-resources.options.threshold: changed from 4 to 5'],
  )
  t.strictSame(diff('', 'rules: {image-latest: {ignorable: true}}\n'), ['rules.image-latest.ignorable: changed from false to true'])
  const hub = (more: string) => `registries: [{match: "docker.io/**"${more}}]\n`
  t.strictSame(diff(hub(', fragile: true'), hub(', fragile: false, reason: x')), [
    'registries["docker.io/**"].fragile: changed from true to false',
    'registries["docker.io/**"].reason: changed from not set to x',
  ])
  t.strictSame(diff('', hub(', fragile: true')), ['registries: added {match: docker.io/**, fragile: true}'])
  t.strictSame(diff('mutableTags: [a, b]\n', 'mutableTags: [b, c]\n'), ['mutableTags: removed a', 'mutableTags: added c'])
  const override = (namespace: string, action: string) => `  - {match: {namespaces: [${namespace}]}, rules: {image-latest: ${action}}}\n`
  const [dev, prod] = [override('dev', 'off'), override('prod', 'deny')]
  t.strictSame(diff(`overrides:\n${dev}${prod}`, `overrides:\n${prod}${dev}`), ['overrides: the order of the entries changed'])
  t.strictSame(diff(`overrides:\n${dev}`, `overrides:\n${prod}${override('dev', 'audit')}`), [
    'overrides[1].rules.image-latest.action: changed from off to audit',
    'overrides: added {match: {namespaces: [prod]}, rules: {image-latest: {action: deny}}}',
  ])
  const exempt = (expires: string) => `exemptions: [{rules: [image-latest], match: {namespaces: [a]}, reason: x, expires: ${expires}}]\n`
  t.strictSame(diff(exempt('2027-01-01'), exempt('2027-02-01')), ['exemptions[0].expires: changed from 2027-01-01 to 2027-02-01'])
  const preset = diff('', 'preset: "off"\n')
  t.equal(preset[0], 'preset: changed from recommended to off')
  t.equal(preset.length, 1 + registry.rules.length, 'and the action of every rule')
})

t.test('the differences of a policy to itself are none, and those of two policies are the same in both directions', async () => {
  const action = fc.constantFrom('off', 'audit', 'warn', 'deny')
  const override = fc.record({ ns: fc.constantFrom('a', 'b', 'c'), rule: fc.constantFrom('image-latest', 'pull-never'), action })
  const body = fc.array(override, { maxLength: 4 }).map((list) => {
    const lines = list.map(({ ns, rule, action }) => `  - {match: {namespaces: [${ns}]}, rules: {${rule}: "${action}"}}\n`)
    return lines.length === 0 ? '' : `overrides:\n${lines.join('')}`
  })
  fc.assert(
    fc.property(body, body, (one, other) => {
      const [there, back] = [diffPolicies(policyOf(one), policyOf(other)), diffPolicies(policyOf(other), policyOf(one))]
      return diff(one, one).length === 0 && there.length === back.length && (there.length > 0 || one === other)
    }),
    { numRuns: 200 },
  )
})
