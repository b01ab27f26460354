/** Clusters for drills: nodes, workloads and their Pods, as the API server lists them. */
import { type CompiledPolicy, readPolicy } from '../../../src/policy/index.ts'
import { compileImageFacts } from '../../../src/policy/registries.ts'
import { defaultRegistry } from '../../../src/rules/registry.ts'
import type { CellResult } from '../../../src/scan/drill/cells.ts'
import type { DrillCluster } from '../../../src/scan/drill/cluster.ts'
import { Drill, DrillCollector, type DrillRow, readDrillCondition } from '../../../src/scan/drill/index.ts'
import type { ModelRuns } from '../../../src/scan/drill/model-runs.ts'
import { plainAnalyst } from '../../../src/script/index.ts'
import { stored, uidOf } from '../objects.ts'

export interface NodeParts {
  /** Names and sizes; a text is the only name of an image of 100 MB. */
  readonly images?: readonly (string | { readonly names: readonly string[]; readonly sizeBytes: number })[]
  readonly labels?: Readonly<Record<string, string>>
  readonly taints?: readonly object[]
  readonly unschedulable?: boolean
  readonly version?: string
  /** The condition Ready; `Unknown` if the kubelet does not answer. */
  readonly ready?: object
  readonly architecture?: string
}

export function node(name: string, parts: NodeParts = {}): object {
  const { images = [], labels = {}, taints, unschedulable, version = 'v1.34.2', ready = { status: 'True' }, architecture = 'amd64' } = parts
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, uid: `node-${name}`, labels: { 'kubernetes.io/hostname': name, ...labels } },
    spec: { ...(taints && { taints }), ...(unschedulable && { unschedulable }) },
    status: {
      conditions: [{ type: 'Ready', ...ready }],
      nodeInfo: { kubeletVersion: version, containerRuntimeVersion: 'containerd://2.2.0', operatingSystem: 'linux', architecture },
      images: images.map((image) => (typeof image === 'string' ? { names: [image], sizeBytes: 100e6 } : image)),
    },
  }
}

/** A list as full as a kubelet reports it: 50 images from 300 MB down to 251 MB. */
export const fullList = Array.from({ length: 50 }, (_, index) => ({
  names: [`registry.example/other/${index}:1`],
  sizeBytes: (300 - index) * 1e6,
}))

export interface WorkloadParts {
  readonly kind?: 'Deployment' | 'StatefulSet' | 'DaemonSet'
  readonly namespace?: string
  /** Nodes of its Pods. */
  readonly on?: readonly string[]
  /** What the Pods have in addition to the template. */
  readonly live?: object
  readonly status?: object
}

/** A workload, its Pods and what is between them. */
export function running(name: string, spec: object, parts: WorkloadParts = {}): readonly object[] {
  const { kind = 'Deployment', namespace = 'shop', on = ['a'], live = {}, status } = parts
  const podSpec = { restartPolicy: 'Always', ...spec }
  const template = { metadata: { labels: { app: name } }, spec: podSpec }
  const ofKind = (owned: string, kindName: string) => ({
    apiVersion: 'apps/v1',
    kind: kindName,
    name: owned,
    uid: uidOf(kindName, namespace, owned),
  })
  const objects = [stored('apps/v1', kind, name, { namespace, spec: { replicas: on.length, template } })]
  let owner = ofKind(name, kind)
  if (kind === 'Deployment') {
    objects.push(stored('apps/v1', 'ReplicaSet', `${name}-1`, { namespace, owner, spec: { replicas: on.length, template } }))
    owner = ofKind(`${name}-1`, 'ReplicaSet')
  }
  const pods = on.map((nodeName, index) =>
    stored('v1', 'Pod', `${name}-${index}`, {
      namespace,
      owner,
      spec: { ...podSpec, ...live, nodeName },
      status: status ?? { phase: 'Running' },
    }),
  )
  return [...objects, ...pods]
}

export const app = (image: string, imagePullPolicy = 'IfNotPresent', more: object = {}): object => ({
  containers: [{ name: 'app', image, imagePullPolicy, ...more }],
})

export interface DrillParts {
  readonly policy?: string
  readonly cap?: number
  readonly isComplete?: boolean
  readonly hasNodes?: boolean
}

export function clusterOf(objects: readonly object[], parts: DrillParts = {}): DrillCluster {
  const { policy = 'preset: off', cap = 50, isComplete = true, hasNodes = true } = parts
  const collector = new DrillCollector({ policy: policyOf(policy), analyst: plainAnalyst, nodeImages: cap })
  for (const object of objects) collector.add(object)
  return collector.result(hasNodes, isComplete)
}

export function drillOf(conditions: readonly string[], objects: readonly object[], parts: DrillParts = {}, runs?: ModelRuns): Drill {
  const read = conditions.map((text) => {
    const found = readDrillCondition(text)
    if (!found.ok) throw new Error(found.problem)
    return found.condition
  })
  const images = compileImageFacts(policyOf(parts.policy ?? 'preset: off').merged.document)
  return new Drill(clusterOf(objects, parts), { conditions: read, images, nodeImages: parts.cap ?? 50 }, runs)
}

export function rowsOf(conditions: readonly string[], objects: readonly object[], parts: DrillParts = {}): readonly DrillRow[] {
  return drillOf(conditions, objects, parts).run().rows
}

/** The cells of the only row, in the order of the table, and its outcome. */
export function cellsOf(
  conditions: readonly string[],
  objects: readonly object[],
  parts: DrillParts = {},
): readonly [restart: CellResult, reboot: CellResult, otherNode: CellResult, scaleUp: CellResult] {
  const row = onlyRow(conditions, objects, parts)
  return [row.restart.result, row.reboot.result, row.otherNode.result, row.scaleUp.result]
}

export function onlyRow(conditions: readonly string[], objects: readonly object[], parts: DrillParts = {}): DrillRow {
  const [row, ...more] = rowsOf(conditions, objects, parts)
  if (row === undefined || more.length > 0) throw new Error(`there are ${more.length + (row === undefined ? 0 : 1)} rows`)
  return row
}

export const dockerHubDown = ['registry-down=docker.io']

function policyOf(text: string): CompiledPolicy {
  const { policy, problems } = readPolicy(
    [{ file: 'policy.yaml', text: `apiVersion: initlint.dev/v1alpha1\nkind: Policy\n${text}` }],
    defaultRegistry(),
    { id: 'test' },
  )
  if (policy === undefined) throw new Error(JSON.stringify(problems))
  return policy
}
