/** Under what conditions a pod is run. */
import type { Machine } from '../kubelet/machine-state.ts'
import { newWorld, type World } from '../node/world.ts'
import type { Action, Scenario } from '../scenario/scenario.ts'

/** A container that loops is started this often before the run may end: more than three turns, so that the loop shows. */
const loopTurns = 6

/** What a pod finds that is not the first of its owner. */
export interface RunOptions {
  /** The world as the earlier pod left it. */
  readonly world: World
  /** How many seconds after the start of the scenario the pod is created. */
  readonly offset: number
  /** Actions that were done before; those of this run are added. */
  readonly done: Set<Action>
  /** Asked after everything that happens: true has somebody delete the pod, and ends the run. */
  readonly deleteWhen: (machine: Machine) => boolean
  /** When, in the pod's seconds, `deleteWhen` must be asked whatever happens; null for never. */
  readonly askAt: number | null
  /** How often a container that is started again and again is to be started before the run may end. */
  readonly turns: number
}

/** The options of a pod that is the first, in a new world. */
export function firstPod(scenario: Scenario): RunOptions {
  return { world: newWorld(scenario), offset: 0, done: new Set(), deleteWhen: () => false, askAt: null, turns: loopTurns }
}
