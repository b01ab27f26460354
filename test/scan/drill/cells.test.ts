/** What each cell of a drill says, and each reason for which it cannot say it. */
import t from 'tap'
import { ModelRuns } from '../../../src/scan/drill/model-runs.ts'
import { stored, uidOf } from '../objects.ts'
import { app, cellsOf, dockerHubDown, drillOf, fullList, node, onlyRow, rowsOf, running } from './cluster.ts'

const nginx = 'docker.io/library/nginx:1.27'
const kinds = (cell: { readonly missing: readonly { readonly kind: string }[] }) => cell.missing.map(({ kind }) => kind)

t.test('Always from a registry that is down: no start succeeds', async (t) => {
  const objects = [node('a', { images: [nginx] }), node('b', { images: [nginx] }), ...running('web', app('nginx:1.27', 'Always'))]
  t.same(cellsOf(dockerHubDown, objects), ['fails', 'fails', 'fails', 'fails'])
  const { restart, outcome } = onlyRow(dockerHubDown, objects)
  t.equal(outcome, 'fails')
  t.same(restart.because, [{ container: 'app', image: 'nginx:1.27', policy: 'Always', reason: 'ErrImagePull' }])
})

t.test('IfNotPresent starts where the image is, and fails where it is not', async (t) => {
  const web = running('web', app('nginx:1.27'))
  t.same(cellsOf(dockerHubDown, [node('a', { images: [nginx] }), node('b', { images: [nginx] }), ...web]), [
    'starts',
    'starts',
    'starts',
    'starts',
  ])
  const objects = [node('a', { images: [nginx] }), node('b'), ...web]
  t.same(cellsOf(dockerHubDown, objects), ['starts', 'starts', 'fails', 'unknown'])
  const { otherNode, scaleUp, outcome } = onlyRow(dockerHubDown, objects)
  t.same(
    [otherNode.nodes, scaleUp.nodes],
    [
      { yes: 0, no: 1, unknown: 0 },
      { yes: 1, no: 1, unknown: 0 },
    ],
  )
  t.same(kinds(scaleUp), ['scheduler'])
  t.equal(outcome, 'fails')
})

t.test('an image that a running container uses is on the node, whatever the list shows', async (t) => {
  const objects = [
    node('a', { images: fullList }),
    node('b', { images: fullList }),
    ...running('web', app('nginx:1.27'), { on: ['a', 'b'] }),
  ]
  t.same(cellsOf(dockerHubDown, objects), ['starts', 'starts', 'starts', 'starts'])
})

t.test('a reboot runs init containers again: their images may have been collected', async (t) => {
  const spec = { initContainers: [{ name: 'wait', image: 'busybox:1.36', imagePullPolicy: 'IfNotPresent' }], ...app('quay.io/a/b:1') }
  const busybox = 'docker.io/library/busybox:1.36'
  t.equal(onlyRow(dockerHubDown, [node('a', { images: [busybox] }), ...running('web', spec)]).reboot.result, 'starts')
  const { restart, reboot } = onlyRow(dockerHubDown, [node('a'), ...running('web', spec)])
  t.same([restart.result, reboot.result, reboot.because[0]?.container], ['starts', 'fails', 'wait'])
  t.same(kinds(onlyRow(dockerHubDown, [node('a', { images: fullList }), ...running('web', spec)]).reboot), ['list-full'])
})

t.test('a script that does not survive a rerun fails a reboot, with the registry or without it', async (t) => {
  const clone = {
    name: 'clone',
    image: 'alpine/git:2.45',
    imagePullPolicy: 'IfNotPresent',
    command: ['sh', '-c', 'git clone https://git.example/shop /src/shop'],
    volumeMounts: [{ name: 'src', mountPath: '/src' }],
  }
  const spec = { initContainers: [clone], ...app('quay.io/a/b:1'), volumes: [{ name: 'src', emptyDir: {} }] }
  const { reboot } = onlyRow(dockerHubDown, [node('a', { images: ['docker.io/alpine/git:2.45'] }), ...running('web', spec)])
  t.same([reboot.result, reboot.anyway, reboot.because[0]?.container], ['fails', true, 'clone'])
})

t.test('lists that are full: known sizes decide, moving tags and images of unknown size do not', async (t) => {
  const on = (image: string, sizeBytes: number) => node('a', { images: [{ names: [image], sizeBytes }] })
  const other = (objects: readonly object[]) => onlyRow(dockerHubDown, objects).otherNode
  const b = node('b', { images: fullList })
  t.equal(other([on(nginx, 280e6), b, ...running('web', app('nginx:1.27'))]).result, 'fails', 'it would be among the 50 largest')
  t.same(kinds(other([on(nginx, 200e6), b, ...running('web', app('nginx:1.27'))])), ['list-full'])
  t.same(kinds(other([on(nginx, 251e6), b, ...running('web', app('nginx:1.27'))])), ['list-full'], 'as large as the smallest')
  t.same(kinds(other([node('a'), b, ...running('web', app('nginx:1.27'))])), ['list-full'], 'no node lists it')
  t.same(kinds(other([on('docker.io/library/nginx:stable', 280e6), b, ...running('web', app('nginx:stable'))])), ['list-full'])
  const arm = node('b', { images: fullList, architecture: 'arm64' })
  t.same(kinds(other([on(nginx, 280e6), arm, ...running('web', app('nginx:1.27'))])), ['list-full'], 'other platforms have other sizes')
  t.equal(
    onlyRow(dockerHubDown, [on(nginx, 200e6), b, ...running('web', app('nginx:1.27'))], { cap: Number.POSITIVE_INFINITY }).otherNode.result,
    'fails',
    'without a limit the list is complete',
  )
})

t.test('an image with five names may have others', async (t) => {
  const names = [1, 2, 3, 4, 5].map((each) => `docker.io/library/web:${each}`)
  const other = (size: number) =>
    onlyRow(dockerHubDown, [
      node('a', { images: [{ names: [nginx], sizeBytes: 70e6 }] }),
      node('b', { images: [{ names, sizeBytes: size }] }),
      ...running('web', app('nginx:1.27')),
    ]).otherNode
  t.same(kinds(other(70e6)), ['names-cut'])
  t.equal(other(71e6).result, 'fails', 'it has another size, so it is another image')
})

t.test('since 1.35, an image that another Pod pulled with a secret is not there for a Pod without it', async (t) => {
  const secrets = (...names: string[]) => ({ imagePullSecrets: names.map((name) => ({ name })) })
  const image = 'docker.io/acme/app:1'
  const other = (version: string, own: object, theirs: object, namespace = 'shop') => {
    const objects = [
      node('a', { images: [image], version }),
      node('b', { images: [image], version }),
      ...running('web', { ...app('acme/app:1'), ...own }),
      ...running('owner', { ...app('acme/app:1'), ...theirs }, { on: ['b'], namespace }),
    ]
    const row = rowsOf(dockerHubDown, objects).find(({ object }) => object.name === 'web')
    return row?.otherNode.result === 'unknown' ? kinds(row.otherNode).join() : row?.otherNode.result
  }
  t.equal(other('v1.36.0', {}, secrets('hub')), 'pulled-by')
  t.equal(other('v1.36.0', secrets('hub'), secrets('hub')), 'starts')
  t.equal(other('v1.36.0', secrets('hub'), secrets('hub'), 'lab'), 'pulled-by', 'a secret of another namespace is another one')
  t.equal(other('v1.36.0', secrets('hub'), {}), 'starts')
  t.equal(other('v1.34.9', {}, secrets('hub')), 'starts', 'the gate is on since 1.35')
  t.equal(other('', {}, secrets('hub')), 'pulled-by', 'a version that is not known may be new')
})

t.test('since 1.35, an image that no Pod uses on the node: who uses it anywhere decides', async (t) => {
  const image = 'docker.io/acme/app:1'
  const nodes = [node('a', { images: [image], version: 'v1.36.0' }), node('b', { images: [image], version: 'v1.36.0' })]
  const other = (objects: readonly object[], isComplete = true) =>
    rowsOf(dockerHubDown, [...nodes, ...objects], { isComplete }).find(({ object }) => object.name === 'web')?.otherNode.result
  const web = running('web', app('acme/app:1'))
  t.equal(other(web), 'starts')
  t.equal(other(web, false), 'unknown', 'Pods of other namespaces were not seen')
  t.equal(other([...web, ...running('owner', { ...app('acme/app:1'), imagePullSecrets: [{ name: 'hub' }] })]), 'unknown')
})

t.test('without nodes, only what happens on the node of a Pod is known', async (t) => {
  const cells = (policy: string) => cellsOf(dockerHubDown, running('web', app('nginx:1.27', policy)), { hasNodes: false })
  t.same(cells('IfNotPresent'), ['starts', 'starts', 'unknown', 'unknown'])
  t.same(cells('Always'), ['fails', 'fails', 'fails', 'fails'])
  t.same(kinds(onlyRow(dockerHubDown, running('web', app('nginx:1.27')), { hasNodes: false }).scaleUp), ['no-nodes'])
})

t.test('mirrors count if the policy names them', async (t) => {
  const policy = 'preset: off\nregistries: [{match: "docker.io/**", servedBy: mirror.example}]'
  const objects = [node('a'), node('b'), ...running('web', app('nginx:1.27', 'Always'))]
  t.same(kinds(onlyRow(dockerHubDown, objects, { policy }).restart), ['mirror'])
  t.same(kinds(onlyRow(['registry-down=mirror.example'], objects, { policy }).restart), ['fallback'])
  t.equal(onlyRow([...dockerHubDown, 'registry-down=mirror.example'], objects, { policy }).restart.result, 'fails')
})

t.test('a Pod that does not run today is not promised to start', async (t) => {
  const waiting = (reason: string) => ({ phase: 'Pending', containerStatuses: [{ name: 'app', state: { waiting: { reason } } }] })
  const cells = (reason: string, image: string) =>
    cellsOf(['drain=a'], [node('a'), node('b'), ...running('web', app(image), { status: waiting(reason) })])
  for (const reason of ['RegistryUnavailable', 'SignatureValidationFailed', 'ErrImagePull', 'PreStartHookError']) {
    t.same(cells(reason, 'nginx:1.27').slice(2), ['unknown', 'unknown'], reason)
  }
  t.same(cells('CrashLoopBackOff', 'nginx:1.27').slice(2), ['unknown', 'unknown'])
  t.same(cells('ImagePullBackOff', 'nginx:1.27').slice(2), ['unknown', 'unknown'])
  const during = [node('a'), node('b', { images: [nginx] }), ...running('web', app('nginx:1.27'), { status: waiting('ImagePullBackOff') })]
  t.same(cellsOf(dockerHubDown, during), ['fails', 'fails', 'starts', 'unknown'], 'the outage has begun')
})

t.test('taints, cordon, nodeSelector and node affinity decide which nodes count', async (t) => {
  const image = { images: [nginx] }
  const tainted = node('b', { taints: [{ key: 'gpu', value: 'yes', effect: 'NoSchedule' }] })
  const cordoned = node('b', { unschedulable: true })
  const scaleUp = (other: object, spec: object) =>
    onlyRow(dockerHubDown, [node('a', image), other, ...running('web', { ...app('nginx:1.27'), ...spec })]).scaleUp.result
  t.equal(scaleUp(node('b'), {}), 'unknown')
  t.equal(scaleUp(tainted, {}), 'starts')
  t.equal(scaleUp(tainted, { tolerations: [{ key: 'gpu', operator: 'Exists' }] }), 'unknown')
  t.equal(scaleUp(tainted, { tolerations: [{ key: 'gpu', value: 'no' }] }), 'starts')
  t.equal(scaleUp(cordoned, {}), 'starts')
  t.equal(scaleUp(node('b'), { nodeSelector: { 'kubernetes.io/hostname': 'a' } }), 'starts')
  const affinity = (operator: string, values?: readonly string[]) => ({
    affinity: {
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: [{ matchExpressions: [{ key: 'kubernetes.io/hostname', operator, values }] }],
        },
      },
    },
  })
  t.equal(scaleUp(node('b'), affinity('NotIn', ['b'])), 'starts')
  t.equal(scaleUp(node('b'), affinity('Exists')), 'unknown')
})

t.test('node-lost and drain: Pods move, and only that decides', async (t) => {
  const nodes = [node('a'), node('b')]
  for (const condition of ['node-lost=a', 'drain=a']) {
    const row = onlyRow([condition], [...nodes, ...running('web', app('nginx:1.27')), ...running('far', app('nginx:1.27'), { on: ['b'] })])
    t.same(
      [row.object.name, row.restart.result, row.restart.nodeGone, row.otherNode.result, row.outcome],
      ['web', 'fails', true, 'starts', 'survives'],
    )
  }
  const pinned = running('web', { ...app('nginx:1.27'), nodeSelector: { 'kubernetes.io/hostname': 'a' } })
  t.equal(onlyRow(['drain=a'], [...nodes, ...pinned]).outcome, 'fails')
  const single = stored('v1', 'Pod', 'single', { spec: { ...app('nginx:1.27'), nodeName: 'a' }, status: { phase: 'Running' } })
  t.same(onlyRow(['drain=a'], [...nodes, single]).otherNode.because[0]?.reason, 'nothing creates the Pod again')
  t.same(kinds(onlyRow(['node-lost=a'], [...nodes, ...running('db', app('nginx:1.27'), { kind: 'StatefulSet' })]).otherNode), ['stateful'])
  t.equal(onlyRow(['drain=a'], [...nodes, ...running('db', app('nginx:1.27'), { kind: 'StatefulSet' })]).outcome, 'survives')
  t.same(rowsOf(['drain=a'], [...nodes, ...running('agent', app('nginx:1.27'), { kind: 'DaemonSet' })]), [], 'a drain leaves it alone')
})

t.test('a workload that may run on one node only has no other one, with the outage or without it', async (t) => {
  const nodes = [node('a', { images: [nginx] }), node('b'), node('c')]
  const pinned = running('web', { ...app('nginx:1.27'), nodeSelector: { 'kubernetes.io/hostname': 'a' } })
  for (const conditions of [dockerHubDown, [...dockerHubDown, 'drain=c']]) {
    const { otherNode, outcome } = onlyRow(conditions, [...nodes, ...pinned])
    t.same([otherNode.result, otherNode.anyway, outcome], ['fails', true, 'survives'], conditions.join())
  }
})

t.test('several conditions hold at once', async (t) => {
  const objects = [node('a', { images: [nginx] }), node('b'), node('c', { images: [nginx] }), ...running('web', app('nginx:1.27'))]
  t.equal(onlyRow(['drain=a'], objects).outcome, 'survives')
  t.same(onlyRow([...dockerHubDown, 'drain=a'], objects).otherNode.nodes, { yes: 1, no: 1, unknown: 0 })
  t.equal(onlyRow([...dockerHubDown, 'drain=a', 'node-lost=c'], objects).outcome, 'fails')
})

t.test('what injectors add to Pods counts for the next Pod', async (t) => {
  const live = {
    containers: [
      { name: 'app', image: 'quay.io/a/b:1', imagePullPolicy: 'IfNotPresent' },
      { name: 'proxy', image: 'mesh/proxy:1', imagePullPolicy: 'Always' },
    ],
  }
  const { scaleUp } = onlyRow(dockerHubDown, [node('a'), node('b'), ...running('web', app('quay.io/a/b:1'), { live })])
  t.same([scaleUp.result, scaleUp.because[0]?.container], ['fails', 'proxy'])
})

t.test('Pods of an old revision say nothing about the next Pod', async (t) => {
  const old = { containers: [{ name: 'app', image: 'quay.io/a/b:1', imagePullPolicy: 'IfNotPresent' }] }
  for (const kind of ['DaemonSet', 'StatefulSet'] as const) {
    const { restart, scaleUp } = onlyRow(dockerHubDown, [node('a'), ...running('web', app('nginx:1.27'), { kind, live: old })])
    t.same([restart.result, scaleUp.result], ['starts', 'fails'], kind)
  }
  // The ReplicaSet of a Deployment is current, so something has replaced the image of its Pods, and will do so again.
  t.same(rowsOf(dockerHubDown, [node('a'), ...running('web', app('nginx:1.27'), { live: old })]), [])
})

t.test('a Pod that has not started yet, or that no node takes', async (t) => {
  const creating = { phase: 'Pending', containerStatuses: [{ name: 'app', state: { waiting: { reason: 'ContainerCreating' } } }] }
  t.same(cellsOf(dockerHubDown, [node('a'), ...running('web', app('nginx:1.27'), { status: creating })]).slice(0, 2), ['fails', 'fails'])
  const there = [node('a', { images: [nginx] }), node('b', { images: [nginx] })]
  const unscheduled = { phase: 'Pending', conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable' }] }
  const pending = running('web', app('nginx:1.27'), { on: ['a'] }).concat(
    running('web', app('nginx:1.27'), { on: [''], status: unscheduled })
      .slice(2)
      .map((pod) => ({ ...pod, metadata: { ...(pod as { metadata: object }).metadata, name: 'web-x', uid: 'x' } })),
  )
  t.same(cellsOf(dockerHubDown, [...there, ...pending]), ['starts', 'starts', 'unknown', 'unknown'])
})

t.test('AlwaysPullImages changes the Pods of templates that have none', async (t) => {
  const objects = [node('a', { images: [nginx] }), ...running('web', app('nginx:1.27'), { on: [] })]
  t.equal(onlyRow(dockerHubDown, objects).scaleUp.result, 'starts')
  t.equal(onlyRow(dockerHubDown, objects, { policy: 'preset: off\ncluster: {alwaysPullImages: true}' }).scaleUp.result, 'fails')
})

t.test('restartPolicy Never: its containers are not restarted with the registry either', async (t) => {
  const { restart, outcome } = onlyRow(dockerHubDown, [
    node('a', { images: [nginx] }),
    stored('batch/v1', 'Job', 'once', { spec: { template: { spec: { restartPolicy: 'Never', ...app('nginx:1.27') } } } }),
  ])
  t.same([restart.result, restart.anyway, outcome], ['fails', true, 'survives'])
})

t.test('policy Never needs the image on the node, also if the registry is up', async (t) => {
  const objects = [node('a', { images: [nginx] }), node('b'), node('c', { images: [nginx] }), ...running('web', app('nginx:1.27', 'Never'))]
  t.same(onlyRow(['drain=a'], objects).otherNode.nodes, { yes: 1, no: 1, unknown: 0 })
  t.equal(onlyRow(['drain=a'], objects).otherNode.because[0]?.reason, 'ErrImageNeverPull')
})

t.test('image volumes are pulled like containers', async (t) => {
  const spec = {
    containers: [
      { name: 'app', image: 'quay.io/a/b:1', imagePullPolicy: 'IfNotPresent', volumeMounts: [{ name: 'site', mountPath: '/s' }] },
    ],
    volumes: [{ name: 'site', image: { reference: 'acme/site:1', pullPolicy: 'IfNotPresent' } }],
  }
  const { restart, otherNode } = onlyRow(dockerHubDown, [node('a'), node('b'), ...running('web', spec)])
  t.same([restart.result, otherNode.result, otherNode.because[0]?.container], ['starts', 'fails', 'site'])
})

t.test('a node that is not ready restarts nothing', async (t) => {
  const restart = (ready: object, spec: object = {}) =>
    onlyRow(dockerHubDown, [node('a', { ready }), ...running('web', { ...app('nginx:1.27'), ...spec })]).restart
  t.same(kinds(restart({ status: 'Unknown' })), ['node-not-ready'])
  const network = 'container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:cni plugin not initialized'
  t.same(kinds(restart({ status: 'False', message: network })), ['node-not-ready'])
  t.equal(restart({ status: 'False', message: network }, { hostNetwork: true }).result, 'starts')
  const more = `[${network}, PLEG is not healthy]`
  t.equal(restart({ status: 'False', message: more }, { hostNetwork: true }).result, 'unknown')
})

t.test('a Pod with more containers than the model reads is not judged', async (t) => {
  const containers = Array.from({ length: 101 }, (_, index) => ({ name: `c${index}`, image: 'nginx:1.27', imagePullPolicy: 'Always' }))
  t.same(kinds(onlyRow(dockerHubDown, [node('a'), ...running('web', { containers })]).restart), ['too-large'])
})

t.test('custom resources: what they own is theirs, and only built-in controllers are known to make Pods again', async (t) => {
  const nodes = [node('a', { images: [nginx] }), node('b', { images: [nginx] })]
  const podTemplate = { metadata: {}, spec: { restartPolicy: 'Always', ...app('nginx:1.27') } }
  const rollout = stored('argoproj.io/v1alpha1', 'Rollout', 'web', { spec: { template: podTemplate } })
  const ofRollout = { apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', name: 'web', uid: uidOf('Rollout', 'shop', 'web') }
  const set = stored('apps/v1', 'ReplicaSet', 'web-1', { owner: ofRollout, spec: { replicas: 1, template: podTemplate } })
  const ofSet = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web-1', uid: uidOf('ReplicaSet', 'shop', 'web-1') }
  const pod = (name: string, owner: typeof ofSet) =>
    stored('v1', 'Pod', name, { owner, spec: { ...podTemplate.spec, nodeName: 'a' }, status: { phase: 'Running' } })
  const row = onlyRow(['drain=a'], [...nodes, rollout, set, pod('web-1-x', ofSet)])
  t.same([row.object.kind, row.pods, row.otherNode.result, row.outcome], ['Rollout', 1, 'starts', 'survives'])
  const ofWorkflow = { apiVersion: 'argoproj.io/v1alpha1', kind: 'Workflow', name: 'build', uid: 'w' }
  const other = onlyRow(['drain=a'], [...nodes, pod('build-1', ofWorkflow)])
  t.same([other.object.kind, other.otherNode.result, kinds(other.otherNode)], ['Workflow', 'unknown', ['controller']])
})

t.test('the work is bounded: what is left over is unknown', async (t) => {
  const many = Array.from({ length: 30 }, (_, index) => {
    const containers = Array.from({ length: index + 1 }, (_, each) => ({
      name: `c${each}`,
      image: 'nginx:1.27',
      imagePullPolicy: 'Always',
    }))
    return running(`w${index}`, { containers })
  })
  const results = (runs?: ModelRuns) => {
    const drill = drillOf(dockerHubDown, [node('a'), ...many.flat()], {}, runs)
    return new Set(drill.run().rows.map(({ restart }) => restart.result))
  }
  t.same(results(), new Set(['fails']))
  t.same(results(new ModelRuns(10)), new Set(['fails', 'unknown']))
})
