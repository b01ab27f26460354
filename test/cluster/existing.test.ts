/** How a fix or a denial that is enabled later affects existing objects, with the real controllers running. */
import { join } from 'node:path'
import { loadAll } from 'js-yaml'
import t from 'tap'
import { asArray, asObject, asString, at, member } from '../../src/model/json.ts'
import { until } from '../support/waiting.ts'
import { root, shippedConfigurations, startControlPlane } from './support/control-plane.ts'
import { startInitlint } from './support/initlint.ts'
import { deploymentOf, jobOf, podOf, warnedRules } from './support/objects.ts'
import { freePort } from './support/processes.ts'
import { startRecorder } from './support/recorder.ts'
import { listed, stored } from './support/stored.ts'

const fragileHub = { registries: [{ match: 'docker.io/**', fragile: true }] }
const always = { name: 'web', image: 'nginx:1.27', imagePullPolicy: 'Always' }
const latest = { name: 'kiada', image: 'luksa/kiada' }

const controlPlane = await startControlPlane(t, [shippedConfigurations.validating, shippedConfigurations.mutating])
const { kubectl, mustKubectl } = controlPlane
const server = await startInitlint(t, controlPlane, fragileHub)
const recorder = await startRecorder(t, controlPlane)
await controlPlane.startControllers()

const get = (resource: string) => stored(controlPlane, resource)
const listOf = (resource: string, name: string) => listed(controlPlane, resource, '-l', `app=${name}`)
const generationOf = async (resource: string) => at(await get(resource), 'metadata', 'generation')
const gone = (resource: string) => until(`${resource} is gone`, async () => (await kubectl(['get', resource])).stderr.includes('NotFound'))

/** Waits until the Deployment's controller has seen its latest generation and the ReplicaSet has its pod. */
async function settled(name: string): Promise<void> {
  await until(`${name} has a pod`, async () => {
    const deployment = await get(`deployment/${name}`)
    const isSeen = at(deployment, 'status', 'observedGeneration') === at(deployment, 'metadata', 'generation')
    return isSeen && (await listOf('pods', name)).length > 0
  })
}

t.test('setup: the objects are created under a policy that only warns', async (t) => {
  const objects = [
    deploymentOf('web', [always]),
    deploymentOf('kiada', [latest]),
    jobOf('labeled', [always]),
    jobOf('suspended', [always]),
    jobOf('deleted', [always]),
    podOf('bare', [latest], {}, { finalizers: ['initlint.dev/test'] }),
  ]
  for (const object of objects) {
    const { code, stderr } = await kubectl(['apply', '-f', '-'], object)
    t.equal(code, 0, stderr)
    t.ok(warnedRules(stderr).length > 0)
  }
  await mustKubectl(['apply', '--server-side', '-f', '-'], deploymentOf('server-side', [always]))
  for (const name of ['web', 'kiada', 'server-side']) await settled(name)
  for (const name of ['labeled', 'suspended', 'deleted']) {
    await until(`${name} has a pod`, async () => at(await get(`job/${name}`), 'status', 'active') === 1)
  }
})

t.test('pods that a controller creates from a checked template bring no second warning', async (t) => {
  const reviews = recorder.take().filter((review) => at(review, 'request', 'kind', 'kind') === 'Pod')
  const owned = reviews.filter((review) => asArray(at(review, 'request', 'object', 'metadata', 'ownerReferences')).length > 0)
  const users = new Set(owned.map((review) => asString(at(review, 'request', 'userInfo', 'username'))))
  const account = (name: string) => `system:serviceaccount:kube-system:${name}`
  t.same([...users].sort(), [account('job-controller'), account('replicaset-controller')])
  for (const review of owned) {
    const answer = await server.post('/validate', review)
    t.equal(at(answer, 'response', 'allowed'), true)
    t.equal(at(answer, 'response', 'warnings'), undefined)
    t.ok(at(answer, 'response', 'auditAnnotations', 'warn'), 'the audit annotation has it')
    const byJane = structuredClone(review)
    Object.assign(at(byJane, 'request', 'userInfo') ?? {}, { username: 'jane' })
    t.ok(
      asArray(at(await server.post('/validate', byJane), 'response', 'warnings')).length > 0,
      'an owner reference alone suppresses no warning',
    )
  }
})

t.test('a fix of templates is enabled later', async (t) => {
  await server.setPolicy({ ...fragileHub, rules: { 'pull-always-fragile-registry': 'fix' }, fix: { on: 'templates', force: true } })

  t.test('existing Jobs can be labeled, suspended and deleted', async (t) => {
    const commands = [
      ['label', 'job/labeled', 'a=b'],
      ['patch', 'job/suspended', '-p', '{"spec":{"suspend":true}}'],
      ['delete', 'job/deleted', '--cascade=foreground', '--timeout=60s'],
    ]
    for (const args of commands) {
      const { code, stderr } = await kubectl(args)
      t.equal(code, 0, stderr)
      t.equal(stderr, '')
    }
    await gone('job/deleted')
    await until('the suspended Job has no pod', async () => at(await get('job/suspended'), 'status', 'active') === undefined)
  })

  t.test('unchanged Deployments do not roll out', async (t) => {
    const before = { web: await generationOf('deployment/web'), serverSide: await generationOf('deployment/server-side') }
    await mustKubectl(['apply', '-f', '-'], deploymentOf('web', [always]))
    await mustKubectl(['label', 'deployment/web', 'a=b'])
    await mustKubectl(['apply', '--server-side', '-f', '-'], deploymentOf('server-side', [always]))
    await mustKubectl(['apply', '--server-side', '-f', '-'], deploymentOf('server-side', [always], {}, { labels: { a: 'b' } }))
    t.equal(await generationOf('deployment/web'), before.web)
    t.equal(await generationOf('deployment/server-side'), before.serverSide)
  })

  t.test('scaling and deleting pods: no second ReplicaSet, no conflict with a controller', async (t) => {
    await mustKubectl(['scale', 'deployment/web', '--replicas=2'])
    const before = (await listOf('pods', 'web')).map((pod) => at(pod, 'metadata', 'name'))
    await mustKubectl(['delete', 'pod', '-l', 'app=web', '--wait=false'])
    await until('two new pods', async () => {
      const names = (await listOf('pods', 'web')).map((pod) => at(pod, 'metadata', 'name'))
      return names.length === 2 && names.every((name) => !before.includes(name))
    })
    await settled('web')
    t.equal((await listOf('replicasets', 'web')).length, 1)
    for (const pod of await listOf('pods', 'web')) t.equal(at(pod, 'spec', 'containers', 0, 'imagePullPolicy'), 'Always')
  })

  t.test('a new image and a new Job are fixed once', async (t) => {
    const next = deploymentOf('web', [{ ...always, image: 'nginx:1.28' }])
    const { stderr } = await kubectl(['apply', '-f', '-'], next)
    t.match(stderr, 'imagePullPolicy Always -> IfNotPresent')
    // The Deployment is scaled as well: its controller can see the new version before it creates the ReplicaSet.
    await until('the second ReplicaSet', async () => (await listOf('replicasets', 'web')).length === 2)
    const generation = await generationOf('deployment/web')
    await until('a pod with the new image', async () => {
      const containers = (await listOf('pods', 'web')).map((pod) => at(pod, 'spec', 'containers', 0))
      return containers.some(
        (container) => member(container, 'image') === 'nginx:1.28' && member(container, 'imagePullPolicy') === 'IfNotPresent',
      )
    })
    await settled('web')
    t.equal(await generationOf('deployment/web'), generation)
    t.equal((await listOf('replicasets', 'web')).length, 2)
    const created = await mustKubectl(['create', '-f', '-', '-o', 'json'], jobOf('new', [always]))
    t.equal(at(JSON.parse(created), 'spec', 'template', 'spec', 'containers', 0, 'imagePullPolicy'), 'IfNotPresent')
    await until('the pod of the Job', async () => at(await get('job/new'), 'status', 'active') === 1)
  })
})

t.test('a fix of pods is enabled later: the next pod has it, without a rollout', async (t) => {
  await server.setPolicy({ ...fragileHub, rules: { 'pull-always-fragile-registry': 'fix' } })
  const before = await generationOf('deployment/server-side')
  await mustKubectl(['delete', 'pod', '-l', 'app=server-side'])
  await until('the next pod is fixed', async () => {
    const [pod] = await listOf('pods', 'server-side')
    return at(pod, 'spec', 'containers', 0, 'imagePullPolicy') === 'IfNotPresent'
  })
  t.equal(await generationOf('deployment/server-side'), before)
  t.equal((await listOf('replicasets', 'server-side')).length, 1)
  t.equal((await listOf('pods', 'server-side')).length, 1)
})

t.test('a denial is enabled later', async (t) => {
  await server.setPolicy({ ...fragileHub, preset: 'strict' })
  const refused = await kubectl(['apply', '-f', '-'], deploymentOf('too-late', [latest]))
  t.equal(refused.code, 1)
  t.match(refused.stderr, 'image-latest')

  t.test('labels, finalizers, scaling and status of existing objects are not denied', async (t) => {
    const [pod] = await listOf('pods', 'kiada')
    const name = asString(at(pod, 'metadata', 'name')) ?? ''
    for (const args of [
      ['label', 'deployment/kiada', 'a=b'],
      ['annotate', `pod/${name}`, 'a=b'],
      ['patch', 'deployment/kiada', '--type=merge', '-p', '{"metadata":{"finalizers":["initlint.dev/test"]}}'],
      ['patch', 'deployment/kiada', '--type=merge', '-p', '{"metadata":{"finalizers":[]}}'],
      ['scale', 'deployment/kiada', '--replicas=1'],
      ['patch', `pod/${name}`, '--subresource=status', '-p', '{"status":{"message":"x"}}'],
    ]) {
      const { code, stderr } = await kubectl(args)
      t.equal(code, 0, stderr)
      t.equal(stderr, '', args.join(' '))
    }
  })

  t.test('an UPDATE of another field is allowed with a warning, a new image is denied', async (t) => {
    const changed = deploymentOf('kiada', [{ ...latest, env: [{ name: 'A', value: 'b' }] }])
    const { code, stderr } = await kubectl(['apply', '-f', '-'], changed)
    t.equal(code, 0, stderr)
    t.ok(warnedRules(stderr).includes('image-latest'))
    const worse = await kubectl(['set', 'image', 'deployment/kiada', 'kiada=luksa/other'])
    t.equal(worse.code, 1, 'another image is checked again')
  })

  t.test('deletions are not denied, also in the foreground and with finalizers', async (t) => {
    await mustKubectl(['delete', 'pod/bare', '--wait=false'])
    t.equal((await kubectl(['get', 'pod/bare'])).code, 0, 'its finalizer prevents the deletion')
    const { code, stderr } = await kubectl(['patch', 'pod/bare', '--type=merge', '-p', '{"metadata":{"finalizers":null}}'])
    t.equal(code, 0, stderr)
    await gone('pod/bare')
    await mustKubectl(['delete', 'deployment/kiada', '--cascade=foreground', '--timeout=60s'])
    await gone('deployment/kiada')
  })
})

t.test('with failurePolicy Fail and no replica left, the pods of initlint are created again', async (t) => {
  const rendered = loadAll(await mustKubectl(['kustomize', join(root, 'manifests/overlays/default')]))
  const items = rendered.filter((object) => ['Namespace', 'ServiceAccount', 'Deployment'].includes(String(at(object, 'kind'))))
  for (const object of items) await mustKubectl(['apply', '-f', '-'], asObject(object))
  const podNames = async () =>
    (await listed(controlPlane, 'pods', '-n', 'initlint'))
      .filter((pod) => at(pod, 'metadata', 'deletionTimestamp') === undefined)
      .map((pod) => asString(at(pod, 'metadata', 'name')) ?? '')
  const untilTwoPods = (old: readonly string[]) =>
    until('two new pods of initlint', async () => {
      const names = await podNames()
      return names.length === 2 && names.every((name) => !old.includes(name)) ? names : undefined
    })
  const before = await untilTwoPods([])

  await controlPlane.install([shippedConfigurations.validating, shippedConfigurations.mutating], await freePort())
  const fail = JSON.stringify([{ op: 'replace', path: '/webhooks/0/failurePolicy', value: 'Fail' }])
  for (const kind of ['validating', 'mutating'])
    await mustKubectl(['patch', `${kind}webhookconfiguration`, 'initlint', '--type=json', '-p', fail])
  const otherPod = podOf('other', [{ name: 'a', image: 'ghcr.io/a/b:1' }])
  await until('pods in other namespaces are rejected', async () =>
    (await kubectl(['create', '--dry-run=server', '-f', '-'], otherPod)).stderr.includes('failed calling webhook'),
  )

  await mustKubectl(['delete', 'pods', '-n', 'initlint', '--all'])
  await untilTwoPods(before)
  for (const namespace of ['kube-system', 'kube-node-lease']) {
    const { code, stderr } = await kubectl(['create', '--dry-run=server', '-n', namespace, '-f', '-'], otherPod)
    t.equal(code, 0, stderr)
  }
})
