/** The analysis of a script: plain data that can be sent to another thread, without a syntax tree or a machine. */
import { type Mount, mountOf } from '../container/storage.ts'
import { shortName } from '../rehearsal/names.ts'
import type { Hazard, Rehearsal, RehearsedCommand } from '../rehearsal/rehearsal.ts'
import type { Edit } from '../repair/draft.ts'
import type { Repair } from '../repair/repair.ts'
import { siteOf } from '../repair/site.ts'
import { isMountPoint } from '../repair/situation.ts'
import { wordsFor } from '../repair/words.ts'
import type { ScriptFacts } from '../shape/facts.ts'
import type { Statement } from '../syntax/syntax.ts'
import { type Ending, openEnding } from './ending.ts'

/** A hazard in terms of the container. */
export interface ContainerHazard extends Hazard {
  /** Line in the script, counted from 1. */
  readonly line: number
  /** The command in one or two words. */
  readonly program: string
  /** Where the volume of the path is mounted, '' if the path is not on a volume. */
  readonly mountPath: string
  /** What to write instead, or what must hold. */
  readonly fix: string
  /** Changes of the script that were tried, in UTF-16 offsets; undefined if none passed. */
  readonly edits?: readonly Edit[]
}

export interface ContainerCommand extends RehearsedCommand {
  readonly line: number
}

export interface ScriptAnalysis {
  readonly verdict: Rehearsal['verdict']
  readonly atomic: boolean | null
  readonly hazards: readonly ContainerHazard[]
  /** What could not be analyzed; the line is null if there is no script. */
  readonly unknown: readonly { readonly line: number | null; readonly why: string }[]
  readonly commands: readonly ContainerCommand[]
  /** What the text shows without running it. Null if it does not parse, or is a template that is not rendered yet. */
  readonly facts: ScriptFacts | null
  /** How the first run ends, as far as that is certain. */
  readonly ending: Ending
  /** Commands of all runs; work on long texts and many files is converted to commands. */
  readonly steps: number
}

/** The analysis of a script that cannot be analyzed, and why. @param line where; null if there is no script */
export function notAnalyzed(why: string, line: number | null = null, ending = openEnding): ScriptAnalysis {
  return { verdict: 'unknown', atomic: null, hazards: [], unknown: [{ line, why }], commands: [], facts: null, ending, steps: 0 }
}

/** Describes a rehearsal and the facts of a script in terms of the container. */
export function describe(
  rehearsal: Rehearsal,
  facts: ScriptFacts | null,
  line: (offset: number) => number,
  mounts: readonly Mount[],
  body: readonly Statement[] = [],
  repairs: ReadonlyMap<Hazard, Repair> = new Map(),
): ScriptAnalysis {
  return {
    verdict: rehearsal.verdict,
    atomic: rehearsal.atomic,
    hazards: rehearsal.hazards.map((hazard) => {
      const mount = hazard.path.startsWith('//') ? undefined : mountOf(hazard.path, mounts)
      const isGuarded = siteOf(body, hazard.offset)?.guard !== undefined
      return {
        ...hazard,
        line: line(hazard.offset),
        program: shortName(hazard.words),
        mountPath: mount === undefined ? '' : mount.path || '/',
        ...(repairs.get(hazard) ?? { fix: wordsFor(hazard, isMountPoint(hazard.path, mounts), isGuarded) }),
      }
    }),
    unknown: rehearsal.unknown.map(({ offset, why }) => ({ line: line(offset), why })),
    commands: rehearsal.commands.map((command) => ({ ...command, line: line(command.offset) })),
    facts,
    ending: endingOf(rehearsal, facts, line),
    steps: rehearsal.steps,
  }
}

/** A run that certainly fails does not reach a command that never completes. */
function endingOf({ failure }: Rehearsal, facts: ScriptFacts | null, line: (offset: number) => number): Ending {
  if (failure === null) return facts?.endless === undefined ? openEnding : { kind: 'never', line: facts.endless.line }
  const { offset, status, refusal, program, path, isOnEmptyClaim } = failure
  const cause = refusal ?? 'command'
  return { kind: 'fails', line: line(offset), status, cause, what: program, path, isStarted: true, isOnEmptyClaim }
}
