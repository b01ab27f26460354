/** Everything around a denied object that could open the door. None changes how the pod would start, so none may change the verdict. */
import { workloadShapes } from '../../src/model/workload-kinds.ts'
import { type Denied, innocent, podSpecOf, type ReviewTree } from './denied.ts'

export interface Wrapper {
  readonly name: string
  /** Changes the review before it becomes text. */
  change?(tree: ReviewTree, denied: Denied): void
  /** Changes the text of the review. */
  text?(text: string): string
  /** Only for some reviews. */
  appliesTo?(denied: Denied): boolean
  /** Takes long, so only some reviews are wrapped. */
  readonly slow?: boolean
}

/** Adds a member at the beginning of each `metadata`, as JSON, because some keys cannot be set on an object. */
const inMetadata = (member: string) => (text: string) => text.replaceAll('"metadata":{', `"metadata":{${member},`)
/** Adds a member to the PodSpec, the request or the review, before their other members. */
const inPodSpec = (member: string) => (text: string) => text.replaceAll('"spec":{"restartPolicy"', `"spec":{${member},"restartPolicy"`)
const inRequest = (member: string) => (text: string) => text.replace('"request":{', `"request":{${member},`)
const inReview = (member: string) => (text: string) => text.replace('{"kind":"AdmissionReview"', `{${member},"kind":"AdmissionReview"`)
/** Adds a member after the others: the last of two equal keys counts. */
const afterObject = (member: string) => (text: string) => text.replace('"oldObject":', `${member},"oldObject":`)

/** Sets members of the request, of the object and of its metadata. */
const request = (members: object) => (tree: ReviewTree) => void Object.assign(tree.request, members)
const inObject = (members: object) => (tree: ReviewTree) => void Object.assign(tree.request.object, members)
const inMeta = (members: object) => (tree: ReviewTree) => void Object.assign(metadataOf(tree), members)
const by = (username: string, groups: readonly string[] = []) => request({ userInfo: { username, groups } })

const deep = (levels: number, open = '[', close = ']'): string => open.repeat(levels) + close.repeat(levels)
const metadataOf = (tree: ReviewTree): Record<string, unknown> => tree.request.object.metadata
const many = <T>(count: number, item: (index: number) => T): T[] => Array.from({ length: count }, (_, index) => item(index))
const isNotDebug = ({ kind, place }: Denied): boolean => !(kind === 'Pod' && place === 'ephemeralContainers')

const owner = (apiVersion: string, kind: string) => ({ apiVersion, kind, name: 'owner', uid: 'u', controller: true })

/** Keys of JavaScript objects, and duplicates. */
const keys: readonly Wrapper[] = [
  { name: '__proto__ in metadata', text: inMetadata('"__proto__":{"spec":{"containers":[]}}') },
  { name: '__proto__ in the PodSpec', text: inPodSpec('"__proto__":{"containers":[],"initContainers":[],"volumes":[]}') },
  { name: '__proto__ in the request', text: inRequest('"__proto__":{"operation":"DELETE","object":null}') },
  { name: '__proto__ in the review', text: inReview('"__proto__":{"request":null}') },
  { name: 'constructor.prototype', text: inMetadata('"constructor":{"prototype":{"image":"registry.example/app:1"}}') },
  { name: 'toString and hasOwnProperty', text: inPodSpec('"toString":null,"hasOwnProperty":1,"length":0,"toJSON":"x","then":{}') },
  {
    name: 'duplicate kind, the last is right',
    text: (text) => text.replaceAll(/"kind":"(?=[A-Z]\w+","metadata")/g, '"kind":"Service",$&'),
  },
  { name: 'duplicate containers, the last is right', text: inPodSpec('"containers":[],"initContainers":[],"volumes":[]') },
  { name: 'duplicate operation, the last is right', text: inRequest('"operation":"DELETE"') },
  { name: 'duplicate object, the last is right', text: inRequest('"object":{"kind":"Service"}') },
  { name: 'keys with another case', text: inPodSpec('"Containers":[],"INITCONTAINERS":[],"Volumes":[],"EphemeralContainers":[]') },
  { name: 'request keys with another case', text: inRequest('"Operation":"DELETE","Object":null,"SubResource":"status"') },
  { name: 'review keys with another case', text: inReview('"Request":{"uid":"x"},"KIND":"Pod"') },
  { name: 'keys with an escape', text: (text) => text.replaceAll('"containers"', '"c\\u006fntainers"') },
  { name: 'numeric keys', text: inPodSpec('"0":{},"1":[],"-1":null') },
  { name: 'empty key', text: inPodSpec('"":{"containers":[]}') },
]

/** Values that are deep, long, or not what a decoder expects. */
const values: readonly Wrapper[] = [
  {
    name: '9,000 levels in managedFields',
    text: inMetadata(`"managedFields":[{"operation":"Apply","fieldsV1":${deep(9000)}}]`),
    slow: true,
  },
  {
    name: '9,000 objects deep in managedFields',
    text: inMetadata(`"managedFields":[{"operation":"Update","fieldsV1":${'{"f:spec":'.repeat(9000)}{}${'}'.repeat(9000)}}]`),
    slow: true,
  },
  { name: '9,000 levels in the PodSpec', text: inPodSpec(`"unknown":${deep(9000)}`), slow: true },
  { name: '50,000 levels next to the object', text: afterObject(`"options":${deep(50_000)}`), slow: true },
  {
    name: 'deep JSON in last-applied-configuration',
    change: annotate('kubectl.kubernetes.io/last-applied-configuration', deep(20_000)),
    slow: true,
  },
  { name: 'broken last-applied-configuration', change: annotate('kubectl.kubernetes.io/last-applied-configuration', '{{{') },
  { name: 'lone surrogate in an annotation', text: inMetadata('"annotations":{"a":"\\ud800","\\udfff":"b"}') },
  { name: 'control characters and NUL', text: inMetadata('"annotations":{"a\\u0000":"\\u001b[2J\\u0000\\u202e"}') },
  { name: 'lone surrogate as name of the object', change: inMeta({ name: '\ud800' }) },
  { name: 'NUL in the name of the object', change: inMeta({ name: 'a\0b' }) },
  { name: '300 KB of padding', change: annotate('padding', 'x'.repeat(300_000)), slow: true },
  { name: '100 annotations', change: inMeta({ annotations: Object.fromEntries(many(100, (n) => [`a${n}`, 'x'])) }) },
  {
    name: 'huge numbers',
    text: inPodSpec('"terminationGracePeriodSeconds":1e999,"priority":-1e309,"activeDeadlineSeconds":99999999999999999999'),
  },
  { name: 'a number with 100,000 digits', text: inPodSpec(`"priority":${'9'.repeat(100_000)}`), slow: true },
  { name: 'metadata that is a list', change: inObject({ metadata: [] }) },
  { name: 'metadata that is text', change: inObject({ metadata: 'x' }) },
  { name: 'annotations that are a list', change: inMeta({ annotations: ['initlint.dev/ignore'] }) },
  { name: 'labels that are a number', change: inMeta({ labels: 1e300 }) },
  { name: 'unknown fields everywhere', text: (text) => text.replaceAll('{"', '{"x-unknown":[{}],"') },
  { name: 'null members', text: (text) => text.replaceAll('{"', '{"nothing":null,"') },
  {
    name: 'odd neighbors in the list of containers',
    change: (tree, { kind }) => {
      const spec = podSpecOf(tree, kind)
      for (const list of ['containers', 'initContainers', 'ephemeralContainers'])
        if (Array.isArray(spec[list])) spec[list] = [null, 1, 'x', [], {}, ...spec[list], null]
    },
  },
  { name: 'white space around every token', text: (text) => text.replaceAll(/([{}[\],])/g, ' \n\t\r$1 \n') },
  { name: 'white space around the body', text: (text) => `\n\n \t${text}\r\n\n` },
]

/** What the request says about itself and its requester. */
const requests: readonly Wrapper[] = [
  { name: 'dry run', change: request({ dryRun: true }) },
  { name: 'dryRun that is no Boolean', change: request({ dryRun: 'true' }) },
  { name: 'unknown subresource', change: request({ subResource: 'resize' }), appliesTo: isNotDebug },
  { name: 'subresource with another case', change: request({ subResource: 'Status' }), appliesTo: isNotDebug },
  { name: 'requestSubResource alone', change: request({ requestSubResource: 'status' }) },
  {
    name: 'requestKind of another kind',
    change: request({ requestKind: { group: '', version: 'v1', kind: 'Service' } }),
  },
  { name: 'options of another operation', change: request({ options: { kind: 'DeleteOptions', dryRun: ['All'] } }) },
  ...['kube-system', 'kube-public', 'initlint-system', '', '../kube-system', '\ud800', 'default\0'].map((namespace) => ({
    name: `namespace ${JSON.stringify(namespace)}`,
    change: request({ namespace }),
  })),
  ...[
    'system:serviceaccount:kube-system:replicaset-controller',
    'system:serviceaccount:shop:replicaset-controller',
    'system:serviceaccount:kube-system:x',
    'system:kube-controller-manager',
    'system:apiserver',
    'system:admin',
    'system:node:node-1',
    '',
    '__proto__',
  ].map((user) => ({ name: `user ${user}`, change: by(user) })),
  { name: 'groups of an administrator', change: by('jane', ['system:masters', 'system:nodes']) },
  { name: 'no userInfo', change: request({ userInfo: null }) },
]

/** What the object says about itself. */
const claims: readonly Wrapper[] = [
  ...(
    [
      ['apps/v1', 'ReplicaSet'],
      ['apps/v1', 'DaemonSet'],
      ['batch/v1', 'Job'],
      ['v1', 'ReplicationController'],
      ['v1', 'Node'],
      ['example.com/v1', 'ReplicaSet'],
    ] as const
  ).map(([apiVersion, kind]) => ({
    name: `forged owner ${apiVersion} ${kind}`,
    change: inMeta({ ownerReferences: [owner(apiVersion, kind)] }),
  })),
  {
    name: "forged owner, requested by another owner's controller",
    change: (tree) => {
      metadataOf(tree).ownerReferences = [owner('apps/v1', 'ReplicaSet')]
      tree.request.userInfo.username = 'system:serviceaccount:kube-system:job-controller'
    },
  },
  {
    name: 'forged owner, requested by a ServiceAccount of a tenant with the name of a controller',
    change: (tree) => {
      metadataOf(tree).ownerReferences = [owner('apps/v1', 'ReplicaSet')]
      tree.request.userInfo.username = 'system:serviceaccount:shop:replicaset-controller'
    },
  },
  {
    name: 'ownerReferences that are an object',
    change: inMeta({ ownerReferences: owner('apps/v1', 'ReplicaSet') }),
  },
  { name: '1,000 owners', change: inMeta({ ownerReferences: many(1000, () => owner('apps/v1', 'ReplicaSet')) }) },
  {
    name: 'mirror Pod of a person',
    change: inMeta({ annotations: { 'kubernetes.io/config.mirror': 'x', 'kubernetes.io/config.source': 'file' } }),
  },
  {
    name: 'generateName without a name',
    change: (tree) => {
      metadataOf(tree).name = undefined
      metadataOf(tree).generateName = 'innocent-'
    },
  },
  { name: 'another namespace in the object', change: inMeta({ namespace: 'kube-system' }) },
  { name: 'deletionTimestamp', change: inMeta({ deletionTimestamp: '2020-01-01T00:00:00Z' }) },
  { name: 'status of a finished Pod', change: inObject({ status: { phase: 'Succeeded' } }) },
  {
    name: 'initlint.dev/ignore on object and template',
    change: (tree, { kind }) => {
      const annotations = { 'initlint.dev/ignore': 'registry-not-allowed, image-latest, pull-never, image-invalid: I say so' }
      metadataOf(tree).annotations = annotations
      const template = workloadShapes[kind].template.reduce((inner, key) => inner[key], tree.request.object)
      template.metadata = { ...template.metadata, annotations }
    },
  },
  {
    name: 'paused, suspended, without replicas',
    change: (tree, { kind }) => {
      if (kind !== 'Pod') Object.assign(tree.request.object.spec ?? {}, { replicas: 0, suspend: true, paused: true })
    },
  },
  {
    name: 'fields of other kinds',
    change: (tree) => void Object.assign(tree.request.object, { data: {}, items: [], rules: [], webhooks: [], subjects: [] }),
  },
  { name: 'another version of the same group', change: anotherVersion },
  { name: 'extensions/v1beta1', change: inObject({ apiVersion: 'extensions/v1beta1' }), appliesTo: isOfApps },
]

/** What stands next to the violation. */
const neighbors: readonly Wrapper[] = [
  { name: '1,000 exempted containers before it', change: withContainersBefore(1000, 'exempt-'), slow: true },
  { name: '2,000 exempted containers before it', change: withContainersBefore(2000, 'exempt-'), slow: true },
  {
    name: '3,000 innocent containers before it',
    change: (tree, { kind }) => {
      const spec = podSpecOf(tree, kind)
      spec.containers = [...many(3000, (index) => ({ ...innocent, name: `c${index}` })), ...(spec.containers as unknown[])]
    },
    slow: true,
  },
  {
    name: 'containers with the same name',
    change: (tree, { kind }) => {
      const spec = podSpecOf(tree, kind)
      spec.containers = [{ ...innocent, name: 'bad' }, ...(spec.containers as unknown[]), { ...innocent, name: 'bad' }]
    },
  },
  {
    name: 'an init container with a script that is too long to analyze',
    change: (tree, { kind }) => addInit(tree, kind, `# ${'x'.repeat(70_000)}`),
    slow: true,
  },
  { name: 'an init container that runs forever', change: (tree, { kind }) => addInit(tree, kind, 'while :; do :; done') },
  { name: 'an init container with an unfilled template', change: (tree, { kind }) => addInit(tree, kind, '{{ .Values.x }} $( ( `') },
]

/** An UPDATE that brings the violation, whatever else it leaves as it was. */
const updates: readonly Wrapper[] = [
  {
    name: 'UPDATE of an innocent object',
    change: (tree, { kind }) => {
      const before = structuredClone(tree.request.object)
      const spec = podSpecOf(tree, kind, before)
      for (const list of ['initContainers', 'ephemeralContainers', 'volumes']) delete spec[list]
      spec.containers = [innocent]
      Object.assign(tree.request, { operation: 'UPDATE', oldObject: before })
    },
    appliesTo: isNotDebug,
  },
  {
    name: 'UPDATE of an object that violates the rule in another container',
    change: (tree, { kind, place, rule }) => {
      const before = structuredClone(tree.request.object)
      const spec = podSpecOf(tree, kind, before)
      for (const item of spec[place] as { name: string }[]) item.name = `other-${rule}`
      Object.assign(tree.request, { operation: 'UPDATE', oldObject: before })
    },
    appliesTo: isNotDebug,
  },
  { name: 'UPDATE without the old object', change: request({ operation: 'UPDATE' }), appliesTo: isNotDebug },
  {
    name: 'UPDATE whose old object has another kind',
    change: (tree) => void Object.assign(tree.request, { operation: 'UPDATE', oldObject: { ...tree.request.object, kind: 'Service' } }),
    appliesTo: isNotDebug,
  },
]

export const wrappers: readonly Wrapper[] = [...keys, ...values, ...requests, ...claims, ...neighbors, ...updates]

/** The text of a wrapped review. */
export function wrapped(denied: Denied, { change, text }: Wrapper): string {
  const tree = denied.review()
  change?.(tree, denied)
  const plain = JSON.stringify(tree)
  const changed = text?.(plain) ?? plain
  if (text !== undefined && changed === plain) throw new Error(`the wrapper does not change ${denied.name}`)
  return changed
}

function annotate(key: string, value: string) {
  return inMeta({ annotations: { [key]: value } })
}

function isOfApps({ kind }: Denied): boolean {
  return workloadShapes[kind].group === 'apps'
}

function anotherVersion(tree: ReviewTree): void {
  const { object } = tree.request
  object.apiVersion = object.apiVersion === 'v1' ? 'v2' : object.apiVersion.replace('/v1', '/v1beta2')
}

/** Containers with forbidden images, which the policy exempts by their names. */
function withContainersBefore(count: number, prefix: string) {
  return (tree: ReviewTree, { kind }: Denied): void => {
    const spec = podSpecOf(tree, kind)
    const exempted = many(count, (index) => ({ ...innocent, name: `${prefix}${index}`, image: 'evil.example/other:latest' }))
    for (const list of ['containers', 'initContainers'])
      if (list === 'containers' || list in spec) spec[list] = [...exempted, ...((spec[list] as unknown[]) ?? [])]
  }
}

function addInit(tree: ReviewTree, kind: Denied['kind'], script: string): void {
  const spec = podSpecOf(tree, kind)
  spec.initContainers = [{ ...innocent, name: 'script', command: ['sh', '-c', script] }, ...((spec.initContainers as unknown[]) ?? [])]
}
