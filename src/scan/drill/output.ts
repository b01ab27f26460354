/** The JSON of `scan --if` (docs/outage-drill.md). */
import type { ObjectName } from '../../inspect/index.ts'
import type { NotLookedAt } from '../output.ts'
import { causeText } from './cell-text.ts'
import type { Cause, CellResult, DrillCell } from './cells.ts'
import type { ProposedChange } from './changes.ts'
import { type DrillCondition, drillConditionText } from './conditions.ts'
import type { DrilledImage, DrillResult, DrillRow, Outcome } from './drill.ts'
import type { Missing } from './unknowns.ts'

/** What a drill is about, apart from the workloads. */
export interface DrillSource {
  readonly scanned: string
  readonly policy: string
  readonly conditions: readonly DrillCondition[]
  readonly notLookedAt: readonly NotLookedAt[]
}

export interface CellOutput {
  readonly result: CellResult
  readonly because: readonly Cause[]
  readonly nodes?: DrillCell['nodes']
  readonly missing: readonly Pick<Missing, 'field' | 'why' | 'how'>[]
  readonly anyway?: true
  readonly nodeGone?: true
}

export interface DrilledContainer {
  /** Null for an image volume. */
  readonly container: string | null
  readonly volume: string | null
  readonly role: DrilledImage['use']['role']
  readonly image: string
  readonly policy: DrilledImage['use']['policy']
  /** Whether a condition takes its registry away. */
  readonly isHit: boolean
  /** Whether it starts again in its Pod; for init containers, after a reboot. */
  readonly restart: CellResult
  /** On how many nodes that may take the Pod the image is, and may be used. */
  readonly nodes: DrilledImage['nodes']
}

/** What happens to the Pods of a workload, cell by cell. */
export interface DrilledCells {
  readonly restart: CellOutput
  readonly reboot: CellOutput
  readonly otherNode: CellOutput
  readonly scaleUp: CellOutput
}

export interface DrilledWorkload {
  readonly object: ObjectName
  readonly pods: number
  readonly restart: CellResult
  readonly reboot: CellResult
  /** On how many other nodes that may take a Pod it starts; all 0 for a DaemonSet, and if nodes may not be listed. */
  readonly otherNode: NonNullable<DrillCell['nodes']>
  readonly scaleUp: CellResult
  /** Why a cell does not start; '' if all do. */
  readonly because: string
  /** Whether a condition reaches it; text and pictures show only those. */
  readonly reached: boolean
  readonly outcome: Outcome
  readonly cells: DrilledCells
  readonly containers: readonly DrilledContainer[]
}

export interface DrillOutput {
  readonly summary: {
    readonly scanned: string
    readonly policy: string
    /** As in `--if`. */
    readonly conditions: readonly string[]
    /** Workloads that the conditions reach. */
    readonly workloads: number
    /** Workloads that they do not reach. */
    readonly untouched: number
    readonly pods: number
    /** Null if nodes could not be listed. */
    readonly nodes: number | null
    /** Nodes that list as many images as their kubelet reports at most. */
    readonly fullLists: number
    readonly byOutcome: Readonly<Record<Outcome, number>>
    /** Globs of `--if` that match no image. */
    readonly unmatched: readonly string[]
  }
  readonly workloads: readonly DrilledWorkload[]
  readonly changes: readonly ProposedChange[]
  readonly notLookedAt: readonly NotLookedAt[]
}

export const outcomes: readonly Outcome[] = ['fails', 'unknown', 'survives']

/** The output of a drill. @param others the rows of workloads that no condition reaches, if they are listed */
export function drillOutput(
  { rows, untouched, pods, nodes, fullLists, unmatched }: DrillResult,
  changes: readonly ProposedChange[],
  { scanned, policy, conditions, notLookedAt }: DrillSource,
  others: readonly DrillRow[] = [],
): DrillOutput {
  const byOutcome = Object.fromEntries(outcomes.map((outcome) => [outcome, rows.filter((row) => row.outcome === outcome).length]))
  return {
    summary: {
      scanned,
      policy,
      conditions: conditions.map(drillConditionText),
      workloads: rows.length,
      untouched,
      pods,
      nodes,
      fullLists,
      byOutcome: byOutcome as Record<Outcome, number>,
      unmatched,
    },
    workloads: [...rows.map((row) => workloadOf(row, true)), ...others.map((row) => workloadOf(row, false))],
    changes,
    notLookedAt,
  }
}

function workloadOf({ object, pods, outcome, restart, reboot, otherNode, scaleUp, images }: DrillRow, reached: boolean): DrilledWorkload {
  const cells: DrilledCells = {
    restart: cellOutput(restart),
    reboot: cellOutput(reboot),
    otherNode: cellOutput(otherNode),
    scaleUp: cellOutput(scaleUp),
  }
  return {
    object,
    pods,
    restart: restart.result,
    reboot: reboot.result,
    otherNode: otherNode.nodes ?? { yes: 0, no: 0, unknown: 0 },
    scaleUp: scaleUp.result,
    because: causeText(cells),
    reached,
    outcome,
    cells,
    containers: images.map(({ use: { name, role, image, policy }, isHit, nodes }) => ({
      container: role === 'image-volume' ? null : name,
      volume: role === 'image-volume' ? name : null,
      role,
      image,
      policy,
      isHit,
      restart: resultFor(role === 'init' || role === 'image-volume' ? reboot : restart, name),
      nodes,
    })),
  }
}

function cellOutput({ result, because, nodes, missing, anyway, nodeGone }: DrillCell): CellOutput {
  return {
    result,
    because,
    ...(nodes === undefined ? {} : { nodes }),
    missing: missing.map(({ field, why, how }) => ({ field, why, how })),
    ...(anyway === undefined ? {} : { anyway }),
    ...(nodeGone === undefined ? {} : { nodeGone }),
  }
}

/** The part of one container in a cell. */
function resultFor({ result, because }: DrillCell, name: string): CellResult {
  return because.some(({ container }) => container === name || container === null) ? result : 'starts'
}
