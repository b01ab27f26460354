/** What changes for what runs if one policy replaces another. */
import { type Diagnostic, subjectName } from '../lint/diagnostic.ts'
import { rowKey, type ScanResult, type ScanRow } from './scan.ts'

/** How a finding changes. `relaxed`: it was denied and gets a warning now; `silenced`: it was denied or warned about. */
export type FindingChange = 'denied' | 'warned' | 'relaxed' | 'silenced'

/** All changes, from the strictest. */
export const findingChanges: readonly FindingChange[] = ['denied', 'warned', 'relaxed', 'silenced']

export interface ChangedFinding {
  readonly change: FindingChange
  readonly diagnostic: Diagnostic
}

/** A row of a scan that two policies treat differently. */
export interface ChangedRow extends Pick<ScanRow, 'object' | 'owner' | 'pods'> {
  readonly effect: ScanRow['effect'] | null
  readonly before: ScanRow['effect'] | null
  readonly changes: readonly ChangedFinding[]
}

/** The rows whose findings differ, in the order of the rows. Both scans have seen the same objects. */
export function differences(before: ScanResult, after: ScanResult): readonly ChangedRow[] {
  const [old, now] = [before, after].map(({ rows }) => new Map(rows.map((row) => [rowKey(row), row])))
  const keys = [...new Set([...after.rows, ...before.rows].map(rowKey))].sort()
  return keys.flatMap((key) => {
    const [was, is] = [old?.get(key), now?.get(key)]
    const changes = changesOf(was?.diagnostics ?? [], is?.diagnostics ?? [])
    const row = is ?? was
    if (row === undefined || changes.length === 0) return []
    const { object, owner, pods } = row
    return [{ object, owner, pods, effect: is?.effect ?? null, before: was?.effect ?? null, changes }]
  })
}

function changesOf(before: readonly Diagnostic[], after: readonly Diagnostic[]): readonly ChangedFinding[] {
  const old = new Map(before.map((found) => [identityOf(found), found]))
  const now = new Set(after.map(identityOf))
  const found = after.flatMap((diagnostic): ChangedFinding[] => {
    const was = old.get(identityOf(diagnostic))
    const change = changeOf(was === undefined ? 0 : strengthOf(was), strengthOf(diagnostic))
    return change === undefined ? [] : [{ change, diagnostic }]
  })
  const gone = before.filter((diagnostic) => !now.has(identityOf(diagnostic)) && strengthOf(diagnostic) > 0)
  return [...found, ...gone.map((diagnostic): ChangedFinding => ({ change: 'silenced', diagnostic }))]
}

function identityOf({ rule, subject, pointer }: Diagnostic): string {
  return JSON.stringify([rule, subject?.list ?? null, subjectName(subject), pointer])
}

/** 2: it is denied, or Pods are; 1: it is warned about; 0: nothing is said. */
function strengthOf({ action, exempted, refused }: Diagnostic): 0 | 1 | 2 {
  if (exempted !== undefined) return 0
  if (action === 'deny' || refused !== undefined) return 2
  return action === 'warn' || action === 'fix' ? 1 : 0
}

function changeOf(before: number, after: number): FindingChange | undefined {
  if (after > before) return after === 2 ? 'denied' : 'warned'
  if (after === before) return undefined
  return after === 1 ? 'relaxed' : 'silenced'
}
