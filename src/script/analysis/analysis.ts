/** The analysis of a script: plain data that can be sent to another thread, without a syntax tree or a machine. */
import type { Edit } from '../change/draft.ts'
import type { Hazard } from '../change/hazard.ts'
import { siteOf } from '../change/site.ts'
import { isMountPoint } from '../change/situation.ts'
import { type Mount, mountOf } from '../container/storage.ts'
import type { HiddenFailure } from '../rehearsal/hidden.ts'
import { shortName } from '../rehearsal/names.ts'
import type { Rehearsal, RehearsedCommand } from '../rehearsal/rehearsal.ts'
import { lostMarkerOf, markerAdvice } from '../repair/lost-marker.ts'
import type { Repair } from '../repair/repair.ts'
import { wordsFor } from '../repair/words.ts'
import type { ScriptFacts } from '../shape/facts.ts'
import type { Mistake } from '../shape/mistakes.ts'
import type { Statement } from '../syntax/syntax.ts'
import { type Ending, openEnding } from './ending.ts'

/** A hazard in terms of the container. */
export interface ContainerHazard extends Hazard {
  /** Line in the script, counted from 1. */
  readonly line: number
  /** The command in one or two words. */
  readonly program: string
  /** Where the volume of the file is mounted, '' if it is not a file on a volume. */
  readonly mountPath: string
  /** What to write instead, or what must hold. */
  readonly fix: string
  /** Changes of the script that were tried, in UTF-16 offsets; undefined if none passed. */
  readonly edits?: readonly Edit[]
}

export interface ContainerCommand extends RehearsedCommand {
  readonly line: number
}

export interface ContainerHiddenFailure extends Omit<HiddenFailure, 'offset'> {
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
  /** Why the script does not do what its text says although it may exit 0; null if no such mistake is known. */
  readonly mistake: Mistake | null
  /** Downloads whose failure does not reach the exit status. */
  readonly hidden: readonly ContainerHiddenFailure[]
  /** Commands of all runs; work on long texts and many files is converted to commands. */
  readonly steps: number
}

/** The analysis of a script that cannot be analyzed, and why. @param line where; null if there is no script */
export function notAnalyzed(why: string, line: number | null = null, ending = openEnding): ScriptAnalysis {
  return {
    verdict: 'unknown',
    atomic: null,
    hazards: [],
    unknown: [{ line, why }],
    commands: [],
    facts: null,
    ending,
    mistake: null,
    hidden: [],
    steps: 0,
  }
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
      const { place } = hazard
      const mount = place?.kind === 'file' ? mountOf(place.path, mounts) : undefined
      const site = siteOf(body, hazard.offset)
      const isGuarded = site?.guard !== undefined
      const marker = lostMarkerOf(hazard, site, rehearsal.commands)
      const repair = marker === undefined ? repairs.get(hazard) : { fix: markerAdvice(marker) }
      return {
        ...hazard,
        line: line(hazard.offset),
        program: shortName(hazard.words),
        mountPath: mount === undefined ? '' : mount.path || '/',
        ...(repair ?? { fix: wordsFor(hazard, isMountPoint(place, mounts), isGuarded) }),
      }
    }),
    unknown: rehearsal.unknown.map(({ offset, why }) => ({ line: line(offset), why })),
    commands: rehearsal.commands.map((command) => ({ ...command, line: line(command.offset) })),
    facts,
    ending: endingOf(rehearsal, facts, line),
    mistake: null,
    hidden: rehearsal.hidden.map(({ offset, kind, program }) => ({ kind, program, line: line(offset) })),
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
