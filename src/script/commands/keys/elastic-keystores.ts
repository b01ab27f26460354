/** elasticsearch-keystore and opensearch-keystore: secure settings in a file of the configuration directory. */

import { guardedBy, type Repairs, renamed } from '../../change/kit.ts'
import type { CommandMachine } from '../../machine/command-machine.ts'
import { givenFile, nameOf } from '../../machine/file-system.ts'
import { ownBin } from '../../shape/places.ts'
import { concat, derived, empty, keyOf, literal, textOf, type Value } from '../../value/value.ts'
import type { Call, CommandModel, OptionTable } from '../command.ts'
import { FileFacts } from '../kit/facts.ts'
import { type Options, reading } from '../kit/options.ts'
import { writtenPath } from '../kit/reading.ts'
import { contentOf } from './content.ts'

/** The reference page of elasticsearch-keystore, and `-E KEY=VALUE` of all Elasticsearch tools. */
const keystoreOptions: OptionTable = {
  flags: ['-f', '--force', '-x', '--stdin', '-p', '--password', '-s', '--silent', '-v', '--verbose'],
  values: ['-E', '-o'],
}

/** Exit statuses: DATA_ERROR and CONFIG of libs/cli ExitCodes (sysexits.h). */
const [noKeystore, noSetting] = [65, 78]

/** The path of the keystore: in $ES_PATH_CONF, or where the image has its configuration. */
function pathOf(name: string, machine: CommandMachine): string {
  const product = name.startsWith('opensearch') ? 'opensearch' : 'elasticsearch'
  const folder = machine.variable(product === 'opensearch' ? 'OPENSEARCH_PATH_CONF' : 'ES_PATH_CONF')
  const usual = literal(`/usr/share/${product}/config`)
  return writtenPath(concat(folder === undefined || folder.length === 0 ? usual : folder, literal(`/${product}.keystore`)), machine)
}

/**
 * The answer to a prompt on standard input. Without input, the tool throws an exception and exits 1 (libs/cli Terminal, readText), as it
 * does if no line is an answer.
 */
function answer(input: Value | undefined): 'yes' | 'no' | 'none' | undefined {
  const text = textOf(input ?? empty)
  if (text === undefined) return undefined
  const line = text.split('\n').find((found, index, lines) => /^[yn]?$/i.test(found) && (found !== '' || index < lines.length - 1))
  return line === undefined ? 'none' : /^y/i.test(line) ? 'yes' : 'no'
}

function keystore(call: Call, options: Options): number {
  const { machine } = call
  const [verb, ...names] = options.operands
  const path = pathOf(nameOf(call.name), machine)
  const store = new FileFacts(machine, path, 'elastic keystore')
  switch (textOf(verb ?? empty)) {
    case 'create': {
      if (options.has('-p', '--password')) return call.notFollowed('the password that is asked for')
      if (!store.fileExists) {
        store.touch()
        return 0
      }
      const said = answer(machine.input)
      if (said === undefined) return call.notFollowed(`the answer to the prompt of ${call.name}`)
      if (said === 'yes') machine.write(path, { kind: 'file', content: empty })
      return said === 'none' ? 1 : 0
    }
    case 'add':
      return add(
        call,
        store,
        path,
        names.map((name) => [name, derived('a setting', machine.input ?? empty)] as const),
        options,
      )
    case 'add-file': {
      const pairs = names.flatMap((name, index) =>
        index % 2 === 0 ? [[name, contentOf(names[index + 1] ?? empty, machine)] as const] : [],
      )
      return add(call, store, path, pairs, options)
    }
    case 'list':
    case 'show':
      if (!exists(path, machine)) return noKeystore
      for (const name of store.names()) machine.print(literal(`${name}\n`))
      machine.print(store.output(concat(literal('show '), ...names)))
      return 0
    case 'remove':
      if (!exists(path, machine)) return noKeystore
      return names.every((name) => store.destroy(keyOf(name))) ? 0 : noSetting
    case 'upgrade':
      return exists(path, machine) ? 0 : noKeystore
    default:
      return call.notFollowed(`what this ${call.name} command does`)
  }
}

/** Whether the keystore exists: a command that needs it is assumed to find it. */
function exists(path: string, machine: CommandMachine): boolean {
  return (machine.files.look(path) ?? machine.suppose(path, givenFile(path))).kind === 'file'
}

/** Without -f, the tool asks before it creates the keystore or replaces a setting; the input is the value, not an answer. */
function add(call: Call, store: FileFacts, path: string, settings: readonly (readonly [Value, Value])[], options: Options): number {
  const isForced = options.has('-f', '--force')
  if (isForced) store.touch()
  else if (!exists(path, call.machine)) return 1
  for (const [name, value] of settings) {
    if (isForced) store.put(keyOf(name), value)
    else if (!store.create(keyOf(name), value)) return 1
  }
  return 0
}

/** Settings are replaced with -f; a keystore is only created if there is none. */
const repairs: Repairs = (situation) =>
  situation.texts.includes('create')
    ? guardedBy('-f')(situation)
    : ['add', 'add-file'].flatMap((word) => renamed(situation, word, `${word} -f`))

export const elasticKeystoreCommands: readonly CommandModel[] = [
  {
    names: ['elasticsearch-keystore', 'opensearch-keystore'],
    repairs: { failing: repairs },
    places: ownBin,
    section: 'keys',
    forms: [
      { form: 'elasticsearch-keystore create', again: 'fails: asks whether to overwrite', safeWhen: '[ -f KEYSTORE ] ||' },
      { form: 'elasticsearch-keystore add, add-file', again: 'fails: asks whether to overwrite', safeWhen: '-f' },
      { form: 'elasticsearch-keystore remove', again: 'fails: the setting no longer exists', safeWhen: '|| true' },
      { form: 'elasticsearch-keystore list, show, upgrade', again: 'no change', safeWhen: '' },
    ],
    run: reading(keystoreOptions, keystore),
  },
]
