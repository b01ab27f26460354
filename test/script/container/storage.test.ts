/** The storage of a script's paths: volumes, their directories, mounts within mounts. */
import t from 'tap'
import { readWorkload } from '../../../src/model/workload.ts'
import type { AnalyzedInit } from '../../../src/script/analysis/init-scripts.ts'
import { mountsOf, PodVolumes, survives } from '../../../src/script/container/storage.ts'
import { firstAnalyzed } from '../../support/init-scripts.ts'

const volumes = [
  { name: 'claim', persistentVolumeClaim: { claimName: 'c' } },
  { name: 'work', emptyDir: {} },
  { name: 'node', hostPath: { path: '/srv' } },
]

function rehearsed(text: string, ...volumeMounts: readonly object[]): AnalyzedInit {
  const init = { name: 'i', image: 'debian:12', command: ['bash', '-ec', text], volumeMounts }
  const object = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' }, spec: { initContainers: [init], volumes } }
  return firstAnalyzed(object)
}

const claim = { name: 'claim', mountPath: '/data' }

t.test('the innermost mount decides about a path', async (t) => {
  const cache = { name: 'work', mountPath: '/data/cache/' }
  t.match(rehearsed('mkdir /data/cache/x', claim, cache).hazards, [{ storage: 'pod', mountPath: '/data/cache' }])
  t.match(rehearsed('mkdir /data/cached', claim, cache).hazards, [{ storage: 'claim', mountPath: '/data' }], 'a path with the same prefix')
  t.equal(rehearsed('mkdir /data/x', cache).verdict, 'safe', "the directory that contains a mount is on the container's own file system")
  t.match(rehearsed('mkdir /x', { name: 'claim', mountPath: '/' }).hazards, [{ storage: 'claim', mountPath: '/' }])
})

t.test('subPath and subPathExpr: two directories of one volume are independent', async (t) => {
  const [left, right] = [
    { name: 'claim', mountPath: '/a', subPath: 'one' },
    { name: 'claim', mountPath: '/b', subPath: 'two/' },
  ]
  t.match(rehearsed('mkdir /a/x', left).hazards, [{ storage: 'claim', mountPath: '/a' }])
  t.equal(rehearsed('mkdir -p /a/x\nmkdir -p /b/x', left, right).verdict, 'safe', 'two directories')
  t.equal(rehearsed('mkdir /a/x', { name: 'claim', mountPath: '/a', subPathExpr: '$(POD)' }).verdict, 'unsafe')
})

t.test('one directory at two paths: unknown', async (t) => {
  const script = 'rm -rf /a/x\nmkdir /b/x'
  const [a, b] = [
    { name: 'claim', mountPath: '/a' },
    { name: 'claim', mountPath: '/b' },
  ]
  t.equal(rehearsed(script, a, b).verdict, 'unknown')
  t.equal(rehearsed('rm -rf /a/sub/x\nmkdir /b/x', a, { ...b, subPath: 'sub' }).verdict, 'unknown', 'one contains the other')
  t.equal(rehearsed(script, { ...a, subPath: 'sub' }, { ...b, subPath: 'subs' }).verdict, 'unsafe', 'two directories')
  t.equal(rehearsed(script, a, { name: 'work', mountPath: '/b' }).verdict, 'unsafe')
  t.equal(rehearsed('mkdir /a/x', a, b).verdict, 'unsafe', 'the script uses only one of the paths')
})

t.test('a read-only mount cannot be written', async (t) => {
  const readOnly = { ...claim, readOnly: true }
  t.equal(rehearsed('mkdir /data/x', readOnly).verdict, 'unknown', 'the first run cannot succeed')
  t.equal(rehearsed('cp /data/x /work/y', readOnly, { name: 'work', mountPath: '/work' }).verdict, 'safe')
})

t.test('mounts that propagate to the node outlive the container', async (t) => {
  const node = { name: 'node', mountPath: '/node' }
  t.equal(rehearsed('mount --bind /node/a /node/b', node).verdict, 'safe')
  t.equal(rehearsed('mount --bind /node/a /node/b', { ...node, mountPropagation: 'HostToContainer' }).verdict, 'safe')
  t.equal(rehearsed('mount --bind /node/a /node/b', { ...node, mountPropagation: 'Bidirectional' }).verdict, 'unknown')
  t.equal(
    rehearsed('mkdir /node/b', { ...node, mountPropagation: 'Bidirectional' }).verdict,
    'unsafe',
    'mount propagation does not matter to files',
  )
})

t.test('a mount behind a look at the mounts is not made twice', async (t) => {
  const node = { name: 'node', mountPath: '/node', mountPropagation: 'Bidirectional' }
  t.equal(rehearsed('mount | grep "/node/b type bpf" || mount -t bpf bpf /node/b', node).verdict, 'safe')
  t.equal(rehearsed('mountpoint -q /node/b || mount --bind /node/a /node/b', node).verdict, 'safe')
  t.equal(rehearsed('mount | grep "/node/c type bpf" || mount -t bpf bpf /node/b', node).verdict, 'unknown', 'another mount')
  t.equal(rehearsed('mountpoint -q /node/c || mount --bind /node/a /node/b', node).verdict, 'unknown', 'another mount')
})

t.test('the lifetime of a volume depends on its type', async (t) => {
  const storageOf = (volume: object) => {
    const podSpec = { volumes: [{ name: 'v', ...volume }] }
    const raw = { name: 'i', volumeMounts: [{ name: 'v', mountPath: '/v' }] }
    const object = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' }, spec: { ...podSpec, initContainers: [raw] } }
    const [container] = readWorkload(object, { namespace: 'default', source: 'manifest' })?.containers() ?? []
    return container === undefined ? undefined : mountsOf(container, new PodVolumes(podSpec), new Set())[0]?.storage
  }
  t.equal(storageOf({ emptyDir: { medium: 'Memory' } }), 'pod')
  t.equal(storageOf({ ephemeral: { volumeClaimTemplate: {} } }), 'pod')
  t.equal(storageOf({ hostPath: { path: '/' } }), 'node')
  t.equal(storageOf({ nfs: {} }), 'claim')
  t.equal(storageOf({ secret: {} }), 'read-only')
  t.equal(storageOf({ image: {} }), 'read-only')
  t.equal(storageOf({ csi: { driver: 'd' } }), 'unknown', 'it may be removed with the pod, or be a share')
  t.strictSame(
    (['container', 'sandbox', 'pod', 'claim'] as const).map((storage) =>
      (['retry', 'rerun', 'replace'] as const).filter((rerun) => survives(storage, rerun)),
    ),
    [[], ['retry'], ['retry', 'rerun'], ['retry', 'rerun', 'replace']],
  )
})

t.test('a script of a container with more than 100 mounts is not rehearsed', async (t) => {
  const rehearsalWith = (count: number) => {
    const volumeMounts = Array.from({ length: count }, (_, index) => ({ name: `v${index}`, mountPath: `/m${index}` }))
    const init = { name: 'init', image: 'alpine:3', command: ['sh', '-c', 'mkdir /m1/x'], volumeMounts }
    const volumes = volumeMounts.map(({ name }) => ({ name, emptyDir: {} }))
    const object = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' }, spec: { initContainers: [init], containers: [], volumes } }
    return firstAnalyzed(object)
  }
  t.equal(rehearsalWith(100).verdict, 'unsafe')
  t.same(rehearsalWith(101).unknown, [{ line: 1, why: 'more than 100 volume mounts' }])
  t.ok(rehearsalWith(60_000).mounts.length <= 101)
})

t.test('the last volume of a name counts, whether the pod has few volumes or many', async (t) => {
  const named = [
    { name: 'v', nfs: {} },
    { name: 'v', emptyDir: {} },
    { name: 'w', hostPath: { path: '/' } },
  ]
  const others = Array.from({ length: 100 }, (_, index) => ({ name: `other-${index}`, emptyDir: {} }))
  for (const all of [named, [...others, ...named], [...named, ...others]]) {
    const volumes = new PodVolumes({ volumes: all })
    t.strictSame(
      ['v', 'w', 'x', 'v'].map((name) => volumes.get(name)?.storage),
      ['pod', 'node', undefined, 'pod'],
    )
  }
})
