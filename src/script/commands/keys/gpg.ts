import { concat, derived, empty, keyOf, literal, textOf, type Value } from '../../value/value.ts'
import type { Call, CommandModel, OptionTable } from '../command.ts'
import { FileFacts } from '../kit/facts.ts'
import { type Options, reading } from '../kit/options.ts'
import { writtenPath } from '../kit/reading.ts'
import { contentOf } from './content.ts'

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

const quick = ['--quick-gen-key', '--quick-generate-key']
const batch = ['--gen-key', '--generate-key', '--full-gen-key', '--full-generate-key']

/** The users that a parameter file names (GnuPG manual, "Unattended key generation"). */
const userOfParameters = /^[ \t]*Name-(?:Real|Email):[ \t]*(.*\S)[ \t]*$/gim

/** `gpg -d FILE`, `gpg --dearmor`, `gpg --import FILE`, `gpg --quick-gen-key USER`. */
function gpg(call: Call, { value, has, operands }: Options): number {
  const { machine } = call
  const makesKey = has(...quick, ...batch)
  const home = value('--homedir') ?? machine.variable('GNUPGHOME')
  const lists = has('-k', '-K', '--list-keys', '--list-secret-keys')
  if (makesKey || lists) {
    if (home === undefined) return call.notFollowed('where gpg keeps its keys')
    const ring = new FileFacts(machine, writtenPath(concat(home, literal('/pubring.kbx')), machine), 'keyring')
    if (has(...batch)) return makeFrom(operands[0], ring, call)
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
  const path = writtenPath(out, machine)
  const node = machine.suppose(path, { kind: 'absent' })
  if (node.kind !== 'absent' && !has('--yes')) return 2
  machine.write(path, { kind: 'file', content })
  return 0
}

/** `gpg --batch --gen-key FILE`: unlike `--quick-gen-key`, it makes another key for the same user. */
function makeFrom(file: Value | undefined, ring: FileFacts, call: Call): number {
  const { machine } = call
  const text = textOf(file === undefined ? (machine.input ?? empty) : contentOf(file, machine))
  const users = [...(text ?? '').matchAll(userOfParameters)].map(([, user = '']) => user)
  if (users.length === 0) return call.notFollowed('which key gpg makes')
  for (const user of users) ring.append(user, machine.volatile('a key of gpg'))
  return 0
}

export const gpgCommand: CommandModel = {
  names: ['gpg', 'gpg2'],
  section: 'keys',
  forms: [
    { form: 'gpg --quick-gen-key USER', again: 'exits 2: the key already exists', safeWhen: 'gpg --list-keys USER ||' },
    { form: 'gpg --batch --gen-key FILE', again: 'makes another key for the same user', safeWhen: 'gpg --list-keys USER ||' },
    { form: 'gpg -o FILE', again: 'exits 2: the file already exists', safeWhen: '--yes' },
  ],
  run: reading(gpgOptions, gpg),
}
