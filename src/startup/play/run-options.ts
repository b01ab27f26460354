/** The conditions under which a pod runs. */
import type { Machine } from '../kubelet/machine-state.ts'
import { newWorld, type World } from '../node/world.ts'
import type { Action, Scenario } from '../scenario/scenario.ts'

/** How often a looping container must start before the run may end: more than three turns, to make the loop visible. */
const loopTurns = 6

/** What differs for a pod that is not the first of its owner. */
export interface RunOptions {
  /** Images, registries and objects as the previous pod left them. */
  readonly world: World
  /** How many seconds after the start of the scenario the pod is created. */
  readonly offset: number
  /** Actions that have already happened; the run adds its own. */
  readonly done: Set<Action>
  /** Checked after every event: true deletes the pod and ends the run. */
  readonly deleteWhen: (machine: Machine) => boolean
  /** When `deleteWhen` must be checked even without an event, in seconds since the pod's creation; null for never. */
  readonly askAt: number | null
  /** How often a looping container must start before the run may end. */
  readonly turns: number
  /** Called when the API server's status has changed. */
  readonly onStatus?: (machine: Machine) => void
}

/** The options of the first pod of its owner. */
export function firstPod(scenario: Scenario): RunOptions {
  return { world: newWorld(scenario), offset: 0, done: new Set(), deleteWhen: () => false, askAt: null, turns: loopTurns }
}
