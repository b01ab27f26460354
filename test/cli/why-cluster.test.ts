/** `why` with a cluster: which paths are read, what a missing right does, and which logs. */
import t, { type Test } from 'tap'
import { whyRole } from '../../src/cluster/why-resources.ts'
import { crashed, event, pod, running, waiting } from '../diagnosis/build-pod.ts'
import { type Answer, cluster as apiServer, forbidden, notFound } from './fake-api-server.ts'
import { runCli } from './fake-io.ts'

/** `why` with an API server whose answers a test chooses; it notes what is read. */
async function cluster(t: Test, answer: Answer) {
  const { cwd, asked } = await apiServer(t, answer, 'shop')
  const run = (...argv: readonly string[]) =>
    runCli(['why', '--kubeconfig', 'kubeconfig', '--now', '2026-11-29T12:00:00Z', ...argv], { cwd })
  const found = async (...argv: readonly string[]) => {
    const { stdout, stderr, code } = await run('--format', 'json', ...argv)
    if (code !== 0) throw new Error(stderr)
    return JSON.parse(stdout)
  }
  return { asked, run, found }
}

type Reply = ReturnType<Answer>

const list = (...items: readonly unknown[]): Reply => [200, { items, metadata: {} }]

const replicaSet = {
  metadata: {
    name: 'web-1',
    namespace: 'shop',
    uid: 'rs',
    ownerReferences: [{ apiVersion: 'apps/v1', kind: 'Deployment', name: 'web', uid: 'd', controller: true }],
  },
}
const deployment = {
  metadata: { name: 'web', namespace: 'shop', uid: 'd' },
  spec: { replicas: 1, selector: { matchLabels: { app: 'web' } } },
}
const failing = pod({
  init: { command: ['sh', '-c', 'git clone https://git.example/a.git /work/a'], volumeMounts: [{ name: 'work', mountPath: '/work' }] },
  spec: {
    volumes: [
      { name: 'work', emptyDir: {} },
      { name: 'data', persistentVolumeClaim: { claimName: 'data' } },
    ],
  },
  initStatus: crashed(128),
})

/** A namespace with a Deployment, its ReplicaSet, a Pod, its claim and its log. */
function shop(path: string): Reply {
  const answers: Readonly<Record<string, Reply>> = {
    '/api/v1/namespaces/shop/pods/web-1-a': [200, failing],
    '/api/v1/namespaces/shop/pods': list(failing),
    '/api/v1/namespaces/shop/pods/web-1-a/log': [200, "fatal: destination path '/work/a' already exists and is not an empty directory.\n"],
    '/api/v1/namespaces/shop/events': list(),
    '/apis/apps/v1/namespaces/shop/replicasets/web-1': [200, replicaSet],
    '/apis/apps/v1/namespaces/shop/replicasets': list(replicaSet),
    '/apis/apps/v1/namespaces/shop/deployments/web': [200, deployment],
    '/api/v1/namespaces/shop/persistentvolumeclaims/data': [200, { metadata: { name: 'data' }, status: { phase: 'Bound' } }],
  }
  return answers[path] ?? notFound
}

t.test('a pod is read with its Events, the chain of its owners, its claims and one log, and nothing else', async (t) => {
  const { asked, found } = await cluster(t, shop)
  const output = await found('web-1-a')
  t.match(output.pods, [
    {
      owner: { kind: 'Deployment', name: 'web' },
      stage: { kind: 'init-run', container: 'init' },
      cause: { class: 'init-not-idempotent', certainty: 'certain' },
    },
  ])
  t.match(output.pods[0].now[0], /^kubectl delete pod web-1-a -n shop # deployment\/web creates a new one/)
  t.notOk('notLookedAt' in output)
  const base = '/api/v1/namespaces/shop'
  t.strictSame([...new Set(asked)].sort(), [
    `${base}/events`,
    `${base}/persistentvolumeclaims/data`,
    `${base}/pods/web-1-a`,
    `${base}/pods/web-1-a/log`,
    '/apis/apps/v1/namespaces/shop/deployments/web',
    '/apis/apps/v1/namespaces/shop/replicasets/web-1',
    '/version',
  ])
  for (const target of ['pod/web-1-a', 'deploy/web', 'deployments.apps/web', 'rs/web-1']) {
    t.strictSame((await found(target)).pods, output.pods, target)
  }
})

t.test('a crash loop that is seen while the container runs: the log of the process before', async (t) => {
  const looping = pod({ appStatus: { ...crashed(1), ...running(5), restartCount: 3, ready: true, started: true } })
  const asked: (string | null)[] = []
  const { found } = await cluster(t, (path, query) => {
    if (path.endsWith('/log')) {
      asked.push(query.get('previous'))
      return [200, 'sh: envsubst: not found']
    }
    return path.endsWith('/pods/web-1-a') ? [200, looping] : shop(path)
  })
  t.match((await found('web-1-a')).pods, [{ stage: { kind: 'app-run', container: 'app' }, cause: { class: 'command-not-found' } }])
  t.strictSame(asked, ['true'])
})

t.test('a container that is started again after its pod was read: the log of the process before', async (t) => {
  const { found } = await cluster(t, (path, query) => {
    if (!path.endsWith('/log')) return shop(path)
    return query.get('previous') === 'true' ? shop(path) : [200, '']
  })
  t.match((await found('web-1-a')).pods, [{ cause: { class: 'init-not-idempotent', certainty: 'certain' } }])
  const { found: without } = await cluster(t, (path, query) => {
    if (!path.endsWith('/log')) return shop(path)
    return query.get('previous') === 'true' ? notFound : [200, '']
  })
  t.match((await without('web-1-a')).pods, [{ cause: { class: 'init-not-idempotent', certainty: 'likely' } }])
})

t.test('a container that has ended after its pod was read: the log of that process, if the one before has none', async (t) => {
  const looping = pod({ appStatus: { ...crashed(1), ...running(5), restartCount: 3, ready: true, started: true } })
  const { found } = await cluster(t, (path, query) => {
    if (path.endsWith('/log')) return query.get('previous') === 'true' ? notFound : [200, 'sh: envsubst: not found']
    return path.endsWith('/pods/web-1-a') ? [200, looping] : shop(path)
  })
  t.match((await found('web-1-a')).pods, [{ cause: { class: 'command-not-found' } }])
})

t.test('a container that starts and fails again while its log is read: everything is read again', async (t) => {
  const before = pod({ appStatus: { ...crashed(1), restartCount: 3, containerID: 'containerd://3' } })
  const after = pod({ appStatus: { ...crashed(127), restartCount: 4, containerID: 'containerd://4' } })
  let logs = 0
  const { found } = await cluster(t, (path) => {
    if (path.endsWith('/log')) {
      logs++
      return [200, 'sh: envsubst: not found']
    }
    return path.endsWith('/pods/web-1-a') ? [200, logs === 0 ? before : after] : shop(path)
  })
  t.match((await found('web-1-a')).pods, [{ stage: { kind: 'app-run', container: 'app' }, cause: { class: 'command-not-found' } }])
  t.equal(logs, 2, 'the log that was read beside another status does not count')
})

t.test('a container that never stays the same while its log is read: an answer without the log', async (t) => {
  let restarts = 0
  const { found } = await cluster(t, (path) => {
    if (path.endsWith('/log')) return [200, 'sh: envsubst: not found']
    if (!path.endsWith('/pods/web-1-a')) return shop(path)
    restarts++
    return [200, pod({ appStatus: { ...crashed(1), restartCount: restarts, containerID: `containerd://${restarts}` } })]
  })
  const { pods, notLookedAt } = await found('web-1-a')
  const [only] = pods
  t.match(notLookedAt, [{ what: 'the log of container "app"' }])
  t.match(only, { stage: { kind: 'app-run', container: 'app' } })
  t.not(only.cause.class, 'command-not-found')
  t.equal(restarts, 6, 'three reads, each followed by another one')
})

t.test('the version of the cluster decides what kubelets do', async (t) => {
  const { found, asked } = await cluster(t, (path) => (path === '/version' ? [200, { gitVersion: 'v1.36.3' }] : shop(path)))
  t.equal((await found('web-1-a')).pods.length, 1)
  await found('-A')
  t.equal(asked.filter((path) => path === '/version').length, 2)
})

t.test('--no-logs reads no log', async (t) => {
  const { asked, found } = await cluster(t, shop)
  t.match((await found('web-1-a', '--no-logs')).pods, [{ cause: { class: 'init-not-idempotent', certainty: 'likely' } }])
  t.notOk(asked.some((path) => path.endsWith('/log')))
})

t.test('each right that is missing is named, and the rest is still diagnosed', async (t) => {
  const rights: readonly (readonly [path: RegExp, what: string])[] = [
    [/\/events$/, 'events in shop'],
    [/\/log$/, 'logs of pods in shop'],
    [/\/replicasets\//, 'replicasets in shop'],
    [/\/deployments\//, 'deployments in shop'],
    [/\/persistentvolumeclaims\//, 'persistentvolumeclaims in shop'],
  ]
  for (const [path, what] of rights) {
    const { found } = await cluster(t, (asked) => (path.test(asked) ? forbidden(asked) : shop(asked)))
    const output = await found('web-1-a')
    t.match(output, { pods: [{ cause: { class: 'init-not-idempotent' } }], notLookedAt: [{ what, why: /forbidden/ }] }, what)
    t.equal(output.notLookedAt.length, 1)
  }
})

t.test('no such pod, forbidden Pods, an unknown kind, no API server: one sentence and exit code 2', async (t) => {
  const { run } = await cluster(t, shop)
  t.match(await run('other'), { code: 2, stdout: '', stderr: /no Pod other in namespace shop/ })
  t.match(await run('secret/a'), { code: 2, stderr: /unknown kind secret/ })
  t.match(await run('pod/a/b'), { code: 2, stderr: /is not POD or KIND\/NAME/ })
  t.match(await run('--context', 'prod', 'a'), { code: 2, stderr: /no context prod/ })
  t.match(await run('-A', 'a'), { code: 2, stderr: /takes no target/ })
  t.match(await run(), { code: 2, stderr: /name a pod/ })
  const closed = await cluster(t, forbidden)
  t.match(await closed.run('web-1-a'), { code: 2, stderr: /forbidden.*--print-rbac/ })
  t.match(await closed.run('-A'), { code: 2, stderr: /forbidden/ })
  const cwd = t.testdir({
    kubeconfig: JSON.stringify({
      'current-context': 'x',
      contexts: [{ name: 'x', context: { cluster: 'x', user: 'x' } }],
      users: [{ name: 'x', user: {} }],
      clusters: [{ name: 'x', cluster: { server: 'http://127.0.0.1:1', 'insecure-skip-tls-verify': true } }],
    }),
  })
  t.match(await runCli(['why', 'a', '--kubeconfig', 'kubeconfig'], { cwd }), { code: 2, stderr: /cannot be reached/ })
})

t.test('a Deployment without a pod: the Events of its ReplicaSet say why', async (t) => {
  const refused = event('FailedCreate', 'Error creating: admission webhook "w.example" denied the request: no', {
    about: { kind: 'ReplicaSet', namespace: 'shop', name: 'web-1', uid: 'rs' },
  })
  const { found } = await cluster(t, (path) => {
    if (path === '/api/v1/namespaces/shop/pods') return list()
    return path.endsWith('/events') ? list(refused) : shop(path)
  })
  t.match((await found('deployment/web')).pods, [
    {
      object: { kind: 'Deployment', name: 'web' },
      stage: { kind: 'admission', container: null },
      cause: { class: 'webhook-refused-pods' },
    },
  ])
  const silent = await cluster(t, (path) => (path === '/api/v1/namespaces/shop/pods' ? list() : shop(path)))
  t.match((await silent.found('deployment/web')).pods, [
    { cause: { class: 'waiting-normal', certainty: 'possible' }, waiting: { helps: 'unknown' } },
  ])
})

t.test('-A lists the pods that are not starting by cause, worst first, without logs', async (t) => {
  const limited = (name: string, namespace: string) =>
    pod({
      metadata: { name, namespace, uid: name },
      appStatus: waiting(
        'ImagePullBackOff',
        'Back-off pulling image "docker.io/a/b:1": ErrImagePull: unexpected status code https://registry-1.docker.io/v2/a/b/manifests/1: 429 Too Many Requests',
      ),
    })
  const ready = pod({
    metadata: { name: 'ready' },
    appStatus: running(60, { ready: true, started: true }),
    status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] },
  })
  const { asked, run, found } = await cluster(t, (path) =>
    path === '/api/v1/pods'
      ? list(limited('a', 'one'), limited('b', 'two'), ready, { ...failing, metadata: { ...(failing.metadata as object), name: 'c' } })
      : list(),
  )
  const { stdout, code } = await run('-A')
  t.equal(code, 0)
  const heads = stdout.split('\n').filter((line) => /^\S.*pods? in/.test(line))
  t.strictSame(heads, ['init-not-idempotent: 1 pod in 1 namespace', 'docker.io rate-limit: 2 pods in 2 namespaces'])
  t.equal((await found('-A')).pods.length, 3)
  t.notOk(asked.some((path) => /secrets|configmaps|nodes|\/log$/.test(path)))
})

t.test('--watch prints an answer when the pod changes, and ends when it has started', async (t) => {
  let reads = 0
  const started = pod({
    appStatus: running(60, { ready: true, started: true }),
    status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] },
  })
  const { run } = await cluster(t, (path) => {
    if (path !== '/api/v1/namespaces/shop/pods/web-1-a') return shop(path)
    return [200, ++reads < 3 ? failing : started]
  })
  const { stdout, code } = await run('web-1-a', '--watch')
  t.equal(code, 0)
  t.strictSame(stdout.match(/^pod\/web-1-a {3}\S+/gm), ['pod/web-1-a   Init:CrashLoopBackOff', 'pod/web-1-a   Running'])
})

t.test('--print-rbac prints a ClusterRole without Secrets, ConfigMaps and Nodes', async (t) => {
  const { stdout, code } = await runCli(['why', '--print-rbac'])
  t.equal(code, 0)
  t.equal(stdout, whyRole())
  t.notMatch(stdout, /secrets|configmaps|nodes|create|delete|update|patch/)
  t.match(stdout, /pods\/log/)
})
