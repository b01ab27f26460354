/** Queries about the environment: the time, the host, the location of a program. */

import { programPath } from '../../machine/programs.ts'
import { concat, literal, unknown } from '../../value/value.ts'
import type { Call, CommandModel, OptionTable } from '../command.ts'
import { type Options, reading } from '../kit/options.ts'
import { argumentText } from '../kit/reading.ts'

/** date(1), with the options of BusyBox, without `-s`, which sets the clock. */
const dateOptions: OptionTable = {
  flags: ['-u', '-R', '--utc', '--universal', '--rfc-email', '--debug'],
  values: ['-d', '-r', '-D', '--date', '--reference', '--rfc-3339'],
  attached: ['-I', '--iso-8601'],
}

function date(call: Call, { has }: Options): number {
  const isFixed = has('-d', '--date', '-r', '--reference')
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

const whichOptions: OptionTable = { flags: ['-a', '-s', '--all', '--skip-alias', '--skip-functions', '--skip-dot', '--skip-tilde'] }

/** `which NAME…`: the paths of the programs that the image contains. */
function which({ machine }: Call, { operands }: Options): number {
  const paths = operands.map((name) => programPath(name, machine))
  for (const path of paths) if (path !== undefined) machine.print(concat(path, literal('\n')))
  return paths.includes(undefined) ? 1 : 0
}

export const surroundingCommands: readonly CommandModel[] = [
  {
    names: ['date'],
    onlyTouchesFiles: true,
    section: 'text',
    forms: [{ form: 'date', again: 'prints a different time, so a key derived from it differs', safeWhen: '[ -s FILE ] ||' }],
    run: reading(dateOptions, date),
  },
  {
    names: ['hostname', 'uname', 'whoami', 'nproc', 'arch', 'getconf', 'tty', 'logname', 'groups', 'lscpu', 'locale', 'printenv', 'hostid'],
    onlyTouchesFiles: true,
    section: 'text',
    forms: [{ form: 'hostname, uname, whoami, nproc', again: 'no change', safeWhen: '' }],
    run: reading({ lenient: 'It prints a fact about the container, whatever its options.' }, constant),
  },
  {
    names: ['uuidgen'],
    onlyTouchesFiles: true,
    section: 'text',
    forms: [{ form: 'uuidgen', again: 'prints a different UUID', safeWhen: '[ -s FILE ] ||' }],
    run: reading({ lenient: 'It prints a UUID that is new each time, whatever its options.' }, uuid),
  },
  {
    names: ['which'],
    onlyTouchesFiles: true,
    section: 'text',
    forms: [{ form: 'which, command -v', again: 'no change', safeWhen: '' }],
    run: reading(whichOptions, which),
  },
]
