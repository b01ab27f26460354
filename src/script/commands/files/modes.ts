/**
 * chmod, chown, chgrp and similar. Modes and owners are not compared, so these commands have no relevant effect, but they fail if the path
 * is absent. For users who are subject to modes, chmod decides which files can be opened again.
 */

import { ownerWrites } from '../../container/volume-modes.ts'
import type { CommandMachine } from '../../machine/command-machine.ts'
import { isReadOnly, layersOf } from '../../machine/file-system.ts'
import { globOf } from '../../machine/layers.ts'
import { isUnknownStart, textOf, type Value } from '../../value/value.ts'
import { NotAnalyzed } from '../../value/world.ts'
import type { Call, CommandModel, OptionTable } from '../command.ts'
import { reading, readOptions, withTables } from '../kit/options.ts'
import { mayHoldReadOnlyFiles } from '../kit/read-only.ts'
import { isDevice, writtenPath } from '../kit/reading.ts'

const flags = [
  '-R',
  '--recursive',
  '-v',
  '-c',
  '-f',
  '-h',
  '-H',
  '-L',
  '-P',
  '--verbose',
  '--changes',
  '--quiet',
  '--silent',
  '--no-dereference',
  '--preserve-root',
  '--no-preserve-root',
  '--dereference',
]

const modeOptions: OptionTable = { flags, values: ['--reference', '--from'] }

/** Options and symbolic modes look alike: `chmod -x FILE`. */
function isMode(value: Value): boolean {
  return /^[-+=ugoa,rwxXst]*[-+=][-+=ugoa,rwxXst]*$/.test(textOf(value) ?? '') && !flags.includes(textOf(value) ?? '')
}

function change(call: Call): number {
  const { machine } = call
  const mode = call.name.endsWith('chmod') ? call.arguments.find(isMode) : undefined
  const rest = call.arguments.filter((argument) => argument !== mode)
  const options = readOptions({ ...call, arguments: rest }, modeOptions)
  const isGiven = mode !== undefined || options.has('--reference')
  const operands = isGiven ? options.operands : options.operands.slice(1)
  const setsMode = call.name.endsWith('chmod') && machine.obeysModes
  const canWrite = setsMode ? ownerCanWrite(isGiven ? mode : options.operands[0]) : undefined
  let status = operands.length === 0 ? 1 : 0
  for (const operand of operands) {
    const glob = globOf(operand)
    if (canWrite !== undefined && glob !== undefined) changeInside(writtenPath(glob.folder, machine), canWrite, true, machine)
    if (isDevice(operand) || glob !== undefined || isUnknownStart(operand)) continue
    // A path of unknown existence is assumed to exist, as it did in the first run.
    const path = writtenPath(operand, machine)
    if (machine.files.look(path)?.kind === 'absent') status = 1
    else if (canWrite !== undefined) setOwnerMode(path, canWrite, options.has('-R', '--recursive'), machine)
  }
  return status
}

/**
 * Whether a mode grants write permission to the owner (true) or revokes it (false); undefined if it does neither.
 * @param mode octal or symbolic; an unknown mode is assumed not to change the permission
 */
function ownerCanWrite(mode: Value | undefined): boolean | undefined {
  const text = mode === undefined ? undefined : textOf(mode)
  if (text === undefined) return undefined
  if (/^[0-7]+$/.test(text)) return (Number.parseInt(text, 8) & ownerWrites) !== 0
  let can: boolean | undefined
  for (const clause of text.split(',')) {
    const [, who = '', actions = ''] = /^([augo]*)(.*)$/.exec(clause) ?? []
    if (who !== '' && !/[au]/.test(who)) continue
    for (const [, sign, rights = ''] of actions.matchAll(/([-+=])([rwxXst]*)/g)) {
      const includesWrite = rights.includes('w')
      if (sign === '=') can = includesWrite
      else if (includesWrite) can = sign === '+'
    }
  }
  return can
}

/** @throws NotAnalyzed if the mode of a file with an unknown name changes */
function setOwnerMode(path: string, canWrite: boolean, isRecursive: boolean, machine: CommandMachine): void {
  // Files that are recreated on every attempt cannot be in the way.
  if (machine.files.storageOf(path) === 'container') return
  for (const key of isRecursive ? [path, ...machine.files.below(path)] : [path]) {
    const node = machine.files.look(key)
    if (node?.kind === 'folder') changeInside(key, canWrite, isRecursive, machine)
    else if (node?.kind !== 'file' && !canWrite) throw new NotAnalyzed(unknownModes)
    const entry = machine.files.entry(key)
    if (node?.kind !== 'file' || entry?.pending !== undefined || isReadOnly(node) === !canWrite) continue
    machine.files.set(key, { ...node, readOnly: !canWrite }, entry?.writer ?? null)
    machine.wrote(key)
  }
}

const unknownModes = 'the modes of files with unknown names'

function changeInside(folder: string, canWrite: boolean, isRecursive: boolean, machine: CommandMachine): void {
  const layers = layersOf(machine.files.look(folder) ?? { kind: 'absent' }, folder)
  if (!canWrite || (isRecursive && layers.some((layer) => mayHoldReadOnlyFiles(layer, machine)))) throw new NotAnalyzed(unknownModes)
}

export const modeCommands: readonly CommandModel[] = [
  {
    names: ['chmod', 'chown', 'chgrp'],
    onlyTouchesFiles: true,
    section: 'files',
    forms: [{ form: 'chmod, chown, chgrp', again: 'no change', safeWhen: '' }],
    run: withTables([{ table: modeOptions }], change),
  },
  {
    names: ['setfacl', 'chattr', 'chcon', 'restorecon', 'setfattr', 'setcap'],
    onlyTouchesFiles: true,
    section: 'files',
    forms: [{ form: 'setfacl, chattr, chcon, restorecon', again: 'no change', safeWhen: '' }],
    // The path is assumed to exist.
    run: reading({ lenient: 'Attributes are not compared, whatever the options.' }, () => 0),
  },
]
