/** mkdir, rmdir, rm, unlink, touch: entries of directories. */

import { guardedBy, one, options, withLetters } from '../../change/kit.ts'
import { replaced as replacedWord } from '../../change/situation.ts'
import { type CommandMachine, parentFolder } from '../../machine/command-machine.ts'
import { givenFile, layersOf, parentOf } from '../../machine/file-system.ts'
import { allMatch, globOf, mayHold, without } from '../../machine/layers.ts'
import { empty, keyOf, type Value } from '../../value/value.ts'
import { NotAnalyzed } from '../../value/world.ts'
import type { Call, CommandModel, OptionTable } from '../command.ts'
import { type Options, reading } from '../kit/options.ts'
import { endsWithSlash, isDevice, writtenPath } from '../kit/reading.ts'
import { isEmpty } from '../kit/trees.ts'
import { isBusyBox } from '../kit/userland.ts'

/** Creates a directory, as `mkdir` does. @returns false on failure */
export function makeFolder(path: string, machine: CommandMachine, parents: boolean): boolean {
  if (parents) {
    // The image may already contain the directory, which looks the same afterward; a directory from an archive or a clone looks different.
    const isOfImage = machine.files.storageOf(path) === 'container'
    const node = isOfImage ? machine.suppose(path, { kind: 'folder', closed: false }) : machine.node(path, 'absent')
    if (node.kind === 'folder') return true
    if (node.kind !== 'absent') return false
    if (path !== '' && !makeFolder(parentOf(path), machine, true)) return false
  } else {
    if (!parentFolder(path, machine)) return false
    if (machine.suppose(path, { kind: 'absent' }).kind !== 'absent') return false
  }
  machine.write(path, { kind: 'folder', closed: true })
  return true
}

const mkdirOptions: OptionTable = {
  flags: ['-p', '--parents', '-v', '--verbose'],
  values: ['-m', '--mode'],
  attached: ['-Z', '--context'],
}

function mkdir(call: Call, options: Options): number {
  const { machine } = call
  const parents = options.has('-p', '--parents')
  let status = options.operands.length === 0 ? 1 : 0
  for (const operand of options.operands) {
    const path = machine.path(operand)
    const itself = machine.resolve(path)
    // mkdir does not create the target of a link; mkdir -p accepts a link to a directory.
    const made = parents
      ? makeFolder(machine.resolveWhole(path), machine, !isDangling(itself, machine))
      : makeFolder(itself, machine, false)
    if (!made) status = 1
  }
  return status
}

function isDangling(path: string, machine: CommandMachine): boolean {
  return machine.files.look(path)?.kind === 'link' && machine.node(machine.resolveWhole(path), 'folder').kind === 'absent'
}

const rmdirOptions: OptionTable = { flags: ['-v', '--verbose', '-p', '--parents', '--ignore-fail-on-non-empty'] }

function rmdir(call: Call, options: Options): number {
  const { machine } = call
  let status = options.operands.length === 0 ? 1 : 0
  for (const operand of options.operands) {
    let path = machine.resolve(machine.path(operand))
    const steps = options.has('-p', '--parents')
      ? keyOf(operand)
          .split('/')
          .filter((part) => part !== '' && part !== '.').length
      : 1
    for (let step = 0; step < steps; step++) {
      const removed = removeEmpty(path, machine)
      if (removed === 'full' && options.has('--ignore-fail-on-non-empty')) break
      if (removed !== 'removed') {
        status = 1
        break
      }
      path = parentOf(path)
    }
  }
  return status
}

function removeEmpty(path: string, machine: CommandMachine): 'removed' | 'full' | 'not a folder' {
  const node = machine.suppose(path, { kind: 'folder', closed: true })
  if (node.kind !== 'folder') return 'not a folder'
  if (machine.files.isMountPoint(path) || !isEmpty(path, machine)) return 'full'
  machine.remove(path)
  return 'removed'
}

/** Removes all names in an open directory that match a pattern. */
function removeMatching(folder: string, pattern: string, machine: CommandMachine): void {
  const node = machine.node(folder, 'folder')
  if (node.kind !== 'folder') return
  for (const name of machine.files.children(folder).filter((found) => allMatch(pattern, found))) machine.remove(`${folder}/${name}`)
  const layers = layersOf(node, folder)
  if (mayHold(layers, pattern)) machine.write(folder, { kind: 'folder', closed: false, layers: without(layers, pattern) })
}

const rmOptions: OptionTable = {
  flags: ['-r', '-R', '--recursive', '-f', '--force', '-v', '--verbose', '-d', '--dir', '--one-file-system', '--preserve-root'],
  attached: ['--interactive'],
}

function rm(call: Call, options: Options): number {
  const style = {
    force: options.has('-f', '--force'),
    recursive: options.has('-r', '-R', '--recursive'),
    empty: options.has('-d', '--dir'),
  }
  let status = options.operands.length === 0 && !style.force ? 1 : 0
  for (const operand of options.operands) {
    const glob = globOf(operand)
    if (glob !== undefined) removeMatching(writtenPath(glob.folder, call.machine), glob.pattern, call.machine)
    else if (!isDevice(operand) && !removeOperand(operand, style, call.machine)) status = 1
  }
  return status
}

interface RemoveStyle {
  readonly force: boolean
  readonly recursive: boolean
  readonly empty: boolean
}

function removeOperand(operand: Value, { force, recursive, empty: takesEmpty }: RemoveStyle, machine: CommandMachine): boolean {
  if (/(^|\/)\.\.?\/*$/.test(keyOf(operand))) return false
  const path = machine.resolve(machine.path(operand))
  const found = machine.files.look(path)
  // A path of unknown existence is gone afterward either way.
  if (found === undefined && (force || recursive)) return removed(path, machine)
  const node = found ?? machine.suppose(path, givenFile(path))
  if (node.kind === 'absent') return force && !liesUnderFile(path, machine)
  if (node.kind === 'unknown') throw new NotAnalyzed(`what an unknown command did to ${path}`)
  if (node.kind === 'file' && endsWithSlash(operand) && !force && !isBusyBox(machine)) return false
  if (node.kind === 'link' && endsWithSlash(operand)) return !isBusyBox(machine) ? false : removed(path, machine)
  if (node.kind !== 'folder') return removed(path, machine)
  if (!recursive) return takesEmpty && removeEmpty(path, machine) === 'removed'
  return removeTree(path, machine)
}

function removed(path: string, machine: CommandMachine): boolean {
  machine.remove(path)
  return true
}

/** Whether `rm -f file/x` fails: BusyBox reports that it cannot stat the path, GNU prints nothing. */
function liesUnderFile(path: string, machine: CommandMachine): boolean {
  return path !== '' && machine.files.look(parentOf(path))?.kind === 'file' && isBusyBox(machine)
}

/** Removes a directory. A mount point is emptied, but the directory itself is busy. */
function removeTree(path: string, machine: CommandMachine): boolean {
  const mounts = machine.files.mounts.filter((mount) => mount.path === path || mount.path.startsWith(`${path}/`))
  if (mounts.length === 0) return removed(path, machine)
  if (mounts.some((mount) => mount.path !== path)) throw new NotAnalyzed('the removal of a directory that contains a mount point')
  empties(path, machine)
  return false
}

/** Empties a directory and keeps the directory itself. */
export function empties(path: string, machine: CommandMachine): void {
  for (const name of machine.files.children(path)) machine.remove(`${path}/${name}`)
  const node = machine.files.look(path)
  if (node?.kind === 'folder' && !node.closed) machine.write(path, { kind: 'folder', closed: true })
}

function unlink(call: Call, { operands: [operand] }: Options): number {
  const { machine } = call
  if (operand === undefined) return 1
  const path = machine.resolve(machine.path(operand))
  const node = machine.suppose(path, givenFile(path))
  if (node.kind === 'absent' || node.kind === 'folder') return 1
  machine.remove(path)
  return 0
}

/**
 * Ensures that a file exists. If its existence in the image is unknown, it stays so: the file was created, or it existed.
 * @returns false if it cannot be created
 */
export function ensureFile(path: string, machine: CommandMachine): boolean {
  if (!parentFolder(path, machine)) return false
  if (machine.suppose(path, { kind: 'absent' }).kind === 'absent') machine.write(path, { kind: 'file', content: empty })
  return true
}

const touchOptions: OptionTable = {
  flags: ['-a', '-m', '-c', '--no-create', '-f', '-h', '--no-dereference'],
  values: ['-d', '-t', '-r', '--date', '--reference', '--time'],
}

function touch(call: Call, options: Options): number {
  const { machine } = call
  let status = options.operands.length === 0 ? 1 : 0
  for (const operand of options.operands) {
    if (isDevice(operand) || globOf(operand) !== undefined) continue
    const path = writtenPath(operand, machine)
    const creates = !options.has('-c', '--no-create')
    if (endsWithSlash(operand) && machine.node(path, 'folder').kind !== 'folder') status = 1
    else if (creates && !ensureFile(path, machine)) status = 1
  }
  return status
}

export const fileCommands: readonly CommandModel[] = [
  {
    names: ['mkdir'],
    failsIfReadOnly: true,
    repairs: { failing: options('-p'), interrupted: options('-p') },
    onlyTouchesFiles: true,
    section: 'files',
    forms: [
      { form: 'mkdir DIR', again: 'fails: already exists', safeWhen: '-p' },
      { form: 'mkdir -p DIR', again: 'no change', safeWhen: '' },
    ],
    run: reading(mkdirOptions, mkdir),
  },
  {
    names: ['rmdir'],
    failsIfReadOnly: true,
    consumesInput: true,
    repairs: { failing: guardedBy('! -d') },
    onlyTouchesFiles: true,
    section: 'files',
    forms: [{ form: 'rmdir DIR', again: 'fails: no longer exists', safeWhen: '[ -d DIR ] &&' }],
    run: reading(rmdirOptions, rmdir),
  },
  {
    names: ['rm'],
    failsIfReadOnly: true,
    consumesInput: true,
    repairs: { failing: (situation) => withLetters(situation, 'f') },
    onlyTouchesFiles: true,
    section: 'files',
    forms: [
      { form: 'rm FILE', again: 'fails: no longer exists', safeWhen: '-f' },
      { form: 'rm -rf PATH', again: 'no change', safeWhen: '' },
      { form: 'rm -rf DIR/*', again: 'no change; keeps names that start with a dot', safeWhen: '' },
    ],
    run: reading(rmOptions, rm),
  },
  {
    names: ['unlink'],
    consumesInput: true,
    repairs: { failing: ({ name }) => (name === undefined ? [] : one([replacedWord(name, 'rm -f')])) },
    onlyTouchesFiles: true,
    section: 'files',
    forms: [{ form: 'unlink FILE', again: 'fails: no longer exists', safeWhen: '[ -e FILE ] &&' }],
    run: reading({}, unlink),
  },
  {
    names: ['touch'],
    failsIfReadOnly: true,
    onlyTouchesFiles: true,
    section: 'files',
    forms: [{ form: 'touch FILE', again: 'no change', safeWhen: '' }],
    run: reading(touchOptions, touch),
  },
]
