/** What to do about a drill: the changes that save most workloads, each applied to the cluster and drilled again. */
import type { ObjectName } from '../../inspect/index.ts'
import { type Candidate, type ChangeKind, candidatesOf, type Remedy } from './candidates.ts'
import type { CellResult, DrillCell } from './cells.ts'
import type { DrillWorkload } from './cluster.ts'
import type { Drill, DrillRow } from './drill.ts'
import { withPullPolicy } from './pod-shape.ts'

/** An edit of a manifest. */
export interface ChangeEdit {
  readonly object: ObjectName
  /** RFC 6901 pointer within the object. */
  readonly pointer: string
  readonly value: unknown
}

export interface ProposedChange {
  readonly kind: ChangeKind
  readonly title: string
  /** Workloads that survive with the change and not without it. */
  readonly saves: number
  /** Workloads with at least one start that succeeds with the change and not without it. */
  readonly helps: number
  readonly images: readonly string[]
  readonly edits: readonly ChangeEdit[]
}

/** Changes that are proposed at most. */
const maxChanges = 5

/**
 * The changes that save most workloads; each counts on top of those before it. Those of manifests come before those of nodes and registries,
 * because they need nothing else.
 */
export function proposeChanges(drill: Drill, rows: readonly DrillRow[]): readonly ProposedChange[] {
  const chosen: ProposedChange[] = []
  let applied: readonly Remedy[] = []
  let current = new Map(rows.map((row) => [row.workload, row]))
  while (chosen.length < maxChanges && drill.hasRoom) {
    const open = [...current.values()].filter(({ outcome }) => outcome !== 'survives')
    const trials = candidatesOf(open, drill).map((candidate) => tryOut(drill, candidate, applied, current))
    const best = bestOf(trials.filter(isOfManifests)) ?? bestOf(trials)
    if (best === undefined) break
    const { candidate, saves, helps, rows: changed } = best
    chosen.push({ ...candidate.described, saves, helps })
    applied = [...applied, candidate.remedy]
    current = new Map([...current, ...changed])
  }
  return chosen
}

function isOfManifests({ candidate: { remedy } }: Trial): boolean {
  return remedy.kind === 'pull-policy' || remedy.kind === 'pull-secrets'
}

/** The one that saves most workloads, or helps most; undefined if none helps. */
function bestOf(trials: readonly Trial[]): Trial | undefined {
  let best: Trial | undefined
  for (const trial of trials) {
    if (trial.helps === 0) continue
    if (best === undefined || trial.saves > best.saves || (trial.saves === best.saves && trial.helps > best.helps)) best = trial
  }
  return best
}

interface Trial {
  readonly candidate: Candidate
  readonly saves: number
  readonly helps: number
  readonly rows: ReadonlyMap<DrillWorkload, DrillRow>
}

function tryOut(drill: Drill, candidate: Candidate, applied: readonly Remedy[], current: ReadonlyMap<DrillWorkload, DrillRow>): Trial {
  const rows = new Map<DrillWorkload, DrillRow>()
  let [saves, helps] = [0, 0]
  for (const workload of candidate.touches) {
    const before = current.get(workload)
    const after = rowWith(drill, workload, [...applied, candidate.remedy])
    if (before === undefined || after === undefined) continue
    // Later rows are about the workload as it is: changes are applied to it each time.
    rows.set(workload, { ...after, workload })
    if (before.outcome !== 'survives' && after.outcome === 'survives') saves++
    if (isBetter(before, after)) helps++
  }
  return { candidate, saves, helps, rows }
}

/** The drill of one workload with some remedies. */
function rowWith(drill: Drill, workload: DrillWorkload, remedies: readonly Remedy[]): DrillRow | undefined {
  const keys = (kind: ChangeKind): ReadonlySet<string> =>
    new Set(remedies.flatMap((remedy) => (remedy.kind === kind && 'keys' in remedy ? [...remedy.keys] : [])))
  const hasSecrets = remedies.some((remedy) => remedy.kind === 'pull-secrets' && remedy.workloads.has(workload))
  const uses = new Set(remedies.flatMap((remedy) => (remedy.kind === 'pull-policy' ? [...(remedy.uses.get(workload) ?? [])] : [])))
  return drill.row(withPolicies(workload, uses), { mirrored: keys('mirror'), preloaded: keys('preload'), hasSecrets })
}

function withPolicies(workload: DrillWorkload, uses: ReadonlySet<string>): DrillWorkload {
  if (uses.size === 0) return workload
  const groups = new Map(
    [...workload.groups].map(([key, group]) => [key, { ...group, shape: withPullPolicy(group.shape, uses, 'IfNotPresent') }]),
  )
  return { ...workload, template: withPullPolicy(workload.template, uses, 'IfNotPresent'), groups }
}

const ranks: Readonly<Record<CellResult, number>> = { fails: 0, unknown: 1, starts: 2 }

/** Whether a start is better now and none is worse, or a new Pod starts on more nodes. */
function isBetter(before: DrillRow, after: DrillRow): boolean {
  const gains = (['restart', 'reboot', 'otherNode', 'scaleUp'] as const).map((name) => gainOf(before[name], after[name]))
  return gains.every((gain) => gain >= 0) && gains.some((gain) => gain > 0)
}

function gainOf(before: DrillCell, after: DrillCell): number {
  return ranks[after.result] - ranks[before.result] || (after.nodes?.yes ?? 0) - (before.nodes?.yes ?? 0)
}
