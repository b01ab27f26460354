/** The verdict on a finished run. */

import type { Machine } from '../kubelet/machine-state.ts'
import { shouldRestart } from '../node/restart-rules.ts'
import type { Verdict } from '../timeline/timeline.ts'
import type { FinishedRun } from './machine.ts'

/** How the pod ends, or what it keeps doing. */
export function verdictOf({ machine, recentStarts }: FinishedRun): Verdict {
  const { phase } = machine.api.status
  if (phase === 'Succeeded') return 'completed'
  if (phase === 'Failed') return 'failed'
  if (isTrying(machine) || [...recentStarts.values()].some((starts) => starts >= 2)) return 'retrying'
  return isHeldBack(machine) ? 'waiting' : 'running'
}

/** Whether something failed that the kubelet will retry. */
function isTrying({ kubelet, log, runtime }: Machine): boolean {
  if (kubelet === null) return false
  return kubelet.reasons.size > 0 || log.current(null)?.kind === 'mount' || runtime.sandboxes[0]?.ready !== true
}

/** Whether an init container or sidecar keeps an app container from starting. */
function isHeldBack({ pod, runtime }: Machine): boolean {
  return pod.containers.some((container) => {
    const known = runtime.containers.find(({ name }) => name === container.name)
    return known === undefined || (known.state === 'exited' && shouldRestart(container, pod, known.exitCode))
  })
}
