/** What a corrected manifest does to a pod that cannot start: it depends on the kind of the workload. */
import { at } from '../../model/json.ts'
import type { Workload } from '../../model/workload.ts'

/**
 * `same-pod`: the image of the pod itself is changed; `new-pod`: a new pod replaces it; `none`: the pod stays as it is.
 */
export type Correction = 'same-pod' | 'new-pod' | 'none'

/** What happens to the pod if the image in the manifest is corrected. */
export function correctionOf(workload: Workload): Correction {
  if (workload.kind === 'Pod' || workload.kind === 'PodTemplate') return 'same-pod'
  return stuckBecause(workload) === null ? 'new-pod' : 'none'
}

/** Why a pod that cannot start keeps its image after the template is corrected, and what to do; null if it does not keep it. */
export function stuckBecause({ kind, object, name }: Workload): string | null {
  const isOnDelete = at(object, 'spec', 'updateStrategy', 'type') === 'OnDelete'
  switch (kind) {
    case 'StatefulSet':
      if (isOnDelete) return onlyNewPods(kind, ' with updateStrategy OnDelete')
      // pkg/controller/statefulset/stateful_set_control.go, processReplica: with OrderedReady, nothing is updated until each pod is ready.
      return at(object, 'spec', 'podManagementPolicy') === 'Parallel'
        ? null
        : `StatefulSet ${name} waits until its broken pod is ready before it applies a corrected template (OrderedReady); delete that pod after the correction.`
    case 'DaemonSet':
      return isOnDelete ? onlyNewPods(kind, ' with updateStrategy OnDelete') : null
    case 'ReplicaSet':
    case 'ReplicationController':
      return onlyNewPods(kind, '')
    case 'Job':
      // pkg/apis/batch/validation, ValidateJobUpdate: spec.template is immutable.
      return 'The pod template of a Job cannot be corrected; delete the Job and create it again.'
    case 'CronJob':
      return 'A corrected CronJob affects only later Jobs; delete the Job whose pod cannot start.'
    default:
      return null
  }
}

function onlyNewPods(kind: string, strategy: string): string {
  return `A ${kind}${strategy} applies a corrected template only to new pods; delete the broken pod after the correction.`
}
