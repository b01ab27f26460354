/** One run as a list of steps, and where it is disturbed. */

/** Where a run is disturbed. Steps are counted from 1, one per command that was carried out. */
export interface Disturbance {
  /** Killed right after this step. */
  readonly killAfter?: number
  /** This step fails with status 1 and does nothing. */
  readonly failAt?: number
  /** Killed inside this step, which leaves its n-th partial state behind. */
  readonly interruptedAt?: { readonly step: number; readonly partial: number }
}

export interface Step {
  readonly offset: number
  readonly command: string
  /** Whether an outside cause can make it fail (a network, a full disk): obligation (b) tries that. */
  fallible: boolean
  /** Number of states that a kill inside the command can leave behind. */
  partials: number
  status: number
  /** The paths and external things that it changed: a kill after a step that changed nothing is the kill before it. */
  readonly writes: string[]
}
