/** The nine kinds that contain a PodSpec, and the path to it. */

/** A kind of object that contains a PodSpec. */
export type WorkloadKind =
  | 'Pod'
  | 'PodTemplate'
  | 'ReplicationController'
  | 'ReplicaSet'
  | 'Deployment'
  | 'StatefulSet'
  | 'DaemonSet'
  | 'Job'
  | 'CronJob'

/** The kind of a workload that is none of the nine. Not the name in the object, which can be that of one of the nine in another API group. */
export const customResource = 'CustomResource'

/** A workload's kind. */
export type KindOfWorkload = WorkloadKind | typeof customResource

interface WorkloadShape {
  /** The API group; '' for the core group. */
  readonly group: string
  /** The plural name that webhook rules use. */
  readonly resource: string
  /** The keys from the object to its pod template (metadata and spec); empty for a Pod, which is its own template. */
  readonly template: readonly string[]
}

const template = ['spec', 'template']

/** Source: kubernetes staging/src/k8s.io/api, the types that embed PodTemplateSpec or PodSpec. */
export const workloadShapes: Readonly<Record<WorkloadKind, WorkloadShape>> = {
  Pod: { group: '', resource: 'pods', template: [] },
  PodTemplate: { group: '', resource: 'podtemplates', template: ['template'] },
  ReplicationController: { group: '', resource: 'replicationcontrollers', template },
  ReplicaSet: { group: 'apps', resource: 'replicasets', template },
  Deployment: { group: 'apps', resource: 'deployments', template },
  StatefulSet: { group: 'apps', resource: 'statefulsets', template },
  DaemonSet: { group: 'apps', resource: 'daemonsets', template },
  Job: { group: 'batch', resource: 'jobs', template },
  CronJob: { group: 'batch', resource: 'cronjobs', template: ['spec', 'jobTemplate', 'spec', 'template'] },
}

/** All nine kinds, in the order of the table above. */
export const workloadKinds = Object.keys(workloadShapes) as readonly WorkloadKind[]

const kindsByName: ReadonlyMap<string, WorkloadKind> = new Map(workloadKinds.map((kind) => [kind, kind]))

/** The group of an apiVersion: `batch` of `batch/v1`, '' of `v1`. */
export function groupOf(apiVersion: string): string {
  const slash = apiVersion.indexOf('/')
  return slash === -1 ? '' : apiVersion.slice(0, slash)
}

/**
 * The workload kind that an apiVersion and a kind name; undefined if it is none of the nine. Any version of the right group counts
 * (also `extensions/v1beta1`, which old manifests still use), so that no new version goes unchecked.
 */
export function workloadKind(apiVersion: string, kind: string): WorkloadKind | undefined {
  const known = kindsByName.get(kind)
  if (known === undefined) return undefined
  const group = groupOf(apiVersion)
  return group === workloadShapes[known].group || (group === 'extensions' && workloadShapes[known].group === 'apps') ? known : undefined
}
