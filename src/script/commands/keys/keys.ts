/** openssl, ssh-keygen, gpg, htpasswd: keys that are new each time, and files that are not overwritten without an explicit option. */

import type { Machine } from '../../machine/machine.ts'
import { concat, derived, empty, keyOf, literal, textOf, type Value } from '../../value/value.ts'
import type { Call, CommandModel, OptionTable } from '../command.ts'
import { FileFacts } from '../kit/facts.ts'
import { type Options, reading } from '../kit/options.ts'

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

/** openssl(1) and the pages of the subcommands above. */
const opensslOptions: OptionTable = {
  style: 'words',
  values: [
    ...['-in', '-out', '-key', '-keyout', '-subj', '-days', '-config', '-extensions', '-extfile', '-CA', '-CAkey', '-CAserial', '-inkey'],
    ...['-certfile', '-name', '-passin', '-passout', '-pass', '-password', '-newkey', '-set_serial', '-addext', '-reqexts', '-algorithm'],
    ...['-pkeyopt', '-paramfile', '-inform', '-outform', '-keyform', '-rand', '-k', '-K', '-iv', '-md', '-checkend', '-caname', '-sigopt'],
    ...[
      '-nameopt',
      '-CAfile',
      '-CApath',
      '-signkey',
      '-section',
      '-copy_extensions',
      '-connect',
      '-servername',
      '-kfile',
      '-iter',
      '-host',
    ],
    ...['-param_enc', '-conv_form', '-v2', '-v1', '-v2prf', '-keypbe', '-certpbe', '-macalg', '-LMK', '-CSP', '-hmac', '-mac', '-macopt'],
    ...['-signature', '-sign', '-prverify', '-starttls', '-alpn', '-port', '-cert', '-CRLfile', '-untrusted', '-purpose', '-verify_depth'],
    ...[
      '-verify_hostname',
      '-verify_ip',
      '-trusted',
      '-proxy',
      '-ext',
      '-certopt',
      '-force_pubkey',
      '-not_before',
      '-not_after',
      '-provider',
    ],
    ...['-provider-path', '-propquery', '-engine', '-cipher', '-ciphersuites', '-length', '-offset', '-strparse', '-xofflen', '-bufsize'],
  ],
  flags: [
    ...[
      '-x509',
      '-new',
      '-nodes',
      '-noenc',
      '-noout',
      '-text',
      '-batch',
      '-utf8',
      '-multivalue-rdn',
      '-newhdr',
      '-verbose',
      '-verify',
      '-x509_strict',
    ],
    ...[
      '-export',
      '-nokeys',
      '-nocerts',
      '-clcerts',
      '-cacerts',
      '-chain',
      '-legacy',
      '-nomac',
      '-nomaciter',
      '-noiter',
      '-maciter',
      '-info',
    ],
    ...[
      '-pubout',
      '-pubin',
      '-traditional',
      '-topk8',
      '-nocrypt',
      '-check',
      '-modulus',
      '-text_pub',
      '-RSAPublicKey_in',
      '-RSAPublicKey_out',
    ],
    ...['-hex', '-base64', '-d', '-e', '-a', '-A', '-pbkdf2', '-salt', '-nosalt', '-nopad', '-p', '-P', '-binary', '-r', '-c', '-quiet'],
    ...[
      '-req',
      '-CAcreateserial',
      '-genkey',
      '-genparam',
      '-fingerprint',
      '-subject',
      '-issuer',
      '-dates',
      '-enddate',
      '-startdate',
      '-serial',
    ],
    ...[
      '-hash',
      '-subject_hash',
      '-issuer_hash',
      '-subject_hash_old',
      '-pubkey',
      '-ocsp_uri',
      '-email',
      '-clrext',
      '-print_certs',
      '-print',
    ],
    ...[
      '-sha1',
      '-sha224',
      '-sha256',
      '-sha384',
      '-sha512',
      '-md5',
      '-des',
      '-des3',
      '-aes128',
      '-aes192',
      '-aes256',
      '-aes-256-cbc',
      '-aes-128-cbc',
    ],
    ...['-aes-256-gcm', '-aes-256-ctr', '-aria256', '-camellia256', '-2', '-3', '-5', '-6', '-1', '-apr1', '-stdin', '-noverify', '-crypt'],
    ...[
      '-showcerts',
      '-brief',
      '-ign_eof',
      '-no_ign_eof',
      '-verify_return_error',
      '-verify_quiet',
      '-tls1_2',
      '-tls1_3',
      '-crlf',
      '-prexit',
    ],
    ...[
      '-issuer_checks',
      '-crl_check',
      '-partial_chain',
      '-no-CApath',
      '-no-CAfile',
      '-nameopts',
      '-encrypt',
      '-decrypt',
      '-pkcs',
      '-oaep',
    ],
    ...['-list_curves', '-no_public', '-F4', '-f4', '-dsaparam', '-noservername', '-strict', '-trusted_first', '-sha3-256', '-sha3-512'],
  ],
}

/** openssl takes the options of a subcommand after its name. */
function openssl(call: Call, options: Options): number {
  const [first] = options.operands
  const name = textOf(first ?? empty) ?? ''
  const product = productOf(name, options)
  if (product === undefined) return call.notFollowed(`what openssl ${name} does`)
  if (product === 'nothing') {
    call.fallible()
    call.machine.print([{ id: `openssl ${name}` }])
    return 0
  }
  if (options.has('-checkend')) return call.notFollowed('whether a certificate expires soon')
  return makeKeys(name, product, options, call)
}

function productOf(name: string, { has }: Options): Product | undefined {
  if (name === 'req') return has('-x509', '-newkey', '-new') ? 'new' : 'derived'
  if (name === 'ecparam') return has('-genkey') ? 'new' : 'derived'
  // A certificate gets a random serial number; that alone is not worth reporting if the keys are the same.
  return products.get(name)
}

function makeKeys(name: string, product: Product, { value, has }: Options, call: Call): number {
  const { machine } = call
  const inputs = ['-in', '-key', '-inkey', '-CA', '-CAkey', '-certfile', '-signkey'].flatMap((option) => {
    const path = value(option)
    return path === undefined ? [] : [contentOf(path, machine)]
  })
  const hasKey = has('-key', '-in')
  const from = inputs.length === 0 && machine.input !== undefined ? [machine.input] : inputs
  // A request or certificate created from an existing key means the same each time.
  const isNew = product === 'new' && !(name === 'req' && hasKey)
  const how = concat(literal(`openssl ${name}`), ...call.arguments.map((word) => concat(literal(' '), word)))
  const made = isNew ? machine.volatile(`openssl ${name}`) : derived('openssl', how, ...from)
  const out = value('-out')
  // The header of a PEM file: `[ -s FILE ]` succeeds from here on.
  const content = name === 'rand' || out === undefined ? made : concat(literal('-----BEGIN '), made)
  const keyFile = name === 'req' && !has('-key') ? value('-keyout') : undefined
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
  const path = machine.resolveWhole(machine.path(file))
  if (options.has('-c')) machine.write(path, { kind: 'file', content: empty })
  const facts = new FileFacts(machine, path, 'htpasswd')
  if (!facts.fileExists) return 1
  if (options.has('-D')) facts.remove(keyOf(user))
  else facts.put(keyOf(user), line)
  return 0
}

/** gpg(1), "COMMANDS" and "OPTIONS". */
const gpgOptions: OptionTable = {
  values: [
    ...['-o', '--output', '--passphrase', '--passphrase-file', '--passphrase-fd', '--homedir', '-r', '--recipient', '-u', '--local-user'],
    ...['--keyserver', '--keyring', '--trust-model', '--pinentry-mode', '--cipher-algo', '--digest-algo', '--status-fd', '--logger-fd'],
    ...['--keyserver-options', '--recipient-file', '-f', '--default-key', '--compress-algo', '-z', '--s2k-mode', '--s2k-digest-algo'],
    ...['--s2k-cipher-algo', '--s2k-count', '--command-fd', '--no-permission-warning-for', '--export-options', '--import-options'],
    ...['--auto-key-locate', '--with-key-data-of', '--options', '--primary-keyring', '--secret-keyring', '--verify-options', '-F'],
  ],
  flags: [
    ...['--batch', '--yes', '--no-tty', '-q', '--quiet', '--armor', '-a', '--decrypt', '-d', '--import', '--dearmor', '--enarmor'],
    ...[
      '--no-default-keyring',
      '-e',
      '--encrypt',
      '-c',
      '--symmetric',
      '-s',
      '--sign',
      '-b',
      '--detach-sign',
      '--clear-sign',
      '--clearsign',
    ],
    ...['--verify', '-k', '--list-keys', '--list-secret-keys', '-K', '--export', '--export-secret-keys', '-v', '--verbose', '--no-verbose'],
    ...['--recv-keys', '--receive-keys', '--quick-gen-key', '--quick-generate-key', '--full-gen-key', '--full-generate-key', '--gen-key'],
    ...['--generate-key', '--always-trust', '--with-colons', '--fingerprint', '--ignore-time-conflict', '--no-secmem-warning', '-t'],
    ...['--no-permission-warning', '--no-options', '--textmode', '--no-symkey-cache', '--import-ownertrust', '--no-auto-check-trustdb'],
    ...['--no-keyring', '--show-keys', '--with-fingerprint', '--keyid-format-long', '--version', '--no', '--no-armor', '--no-autostart'],
  ],
}

const generating = ['--gen-key', '--generate-key', '--quick-gen-key', '--quick-generate-key', '--full-gen-key', '--full-generate-key']

/** `gpg -d FILE`, `gpg --dearmor`, `gpg --import FILE`, `gpg --quick-gen-key USER`. */
function gpg(call: Call, { value, has, operands }: Options): number {
  const { machine } = call
  const makesKey = has(...generating)
  const home = value('--homedir') ?? machine.shell.variables.get('GNUPGHOME')
  const lists = has('-k', '-K', '--list-keys', '--list-secret-keys')
  if (makesKey || lists) {
    if (home === undefined) return call.notFollowed('where gpg keeps its keys')
    const ring = new FileFacts(machine, machine.resolveWhole(machine.path(concat(home, literal('/pubring.kbx')))), 'keyring')
    const user = keyOf(operands[0] ?? empty)
    if (lists) return operands.length === 0 || ring.exists(user) ? 0 : 2
    return ring.create(user, machine.volatile('a key of gpg')) ? 0 : 2
  }
  const out = value('-o', '--output')
  if (has('--recv-keys', '--receive-keys', '--keyserver')) call.fallible()
  const content = derived('gpg', ...operands.map((path) => contentOf(path, machine)), machine.input ?? empty)
  if (out === undefined) {
    machine.print(content)
    return 0
  }
  const path = machine.resolveWhole(machine.path(out))
  const node = machine.suppose(path, { kind: 'absent' })
  if (node.kind !== 'absent' && !has('--yes')) return 2
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
    run: reading(opensslOptions, openssl),
  },
  {
    names: ['ssh-keygen'],
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
  {
    names: ['gpg', 'gpg2'],
    section: 'keys',
    forms: [
      { form: 'gpg --quick-gen-key USER', again: 'exits 2: the key already exists', safeWhen: 'gpg --list-keys USER ||' },
      { form: 'gpg -o FILE', again: 'exits 2: the file already exists', safeWhen: '--yes' },
    ],
    run: reading(gpgOptions, gpg),
  },
  {
    names: ['update-ca-certificates', 'update-ca-trust', 'c_rehash', 'trust'],
    section: 'keys',
    forms: [{ form: 'update-ca-certificates', again: 'no change', safeWhen: '' }],
    run: () => 0,
  },
]
