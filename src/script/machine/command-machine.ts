/**
 * What a command may use of the machine: files, things of services, its input and output, assumptions, and what it reads of the shell that
 * runs it. Steps, disturbances and the state of the shell are the interpreter's.
 */
import type { FileSystem, Node } from './file-system.ts'
import { parentOf } from './file-system.ts'
import type { Machine } from './machine.ts'

/** What a command may use of the file system. Copies and comparisons of whole states are the rehearsal's. */
type CommandFiles = Pick<
  FileSystem,
  | 'mounts'
  | 'isMountPoint'
  | 'storageOf'
  | 'look'
  | 'entry'
  | 'writerOf'
  | 'below'
  | 'children'
  | 'namesOf'
  | 'set'
  | 'remove'
  | 'lookAt'
  | 'entryAt'
  | 'setThing'
  | 'thingsBeside'
>

/** The members of the machine that a command may use, apart from its files. */
type CommandPart =
  // Paths and files.
  | 'path'
  | 'startsAtRoot'
  | 'resolve'
  | 'resolveWhole'
  | 'node'
  | 'suppose'
  | 'mayOpen'
  | 'misses'
  | 'refused'
  | 'obeysModes'
  | 'write'
  | 'replace'
  | 'remove'
  | 'addLayer'
  | 'lacks'
  | 'wrote'
  // Things of services.
  | 'network'
  | 'putThing'
  | 'removeThing'
  // Input and output.
  | 'input'
  | 'print'
  | 'sink'
  | 'volatile'
  // Assumptions.
  | 'world'
  | 'isUserland'
  // The shell that runs it.
  | 'folder'
  | 'inFolder'
  | 'variable'
  | 'variables'
  | 'isTested'
  | 'isGuarded'
  | 'isInBackground'
  // The run.
  | 'step'
  | 'compared'
  | 'isFirst'
  | 'tick'

export interface CommandMachine extends Readonly<Pick<Machine, CommandPart>> {
  readonly files: CommandFiles
}

/** Whether a new entry can be created at the path: its parent is a directory. Directories of the image are assumed to exist. */
export function parentFolder(path: string, machine: { suppose(path: string, node: Node): Node }): boolean {
  return machine.suppose(parentOf(path), { kind: 'folder', closed: false }).kind === 'folder'
}
