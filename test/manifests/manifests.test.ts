/** Properties of the manifests, read from the files; test/cluster renders and applies them with kubectl. */
import { readdirSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { load, loadAll } from 'js-yaml'
import t from 'tap'
import { asArray, asString, at, member } from '../../src/model/json.ts'
import { workloadShapes } from '../../src/model/workload-kinds.ts'
import { customKinds, scannedKinds } from '../../src/scan/index.ts'
import { runCli } from '../cli/fake-io.ts'

const folder = join(import.meta.dirname, '..', '..', 'manifests')

const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.yaml'))

/** The objects of files in some folders. The templates of the chart are not YAML; test/cluster renders and compares them. */
function objectsIn(...folders: readonly string[]): readonly unknown[] {
  return files
    .filter((file) => folders.some((name) => file.startsWith(`${name}/`)))
    .flatMap((file) => loadAll(readFileSync(join(folder, file), 'utf8')))
}

const objects = objectsIn('base', 'overlays/default', 'components/fixes')

const yamlOf = (file: string): unknown => load(readFileSync(join(folder, file), 'utf8'))

/** The components that a kustomization names, as folders of manifests/. */
function componentsOf(file: string): readonly string[] {
  return asArray(member(yamlOf(file), 'components')).map((path) => join(dirname(file), asString(path) ?? ''))
}

/** The only object of a kind, or the one with that name. */
function one(kind: string, name?: string): unknown {
  const found = objects.filter(
    (object) => member(object, 'kind') === kind && (name === undefined || at(object, 'metadata', 'name') === name),
  )
  if (found.length !== 1) throw new Error(`${found.length} objects ${kind} ${name ?? ''} in manifests/`)
  return found[0]
}

const configurations = {
  validating: one('ValidatingWebhookConfiguration'),
  mutating: one('MutatingWebhookConfiguration'),
}
const webhookOf = (configuration: unknown): unknown => at(configuration, 'webhooks', 0)
const deployment = one('Deployment')
const podSpec = at(deployment, 'spec', 'template', 'spec')
const container = at(podSpec, 'containers', 0)
const environment = new Map(
  asArray(member(container, 'env')).map((entry) => [asString(member(entry, 'name')), asString(member(entry, 'value'))]),
)

/** `group/resource` of every rule, with its operations. */
function rulesOf(webhook: unknown): ReadonlyMap<string, readonly unknown[]> {
  const rules = asArray(member(webhook, 'rules')).flatMap((rule) =>
    asArray(member(rule, 'apiGroups')).flatMap((group) =>
      asArray(member(rule, 'resources')).map((resource): [string, readonly unknown[]] => [
        `${group}/${resource}`,
        asArray(member(rule, 'operations')),
      ]),
    ),
  )
  return new Map(rules)
}

for (const [name, configuration] of Object.entries(configurations)) {
  t.test(`the ${name} configuration fails open, has a short timeout and excludes system namespaces`, async (t) => {
    const webhook = webhookOf(configuration)
    t.equal(asArray(member(configuration, 'webhooks')).length, name === 'validating' ? 2 : 1)
    t.match(webhook, { sideEffects: 'None', matchPolicy: 'Equivalent', failurePolicy: 'Ignore' })
    t.same(member(webhook, 'admissionReviewVersions'), ['v1'])
    const seconds = Number(member(webhook, 'timeoutSeconds'))
    t.ok(seconds >= 3 && seconds <= 5, `timeout ${seconds} s`)
    t.equal(member(webhook, 'objectSelector'), undefined, 'a label could bypass the webhook')
    t.equal(at(webhook, 'clientConfig', 'caBundle'), undefined, 'no CA in Git')
    t.same(at(webhook, 'namespaceSelector', 'matchExpressions'), [
      { key: 'kubernetes.io/metadata.name', operator: 'NotIn', values: ['kube-system', 'kube-node-lease', 'initlint'] },
    ])
  })
}

t.test('every kind with a PodSpec is reviewed on CREATE and UPDATE', async (t) => {
  const rules = rulesOf(webhookOf(configurations.validating))
  const kinds = Object.values(workloadShapes).map(({ group, resource }) => `${group}/${resource}`)
  t.same([...rules.keys()].sort(), [...kinds, '/pods/ephemeralcontainers'].sort())
  for (const [resource, operations] of rules) t.same(operations, ['CREATE', 'UPDATE'], resource)
})

t.test('the mutating webhook skips existing Pods and subresources, and is reinvoked after other webhooks', async (t) => {
  const webhook = webhookOf(configurations.mutating)
  const rules = rulesOf(webhook)
  t.equal(member(webhook, 'reinvocationPolicy'), 'IfNeeded')
  t.same(rules.get('/pods'), ['CREATE'])
  t.same(
    [...rules.keys()].sort(),
    Object.values(workloadShapes)
      .map(({ group, resource }) => `${group}/${resource}`)
      .sort(),
  )
  const overlays = files.filter((file) => file.startsWith('overlays/') && basename(file) === 'kustomization.yaml')
  const used = new Map(overlays.map((file) => [basename(dirname(file)), componentsOf(file)]))
  t.same([...used.keys()].sort(), ['cert-manager', 'default'])
  t.same(used.get('cert-manager'), ['components/cert-manager'])
  const fixes = dirname(files.find((file) => /^components\/.*\/mutating-webhook\.yaml$/.test(file)) ?? '')
  t.equal(at(yamlOf(`${fixes}/kustomization.yaml`), 'kind'), 'Component')
  for (const [overlay, components] of used) t.notOk(components.includes(fixes), `the overlay ${overlay} does not enable fixes`)
})

t.test('paths, names, ports and labels match across objects', async (t) => {
  const service = one('Service')
  const port = at(service, 'spec', 'ports', 0)
  const ports = new Map(asArray(member(container, 'ports')).map((entry) => [member(entry, 'name'), member(entry, 'containerPort')]))
  for (const [configuration, path] of [
    [configurations.validating, '/validate'],
    [configurations.mutating, '/mutate'],
  ] as const) {
    t.same(at(webhookOf(configuration), 'clientConfig', 'service'), {
      name: at(service, 'metadata', 'name'),
      namespace: at(one('Namespace'), 'metadata', 'name'),
      path,
      port: member(port, 'port'),
    })
  }
  t.equal(String(ports.get(member(port, 'targetPort'))), environment.get('INITLINT_PORT'))
  t.equal(String(ports.get('ops')), environment.get('INITLINT_OPS_PORT'))
  for (const probe of ['startupProbe', 'livenessProbe', 'readinessProbe']) t.equal(at(container, probe, 'httpGet', 'port'), 'ops', probe)
  const labels = at(deployment, 'spec', 'template', 'metadata', 'labels')
  for (const selector of [
    at(service, 'spec', 'selector'),
    at(deployment, 'spec', 'selector', 'matchLabels'),
    at(one('PodDisruptionBudget'), 'spec', 'selector', 'matchLabels'),
    at(one('NetworkPolicy'), 'spec', 'podSelector', 'matchLabels'),
  ]) {
    t.same(selector, labels)
  }
})

t.test('the policy webhook reviews only the policy ConfigMap and fails open', async (t) => {
  const webhook = at(configurations.validating, 'webhooks', 1)
  t.match(webhook, { sideEffects: 'None', failurePolicy: 'Ignore' })
  t.equal(at(webhook, 'clientConfig', 'caBundle'), undefined)
  t.equal(at(webhook, 'clientConfig', 'service', 'path'), '/validate-policy')
  t.same([...rulesOf(webhook)], [['/configmaps', ['CREATE', 'UPDATE']]])
  t.same(at(webhook, 'namespaceSelector', 'matchExpressions'), [
    { key: 'kubernetes.io/metadata.name', operator: 'In', values: [at(one('Namespace'), 'metadata', 'name')] },
  ])
  t.match(at(webhook, 'matchConditions'), [{ expression: `request.name == "${policyName}"` }])
})

/** The ConfigMap that kustomize generates from base/policy.yaml. */
const policyName = asString(at(yamlOf('base/kustomization.yaml'), 'configMapGenerator', 0, 'name'))

t.test('the objects that the server maintains exist and are writable by its Role', async (t) => {
  t.equal(environment.get('INITLINT_POLICY_CONFIGMAP'), `$(POD_NAMESPACE)/${policyName}`)
  const kept = {
    ConfigMap: `${policyName}-status`,
    Secret: (environment.get('INITLINT_TLS_SECRET') ?? '').replace('$(POD_NAMESPACE)/', ''),
  }
  const allowed = asArray(member(one('Role'), 'rules'))
  for (const [kind, name] of Object.entries(kept)) {
    t.equal(member(one(kind, name), 'data'), undefined, 'applying it again must not delete its data')
    const rule = allowed.find((rule) => asArray(member(rule, 'resourceNames')).includes(name))
    t.same(member(rule, 'resources'), [`${kind.toLowerCase()}s`])
    t.same(member(rule, 'verbs'), ['get', 'list', 'watch', 'update', 'patch'])
  }
  t.equal(environment.get('INITLINT_SERVICE'), at(one('Service'), 'metadata', 'name'))
  for (const configuration of Object.values(configurations)) {
    t.equal(environment.get('INITLINT_WEBHOOK_CONFIGURATION'), at(configuration, 'metadata', 'name'))
  }
  t.equal([...environment.keys()][0], 'POD_NAMESPACE', 'a variable can be used only by later ones')
  t.equal(environment.get('INITLINT_TRY'), 'loopback')
  // The variables INITLINT_PORT=tcp://… of a Service of that name would be read as flags.
  t.equal(member(podSpec, 'enableServiceLinks'), false)
})

t.test('the README lists exactly the permissions of the roles', async (t) => {
  const readme = readFileSync(join(folder, 'README.md'), 'utf8')
  const [, table = ''] = /<!-- rights:begin[^>]*-->([\s\S]*?)<!-- rights:end -->/.exec(readme) ?? []
  const cell = (text = ''): string => text.replaceAll('`', '').trim()
  const listed = table
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => line.split('|').slice(1, 5).map(cell).join(' | '))
  const given = [
    ...objects.filter((object) => /^(Cluster)?Role$/.test(String(member(object, 'kind')))),
    ...objectsIn('components/events').filter((object) => member(object, 'kind') === 'ClusterRole'),
  ].flatMap((role) =>
    asArray(member(role, 'rules')).map((rule) => {
      const list = (key: string): string => asArray(member(rule, key)).join(', ')
      return [`${member(role, 'kind')} ${at(role, 'metadata', 'name')}`, list('resources'), list('resourceNames'), list('verbs')].join(
        ' | ',
      )
    }),
  )
  t.ok(given.length > 5)
  t.same(listed, given)
})

t.test('the component scan may list exactly what a scan reads, and get the policy', async (t) => {
  const plural = (kind: string): string => `${kind.toLowerCase()}s`
  const wanted = new Map<string, string[]>([['', ['namespaces']]])
  const add = (group: string, resource: string): void => void wanted.set(group, [...(wanted.get(group) ?? []), resource])
  for (const kind of scannedKinds) add(workloadShapes[kind].group, workloadShapes[kind].resource)
  for (const { group, kind } of customKinds([])) add(group, plural(kind))
  const ofScan = objectsIn('components/scan')
  const rulesOfKind = (kind: string): readonly unknown[] =>
    asArray(
      member(
        ofScan.find((object) => member(object, 'kind') === kind),
        'rules',
      ),
    )
  const listed = rulesOfKind('ClusterRole')
  for (const rule of listed) t.same(member(rule, 'verbs'), ['list'])
  const given = new Map(listed.map((rule) => [at(rule, 'apiGroups', 0), asArray(member(rule, 'resources'))]))
  t.equal(given.size, listed.length, 'one rule for each group')
  const sorted = (lists: ReadonlyMap<unknown, readonly unknown[]>) =>
    Object.fromEntries([...lists].map(([group, resources]) => [String(group), [...resources].sort()]))
  t.same(sorted(given), sorted(wanted))
  t.same(rulesOfKind('Role'), [{ apiGroups: [''], resources: ['configmaps'], resourceNames: [policyName], verbs: ['get'] }])
})

t.test('the component scan has no findings of initlint, and its Pods are not those of the Service', async (t) => {
  const { code, stdout } = await runCli(['lint', '--show', 'audit', '--fail-on', 'audit', join(folder, 'components/scan')])
  t.match({ code, stdout }, { code: 0, stdout: /No findings in 1 workload/ })
  const cronJob = objectsIn('components/scan').find((object) => member(object, 'kind') === 'CronJob')
  const template = at(cronJob, 'spec', 'jobTemplate', 'spec', 'template')
  t.not(at(template, 'metadata', 'labels', 'app.kubernetes.io/name'), at(one('Service'), 'spec', 'selector', 'app.kubernetes.io/name'))
  t.equal(at(template, 'spec', 'containers', 0, 'image'), member(container, 'image'))
})

t.test('there are several replicas, which drain before they stop', async (t) => {
  const spec = member(deployment, 'spec')
  const replicas = Number(member(spec, 'replicas'))
  t.ok(replicas >= 2)
  t.ok(Number(at(one('PodDisruptionBudget'), 'spec', 'minAvailable')) < replicas, 'a node can be drained')
  t.ok(asArray(member(podSpec, 'topologySpreadConstraints')).length > 0)
  const sleep = Number(at(container, 'lifecycle', 'preStop', 'sleep', 'seconds'))
  // The server drains for at most 25 s after SIGTERM.
  t.ok(sleep > 0 && Number(member(podSpec, 'terminationGracePeriodSeconds')) > sleep + 25)
})

t.test('the pod is restricted, limited in memory and reaches only the API server', async (t) => {
  t.match(member(podSpec, 'securityContext'), { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } })
  t.match(member(container, 'securityContext'), {
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ['ALL'] },
  })
  t.equal(member(one('ServiceAccount'), 'automountServiceAccountToken'), false, 'only the Deployment mounts the token')
  t.equal(member(podSpec, 'volumes'), undefined, 'nothing is mounted')
  t.equal(at(container, 'resources', 'limits', 'memory'), '768Mi')
  const oldSpace = Number(/--max-old-space-size=(\d+)/.exec(environment.get('NODE_OPTIONS') ?? '')?.[1])
  t.ok(oldSpace >= 128 && oldSpace <= 0.6 * 512, `old space ${oldSpace} MiB`)
  const network = member(one('NetworkPolicy'), 'spec')
  t.same(
    asArray(member(network, 'egress')).flatMap((rule) => asArray(member(rule, 'ports')).map((port) => member(port, 'port'))),
    [443, 6443],
    'only the API server',
  )
  t.same(
    asArray(member(network, 'ingress')).map((rule) => at(rule, 'ports', 0, 'port')),
    ['webhook'],
    'the kubelet is exempt, and only components/monitoring opens the ops port',
  )
})

t.test('the monitoring component opens the ops port only to Prometheus, as the chart does by default', async (t) => {
  const patch = asString(at(yamlOf('components/monitoring/kustomization.yaml'), 'patches', 0, 'patch')) ?? ''
  const rule = at(load(patch), 0, 'value')
  t.same(member(rule, 'ports'), [{ protocol: 'TCP', port: 'ops' }])
  t.same(member(rule, 'from'), at(yamlOf('chart/values.yaml'), 'monitoring', 'prometheus'))
  for (const peer of asArray(member(rule, 'from'))) t.ok(at(peer, 'namespaceSelector', 'matchLabels'), 'a tenant can label its own pods')
})

t.test('the component client-ca mounts the CA that INITLINT_CLIENT_CA names', async (t) => {
  const deployments = objectsIn('components/client-ca').filter((object) => member(object, 'kind') === 'Deployment')
  t.equal(deployments.length, 1)
  const spec = at(deployments[0], 'spec', 'template', 'spec')
  const mount = at(spec, 'containers', 0, 'volumeMounts', 0)
  t.equal(member(mount, 'subPath'), undefined, 'a subPath mount is not updated when the CA is replaced')
  t.same(at(spec, 'containers', 0, 'env'), [{ name: 'INITLINT_CLIENT_CA', value: `${member(mount, 'mountPath')}/ca.crt` }])
  t.equal(at(spec, 'volumes', 0, 'name'), member(mount, 'name'))
})

t.test('the image has the version of the package', async (t) => {
  const { version } = JSON.parse(readFileSync(join(folder, '..', 'package.json'), 'utf8')) as { version: string }
  t.equal(member(container, 'image'), `initlint:${version}`)
})

t.test('the chart has the same version and the same initial policy', async (t) => {
  const version = asString(member(container, 'image'))?.split(':')[1]
  t.match(load(readFileSync(join(folder, 'chart/Chart.yaml'), 'utf8')), { version, appVersion: version })
  const {
    apiVersion: _apiVersion,
    kind: _kind,
    ...policy
  } = load(readFileSync(join(folder, 'base/policy.yaml'), 'utf8')) as Record<string, unknown>
  t.same(at(load(readFileSync(join(folder, 'chart/values.yaml'), 'utf8')), 'policy'), policy)
})

t.test('cert-manager issues the mounted certificate for the name that the API server uses', async (t) => {
  const ofCertManager = objectsIn('components/cert-manager')
  const serving = ofCertManager.find((object) => member(object, 'kind') === 'Certificate' && at(object, 'spec', 'isCA') !== true)
  const patched = at(
    ofCertManager.find((object) => member(object, 'kind') === 'Deployment'),
    'spec',
    'template',
    'spec',
  )
  t.equal(at(serving, 'spec', 'secretName'), at(patched, 'volumes', 0, 'secret', 'secretName'))
  t.same(at(serving, 'spec', 'dnsNames'), ['initlint.initlint.svc'])
  const mount = at(patched, 'containers', 0, 'volumeMounts', 0)
  t.equal(member(mount, 'subPath'), undefined, 'a subPath mount is not updated on renewal')
  for (const variable of ['INITLINT_TLS_CERT', 'INITLINT_TLS_KEY']) {
    const entry = asArray(at(patched, 'containers', 0, 'env')).find((entry) => member(entry, 'name') === variable)
    t.ok(asString(member(entry, 'value'))?.startsWith(`${member(mount, 'mountPath')}/`), variable)
  }
})
