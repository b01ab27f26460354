/** `scan` on the command line, with saved lists and with an API server. */
import { readFileSync } from 'node:fs'
import { loadAll } from 'js-yaml'
import t from 'tap'
import { asArray, at } from '../../src/model/json.ts'
import { deployment, podSpec, replicasOf, stored } from '../scan/objects.ts'
import { cluster, cut, forbidden, none, notFound } from './fake-api-server.ts'
import { runCli, writeFiles } from './fake-io.ts'

const policyText = (body: string): string => `apiVersion: initlint.dev/v1alpha1\nkind: Policy\n${body}\n`
const list = (items: readonly unknown[]): string => JSON.stringify({ apiVersion: 'v1', kind: 'List', items })
const objects = [...replicasOf('web', 'nginx'), deployment('web', 'nginx'), deployment('ok', 'nginx:1.27', { namespace: 'other' })]

t.test('--from reads a file or standard input, in any order, with the recommended preset', async (t) => {
  const cwd = t.testdir({ 'saved.json': list(objects) })
  const file = await runCli(['scan', '--from', 'saved.json', '--format', 'json'], { cwd })
  const { summary, workloads, notLookedAt } = JSON.parse(file.stdout)
  t.match(summary, { scanned: 'saved.json', workloads: 2, pods: 2, namespaces: 2, byEffect: { blocks: 0, denies: 0, warns: 1 } })
  t.match(workloads, [{ object: { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'web' }, pods: 2, effect: 'warns' }])
  t.match(workloads[0].diagnostics[0], { rule: 'image-latest', container: 'app', pointer: '/spec/template/spec/containers/0/image' })
  t.same(notLookedAt, [])
  const piped = await runCli(['scan', '--from', '-', '--format', 'json'], { stdin: list(objects) })
  t.same(JSON.parse(piped.stdout).workloads, workloads)
})

t.test('-n, --limit, --show audit, --policy and --fail-on', async (t) => {
  const many = Array.from({ length: 5 }, (_, index) => deployment(`web-${index}`, 'nginx'))
  const cwd = t.testdir({
    'saved.json': list([...many, ...objects]),
    'deny.yaml': policyText('rules: {image-latest: deny}'),
    'audit.yaml': policyText('preset: audit-only'),
  })
  const run = (...argv: readonly string[]) => runCli(['scan', '--from', 'saved.json', ...argv], { cwd })
  t.match((await run('--limit', '2')).stdout, /4 more: --limit 6 lists all/)
  t.match((await run('-n', 'other')).stdout, /1 workload, 0 pods, 1 namespace[\s\S]*No findings/)
  t.notMatch((await run('--policy', 'audit.yaml')).stdout, 'deployment/web-0')
  t.match((await run('--policy', 'audit.yaml', '--show', 'audit')).stdout, 'deployment/web-0')
  t.equal((await run()).code, 0)
  t.equal((await run('--fail-on', 'deny')).code, 0)
  t.equal((await run('--fail-on', 'warn')).code, 1)
  t.equal((await run('--policy', 'deny.yaml', '--fail-on', 'deny')).code, 1)
})

t.test('namespaces for which the webhook is not called are left out, and named', async (t) => {
  const [configuration] = loadAll(readFileSync(new URL('../../manifests/base/validating-webhook.yaml', import.meta.url), 'utf8'))
  const left = asArray(at(configuration, 'webhooks', 0, 'namespaceSelector', 'matchExpressions', 0, 'values')).map(String)
  t.ok(left.length > 1)
  const saved = list([...left, 'shop'].map((namespace) => deployment('web', 'nginx', { namespace })))
  const { workloads, notLookedAt } = JSON.parse((await runCli(['scan', '--from', '-', '--format', 'json'], { stdin: saved })).stdout)
  t.same(
    workloads.map(({ object }: { object: { namespace: string } }) => object.namespace),
    ['shop'],
  )
  t.same(
    notLookedAt.map(({ what }: { what: string }) => what),
    left.map((namespace) => `namespace ${namespace}`).sort(),
  )
})

t.test('a scan that takes long shows how far it is on a terminal, and prints nothing in a pipe', async (t) => {
  const started = Date.UTC(2026, 10, 22)
  const run = async (stderr: boolean) => {
    let second = 0
    const now = (): number => started + 1000 * second++
    const isTerminal = { stdin: false, stdout: false, stderr }
    return runCli(['scan', '--from', '-', '--format', 'json'], { stdin: list(objects), isTerminal, now })
  }
  const shown = await run(true)
  t.match(shown.stderr, `of ${objects.length} objects`)
  t.ok(shown.stderr.endsWith('\r\u001b[K'), 'the line is removed')
  t.equal((await run(false)).stderr, '')
  t.equal((await run(false)).stdout, shown.stdout)
})

t.test('--against shows only what differs', async (t) => {
  const cwd = t.testdir({ 'saved.json': list(objects), 'deny.yaml': policyText('rules: {image-latest: deny}') })
  writeFiles(cwd, { 'old.yaml': policyText('preset: recommended') })
  const run = (...argv: readonly string[]) => runCli(['scan', '--from', 'saved.json', ...argv], { cwd })
  const { stdout } = await run('--policy', 'deny.yaml', '--against', 'old.yaml', '--format', 'json')
  const { summary, workloads } = JSON.parse(stdout)
  t.match(summary.byChange, { denied: 1, warned: 0, relaxed: 0, silenced: 0 })
  t.match(workloads, [
    { object: { name: 'web' }, before: 'warns', effect: 'denies', diagnostics: [{ change: 'denied', rule: 'image-latest' }] },
  ])
  t.match((await run('--policy', 'old.yaml', '--against', 'old.yaml')).stdout, 'Both policies do the same.')
  t.equal((await run('--policy', 'old.yaml', '--against', 'deny.yaml', '--fail-on', 'warn')).code, 0, 'what is relaxed fails no run')
})

t.test('--format policyreport prints reports of each namespace, at most 1,000 results in one', async (t) => {
  const many = Array.from({ length: 1001 }, (_, index) => deployment(`web-${index}`, 'nginx', { namespace: 'many' }))
  const cwd = t.testdir({ 'saved.json': list([...many, ...objects]), 'deny.yaml': policyText('preset: off\nrules: {image-latest: deny}') })
  const run = (...argv: readonly string[]) =>
    runCli(['scan', '--from', 'saved.json', '--policy', 'deny.yaml', '--format', 'policyreport', ...argv], { cwd })
  const { items } = JSON.parse((await run()).stdout)
  t.match(items, [
    { apiVersion: 'openreports.io/v1alpha1', kind: 'Report', metadata: { name: 'initlint', namespace: 'many' }, summary: { fail: 1000 } },
    { metadata: { name: 'initlint-2', namespace: 'many' }, summary: { fail: 1 } },
    {
      metadata: { name: 'initlint', namespace: 'shop' },
      results: [{ rule: 'image-latest', result: 'fail', resources: [{ kind: 'Deployment', name: 'web' }] }],
    },
  ])
  t.match(JSON.parse((await run('--report-group', 'wgpolicyk8s.io')).stdout).items[0], {
    apiVersion: 'wgpolicyk8s.io/v1alpha2',
    kind: 'PolicyReport',
  })
  t.equal((await run('--against', 'deny.yaml')).code, 2)
})

t.test('what cannot be scanned: exit code 2 and one sentence', async (t) => {
  const cwd = t.testdir({ 'saved.json': list(objects), 'broken.json': '{"items": [', 'empty.json': list([]), 'bad.yaml': 'rules: [' })
  writeFiles(cwd, {
    'status.json': JSON.stringify({ apiVersion: 'v1', kind: 'Status', status: 'Failure', message: 'pods is forbidden' }),
    'nothing.json': JSON.stringify({ apiVersion: 'v1', items: [{ a: 1 }] }),
  })
  for (const [argv, why] of [
    [['--from', 'none.json'], /none\.json: no such file/],
    [['--from', 'broken.json'], /broken\.json/],
    [['--from', 'empty.json'], /no objects/],
    [['--from', 'status.json'], /an error of the API server: pods is forbidden/],
    [['--from', 'nothing.json'], /no objects/],
    [['--from', 'saved.json', '-n', 'typo'], /no objects of the namespace typo/],
    [['--from', 'saved.json', '--policy', 'bad.yaml'], /bad\.yaml/],
    [['--from', 'saved.json', '--against', 'cluster'], /needs a cluster/],
    [['--from', 'saved.json', '--context', 'x'], /cannot be used/],
    [['--from', 'saved.json', '--limit', '0'], /whole number/],
    [['--kubeconfig', 'none'], /none/],
  ] as const) {
    const { code, stdout, stderr } = await runCli(['scan', ...argv], { cwd })
    t.equal(code, 2, argv.join(' '))
    t.equal(stdout, '')
    t.match(stderr, why)
  }
})

t.test('a cluster: pages, the policy of its ConfigMap, what may not be listed, and no Secrets', async (t) => {
  // Items of a list have no apiVersion and kind.
  const deployments = [deployment('a', 'nginx'), deployment('b', 'nginx'), deployment('c', 'nginx:1.27')].map((object) => ({
    ...object,
    apiVersion: undefined,
    kind: undefined,
  }))
  const { cwd, asked } = await cluster(t, (path, query) => {
    if (path === '/api/v1/namespaces/initlint/configmaps/initlint-policy')
      return [200, { metadata: { uid: 'u', resourceVersion: '1' }, data: { 'policy.yaml': policyText('rules: {image-latest: deny}') } }]
    if (path === '/apis/apps/v1/deployments') {
      const from = Number(query.get('continue') ?? 0)
      return [200, { items: deployments.slice(from, from + 2), metadata: from === 0 ? { continue: '2' } : {} }]
    }
    return path === '/api/v1/pods' ? forbidden('pods') : none
  })
  const { code, stdout } = await runCli(['scan', '--kubeconfig', 'kubeconfig', '--format', 'json'], { cwd })
  t.equal(code, 0)
  const { summary, workloads, notLookedAt } = JSON.parse(stdout)
  t.match(summary, { scanned: 'test', policy: /^ConfigMap initlint\/initlint-policy [0-9a-f]{12}$/, workloads: 3, byEffect: { denies: 2 } })
  t.same(
    workloads.map(({ object }: { object: { name: string } }) => object.name),
    ['a', 'b'],
  )
  t.match(notLookedAt, [{ what: 'pods', why: /forbidden/ }])
  t.notOk(asked.some((path) => /secrets|nodes/.test(path)))
})

t.test('--policy-configmap names the ConfigMap, which must exist, and its namespace is left out', async (t) => {
  const { cwd } = await cluster(t, (path) => {
    if (path === '/api/v1/namespaces/lint-two/configmaps/two-policy')
      return [200, { metadata: {}, data: { 'policy.yaml': policyText('rules: {image-latest: deny}') } }]
    const items = ['lint-two', 'initlint', 'shop'].map((namespace) => deployment('web', 'nginx', { namespace }))
    return path === '/apis/apps/v1/deployments' ? [200, { items }] : path.includes('configmaps') ? notFound : none
  })
  const run = (...argv: readonly string[]) => runCli(['scan', '--kubeconfig', 'kubeconfig', '--format', 'json', ...argv], { cwd })
  const { summary, workloads, notLookedAt } = JSON.parse((await run('--policy-configmap', 'lint-two/two-policy')).stdout)
  t.match(summary.policy, /^ConfigMap lint-two\/two-policy /)
  t.match(workloads, [
    { object: { namespace: 'initlint' }, effect: 'denies' },
    { object: { namespace: 'shop' }, effect: 'denies' },
  ])
  t.match(notLookedAt, [{ what: 'namespace lint-two' }])
  t.match(await run('--policy-configmap', 'lint-two/other'), { code: 2, stderr: /get configmaps lint-two\/other failed/ })
  t.match(await run('--policy-configmap', 'other'), { code: 2, stderr: /not NAMESPACE\/NAME/ })
  t.match(await run('--policy-configmap', 'a/b', '--from', '-'), { code: 2 })
})

t.test('a list token that expires: the kind is read again and counted once', async (t) => {
  let expired = false
  const pods = ['x', 'y'].map((name) => stored('v1', 'Pod', name, { spec: podSpec('nginx') }))
  const { cwd } = await cluster(t, (path, query) => {
    if (path !== '/api/v1/pods') return path.endsWith('initlint-policy') ? notFound : none
    if (!query.has('continue')) return [200, { items: pods.slice(0, 1), metadata: { continue: 'next' } }]
    if (expired) return [200, { items: pods.slice(1), metadata: {} }]
    expired = true
    return [410, { kind: 'Status', message: 'the provided continue parameter is too old' }]
  })
  const { stdout } = await runCli(['scan', '--kubeconfig', 'kubeconfig', '--format', 'json'], { cwd })
  t.match(JSON.parse(stdout).summary, { pods: 2, workloads: 2, policy: /preset recommended, because/ })
})

t.test('custom resources with pod templates: those that are installed are listed, in the version that is wanted', async (t) => {
  const kind = (kind: string, name: string, namespaced = true, verbs = ['list']) => ({ kind, name, namespaced, verbs })
  const answers: Readonly<Record<string, unknown>> = {
    '/apis': {
      groups: [
        { name: 'argoproj.io', versions: [{ version: 'v1alpha1' }], preferredVersion: { version: 'v1alpha1' } },
        { name: 'kubeflow.org', versions: [{ version: 'v2beta1' }, { version: 'v1' }], preferredVersion: { version: 'v2beta1' } },
        { name: 'corp.example', versions: [{ version: 'v2' }, { version: 'v1' }], preferredVersion: { version: 'v2' } },
        { name: 'other.example', versions: [{ version: 'v1' }] },
      ],
    },
    '/apis/argoproj.io/v1alpha1': {
      resources: [
        kind('Rollout', 'rollouts'),
        kind('Rollout', 'rollouts/status'),
        kind('Workflow', 'workflows', true, ['create']),
        kind('Application', 'applications'),
        kind('ClusterWorkflowTemplate', 'clusterworkflowtemplates', false),
      ],
    },
    '/apis/kubeflow.org/v2beta1': { resources: [kind('MPIJob', 'mpijobs')] },
    '/apis/kubeflow.org/v1': { resources: [kind('MPIJob', 'mpijobs'), kind('Notebook', 'notebooks')] },
    '/apis/corp.example/v1': { resources: [kind('App', 'apps')] },
    '/apis/argoproj.io/v1alpha1/rollouts': {
      items: [{ ...stored('', '', 'web', { spec: { template: { spec: podSpec('nginx') } } }), apiVersion: undefined, kind: undefined }],
    },
    '/apis/corp.example/v1/apps': { items: [stored('', '', 'app', { spec: { pods: podSpec('nginx') } })] },
  }
  const { cwd, asked } = await cluster(t, (path) => {
    if (path.endsWith('initlint-policy') || path.endsWith('/notebooks')) return notFound
    if (path.endsWith('/mpijobs')) return forbidden('mpijobs.kubeflow.org')
    return [200, answers[path] ?? { items: [], metadata: {} }]
  })
  writeFiles(cwd, { 'p.yaml': policyText('templates: [{apiVersion: corp.example/v1, kind: App, paths: [spec.pods]}]') })
  const run = async (...argv: readonly string[]) =>
    JSON.parse((await runCli(['scan', '--kubeconfig', 'kubeconfig', '--policy', 'p.yaml', '--format', 'json', ...argv], { cwd })).stdout)
  const { workloads, notLookedAt } = await run()
  t.match(workloads, [
    { object: { apiVersion: 'corp.example/v1', kind: 'App', name: 'app' } },
    { object: { apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', name: 'web' } },
  ])
  t.match(notLookedAt, [{ what: 'mpijobs.kubeflow.org', why: /forbidden/ }])
  t.equal(notLookedAt.length, 1, 'what is not installed is not named')
  t.same(
    asked.filter((path) => path.split('/').length === 5 && /argoproj|kubeflow|corp|other/.test(path)),
    [
      '/apis/argoproj.io/v1alpha1/rollouts',
      '/apis/argoproj.io/v1alpha1/clusterworkflowtemplates',
      '/apis/kubeflow.org/v2beta1/mpijobs',
      '/apis/kubeflow.org/v1/notebooks',
      '/apis/corp.example/v1/apps',
    ],
  )
  t.notOk(asked.includes('/apis/other.example/v1'), 'other groups are not looked at')
  const before = asked.length
  await run('-n', 'shop')
  const inNamespace = asked.slice(before)
  t.ok(inNamespace.includes('/apis/argoproj.io/v1alpha1/namespaces/shop/rollouts'))
  t.notOk(inNamespace.some((path) => path.includes('clusterworkflowtemplates')))
})

t.test('an API group that does not answer is named, and the rest is scanned', async (t) => {
  const groups = [{ name: 'argoproj.io', versions: [{ version: 'v1alpha1' }] }]
  const { cwd } = await cluster(t, (path) => {
    if (path === '/apis/argoproj.io/v1alpha1') return cut
    if (path === '/apis') return [200, { groups }]
    return path === '/apis/apps/v1/deployments'
      ? [200, { items: [deployment('web', 'nginx')] }]
      : path.includes('configmaps')
        ? notFound
        : none
  })
  const { code, stdout } = await runCli(['scan', '--kubeconfig', 'kubeconfig', '--format', 'json'], { cwd })
  t.equal(code, 0)
  t.match(JSON.parse(stdout), { workloads: [{ object: { name: 'web' } }], notLookedAt: [{ what: 'argoproj.io' }] })
})

t.test('API groups that may not be listed are named', async (t) => {
  const { cwd } = await cluster(t, (path) => (path === '/apis' ? forbidden('apis') : path.endsWith('initlint-policy') ? notFound : none))
  const { code, stdout } = await runCli(['scan', '--kubeconfig', 'kubeconfig', '--format', 'json'], { cwd })
  t.equal(code, 0)
  t.match(JSON.parse(stdout).notLookedAt, [{ what: 'custom resources', why: /forbidden/ }])
})

t.test('objects without a namespace: in a report of the cluster, and in no namespace', async (t) => {
  const object = {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'ClusterWorkflowTemplate',
    metadata: { name: 'build', uid: 'u' },
    spec: { templates: [{ name: 'main', container: { image: 'nginx' } }] },
  }
  const run = async (...argv: readonly string[]) => (await runCli(['scan', '--from', '-', ...argv], { stdin: list([object]) })).stdout
  const { items } = JSON.parse(await run('--format', 'policyreport'))
  t.match(items, [{ kind: 'ClusterReport', results: [{ resources: [{ name: 'build' }] }] }])
  t.notOk('namespace' in items[0].metadata)
  t.match(JSON.parse(await run('--format', 'policyreport', '--report-group', 'wgpolicyk8s.io')).items, [{ kind: 'ClusterPolicyReport' }])
  t.match(await run(), 'clusterworkflowtemplate/build')
  const job = stored('batch.volcano.sh/v1alpha1', 'Job', 'train', { spec: { tasks: [{ template: { spec: podSpec('nginx') } }] } })
  t.match((await runCli(['scan', '--from', '-'], { stdin: list([job]) })).stdout, 'job.batch.volcano.sh/train')
  t.equal((await runCli(['scan', '--from', '-', '-n', 'default'], { stdin: list([object]) })).code, 2)
})

t.test('a busy API server is asked again, and a page that repeats ends the list', async (t) => {
  let busy = 3
  const { cwd, asked } = await cluster(t, (path) => {
    if (path.endsWith('initlint-policy')) return notFound
    if (path === '/apis/apps/v1/deployments' && busy-- > 0) return [429, { kind: 'Status', message: 'too many requests' }]
    if (path === '/apis/apps/v1/deployments') return [200, { items: [deployment('web', 'nginx')] }]
    if (path === '/apis/apps/v1/daemonsets') return [503, { kind: 'Status', message: 'shutting down' }]
    return path === '/api/v1/pods' ? [200, { items: [], metadata: { continue: 'again' } }] : none
  })
  const { code, stdout } = await runCli(['scan', '--kubeconfig', 'kubeconfig', '--format', 'json'], { cwd })
  t.equal(code, 0)
  const { workloads, notLookedAt } = JSON.parse(stdout)
  t.match(workloads, [{ object: { name: 'web' } }])
  t.match(notLookedAt, [
    { what: 'daemonsets.apps', why: 'shutting down' },
    { what: 'pods', why: /same page/ },
  ])
  t.equal(notLookedAt.length, 2)
  t.equal(asked.filter((path) => path === '/api/v1/pods').length, 2)
  t.equal(asked.filter((path) => path === '/apis/apps/v1/daemonsets').length, 11)
})

t.test('a reply that is not a List is named, and the other kinds are scanned', async (t) => {
  const replies: Readonly<Record<string, string>> = {
    '/apis/apps/v1/deployments': '<html>proxy</html>',
    '/apis/apps/v1/statefulsets': '{"items": [{"metadata": {]}]}',
    '/apis/apps/v1/daemonsets': '{"items": [{"metadata": {"name": "a"}}',
  }
  const { cwd } = await cluster(t, (path) => (path.endsWith('initlint-policy') ? notFound : (replies[path] ?? none)))
  const { code, stdout } = await runCli(['scan', '--kubeconfig', 'kubeconfig', '--format', 'json'], { cwd })
  t.equal(code, 0)
  t.same(
    JSON.parse(stdout).notLookedAt.map(({ what }: { what: string }) => what),
    ['deployments.apps', 'statefulsets.apps', 'daemonsets.apps'],
  )
})

t.test('-n and -l select on the server', async (t) => {
  const queries: string[] = []
  const { cwd, asked } = await cluster(t, (path, query) => {
    queries.push(query.get('labelSelector') ?? '')
    return path.endsWith('initlint-policy') || path === '/api/v1/namespaces/typo' ? notFound : none
  })
  await runCli(['scan', '--kubeconfig', 'kubeconfig', '-n', 'shop', '-l', 'app=web'], { cwd })
  t.ok(asked.includes('/apis/apps/v1/namespaces/shop/deployments'))
  t.ok(queries.includes('app=web'))
  const typo = await runCli(['scan', '--kubeconfig', 'kubeconfig', '-n', 'typo'], { cwd })
  t.match(typo, { code: 2, stderr: /no namespace typo/ })
})

t.test('an unknown context, a policy that may not be read, nothing that may be listed, no API server: exit code 2', async (t) => {
  const { cwd } = await cluster(t, (path) => forbidden(path))
  const run = (...argv: readonly string[]) => runCli(['scan', '--kubeconfig', 'kubeconfig', ...argv], { cwd })
  t.match(await run('--context', 'prod'), { code: 2, stderr: /no context prod/ })
  t.match(await run(), { code: 2, stderr: /get configmaps initlint\/initlint-policy failed/ })
  writeFiles(cwd, { 'p.yaml': policyText('preset: recommended') })
  t.match(await run('--policy', 'p.yaml'), { code: 2, stderr: /Nothing can be listed/ })
  const away = {
    kubeconfig: JSON.stringify({
      'current-context': 'x',
      contexts: [{ name: 'x', context: { cluster: 'x', user: 'x' } }],
      users: [{ name: 'x', user: {} }],
      clusters: [{ name: 'x', cluster: { server: 'http://127.0.0.1:1', 'insecure-skip-tls-verify': true } }],
    }),
  }
  writeFiles(cwd, away)
  t.match(await run('--policy', 'p.yaml'), { code: 2, stderr: /cannot be reached/ })
})
