/** What the rules about rehearsals say of a hazard. */
import type { Workload } from '../model/workload.ts'
import { type ContainerHazard, type ContainerRehearsal, claimTemplatesOf, shownPath } from '../script/index.ts'
import { storageWords } from './init-scripts.ts'
import { replicasOf } from './pod-servers.ts'

/** What was left behind, where, and what it outlives. */
export function leftBehind({ path, mountPath, storage, rerun }: ContainerHazard): {
  readonly path: string
  readonly place: string
  readonly event: string
} {
  const shown = path === '' ? 'what it made' : shownPath(path)
  const place = mountPath === '' ? shown : mountPath
  return {
    path: shown,
    place: storage === 'unknown' && mountPath === '' ? place : `${place} (${storageWords[storage]})`,
    event: rerun !== 'replace' && (storage === 'pod' || storage === 'sandbox') ? 'a retry' : 'the pod',
  }
}

/**
 * Who else may run the command over the same files at the same time, as the end of a sentence; '' where nobody does. Pods of a workload
 * share its claims, other than those that a StatefulSet makes for each of them and those of which each mounts a folder of its own.
 */
export function racing({ storage, mountPath }: ContainerHazard, { mounts }: ContainerRehearsal, workload: Workload): string {
  const mount = mounts.find(({ path }) => (path || '/') === mountPath)
  if (storage !== 'claim' || mount === undefined) return ''
  // A folder that is named after the pod (`subPathExpr: $(POD_NAME)`).
  if (claimTemplatesOf(workload).has(mount.volume) || mount.subPath.includes('$(')) return ''
  if (workload.kind === 'DaemonSet') return ', and the pods of all nodes may run it at once'
  const replicas = replicasOf(workload) ?? 1
  return replicas > 1 ? `, and ${replicas} replicas may run it at once` : ''
}
