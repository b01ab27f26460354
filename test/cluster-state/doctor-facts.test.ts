/** What `doctor` gathers from an API server: what is found, absent and hidden, and what the pod that it tries shows. */
import { readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { loadAll } from 'js-yaml'
import t, { type Test } from 'tap'
import { connect } from '../../src/cluster/client.ts'
import { expectedPath, missingRules, permissionsOf } from '../../src/cluster/doctor/expected.ts'
import { gatherFacts } from '../../src/cluster/doctor/fetch.ts'
import { examine } from '../../src/cluster/doctor/index.ts'
import { findInstallations, type Wanted } from '../../src/cluster/doctor/installations.ts'
import { defaultRegistry } from '../../src/rules/registry.ts'
import { makePair } from '../../src/server/certificates/make.ts'
import { scratch } from '../server/support/scratch.ts'

interface Answer {
  readonly code?: number
  readonly body: object
  readonly headers?: Readonly<Record<string, string>>
}

const failure = (code: number, message: string): Answer => ({
  code,
  body: { kind: 'Status', apiVersion: 'v1', status: 'Failure', code, message },
})

const now = Date.UTC(2026, 10, 22)
const registry = defaultRegistry()
const anywhere = { namespace: undefined, name: undefined }
const pods = 'POST /api/v1/namespaces/default/pods'
const policy = '/api/v1/namespaces/initlint/configmaps/initlint-policy'
const rbac = '/apis/rbac.authorization.k8s.io/v1'
const reviews = 'POST /apis/authorization.k8s.io/v1/subjectaccessreviews'
const deployments = 'GET /apis/apps/v1/deployments'
const slices = 'GET /apis/discovery.k8s.io/v1/namespaces/initlint/endpointslices'
const configurations = 'GET /apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations'

/** An API server with an answer for each path; 404 for the others. @returns the path of its kubeconfig */
async function serve(t: Test, answer: (request: string, body: string) => Answer | undefined): Promise<string> {
  const server = createServer((request, response) => {
    const path = `${request.method} ${request.url?.replace(/\?.*/, '')}`
    const chunks: Buffer[] = []
    request
      .on('data', (chunk: Buffer) => chunks.push(chunk))
      .once('end', () => {
        const { code = 200, body, headers = {} } = answer(path, Buffer.concat(chunks).toString('utf8')) ?? failure(404, 'not found')
        response.writeHead(code, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
      })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  const kubeconfig = join(scratch(t), 'kubeconfig')
  const cluster = { server: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, 'insecure-skip-tls-verify': true }
  const context = { cluster: 'fake', user: 'fake' }
  const lists = { clusters: [{ name: 'fake', cluster }], users: [{ name: 'fake', user: {} }], contexts: [{ name: 'fake', context }] }
  writeFileSync(kubeconfig, JSON.stringify({ apiVersion: 'v1', kind: 'Config', 'current-context': 'fake', ...lists }))
  return kubeconfig
}

/** The objects of a file of the manifests. */
function manifests(file: string) {
  const text = readFileSync(join(import.meta.dirname, '..', '..', 'manifests', file), 'utf8')
  return loadAll(text).map((object) => JSON.parse(JSON.stringify(object)))
}

function slice(...endpoints: readonly (readonly [address: string, ready: boolean])[]) {
  return {
    addressType: 'IPv4',
    endpoints: endpoints.map(([address, ready]) => ({ addresses: [address], conditions: { ready } })),
    ports: [{ name: 'webhook', port: 8443 }],
  }
}

/** The objects of a cluster in which initlint is installed. */
async function installed(): Promise<Record<string, Answer>> {
  const pair = await makePair({ dns: ['initlint.initlint.svc'], ip: [] }, now)
  const base64 = (text: string) => Buffer.from(text).toString('base64')
  const [configuration] = manifests('base/validating-webhook.yaml')
  const [deployment] = manifests('base/deployment.yaml')
  const [service] = manifests('base/service.yaml')
  deployment.metadata.namespace = 'initlint'
  deployment.status = { readyReplicas: 2, updatedReplicas: 1 }
  for (const hook of configuration.webhooks) hook.clientConfig.caBundle = base64(pair.ca)
  const text = 'apiVersion: initlint.dev/v1alpha1\nkind: Policy\nrules: {image-latest: warn}\n'
  return {
    'GET /api/v1/namespaces/initlint': { body: { metadata: { name: 'initlint', labels: { team: 'platform' } } } },
    'GET /apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/initlint': { body: configuration },
    'GET /api/v1/namespaces/initlint/secrets/initlint-certificate': {
      body: { data: { 'tls.crt': pair.cert, 'tls.key': pair.key, 'ca.crt': pair.ca } },
    },
    [configurations]: { body: { items: [configuration] } },
    [deployments]: { body: { items: [deployment] } },
    'GET /apis/apps/v1/namespaces/initlint/deployments/initlint': { body: deployment },
    'GET /api/v1/namespaces/initlint/services/initlint': { body: service },
    [slices]: { body: { items: [slice(['10.0.0.1', true], ['10.0.0.2', false])] } },
    [reviews]: { code: 201, body: { spec: {}, status: { allowed: true } } },
    [`GET ${policy}`]: { body: { data: { 'policy.yaml': text } } },
    'GET /api/v1/namespaces': { body: { items: [{ metadata: { name: 'kube-system' } }, { metadata: { name: 'default' } }] } },
    [pods]: { code: 201, body: {}, headers: { warning: '299 - "[image-latest] registry.k8s.io/pause has no tag"' } },
  }
}

t.test('an installed cluster: every fact is found, and the pod is answered', async (t) => {
  const objects = await installed()
  const kubeconfig = await serve(t, (request) => objects[request])
  const facts = await gatherFacts(connect({ kubeconfig }), anywhere, registry, now)
  t.match(facts, {
    validating: {
      state: 'found',
      value: { webhooks: [{ name: 'validate.initlint.dev', failurePolicy: 'Ignore', selectsOwnNamespace: false }, {}] },
    },
    mutating: { state: 'absent' },
    installation: {
      name: 'initlint',
      namespace: 'initlint',
      service: 'initlint',
      policy: 'initlint-policy',
      secret: 'initlint-certificate',
    },
    others: [],
    service: { state: 'found', value: { ports: [443], webhookPort: 443, selectsPods: true } },
    endpoints: { state: 'found', value: { ready: 1, notReady: 1, addresses: ['10.0.0.1:8443'] } },
    deployment: { state: 'found', value: { wanted: 2, ready: 2, updated: 1, webhookPort: 'webhook', webhookPortNumber: 8443 } },
    grants: { state: 'found', value: [{ denied: [] }, { denied: [] }] },
    policy: { state: 'found', value: { errors: [], warnings: [], lastGood: undefined, missingKeys: [] } },
    trial: { state: 'found', value: { namespace: 'default', outcome: 'answered' } },
  })
  const findings = await examine({ kubeconfig, registry, now })
  t.same(
    findings.filter(({ level }) => level !== 'ok').map(({ id }) => id),
    ['replicas', 'certificate', 'policy'],
    'one replica is old, the Secret has no ca.key, and no replica has stored a status',
  )
})

t.test('the expected rules, paths and permissions are those of the manifests', async (t) => {
  const hooks = [...manifests('base/validating-webhook.yaml'), ...manifests('components/fixes/mutating-webhook.yaml')].flatMap(
    ({ webhooks }) => webhooks,
  )
  for (const { name, rules, clientConfig } of hooks) {
    t.same(missingRules(name, rules), [], name)
    t.equal(expectedPath(name), clientConfig.service.path)
    for (const [index, rule] of rules.entries()) {
      const rest = rules.filter((_: object, other: number) => other !== index)
      t.strictSame(
        missingRules(name, rest).flatMap(({ group, operations, resources }) => resources.map((each) => [group, each, operations])),
        rule.resources.map((each: string) => [rule.apiGroups[0], each, rule.operations]),
        `${name} without ${rule.resources}`,
      )
    }
  }
  const roles = manifests('base/rbac.yaml').filter(({ kind }) => kind.endsWith('Role'))
  const shipped = roles.flatMap(({ kind, rules }) =>
    rules.flatMap((rule: { apiGroups: [string]; resources: string[]; resourceNames?: [string]; verbs: string[] }) =>
      rule.resources.map((resource) => ({ kind, group: rule.apiGroups[0], resource, name: rule.resourceNames?.[0], verbs: rule.verbs })),
    ),
  )
  t.same(permissionsOf('initlint', 'initlint-policy', 'initlint-certificate'), shipped)
})

t.test('rules cover what the API server matches by them', async (t) => {
  const covered = (rule: object) => {
    const missing = missingRules('policy.initlint.dev', [
      { apiGroups: [''], apiVersions: ['v1'], operations: ['*'], resources: ['configmaps'], ...rule },
    ])
    return missing.length === 0
  }
  for (const rule of [
    {},
    { apiGroups: ['*'] },
    { resources: ['*'] },
    { resources: ['*/*'] },
    { resources: ['configmaps/*'] },
    { scope: '*' },
  ]) {
    t.ok(covered(rule), JSON.stringify(rule))
  }
  for (const rule of [
    ...[{ apiGroups: ['apps'] }, { apiVersions: ['v2'] }, { operations: ['CREATE'] }],
    ...[{ resources: ['pods'] }, { resources: ['configmaps/status'] }, { scope: 'Cluster' }],
  ]) {
    t.notOk(covered(rule), JSON.stringify(rule))
  }
  t.same(missingRules('another.example', []), [])
})

t.test('facts about changed objects', async (t) => {
  const gather = async (change: (objects: Record<string, Answer>) => void) => {
    const objects = await installed()
    change(objects)
    return await gatherFacts(connect({ kubeconfig: await serve(t, (request) => objects[request]) }), anywhere, registry, now)
  }
  const [configuration] = manifests('base/validating-webhook.yaml')
  const [first, second] = configuration.webhooks
  first.namespaceSelector.matchExpressions[0].values.push('default')
  first.rules.splice(1, 1)
  first.objectSelector = { matchLabels: { checked: 'yes' } }
  second.clientConfig = { url: 'https://10.0.0.9:9443/validate-policy?x' }
  const changed = await gather((objects) => {
    objects[`${configurations}/initlint`] = { body: configuration }
  })
  t.match(changed.validating, {
    value: {
      webhooks: [
        {
          excluded: [
            { namespace: 'default', pointer: '/matchExpressions/0/values/3', condition: /^kubernetes.io\/metadata.name NotIn \(/ },
          ],
          missingRules: [{ group: 'apps' }],
          excludesObjects: 'objectSelector',
        },
        { target: { kind: 'url', path: '/validate-policy' }, excluded: [], excludesObjects: undefined },
      ],
    },
  })
  t.same(changed.trial, { state: 'absent' })

  const [service] = manifests('base/service.yaml')
  service.spec.selector = { app: 'other' }
  service.spec.ports = [{ port: 443, targetPort: 9999 }]
  const moved = await gather((objects) => {
    objects['GET /api/v1/namespaces/initlint/services/initlint'] = { body: service }
    objects[slices] = { body: { items: [slice(['10.0.0.1', false]), { endpoints: [{ addresses: ['10.0.0.3'] }], ports: [] }] } }
  })
  t.match(moved.service, { value: { webhookPort: undefined, selectsPods: false } })
  t.match(moved.endpoints, { value: { ready: 0, notReady: 2, addresses: [] } })

  const text = 'apiVersion: initlint.dev/v1alpha1\nkind: Policy\n'
  const cut = await gather((objects) => {
    objects[`GET ${policy}-status`] = { body: { data: { keys: '10-base.yaml 20-site.yaml policy.yaml', 'policy.yaml': text } } }
  })
  t.match(cut.policy, { value: { missingKeys: ['10-base.yaml', '20-site.yaml'] } })
})

t.test('denied permissions: the Role, the RoleBinding and their absence', async (t) => {
  const objects = await installed()
  const role = `GET ${rbac}/namespaces/initlint/roles/initlint`
  const binding = `GET ${rbac}/namespaces/initlint/rolebindings/initlint`
  const [, bound] = manifests('base/rbac.yaml')
  const other = { ...bound, subjects: [{ kind: 'ServiceAccount', name: 'initlint', namespace: 'other' }] }
  const cases: readonly (readonly [Record<string, Answer>, object])[] = [
    [{}, { role: 'absent', binding: 'absent' }],
    [
      { [role]: { body: {} }, [binding]: { body: bound } },
      { role: 'found', binding: 'found' },
    ],
    [
      { [role]: { body: {} }, [binding]: { body: other } },
      { role: 'found', binding: 'other' },
    ],
    [
      { [role]: failure(403, 'forbidden'), [binding]: failure(403, 'forbidden') },
      { role: 'unknown', binding: 'unknown' },
    ],
  ]
  for (const [more, expected] of cases) {
    const kubeconfig = await serve(t, (request, body) => {
      if (request !== reviews) return more[request] ?? objects[request]
      const { spec } = JSON.parse(body)
      t.match(spec, {
        user: 'system:serviceaccount:initlint:initlint',
        groups: ['system:serviceaccounts', 'system:serviceaccounts:initlint', 'system:authenticated'],
      })
      const allowed = spec.resourceAttributes.resource !== 'secrets' || spec.resourceAttributes.verb === 'get'
      return { code: 201, body: { spec, status: { allowed } } }
    })
    const { grants } = await gatherFacts(connect({ kubeconfig }), anywhere, registry, now)
    const denied = [{ group: '', resource: 'secrets', name: 'initlint-certificate', verbs: ['list', 'watch', 'update', 'patch'] }]
    t.match(grants, {
      value: [
        { kind: 'Role', denied, ...expected },
        { kind: 'ClusterRole', denied: [] },
      ],
    })
  }
})

t.test('installations are found by their labels, whatever their names and namespaces', async (t) => {
  const deploy = (name: string, namespace: string, metadata: object) => {
    const [deployment] = manifests('base/deployment.yaml')
    return { ...deployment, metadata: { ...deployment.metadata, name, namespace, ...metadata } }
  }
  const [helm, argocd, flux, chart, kustomize, kubectl, unknown] = [
    { annotations: { 'meta.helm.sh/release-name': 'lint', 'meta.helm.sh/release-namespace': 'tools' } },
    { annotations: { 'argocd.argoproj.io/tracking-id': 'platform:apps/Deployment:tools/lint' } },
    { labels: { 'kustomize.toolkit.fluxcd.io/name': 'apps', 'kustomize.toolkit.fluxcd.io/namespace': 'flux' } },
    { labels: { 'app.kubernetes.io/managed-by': 'Helm', 'app.kubernetes.io/instance': 'lint' } },
    { labels: { 'app.kubernetes.io/managed-by': 'kustomize-v5.7.1' } },
    { annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{}' } },
    {},
  ]
  const origins: readonly (readonly [object, object])[] = [
    [helm, { tool: 'helm', release: 'lint', namespace: 'tools' }],
    [argocd, { tool: 'argocd', application: 'platform' }],
    [flux, { tool: 'flux', name: 'apps', namespace: 'flux' }],
    [chart, { tool: 'chart', release: 'lint' }],
    [kustomize, { tool: 'kubectl' }],
    [kubectl, { tool: 'kubectl' }],
    [unknown, { tool: 'unknown' }],
  ]
  const find = async (items: readonly object[], configured: readonly object[], wanted: Wanted = anywhere) => {
    const answers: Record<string, Answer> = { [deployments]: { body: { items } }, [configurations]: { body: { items: configured } } }
    return await findInstallations(connect({ kubeconfig: await serve(t, (request) => answers[request]) }), wanted)
  }
  for (const [metadata, origin] of origins) {
    const [found, ...others] = await find([deploy('lint-initlint', 'tools', metadata)], [])
    t.match(found, { name: 'lint-initlint', namespace: 'tools', origin })
    t.same(others, [])
  }
  const [configuration] = manifests('base/validating-webhook.yaml')
  const two = [deploy('lint-initlint', 'tools', helm), deploy('initlint', 'initlint', kubectl)]
  t.match(await find(two, [configuration]), [{ namespace: 'initlint' }, { namespace: 'tools' }])
  t.match(await find(two, [configuration], { namespace: 'tools', name: undefined }), [{ namespace: 'tools' }, { namespace: 'initlint' }])
  t.match(await find([], [configuration]), [{ name: 'initlint', namespace: 'initlint' }], 'only its configuration remains')
  t.match(await find([], [], { namespace: 'x', name: 'y' }), [{ name: 'y', namespace: 'x', secret: 'y-certificate' }])
  t.match(await find(two, [], { namespace: 'x', name: undefined }), [{ namespace: 'x' }, {}, {}], 'the wanted one is not there')
  const mounted = deploy('initlint', 'initlint', {})
  mounted.spec.template.spec.containers[0].env = [
    { name: 'INITLINT_TLS_CERT', value: '/tls.crt' },
    { name: 'INITLINT_POLICY_CONFIGMAP', value: 'initlint/rules' },
    { name: 'INITLINT_SERVICE', value: 'hook' },
  ]
  t.match(await find([mounted], []), [{ secret: undefined, policy: 'rules', service: 'hook' }])
})

t.test('what the tried pod shows', async (t) => {
  const objects = await installed()
  const cases: readonly (readonly [string, Answer])[] = [
    ['silent', { code: 201, body: {} }],
    ['answered', failure(403, 'admission webhook "validate.initlint.dev" denied the request: [image-latest] no tag')],
    ['failed', failure(500, 'failed calling webhook "validate.initlint.dev": connection refused')],
    ['rejected', failure(403, 'admission webhook "validate.kyverno.svc" denied the request: no')],
    ['rejected', { code: 403, body: [] }],
  ]
  for (const [outcome, answer] of cases) {
    const kubeconfig = await serve(t, (request) => (request === pods ? answer : objects[request]))
    const { trial } = await gatherFacts(connect({ kubeconfig }), anywhere, registry, now)
    t.match(trial, { state: 'found', value: { outcome } }, outcome)
  }
  const quiet = { body: { data: { 'policy.yaml': 'apiVersion: initlint.dev/v1alpha1\nkind: Policy\npreset: audit-only\n' } } }
  const kubeconfig = await serve(t, (request) =>
    request === pods ? { code: 201, body: {} } : request === `GET ${policy}` ? quiet : objects[request],
  )
  const { trial } = await gatherFacts(connect({ kubeconfig }), anywhere, registry, now)
  t.match(trial, { state: 'found', value: { outcome: 'quiet' } }, 'the policy finds nothing')
})

t.test('an expired exemption is a warning about the policy', async (t) => {
  const objects = await installed()
  const ended = 'exemptions: [{rules: [image-latest], reason: x, expires: 2020-01-31}]\n'
  const body = { data: { 'policy.yaml': `apiVersion: initlint.dev/v1alpha1\nkind: Policy\n${ended}` } }
  const kubeconfig = await serve(t, (request) => (request === `GET ${policy}` ? { body } : objects[request]))
  const facts = await gatherFacts(connect({ kubeconfig }), anywhere, registry, Date.parse('2026-11-15T00:00:00Z'))
  t.match(facts.policy, { value: { warnings: ['policy.yaml:3: exemptions[0] expired after 2020-01-31 (UTC)'] } })
})

t.test('nothing is installed: absent; no rights: hidden; no login: an error', async (t) => {
  const absent = await serve(t, () => undefined)
  const nothing = await gatherFacts(connect({ kubeconfig: absent }), anywhere, registry, now)
  for (const key of ['validating', 'certificate', 'deployment', 'policy', 'trial'] as const) t.same(nothing[key], { state: 'absent' }, key)
  const forbidden = await serve(t, () => failure(403, 'forbidden'))
  const hidden = await gatherFacts(connect({ kubeconfig: forbidden }), anywhere, registry, now)
  t.match(hidden.deployment, { state: 'hidden', problem: /get deployments initlint\/initlint/ })
  const stranger = await serve(t, () => failure(401, 'Unauthorized'))
  await t.rejects(gatherFacts(connect({ kubeconfig: stranger }), anywhere, registry, now), { name: 'StartError' })
})
