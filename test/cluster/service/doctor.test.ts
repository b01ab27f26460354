/**
 * `initlint doctor` on a real API server: the default installation, one fault at a time, and the command of each remedy, which must repair
 * the fault. The API server calls the replicas by their Service.
 */
import { delimiter, join } from 'node:path'
import t from 'tap'
import { asArray, asString, at, member } from '../../../src/model/json.ts'
import { makePair } from '../../../src/server/certificates/make.ts'
import { until } from '../../support/waiting.ts'
import { initlint } from '../support/initlint.ts'
import { freePort, run } from '../support/processes.ts'
import { binaries } from '../support/programs.ts'
import { chart, helm, overlay } from '../support/rendered.ts'
import { addresses, namespace, startReplica, unreachable } from '../support/replicas.ts'
import { startInstalled, untilReviewed } from '../support/service.ts'

const controlPlane = await startInstalled(t)
const { kubectl, mustKubectl, config } = controlPlane
const replicas = [await startReplica(t, controlPlane, addresses[0]), await startReplica(t, controlPlane, addresses[1])]

/** No controller runs here, so the test sets the status that it would set. */
const setReady = (readyReplicas: number) => {
  const status = JSON.stringify({ status: { replicas: 2, readyReplicas, updatedReplicas: 2 } })
  return mustKubectl(['patch', 'deployment', 'initlint', '-n', namespace, '--subresource=status', '--type=merge', '-p', status])
}
await setReady(2)
await untilReviewed(controlPlane)

const patch = (object: readonly string[], ...steps: readonly object[]) =>
  mustKubectl(['patch', ...object, '--type=json', '-p', JSON.stringify(steps)])
const configuration = ['validatingwebhookconfiguration', 'initlint']
const service = ['service', 'initlint', '-n', namespace]
const field = '/webhooks/0/clientConfig/service'
const policy = (data: Readonly<Record<string, string>>) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'initlint-policy', namespace },
  data: Object.fromEntries(Object.entries(data).map(([key, text]) => [key, `apiVersion: initlint.dev/v1alpha1\nkind: Policy\n${text}\n`])),
})
const applyPolicy = (data: Readonly<Record<string, string>>) => mustKubectl(['apply', '-f', '-'], policy(data))

interface Examined {
  readonly code: number
  /** Level of each finding that is not ok, by id. */
  readonly trouble: Readonly<Record<string, string>>
  readonly remedies: Readonly<Record<string, string>>
  readonly text: string
}

async function examine(flags: readonly string[] = []): Promise<Examined> {
  const { code, stdout, stderr } = await initlint(['doctor', '--kubeconfig', config.kubeconfigPath, '--format', 'json', ...flags])
  if (stdout === '') throw new Error(stderr)
  const findings = asArray(member(JSON.parse(stdout), 'findings'))
  const trouble = findings.filter((finding) => member(finding, 'level') !== 'ok')
  const byId = (key: string) =>
    Object.fromEntries(trouble.map((finding) => [asString(at(finding, 'id')) ?? '', asString(at(finding, key)) ?? '']))
  const text = findings.map((finding) => `${at(finding, 'message')} ${at(finding, 'where')} ${at(finding, 'remedy')}`).join('\n')
  return { code, trouble: byId('level'), remedies: byId('remedy'), text }
}

type Tap = Pick<typeof t, 'same' | 'equal' | 'ok'>

/**
 * Waits until doctor has these findings and this text: initlint and the API server learn about changes by watches, and the trial of one
 * run can be older than the status that the same run reads.
 */
async function expectTrouble(
  t: Tap,
  what: string,
  trouble: Readonly<Record<string, string>>,
  text = '',
  flags: readonly string[] = [],
): Promise<Examined> {
  let last: Examined | undefined
  const found = async () => {
    last = await examine(flags)
    return JSON.stringify(last.trouble) === JSON.stringify(trouble) && last.text.includes(text)
  }
  await until(`doctor finds: ${what}`, found, 20_000).catch(() => undefined)
  t.same(last?.trouble, trouble, `${what}: ${last?.text}`)
  t.ok(last?.text.includes(text), `${text} in ${last?.text}`)
  t.equal(last?.code, Object.values(trouble).includes('error') ? 1 : 0)
  if (last === undefined) throw new Error(what)
  return last
}

/** Runs the command of a remedy. */
async function repair(remedy: string | undefined): Promise<void> {
  const [command] = /(?:CA=|kubectl |helm ).*$/.exec(remedy?.replace(/^.*By hand: /, '') ?? '') ?? []
  if (command === undefined) throw new Error(`no command: ${remedy}`)
  const env = { KUBECONFIG: config.kubeconfigPath, PATH: `${binaries}${delimiter}${process.env.PATH}` }
  const { code, stderr } = await run('sh', ['-c', command], { env })
  if (code !== 0) throw new Error(`${command}: ${stderr}`)
}

/** Causes a fault, waits until doctor finds it and nothing else, and runs the command of its remedy. The next finding shows that it worked. */
async function faultAndRepair(
  t: Tap,
  what: string,
  cause: () => Promise<unknown>,
  trouble: Readonly<Record<string, string>>,
  text = '',
): Promise<void> {
  await cause()
  const { remedies } = await expectTrouble(t, what, trouble, text)
  // The trial is a consequence.
  for (const id of Object.keys(trouble).filter((id) => id !== 'trial')) await repair(remedies[id])
}

t.test('a healthy installation: exit code 0, how it was installed, the trial and the remaining life of the certificate', async (t) => {
  await expectTrouble(t, 'nothing', {})
  const { stdout, code } = await initlint(['doctor', '--kubeconfig', config.kubeconfigPath])
  t.equal(code, 0)
  t.match(stdout, /^ok +installation +initlint is installed as initlint in the namespace initlint \(kubectl apply\)/m)
  t.match(stdout, /^ok +endpoints +.* has 2 ready endpoints \(10\.99\.0\.11:8443, 10\.99\.0\.12:8443\)/m)
  t.match(stdout, /^ok +trial +.* in default \(dry run, \d+ ms\)/m)
  t.match(stdout, /^ok +certificate +.* for 89 days/m)
})

t.test('a wrong Service name, port or path in the configuration: the command of the remedy repairs it', async (t) => {
  const wrong = (key: string, value: unknown) => () => patch(configuration, { op: 'replace', path: `${field}/${key}`, value })
  await faultAndRepair(t, 'Service name', wrong('name', 'webhook'), { 'service-name': 'error', trial: 'error' }, 'initlint/webhook')
  await faultAndRepair(t, 'port', wrong('port', 8443), { 'service-port': 'error', trial: 'error' }, 'calls port 8443')
  await faultAndRepair(t, 'path', wrong('path', '/validat'), { path: 'error', trial: 'error' }, 'calls the path /validat;')
})

t.test('incomplete rules and an excluded namespace: the command of the remedy repairs it', async (t) => {
  await faultAndRepair(
    t,
    'rules',
    () => patch(configuration, { op: 'remove', path: '/webhooks/0/rules/1' }),
    { rules: 'warning' },
    'deployments',
  )
  await mustKubectl(['create', 'namespace', 'shop'])
  const exclude = { op: 'add', path: '/webhooks/0/namespaceSelector/matchExpressions/0/values/-', value: 'shop' }
  await faultAndRepair(t, 'namespace', () => patch(configuration, exclude), { namespaces: 'warning' }, 'objects in shop')
  await faultAndRepair(t, 'own namespace', () => patch(configuration, { op: 'remove', path: '/webhooks/0/namespaceSelector' }), {
    'own-namespace': 'error',
  })
})

t.test('a RoleBinding that is gone, and a caBundle with another CA that initlint may not correct', async (t) => {
  const gone = (kind: string) => mustKubectl(['delete', kind, 'initlint', '-n', namespace])
  await faultAndRepair(t, 'RoleBinding', () => gone('rolebinding'), { permissions: 'error' }, 'there is no RoleBinding initlint/initlint')
  const { ca } = await makePair({ dns: ['other.example'], ip: [] }, Date.now())
  const stale = async () => {
    await gone('clusterrolebinding')
    const value = Buffer.from(ca).toString('base64')
    await patch(configuration, ...[0, 1].map((index) => ({ op: 'replace', path: `/webhooks/${index}/clientConfig/caBundle`, value })))
  }
  await faultAndRepair(t, 'CA', stale, { 'ca-bundle': 'error', permissions: 'error', trial: 'error' }, 'does not trust the CA')
})

t.test('an invalid policy, one without findings, one that denies the trial, and a missing key', async (t) => {
  const operations = (value: readonly string[]) => patch(configuration, { op: 'replace', path: '/webhooks/1/rules/0/operations', value })
  // The webhook of the policy would reject it.
  await operations(['CREATE'])
  const invalid = policy({ '10-base.yaml': 'rules: {image-latets: deny, image-latest: refuse}' })
  await until('the invalid policy is stored', async () => (await kubectl(['apply', '-f', '-'], invalid)).code === 0)
  await operations(['CREATE', 'UPDATE'])
  await expectTrouble(t, 'the policy is refused', { policy: 'error' }, '10-base.yaml:3')
  await applyPolicy({ '10-base.yaml': 'preset: off' })
  await expectTrouble(t, 'a trial without findings', {}, 'has no finding')
  await applyPolicy({ '10-base.yaml': 'rules: {image-latest: deny}', '20-site.yaml': 'rules: {}' })
  await expectTrouble(t, 'a denied trial', {}, 'initlint warned about')
  // Applying the overlay without the key of the site removes the key.
  await faultAndRepair(
    t,
    'a missing key',
    () => mustKubectl(['apply', '-k', overlay('default')]),
    { 'policy-keys': 'warning' },
    'no longer has 20-site.yaml',
  )
})

t.test('replicas that are not ready, and a Service that selects other pods', async (t) => {
  await setReady(1)
  await expectTrouble(t, 'one of two replicas is ready', { replicas: 'warning' })
  await setReady(2)
  const selector = { op: 'replace', path: '/spec/selector', value: { app: 'other' } }
  await faultAndRepair(t, 'selector', () => patch(service, selector), { endpoints: 'error' }, 'does not match the pods')
})

t.test('two releases: both are named, and a missing object comes back from the stored manifest of Helm', async (t) => {
  const release = ['lint', chart, '-n', 'tools', '--create-namespace', '--set', 'image.repository=registry.example/initlint']
  const { code, stderr } = await helm(['install', ...release], '', { KUBECONFIG: config.kubeconfigPath })
  t.equal(code, 0, stderr)
  const { remedies } = await expectTrouble(
    t,
    'two releases',
    { installation: 'warning' },
    'lint-initlint in the namespace tools (Helm release lint)',
  )
  await mustKubectl(['delete', 'service', 'lint-initlint', '-n', 'tools'])
  const flags = ['--namespace', 'tools']
  const other = await expectTrouble(
    t,
    'the other one',
    {
      installation: 'warning',
      'ca-bundle': 'error',
      endpoints: 'error',
      replicas: 'error',
      certificate: 'error',
      policy: 'warning',
    },
    'There is no Service tools/lint-initlint',
    flags,
  )
  t.notMatch(other.text, /manifests\/|overlays/)
  // The objects that exist are reported, so kubectl fails.
  await repair(other.remedies.endpoints?.replace(/, which creates .*$/, '')).catch(() => undefined)
  t.match(await mustKubectl(['get', 'service', 'lint-initlint', '-n', 'tools']), '443/TCP')
  await repair(remedies.installation?.replace(/^.*(helm uninstall \S+ -n \w+).*$/, '$1'))
  await expectTrouble(t, 'one release', {})
})

t.test('nothing listens: refused connections, a wrong port of the Service, no endpoints, then a network that drops packets', async (t) => {
  for (const replica of replicas) await replica.crash()
  await patch(configuration, { op: 'replace', path: '/webhooks/0/failurePolicy', value: 'Fail' })
  await expectTrouble(t, 'failing closed', { 'failure-policy': 'warning', trial: 'error' }, 'connection refused')
  await patch(configuration, { op: 'replace', path: '/webhooks/0/failurePolicy', value: 'Ignore' })

  await patch(service, { op: 'replace', path: '/spec/ports/0/port', value: 9443 })
  const { remedies } = await expectTrouble(t, 'the port of the Service', { 'service-port': 'error', trial: 'error' }, 'has only 9443')
  await repair(remedies['service-port'])

  for (const replica of replicas) await replica.leave()
  await expectTrouble(t, 'no endpoints', { endpoints: 'error', trial: 'error' }, 'has no ready endpoint')

  await mustKubectl(['apply', '-f', '-'], {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name: 'initlint-dropped', namespace, labels: { 'kubernetes.io/service-name': 'initlint' } },
    addressType: 'IPv4',
    endpoints: [{ addresses: [unreachable], conditions: { ready: true } }],
    ports: [{ name: 'webhook', port: 8443, protocol: 'TCP' }],
  })
  await expectTrouble(t, 'packets are dropped', { network: 'error' }, `the network between the API server and ${unreachable}:8443`)
  await mustKubectl(['delete', ...configuration])
  await expectTrouble(t, 'no configuration', { 'validating-configuration': 'error' }, 'kubectl apply')
})

t.test('a cluster that does not answer, an unknown context or a missing file: exit code 2 and one sentence', async (t) => {
  const missing = await initlint(['doctor', '--kubeconfig', '/no/such/file'])
  t.equal(missing.code, 2)
  t.equal(missing.stderr.trim().split('\n').length, 1)
  const context = await initlint(['doctor', '--kubeconfig', config.kubeconfigPath, '--context', 'unknown-context'])
  t.equal(context.code, 2)
  t.match(context.stderr, 'unknown-context')
  const silent = JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'x',
    clusters: [{ name: 'x', cluster: { server: `https://127.0.0.1:${await freePort()}` } }],
    users: [{ name: 'x', user: {} }],
    contexts: [{ name: 'x', context: { cluster: 'x', user: 'x' } }],
  })
  const file = join(t.testdir({ kubeconfig: silent }), 'kubeconfig')
  const unanswered = await initlint(['doctor', '--kubeconfig', file])
  t.equal(unanswered.code, 2)
  t.match(unanswered.stderr, 'cannot be reached')
})
