/** What the shipped manifests promise, read from the files themselves; test/cluster has kubectl render and apply them. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { loadAll } from 'js-yaml'
import t from 'tap'
import { asArray, asString, at, isObject, member } from '../../src/model/json.ts'
import { workloadShapes } from '../../src/model/workload-kinds.ts'

const folder = join(import.meta.dirname, '..', '..', 'manifests')

const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.yaml'))
const objects = files.flatMap((file) => loadAll(readFileSync(join(folder, file), 'utf8')))

/** The one object of a kind. */
function one(kind: string): unknown {
  const found = objects.filter((object) => member(object, 'kind') === kind)
  if (found.length !== 1) throw new Error(`${found.length} objects of kind ${kind} in manifests/`)
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
  t.test(`${name} configuration`, async (t) => {
    const webhook = webhookOf(configuration)
    t.equal(asArray(member(configuration, 'webhooks')).length, 1)
    t.match(webhook, { sideEffects: 'None', matchPolicy: 'Equivalent', failurePolicy: 'Ignore' })
    t.same(member(webhook, 'admissionReviewVersions'), ['v1'])
    const seconds = Number(member(webhook, 'timeoutSeconds'))
    t.ok(seconds >= 3 && seconds <= 5, `timeout ${seconds} s`)
    t.equal(member(webhook, 'objectSelector'), undefined, 'a label would be a way around')
    t.equal(at(webhook, 'clientConfig', 'caBundle'), undefined, 'no CA in Git')
    t.same(at(webhook, 'namespaceSelector', 'matchExpressions'), [
      { key: 'kubernetes.io/metadata.name', operator: 'NotIn', values: ['kube-system', 'kube-node-lease', 'initlint'] },
    ])
  })
}

t.test('every kind with a PodSpec is sent for judgement when it is made and when it changes', async (t) => {
  const rules = rulesOf(webhookOf(configurations.validating))
  const kinds = Object.values(workloadShapes).map(({ group, resource }) => `${group}/${resource}`)
  t.same([...rules.keys()].sort(), [...kinds, '/pods/ephemeralcontainers'].sort())
  for (const [resource, operations] of rules) t.same(operations, ['CREATE', 'UPDATE'], resource)
})

t.test('fixes: existing Pods and subresources are not even asked about, other webhooks may come before', async (t) => {
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
  const overlays = files.filter(
    (file) => file.startsWith('overlays/') && /components\/fixes/.test(readFileSync(join(folder, file), 'utf8')),
  )
  t.same(overlays, [], 'no overlay turns them on')
})

t.test('the paths, names and ports agree with each other', async (t) => {
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

t.test('what is mounted is where the server looks, and follows changes', async (t) => {
  const mounts = asArray(member(container, 'volumeMounts'))
  const paths = mounts.map((mount) => asString(member(mount, 'mountPath')) ?? '')
  for (const variable of ['INITLINT_POLICY', 'INITLINT_TLS_CERT', 'INITLINT_TLS_KEY']) {
    t.ok(
      paths.some((path) => environment.get(variable)?.startsWith(path)),
      variable,
    )
  }
  t.ok(mounts.every((mount) => isObject(mount) && !('subPath' in mount) && mount.readOnly === true))
  t.equal(environment.get('INITLINT_TRY'), 'loopback')
  // The variables INITLINT_PORT=tcp://… of a Service of that name would be read as flags.
  t.equal(member(podSpec, 'enableServiceLinks'), false)
})

t.test('several replicas that leave in peace', async (t) => {
  const spec = member(deployment, 'spec')
  const replicas = Number(member(spec, 'replicas'))
  t.ok(replicas >= 2)
  t.ok(Number(at(one('PodDisruptionBudget'), 'spec', 'minAvailable')) < replicas, 'a node can be drained')
  t.ok(asArray(member(podSpec, 'topologySpreadConstraints')).length > 0)
  const sleep = Number(at(container, 'lifecycle', 'preStop', 'sleep', 'seconds'))
  // The server drains for at most 25 s after SIGTERM.
  t.ok(sleep > 0 && Number(member(podSpec, 'terminationGracePeriodSeconds')) > sleep + 25)
})

t.test('as little power as possible', async (t) => {
  t.match(member(podSpec, 'securityContext'), { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } })
  t.match(member(container, 'securityContext'), {
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ['ALL'] },
  })
  t.equal(member(podSpec, 'automountServiceAccountToken'), false)
  t.equal(member(one('ServiceAccount'), 'automountServiceAccountToken'), false)
  t.equal(at(container, 'resources', 'limits', 'memory'), '512Mi')
  const oldSpace = Number(environment.get('NODE_OPTIONS')?.split('=')[1])
  t.ok(oldSpace >= 128 && oldSpace <= 0.6 * 512, `old space ${oldSpace} MiB`)
  const network = member(one('NetworkPolicy'), 'spec')
  t.same(member(network, 'egress'), [])
  t.same(
    asArray(member(network, 'ingress')).map((rule) => at(rule, 'ports', 0, 'port')),
    ['webhook', 'ops'],
  )
})

t.test('the image says what it is', async (t) => {
  const { version } = JSON.parse(readFileSync(join(folder, '..', 'package.json'), 'utf8')) as { version: string }
  t.equal(member(container, 'image'), `initlint:${version}`)
})

t.test('cert-manager makes the certificate that is mounted, for the name that the API server asks for', async (t) => {
  const serving = objects.find((object) => member(object, 'kind') === 'Certificate' && at(object, 'spec', 'isCA') !== true)
  const secret = asArray(member(podSpec, 'volumes'))
    .map((volume) => at(volume, 'secret', 'secretName'))
    .find((name) => name !== undefined)
  t.equal(at(serving, 'spec', 'secretName'), secret)
  t.same(at(serving, 'spec', 'dnsNames'), ['initlint.initlint.svc'])
})
