/**
 * chmod, chown, chgrp and their like: modes and owners are not compared, so they do nothing that matters, but fail where the path is absent.
 * For users whom modes hold for, chmod decides which files can be opened again.
 */

import { ownerWrites } from '../../container/volume-modes.ts'
import { isReadOnly, layersOf } from '../../machine/file-system.ts'
import { globOf } from '../../machine/layers.ts'
import type { Machine } from '../../machine/machine.ts'
import { keyOf, textOf, type Value } from '../../value/value.ts'
import { NotAnalyzed } from '../../value/world.ts'
import type { Call, CommandModel } from '../command.ts'
import { readOptions } from '../kit/options.ts'
import { mayHoldReadOnlyFiles } from '../kit/read-only.ts'
import { isDevice } from '../kit/reading.ts'

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
]

/** Options and symbolic modes look alike: `chmod -x FILE`. */
function isMode(value: Value): boolean {
  return /^[-+=ugoa,rwxXst]*[-+=][-+=ugoa,rwxXst]*$/.test(textOf(value) ?? '') && !flags.includes(textOf(value) ?? '')
}

function change(call: Call): number {
  const { machine } = call
  const mode = call.name.endsWith('chmod') ? call.arguments.find(isMode) : undefined
  const rest = call.arguments.filter((argument) => argument !== mode)
  const options = readOptions({ ...call, arguments: rest }, { flags, values: ['--reference', '--from'] })
  const isGiven = mode !== undefined || options.has('--reference')
  const operands = isGiven ? options.operands : options.operands.slice(1)
  const setsMode = call.name.endsWith('chmod') && machine.setting.obeysModes === true
  const canWrite = setsMode ? ownerCanWrite(isGiven ? mode : options.operands[0]) : undefined
  let status = operands.length === 0 ? 1 : 0
  for (const operand of operands) {
    const glob = globOf(operand)
    if (canWrite !== undefined && glob !== undefined) changeInside(machine.resolveWhole(machine.path(glob.folder)), canWrite, true, machine)
    if (isDevice(operand) || glob !== undefined || keyOf(operand).startsWith('\0')) continue
    // What nobody lists is there: it was in the first run.
    const path = machine.resolveWhole(machine.path(operand))
    if (machine.files.look(path)?.kind === 'absent') status = 1
    else if (canWrite !== undefined) setOwnerMode(path, canWrite, options.has('-R', '--recursive'), machine)
  }
  return status
}

/**
 * Whether a mode gives the owner the right to write, or takes it; undefined where it does neither.
 * @param mode octal or symbolic; a mode that is not known is taken to leave the right alone
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
      const names = rights.includes('w')
      if (sign === '=') can = names
      else if (names) can = sign === '+'
    }
  }
  return can
}

/** @throws NotAnalyzed where the right is given to, or taken from, what nobody lists */
function setOwnerMode(path: string, canWrite: boolean, isRecursive: boolean, machine: Machine): void {
  // What is fresh on every try is in nobody's way.
  if (machine.files.storageOf(path) === 'container') return
  for (const key of isRecursive ? [path, ...machine.files.below(path)] : [path]) {
    const node = machine.files.look(key)
    if (node?.kind === 'folder') changeInside(key, canWrite, isRecursive, machine)
    else if (node?.kind !== 'file' && !canWrite) throw new NotAnalyzed(unlisted)
    const entry = machine.files.entry(key)
    if (node?.kind !== 'file' || entry?.pending !== undefined || isReadOnly(node) === !canWrite) continue
    machine.files.set(key, { ...node, readOnly: !canWrite }, entry?.writer ?? null)
    machine.wrote(key)
  }
}

const unlisted = 'the modes of files that nobody lists'

function changeInside(folder: string, canWrite: boolean, isRecursive: boolean, machine: Machine): void {
  const layers = layersOf(machine.files.look(folder) ?? { kind: 'absent' }, folder)
  if (!canWrite || (isRecursive && layers.some((layer) => mayHoldReadOnlyFiles(layer, machine)))) throw new NotAnalyzed(unlisted)
}

/** The modes of a path that does not exist cannot be changed; everything else succeeds. */
function harmless(call: Call): number {
  return call.arguments.length === 0 ? 1 : 0
}

export const modeCommands: readonly CommandModel[] = [
  {
    names: ['chmod', 'chown', 'chgrp'],
    section: 'files',
    forms: [{ form: 'chmod, chown, chgrp', again: 'nothing', safeWhen: '' }],
    run: change,
  },
  {
    names: ['setfacl', 'chattr', 'chcon', 'restorecon', 'setfattr', 'setcap'],
    section: 'files',
    forms: [{ form: 'setfacl, chattr, chcon, restorecon', again: 'nothing', safeWhen: '' }],
    run: harmless,
  },
]
