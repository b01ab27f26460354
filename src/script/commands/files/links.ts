/** ln, readlink, realpath. */

import { withLetters } from '../../change/kit.ts'
import { type CommandMachine, parentFolder } from '../../machine/command-machine.ts'
import { areOneFile, givenFile, isNamedLikeFile, type Node, nameOf } from '../../machine/file-system.ts'
import { pathValue } from '../../value/paths.ts'
import { concat, derived, isUnknownStart, keyOf, literal, type Value } from '../../value/value.ts'
import { NotAnalyzed } from '../../value/world.ts'
import type { Call, CommandModel, OptionTable } from '../command.ts'
import { type Options, reading } from '../kit/options.ts'
import { endsWithSlash, within, writtenPath } from '../kit/reading.ts'
import { isBusyBox } from '../kit/userland.ts'
import { relinked } from './repairs.ts'

interface LinkStyle {
  readonly symbolic: boolean
  readonly force: boolean
}

const lnOptions: OptionTable = {
  flags: [
    '-s',
    '-f',
    '-n',
    '-T',
    '-v',
    '-r',
    '-L',
    '-P',
    '--symbolic',
    '--force',
    '--no-dereference',
    '--no-target-directory',
    '--verbose',
    '--relative',
  ],
  values: ['-t', '--target-directory'],
}

function ln(call: Call, options: Options): number {
  const { machine } = call
  if (options.has('-r', '--relative') && isBusyBox(machine)) return 1
  const given = options.value('-t', '--target-directory')
  const { operands } = options
  const targets = given === undefined && operands.length > 1 ? operands.slice(0, -1) : operands
  const place = given ?? (operands.length > 1 ? operands.at(-1) : literal('.'))
  if (place === undefined || targets.length === 0) return 1
  const style = { symbolic: options.has('-s', '--symbolic'), force: options.has('-f', '--force') }
  const folder = folderOf(place, targets.length > 1 || given !== undefined, options, machine)
  if (folder === undefined && targets.length > 1) return 1
  let status = 0
  for (const target of targets) {
    const at = folder === undefined ? machine.resolve(machine.path(place)) : within(folder, nameOf(machine.path(target)))
    if (folder === undefined && endsWithSlash(place)) status = 1
    else if (!makeLink(target, at, style, options.has('-r', '--relative'), machine)) status = 1
  }
  return status
}

/** The directory in which the link is created; undefined if the operand is the name of the link itself. */
function folderOf(place: Value, isSeveral: boolean, options: Options, machine: CommandMachine): string | undefined {
  if (options.has('-T', '--no-target-directory')) return undefined
  const itself = machine.resolve(machine.path(place))
  const found = machine.files.look(itself)
  if (found?.kind === 'link' && options.has('-n', '--no-dereference') && !isSeveral) return undefined
  const whole = writtenPath(place, machine)
  const node = machine.files.look(whole) ?? supposed(whole, place, isSeveral, found?.kind === 'link', machine)
  if (node.kind === 'unknown') throw new NotAnalyzed(`what an unknown command did to ${whole}`)
  return node.kind === 'folder' ? whole : undefined
}

/** The assumed target of the operand: what a link leads to is an open question; a name without a trailing slash is assumed to be new. */
function supposed(path: string, place: Value, isSeveral: boolean, isLinked: boolean, machine: CommandMachine) {
  if (isLinked) return isNamedLikeFile(path) ? machine.suppose(path, givenFile(path)) : machine.node(path, 'folder')
  const isFolder = isSeveral || endsWithSlash(place)
  return machine.suppose(path, isFolder ? { kind: 'folder', closed: false } : { kind: 'absent' })
}

function makeLink(target: Value, at: string, { symbolic, force }: LinkStyle, isRelative: boolean, machine: CommandMachine): boolean {
  // An earlier run's link may lead into a ConfigMap volume, where nothing can be created.
  if (!parentFolder(at, machine) || machine.files.storageOf(at) === 'read-only') return false
  const existing = machine.suppose(at, { kind: 'absent' })
  if (existing.kind === 'folder' || (existing.kind !== 'absent' && !force)) return false
  if (symbolic) {
    machine.write(at, { kind: 'link', target: isRelative ? machine.path(target) : keyOf(target) })
    return true
  }
  const from = machine.resolve(machine.path(target))
  const node = machine.suppose(from, givenFile(from))
  if (node.kind === 'absent' || node.kind === 'folder') return false
  if (at === from) return false
  // Two names of one file stay so.
  if (areOneFile(existing, node)) return true
  if (existing.kind !== 'absent') machine.remove(at)
  const shared: Node = node.kind === 'file' ? { ...node, shared: node.shared ?? newShare(from, machine) } : node
  machine.files.set(from, shared, machine.files.writerOf(from))
  machine.write(at, shared)
  return true
}

/** A text that no other file with several names has. */
function newShare(path: string, machine: CommandMachine): string {
  let shared = path
  while (machine.files.namesOf(shared).length > 0) shared += "'"
  return shared
}

const readLinkOptions: OptionTable = {
  flags: ['-f', '-e', '-m', '-n', '-s', '-q', '-v', '-z', '--canonicalize', '--canonicalize-missing', '--canonicalize-existing'],
  values: ['--relative-to'],
}

/** `readlink`, `realpath`: the target of links, if known. */
function readLink(call: Call, options: Options): number {
  const { machine } = call
  let status = options.operands.length === 0 ? 1 : 0
  for (const operand of options.operands) {
    if (isUnknownStart(operand)) {
      machine.print(concat(derived('readlink', operand), literal('\n')))
      continue
    }
    const resolves = call.name.endsWith('realpath') || options.has('-f', '-e', '-m', '--canonicalize', '--canonicalize-missing')
    const path = machine.resolve(machine.path(operand))
    const node = machine.files.look(path)
    if (resolves) machine.print(concat(pathValue(machine.resolveWhole(path)), literal('\n')))
    else if (node?.kind === 'link') machine.print(concat(pathValue(node.target), literal('\n')))
    else if (node === undefined) machine.print([{ id: `the target of ${path}` }])
    else status = 1
  }
  return status
}

export const linkCommands: readonly CommandModel[] = [
  {
    names: ['ln'],
    failsIfReadOnly: true,
    repairs: { failing: relinked, differing: (situation) => withLetters(situation, 'fn') },
    onlyTouchesFiles: true,
    section: 'files',
    forms: [
      { form: 'ln -s FILE LINK', again: 'fails: already exists', safeWhen: '-sfn' },
      { form: 'ln -s DIR LINK', again: 'creates a second link inside DIR', safeWhen: '-sfn' },
      { form: 'ln -sf DIR LINK', again: 'creates a second link inside DIR', safeWhen: '-sfn, -sfT' },
      { form: 'ln FILE LINK', again: 'fails: already exists', safeWhen: '-f' },
    ],
    run: reading(lnOptions, ln),
  },
  {
    names: ['readlink', 'realpath'],
    onlyTouchesFiles: true,
    section: 'files',
    forms: [{ form: 'readlink, realpath', again: 'no change', safeWhen: '' }],
    run: reading(readLinkOptions, readLink),
  },
]
