/** What the review of a template says about its Pods agrees with what their own reviews decide. */
import t from 'tap'
import { isObject, type JsonObject } from '../../src/model/json.ts'
import { ask } from '../support/answers.ts'
import * as fc from '../support/properties.ts'
import { portsOf, review } from '../support/reviews.ts'

const latest = { image: 'luksa/kiada', imagePullPolicy: 'Always' }
const told = (warnings: readonly string[]) => warnings.filter((line) => / will be refused\)/.test(line))
const accountOf = (name: string): string => `system:serviceaccount:kube-system:${name}`

interface Pods {
  readonly labels?: object
  readonly annotations?: object
  readonly spec: object
}

const groups: Readonly<Record<string, string>> = { ReplicationController: 'v1', Job: 'batch/v1', CronJob: 'batch/v1' }

/** An object of any kind with a template for Pods. */
function templateOf(kind: string, { spec, ...metadata }: Pods, own: object = {}): JsonObject {
  const template = { metadata, spec }
  return {
    apiVersion: groups[kind] ?? 'apps/v1',
    kind,
    metadata: { name: 'web', namespace: 'shop', ...own },
    spec: kind === 'CronJob' ? { jobTemplate: { metadata: { labels: { job: 'yes' } }, spec: { template } } } : { template },
  }
}

/** Who creates what from an object of a kind, and the name: as the controllers of Kubernetes do. */
const makers: Readonly<Record<string, readonly [account: string, kind: string, suffix: string]>> = {
  Deployment: ['deployment-controller', 'ReplicaSet', '-7d4b9c6f58'],
  CronJob: ['cronjob-controller', 'Job', '-29012345'],
  ReplicaSet: ['replicaset-controller', 'Pod', '-b6x9q'],
  ReplicationController: ['replication-controller', 'Pod', '-b6x9q'],
  StatefulSet: ['statefulset-controller', 'Pod', '-0'],
  DaemonSet: ['daemon-set-controller', 'Pod', '-b6x9q'],
  Job: ['job-controller', 'Pod', '-b6x9q'],
}

// biome-ignore lint/suspicious/noExplicitAny: the objects are built here.
function madeOf(object: any): { readonly user: string; readonly object: object } | undefined {
  const maker = makers[object.kind]
  if (maker === undefined) return undefined
  const [account, kind, suffix] = maker
  const { metadata = {}, spec } = kind === 'Job' ? object.spec.jobTemplate : object.spec.template
  const owner = { apiVersion: object.apiVersion, kind: object.kind, name: object.metadata.name, uid: 'u', controller: true }
  const own = {
    ...metadata,
    ...(kind === 'ReplicaSet' ? { annotations: object.metadata.annotations } : {}),
    name: `${object.metadata.name}${suffix}`,
    namespace: 'shop',
    ownerReferences: [owner],
  }
  const apiVersion = kind === 'Pod' ? 'v1' : (groups[kind] ?? 'apps/v1')
  const made = { apiVersion, kind, metadata: own, spec: kind === 'ReplicaSet' ? { template: object.spec.template } : spec }
  return { user: accountOf(account), object: made }
}

/** The object as /mutate leaves it. */
function mutated(body: object, object: object, ports: ReturnType<typeof portsOf>): object {
  const copy = structuredClone(object)
  for (const { path, value } of ask('mutate', body, ports).patch ?? []) {
    const steps = path.split('/').slice(1)
    const last = steps.pop() ?? ''
    let target: unknown = copy
    for (const step of steps) target = Array.isArray(target) ? target[Number(step)] : isObject(target) ? target[step] : undefined
    Object.assign(target as object, { [last]: value })
  }
  return copy
}

/** The kind of what is denied of all that is created from the object, if anything is. */
function deniedKind(object: object, ports: ReturnType<typeof portsOf>): string | undefined {
  const made = madeOf(object)
  if (made === undefined) return undefined
  const parts = { user: made.user, namespace: 'shop' }
  const final = mutated(review({ ...parts, object: made.object }), made.object, ports)
  if (!ask('validate', review({ ...parts, object: final }), ports).allowed) return (final as { kind: string }).kind
  return deniedKind(final, ports)
}

t.test(
  'an override or exemption for some kinds: a template that is let in says that its Pods will be refused, or nothing of it',
  async (t) => {
    const everyPod = '{action: deny, everyPod: true}'
    const cases: readonly (readonly [policy: string, told: RegExp | undefined])[] = [
      [`overrides: [{match: {kinds: [Pod]}, rules: {image-latest: ${everyPod}}}]`, /^\[image-latest\] containers "web": .*\(its Pods will/],
      ['overrides: [{match: {kinds: [Pod]}, rules: {image-latest: deny}}]', undefined],
      [`rules: {image-latest: ${everyPod}}\nexemptions: [{rules: ["*"], match: {kinds: [Deployment, ReplicaSet]}, reason: x}]`, /its Pods/],
      [`rules: {image-latest: ${everyPod}}\noverrides: [{match: {kinds: [Deployment]}, rules: {image-latest: off}}]`, /its ReplicaSets/],
      [`rules: {image-latest: ${everyPod}}\nexemptions: [{rules: ["*"], reason: x}]`, undefined],
      [`rules: {image-latest: off}\noverrides: [{match: {owners: ["ReplicaSet/web-*"]}, rules: {image-latest: ${everyPod}}}]`, /its Pods/],
      ['registries: [{match: "registry.example/**", allowed: true}]', /^\[registry-not-allowed\] .*\(its Pods will be refused\); use an/],
      [
        'registries: [{match: "registry.example/**", allowed: true}]\nexemptions: [{rules: ["*"], match: {kinds: [Pod]}, reason: x}]',
        undefined,
      ],
    ]
    const object = templateOf('Deployment', { spec: { containers: [{ name: 'web', ...latest }] } })
    for (const [policy, expected] of cases) {
      const answer = ask('validate', review({ namespace: 'shop', object }), portsOf(policy))
      t.ok(answer.allowed, policy)
      t.match(told(answer.warnings), expected === undefined ? [] : [expected], policy)
      t.equal(told(answer.warnings).length, expected === undefined ? 0 : 1, policy)
    }
  },
)

t.test('an UPDATE that keeps the finding says again that new Pods will be refused', async (t) => {
  const spec = (env: object[]) => ({ containers: [{ name: 'web', env, ...latest }] })
  const policy = 'overrides: [{match: {kinds: [Pod]}, rules: {image-latest: {action: deny, everyPod: true}}}]'
  const object = templateOf('StatefulSet', { spec: spec([{ name: 'A', value: 'b' }]) })
  const oldObject = templateOf('StatefulSet', { spec: spec([]) })
  const answer = ask('validate', review({ operation: 'UPDATE', namespace: 'shop', object, oldObject }), portsOf(policy))
  t.ok(answer.allowed)
  t.match(told(answer.warnings), [/image-latest/])
})

t.test('a restart and another number of replicas: no rule runs, but the user is told that the Pods will be refused', async (t) => {
  const policy = 'rules: {image-latest: {action: deny, everyPod: true}, pull-never: warn}'
  const template = (annotations: object) => templateOf('Deployment', { annotations, spec: { containers: [{ name: 'web', ...latest }] } })
  const before = template({})
  const update = (object: object, body = policy) =>
    ask('validate', review({ operation: 'UPDATE', namespace: 'shop', object, oldObject: before }), portsOf(body))
  const restarted = update(template({ 'kubectl.kubernetes.io/restartedAt': '2026-11-30T12:00:00Z' }))
  t.ok(restarted.allowed)
  t.match(told(restarted.warnings), [/its ReplicaSets will be refused/])
  t.match(restarted.record, { skipped: 'unchanged', verdict: 'warned', rules: [{ rule: 'image-latest', action: 'warn' }] })
  const scaled = { ...before, spec: { ...(before.spec as object), replicas: 3 } }
  t.equal(told(update(scaled).warnings).length, 1)
  t.same(update({ ...before, metadata: { ...(before.metadata as object), labels: { a: 'b' } } }).warnings, [], 'no new Pods')
  const silent = update(scaled, 'rules: {image-latest: deny}')
  t.same([silent.allowed, silent.warnings, silent.record.rules], [true, [], []], 'Pods of built-in controllers are not refused')
})

t.test('a fix of /mutate that prevents the denial of the Pods: the template is not told that they will be refused', async (t) => {
  const image = `nginx@sha256:${'a'.repeat(64)}`
  const object = templateOf('Deployment', { spec: { containers: [{ name: 'web', image, imagePullPolicy: 'Always' }] } })
  const answer = (fragile: string, on: string) => {
    const rules = `{pull-always-pinned: {action: deny, everyPod: true}, pull-always-fragile-registry: ${fragile}}`
    const policy = `registries: [{match: "docker.io/**", fragile: true}]\nfix: {on: ${on}}\noverrides: [{match: {kinds: [Pod]}, rules: ${rules}}]`
    const ports = portsOf(policy)
    t.equal(deniedKind(object, ports), fragile === 'fix' && on === 'pods' ? undefined : 'Pod', `${fragile} on ${on}`)
    return told(ask('validate', review({ namespace: 'shop', object }), ports).warnings).length
  }
  t.equal(answer('fix', 'pods'), 0)
  t.equal(answer('fix', 'templates'), 1)
  t.equal(answer('warn', 'pods'), 1)
})

t.test('the line about refused Pods comes first, so that no limit hides it, and survives joined findings', async (t) => {
  const containers = Array.from({ length: 30 }, (_, index) => ({ name: `c${index}`, image: `UPPER${index}:1` }))
  const spec = { containers: [...containers, { name: 'web', ...latest }] }
  const policy = `registries: [{match: "docker.io/**", fragile: true}]
rules: {image-invalid: warn, pod-rejected: warn}
overrides: [{match: {kinds: [Pod]}, rules: {image-latest: {action: deny, everyPod: true}}}]`
  const answer = ask('validate', review({ namespace: 'shop', object: templateOf('Deployment', { spec }) }), portsOf(policy))
  t.match(answer.warnings[0], /^\[image-latest\] .* \[pull-always-fragile-registry\] \(its Pods will be refused\); pin a tag/)
})

t.test('a placeholder that an injector replaces in Pods is no reason to say that they will be refused', async (t) => {
  const policy = 'registries: [{match: "registry.example/**", allowed: true}]'
  const object = templateOf('Deployment', { spec: { containers: [{ name: 'istio-proxy', image: 'auto', imagePullPolicy: 'Always' }] } })
  t.same(told(ask('validate', review({ namespace: 'shop', object }), portsOf(policy)).warnings), [])
})

t.test(
  'the template of a custom resource: told if the Pods are refused whether a ReplicaSet or its own controller makes them',
  async (t) => {
    const rollout = { ...templateOf('Rollout', { spec: { containers: [{ name: 'web', ...latest }] } }), apiVersion: 'argoproj.io/v1alpha1' }
    const warned = (policy: string) =>
      told(ask('validate', review({ namespace: 'shop', object: rollout }), portsOf(policy)).warnings).length
    t.equal(warned('registries: [{match: "registry.example/**", allowed: true}]'), 1)
    t.equal(warned('overrides: [{match: {kinds: [Pod]}, rules: {image-latest: deny}}]'), 0, 'a ReplicaSet may make them')
    t.equal(warned('overrides: [{match: {owners: [ReplicaSet]}, rules: {image-latest: {action: deny, everyPod: true}}}]'), 0)
  },
)

t.test('generated policies and templates: the review of the template agrees with the reviews of what is created from it', async (t) => {
  const rules = [
    'image-latest',
    'registry-not-allowed',
    'pull-always-pinned',
    'image-mutable-tag',
    'pull-always-fragile-registry',
    'pull-never',
  ]
  const action = fc.constantFrom('off', 'audit', 'warn', 'deny', 'deny', 'deny')
  const entry = fc.record(
    { action, everyPod: fc.constantFrom(true, true, false), ignorable: fc.boolean() },
    { requiredKeys: ['action', 'everyPod'] },
  )
  const someRules = fc.dictionary(fc.constantFrom(...rules), entry, { maxKeys: 3 })
  const kinds = fc.uniqueArray(fc.constantFrom('Pod', 'ReplicaSet', 'Job', ...Object.keys(makers)), { minLength: 1, maxLength: 3 })
  const match = fc.record(
    {
      kinds,
      namespaces: fc.constantFrom(['shop'], ['other']),
      labels: fc.constantFrom({ app: 'web' }, { app: 'db' }, { own: 'yes' }, { job: 'yes' }),
      names: fc.constantFrom(['web'], ['web-*'], ['db-*']),
      owners: fc.constantFrom(['ReplicaSet'], ['Deployment'], ['Job/web-*'], ['StatefulSet/web'], ['*']),
      users: fc.constantFrom(['system:serviceaccount:kube-system:*'], ['jane'], ['**']),
      images: fc.constantFrom(['docker.io/**'], ['registry.example/**']),
      containers: fc.constantFrom(['web'], ['log']),
      roles: fc.constantFrom(['init'], ['app']),
    },
    { requiredKeys: [] },
  )
  const policy = fc.record(
    {
      preset: fc.constantFrom('recommended', 'off', 'strict'),
      rules: someRules,
      overrides: fc.array(fc.record({ match, rules: someRules }), { maxLength: 3 }),
      exemptions: fc.array(fc.record({ match, rules: fc.constantFrom(['*'], ['image-latest']), reason: fc.constant('x') }), {
        maxLength: 2,
      }),
      registries: fc.constantFrom([], [{ match: 'registry.example/**', allowed: true }], [{ match: 'docker.io/**', fragile: true }]),
      mutableTags: fc.constantFrom([], ['stable']),
      fix: fc.record({ on: fc.constantFrom('pods', 'templates'), force: fc.boolean() }),
    },
    { requiredKeys: [] },
  )
  const fixing = fc.constantFrom({}, { 'pull-always-pinned': 'fix' }, { 'pull-always-fragile-registry': 'fix' })
  const container = fc.record({
    name: fc.constantFrom('web', 'log'),
    image: fc.constantFrom('nginx', 'nginx:1.27', 'nginx:stable', 'registry.example/app:1', 'registry.example/app'),
    imagePullPolicy: fc.constantFrom('Always', 'IfNotPresent', 'Never'),
  })
  const annotations = fc.constantFrom({}, { 'initlint.dev/ignore': 'image-latest: known' })
  const pods = fc.record({
    labels: fc.constantFrom({}, { app: 'web' }),
    annotations,
    spec: fc.record({
      containers: fc.uniqueArray(container, { minLength: 1, maxLength: 2, selector: ({ name }) => name }),
      initContainers: fc.uniqueArray(container, { maxLength: 1 }),
    }),
  })
  const counts = { denied: 0, refused: 0, fine: 0 }
  fc.assert(
    fc.property(fc.constantFrom(...Object.keys(makers)), pods, annotations, policy, fixing, (kind, template, own, document, fixes) => {
      const body = { ...document, rules: { ...document.rules, ...fixes } }
      const lines = Object.entries(body).map(([key, value]) => `${key}: ${JSON.stringify(value)}\n`)
      const ports = portsOf(lines.join(''))
      const object = templateOf(kind, template, { annotations: own, labels: { own: 'yes' } })
      const final = mutated(review({ namespace: 'shop', object }), object, ports)
      const answer = ask('validate', review({ namespace: 'shop', object: final }), ports)
      const denied = deniedKind(final, ports)
      if (!answer.allowed) counts.denied++
      else if (denied === undefined) counts.fine++
      else counts.refused++
      if (!answer.allowed) return
      const said = told(answer.warnings)
      if (denied === undefined && said.length > 0) throw new Error(`told without cause: ${said.join('; ')}`)
      if (denied !== undefined && !said.some((line) => line.includes(`its ${denied}s will be refused`))) {
        throw new Error(`not told: ${answer.warnings.join('; ')}`)
      }
    }),
    { numRuns: 1500 },
  )
  for (const [outcome, count] of Object.entries(counts)) t.ok(count > 100, `${outcome}: ${count}`)
})
