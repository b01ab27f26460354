/** keytool: aliases in a keystore, which is a single file. */

import { cleaned } from '../../change/kit.ts'
import { ownBin } from '../../shape/places.ts'
import { concat, derived, empty, keyOf, literal, textOf, type Value } from '../../value/value.ts'
import type { Call, CommandModel, OptionTable } from '../command.ts'
import { FileFacts } from '../kit/facts.ts'
import { type Options, reading } from '../kit/options.ts'
import { writtenPath } from '../kit/reading.ts'
import { contentOf } from './content.ts'

interface Arguments extends Pick<Options, 'has' | 'value'> {
  readonly command: string
}

const commands = [
  ...['-importkeystore', '-genkeypair', '-genkey', '-genseckey', '-import', '-importcert', '-delete', '-list', '-changealias'],
  ...['-export', '-exportcert', '-certreq', '-printcert'],
]

/** Options that take the place of a password: `-storepass:env NAME` names the variable that holds it. */
const passwords = [
  ...['-storepass', '-keypass', '-srcstorepass', '-deststorepass', '-srckeypass', '-destkeypass'],
  ...['-storepass:env', '-storepass:file', '-keypass:env', '-keypass:file', '-srcstorepass:env', '-srcstorepass:file'],
  ...['-deststorepass:env', '-deststorepass:file', '-srckeypass:env', '-srckeypass:file', '-destkeypass:env', '-destkeypass:file'],
]

/** The manual page of keytool. */
const keytoolOptions: OptionTable = {
  style: 'separate',
  flags: [...commands, '-noprompt', '-trustcacerts', '-v', '-rfc', '-cacerts', '-protected', '-srcprotected', '-destprotected'],
  values: [
    ...passwords,
    ...['-alias', '-keystore', '-storetype', '-keyalg', '-keysize', '-groupname', '-validity', '-dname'],
    ...['-ext', '-file', '-srckeystore', '-destkeystore', '-srcalias', '-destalias', '-srcstoretype', '-deststoretype'],
    ...['-sigalg', '-startdate', '-providername', '-providerclass', '-providerpath', '-provider', '-addprovider', '-providerarg'],
    ...['-srcprovidername', '-destprovidername', '-new', '-infile', '-outfile', '-signer', '-signerkeypass', '-sslserver'],
    ...['-id'],
  ],
}

function argumentsOf(options: Options): Arguments {
  const command = commands.find((name) => options.has(name)) ?? ''
  return { command, has: options.has, value: options.value }
}

function storeAt(path: Value | undefined, call: Call): FileFacts {
  const { machine } = call
  return new FileFacts(machine, writtenPath(path ?? literal('/.keystore'), machine), 'keystore')
}

function contentAt(path: Value | undefined, call: Call): Value {
  const { machine } = call
  return path === undefined ? (machine.input ?? empty) : contentOf(path, machine)
}

/** Prefix of an alias's content if it is a key pair: a certificate can be imported over it. */
const pair = 'pair '

function isPair(content: Value | null | undefined): boolean {
  return content !== null && content !== undefined && keyOf(content).startsWith(pair)
}

function importCertificate(call: Call, args: Arguments, store: FileFacts, alias: string): number {
  const answers = textOf(call.machine.input ?? empty) ?? ''
  if (!args.has('-noprompt') && !/^y/i.test(answers)) return call.notFollowed('whether keytool trusts a certificate without -noprompt')
  const certificate = derived('certificate', contentAt(args.value('-file'), call))
  if (isPair(store.look(alias))) store.put(alias, concat(literal(pair), certificate))
  else if (!store.create(alias, certificate)) return 1
  return 0
}

/** keytool asks before it replaces an entry; without an answer it fails (observed with OpenJDK 17). */
function importStore(call: Call, args: Arguments): number {
  const store = storeAt(args.value('-destkeystore', '-keystore'), call)
  const source = args.value('-srckeystore')
  const one = args.value('-destalias', '-srcalias')
  const name = one === undefined ? `all of ${keyOf(source ?? empty)}` : keyOf(one)
  const content = concat(literal(pair), derived('entries', contentAt(source, call)))
  if (args.has('-noprompt')) store.put(name, content)
  else if (!store.create(name, content)) return 1
  return 0
}

function list(call: Call, args: Arguments, store: FileFacts): number {
  if (!args.has('-cacerts') && !store.fileExists) return 1
  const alias = args.value('-alias')
  if (alias !== undefined) {
    if (!store.exists(keyOf(alias))) return 1
    call.machine.print(concat(alias, literal(', entry\n')))
    return 0
  }
  for (const name of store.names()) call.machine.print(literal(`${name}, entry\n`))
  call.machine.print(store.output(literal('list')))
  return 0
}

function keytool(call: Call, options: Options): number {
  const { machine } = call
  const args = argumentsOf(options)
  if (args.command === '-importkeystore') return importStore(call, args)
  const store = storeAt(args.has('-cacerts') ? literal('/the Java cacerts') : args.value('-keystore'), call)
  const alias = keyOf(args.value('-alias') ?? literal('mykey'))
  switch (args.command) {
    case '-genkeypair':
    case '-genkey':
    case '-genseckey':
      return store.create(alias, concat(literal(pair), machine.volatile('a generated key'))) ? 0 : 1
    case '-import':
    case '-importcert':
      return importCertificate(call, args, store, alias)
    case '-delete':
      return store.destroy(alias) ? 0 : 1
    case '-list':
      return list(call, args, store)
    case '-changealias': {
      const to = keyOf(args.value('-destalias') ?? empty)
      if (!store.need(alias) || !store.create(to, store.look(alias) ?? empty)) return 1
      store.remove(alias)
      return 0
    }
    case '-export':
    case '-exportcert':
    case '-certreq':
      if (!store.need(alias)) return 1
      writeOut(call, args, derived(args.command, store.look(alias) ?? store.output(literal(alias))))
      return 0
    case '-printcert':
      machine.print(derived('certificate in words', contentAt(args.value('-file'), call)))
      return 0
    default:
      return call.notFollowed(`what keytool ${args.command} does`)
  }
}

function writeOut(call: Call, args: Arguments, content: Value): void {
  const { machine } = call
  const file = args.value('-file')
  if (file === undefined) machine.print(content)
  else machine.write(writtenPath(file, machine), { kind: 'file', content })
}

export const keystoreCommands: readonly CommandModel[] = [
  {
    names: ['keytool'],
    repairs: { failing: cleaned, interrupted: cleaned },
    places: ownBin,
    section: 'keys',
    forms: [
      { form: 'keytool -genkeypair -alias A', again: 'fails: the alias already exists', safeWhen: 'keytool -list -alias A ||' },
      { form: 'keytool -importcert -noprompt -alias A', again: 'fails: the alias already exists', safeWhen: 'rm -f KEYSTORE first' },
      { form: 'keytool -importkeystore', again: 'fails: asks whether to overwrite', safeWhen: '-noprompt' },
      { form: 'keytool -delete -alias A', again: 'fails: the alias no longer exists', safeWhen: '|| true' },
      { form: 'keytool -list, -exportcert, -certreq', again: 'no change', safeWhen: '' },
    ],
    run: reading(keytoolOptions, keytool),
  },
]
