import t from 'tap'
import type { Subject } from '../../src/lint/rule.ts'
import { builtInPolicy } from '../../src/policy/index.ts'
import { actionOf, noon, podOf, policyOf, registry, workloadOf, workloadPolicy } from './support.ts'

const labels = (entries: Record<string, string>) => new Map(Object.entries(entries))

t.test('presets set the action of every rule, and rules take precedence over presets', async (t) => {
  for (const { meta } of registry.rules) {
    const of = (preset: 'recommended' | 'strict' | 'audit-only' | 'off') =>
      workloadPolicy(builtInPolicy(preset, registry)).decide(meta.id, null).action
    t.equal(of('recommended'), meta.recommended)
    t.equal(of('strict'), { audit: 'warn', warn: 'deny', deny: 'deny' }[meta.recommended])
    t.equal(of('audit-only'), 'audit')
    t.equal(of('off'), 'off')
  }
  const policy = workloadPolicy(
    policyOf('preset: audit-only\nrules: {image-latest: deny, pull-never: off, pull-policy-stale: false, pull-always-pinned: fix}\n'),
  )
  t.equal(actionOf(policy, 'image-latest'), 'deny')
  t.equal(actionOf(policy, 'pull-always-pinned'), 'fix')
  t.equal(policy.isOn('pull-never'), false)
  t.equal(policy.isOn('pull-policy-stale'), false)
  t.equal(policy.isOn('image-invalid'), true)
  t.equal(actionOf(workloadPolicy(policyOf('preset: off\nrules: {image-latest: warn}\n'))), 'warn')
  t.equal(actionOf(workloadPolicy(policyOf('preset: false\n'))), 'off')
  t.equal(actionOf(policy, 'no-such-rule'), 'off')
  t.equal(actionOf(policy, 'constructor'), 'off')
})

t.test('options have defaults, and overrides set them for a workload', async (t) => {
  const policy = policyOf(`rules:
  init-reserves-resources: {options: {threshold: 4}}
overrides:
  - {match: {namespaces: [big]}, rules: {init-reserves-resources: {options: {minimumCpu: "1"}}}}
`)
  const defaults = registry.get('init-reserves-resources')?.meta.defaultOptions
  t.same(workloadPolicy(policy).options('init-reserves-resources'), { ...defaults, threshold: 4 })
  t.same(workloadPolicy(policy, podOf({ namespace: 'big' })).options('init-reserves-resources'), {
    ...defaults,
    threshold: 4,
    minimumCpu: '1',
  })
  t.same(workloadPolicy(policy).options('image-latest'), {})
})

t.test('if several overrides match, the last one wins for each rule', async (t) => {
  const policy = policyOf(`overrides:
  - {match: {namespaces: ["prod-*"]}, rules: {image-latest: deny, pull-never: deny}}
  - {match: {names: [legacy]}, rules: {image-latest: off}}
`)
  const web = workloadPolicy(policy, podOf({ namespace: 'prod-eu' }))
  const legacy = workloadPolicy(policy, podOf({ namespace: 'prod-eu', name: 'legacy' }))
  t.same([actionOf(web), actionOf(web, 'pull-never')], ['deny', 'deny'])
  t.same([actionOf(legacy), actionOf(legacy, 'pull-never')], ['off', 'deny'])
  t.same([legacy.isOn('image-latest'), web.isOn('image-latest')], [false, true])
  t.equal(actionOf(workloadPolicy(policy)), 'warn')
})

t.test('owners are compared by group and kind, and the version is ignored', async (t) => {
  const matches = (pattern: string, apiVersion: string, kind: string, name = 'a.b-1') => {
    const policy = policyOf(`overrides: [{match: {owners: ["${pattern}"]}, rules: {image-latest: deny}}]\n`)
    return actionOf(workloadPolicy(policy, podOf({ owner: { apiVersion, kind, name } }))) === 'deny'
  }
  t.ok(matches('Job', 'batch/v1', 'Job') && matches('Job', 'batch/v2', 'Job'))
  for (const apiVersion of ['batch.volcano.sh/v1alpha1', 'evil.example/v1', 'v1', '', 'batch', '/v1', 'Batch/v1']) {
    t.notOk(matches('Job', apiVersion, 'Job') || matches('Job/a.b-*', apiVersion, 'Job') || matches('*', apiVersion, 'Job'), apiVersion)
  }
  t.ok(matches('Job.batch.volcano.sh', 'batch.volcano.sh/v1', 'Job') && matches('Job.*.volcano.sh/a.b-1', 'batch.volcano.sh/v1', 'Job'))
  t.notOk(matches('Job.batch', 'batch.volcano.sh/v1', 'Job') || matches('Job.batch/a.c', 'batch/v1', 'Job'))
  t.ok(matches('Node', 'v1', 'Node') && matches('ReplicationController', 'v1', 'ReplicationController'))
  t.notOk(matches('ReplicaSet', 'extensions/v1beta1', 'ReplicaSet') || matches('Node', 'evil.example/v1', 'Node'))
  t.ok(matches('PipelineRun', 'tekton.dev/v1', 'PipelineRun') && matches('Pipeline*.tekton.dev', 'tekton.dev/v1', 'PipelineRun'))
  t.notOk(matches('PipelineRun.tekton.dev', 'evil.example/v1', 'PipelineRun') || matches('job', 'batch/v1', 'Job'))
})

t.test('every key of a match block restricts it', async (t) => {
  const job = workloadOf({
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: 'a', namespace: 'dev' },
    spec: { template: { spec: {} } },
  })
  const matches = (match: string, workload = podOf(), request = {}) =>
    actionOf(workloadPolicy(policyOf(`overrides: [{match: ${match}, rules: {image-latest: deny}}]\n`), workload, request)) === 'deny'
  t.ok(matches('{}'))
  t.ok(matches('{kinds: [Job]}', job) && !matches('{kinds: [Job]}'))
  t.ok(matches('{names: ["we*"]}') && !matches('{names: ["we"]}'))
  t.ok(matches('{labels: {app: web}}', podOf({ labels: { app: 'web' } })) && !matches('{labels: {app: web}}'))
  t.ok(matches('{labels: {matchExpressions: [{key: app, operator: DoesNotExist}]}}'))
  t.ok(matches('{labels: {matchExpressions: [{key: app, operator: NotIn, values: [db]}]}}'))
  const owned = podOf({ owner: { kind: 'Job', name: 'backup-1' } })
  t.ok(matches('{owners: [Job]}', owned) && matches('{owners: ["Job/backup-*"]}', owned) && matches('{owners: ["*"]}', owned))
  t.notOk(matches('{owners: ["Job/restore-*"]}', owned) || matches('{owners: ["*"]}'))
  t.notOk(matches('{owners: ["**"]}'), 'an object without an owner')
  t.ok(matches('{users: ["system:*"]}', podOf(), { user: 'system:admin' }))
  t.notOk(matches('{users: ["**"]}'), 'outside of admission there is no user')
  t.ok(matches('{namespaces: [other, dev], names: [web]}'), 'entries are ORed, keys ANDed')
  t.notOk(matches('{namespaces: [dev], names: [db]}'))
})

t.test('containers and images match only reports about them', async (t) => {
  const workload = podOf({ images: ['nginx', 'ghcr.io/a/b', 'BAD IMAGE'] })
  const [nginx = null, other = null, bad = null]: readonly Subject[] = workload.imageUses()
  const [container = null]: readonly Subject[] = workload.containers()
  const byImage = workloadPolicy(
    policyOf('rules: {image-latest: off}\noverrides: [{match: {images: ["docker.io/**"]}, rules: {image-latest: deny}}]\n'),
    workload,
  )
  t.same(
    [nginx, container, other, bad, null].map((subject) => actionOf(byImage, 'image-latest', subject)),
    ['deny', 'deny', 'off', 'off', 'off'],
  )
  t.ok(byImage.isOn('image-latest'), 'the rule may find something in some subject')
  const byName = workloadPolicy(policyOf('overrides: [{match: {containers: ["*1"]}, rules: {image-latest: off}}]\n'), workload)
  t.same(
    [nginx, other, null].map((subject) => actionOf(byName, 'image-latest', subject)),
    ['warn', 'off', 'warn'],
  )
  t.ok(byName.isOn('image-latest'))
})

t.test('unknown labels of a namespace give the stricter outcome', async (t) => {
  const gold = '{namespaceSelector: {matchLabels: {tier: gold}}}'
  const decide = (rules: string, match: string, namespaceLabels: Map<string, string> | undefined) =>
    actionOf(
      workloadPolicy(policyOf(`${rules}\noverrides: [{match: ${match}, rules: {image-latest: deny}}]\n`), podOf(), { namespaceLabels }),
    )
  t.equal(decide('', gold, labels({ tier: 'gold' })), 'deny')
  t.equal(decide('', gold, labels({})), 'warn')
  t.equal(decide('', gold, undefined), 'deny')
  t.equal(decide('', '{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: dev}}}', undefined), 'deny')
  t.equal(decide('', '{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: prod}}}', undefined), 'warn')
  t.equal(decide('', '{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: prod, tier: gold}}}', undefined), 'warn')
  const relaxed = policyOf(`rules: {image-latest: deny}
overrides: [{match: ${gold}, rules: {image-latest: {action: off, ignorable: true}}}]
exemptions: [{rules: [pull-never], match: ${gold}, reason: x}]
`)
  const annotated = podOf({ annotations: { 'initlint.dev/ignore': 'image-latest: a reason' } })
  const unknown = workloadPolicy(relaxed, annotated, { namespaceLabels: undefined })
  t.equal(actionOf(unknown), 'deny', 'neither relaxed nor ignorable')
  t.equal(actionOf(unknown, 'pull-never'), 'warn', 'not exempted')
  t.equal(actionOf(workloadPolicy(relaxed, annotated, { namespaceLabels: labels({ tier: 'gold' }) }), 'pull-never'), 'warn exempted')
})

t.test('an exemption takes precedence over an override and applies through its last day in UTC', async (t) => {
  const policy = policyOf(`overrides: [{rules: {image-latest: deny}}]
exemptions:
  - {rules: [image-latest], match: {namespaces: ["dev*"]}, reason: throw-away, expires: 2027-01-31}
`)
  const at = (time: string, namespace = 'dev') => workloadPolicy(policy, podOf({ namespace }), { now: Date.parse(time) })
  t.same(at('2026-11-15T00:00:00Z').decide('image-latest', null), {
    action: 'deny',
    everyPod: false,
    exempted: { by: 'policy exemptions[0]', reason: 'throw-away' },
  })
  t.equal(actionOf(at('2026-11-15T00:00:00Z'), 'pull-never'), 'warn')
  t.equal(actionOf(at('2027-01-31T23:59:59.999Z')), 'deny exempted')
  t.equal(actionOf(at('2027-02-01T00:00:00Z')), 'deny')
  t.same(at('2027-01-17T23:59:59.999Z').notices, [])
  t.match(at('2027-01-18T00:00:00Z').notices, [/expires after 2027-01-31/])
  t.same(at('2027-01-31T00:00:00Z', 'prod').notices, [], 'only if it would match')
  t.same(at('2027-02-01T00:00:00Z').notices, [], 'developers cannot change the policy')
  t.same(policy.endedExemptions(Date.parse('2027-01-31T23:59:59.999Z')), [])
  t.same(policy.endedExemptions(Date.parse('2027-02-01T00:00:00Z')), ['0.yaml:5: exemptions[0] expired after 2027-01-31 (UTC)'])
  t.equal(actionOf(at('2026-11-15T00:00:00Z', 'prod')), 'deny')
})

t.test('an exemption from all rules applies only to the containers that it matches', async (t) => {
  const workload = podOf({ images: ['nginx', 'redis'] })
  const [first = null, second = null]: readonly Subject[] = workload.imageUses()
  const policy = policyOf('exemptions: [{rules: ["*"], match: {containers: [c1]}, reason: x, expires: 2026-11-16}]\n')
  const matched = workloadPolicy(policy, workload, { now: noon('2026-11-15') })
  t.same(
    [first, second, null].map((subject) => actionOf(matched, 'image-latest', subject)),
    ['warn', 'warn exempted', 'warn'],
  )
  t.equal(matched.notices.length, 1)
  t.same(workloadPolicy(policy, podOf()).notices, [], 'the pod has no such container')
})

t.test('everyPod: of the rule, its entry and the last override, and the stricter outcome if it is not certain', async (t) => {
  const decide = (body: string, isRestored: boolean, request: object = {}) => {
    const policy = workloadPolicy(policyOf(body), podOf({ namespace: 'prod' }), { isRestored, ...request })
    return [policy.decide('image-latest', null).action, policy.canDeny('image-latest')]
  }
  const denies = 'rules: {image-latest: deny}\n'
  t.same(
    [decide(denies, false), decide(denies, true)],
    [
      ['deny', true],
      ['warn', false],
    ],
  )
  const strict = `${denies}overrides: [{match: {namespaces: [prod]}, rules: {image-latest: {everyPod: true}}}]`
  t.same(decide(strict, true), ['deny', true])
  const relaxed = 'rules: {image-latest: {action: deny, everyPod: true}}\noverrides: [{rules: {image-latest: {everyPod: false}}}]'
  t.same(decide(relaxed, true), ['warn', false])
  const match = '{namespaceSelector: {matchLabels: {tier: gold}}}'
  const unknown = (everyPod: boolean) =>
    `rules: {image-latest: {action: deny, everyPod: ${!everyPod}}}\noverrides: [{match: ${match}, rules: {image-latest: {everyPod: ${everyPod}}}}]`
  for (const everyPod of [true, false]) t.same(decide(unknown(everyPod), true, { namespaceLabels: undefined }), ['deny', true])
  t.same(policyOf(denies).isEnforcing('dev', undefined, true), false)
  t.same(policyOf(strict).isEnforcing('prod', new Map(), true), true)
  t.same(policyOf(strict).isEnforcing('dev', new Map(), true), false)
})

t.test('roles match what a container is; a finding about the pod has none', async (t) => {
  const workload = workloadOf({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web' },
    spec: {
      initContainers: [
        { name: 'i', image: 'a' },
        { name: 's', image: 'a', restartPolicy: 'Always' },
      ],
      containers: [{ name: 'c', image: 'a' }],
      ephemeralContainers: [{ name: 'd', image: 'a' }],
      volumes: [{ name: 'v', image: { reference: 'a' } }],
    },
  })
  const subjects: readonly Subject[] = [...workload.imageUses(), ...workload.containers(), null]
  for (const role of ['init', 'sidecar', 'app', 'ephemeral', 'image-volume'] as const) {
    const policy = workloadPolicy(policyOf(`exemptions: [{rules: ["*"], match: {roles: [${role}]}, reason: x}]`), workload)
    const exempted = subjects.filter((subject) => actionOf(policy, 'image-latest', subject) === 'warn exempted')
    t.same(
      exempted,
      subjects.filter((subject) => subject !== null && subject.role === role),
      role,
    )
    t.ok(exempted.length > 0)
  }
})

t.test('isEnforcing: whether anything can be denied in a namespace', async (t) => {
  const withoutDeny = 'rules: {registry-not-allowed: warn}\n'
  const enforcing = (body: string, namespace = 'dev', namespaceLabels: ReadonlyMap<string, string> | null = new Map()) =>
    policyOf(withoutDeny + body).isEnforcing(namespace, namespaceLabels ?? undefined)
  t.equal(enforcing(''), false)
  t.equal(builtInPolicy('recommended', registry).isEnforcing('dev', undefined), false, 'registry-not-allowed has no list to deny by')
  t.equal(policyOf('registries: [{match: "corp.example/**", allowed: true}]').isEnforcing('dev', undefined), true)
  t.equal(builtInPolicy('audit-only', registry).isEnforcing('dev', undefined), false)
  const fragile = (entry: string) =>
    `rules: {registry-not-allowed: off, pull-always-fragile-registry: deny}\nregistries: [{match: "docker.io/**", ${entry}}]`
  t.equal(policyOf(fragile('fragile: true')).isEnforcing('dev', undefined), true)
  t.equal(policyOf(fragile('probe: "https://registry.example/v2/"')).isEnforcing('dev', undefined), false, 'probe results alone only warn')
  const prod = 'overrides: [{match: {namespaces: ["prod-*"]}, rules: {image-latest: deny}}]\n'
  t.same([enforcing(prod), enforcing(prod, 'prod-eu')], [false, true])
  const gold = 'overrides: [{match: {namespaceSelector: {matchLabels: {tier: gold}}}, rules: {image-latest: deny}}]\n'
  t.same([enforcing(gold), enforcing(gold, 'dev', labels({ tier: 'gold' })), enforcing(gold, 'dev', null)], [false, true, true])
  t.equal(enforcing('overrides: [{match: {kinds: [Job]}, rules: {image-latest: deny}}]\n'), true, 'possible for some objects')
  const relaxed = 'overrides: [{rules: {image-latest: deny}}, {match: {namespaces: [dev]}, rules: {image-latest: warn}}]\n'
  t.same([enforcing(relaxed), enforcing(relaxed, 'prod')], [false, true])
  const exempted = 'overrides: [{rules: {image-latest: deny}}]\nexemptions: [{rules: ["*"], match: {namespaces: [dev]}, reason: x}]\n'
  t.same([enforcing(exempted), enforcing(exempted, 'prod')], [false, true])
})
