/** ssh-keygen, htpasswd and the stores of certificates: keys that are new each time, and files that are not overwritten without an explicit option. */

import { cleaned, first, guardedBy } from '../../change/kit.ts'
import type { CommandMachine } from '../../machine/command-machine.ts'
import { concat, derived, empty, keyOf, literal, textOf, type Value } from '../../value/value.ts'
import type { Call, CommandModel, OptionTable } from '../command.ts'
import { FileFacts } from '../kit/facts.ts'
import { type Options, reading } from '../kit/options.ts'
import { writtenPath } from '../kit/reading.ts'
import { contentOf } from './content.ts'
import { gpgCommand } from './gpg.ts'
import { opensslCommand } from './openssl.ts'

/** Whether standard input answers a prompt with yes; undefined if it is unknown. */
function answersYes(input: Value | undefined): boolean | undefined {
  if (input === undefined) return false
  const text = textOf(input)
  return text === undefined ? undefined : /^\s*y/i.test(text)
}

const sshKeygenOptions: OptionTable = {
  flags: ['-q', '-A', '-y', '-l', '-B', '-v', '-e', '-i', '-p', '-o'],
  values: ['-f', '-N', '-t', '-b', '-C', '-m', '-R', '-F', '-P', '-E', '-a', '-O', '-s', '-I', '-n', '-V'],
}

function sshKeygen(call: Call, options: Options): number {
  const { machine } = call
  if (options.has('-s', '-p', '-R')) return call.notFollowed('what this ssh-keygen command changes')
  if (options.has('-y', '-l', '-B', '-e', '-i', '-F')) {
    machine.print(derived('ssh-keygen', contentOf(options.value('-f') ?? literal('/etc/ssh'), machine)))
    return 0
  }
  if (options.has('-A')) return hostKeys(concat(options.value('-f') ?? empty, literal('/etc/ssh')), machine)
  const file = options.value('-f')
  if (file === undefined) return call.notFollowed('where ssh-keygen puts its key')
  const path = writtenPath(file, machine)
  const node = machine.suppose(path, { kind: 'absent' })
  if (node.kind !== 'absent') {
    const yes = answersYes(machine.input)
    if (yes === undefined) return call.notFollowed('the answer to the prompt of ssh-keygen')
    if (!yes) return 1
  }
  const key = concat(literal('-----BEGIN '), machine.volatile('an SSH key'))
  const write = (name: string, content: Value) => machine.write(name, { kind: 'file', content })
  call.partials(() => write(path, key))
  write(path, key)
  write(`${path}.pub`, concat(literal('ssh-'), derived('public half', key)))
  return 0
}

/** `ssh-keygen -A` creates the missing host keys. */
function hostKeys(folder: Value, machine: CommandMachine): number {
  for (const kind of ['rsa', 'ecdsa', 'ed25519']) {
    const path = writtenPath(concat(folder, literal(`/ssh_host_${kind}_key`)), machine)
    if (machine.node(path, 'absent').kind === 'absent')
      machine.write(path, { kind: 'file', content: machine.volatile(`an SSH host key, ${kind}`) })
  }
  return 0
}

const htpasswdOptions: OptionTable = {
  flags: ['-c', '-b', '-i', '-n', '-B', '-m', '-d', '-s', '-p', '-D', '-v', '-2', '-5'],
  values: ['-C', '-r'],
}

function htpasswd(call: Call, options: Options): number {
  const { machine } = call
  // The salt is new each time, which makes no difference to users.
  const line = derived('htpasswd', ...options.operands, machine.input ?? empty)
  if (options.has('-n')) {
    machine.print(concat(options.operands[0] ?? empty, literal(':'), line, literal('\n')))
    return 0
  }
  const [file, user] = options.operands
  if (file === undefined || user === undefined) return 2
  if (options.has('-v')) return call.notFollowed('whether a password is correct')
  const path = writtenPath(file, machine)
  if (options.has('-c')) machine.write(path, { kind: 'file', content: empty })
  const facts = new FileFacts(machine, path, 'htpasswd')
  if (!facts.fileExists) return 1
  if (options.has('-D')) facts.remove(keyOf(user))
  else facts.put(keyOf(user), line)
  return 0
}

/** update-ca-certificates(8) and update-ca-trust(8), without the options that choose another directory. */
const storeOptions: OptionTable = { flags: ['-f', '--fresh', '-v', '--verbose', '-h', '--help', '--default'] }

export const keyCommands: readonly CommandModel[] = [
  opensslCommand,
  {
    names: ['ssh-keygen'],
    repairs: { failing: first(guardedBy('-s'), cleaned), interrupted: cleaned },
    section: 'keys',
    forms: [
      { form: "ssh-keygen -N '' -f FILE", again: 'fails: asks whether to overwrite', safeWhen: '[ -f FILE ] ||' },
      { form: "yes | ssh-keygen -N '' -f FILE", again: 'replaces the key with a new one', safeWhen: '[ -f FILE ] ||' },
      { form: 'ssh-keygen -A', again: 'no change', safeWhen: '' },
    ],
    run: reading(sshKeygenOptions, sshKeygen),
  },
  {
    names: ['htpasswd'],
    section: 'keys',
    forms: [{ form: 'htpasswd -bc FILE USER PASSWORD', again: 'no change except the salt', safeWhen: '' }],
    run: reading(htpasswdOptions, htpasswd),
  },
  gpgCommand,
  {
    names: ['update-ca-certificates', 'update-ca-trust', 'c_rehash', 'trust'],
    section: 'keys',
    forms: [{ form: 'update-ca-certificates', again: 'no change', safeWhen: '' }],
    run: reading(storeOptions, (call, { operands }) => (operands.length === 0 ? 0 : call.notFollowed(`which files ${call.name} writes`))),
  },
]
