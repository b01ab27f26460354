/** chmod, chown, chgrp and their like: modes and owners are not compared, so they do nothing that matters, but fail where the path is absent. */
import type { Call, CommandModel } from '../command.ts'
import { globOf } from '../layers.ts'
import { keyOf, textOf, type Value } from '../value.ts'
import { readOptions } from './options.ts'
import { isDevice } from './reading.ts'

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
  let status = operands.length === 0 ? 1 : 0
  for (const operand of operands) {
    if (isDevice(operand) || globOf(operand) !== undefined || keyOf(operand).startsWith('\0')) continue
    // What nobody lists is there: it was in the first run.
    if (machine.files.look(machine.resolveWhole(machine.path(operand)))?.kind === 'absent') status = 1
  }
  return status
}

/** The modes of a path that does not exist cannot be changed; everything else succeeds. */
function harmless(call: Call): number {
  return call.arguments.length === 0 ? 1 : 0
}

export const modeCommands: readonly CommandModel[] = [
  {
    names: ['chmod', 'chown', 'chgrp'],
    family: 'files',
    forms: [{ form: 'chmod, chown, chgrp', again: 'nothing', safeWhen: '' }],
    run: change,
  },
  {
    names: ['setfacl', 'chattr', 'chcon', 'restorecon', 'setfattr', 'setcap'],
    family: 'files',
    forms: [{ form: 'setfacl, chattr, chcon, restorecon', again: 'nothing', safeWhen: '' }],
    run: harmless,
  },
]
