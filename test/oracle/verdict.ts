/** Compares the rehearsal of a script with what really happened. */
import { catalogue } from '../../src/script/commands/catalogue.ts'
import type { Mount } from '../../src/script/container/storage.ts'
import { type Hazard, type Rehearsal, type RehearsalInput, rehearse } from '../../src/script/rehearsal/rehearse.ts'
import { parseScript } from '../../src/script/syntax/parse.ts'
import { claimFolder, type Failure, podFolder, type Reality, rootMark } from './reality.ts'
import type { ShellKind } from './shells.ts'

const mounts: readonly Mount[] = [
  { path: `/${claimFolder}`, storage: 'claim', volume: 'data', subPath: '' },
  { path: `/${podFolder}`, storage: 'pod', volume: 'work', subPath: '' },
  // As the volume of a ConfigMap: it is known to contain links.
  { path: '/img/linked', storage: 'read-only', volume: 'linked', subPath: '', holdsLinks: true },
]

/** Rehearses a generated script for a shell. */
export function rehearsalOf(script: string, { userland, dialect }: Pick<ShellKind, 'userland' | 'dialect'>): Rehearsal {
  return rehearse({ ...inputOf(script), userland, dialect }, catalogue)
}

/** What a generated script is rehearsed with. */
export function inputOf(script: string): Omit<RehearsalInput, 'userland' | 'dialect'> {
  return {
    script: parseScript(script.replaceAll(rootMark, '')),
    positional: [],
    options: { errexit: false, nounset: false, pipefail: false },
    mounts,
    environment: new Map([['HOME', '/own']]),
    workingFolder: '',
  }
}

export type Verdict =
  | 'agrees'
  | 'unknown'
  /** The first run fails, so there is no statement about reruns. */
  | 'not counted'
  /** Called safe, but a rerun goes wrong. */
  | 'wrong-safe'
  /** Called unsafe, but every rerun goes right. */
  | 'wrong-unsafe'
  /**
   * Correctly called unsafe, but the predicted rerun goes right, or goes wrong in another way. This is not a wrong verdict: if the
   * rehearsal has to assume something (what an archive contains), it may take another path than the run did.
   */
  | 'inexact'
  /** The oracle itself is at fault. */
  | 'wrong-oracle'

/** Compares the rehearsal with the real runs. */
export function compare(rehearsal: Rehearsal, reality: Reality): Verdict {
  if (reality.first !== 0) return 'not counted'
  if (reality.fault !== null) return 'wrong-oracle'
  if (rehearsal.verdict === 'unknown') return 'unknown'
  if (rehearsal.verdict === 'safe') return reality.failures.length === 0 ? 'agrees' : 'wrong-safe'
  const failures = [...reality.failures, ...(reality.unnoticed ?? [])]
  if (!failures.some((failure) => reality.failures.includes(failure) || rehearsal.hazards.some((hazard) => happened(hazard, [failure]))))
    return 'wrong-unsafe'
  return rehearsal.hazards.every((hazard) => hazard.obligation === 'interrupted' || happened(hazard, failures)) ? 'agrees' : 'inexact'
}

/**
 * Whether no further run could change the verdict: the rehearsal makes no statement that could be wrong, or everything that it predicts has
 * happened.
 * @param failures the failures so far
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

/** Removes lines as long as the script stays wrong in the same way. @param isWrong whether a shorter script still is */
export function minimized(script: string, isWrong: (script: string) => boolean): string {
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
