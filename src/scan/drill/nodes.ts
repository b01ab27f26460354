/** Nodes as a drill sees them, and which of them may take a Pod. */
import { asArray, asString, at, type JsonObject, member, stringMap } from '../../model/json.ts'
import { type NodeImages, readNodeImages } from './node-images.ts'

interface Taint {
  readonly key: string
  readonly value: string
  readonly effect: string
}

export interface DrillNode {
  readonly name: string
  readonly labels: ReadonlyMap<string, string>
  /** Those that keep Pods away; a cordoned node has one, too. */
  readonly taints: readonly Taint[]
  /** What its kubelet reports; `no-network`: it starts only Pods with hostNetwork (pkg/kubelet/kubelet.go, SyncPod, networkErrors). */
  readonly state: 'ready' | 'no-network' | 'not-ready'
  readonly images: NodeImages
  /**
   * Whether its kubelet checks who pulled an image before it lets a Pod use it: gate KubeletEnsureSecretPulledImages, on since 1.35. Nothing in
   * the API shows whether it was turned off.
   */
  readonly checksSecrets: boolean
  /** Nodes of one platform report the same size for an image: `linux/amd64 containerd`. */
  readonly platform: string
}

/** Since this minor version of Kubernetes 1, the kubelet checks who pulled an image. Source: pkg/features/kube_features.go, KEP-2535. */
const checksSecretsSince = 35

const unschedulable: Taint = { key: 'node.kubernetes.io/unschedulable', value: '', effect: 'NoSchedule' }

/** Reads a Node. @param cap images that a kubelet reports at most */
export function readNode(object: JsonObject, cap: number): DrillNode {
  const info = at(object, 'status', 'nodeInfo')
  const taints = asArray(at(object, 'spec', 'taints')).flatMap((taint): Taint[] => {
    const effect = asString(member(taint, 'effect')) ?? ''
    if (effect !== 'NoSchedule' && effect !== 'NoExecute') return []
    return [{ key: asString(member(taint, 'key')) ?? '', value: asString(member(taint, 'value')) ?? '', effect }]
  })
  const isCordoned = at(object, 'spec', 'unschedulable') === true && !taints.some(({ key }) => key === unschedulable.key)
  const text = (key: string): string => asString(member(info, key)) ?? ''
  return {
    name: asString(at(object, 'metadata', 'name')) ?? '',
    labels: stringMap(at(object, 'metadata', 'labels')),
    taints: isCordoned ? [...taints, unschedulable] : taints,
    state: stateOf(asArray(at(object, 'status', 'conditions')).find((condition) => member(condition, 'type') === 'Ready')),
    images: readNodeImages(at(object, 'status', 'images'), cap),
    checksSecrets: checksSecrets(text('kubeletVersion')),
    platform: `${text('operatingSystem')}/${text('architecture')} ${text('containerRuntimeVersion').split(':')[0]}`,
  }
}

/** The message of a kubelet whose only problem is the network (pkg/kubelet/runtime.go, networkErrors; several are joined in brackets). */
const onlyNetwork = /^container runtime network not ready: [^[\]]*$/

function stateOf(ready: unknown): DrillNode['state'] {
  if (ready === undefined || member(ready, 'status') === 'True') return 'ready'
  return member(ready, 'status') === 'False' && onlyNetwork.test(asString(member(ready, 'message')) ?? '') ? 'no-network' : 'not-ready'
}

/** A version that is not known may be a new one. */
function checksSecrets(version: string): boolean {
  const [, major, minor] = /^v?(\d+)\.(\d+)/.exec(version) ?? []
  return major === undefined || Number(major) > 1 || Number(minor) >= checksSecretsSince
}

/** What a Pod demands of its node. Resources, Pod affinity, topology spread and volumes are not looked at. */
export interface Placement {
  readonly nodeName: string | null
  readonly nodeSelector: ReadonlyMap<string, string>
  readonly tolerations: readonly unknown[]
  /** `nodeSelectorTerms` of the required node affinity; null if there is none. */
  readonly terms: readonly unknown[] | null
}

/** Reads what a PodSpec demands of its node. @param isDaemon whether a DaemonSet makes the Pod */
export function readPlacement(podSpec: JsonObject, isDaemon: boolean): Placement {
  const required = at(podSpec, 'affinity', 'nodeAffinity', 'requiredDuringSchedulingIgnoredDuringExecution')
  return {
    nodeName: asString(member(podSpec, 'nodeName')) || null,
    nodeSelector: stringMap(member(podSpec, 'nodeSelector')),
    tolerations: [...asArray(member(podSpec, 'tolerations')), ...(isDaemon ? daemonTolerations : [])],
    terms: required === undefined ? null : asArray(member(required, 'nodeSelectorTerms')),
  }
}

/** The tolerations that the DaemonSet controller adds (pkg/controller/daemon/util/daemonset_util.go, AddOrUpdateDaemonPodTolerations). */
const daemonTolerations: readonly unknown[] = [
  ...['not-ready', 'unreachable'].map((name) => ({ key: `node.kubernetes.io/${name}`, operator: 'Exists', effect: 'NoExecute' })),
  ...['disk-pressure', 'memory-pressure', 'pid-pressure', 'unschedulable'].map((name) => ({
    key: `node.kubernetes.io/${name}`,
    operator: 'Exists',
    effect: 'NoSchedule',
  })),
]

/** Whether the scheduler may place a Pod on a node: taints, cordon, nodeName, nodeSelector and required node affinity. */
export function mayTake(node: DrillNode, { nodeName, nodeSelector, tolerations, terms }: Placement): boolean {
  if (nodeName !== null && nodeName !== node.name) return false
  for (const [key, value] of nodeSelector) if (node.labels.get(key) !== value) return false
  if (terms !== null && !terms.some((term) => matchesTerm(node, term))) return false
  return node.taints.every((taint) => tolerations.some((toleration) => tolerates(toleration, taint)))
}

/** Source: k8s.io/api/core/v1/toleration.go, ToleratesTaint. */
function tolerates(toleration: unknown, { key, value, effect }: Taint): boolean {
  const text = (name: string): string => asString(member(toleration, name)) ?? ''
  if (text('effect') !== '' && text('effect') !== effect) return false
  if (text('key') !== '' && text('key') !== key) return false
  const operator = text('operator')
  if (operator === 'Exists') return true
  if (operator === 'Lt' || operator === 'Gt') return isCompared(value, operator, [text('value')])
  return (operator === '' || operator === 'Equal') && text('key') === key && text('value') === value
}

/** All expressions of a term must hold; a term without any matches nothing (component-helpers scheduling/corev1/nodeaffinity). */
function matchesTerm(node: DrillNode, term: unknown): boolean {
  const expressions = asArray(member(term, 'matchExpressions'))
  const fields = asArray(member(term, 'matchFields'))
  if (expressions.length + fields.length === 0) return false
  return (
    expressions.every((each) => matches(node.labels.get(asString(member(each, 'key')) ?? ''), each)) &&
    fields.every((each) => member(each, 'key') === 'metadata.name' && matches(node.name, each))
  )
}

function matches(value: string | undefined, expression: unknown): boolean {
  const values = asArray(member(expression, 'values'))
  switch (member(expression, 'operator')) {
    case 'In':
      return value !== undefined && values.includes(value)
    case 'NotIn':
      return value === undefined || !values.includes(value)
    case 'Exists':
      return value !== undefined
    case 'DoesNotExist':
      return value === undefined
    case 'Gt':
      return value !== undefined && isCompared(value, 'Gt', values)
    case 'Lt':
      return value !== undefined && isCompared(value, 'Lt', values)
    default:
      return false
  }
}

function isCompared(value: string, operator: 'Gt' | 'Lt', [limit]: readonly unknown[]): boolean {
  if (!/^-?\d+$/.test(value) || !/^-?\d+$/.test(asString(limit) ?? '')) return false
  const difference = Number(value) - Number(limit)
  return operator === 'Gt' ? difference > 0 : difference < 0
}
