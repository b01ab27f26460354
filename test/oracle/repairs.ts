/** Applies the repairs of a script, and really runs the repaired script: once, again, and after each kill. */

import { maxStepsPerScript } from '../../src/script/analysis/analyze.ts'
import { applied, type Edit } from '../../src/script/change/draft.ts'
import type { Rehearsal } from '../../src/script/rehearsal/rehearse.ts'
import { repairsOf } from '../../src/script/repair/repair.ts'
import { claimFolder, ownFolder, podFolder, type Reality, rootMark, type Sandbox } from './reality.ts'
import type { ShellKind } from './shells.ts'
import { firstDifference } from './snapshot.ts'
import { inputOf, rehearsalOf } from './verdict.ts'

export interface RepairVerdict {
  /**
   * `whole`: all hazards of the verdict have a repair, and the repaired script is called safe. `open`: they have, but parts of the script
   * are unknown, before as after. `part`: only some have one. `skipped`: the repaired script cannot be run in the sandbox.
   */
  readonly extent: 'whole' | 'open' | 'part' | 'none' | 'skipped'
  /** The repaired script. */
  readonly script: string
  /** What went wrong when it really ran. */
  readonly fault: string | null
  /** The programs and outcomes of the hazards without a repair. */
  readonly without: readonly string[]
  readonly runs: number
}

export const notTried: RepairVerdict = { extent: 'none', script: '', fault: null, without: [], runs: 0 }

/** Absolute paths of the sandbox. */
const sandboxPath = new RegExp(`(?<![\\w.@}$"'-])/(?=(?:${claimFolder}|${podFolder}|${ownFolder}|img|srv)(?![\\w.-]))`, 'g')

/** Repairs a script and runs the result. @param reality what the script itself does */
export function tryRepair(script: string, rehearsal: Rehearsal, reality: Reality, shell: ShellKind, sandbox: Sandbox): RepairVerdict {
  if (rehearsal.hazards.length === 0) return notTried
  const input = inputOf(script)
  const { repairs } = repairsOf(rehearsal, input, [shell], maxStepsPerScript - rehearsal.steps)
  const counted = rehearsal.hazards.filter(({ obligation }) => obligation !== 'interrupted')
  const left = counted.filter((hazard) => !repairs.has(hazard))
  const without = left.map(({ words, outcome, obligation }) => `${String(words[0]?.value[0] ?? '')} ${outcome} ${obligation}`)
  if (repairs.size === 0) return { ...notTried, without }
  const edits = new Map<string, Edit>()
  for (const repair of repairs.values()) for (const edit of repair.edits) edits.set(JSON.stringify(edit), edit)
  const { text } = input.script
  const repaired = applied(
    [...edits.values()].sort((a, b) => a.start - b.start),
    text,
  )
  const marked = (plain: string) => plain.replaceAll(sandboxPath, `${rootMark}/`)
  const verdict = { script: repaired, without, runs: 0, fault: null }
  if (marked(text) !== script) return { ...verdict, extent: 'skipped' }
  const extent = left.length > 0 ? 'part' : rehearsalOf(marked(repaired), shell).verdict === 'safe' ? 'whole' : 'open'
  const now = sandbox.real(marked(repaired), shell, () => false)
  const failure = now.failures[0]
  const fault =
    now.first !== 0
      ? `the first run exits ${now.first}`
      : (now.fault ??
        differenceOf(reality, now) ??
        (extent === 'whole' && failure !== undefined
          ? `${failure.obligation}/${failure.rerun} ${failure.outcome}: ${failure.detail}`
          : null))
  return { ...verdict, extent, fault, runs: now.runs }
}

/** What the first run of the repaired script leaves in another state than that of the script itself. */
function differenceOf(before: Reality, after: Reality): string | null {
  const fresh = new Set([...before.fresh, ...after.fresh])
  const seen = ({ result }: Reality) =>
    new Map([...result].map(([path, what]) => [path, fresh.has(path) ? (what.split(' ', 1)[0] ?? '') : what]))
  const path = firstDifference(seen(before), seen(after))
  return path === undefined ? null : `the first run leaves another ${path}`
}
