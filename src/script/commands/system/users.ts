/** Users and groups: lines of /etc/passwd and /etc/group, which live as long as the file system that contains /etc. */

import type { CommandMachine } from '../../machine/command-machine.ts'
import { lookup } from '../../shape/server-probes.ts'
import {
  concat,
  derived,
  empty,
  identity,
  isKeyOfUnknown,
  keyOf,
  literal,
  readableKey,
  textOf,
  unknownIdsOf,
  type Value,
  valueOfKey,
} from '../../value/value.ts'
import { NotAnalyzed } from '../../value/world.ts'
import type { Call, CommandModel, OptionTable, Run } from '../command.ts'
import { type Options, reading } from '../kit/options.ts'
import { writtenPath } from '../kit/reading.ts'
import { account } from './account-repairs.ts'

type Register = '/etc/passwd' | '/etc/group'

/** Maximum number of pieces in a register: two for each user that the script creates. */
const maxPieces = 200

function contentOf(register: Register, machine: CommandMachine): Value {
  const node = machine.suppose(register, { kind: 'file', content: [{ id: `${register} of the image` }] })
  const content = node.kind === 'file' ? node.content : empty
  if (content.length > maxPieces) throw new NotAnalyzed('too many users and groups')
  return content
}

/** The start of the name's line in the key of the content; -1 if it is not visible. */
function lineStart(content: string, name: string): number {
  if (content.startsWith(`${name}:`)) return 0
  const index = content.indexOf(`\n${name}:`)
  return index === -1 ? -1 : index + 1
}

function startKey(content: string, name: string): string {
  return `whether ${name} is in ${identity(unknownIdsOf(content).join(' '))}`
}

/**
 * Whether a register contains the name.
 * @param wanted the answer to assume if it is unknown; undefined tries both, one by one
 */
function isListed(register: Register, name: Value, machine: CommandMachine, wanted?: boolean): boolean {
  const content = keyOf(contentOf(register, machine))
  if (lineStart(content, keyOf(name)) !== -1) return true
  if (!isKeyOfUnknown(content)) return false
  const key = startKey(content, keyOf(name))
  const { world } = machine
  return (wanted === undefined ? world.decide(key) : world.assume(key, Number(wanted))) === 1
}

function add(register: Register, name: Value, machine: CommandMachine): void {
  const line = concat(name, literal(':x:'), [{ id: `number of ${readableKey(name)}` }], literal(':\n'))
  const before = contentOf(register, machine)
  const last = before.at(-1)
  const separator = before.length === 0 || (typeof last === 'string' && last.endsWith('\n')) ? empty : literal('\n')
  machine.write(register, { kind: 'file', content: concat(before, separator, line) })
}

function removeEntry(register: Register, name: Value, machine: CommandMachine): void {
  const content = keyOf(contentOf(register, machine))
  const start = lineStart(content, keyOf(name))
  if (start !== -1) {
    const end = content.indexOf('\n', start)
    const rest = content.slice(0, start) + (end === -1 ? '' : content.slice(end + 1))
    machine.write(register, { kind: 'file', content: valueOfKey(rest) })
    return
  }
  const without = derived('a register without a name', name, valueOfKey(content))
  machine.world.assume(startKey(keyOf(without), keyOf(name)), 0)
  machine.write(register, { kind: 'file', content: without })
}

/** `useradd`, `adduser`, `groupadd`, `addgroup`. */
interface Adding {
  readonly register: Register
  readonly options: OptionTable
  readonly failure: number
  /** Options with which an existing name is not an error. */
  readonly lenient: readonly string[]
  /** Options that create a home directory; null if it is created by default. */
  readonly home: readonly string[] | null
}

function adder({ register, options: specification, failure, lenient, home }: Adding): Run {
  return reading(specification, (call, options) => {
    const { machine } = call
    const [name, group] = options.operands
    if (name === undefined) return options.has('-D') ? 0 : 1
    if (options.has('-R', '-P', '--root', '--prefix')) return call.notFollowed('changes to users under another root')
    // `adduser USER GROUP` only adds the user to the group.
    if (group !== undefined) return 0
    if (isListed(register, name, machine, false)) return options.has(...lenient) ? 0 : failure
    add(register, name, machine)
    const makesHome = home === null ? !options.has('-H', '--no-create-home', '-S', '--system') : options.has(...home)
    if (makesHome) makeHome(options.value('-d', '-h', '--home', '--home-dir') ?? concat(literal('/home/'), name), machine)
    return 0
  })
}

/** Creates a home directory if it does not exist. */
function makeHome(home: Value, machine: CommandMachine): void {
  const path = writtenPath(home, machine)
  if (machine.files.look(path)?.kind === 'absent') machine.write(path, { kind: 'folder', closed: false })
}

const removeOptions: OptionTable = { flags: ['-r', '-f', '--remove', '--force', '--remove-home', '--quiet', '--system'] }

function remover(register: Register, failure: number): Run {
  return reading(removeOptions, (call, options) => {
    const [name, group] = options.operands
    if (name === undefined) return 1
    if (group !== undefined) return 0
    if (options.has('-r', '--remove', '--remove-home')) call.unknown('the removal of a home directory')
    if (!isListed(register, name, call.machine, true)) return failure
    removeEntry(register, name, call.machine)
    return 0
  })
}

const idOptions: OptionTable = { flags: ['-u', '-g', '-G', '-n', '-r', '-z', '-Z', '--user', '--group', '--groups', '--name', '--real'] }

/** `id [USER]`: its status tells whether the user exists. */
function id(call: Call, { operands }: Options): number {
  const { machine } = call
  const [name] = operands
  if (name !== undefined && !isKnownUser(name, machine)) return 1
  machine.print(concat([{ id: `id ${call.arguments.map(readableKey).join(' ')}` }], literal('\n')))
  return 0
}

function isKnownUser(name: Value, machine: CommandMachine): boolean {
  const text = textOf(name)
  if (text === 'root' || /^\d+$/.test(text ?? '')) return true
  return isListed('/etc/passwd', name, machine)
}

const getentOptions: OptionTable = { flags: ['-i', '-A'], values: ['-s'] }

/** `getent passwd NAME`, `getent group NAME`, `getent hosts NAME`. */
function getent(call: Call, { operands }: Options): number {
  const { machine } = call
  const [database, name] = operands
  const register = (['/etc/passwd', '/etc/group'] as const).find((path) => path === `/etc/${textOf(database ?? empty)}`)
  if (register !== undefined && name !== undefined) {
    const exists = register === '/etc/passwd' ? isKnownUser(name, machine) : isListed(register, name, machine)
    if (!exists) return 2
    machine.print(concat(name, literal(':x:'), [{ id: `entry of ${readableKey(name)}` }], literal('\n')))
    return 0
  }
  if (register === undefined) call.fallible()
  machine.print(register === undefined ? [{ id: `getent ${call.arguments.map(readableKey).join(' ')}` }] : contentOf(register, machine))
  return 0
}

/** The options of usermod, groupmod, gpasswd, passwd, chpasswd, chage and chsh, with those of BusyBox. */
const setOptions: OptionTable = {
  values: [
    ...['-g', '-G', '-d', '-s', '-c', '-p', '-e', '-f', '-u', '-R', '-P', '-E', '-I', '-M', '-W', '-x', '-w', '-i'],
    ...['--gid', '--groups', '--home', '--shell', '--comment', '--password', '--expiredate', '--inactive', '--uid', '--root', '--prefix'],
    ...['-A', '-v', '-V', '--crypt-method', '--sha-rounds', '--new-name', '--login', '--maxdays', '--mindays', '--warndays', '-n'],
    ...['--add-subuids', '--add-subgids', '--add', '--delete', '--members'],
  ],
  flags: [
    '-a',
    '-o',
    '-l',
    '-L',
    '-U',
    '-m',
    '-q',
    '-S',
    '-k',
    '--append',
    '--lock',
    '--unlock',
    '--move-home',
    '--non-unique',
    '--stdin',
    '--status',
  ],
}

/** Sets a value that is the same each time; if the register is on the container's own file system, it is lost anyway. */
const setter = reading(setOptions, (call, options) => {
  if (options.has('-R', '-P', '--root', '--prefix')) return call.notFollowed('changes to users under another root')
  // `-l` locks the account of passwd; usermod and chage take it for a new name and for the list.
  const renames = /(usermod|groupmod)$/.test(call.name) && options.has('-l', '--login', '-n', '--new-name', '-m', '--move-home')
  return renames ? call.notFollowed('the renaming of a user or group') : 0
})

const accountValues = ['-u', '-g', '-G', '-d', '-s', '-c', '-p', '-b', '-e', '-f', '-k', '-K', '-R', '-P', '-h']
const longAccountValues = [
  '--uid',
  '--gid',
  '--groups',
  '--home',
  '--home-dir',
  '--shell',
  '--comment',
  '--password',
  '--gecos',
  '--ingroup',
]
const accountFlags = ['-r', '-m', '-M', '-N', '-U', '-o', '-l', '-D', '-H', '-S', '-f', '--system', '--create-home', '--no-create-home']
const longAccountFlags = ['--no-user-group', '--user-group', '--non-unique', '--no-log-init', '--disabled-password', '--disabled-login']
const otherFlags = ['--group', '--quiet', '--force', '--force-badname', '--allow-bad-names', '--badname', '-q']

function accountOptions(withoutValues: readonly string[]): OptionTable {
  const values = [...accountValues, ...longAccountValues, '--root', '--prefix'].filter((name) => !withoutValues.includes(name))
  return { flags: [...accountFlags, ...longAccountFlags, ...otherFlags].filter((name) => !values.includes(name)), values }
}

/** Debian's `adduser`, which is recognized by its options, accepts an existing name with `--system`. */
const debianLenient = ['--system']

export const userCommands: readonly CommandModel[] = [
  {
    names: ['useradd'],
    repairs: { failing: account('id') },
    section: 'users',
    forms: [{ form: 'useradd USER', again: 'exits 9: already exists', safeWhen: 'id USER ||; not needed unless /etc is on a volume' }],
    run: adder({ register: '/etc/passwd', options: accountOptions(['-h']), failure: 9, lenient: [], home: ['-m', '--create-home'] }),
  },
  {
    names: ['adduser'],
    repairs: { failing: account('id') },
    section: 'users',
    forms: [
      {
        form: 'adduser USER, adduser -D USER',
        again: 'fails: already exists',
        safeWhen: 'id USER ||; not needed unless /etc is on a volume',
      },
      { form: 'adduser --system USER', again: 'no change', safeWhen: '' },
    ],
    run: adder({ register: '/etc/passwd', options: accountOptions(['-f']), failure: 1, lenient: debianLenient, home: null }),
  },
  {
    names: ['groupadd'],
    repairs: { failing: account('getent group') },
    section: 'users',
    forms: [{ form: 'groupadd GROUP', again: 'exits 9: already exists', safeWhen: '-f; not needed unless /etc is on a volume' }],
    run: adder({ register: '/etc/group', options: accountOptions(['-f', '-h']), failure: 9, lenient: ['-f', '--force'], home: ['-m'] }),
  },
  {
    names: ['addgroup'],
    repairs: { failing: account('getent group') },
    section: 'users',
    forms: [
      { form: 'addgroup GROUP', again: 'fails: already exists', safeWhen: 'getent group GROUP ||; not needed unless /etc is on a volume' },
    ],
    run: adder({ register: '/etc/group', options: accountOptions(['-f']), failure: 1, lenient: debianLenient, home: ['-m'] }),
  },
  {
    names: ['userdel', 'deluser'],
    section: 'users',
    forms: [{ form: 'userdel USER', again: 'exits 6: no longer exists', safeWhen: 'id USER &&' }],
    run: remover('/etc/passwd', 6),
  },
  {
    names: ['groupdel', 'delgroup'],
    section: 'users',
    forms: [{ form: 'groupdel GROUP', again: 'exits 6: no longer exists', safeWhen: 'getent group GROUP &&' }],
    run: remover('/etc/group', 6),
  },
  {
    names: ['usermod', 'groupmod', 'gpasswd', 'passwd', 'chpasswd', 'chage', 'chsh'],
    section: 'users',
    forms: [{ form: 'usermod -aG GROUP USER, passwd, chpasswd', again: 'no change', safeWhen: '' }],
    run: setter,
  },
  {
    names: ['id'],
    onlyTouchesFiles: true,
    section: 'users',
    forms: [{ form: 'id USER', again: 'no change: tells whether the user exists', safeWhen: '' }],
    run: reading(idOptions, id),
  },
  {
    names: ['getent'],
    // Only these databases are about hosts: `getent passwd USER` contacts no server.
    probe: (args) => (args.some((text) => /^ahosts|^hosts$/.test(text)) ? lookup(args) : undefined),
    section: 'users',
    forms: [{ form: 'getent passwd USER', again: 'no change: tells whether the user exists', safeWhen: '' }],
    run: reading(getentOptions, getent),
  },
]
