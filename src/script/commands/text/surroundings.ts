/** Queries about the environment: the time, the host, the location of a program. */

import { programPath } from '../../machine/programs.ts'
import { concat, keyOf, literal, textOf, unknown } from '../../value/value.ts'
import type { Call, CommandModel } from '../command.ts'
import { argumentText } from '../kit/reading.ts'

function date(call: Call): number {
  const isFixed = call.arguments.some((word) => /^(-d|--date|-r|-u?d)/.test(keyOf(word)))
  const shown = isFixed ? unknown(`date ${argumentText(call.arguments)}`) : call.machine.volatile('date')
  call.machine.print(concat(shown, literal('\n')))
  return 0
}

/** Prints text that is the same in every run of the container. */
function constant(call: Call): number {
  call.machine.print([{ id: `${call.name} ${argumentText(call.arguments)}`, filled: true }, '\n'])
  return 0
}

function uuid({ machine }: Call): number {
  machine.print(concat(machine.volatile('uuidgen'), literal('\n')))
  return 0
}

/** `which NAME…`: the paths of the programs that the image contains. */
function which({ machine, arguments: words }: Call): number {
  const paths = words.filter((word) => !/^-/.test(textOf(word) ?? '')).map((name) => programPath(name, machine))
  for (const path of paths) if (path !== undefined) machine.print(concat(path, literal('\n')))
  return paths.includes(undefined) ? 1 : 0
}

export const surroundingCommands: readonly CommandModel[] = [
  {
    names: ['date'],
    section: 'text',
    forms: [{ form: 'date', again: 'prints a different time, so a key derived from it differs', safeWhen: '[ -s FILE ] ||' }],
    run: date,
  },
  {
    names: ['hostname', 'uname', 'whoami', 'nproc', 'arch', 'getconf', 'tty', 'logname', 'groups', 'lscpu', 'locale', 'printenv', 'hostid'],
    section: 'text',
    forms: [{ form: 'hostname, uname, whoami, nproc', again: 'no change', safeWhen: '' }],
    run: constant,
  },
  {
    names: ['uuidgen'],
    section: 'text',
    forms: [{ form: 'uuidgen', again: 'prints a different UUID', safeWhen: '[ -s FILE ] ||' }],
    run: uuid,
  },
  { names: ['which'], section: 'text', forms: [{ form: 'which, command -v', again: 'no change', safeWhen: '' }], run: which },
]
