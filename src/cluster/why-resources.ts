/** The resources that `why` reads, and the ClusterRole that this needs. */

/** A kind of object that `why` reads by name. */
export interface WhyResource {
  readonly kind: string
  readonly group: string
  /** `deployments` */
  readonly resource: string
  /** What kubectl accepts as its name: short names and the singular. */
  readonly names: readonly string[]
}

/** Pods and the controllers above them. */
export const whyResources: readonly WhyResource[] = [
  { kind: 'Pod', group: '', resource: 'pods', names: ['pod', 'po'] },
  { kind: 'ReplicationController', group: '', resource: 'replicationcontrollers', names: ['replicationcontroller', 'rc'] },
  { kind: 'ReplicaSet', group: 'apps', resource: 'replicasets', names: ['replicaset', 'rs'] },
  { kind: 'Deployment', group: 'apps', resource: 'deployments', names: ['deployment', 'deploy'] },
  { kind: 'StatefulSet', group: 'apps', resource: 'statefulsets', names: ['statefulset', 'sts'] },
  { kind: 'DaemonSet', group: 'apps', resource: 'daemonsets', names: ['daemonset', 'ds'] },
  { kind: 'Job', group: 'batch', resource: 'jobs', names: ['job'] },
  { kind: 'CronJob', group: 'batch', resource: 'cronjobs', names: ['cronjob', 'cj'] },
]

/** The resource of the first part of KIND/NAME, as kubectl reads it: `deploy`, `deployments`, `Deployment`, `deployment.apps`. */
export function resourceNamed(text: string): WhyResource | undefined {
  const [name = '', group] = text.toLowerCase().split('.', 2)
  return whyResources.find((each) => (each.names.includes(name) || each.resource === name) && (group === undefined || group === each.group))
}

export function resourceOf(kind: string): WhyResource | undefined {
  return whyResources.find((each) => each.kind === kind)
}

/** The path of a resource in a namespace; of all namespaces if it is undefined. */
export function resourcePath(
  { group, resource }: Pick<WhyResource, 'group' | 'resource'>,
  namespace: string | undefined,
  name?: string,
): string {
  const base = group === '' ? '/api/v1' : `/apis/${group}/v1`
  const scope = namespace === undefined ? '' : `/namespaces/${encodeURIComponent(namespace)}`
  return `${base}${scope}/${resource}${name === undefined ? '' : `/${encodeURIComponent(name)}`}`
}

/** The ClusterRole that `why` needs, as YAML. Without one of its rules, the answer names what could not be read. */
export function whyRole(): string {
  const ofGroup = (group: string): string =>
    whyResources
      .filter((each) => each.group === group)
      .map(({ resource }) => resource)
      .join(', ')
  return `apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: initlint-why}
rules:
- {apiGroups: [""], resources: [${ofGroup('')}, persistentvolumeclaims, events], verbs: [get, list]}
- {apiGroups: [""], resources: [pods/log], verbs: [get]}
- {apiGroups: [apps], resources: [${ofGroup('apps')}], verbs: [get, list]}
- {apiGroups: [batch], resources: [${ofGroup('batch')}], verbs: [get, list]}
`
}
