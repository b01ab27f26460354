/** What a script asks of its surroundings: the time, the host, where a program is. */

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

/** Text that is one and the same for every run of the container. */
function constant(call: Call): number {
  call.machine.print([{ id: `${call.name} ${argumentText(call.arguments)}`, filled: true }, '\n'])
  return 0
}

function uuid({ machine }: Call): number {
  machine.print(concat(machine.volatile('uuidgen'), literal('\n')))
  return 0
}

/** `which NAME…`: the paths of those that the image holds. */
function which({ machine, arguments: words }: Call): number {
  const paths = words.filter((word) => !/^-/.test(textOf(word) ?? '')).map((name) => programPath(name, machine))
  for (const path of paths) if (path !== undefined) machine.print(concat(path, literal('\n')))
  return paths.includes(undefined) ? 1 : 0
}

export const surroundingCommands: readonly CommandModel[] = [
  {
    names: ['date'],
    section: 'text',
    forms: [{ form: 'date', again: 'prints another time: a key that is made of it is another one', safeWhen: '[ -s FILE ] ||' }],
    run: date,
  },
  {
    names: ['hostname', 'uname', 'whoami', 'nproc', 'arch', 'getconf', 'tty', 'logname', 'groups', 'lscpu', 'locale', 'printenv', 'hostid'],
    section: 'text',
    forms: [{ form: 'hostname, uname, whoami, nproc', again: 'nothing', safeWhen: '' }],
    run: constant,
  },
  { names: ['uuidgen'], section: 'text', forms: [{ form: 'uuidgen', again: 'prints another one', safeWhen: '[ -s FILE ] ||' }], run: uuid },
  { names: ['which'], section: 'text', forms: [{ form: 'which, command -v', again: 'nothing', safeWhen: '' }], run: which },
]
