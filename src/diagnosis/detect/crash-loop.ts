/** Containers that fail again and again, seen while they run. */
import { backOffSeconds } from '../../startup/node/back-off.ts'
import type { Stage } from '../stage.ts'
import type { ContainerView, PodView, TerminatedView } from '../view/pod-view.ts'

/** After this time of running, ms, the kubelet forgets the back-off. */
const settledAfter = backOffSeconds.expiry * 1000

/** One restart of an app is no loop yet; an init container that runs again has failed before. */
const restartsOfLoop = { init: 1, sidecar: 2, app: 2 } as const

/** How a container that runs ended before, if it has not run for long enough to call that over. @param now ms since 1970 */
export function endedBefore({ role, state, last, restarts }: ContainerView, now: number): TerminatedView | undefined {
  if (state.kind !== 'running' || last === null || restarts < restartsOfLoop[role]) return undefined
  if (state.startedAt === null || now - state.startedAt >= settledAfter) return undefined
  // An init container that succeeded runs again because the sandbox was lost.
  return role === 'init' && last.exitCode === 0 && last.reason !== 'OOMKilled' ? undefined : last
}

/** The stage of a pod whose containers all run, although one of them fails again and again; undefined for others. */
export function crashLoopStage({ containers }: PodView, { kind, container }: Stage, now: number): Stage | undefined {
  if (kind !== 'app-run' || container !== null) return undefined
  const looping = containers.find((each) => each.role !== 'init' && endedBefore(each, now) !== undefined)
  return looping === undefined ? undefined : { kind: looping.role === 'sidecar' ? 'sidecar-start' : 'app-run', container: looping }
}
