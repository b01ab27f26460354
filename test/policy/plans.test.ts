/** Plans are shared by the workloads that match the same overrides, and by no others. */
import t from 'tap'
import type { RulePlan } from '../../src/lint/plan.ts'
import { type PodOptions, podOf, policyOf, registry, workloadPolicy } from './support.ts'

const policy = policyOf(`overrides:
  - {match: {namespaces: [quiet]}, rules: {image-latest: off, init-no-retry: off}}
  - {match: {names: [old]}, rules: {image-latest: warn}}
  - {match: {images: ["docker.io/library/nginx"]}, rules: {init-no-retry: warn}}
`)

const planFor = (options: PodOptions, rules = registry.rules): RulePlan => workloadPolicy(policy, podOf(options)).planFor(rules)
const idsOf = ({ on }: RulePlan): readonly string[] => on.map(({ meta }) => meta.id)

t.test('a plan has the rules that are on for the workload, whatever other workloads came before', async (t) => {
  const workloads: readonly PodOptions[] = [
    {},
    { namespace: 'quiet' },
    { namespace: 'quiet', name: 'old' },
    { namespace: 'quiet', images: ['redis:7'] },
    { name: 'old' },
  ]
  for (const options of [...workloads, ...workloads.toReversed()]) {
    for (const rules of [registry.rules, registry.fixing, registry.rules.slice(0, 3)]) {
      const own = workloadPolicy(policy, podOf(options))
      const expected = rules.filter(({ meta }) => own.isOn(meta.id)).map(({ meta }) => meta.id)
      t.strictSame(idsOf(own.planFor(rules)), expected)
    }
  }
  t.notOk(idsOf(planFor({ namespace: 'quiet' })).includes('image-latest'))
  t.ok(idsOf(planFor({ namespace: 'quiet', name: 'old' })).includes('image-latest'))
})

t.test('the rules of the registry are planned once per set of overrides that match', async (t) => {
  t.equal(planFor({ namespace: 'quiet' }), planFor({ namespace: 'quiet' }))
  t.equal(planFor({}, registry.fixing), planFor({}, registry.fixing))
  t.not(planFor({ namespace: 'quiet' }), planFor({}))
})

t.test('the steps of a plan are its rules, those that read scripts last', async (t) => {
  const { on, steps, readingScripts } = planFor({})
  t.strictSame(
    steps.toSorted((a, b) => a.position - b.position).map(({ rule }) => rule),
    [...on],
  )
  t.strictSame(
    steps.slice(-readingScripts.length).map(({ rule }) => rule.meta.id),
    [...readingScripts],
  )
  t.ok(steps.slice(0, -readingScripts.length).every(({ rule }) => rule.meta.readsScripts !== true))
})

t.test('a step has the options of the rule, also if only the labels of the namespace decide about them', async (t) => {
  const rule = 'init-reserves-resources'
  const sized = policyOf(`overrides:
  - {match: {namespaceSelector: {matchLabels: {size: big}}}, rules: {${rule}: {options: {threshold: 9}}}}
`)
  const stepOf = (labels: ReadonlyMap<string, string> | undefined): object | undefined => {
    const own = workloadPolicy(sized, podOf(), { namespaceLabels: labels })
    const step = own.planFor(registry.rules).steps.find(({ rule: { meta } }) => meta.id === rule)
    t.strictSame(step?.options, own.options(rule))
    return step?.options
  }
  const big = new Map([['size', 'big']])
  for (const labels of [undefined, big, new Map(), big, undefined]) stepOf(labels)
  t.match(stepOf(big), { threshold: 9 })
  t.not(stepOf(undefined), stepOf(big))
})
