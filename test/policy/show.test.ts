import t from 'tap'
import { builtInPolicy, readPolicy, showEffective, showPolicy } from '../../src/policy/index.ts'
import { defaultControllers } from '../../src/policy/users.ts'
import { now, policyOf, registry, workloadPolicy } from './support.ts'

/** The source in the comment of the first line that starts so, apart from its indentation. */
function sourceOf(lines: readonly string[], start: string): string | undefined {
  return lines.find((line) => line.trimStart().startsWith(start))?.split('  # ')[1]
}

t.test('documents are merged: mappings key by key, lists and scalars replaced', async (t) => {
  const base = `preset: strict
rules: {image-latest: {action: warn, ignorable: true}, init-reserves-resources: {options: {threshold: 2, minimumCpu: "1"}}}
mutableTags: [stable, main]
cluster: {kubernetes: "1.35", alwaysPullImages: true}
`
  const cluster = `preset: recommended
rules: {image-latest: deny, init-reserves-resources: {options: {threshold: 3}}}
mutableTags: [edge]
cluster: {kubernetes: "1.36"}
`
  const { merged } = policyOf(base, cluster)
  t.match(merged.document, {
    preset: 'recommended',
    rules: {
      'image-latest': { action: 'deny', ignorable: true },
      'init-reserves-resources': { options: { threshold: 3, minimumCpu: '1' } },
    },
    cluster: { kubernetes: '1.36', alwaysPullImages: true },
  })
  t.same(merged.document.mutableTags, ['edge'])
  t.same(merged.origin('/rules/image-latest/ignorable'), { file: '0.yaml', line: 4, column: 49 })
  t.match(merged.origin('/rules/image-latest/action'), { file: '1.yaml', line: 4 })
  t.match(merged.origin('/mutableTags/0'), { file: '1.yaml', line: 5 })
  t.equal(merged.origin('/fix/on'), undefined)
})

t.test('showPolicy prints the source of each value', async (t) => {
  const lines = showPolicy(policyOf('rules:\n  image-latest: deny\n', 'registries:\n  - match: "docker.io/**"\n    fragile: true\n'))
  t.equal(sourceOf(lines, 'image-latest:'), '0.yaml:4')
  t.equal(sourceOf(lines, 'pull-never:'), 'preset recommended')
  t.equal(sourceOf(lines, 'preset:'), 'default')
  t.equal(sourceOf(lines, '- match:'), '1.yaml:4')
  t.equal(sourceOf(lines, 'fragile:'), '1.yaml:5')
  t.equal(sourceOf(lines, 'force:'), 'default')
  t.equal(sourceOf(lines, 'threshold:'), 'default')
})

t.test('reading the output of showPolicy gives the same policy', async (t) => {
  const policies = [
    builtInPolicy('strict', registry),
    builtInPolicy('off', registry),
    policyOf(`rules: {image-latest: {action: off, ignorable: true}, init-reserves-resources: {options: {threshold: 9}}}
registries: [{match: "**", fragile: true, reason: "a: b # c 'd' \\"e\\" on"}]
placeholders: ["two\\nlines", "true", "- x", "*"]
exemptions: [{rules: ["*"], match: {labels: {a/b: "1"}, namespaceSelector: {matchExpressions: [{key: x, operator: Exists}]}}, reason: "on", expires: 2027-01-31}]
overrides: [{match: {}, rules: {}}, {match: {users: ["system:*"]}, rules: {pull-never: {action: audit}, pull-policy-stale: off}}]
`),
  ]
  for (const policy of policies) {
    const text = showPolicy(policy).join('\n')
    const again = readPolicy([{ file: 'shown.yaml', text }], registry, { id: 'x' })
    t.same(again.problems, [])
    for (const { meta } of registry.rules) {
      t.same(again.policy?.decisions.settings.get(meta.id), policy.decisions.settings.get(meta.id), meta.id)
    }
    for (const key of ['registries', 'placeholders', 'exemptions', 'overrides'] as const) {
      const expected = policy.merged.document[key]
      if (expected !== undefined) t.same(again.policy?.merged.document[key], expected, key)
    }
    t.same(again.policy?.merged.document.controllers, defaultControllers)
  }
})

t.test('showEffective prints the action in a namespace, its source, and overrides and exemptions that may apply', async (t) => {
  const policy = policyOf(`rules: {image-latest: audit}
overrides:
  - {match: {namespaces: ["prod-*"]}, rules: {image-latest: deny}}
  - {match: {namespaces: ["prod-*"], kinds: [Job]}, rules: {image-latest: warn}}
exemptions: [{rules: [pull-never], match: {namespaces: [prod-eu]}, reason: x}, {rules: [pull-never], reason: y, expires: 2026-11-14}]
`)
  const prod = showEffective(policy, 'prod-eu', new Map(), now)
  t.ok(prod.some((line) => /^image-latest: deny .*overrides\[0\] \(0\.yaml:5\); warn if overrides\[1\]/.test(line)))
  t.ok(prod.some((line) => /^pull-never: warn .*exemptions\[0\]/.test(line)))
  t.match(
    sourceOf(prod, 'pull-never: warn'),
    /; exempt if exemptions\[0\] \(0\.yaml:7\) matches; exemptions\[1\] \(0\.yaml:7\) has expired$/,
  )
  const dev = showEffective(policy, 'dev', new Map(), now)
  t.equal(sourceOf(dev, 'image-latest: audit'), '0.yaml:3')
  t.equal(dev.length, registry.rules.length + 1)
})

t.test('results are frozen, so rules cannot change the policy', async (t) => {
  const policy = policyOf('registries: [{match: "**", fragile: true}]\n')
  t.ok(Object.isFrozen(policy) && Object.isFrozen(policy.decisions) && Object.isFrozen(policy.fix))
  t.ok(Object.isFrozen(workloadPolicy(policy).options('init-reserves-resources')))
  t.ok(Object.isFrozen(workloadPolicy(policy).decide('image-latest', null)))
})
