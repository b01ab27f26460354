/** The manifests, rendered by kubectl and applied to a real API server; and the fields for images in the schema of that server. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { load } from 'js-yaml'
import t from 'tap'
import { asArray, asString, at, isObject, member } from '../../src/model/json.ts'
import { workloadShapes } from '../../src/model/workload-kinds.ts'
import { until } from '../support/waiting.ts'
import { root, startControlPlane } from './support/control-plane.ts'
import { initlint, startInitlint } from './support/initlint.ts'
import { imagePaths } from './support/openapi.ts'
import { kustomized, list, overlay, site, withoutForeign } from './support/rendered.ts'

const controlPlane = await startControlPlane(t, [])
const { kubectl, mustKubectl, request } = controlPlane

/** Client-side and server-side apply. */
const waysToApply = [[], ['--server-side', '--force-conflicts']] as const

const configuration = '/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/initlint'

t.test('the default overlay is applied without warnings', async (t) => {
  for (const how of waysToApply) {
    const { code, stdout, stderr } = await kubectl(['apply', ...how, '-k', overlay('default')])
    t.equal(code, 0, stderr)
    t.equal(stderr, '')
    t.match(stdout, 'validatingwebhookconfiguration.admissionregistration.k8s.io/initlint')
  }
})

t.test('applying again preserves what initlint has written: certificate, last good policy, caBundle', async (t) => {
  const key = Buffer.from('a key').toString('base64')
  const written = {
    secret: { path: '/api/v1/namespaces/initlint/secrets/initlint-certificate', data: { 'tls.key': key } },
    status: { path: '/api/v1/namespaces/initlint/configmaps/initlint-policy-status', data: { good: 'a policy' } },
  }
  for (const { path, data } of Object.values(written)) {
    const object = await request('GET', path)
    await request('PUT', path, { ...(isObject(object) ? object : {}), data })
  }
  const hooks = await request('GET', configuration)
  for (const hook of asArray(member(hooks, 'webhooks'))) Object.assign(member(hook, 'clientConfig') ?? {}, { caBundle: trustedCa() })
  await request('PUT', configuration, hooks)
  for (const how of waysToApply) {
    await mustKubectl(['apply', ...how, '-k', overlay('default')])
    for (const { path, data } of Object.values(written))
      t.same(member(await request('GET', path), 'data'), data, `${path} ${how.join(' ')}`)
    const bundles = asArray(member(await request('GET', configuration), 'webhooks')).map((hook) => at(hook, 'clientConfig', 'caBundle'))
    t.same(bundles, [trustedCa(), trustedCa()], `caBundle ${how.join(' ')}`)
  }
})

/** A CA in the form of a caBundle. */
function trustedCa(): string {
  return Buffer.from(controlPlane.webhook.caPem).toString('base64')
}

t.test('the pods satisfy the Pod Security Standard "restricted" that their namespace enforces', async (t) => {
  const deployment = (await kustomized(overlay('default'))).find((object) => member(object, 'kind') === 'Deployment')
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'initlint-0', namespace: 'initlint' },
    spec: at(deployment, 'spec', 'template', 'spec'),
  }
  const { code, stderr } = await kubectl(['create', '--dry-run=server', '-f', '-'], pod)
  t.equal(code, 0, stderr)
  t.equal(stderr, '')
  const privileged = structuredClone(pod)
  Object.assign(at(privileged.spec, 'containers', 0) ?? {}, { securityContext: { privileged: true } })
  const refused = await kubectl(['create', '--dry-run=server', '-f', '-'], privileged)
  t.match(refused.stderr, 'violates PodSecurity', 'the namespace does enforce it')
})

t.test('the ServiceAccount has the permissions that it needs and no others', async (t) => {
  const may = async (verb: string, what: string, namespace: string): Promise<boolean> => {
    const as = '--as=system:serviceaccount:initlint:initlint'
    return (await kubectl(['auth', 'can-i', verb, what, '-n', namespace, as])).stdout.trim() === 'yes'
  }
  await until('the authorizer knows the Role', () => may('get', 'configmaps/initlint-policy', 'initlint'))
  for (const [verb, what, namespace] of [
    ...['get', 'list', 'watch'].map((verb) => [verb, 'configmaps/initlint-policy', 'initlint'] as const),
    ...['get', 'watch', 'update', 'patch'].map((verb) => [verb, 'configmaps/initlint-policy-status', 'initlint'] as const),
    ...['get', 'watch', 'update', 'patch'].map((verb) => [verb, 'secrets/initlint-certificate', 'initlint'] as const),
    ...['get', 'update', 'patch'].map((verb) => [verb, 'validatingwebhookconfigurations/initlint', 'default'] as const),
    ...['get', 'update', 'patch'].map((verb) => [verb, 'mutatingwebhookconfigurations/initlint', 'default'] as const),
    ['list', 'namespaces', 'default'],
    ['create', 'events', 'initlint'],
  ] as const) {
    t.ok(await may(verb, what, namespace), `may ${verb} ${what}`)
  }
  for (const [verb, what, namespace] of [
    ['update', 'configmaps/initlint-policy', 'initlint'],
    ['create', 'secrets', 'initlint'],
    ['list', 'secrets', 'initlint'],
    ['get', 'secrets/other', 'initlint'],
    ['get', 'secrets/initlint-certificate', 'default'],
    ['get', 'configmaps/initlint-policy', 'default'],
    ['update', 'validatingwebhookconfigurations/other', 'default'],
    ['delete', 'validatingwebhookconfigurations/initlint', 'default'],
    ['create', 'validatingwebhookconfigurations', 'default'],
    ['create', 'events', 'default'],
    ['update', 'namespaces', 'default'],
    ['list', 'pods', 'initlint'],
  ] as const) {
    t.notOk(await may(verb, what, namespace), `may not ${verb} ${what} in ${namespace}`)
  }
})

t.test('cert-manager: its certificate is mounted, and initlint cannot write Secrets or configurations', async (t) => {
  const objects = await kustomized(overlay('cert-manager'))
  const kind = (name: string) => objects.find((object) => member(object, 'kind') === name)
  t.ok(kind('Certificate') !== undefined && kind('Issuer') !== undefined)
  t.equal(at(kind('ValidatingWebhookConfiguration'), 'metadata', 'annotations', 'cert-manager.io/inject-ca-from'), 'initlint/initlint')
  t.equal(kind('Secret'), undefined)
  const rules = ['Role', 'ClusterRole'].flatMap((name) => asArray(member(kind(name), 'rules')))
  t.same(
    rules.flatMap((rule) => asArray(member(rule, 'resources'))),
    ['configmaps', 'configmaps', 'events', 'namespaces'],
  )
  const container = at(kind('Deployment'), 'spec', 'template', 'spec', 'containers', 0)
  const names = asArray(member(container, 'env')).map((entry) => asString(member(entry, 'name')))
  t.ok(names.includes('INITLINT_TLS_CERT') && names.includes('INITLINT_TLS_KEY'))
  t.notOk(names.includes('INITLINT_TLS_SECRET'))
  const { code, stderr } = await kubectl(['apply', '--server-side', '--dry-run=server', '-f', '-'], list(withoutForeign(objects)))
  t.equal(code, 0, stderr)
})

t.test('an overlay with all components, its own image and its own policy', async (t) => {
  const path = site(
    t.testdir(),
    {
      resources: ['../default'],
      components: ['fixes', 'events', 'scan', 'monitoring', 'critical', 'client-ca', 'cert-manager'].map(
        (name) => `../../components/${name}`,
      ),
      images: [{ name: 'initlint', newName: 'registry.corp.example/initlint', newTag: '1.2.3' }],
      configMapGenerator: [{ name: 'initlint-policy', namespace: 'initlint', behavior: 'merge', files: ['20-site.yaml'] }],
      generatorOptions: { disableNameSuffixHash: true },
    },
    { '20-site.yaml': 'apiVersion: initlint.dev/v1alpha1\nkind: Policy\nrules: {image-latest: deny}\n' },
  )
  const objects = await kustomized(path)
  const named = (kind: string, name: string) =>
    objects.find((object) => member(object, 'kind') === kind && at(object, 'metadata', 'name') === name)
  for (const name of ['ValidatingWebhookConfiguration', 'MutatingWebhookConfiguration']) {
    t.equal(at(named(name, 'initlint'), 'metadata', 'annotations', 'cert-manager.io/inject-ca-from'), 'initlint/initlint', name)
  }
  const podSpec = at(named('Deployment', 'initlint'), 'spec', 'template', 'spec')
  t.equal(member(podSpec, 'priorityClassName'), 'system-cluster-critical')
  t.equal(at(podSpec, 'containers', 0, 'image'), 'registry.corp.example/initlint:1.2.3')
  const environment = new Map(asArray(at(podSpec, 'containers', 0, 'env')).map((entry) => [member(entry, 'name'), member(entry, 'value')]))
  t.equal(environment.get('INITLINT_EVENTS'), 'true')
  t.same(Object.keys(member(named('ConfigMap', 'initlint-policy'), 'data') ?? {}).sort(), ['10-base.yaml', '20-site.yaml'])
  t.ok(named('ServiceMonitor', 'initlint') !== undefined && named('PrometheusRule', 'initlint') !== undefined)
  t.equal(at(named('ConfigMap', 'initlint-dashboard'), 'metadata', 'labels', 'grafana_dashboard'), '1')
  t.ok(named('ClusterRole', 'initlint-events') !== undefined)
  for (const object of objects) {
    if (!['Namespace', 'ClusterRole', 'ClusterRoleBinding'].includes(String(member(object, 'kind'))) && !clusterScoped(object)) {
      t.equal(at(object, 'metadata', 'namespace'), 'initlint', `${member(object, 'kind')} ${at(object, 'metadata', 'name')}`)
    }
  }
  const { code, stderr } = await kubectl(['apply', '--server-side', '--dry-run=server', '-f', '-'], list(withoutForeign(objects)))
  t.equal(code, 0, stderr)
})

const clusterScoped = (object: unknown): boolean => asString(member(object, 'kind'))?.endsWith('WebhookConfiguration') === true

t.test('the component scan: its Pods are restricted, and its account can scan and nothing else', async (t) => {
  const path = site(t.testdir(), { resources: ['../default'], components: ['../../components/scan'] })
  const { code, stderr } = await kubectl(['apply', '-k', path])
  t.equal(code, 0, stderr)
  t.equal(stderr, '')
  const cronJob = (await kustomized(path)).find((object) => member(object, 'kind') === 'CronJob')
  const spec = at(cronJob, 'spec', 'jobTemplate', 'spec', 'template', 'spec')
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'scan', namespace: 'initlint' }, spec }
  t.match(await kubectl(['create', '--dry-run=server', '-f', '-'], pod), { code: 0, stderr: '' })
  const token = (await mustKubectl(['create', 'token', 'initlint-scan', '-n', 'initlint'])).trim()
  const { server, caPem } = controlPlane.config
  const name = 'scan'
  const kubeconfig = join(t.testdir(), 'kubeconfig')
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': name,
    clusters: [{ name, cluster: { server, 'certificate-authority-data': Buffer.from(caPem).toString('base64') } }],
    users: [{ name, user: { token } }],
    contexts: [{ name, context: { cluster: name, user: name } }],
  }
  writeFileSync(kubeconfig, JSON.stringify(config))
  const args = asArray(at(spec, 'containers', 0, 'args')).map((arg) => String(arg).replace('$(POD_NAMESPACE)', 'initlint'))
  const scanned = await until('the authorizer knows the roles', async () => {
    const { code, stdout } = await initlint([...args, '--kubeconfig', kubeconfig, '--format', 'json'])
    const output = code === 0 ? JSON.parse(stdout) : undefined
    const refused = asArray(member(output, 'notLookedAt')).some((missed) => String(member(missed, 'why')).includes('forbidden'))
    return output === undefined || refused ? undefined : output
  })
  t.match(scanned.summary.policy, /^ConfigMap initlint\/initlint-policy /)
  const as = '--as=system:serviceaccount:initlint:initlint-scan'
  for (const [verb, what] of [
    ['get', 'pods'],
    ['watch', 'pods'],
    ['list', 'secrets'],
    ['list', 'configmaps'],
    ['list', 'nodes'],
    ['create', 'pods'],
    ['get', 'configmaps/other'],
    ['create', 'reports.openreports.io'],
  ]) {
    t.equal((await kubectl(['auth', 'can-i', verb ?? '', what ?? '', '-n', 'initlint', as])).stdout.trim(), 'no', `${verb} ${what}`)
  }
  await mustKubectl(['delete', '-k', join(root, 'manifests/components/scan'), '--ignore-not-found'])
})

t.test('the overlay in manifests/README.md is valid', async (t) => {
  const readme = readFileSync(join(root, 'manifests/README.md'), 'utf8')
  const [, text = ''] = /```yaml\n# manifests\/overlays\/site\/kustomization.yaml\n([\s\S]*?)```/.exec(readme) ?? []
  const kustomization = load(text)
  t.ok(isObject(kustomization))
  const rules = 'apiVersion: initlint.dev/v1alpha1\nkind: Policy\nrules: {image-latest: deny}\n'
  const objects = await kustomized(site(t.testdir(), isObject(kustomization) ? kustomization : {}, { '20-site.yaml': rules }))
  const deployment = objects.find((object) => member(object, 'kind') === 'Deployment')
  t.equal(at(deployment, 'spec', 'template', 'spec', 'containers', 0, 'image'), 'registry.corp.example/initlint:0.1.0')
  const policy = objects.find((object) => at(object, 'metadata', 'name') === 'initlint-policy')
  t.same(Object.keys(member(policy, 'data') ?? {}).sort(), ['10-base.yaml', '20-site.yaml'])
})

t.test('after kubectl delete -k, pods are no longer denied, and no cluster-scoped object of initlint is left', async (t) => {
  await controlPlane.startControllers()
  const path = site(t.testdir(), { resources: ['../default'], components: ['../../components/fixes', '../../components/events'] })
  await mustKubectl(['apply', '-k', path])
  // Redirects the two shipped configurations in the cluster to an address at which the test can listen.
  for (const kind of ['validating', 'mutating']) {
    const url = `/apis/admissionregistration.k8s.io/v1/${kind}webhookconfigurations/initlint`
    const stored = await request('GET', url)
    for (const hook of asArray(member(stored, 'webhooks'))) {
      const { host, port } = controlPlane.webhook
      const service = at(hook, 'clientConfig', 'service', 'path')
      Object.assign(hook ?? {}, { clientConfig: { url: `https://${host}:${port}${service}`, caBundle: trustedCa() } })
    }
    await request('PUT', url, stored)
  }
  await startInitlint(t, controlPlane, { preset: 'recommended', rules: { 'image-latest': 'deny' } })
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'latest', namespace: 'default' },
    spec: { containers: [{ name: 'c', image: 'nginx' }] },
  }
  const denied = await kubectl(['create', '-f', '-'], pod)
  t.match(denied.stderr, 'validate.initlint.dev" denied the request')
  await mustKubectl(['delete', '-k', path, '--timeout=60s'])
  const created = await until('the API server no longer calls initlint', async () => {
    const { code, stderr } = await kubectl(['create', '-f', '-'], pod)
    return stderr.includes('denied the request') ? undefined : { code, stderr }
  })
  t.same(created, { code: 0, stderr: '' })
  const kinds = (await mustKubectl(['api-resources', '--namespaced=false', '--verbs=list,delete', '-o', 'name'])).trim().split('\n')
  const left = await mustKubectl(['get', kinds.join(','), '-o', 'name'])
  t.same(
    left.split('\n').filter((line) => line.includes('initlint')),
    [],
  )
})

t.test('the kinds and fields for images in the schema of the API server are those that initlint reads', async (t) => {
  const index = await request('GET', '/openapi/v3')
  const groups = isObject(index) && isObject(index.paths) ? index.paths : {}
  const found = new Map<string, readonly string[]>()
  for (const group of Object.values(groups)) {
    const url = asString(member(group, 'serverRelativeURL')) ?? ''
    for (const [kind, paths] of imagePaths(await until(url, () => request('GET', url)))) found.set(kind, paths)
  }
  const inPodSpec = ['containers[].image', 'ephemeralContainers[].image', 'initContainers[].image', 'volumes[].image.reference']
  const expected = Object.entries(workloadShapes).map(([kind, { group, template }]): [string, readonly string[]] => [
    `${group}/${kind}`,
    inPodSpec.map((path) => [...template, 'spec', path].join('.')),
  ])
  t.same(Object.fromEntries([...found].sort()), Object.fromEntries(expected.sort()))
})
