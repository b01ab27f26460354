/** openssl, ssh-keygen, gpg, htpasswd: keys that are new each time, and files that are not overwritten without an explicit option. */

import type { Machine } from '../../machine/machine.ts'
import { concat, derived, empty, keyOf, literal, textOf, type Value } from '../../value/value.ts'
import type { Call, CommandModel } from '../command.ts'
import { FileFacts } from '../kit/facts.ts'
import { readOptions } from '../kit/options.ts'
import { readServiceOptions, type ServiceOptions } from '../kit/service.ts'

/** What an openssl subcommand writes: something new each time, something derived from its input, or nothing. */
type Product = 'new' | 'derived' | 'nothing'

const products: ReadonlyMap<string, Product> = new Map<string, Product>([
  ...['genrsa', 'genpkey', 'gendsa', 'dhparam', 'rand'].map((name) => [name, 'new'] as const),
  ...['pkcs12', 'rsa', 'pkey', 'ec', 'dsa', 'pkcs8', 'pkcs7', 'crl', 'crl2pkcs7', 'base64', 'dgst', 'enc'].map(
    (name) => [name, 'derived'] as const,
  ),
  ...['md5', 'sha1', 'sha256', 'sha512', 'rsautl', 'asn1parse', 'passwd', 'x509'].map((name) => [name, 'derived'] as const),
  ...['version', 's_client', 'verify', 'ciphers', 'speed', 'list', 'errstr'].map((name) => [name, 'nothing'] as const),
])

const opensslValues = [
  ...['-in', '-out', '-key', '-keyout', '-subj', '-days', '-config', '-extensions', '-extfile', '-CA', '-CAkey', '-CAserial', '-inkey'],
  ...['-certfile', '-name', '-passin', '-passout', '-pass', '-password', '-newkey', '-set_serial', '-addext', '-reqexts', '-algorithm'],
  ...['-pkeyopt', '-paramfile', '-inform', '-outform', '-keyform', '-rand', '-salt', '-k', '-K', '-iv', '-md', '-checkend', '-caname'],
  ...['-nameopt', '-CAfile', '-CApath', '-signkey', '-section', '-copy_extensions', '-connect', '-servername', '-kfile', '-iter'],
]

function openssl(call: Call): number {
  const [first, ...rest] = call.arguments
  const name = textOf(first ?? empty) ?? ''
  const options = readServiceOptions(rest, { values: opensslValues })
  const product = productOf(name, call)
  if (product === undefined) return call.notFollowed(`what openssl ${name} does`)
  if (product === 'nothing') {
    call.fallible()
    call.machine.print([{ id: `openssl ${name}` }])
    return 0
  }
  if (call.arguments.some((word) => textOf(word) === '-checkend')) return call.notFollowed('whether a certificate expires soon')
  return makeKeys(name, product, options, call)
}

function productOf(name: string, call: Call): Product | undefined {
  const has = (flag: string) => call.arguments.some((word) => textOf(word) === flag)
  if (name === 'req') return has('-x509') || has('-newkey') || has('-new') ? 'new' : 'derived'
  if (name === 'ecparam') return has('-genkey') ? 'new' : 'derived'
  // A certificate gets a random serial number; that alone is not worth reporting if the keys are the same.
  return products.get(name)
}

function makeKeys(name: string, product: Product, { given }: ServiceOptions, call: Call): number {
  const { machine } = call
  const inputs = ['-in', '-key', '-inkey', '-CA', '-CAkey', '-certfile', '-signkey'].flatMap((option) => {
    const path = given.get(option)
    return path === undefined ? [] : [contentOf(path, machine)]
  })
  const hasKey = given.has('-key') || given.has('-in')
  const from = inputs.length === 0 && machine.input !== undefined ? [machine.input] : inputs
  // A request or certificate created from an existing key means the same each time.
  const isNew = product === 'new' && !(name === 'req' && hasKey)
  const how = concat(literal(`openssl ${name}`), ...call.arguments.map((word) => concat(literal(' '), word)))
  const made = isNew ? machine.volatile(`openssl ${name}`) : derived('openssl', how, ...from)
  const out = given.get('-out')
  // The header of a PEM file: `[ -s FILE ]` succeeds from here on.
  const content = name === 'rand' || out === undefined ? made : concat(literal('-----BEGIN '), made)
  const keyFile = name === 'req' && !given.has('-key') ? given.get('-keyout') : undefined
  const [firstPath, secondPath] = [keyFile, out]
    .filter((path) => path !== undefined)
    .map((path) => machine.resolveWhole(machine.path(path)))
  if (firstPath === undefined) {
    machine.print(concat(content, literal('\n')))
    return 0
  }
  const write = (path: string, value: Value) => machine.write(path, { kind: 'file', content: value })
  call.partials(() => write(firstPath, empty), ...(secondPath === undefined ? [] : [() => write(firstPath, content)]))
  write(firstPath, content)
  if (secondPath !== undefined) write(secondPath, concat(literal('-----BEGIN '), derived('certificate of', content)))
  return 0
}

function contentOf(path: Value, machine: Machine): Value {
  const node = machine.suppose(machine.resolveWhole(machine.path(path)), { kind: 'file', content: [{ id: `file ${keyOf(path)}` }] })
  return node.kind === 'file' ? node.content : empty
}

/** Whether standard input answers a prompt with yes; undefined if it is unknown. */
function answersYes(input: Value | undefined): boolean | undefined {
  if (input === undefined) return false
  const text = textOf(input)
  return text === undefined ? undefined : /^\s*y/i.test(text)
}

function sshKeygen(call: Call): number {
  const { machine } = call
  const options = readOptions(call, {
    flags: ['-q', '-A', '-y', '-l', '-B', '-v', '-e', '-i', '-p', '-o'],
    values: ['-f', '-N', '-t', '-b', '-C', '-m', '-R', '-F', '-P', '-E', '-a', '-O', '-s', '-I', '-n', '-V'],
  })
  if (options.has('-s', '-p', '-R')) return call.notFollowed('what this ssh-keygen command changes')
  if (options.has('-y', '-l', '-B', '-e', '-i', '-F')) {
    machine.print(derived('ssh-keygen', contentOf(options.value('-f') ?? literal('/etc/ssh'), machine)))
    return 0
  }
  if (options.has('-A')) return hostKeys(concat(options.value('-f') ?? empty, literal('/etc/ssh')), machine)
  const file = options.value('-f')
  if (file === undefined) return call.notFollowed('where ssh-keygen puts its key')
  const path = machine.resolveWhole(machine.path(file))
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
function hostKeys(folder: Value, machine: Machine): number {
  for (const kind of ['rsa', 'ecdsa', 'ed25519']) {
    const path = machine.resolveWhole(machine.path(concat(folder, literal(`/ssh_host_${kind}_key`))))
    if (machine.node(path, 'absent').kind === 'absent')
      machine.write(path, { kind: 'file', content: machine.volatile(`an SSH host key, ${kind}`) })
  }
  return 0
}

function htpasswd(call: Call): number {
  const { machine } = call
  const options = readOptions(call, {
    flags: ['-c', '-b', '-i', '-n', '-B', '-m', '-d', '-s', '-p', '-D', '-v', '-2', '-5'],
    values: ['-C', '-r'],
  })
  // The salt is new each time, which makes no difference to users.
  const line = derived('htpasswd', ...options.operands, machine.input ?? empty)
  if (options.has('-n')) {
    machine.print(concat(options.operands[0] ?? empty, literal(':'), line, literal('\n')))
    return 0
  }
  const [file, user] = options.operands
  if (file === undefined || user === undefined) return 2
  if (options.has('-v')) return call.notFollowed('whether a password is correct')
  const path = machine.resolveWhole(machine.path(file))
  if (options.has('-c')) machine.write(path, { kind: 'file', content: empty })
  const facts = new FileFacts(machine, path, 'htpasswd')
  if (!facts.fileExists) return 1
  if (options.has('-D')) facts.remove(keyOf(user))
  else facts.put(keyOf(user), line)
  return 0
}

function gpg(call: Call): number {
  const { machine } = call
  const values = ['-o', '--output', '--passphrase', '--homedir', '-r', '--recipient', '-u', '--keyserver', '--recv-keys', '--keyring']
  const flags = [
    '--batch',
    '--yes',
    '--no-tty',
    '-q',
    '--quiet',
    '--armor',
    '-a',
    '--decrypt',
    '-d',
    '--import',
    '--dearmor',
    '--no-default-keyring',
  ]
  const { given, operands } = readServiceOptions(call.arguments, { values, flags })
  const makesKey = call.arguments.some((word) => /^--(quick-|full-)?(gen|generate)-key$/.test(textOf(word) ?? ''))
  const home = given.get('--homedir') ?? machine.shell.variables.get('GNUPGHOME')
  const lists = call.arguments.some((word) => /^(-k|--list-(secret-)?keys)$/.test(textOf(word) ?? ''))
  if (makesKey || lists) {
    if (home === undefined) return call.notFollowed('where gpg keeps its keys')
    const ring = new FileFacts(machine, machine.resolveWhole(machine.path(concat(home, literal('/pubring.kbx')))), 'keyring')
    const user = keyOf(operands[0] ?? empty)
    if (lists) return operands.length === 0 || ring.exists(user) ? 0 : 2
    return ring.create(user, machine.volatile('a key of gpg')) ? 0 : 2
  }
  const out = given.get('-o') ?? given.get('--output')
  if (given.has('--recv-keys') || given.has('--keyserver')) call.fallible()
  const content = derived('gpg', ...operands.map((path) => contentOf(path, machine)), machine.input ?? empty)
  if (out === undefined) {
    machine.print(content)
    return 0
  }
  const path = machine.resolveWhole(machine.path(out))
  const node = machine.suppose(path, { kind: 'absent' })
  if (node.kind !== 'absent' && !given.has('--yes')) return 2
  machine.write(path, { kind: 'file', content })
  return 0
}

export const keyCommands: readonly CommandModel[] = [
  {
    names: ['openssl'],
    section: 'keys',
    forms: [
      { form: 'openssl genrsa, req -newkey, rand -out FILE', again: 'replaces the key with a new one', safeWhen: '[ -s LAST_FILE ] ||' },
      { form: 'openssl req -key, x509, pkcs12, rsa -out FILE', again: 'no change except salts and serial numbers', safeWhen: '' },
    ],
    run: openssl,
  },
  {
    names: ['ssh-keygen'],
    section: 'keys',
    forms: [
      { form: "ssh-keygen -N '' -f FILE", again: 'fails: asks whether to overwrite', safeWhen: '[ -f FILE ] ||' },
      { form: "yes | ssh-keygen -N '' -f FILE", again: 'replaces the key with a new one', safeWhen: '[ -f FILE ] ||' },
      { form: 'ssh-keygen -A', again: 'no change', safeWhen: '' },
    ],
    run: sshKeygen,
  },
  {
    names: ['htpasswd'],
    section: 'keys',
    forms: [{ form: 'htpasswd -bc FILE USER PASSWORD', again: 'no change except the salt', safeWhen: '' }],
    run: htpasswd,
  },
  {
    names: ['gpg', 'gpg2'],
    section: 'keys',
    forms: [
      { form: 'gpg --quick-gen-key USER', again: 'exits 2: the key already exists', safeWhen: 'gpg --list-keys USER ||' },
      { form: 'gpg -o FILE', again: 'exits 2: the file already exists', safeWhen: '--yes' },
    ],
    run: gpg,
  },
  {
    names: ['update-ca-certificates', 'update-ca-trust', 'c_rehash', 'trust'],
    section: 'keys',
    forms: [{ form: 'update-ca-certificates', again: 'no change', safeWhen: '' }],
    run: () => 0,
  },
]
