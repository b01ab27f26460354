/** An input that is found by comparison is the one that would be read. */
import t from 'tap'
import type { Container } from '../../../src/model/containers.ts'
import type { JsonObject } from '../../../src/model/json.ts'
import { noSiblings } from '../../../src/model/siblings.ts'
import { readWorkload, type Workload } from '../../../src/model/workload.ts'
import { inputFrom, inputOf, mountsIn, nothingGiven, settingOf } from '../../../src/script/analysis/input.ts'
import { KnownInputs } from '../../../src/script/analysis/known-inputs.ts'

interface Parts {
  readonly container?: object
  readonly mounts?: readonly object[]
  readonly spec?: object
  readonly volumes?: readonly object[]
  readonly before?: readonly object[]
  readonly kind?: string
}

const files = { configMap: { name: 'c', defaultMode: 0o400, items: [{ key: 'a', path: 'a', mode: 0o600 }] } }

/** The init container `i` of a pod, or of a template. */
function initOf({ container, mounts, spec, volumes, before = [], kind = 'Pod' }: Parts): readonly [Container, Workload] {
  const init = {
    name: 'i',
    image: 'busybox:1',
    command: ['sh', '-c', 'mkdir /data/x'],
    env: [{ name: 'A', value: '1' }],
    securityContext: { runAsUser: 5 },
    volumeMounts: mounts ?? [
      { name: 'data', mountPath: '/data' },
      { name: 'files', mountPath: '/files' },
    ],
    ...container,
  }
  const podSpec = {
    initContainers: [...before, init],
    containers: [],
    volumes: volumes ?? [
      { name: 'data', emptyDir: {} },
      { name: 'files', ...files },
    ],
    ...spec,
  }
  const template = { spec: podSpec, metadata: { name: 'p' } }
  const claims = [{ metadata: { name: 'data' } }]
  const object =
    kind === 'Pod'
      ? { apiVersion: 'v1', kind, ...template }
      : { apiVersion: 'apps/v1', kind, metadata: { name: 'p' }, spec: { template, volumeClaimTemplates: claims } }
  const workload = readWorkload(structuredClone(object), { namespace: 'default', source: 'review' })
  const found = workload?.containers().find(({ name }) => name === 'i')
  if (workload === undefined || found === undefined) throw new Error('no init container')
  return [found, workload]
}

const writer = { name: 'before', image: 'busybox:1', volumeMounts: [{ name: 'data', mountPath: '/d' }] }
const mount = (changes: object) => [
  { name: 'data', mountPath: '/data', ...changes },
  { name: 'files', mountPath: '/files' },
]

const variants: Readonly<Record<string, Parts>> = {
  base: {},
  'another script': { container: { command: ['sh', '-c', 'mkdir /data/y'] } },
  'another option': { container: { command: ['sh', '-ec', 'mkdir /data/x'] } },
  arguments: { container: { command: ['sh'], args: ['-c', 'mkdir /data/x'] } },
  'another image': { container: { image: 'alpine:3' } },
  'another variable': { container: { env: [{ name: 'A', value: '2' }] } },
  'variables of a source': { container: { envFrom: [{ configMapRef: { name: 'c' } }] } },
  'another user': { container: { securityContext: { runAsUser: 0 } } },
  'a read-only root': { container: { securityContext: { runAsUser: 5, readOnlyRootFilesystem: true } } },
  'a working directory': { container: { workingDir: '/data' } },
  'rules for restarts': { container: { restartPolicyRules: [] } },
  'its own restart policy': { container: { restartPolicy: 'Never' } },
  'no security context': { container: { securityContext: undefined } },
  'the user of the pod': { container: { securityContext: undefined }, spec: { securityContext: { runAsUser: 7 } } },
  'a group': { spec: { securityContext: { fsGroup: 7 } } },
  'the network of the node': { spec: { hostNetwork: true } },
  'the restart policy of the pod': { spec: { restartPolicy: 'Never' } },
  'another path': { mounts: mount({ mountPath: '/other' }) },
  'a subPath': { mounts: mount({ subPath: 's' }) },
  'read-only': { mounts: mount({ readOnly: true }) },
  propagation: { mounts: mount({ mountPropagation: 'Bidirectional' }) },
  'one volume twice': { mounts: [...mount({}), { name: 'data', mountPath: '/again' }] },
  'two volumes': { mounts: [...mount({}), { name: 'files', mountPath: '/again' }] },
  'another type of volume': {
    volumes: [
      { name: 'data', hostPath: { path: '/d', type: 'File' } },
      { name: 'files', ...files },
    ],
  },
  'other modes': {
    volumes: [
      { name: 'data', emptyDir: {} },
      { name: 'files', configMap: { ...files.configMap, items: [{ key: 'a', path: 'a', mode: 0o400 }] } },
    ],
  },
  'other names of volumes': {
    mounts: [
      { name: 'd', mountPath: '/data' },
      { name: 'f', mountPath: '/files' },
    ],
    volumes: [
      { name: 'd', emptyDir: {} },
      { name: 'f', ...files },
    ],
  },
  'after a container that writes': { before: [writer] },
  'after a container that does not': { before: [{ ...writer, volumeMounts: [] }] },
  'a Deployment': { kind: 'Deployment' },
  'a StatefulSet': { kind: 'StatefulSet' },
}

function find(known: KnownInputs<string>, parts: Parts) {
  const [container, workload] = initOf(parts)
  return known.find(container, mountsIn(container, workload), settingOf(workload))
}

function add(known: KnownInputs<string>, parts: Parts, data: string): void {
  const [container, workload] = initOf(parts)
  const found = inputOf(container, workload, noSiblings)
  if (found.input === null) throw new Error(`no script: ${found.found.why}`)
  known.add({ container, mounts: found.mounts, setting: settingOf(workload), found, data })
}

t.test('what is found is what would be read, for each pair of containers', async (t) => {
  const same: string[] = []
  for (const [one, parts] of Object.entries(variants)) {
    const known = new KnownInputs<string>(1_000_000)
    add(known, parts, one)
    for (const [other, others] of Object.entries(variants)) {
      const found = find(known, others)
      if (found === undefined) {
        t.not(one, other, `${one} finds itself`)
        continue
      }
      t.equal(found.data, one)
      const [container, workload] = initOf(others)
      t.strictSame(found.found, inputOf(container, workload, noSiblings), `${one}, ${other}`)
      if (one === 'base') same.push(other)
    }
  }
  t.strictSame(same, ['base', 'other names of volumes', 'after a container that does not', 'a Deployment'])
})

t.test('the input depends on mounts only as they are read', async (t) => {
  const [container, workload] = initOf({})
  const read = new Set<string | symbol>()
  const raw: JsonObject = new Proxy(container.raw, {
    get: (target, key) => {
      read.add(key)
      return Reflect.get(target, key)
    },
  })
  inputFrom({ raw, pointer: container.pointer }, mountsIn(container, workload), settingOf(workload), nothingGiven)
  t.ok(read.has('command'))
  t.notOk(read.has('volumeMounts'))
})

t.test('the memory is bounded, and what was used last is kept', async (t) => {
  const known = new KnownInputs<string>(20_000)
  const script = (number: number): Parts => ({ container: { command: ['sh', '-c', `mkdir /data/${number}`] } })
  for (let number = 0; number < 50; number++) {
    add(known, script(number), String(number))
    t.equal(find(known, script(0))?.data, '0')
  }
  t.equal(find(known, script(49))?.data, '49')
  t.equal(find(known, script(1)), undefined)
  for (let number = 0; number < 50; number++) add(known, { container: { workingDir: `/${number}` } }, String(number))
  t.equal(find(known, { container: { workingDir: '/49' } })?.data, '49')
  t.equal(find(known, { container: { workingDir: '/1' } }), undefined, 'few containers with the same script')
})
