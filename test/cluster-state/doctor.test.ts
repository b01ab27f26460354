/** The findings that `initlint doctor` derives from facts. */
import t from 'tap'
import { renderFindings } from '../../src/cli/commands/doctor.ts'
import type {
  ConfigurationFacts,
  DoctorFacts,
  GrantFacts,
  Installation,
  Origin,
  Seen,
  Target,
  TrialFacts,
  WebhookFacts,
} from '../../src/cluster/doctor/facts.ts'
import { judge } from '../../src/cluster/doctor/judge.ts'

const day = 24 * 60 * 60 * 1000
const now = Date.UTC(2026, 10, 1)
const found = <T>(value: T): Seen<T> => ({ state: 'found', value })
const absent = { state: 'absent' } as const
const hidden = { state: 'hidden', problem: 'RBAC does not allow you to get it.' } as const

const target: Target = { kind: 'service', name: 'initlint', namespace: 'initlint', port: 443, path: '/validate' }
const webhook: WebhookFacts = {
  name: 'validate.initlint.dev',
  target,
  trusts: ['ca-1'],
  failurePolicy: 'Ignore',
  selectsOwnNamespace: false,
  missingRules: [],
  excluded: [],
  excludesObjects: undefined,
}
const policyWebhook: WebhookFacts = { ...webhook, name: 'policy.initlint.dev', target: { ...target, path: '/validate-policy' } }
const fixWebhook: WebhookFacts = { ...webhook, name: 'fix.initlint.dev', target: { ...target, path: '/mutate' } }
const configuration: ConfigurationFacts = { injector: undefined, webhooks: [webhook, policyWebhook] }
const leaf = { madeAt: now - 10 * day, notAfter: now + 80 * day }
const certificate = { authorities: ['ca-1'], leaf, problems: [] }
const policy = { id: 'abc', errors: [], warnings: [], lastGood: 'abc', missingKeys: [] }
const trial: TrialFacts = { namespace: 'default', milliseconds: 7, outcome: 'answered', message: '' }
const labels = { 'app.kubernetes.io/name': 'initlint' }
const deployment = { wanted: 2, ready: 2, updated: 2, selector: labels, podLabels: labels, webhookPort: 'webhook', webhookPortNumber: 8443 }
const service = { ports: [443], webhookPort: 443, selectsPods: true }
const endpoints = { ready: 2, notReady: 0, addresses: ['10.0.0.1:8443', '10.0.0.2:8443'] }
const installation: Installation = {
  name: 'initlint',
  namespace: 'initlint',
  origin: { tool: 'kubectl' },
  service: 'initlint',
  policy: 'initlint-policy',
  secret: 'initlint-certificate',
  account: 'initlint',
}
const grant = (changes: Partial<GrantFacts>): GrantFacts => ({
  kind: 'Role',
  name: 'initlint',
  denied: [],
  role: 'found',
  binding: 'found',
  ...changes,
})
const denied = [{ group: '', resource: 'secrets', name: 'initlint-certificate', verbs: ['get', 'list'] }]
const healthy: DoctorFacts = {
  installation,
  others: [],
  now,
  validating: found(configuration),
  mutating: absent,
  service: found(service),
  endpoints: found(endpoints),
  certificate: found(certificate),
  deployment: found(deployment),
  grants: found([grant({}), grant({ kind: 'ClusterRole' })]),
  policy: found(policy),
  trial: found(trial),
}

/** id=level of each finding that is not ok. */
function trouble(changes: Partial<DoctorFacts>): string {
  const findings = judge({ ...healthy, ...changes }).filter(({ level }) => level !== 'ok')
  for (const { id, where, remedy } of findings) if (remedy === '' || where === '') throw new Error(`${id} has no remedy or no place`)
  return findings.map(({ id, level }) => `${id}=${level}`).join(' ')
}

t.test('each problem gives its finding and level', async (t) => {
  const hooks = (changes: Partial<WebhookFacts>) => found({ ...configuration, webhooks: [webhook, { ...policyWebhook, ...changes }] })
  const injected = (trusts: readonly string[]) =>
    found({ injector: 'cert-manager.io/inject-ca-from', webhooks: [webhook, policyWebhook].map((hook) => ({ ...hook, trusts })) })
  const cases: readonly (readonly [what: string, changes: Partial<DoctorFacts>, expected: string])[] = [
    ['healthy', {}, ''],
    ['with fixes', { mutating: found({ ...configuration, webhooks: [fixWebhook] }) }, ''],
    ['not installed', { validating: absent }, 'validating-configuration=error'],
    ['no caBundle', { validating: hooks({ trusts: [] }) }, 'ca-bundle=error'],
    ['another CA', { validating: hooks({ trusts: ['ca-2'] }) }, 'ca-bundle=error'],
    ['a CA change', { validating: hooks({ trusts: ['ca-1', 'ca-0'] }) }, ''],
    ['a CA change that is not registered', { certificate: found({ ...certificate, authorities: ['ca-2', 'ca-1'] }) }, 'ca-bundle=error'],
    ['cert-manager', { validating: injected(['other']), certificate: absent }, ''],
    ['cert-manager, not yet', { validating: injected([]), certificate: absent }, 'ca-bundle=error'],
    [
      'mutating configuration without caBundle',
      { mutating: found({ ...configuration, webhooks: [{ ...fixWebhook, trusts: [] }] }) },
      'ca-bundle=error',
    ],
    ['own namespace', { validating: hooks({ selectsOwnNamespace: true }) }, 'own-namespace=error'],
    ['Fail', { validating: hooks({ failurePolicy: 'Fail' }) }, 'failure-policy=warning'],
    ['no Secret', { certificate: absent }, 'certificate=error'],
    [
      'an empty Secret',
      { certificate: found({ ...certificate, leaf: undefined, problems: ['tls.crt and tls.key are empty'] }) },
      'certificate=error',
    ],
    ['expired', { certificate: found({ ...certificate, leaf: { ...leaf, notAfter: now - 1 } }) }, 'certificate=error'],
    [
      'not renewed',
      { certificate: found({ ...certificate, leaf: { madeAt: now - 80 * day, notAfter: now + day } }) },
      'certificate=warning',
    ],
    ['no Deployment', { deployment: absent }, 'replicas=error'],
    ['none ready', { deployment: found({ ...deployment, wanted: 2, ready: 0, updated: 2 }) }, 'replicas=error'],
    ['scaled to 0', { deployment: found({ ...deployment, wanted: 0, ready: 0, updated: 0 }) }, 'replicas=error'],
    ['one of two', { deployment: found({ ...deployment, wanted: 2, ready: 1, updated: 2 }) }, 'replicas=warning'],
    ['a rollout', { deployment: found({ ...deployment, wanted: 2, ready: 2, updated: 1 }) }, 'replicas=warning'],
    ['one replica', { deployment: found({ ...deployment, wanted: 1, ready: 1, updated: 1 }) }, 'replicas=warning'],
    ['no policy', { policy: absent }, 'policy=error'],
    ['invalid policy', { policy: found({ ...policy, errors: ['policy.yaml:1:1: no'] }) }, 'policy=error'],
    ['policy with warnings', { policy: found({ ...policy, warnings: ['policy.yaml:1:1: hm'] }) }, 'policy=warning'],
    ['policy not used yet', { policy: found({ ...policy, lastGood: 'old' }) }, 'policy=warning'],
    ['silent', { trial: found({ ...trial, outcome: 'silent' }) }, 'network=error'],
    ['failed', { trial: found({ ...trial, outcome: 'failed', message: 'context deadline exceeded' }) }, 'network=error'],
    ['nothing listens', { trial: found({ ...trial, outcome: 'failed', message: 'dial tcp: connection refused' }) }, 'trial=error'],
    ['another certificate', { trial: found({ ...trial, outcome: 'failed', message: 'x509: unknown authority' }) }, 'trial=error'],
    [
      'silent, not everything checked',
      { endpoints: hidden, trial: found({ ...trial, outcome: 'silent' }) },
      'endpoints=warning trial=error',
    ],
    [
      'silent at a URL',
      {
        validating: found({ ...configuration, webhooks: [{ ...webhook, target: { kind: 'url', path: '/validate' } }] }),
        service: absent,
        endpoints: absent,
        trial: found({ ...trial, outcome: 'silent' }),
      },
      'validating-configuration=warning trial=error',
    ],
    ['no Service', { service: absent }, 'endpoints=error'],
    ['no EndpointSlice', { endpoints: absent }, 'endpoints=error'],
    ['a certificate of another component', { installation: { ...installation, secret: undefined }, certificate: absent }, ''],
    ['an objectSelector', { validating: hooks({ excludesObjects: 'objectSelector' }) }, 'rules=warning'],
    ['a wrong path of a URL', { validating: hooks({ target: { kind: 'url', path: '/' } }) }, 'path=error'],
    ['a webhook of another name', { validating: hooks({ name: 'x.example' }) }, 'validating-configuration=warning'],
    ['rejected', { trial: found({ ...trial, outcome: 'rejected', message: 'quota' }) }, 'trial=warning'],
    ['quiet', { trial: found({ ...trial, outcome: 'quiet' }) }, ''],
    ['no namespace for a trial', { trial: absent }, 'trial=warning'],
    [
      'a user without permissions',
      {
        ...{ validating: hidden, mutating: hidden, service: hidden, endpoints: hidden, certificate: hidden, deployment: hidden },
        ...{ grants: hidden, policy: hidden, trial: hidden },
      },
      'validating-configuration=warning mutating-configuration=warning endpoints=warning replicas=warning certificate=warning permissions=warning policy=warning',
    ],
  ]
  for (const [what, changes, expected] of cases) t.equal(trouble(changes), expected, what)
})

/** The findings that are not ok. */
function troubles(changes: Partial<DoctorFacts>) {
  return judge({ ...healthy, ...changes }).filter(({ level }) => level !== 'ok')
}

/** The commands that patch an object with JSON patch, from remedies. */
function patches(remedy: string): readonly unknown[] {
  return [...remedy.matchAll(/--type=json -p '([^']*)'/g)].flatMap(([, text = '']) => JSON.parse(text))
}

t.test('the twelve states are told apart, each with the remedy for this installation', async (t) => {
  const hook = (changes: Partial<WebhookFacts>) => ({
    validating: found({ ...configuration, webhooks: [{ ...webhook, ...changes }, policyWebhook] }),
  })
  const silent = { trial: found({ ...trial, outcome: 'silent' as const }) }
  const calls = (changes: Partial<Target>) => hook({ target: { ...target, ...changes } as Target })
  const configured = 'kubectl patch validatingwebhookconfiguration initlint --type=json -p'
  const field = '/webhooks/0/clientConfig/service'
  const cases: readonly (readonly [what: string, Partial<DoctorFacts>, id: string, where: string, remedy: string, patch?: unknown])[] = [
    [
      'no endpoints',
      { ...silent, endpoints: found({ ready: 0, notReady: 0, addresses: [] }) },
      'endpoints=error trial=error',
      'EndpointSlices of Service initlint/initlint',
      'kubectl delete endpointslices -n initlint -l kubernetes.io/service-name=initlint;',
    ],
    [
      'no endpoints, because no replica is ready',
      { ...silent, endpoints: found({ ready: 0, notReady: 2, addresses: [] }), deployment: found({ ...deployment, ready: 0 }) },
      'endpoints=error replicas=error trial=error',
      'EndpointSlices of Service initlint/initlint',
      'kubectl rollout status -n initlint deployment/initlint',
    ],
    [
      'no endpoints, because the selector is wrong',
      { ...silent, service: found({ ...service, selectsPods: false }), endpoints: found({ ready: 0, notReady: 0, addresses: [] }) },
      'endpoints=error trial=error',
      'Service initlint/initlint spec.selector',
      'kubectl patch service initlint -n initlint --type=json -p',
      { op: 'add', path: '/spec/selector', value: labels },
    ],
    [
      'Service name wrong',
      { ...silent, ...calls({ name: 'webhook' }) },
      'service-name=error trial=error',
      'ValidatingWebhookConfiguration initlint webhooks[0].clientConfig.service',
      configured,
      { op: 'replace', path: `${field}/name`, value: 'initlint' },
    ],
    [
      'port wrong in the configuration',
      { ...silent, ...calls({ port: 8443 }) },
      'service-port=error trial=error',
      'ValidatingWebhookConfiguration initlint webhooks[0].clientConfig.service.port',
      configured,
      { op: 'replace', path: `${field}/port`, value: 443 },
    ],
    [
      'port wrong in the Service',
      { ...silent, service: found({ ...service, ports: [8443], webhookPort: 8443 }) },
      'service-port=error service-port=error trial=error',
      'Service initlint/initlint spec.ports',
      'kubectl patch service initlint -n initlint --type=json -p',
      { op: 'replace', path: '/spec/ports', value: [{ name: 'webhook', port: 443, targetPort: 'webhook' }] },
    ],
    [
      'target port wrong in the Service',
      { ...silent, service: found({ ...service, webhookPort: undefined }) },
      'service-port=error trial=error',
      'Service initlint/initlint spec.ports',
      'kubectl patch service initlint -n initlint --type=json -p',
      { op: 'replace', path: '/spec/ports', value: [{ name: 'webhook', port: 443, targetPort: 'webhook' }] },
    ],
    [
      'path wrong',
      { ...silent, ...calls({ path: '/' }) },
      'path=error trial=error',
      'ValidatingWebhookConfiguration initlint webhooks[0].clientConfig.service',
      configured,
      { op: 'add', path: `${field}/path`, value: '/validate' },
    ],
    [
      'rules cut down',
      hook({ missingRules: [{ group: 'apps', operations: ['CREATE', 'UPDATE'], resources: ['deployments'] }] }),
      'rules=warning',
      'ValidatingWebhookConfiguration initlint webhooks[0].rules',
      configured,
      {
        op: 'add',
        path: '/webhooks/0/rules/-',
        value: {
          apiGroups: ['apps'],
          apiVersions: ['v1'],
          operations: ['CREATE', 'UPDATE'],
          resources: ['deployments'],
          scope: 'Namespaced',
        },
      },
    ],
    [
      'rules without Pods',
      { ...hook({ missingRules: [{ group: '', operations: ['CREATE'], resources: ['pods'] }] }), trial: absent },
      'rules=error trial=warning',
      'ValidatingWebhookConfiguration initlint webhooks[0].rules',
      configured,
    ],
    [
      'namespace excluded by name',
      hook({
        excluded: [{ namespace: 'shop', condition: 'kubernetes.io/metadata.name NotIn (shop)', pointer: '/matchExpressions/0/values/3' }],
      }),
      'namespaces=warning',
      'ValidatingWebhookConfiguration initlint webhooks[0].namespaceSelector',
      configured,
      { op: 'remove', path: '/webhooks/0/namespaceSelector/matchExpressions/0/values/3' },
    ],
    [
      'namespace excluded by a label',
      hook({ excluded: [{ namespace: 'shop', condition: 'team=a', pointer: undefined }] }),
      'namespaces=warning',
      'ValidatingWebhookConfiguration initlint webhooks[0].namespaceSelector',
      'kubectl get namespace shop --show-labels',
    ],
    [
      'CA stale',
      { ...silent, ...hook({ trusts: ['ca-0'] }) },
      'ca-bundle=error trial=error',
      'ValidatingWebhookConfiguration initlint webhooks[0].clientConfig.caBundle',
      'CA=$(kubectl get secret initlint-certificate -n initlint',
    ],
    [
      'RoleBinding gone',
      { grants: found([grant({ denied, binding: 'absent' }), grant({ kind: 'ClusterRole' })]) },
      'permissions=error',
      'RoleBinding initlint/initlint',
      'kubectl create rolebinding initlint -n initlint --role=initlint --serviceaccount=initlint:initlint',
    ],
    [
      'ClusterRoleBinding gone',
      { grants: found([grant({ kind: 'ClusterRole', denied, binding: 'absent' })]) },
      'permissions=error',
      'ClusterRoleBinding initlint',
      'kubectl create clusterrolebinding initlint --clusterrole=initlint --serviceaccount=initlint:initlint',
    ],
    [
      'RoleBinding of another account',
      { grants: found([grant({ denied, binding: 'other' })]) },
      'permissions=error',
      'RoleBinding initlint/initlint',
      'kubectl delete rolebinding initlint -n initlint && kubectl create rolebinding initlint',
    ],
    [
      'a permission removed from the Role',
      { grants: found([grant({ denied })]) },
      'permissions=error',
      'Role initlint/initlint rules',
      'kubectl patch role initlint -n initlint --type=json -p',
      {
        op: 'add',
        path: '/rules/-',
        value: { apiGroups: [''], resources: ['secrets'], resourceNames: ['initlint-certificate'], verbs: ['get', 'list'] },
      },
    ],
    ['Role gone', { grants: found([grant({ denied, role: 'absent' })]) }, 'permissions=error', 'Role initlint/initlint', 'kubectl apply'],
    [
      'policy invalid',
      { policy: found({ ...policy, errors: ['10-base.yaml:4:3: rules.image-latets: there is no rule image-latets'], lastGood: 'old' }) },
      'policy=error',
      'ConfigMap initlint/initlint-policy',
      'kubectl edit configmap initlint-policy -n initlint',
    ],
    [
      'keys missing',
      { policy: found({ ...policy, missingKeys: ['20-site.yaml'] }) },
      'policy-keys=warning',
      'ConfigMap initlint/initlint-policy data',
      'kubectl patch configmap initlint-policy-status -n initlint --type=merge',
    ],
    [
      'firewall',
      silent,
      'network=error',
      'Service initlint/initlint',
      'the network between the API server and 10.0.0.1:8443, 10.0.0.2:8443',
    ],
    [
      'two releases',
      {
        others: [
          { ...installation, name: 'lint-initlint', namespace: 'tools', origin: { tool: 'helm', release: 'lint', namespace: 'tools' } },
        ],
      },
      'installation=warning',
      'Deployment initlint/initlint, Deployment tools/lint-initlint',
      'helm uninstall lint -n tools',
    ],
  ]
  for (const [what, changes, expected, where, remedy, patch] of cases) {
    const [first, ...more] = troubles(changes)
    t.equal([first, ...more].map((each) => `${each?.id}=${each?.level}`).join(' '), expected, what)
    t.equal(first?.where, where, what)
    t.ok(first?.remedy.includes(remedy), `${what}: ${first?.remedy}`)
    if (patch !== undefined)
      t.ok(
        patches(first?.remedy ?? '').some((step) => JSON.stringify(step) === JSON.stringify(patch)),
        `${what}: ${first?.remedy}`,
      )
    const last = more.find(({ id }) => id === 'trial')
    if (last?.level === 'error') t.equal(last.remedy, `Correct this first: ${first?.message}`, what)
  }
})

t.test('a remedy names what this installation consists of, and no overlay or chart that was not seen', async (t) => {
  const origins: readonly (readonly [Origin, string])[] = [
    [{ tool: 'helm', release: 'lint', namespace: 'tools' }, 'helm get manifest lint -n tools | kubectl create -f -'],
    [{ tool: 'chart', release: 'lint' }, 'release lint'],
    [{ tool: 'argocd', application: 'platform-lint' }, 'Argo CD application platform-lint'],
    [{ tool: 'flux', name: 'lint', namespace: 'flux-system' }, 'flux reconcile kustomization lint -n flux-system'],
    [{ tool: 'kubectl' }, 'kubectl apply with the same manifests'],
    [{ tool: 'unknown' }, 'the same manifests'],
  ]
  for (const [origin, expected] of origins) {
    const named = {
      ...installation,
      name: 'lint',
      namespace: 'tools',
      service: 'lint',
      policy: 'rules',
      secret: 'tls',
      account: 'bot',
      origin,
    }
    const gone = { validating: absent, service: absent, deployment: absent, policy: absent, endpoints: absent, certificate: absent }
    const role = grant({ name: 'lint', denied: [{ group: '', resource: 'secrets', name: 'tls', verbs: ['get'] }], role: 'absent' })
    const findings = troubles({ ...gone, installation: named, others: [named], grants: found([role]) })
    t.ok(findings.length >= 6)
    const texts = findings.map(({ message, where, remedy }) => `${message} ${where} ${remedy}`).join('\n')
    t.ok(texts.includes(expected), texts)
    t.notMatch(texts, /overlays|manifests\/|initlint-/)
    if (origin.tool !== 'helm') t.notMatch(texts, /helm (get|uninstall)/)
    if (origin.tool !== 'flux') t.notMatch(texts, /flux/i)
  }
})

t.test('the text is aligned, has the object and the remedy below each problem, and contains no control characters', async (t) => {
  const findings = judge({ ...healthy, trial: found({ ...trial, outcome: 'failed', message: 'a\u001b[31m\nb' }) })
  const lines = renderFindings(findings, false).split('\n')
  const [first] = lines
  t.match(first, /^ok {7}installation {14}initlint is/)
  t.match(lines.at(-2), '1 error, 0 warnings')
  const index = lines.findIndex((line) => line.startsWith('error    network'))
  t.equal(lines[index + 1]?.search(/\S/), lines[index]?.indexOf('The API server'))
  t.match(lines[index + 1], /^ +in Service initlint\/initlint$/)
  t.notOk(lines.join('').includes('\u001b'))
})
