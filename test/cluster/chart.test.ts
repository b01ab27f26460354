/** The Helm chart: which values it rejects, that a real API server accepts its objects, and that they equal those of kustomize. */
import { load } from 'js-yaml'
import t from 'tap'
import { asArray, asString, at, isObject, member } from '../../src/model/json.ts'
import { readPolicy } from '../../src/policy/index.ts'
import { defaultRegistry } from '../../src/rules/registry.ts'
import { startControlPlane } from './support/control-plane.ts'
import { chart, helm, kustomized, list, overlay, site, template, templated, withoutForeign } from './support/rendered.ts'

const { config, kubectl, mustKubectl, request } = await startControlPlane(t, [])
const image = { repository: 'registry.corp.example/initlint' }

/** Labels that Helm charts conventionally have and the objects of kustomize do not. */
const helmLabels = new Set(['app.kubernetes.io/instance', 'app.kubernetes.io/managed-by', 'app.kubernetes.io/version', 'helm.sh/chart'])

/** Keys of ConfigMaps whose values are documents, compared by content. */
const documents = new Set(['10-base.yaml', 'initlint.json'])

/** An object without the permitted differences: Helm's labels, comments in documents, the order of environment variables and of keys. */
function normalized(value: unknown, key = ''): unknown {
  if (typeof value === 'string' && documents.has(key)) return normalized(load(value))
  if (Array.isArray(value)) {
    const items = value.map((item) => normalized(item))
    return key === 'env' ? items.sort((a, b) => String(member(a, 'name')).localeCompare(String(member(b, 'name')))) : items
  }
  if (!isObject(value)) return value
  const entries = Object.entries(value).filter(([name]) => !helmLabels.has(name))
  return Object.fromEntries(entries.sort(([a], [b]) => a.localeCompare(b)).map(([name, item]) => [name, normalized(item, name)]))
}

/** Objects by kind, namespace and name. */
function byName(objects: readonly unknown[]): Record<string, unknown> {
  const names = objects.map((object): [string, unknown] => [
    [member(object, 'kind'), at(object, 'metadata', 'namespace') ?? '', at(object, 'metadata', 'name')].join(' '),
    normalized(object),
  ])
  return Object.fromEntries(names.sort(([a], [b]) => a.localeCompare(b)))
}

/** The only object of a kind, or the one with that name. */
function find(objects: readonly unknown[], kind: string, name?: string): unknown {
  const found = objects.filter(
    (object) => member(object, 'kind') === kind && (name === undefined || at(object, 'metadata', 'name') === name),
  )
  if (found.length !== 1) throw new Error(`${found.length} objects ${kind} ${name ?? ''}`)
  return found[0]
}

const podSpecOf = (objects: readonly unknown[]): unknown => at(find(objects, 'Deployment'), 'spec', 'template', 'spec')

t.test('helm lint --strict prints only the note about the missing icon', async (t) => {
  const { code, stdout, stderr } = await helm(['lint', '--strict', chart, '--set', 'image.repository=x'])
  t.equal(code, 0, stdout + stderr)
  t.same(stdout.match(/\[(?!INFO)[A-Z]+\].*/g), null)
})

t.test('invalid values are rejected, and the error names the key', async (t) => {
  for (const [values, expected] of [
    [{}, 'Set image.repository'],
    [{ image, replica: 3 }, 'replica'],
    [{ image: { ...image, tags: '1' } }, 'tags'],
    [{ image, replicas: 'three' }, '/replicas'],
    [{ image, port: 84430 }, '/port'],
    [{ image, failurePolicy: 'Deny' }, '/failurePolicy'],
    [{ image, policy: { rules: { 'image-latets': 'deny' } } }, 'image-latets'],
    [{ image, policy: { preset: 'lax' } }, '/policy/preset'],
    [{ image, policy: { registries: [{ fragile: true }] } }, '/policy/registries/0'],
    [{ image, port: 8080 }, 'port and opsPort are both 8080'],
    [{ image, hostNetwork: true, port: 10250 }, 'the kubelet and kube-proxy use 10250'],
    [{ image, clientCa: { names: ['kube-apiserver'] } }, 'clientCa.names requires clientCa.configMap'],
  ] as const) {
    const { code, stderr } = await template(values)
    t.not(code, 0, JSON.stringify(values))
    t.match(stderr, expected)
  }
})

const everything = ['fixes', 'events', 'scan', 'monitoring', 'critical', 'client-ca']
const everyValue = {
  fixes: { enabled: true },
  events: { enabled: true },
  scan: { enabled: true },
  monitoring: { enabled: true },
  priorityClassName: 'system-cluster-critical',
  clientCa: { configMap: 'initlint-client-ca' },
}

for (const [name, components, values] of [
  ['no components', [], {}],
  ['all components', everything, everyValue],
  ['all components and cert-manager', [...everything, 'cert-manager'], { ...everyValue, certManager: { enabled: true } }],
] as const) {
  t.test(`chart and kustomize render the same objects: ${name}`, async (t) => {
    const path = site(t.testdir(), {
      resources: ['../default'],
      components: components.map((component) => `../../components/${component}`),
      images: [{ name: 'initlint', newName: image.repository }],
    })
    const { 'Namespace  initlint': namespace, ...ofKustomize } = byName(await kustomized(path))
    t.ok(namespace, 'only kustomize renders the Namespace: Helm has --create-namespace')
    const ofChart = byName(await templated({ image, ...values }))
    t.same(Object.keys(ofChart), Object.keys(ofKustomize))
    for (const [key, object] of Object.entries(ofKustomize)) t.same(ofChart[key], object, key)
  })
}

t.test('the overlay cert-manager has the same objects as the chart with certManager.enabled', async (t) => {
  const ofChart = byName(await templated({ image: { repository: 'initlint' }, certManager: { enabled: true } }))
  const { 'Namespace  initlint': _namespace, ...ofKustomize } = byName(await kustomized(overlay('cert-manager')))
  t.same(ofChart, ofKustomize)
})

t.test('helm template | kubectl apply -f -: accepted, and applying again deletes no data', async (t) => {
  await mustKubectl(['create', 'namespace', 'initlint'])
  const { stdout } = await template({ image, ...everyValue, monitoring: { enabled: false } })
  for (const how of [[], ['--server-side', '--force-conflicts']]) {
    const { code, stderr } = await kubectl(['apply', ...how, '-f', '-'], stdout)
    t.equal(code, 0, stderr)
    t.equal(stderr, '')
    const secret = await request('GET', secretPath)
    const data = { 'tls.key': Buffer.from(how.join()).toString('base64') }
    await request('PUT', secretPath, { ...(isObject(secret) ? secret : {}), data })
    await mustKubectl(['apply', ...how, '-f', '-'], stdout)
    t.same(member(await request('GET', secretPath), 'data'), data)
  }
  await mustKubectl(['delete', '-f', '-'], stdout)
})

const secretPath = '/api/v1/namespaces/initlint/secrets/initlint-certificate'

t.test('helm upgrade and rollback preserve what initlint wrote, and helm uninstall removes everything', async (t) => {
  const ofRelease = async (verb: string, ...args: string[]) => {
    const more = { KUBECONFIG: config.kubeconfigPath }
    const { code, stdout, stderr } = await helm([verb, 'initlint', ...args, '--namespace', 'initlint'], '', more)
    t.equal(code, 0, stderr)
    return stdout
  }
  const notes = await ofRelease('install', chart, '--set', `image.repository=${image.repository}`)
  t.match(notes, 'kubectl delete validatingwebhookconfiguration initlint', 'the emergency command')
  const hooksPath = '/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/initlint'
  const written = { data: { 'tls.key': Buffer.from('a key').toString('base64') }, caBundle: Buffer.from(config.caPem).toString('base64') }
  const secret = await request('GET', secretPath)
  await request('PUT', secretPath, { ...(isObject(secret) ? secret : {}), data: written.data })
  const hooks = await request('GET', hooksPath)
  for (const hook of asArray(member(hooks, 'webhooks'))) Object.assign(member(hook, 'clientConfig') ?? {}, { caBundle: written.caBundle })
  await request('PUT', hooksPath, hooks)
  const steps: readonly (readonly [string, ...string[]])[] = [
    ['upgrade', chart, '--reuse-values', '--set', 'replicas=3', '--set', 'timeoutSeconds=4', '--set', 'labels.team=platform'],
    ['rollback', '1'],
  ]
  for (const step of steps) {
    await ofRelease(...step)
    t.same(member(await request('GET', secretPath), 'data'), written.data, `${step[0]}: the certificate`)
    const bundles = asArray(member(await request('GET', hooksPath), 'webhooks')).map((hook) => at(hook, 'clientConfig', 'caBundle'))
    t.same(bundles, [written.caBundle, written.caBundle], `${step[0]}: the caBundle`)
  }
  await ofRelease('uninstall')
  const kinds = 'clusterroles,clusterrolebindings,validatingwebhookconfigurations,mutatingwebhookconfigurations'
  t.notMatch(await mustKubectl(['get', kinds, '-o', 'name']), 'initlint')
})

t.test('a second release has names, permissions and webhooks of its own', async (t) => {
  const release = { name: 'second', namespace: 'lint-two' }
  await mustKubectl(['create', 'namespace', release.namespace])
  const values = { image, ...everyValue, certManager: { enabled: false } }
  const objects = await templated(values, release)
  for (const object of objects) t.match(at(object, 'metadata', 'name'), /^second-initlint(-|$)/)
  const container = at(podSpecOf(objects), 'containers', 0)
  const environment = new Map(asArray(member(container, 'env')).map((entry) => [member(entry, 'name'), member(entry, 'value')]))
  t.match(Object.fromEntries(environment), {
    INITLINT_POLICY_CONFIGMAP: '$(POD_NAMESPACE)/second-initlint-policy',
    INITLINT_TLS_SECRET: '$(POD_NAMESPACE)/second-initlint-certificate',
    INITLINT_SERVICE: 'second-initlint',
    INITLINT_WEBHOOK_CONFIGURATION: 'second-initlint',
  })
  t.equal([...environment.keys()][0], 'POD_NAMESPACE', 'a variable can be used only after its definition')
  const [validate, policy] = asArray(member(find(objects, 'ValidatingWebhookConfiguration'), 'webhooks'))
  t.match(at(validate, 'clientConfig', 'service'), { name: 'second-initlint', namespace: 'lint-two' })
  t.match(at(validate, 'namespaceSelector', 'matchExpressions', 0, 'values'), ['kube-system', 'kube-node-lease', 'lint-two'])
  t.equal(at(policy, 'matchConditions', 0, 'expression'), 'request.name == "second-initlint-policy"')
  const named = ['Role', 'ClusterRole'].flatMap((kind) =>
    objects
      .filter((object) => member(object, 'kind') === kind)
      .flatMap((role) => asArray(member(role, 'rules')).flatMap((rule) => asArray(member(rule, 'resourceNames')))),
  )
  const [status, certificate] = ['second-initlint-policy-status', 'second-initlint-certificate']
  const policyName = 'second-initlint-policy'
  t.same(
    named.sort(),
    ['second-initlint', certificate, policyName, policyName, status].sort(),
    'the policy for the server and for the scan',
  )
  const scan = at(find(objects, 'CronJob'), 'spec', 'jobTemplate', 'spec', 'template')
  t.ok(asArray(at(scan, 'spec', 'containers', 0, 'args')).includes(`$(POD_NAMESPACE)/${policyName}`))
  const selector = at(find(objects, 'Service', 'second-initlint'), 'spec', 'selector')
  t.same(selector, at(find(objects, 'Deployment'), 'spec', 'selector', 'matchLabels'))
  const first = at(find(await templated({ image }), 'Service'), 'spec', 'selector')
  t.notSame(
    at(scan, 'metadata', 'labels', 'app.kubernetes.io/name'),
    at(selector, 'app.kubernetes.io/name'),
    'the Service does not find it',
  )
  t.notSame(selector, first, 'no Service of one release finds the pods of the other')
  await mustKubectl(['apply', '-f', '-'], list(withoutForeign(objects)))
  await mustKubectl(['delete', '-f', '-'], list(withoutForeign(objects)))
})

t.test('values for real clusters: digest, host network, scheduling, labels, network policy', async (t) => {
  const digest = `sha256:${'a'.repeat(64)}`
  const objects = await templated({
    image: { ...image, digest, pullSecrets: ['pull'], pullPolicy: 'Always' },
    replicas: 1,
    port: 10443,
    hostNetwork: true,
    failurePolicy: 'Fail',
    excludedNamespaces: ['kube-system', 'cni'],
    tolerations: [{ operator: 'Exists' }],
    nodeSelector: { 'kubernetes.io/os': 'linux' },
    affinity: { nodeAffinity: {} },
    resources: { requests: { cpu: '1' } },
    networkPolicy: {
      apiServerPorts: [8443],
      extraEgress: [{ ports: [{ protocol: 'UDP', port: 53 }] }],
      extraIngress: [{ from: [{ podSelector: {} }], ports: [{ port: 'ops' }] }],
    },
    clientCa: { configMap: 'clients', names: ['kube-apiserver', 'system:second'] },
    extraEnv: [{ name: 'INITLINT_LOG_LEVEL', value: 'debug' }],
    labels: { team: 'platform' },
    annotations: { owner: 'platform' },
    podAnnotations: { 'linkerd.io/inject': 'disabled' },
  })
  const podSpec = podSpecOf(objects)
  t.match(podSpec, {
    hostNetwork: true,
    dnsPolicy: 'ClusterFirstWithHostNet',
    imagePullSecrets: [{ name: 'pull' }],
    tolerations: [{ operator: 'Exists' }],
    nodeSelector: { 'kubernetes.io/os': 'linux' },
  })
  const container = at(podSpec, 'containers', 0)
  t.match(container, { image: `${image.repository}:0.1.0@${digest}`, imagePullPolicy: 'Always', resources: { requests: { cpu: '1' } } })
  t.same(member(container, 'ports'), [
    { name: 'webhook', containerPort: 10443 },
    { name: 'ops', containerPort: 8080 },
  ])
  t.match(
    asArray(member(container, 'env')).filter((entry) => isObject(entry) && /PORT|TRY|LEVEL/.test(String(entry.name))),
    [{ value: '10443' }, { value: '8080' }, { name: 'INITLINT_TRY', value: 'off' }, { value: 'debug' }],
  )
  t.same(
    at(find(objects, 'Deployment'), 'spec', 'strategy', 'rollingUpdate'),
    { maxUnavailable: 1, maxSurge: 0 },
    'a second pod on the node could not listen on the same ports',
  )
  t.equal(objects.filter((object) => member(object, 'kind') === 'PodDisruptionBudget').length, 0, 'one replica: its node can be drained')
  const [validate, policy] = asArray(member(find(objects, 'ValidatingWebhookConfiguration'), 'webhooks'))
  t.equal(member(validate, 'failurePolicy'), 'Fail')
  t.equal(member(policy, 'failurePolicy'), 'Ignore', 'the policy can be fixed while initlint does not answer')
  t.same(at(validate, 'namespaceSelector', 'matchExpressions', 0, 'values'), ['kube-system', 'cni', 'initlint'])
  t.same(at(find(objects, 'NetworkPolicy'), 'spec', 'egress'), [
    { ports: [{ protocol: 'TCP', port: 8443 }] },
    { ports: [{ protocol: 'UDP', port: 53 }] },
  ])
  t.same(at(find(objects, 'NetworkPolicy'), 'spec', 'ingress'), [
    { ports: [{ protocol: 'TCP', port: 'webhook' }] },
    { from: [{ podSelector: {} }], ports: [{ port: 'ops' }] },
  ])
  t.same(member(podSpec, 'volumes'), [{ name: 'client-ca', configMap: { name: 'clients' } }])
  t.match(
    asArray(member(container, 'env')).filter((entry) => isObject(entry) && /CLIENT/.test(String(entry.name))),
    [{ value: '/etc/initlint/client-ca/ca.crt' }, { value: 'kube-apiserver,system:second' }],
  )
  for (const object of objects) {
    t.equal(at(object, 'metadata', 'labels', 'team'), 'platform', asString(member(object, 'kind')) ?? '')
    t.equal(at(object, 'metadata', 'annotations', 'owner'), 'platform')
  }
  t.match(at(find(objects, 'Deployment'), 'spec', 'template', 'metadata'), {
    labels: { team: 'platform' },
    annotations: { owner: 'platform', 'linkerd.io/inject': 'disabled' },
  })
  const { code, stderr } = await kubectl(['apply', '--server-side', '--dry-run=server', '-f', '-'], list(objects))
  t.equal(code, 0, stderr)
})

t.test('the policy that the chart renders is valid, also with values like off, 1.36 and dates', async (t) => {
  const policy = {
    preset: 'recommended',
    rules: { 'image-latest': false, 'pull-never': { action: 'off' } },
    cluster: { kubernetes: '1.36' },
    exemptions: [{ rules: ['pull-never'], match: { namespaces: ['dev-*'] }, reason: 'throw-away', expires: '2099-01-31' }],
  }
  const text = at(find(await templated({ image, policy }), 'ConfigMap', 'initlint-policy'), 'data', '10-base.yaml')
  const read = readPolicy([{ file: 'chart', text: asString(text) ?? '' }], defaultRegistry(), { id: 'chart' })
  t.same(read.problems, [])
  t.ok(read.policy)
})
