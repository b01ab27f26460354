/** Patterns of `owners`: `KIND`, `KIND.GROUP`, either with `/NAME`, each part a glob. Versions of a group are not compared. */
import type { ControllerOwner } from '../model/workload.ts'
import { groupOf, workloadShapes } from '../model/workload-kinds.ts'
import { compileGlob } from './glob.ts'

/** The parts of a pattern. */
export interface OwnerPattern {
  readonly kind: string
  /** Undefined if the pattern has none: then any group, except for kinds of Kubernetes itself. */
  readonly group: string | undefined
  readonly name: string | undefined
}

/** Kinds of Kubernetes itself that own pods or their controllers, with their groups; '' is the core group. */
const groupsOfKinds: ReadonlyMap<string, string> = new Map([
  ...Object.entries(workloadShapes).map(([kind, { group }]) => [kind, group] as const),
  ['Node', ''],
])

/** Reads a pattern. Kinds have no dots, and names follow the first slash. */
export function readOwner(pattern: string): OwnerPattern {
  const slash = pattern.indexOf('/')
  const type = slash === -1 ? pattern : pattern.slice(0, slash)
  const dot = type.indexOf('.')
  return {
    kind: dot === -1 ? type : type.slice(0, dot),
    group: dot === -1 ? undefined : type.slice(dot + 1),
    name: slash === -1 ? undefined : pattern.slice(slash + 1),
  }
}

/** Compiles a pattern. */
export function compileOwner(pattern: string): (owner: ControllerOwner) => boolean {
  const { kind, group, name } = readOwner(pattern)
  const kinds = compileGlob(kind)
  const groups = group === undefined ? undefined : compileGlob(group)
  const names = name === undefined ? undefined : compileGlob(name)
  return (owner) => {
    const ownersGroup = groupOf(owner.apiVersion)
    const isGroup = groups === undefined ? ownersGroup === (groupsOfKinds.get(owner.kind) ?? ownersGroup) : groups.matches(ownersGroup)
    return isGroup && kinds.matches(owner.kind) && (names === undefined || names.matches(owner.name))
  }
}
