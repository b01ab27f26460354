/** What the rehearsal says of a script, beside what really happened. */
import { catalogue } from '../../src/script/commands/catalogue.ts'
import type { Mount } from '../../src/script/container/storage.ts'
import { type Hazard, type Rehearsal, rehearse } from '../../src/script/rehearsal/rehearse.ts'
import { parseScript } from '../../src/script/syntax/parse.ts'
import { claimFolder, type Failure, podFolder, type Reality, rootMark } from './reality.ts'
import type { ShellKind } from './shells.ts'

const mounts: readonly Mount[] = [
  { path: `/${claimFolder}`, storage: 'claim', volume: 'data', subPath: '' },
  { path: `/${podFolder}`, storage: 'pod', volume: 'work', subPath: '' },
]

/** Rehearses a generated script for a shell. */
export function rehearsalOf(script: string, { userland, dialect }: Pick<ShellKind, 'userland' | 'dialect'>): Rehearsal {
  return rehearse(
    {
      script: parseScript(script.replaceAll(rootMark, '')),
      positional: [],
      options: { errexit: false, nounset: false, pipefail: false },
      mounts,
      environment: new Map([['HOME', '/own']]),
      workingFolder: '',
      userland,
      dialect,
    },
    catalogue,
  )
}

export type Verdict =
  | 'agrees'
  | 'unknown'
  /** The first run fails: nothing is said about repeats. */
  | 'not counted'
  /** Called safe, and a second run goes wrong. */
  | 'wrong-safe'
  /** Called unsafe, and every second run goes right. */
  | 'wrong-unsafe'
  /**
   * Rightly called unsafe, but for a re-run that goes right or goes wrong in the other way: no wrong verdict. Where the rehearsal has to
   * suppose something (what an archive holds), it may follow another course than the run did.
   */
  | 'inexact'
  /** The oracle itself is at fault. */
  | 'wrong-oracle'

/** Sets the rehearsal beside reality. */
export function compare(rehearsal: Rehearsal, reality: Reality): Verdict {
  if (reality.first !== 0) return 'not counted'
  if (reality.fault !== null) return 'wrong-oracle'
  if (rehearsal.verdict === 'unknown') return 'unknown'
  if (rehearsal.verdict === 'safe') return reality.failures.length === 0 ? 'agrees' : 'wrong-safe'
  if (reality.failures.length === 0) return 'wrong-unsafe'
  return rehearsal.hazards.every((hazard) => hazard.obligation === 'interrupted' || happened(hazard, reality.failures))
    ? 'agrees'
    : 'inexact'
}

/**
 * Whether no further run could change the verdict: nothing is said that could be wrong, or all that is said has happened.
 * @param failures what went wrong so far
 */
export function isSettled({ verdict, hazards }: Rehearsal, failures: readonly Failure[]): boolean {
  if (verdict !== 'unsafe') return verdict === 'unknown'
  return failures.length > 0 && hazards.every((hazard) => hazard.obligation === 'interrupted' || happened(hazard, failures))
}

function happened({ obligation, rerun, outcome }: Hazard, failures: readonly Failure[]): boolean {
  return failures.some(
    (failure) => failure.obligation === obligation && failure.rerun === rerun && (failure.outcome === 'fails') === (outcome === 'fails'),
  )
}

/** Drops lines as long as the script stays wrong in the same way. @param isWrong whether a shorter script still is */
export function minimised(script: string, isWrong: (script: string) => boolean): string {
  let lines = script.split('\n')
  for (let size = Math.ceil(lines.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let start = 0; start < lines.length; ) {
      const rest = [...lines.slice(0, start), ...lines.slice(start + size)]
      if (rest.length > 0 && isWrong(rest.join('\n'))) lines = rest
      else start += size
    }
  }
  return lines.join('\n')
}
