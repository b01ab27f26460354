import t from 'tap'
import { readPolicy } from '../../src/policy/index.ts'
import * as fc from '../support/properties.ts'
import { header, policyOf, problemsOf, registry } from './support.ts'

/** A document with every key of a policy. */
const completePolicy = `preset: strict
cluster: {alwaysPullImages: true, kubernetes: "1.36"}
rules:
  image-latest: deny
  pull-never: false
  pull-always-fragile-registry: {action: fix, ignorable: true}
  init-reserves-resources: {options: {threshold: 3}}
registries:
  - {match: "docker.io/**", fragile: true, servedBy: harbor.corp.example, reason: rate limits}
  - {match: "localhost:5000/**", pull: Always, allowed: true, probe: "https://localhost:5000/v2/"}
preloaded: ["registry.corp.example/base/**", "docker.io/library/nginx:1.*"]
placeholders: [auto]
mutableTags: [stable, "*-SNAPSHOT"]
fix: {on: templates, force: true}
warnTo: {exceptUsers: ["system:serviceaccount:argocd:*"]}
controllers: ["system:kube-controller-manager"]
exemptions:
  - rules: ["*"]
    match:
      namespaces: ["dev-*"]
      namespaceSelector:
        matchLabels: {tier: gold}
        matchExpressions: [{key: a, operator: In, values: [x]}, {key: b, operator: Exists}]
      labels: {app.kubernetes.io/name: web}
      kinds: [Job, CronJob]
      names: ["web-*"]
      containers: [sidecar]
      images: ["docker.io/**"]
      owners: ["Job/*", Rollout]
      users: ["*"]
    reason: throw-away
    expires: 2027-01-31
overrides:
  - match: {labels: {matchLabels: {app: web}}}
    rules: {image-latest: false, pull-never: {action: audit}}
annotations: {allow: false, requireReason: false}
`

t.test('a policy with every key is read without problems', async (t) => {
  const policy = policyOf(completePolicy)
  t.match(policy, { id: 'test', fix: { on: 'templates', force: true }, alwaysPullImages: true, kubernetes: '1.36' })
  t.notOk(policy.warns('system:serviceaccount:argocd:argocd-server'))
  t.ok(policy.warns('system:serviceaccount:argocd2:x'))
  t.notOk(policy.isController('system:serviceaccount:kube-system:job-controller'))
})

t.test('true for the key on and false for off are accepted, as YAML 1.1 tools such as Helm write them', async (t) => {
  t.match(policyOf('fix: {"true": templates}\npreset: false\n'), { fix: { on: 'templates', force: false } })
  t.match(policyOf('fix: {"true": templates, "on": pods}\n'), { fix: { on: 'pods' } })
  t.match(policyOf('fix: {on: pods, force: true}\n', 'fix: {"true": templates}\n'), { fix: { on: 'templates', force: true } })
})

t.test('a policy with empty mappings has the defaults', async (t) => {
  const policy = policyOf('registries:\nrules:\n  # all of them commented out\n')
  t.match(policy, { fix: { on: 'pods', force: false }, alwaysPullImages: false })
  for (const name of ['job-controller', 'replicaset-controller', 'generic-garbage-collector']) {
    t.ok(policy.isController(`system:serviceaccount:kube-system:${name}`), name)
  }
  t.ok(policy.isController('system:kube-controller-manager'))
  t.notOk(policy.isController('system:serviceaccount:default:my-controller'))
  t.ok(policy.warns('anyone'))
})

const faults: readonly [string, string, string][] = [
  ['a misspelled key', 'perset: strict\n', '3:1 error perset'],
  ['a misspelled rule id', 'rules:\n  image-latets: deny\n', '4:3 error rules.image-latets'],
  ['a rule that only a newer version knows', 'rules:\n  init-brand-new-thing: deny\n', '4:3 warning rules.init-brand-new-thing'],
  ['a wrong action', 'rules:\n  image-latest: denny\n', '4:17 error rules.image-latest'],
  ['true as an action', 'rules: {image-latest: true}\n', '3:23 error rules.image-latest'],
  ['fix for a rule without a fix', 'rules:\n  image-latest: fix\n', '4:17 error rules.image-latest'],
  ['fix in the long form', 'rules:\n  image-latest: {action: fix}\n', '4:26 error rules.image-latest.action'],
  ['an unknown key of an entry', 'rules:\n  image-latest: {acton: warn}\n', '4:18 error rules.image-latest.acton'],
  [
    'an option out of range',
    'rules: {init-reserves-resources: {options: {threshold: 0}}}\n',
    '3:56 error rules.init-reserves-resources.options.threshold',
  ],
  ['a wrong preset', 'preset: recomended\n', '3:9 error preset'],
  ['a string for a flag', 'registries:\n  - match: a/**\n    fragile: yes\n', '5:14 error registries[0].fragile'],
  ['a mapping for a list', 'registries: {match: a/**}\n', '3:13 error registries'],
  ['fragile and Always in one entry', 'registries:\n  - {match: "a/**", fragile: true, pull: Always}\n', '4:42 error registries[0].pull'],
  [
    'fragile and Always for one match',
    'registries:\n  - {match: "a/**", pull: Always}\n  - {match: "a/**", fragile: true}\n',
    '5:30 error registries[1].fragile',
  ],
  ['a registry without a path', 'registries:\n  - match: docker.io\n', '4:12 warning registries[0].match'],
  ['a registry with a tag', 'registries:\n  - match: docker.io/**:latest\n', '4:12 warning registries[0].match'],
  ['a probe that is not a URL', 'registries:\n  - {match: "a/**", probe: a.example}\n', '4:28 error registries[0].probe'],
  ['an exemption without a reason', 'exemptions:\n  - rules: [image-latest]\n', '4:5 error exemptions[0].reason'],
  ['an exemption with an empty reason', 'exemptions:\n  - {rules: [image-latest], reason: " "}\n', '4:37 error exemptions[0].reason'],
  ['an exemption from a misspelled rule', 'exemptions:\n  - {rules: [image-lates], reason: x}\n', '4:14 error exemptions[0].rules[0]'],
  ['a date that does not exist', 'exemptions:\n  - {rules: ["*"], reason: x, expires: 2027-02-29}\n', '4:40 error exemptions[0].expires'],
  ['a date in another format', 'exemptions:\n  - {rules: ["*"], reason: x, expires: 31.1.2027}\n', '4:40 error exemptions[0].expires'],
  ['a version that YAML reads as a number', 'cluster: {kubernetes: 1.30}\n', '3:23 error cluster.kubernetes'],
  ['an unknown kind', 'overrides:\n  - {match: {kinds: [Deploymant]}, rules: {}}\n', '4:22 error overrides[0].match.kinds[0]'],
  [
    'options for some containers only',
    'overrides:\n  - {match: {containers: [a]}, rules: {init-reserves-resources: {options: {threshold: 2}}}}\n',
    '4:66 error overrides[0].rules.init-reserves-resources.options',
  ],
  ['a number for a label', 'overrides:\n  - {match: {labels: {app: 1}}, rules: {}}\n', '4:28 error overrides[0].match.labels.app'],
  [
    'labels in two forms',
    'overrides:\n  - {match: {labels: {app: a, matchLabels: {}}}, rules: {}}\n',
    '4:22 error overrides[0].match.labels',
  ],
  ['an unknown key of a match', 'overrides:\n  - {match: {namespace: [a]}, rules: {}}\n', '4:14 error overrides[0].match.namespace'],
  ['an empty list in a match', 'overrides:\n  - {match: {namespaces: []}, rules: {}}\n', '4:26 error overrides[0].match.namespaces'],
  ['a glob with a space', 'mutableTags: ["a b"]\n', '3:15 error mutableTags[0]'],
  ['a glob that is too long', `mutableTags: [${'a'.repeat(257)}]\n`, '3:15 error mutableTags[0]'],
  ['a key twice', 'rules:\n  image-latest: warn\n  image-latest: deny\n', '5:3 error image-latest'],
  ['an alias', 'preloaded: &list ["a/**"]\nmutableTags: *list\n', '4:14 error '],
  ['a second document', '---\nkind: Policy\n', '4:1 error '],
]

t.test('a problem has the line, column, level and key of the faulty entry', async (t) => {
  for (const [what, body, problem] of faults) t.same(problemsOf(header + body), [problem], what)
})

t.test('a text that is not a policy is an error at its wrong or missing part', async (t) => {
  t.same(problemsOf('apiVersion: v1\nkind: Policy\n'), ['1:13 error apiVersion'])
  t.same(problemsOf('apiVersion: initlint.dev/v1alpha1\nkind: Pod\nspec: {}\n'), ['2:7 error kind'])
  t.same(problemsOf('preset: strict\n'), ['1:1 error apiVersion', '1:1 error kind'])
  t.same(problemsOf('- a\n'), ['1:1 error '])
  t.same(problemsOf('a: [1\n').length, 1)
  t.same(problemsOf('# nothing\n'), ['1:1 warning ', '1:1 error '])
  t.same(problemsOf(`${header}preset: strict # ${'x'.repeat(1024 * 1024)}`), ['1:1 error '])
})

t.test('the keys of a ConfigMap are merged in the order of their names, and problems have positions in its file', async (t) => {
  const configMap = [
    'apiVersion: v1',
    'kind: ConfigMap',
    'metadata: {name: initlint-policy}',
    'data:',
    '  notes.txt: ignored',
    '  20-cluster.yml: |',
    '    apiVersion: initlint.dev/v1alpha1',
    '    kind: Policy',
    '    rules:',
    '      image-latest: off',
    '  10-base.yaml: |',
    '    apiVersion: initlint.dev/v1alpha1',
    '    kind: Policy',
    '    rules:',
    '      image-latest: deny',
    '',
  ]
  const read = (lines: readonly string[]) => readPolicy([{ file: 'cm.yaml', text: lines.join('\n') }], registry, { id: 'x' })
  const { policy, problems } = read(configMap)
  t.same(problems, [])
  t.equal(policy?.decisions.settings.get('image-latest')?.action, 'off', 'the key with the later name wins')
  const misspelled = configMap.with(14, '      image-latets: deny').with(9, '      image-latest: {action: of}')
  t.match(read(misspelled).problems, [
    { file: 'cm.yaml', line: 10, column: 30, key: 'rules.image-latest.action', level: 'error' },
    { file: 'cm.yaml', line: 15, column: 7, key: 'rules.image-latets', level: 'error' },
  ])
  const broken = configMap.with(14, '      image-latest: [deny')
  t.match(read(broken).problems, [{ level: 'error', key: 'data["10-base.yaml"]' }])
  t.ok((read(broken).problems[0]?.line ?? 0) >= 15)
  t.same(problemsOf('apiVersion: v1\nkind: ConfigMap\ndata:\n  notes.txt: x\n'), ['3:1 error data'])
  t.same(problemsOf('apiVersion: v1\nkind: ConfigMap\n'), ['1:1 error data'])
  t.same(problemsOf('kind: ConfigMap\ndata:\n  a.yaml: {kind: Policy}\n'), ['3:11 error data["a.yaml"]'])
})

t.test('a problem in a JSON policy has its line and column', async (t) => {
  t.same(problemsOf('{"apiVersion": "initlint.dev/v1alpha1", "kind": "Policy", "rules": {"image-latets": "off"}}'), [
    '1:69 error rules.image-latets',
  ])
})

t.test('keys such as __proto__ and constructor are ordinary keys', async (t) => {
  for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
    t.same(problemsOf(`${header}${name}: {}\n`), [`3:1 error ${name}`])
    t.same(problemsOf(`${header}rules:\n  ${name}: deny\n`), [`4:3 warning rules.${name}`])
    const labelled = policyOf(`overrides:\n  - {match: {labels: {${name}: x}}, rules: {image-latest: deny}}\n`)
    t.notOk(labelled.isEnforcing('a', new Map()) === false, 'the override counts as possible')
  }
  t.equal(({} as Record<string, unknown>).deny, undefined)
})

t.test('the former id of a renamed rule gives a warning with the new id and has no effect', async (t) => {
  const former = registry.rules.flatMap(({ meta }) => (meta.formerId === undefined ? [] : [[meta.formerId, meta.id] as const]))
  t.ok(former.length > 0)
  for (const [old, id] of former) {
    t.equal(registry.renamed(old), id)
    t.equal(registry.get(old), undefined, 'no alias')
    const bodies = [`rules: {${old}: deny}`, `overrides: [{match: {}, rules: {${old}: deny}}]`]
    for (const body of [...bodies, `exemptions: [{rules: [${old}], reason: a}]`]) {
      const { problems, policy } = readPolicy([{ file: 'p', text: header + body }], registry, { id: 'x' })
      t.match(problems, [{ level: 'warning', message: new RegExp(`renamed to ${id};`) }], body)
      t.equal(policy?.isEnforcing('a', new Map()), policyOf('').isEnforcing('a', new Map()), body)
    }
  }
})

t.test('a misspelled word gives a suggestion', async (t) => {
  const messages = (body: string) =>
    readPolicy([{ file: 'p', text: header + body }], registry, { id: 'x' }).problems.map(({ message }) => message)
  t.match(messages('rules: {image-latets: deny}'), [/did you mean image-latest\?/])
  t.match(messages('perset: off'), [/did you mean preset\?/])
  t.match(messages('exemptions: [{rules: ["*"], reason: a, expire: 2027-01-01}]'), [/did you mean expires\?/])
  t.match(messages('preset: Strict'), [/did you mean strict\?/])
})

t.test('any document gives either a policy or an error, never an exception', async (t) => {
  const key = fc.constantFrom(
    'apiVersion',
    'kind',
    'preset',
    'rules',
    'registries',
    'match',
    'exemptions',
    'overrides',
    'image-latest',
    'options',
    '__proto__',
  )
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { maxDepth: 5 },
      fc.constantFrom(null, true, 'Policy', 'initlint.dev/v1alpha1', 'deny', 1, '*', '2027-01-01'),
      fc.array(tie('tree'), { maxLength: 3 }),
      fc.array(fc.tuple(key, tie('tree')), { maxLength: 4 }).map((entries) => Object.fromEntries(entries)),
    ),
  }))
  const reads = fc.property(fc.dictionary(key, tree), (document) => {
    const text = JSON.stringify({ ...document, apiVersion: 'initlint.dev/v1alpha1', kind: 'Policy' })
    const { policy, problems } = readPolicy([{ file: 'p.json', text }], registry, { id: 'x' })
    return (
      (policy === undefined) === problems.some(({ level }) => level === 'error') &&
      problems.every(({ line, column }) => line === 1 && column > 0)
    )
  })
  t.doesNotThrow(() => fc.assert(reads, { numRuns: 500 }))
})
