/** The words for hazards in the messages of rules about rehearsals. */
import type { Report } from '../lint/rule.ts'
import type { Workload } from '../model/workload.ts'
import { type AnalyzedInit, type ContainerHazard, claimTemplatesOf, shownPlace } from '../script/index.ts'
import { storageWords } from './init-scripts.ts'
import { replicasOf } from './pod-servers.ts'

/** Storages in warnings, which have 200 characters. */
export const shortStorageWords: typeof storageWords = { ...storageWords, claim: 'PVC' }

/** What the first run left behind, where, and what it survives. */
export function leftBehind(
  { place: left, mountPath, storage, rerun }: ContainerHazard,
  words = storageWords,
): {
  readonly path: string
  readonly place: string
  readonly event: string
} {
  const shown = left === null ? 'what it created' : shownPlace(left)
  const place = mountPath === '' ? shown : mountPath
  return {
    path: shown,
    place: storage === 'unknown' && mountPath === '' ? place : `${place} (${words[storage]})`,
    event: rerun !== 'replace' && (storage === 'pod' || storage === 'sandbox') ? 'a retry' : 'the pod',
  }
}

/** The change that repairs a hazard, if one was found. */
export function editsOf({ found }: AnalyzedInit, { edits }: ContainerHazard): Pick<Report, 'edits'> {
  return found === undefined || edits === undefined ? {} : { edits: { script: found.text, edits } }
}

/**
 * The other pods that may run the command on the same files at the same time, as the end of a clause; '' if there are none. The pods of a
 * workload share its claims, except for claims that a StatefulSet creates per pod and claims of which each pod mounts its own directory.
 */
export function racing({ storage, mountPath }: ContainerHazard, { mounts }: AnalyzedInit, workload: Workload): string {
  const mount = mounts.find(({ path }) => (path || '/') === mountPath)
  if (storage !== 'claim' || mount === undefined) return ''
  // The directory has the name of the pod (`subPathExpr: $(POD_NAME)`).
  if (claimTemplatesOf(workload).has(mount.volume) || mount.subPath.includes('$(')) return ''
  if (workload.kind === 'DaemonSet') return ', and all nodes may race'
  const replicas = replicasOf(workload) ?? 1
  return replicas > 1 ? `, and ${replicas} replicas may race` : ''
}
