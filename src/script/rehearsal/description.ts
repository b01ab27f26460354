/** Describes a rehearsal in terms of the container: lines, mounts and fixes. */
import type { JsonPointer } from '../../model/json.ts'
import type { ContainerScript, NoScript } from '../container/container-script.ts'
import { type Mount, mountOf } from '../container/storage.ts'
import { lineOf, type Script } from '../syntax/syntax.ts'
import { fixOf, shortName } from './fixes.ts'
import type { Hazard, Rehearsal, RehearsedCommand } from './rehearsal.ts'

/** A hazard in terms of the container. */
export interface ContainerHazard extends Hazard {
  /** Line in the script, counted from 1. */
  readonly line: number
  /** The command in one or two words. */
  readonly program: string
  /** Where the volume of the path is mounted, '' if the path is not on a volume. */
  readonly mountPath: string
  /** What to write instead. */
  readonly fix: string
}

export interface ContainerCommand extends RehearsedCommand {
  readonly line: number
}

export interface ContainerRehearsal {
  readonly verdict: Rehearsal['verdict']
  readonly atomic: boolean | null
  readonly hazards: readonly ContainerHazard[]
  /** What could not be analyzed; the line is null if there is no script. */
  readonly unknown: readonly { readonly line: number | null; readonly why: string }[]
  readonly commands: readonly ContainerCommand[]
  readonly mounts: readonly Mount[]
  /** Where the script, or the argument that starts it, is in the workload. */
  readonly pointer: JsonPointer
  /** The script; undefined if it is not known what runs. */
  readonly found: ContainerScript | undefined
  /** The syntax tree of the script, for rules that check its shape. Null if there is no script or it does not parse. */
  readonly script: Script | null
}

/** The description of a container whose script is not known. */
export function describeWithoutScript({ why, pointer }: NoScript, mounts: readonly Mount[]): ContainerRehearsal {
  const unknown = [{ line: null, why }]
  return { verdict: 'unknown', atomic: null, hazards: [], unknown, commands: [], mounts, pointer, found: undefined, script: null }
}

/** The description of a rehearsal of the script that was found in a container. */
export function describe(rehearsal: Rehearsal, found: ContainerScript, script: Script, mounts: readonly Mount[]): ContainerRehearsal {
  const line = (offset: number) => lineOf(script.text, offset)
  return {
    verdict: rehearsal.verdict,
    atomic: rehearsal.atomic,
    hazards: rehearsal.hazards.map((hazard) => ({ ...hazard, line: line(hazard.offset), ...described(hazard, mounts) })),
    unknown: rehearsal.unknown.map(({ offset, why }) => ({ line: line(offset), why })),
    commands: rehearsal.commands.map((command) => ({ ...command, line: line(command.offset) })),
    mounts,
    pointer: found.pointer,
    found,
    script: script.fault === null ? script : null,
  }
}

function described(hazard: Hazard, mounts: readonly Mount[]): Pick<ContainerHazard, 'program' | 'mountPath' | 'fix'> {
  const mount = hazard.path.startsWith('//') ? undefined : mountOf(hazard.path, mounts)
  return {
    program: shortName(hazard.command),
    mountPath: mount === undefined ? '' : mount.path || '/',
    fix: fixOf(hazard, mount !== undefined && mount.path === hazard.path),
  }
}
