/** The steps of a run, and how a run can be disturbed. */

/** Where a run is disturbed. Steps are numbered from 1, one per command that runs. */
export interface Disturbance {
  /** The run is killed right after this step. */
  readonly killAfter?: number
  /** This step fails with status 1 and does nothing. */
  readonly failAt?: number
  /** The run is killed within this step, which leaves its n-th partial state behind. */
  readonly interruptedAt?: { readonly step: number; readonly partial: number }
}

export interface Step {
  readonly offset: number
  readonly command: string
  /** Whether an external cause (the network, a full disk) can make it fail, which obligation (b) of rehearse.ts covers. */
  fallible: boolean
  /** Number of partial states that a kill within the command can leave behind. */
  partials: number
  status: number
  /** The paths and external objects that it changed. A kill after a step that changed nothing equals a kill before it. */
  readonly writes: string[]
}
