/** unzip and jar. */

import { options } from '../../change/kit.ts'
import type { CommandMachine } from '../../machine/command-machine.ts'
import { concat, derived, empty, isPart, keyOf, literal, textOf, type Value } from '../../value/value.ts'
import { NotAnalyzed } from '../../value/world.ts'
import type { Call, CommandModel, OptionTable } from '../command.ts'
import { makeFolder } from '../files/files.ts'
import { type Options, reading } from '../kit/options.ts'
import { argumentText, readFile, writtenPath } from '../kit/reading.ts'
import { lacksItself } from '../kit/trees.ts'
import { isBusyBox } from '../kit/userland.ts'
import { extract, holdsSome, sourceOf, unpackFolder } from './archives.ts'

const unzipOptions: OptionTable = {
  flags: ['-o', '-n', '-q', '-j', '-l', '-p', '-t', '-u', '-a', '-v', '-K', '-X', '-f', '-Z', '-1', '-L'],
  values: ['-d', '-x', '-P'],
}

/** `unzip` asks before it overwrites; without a terminal it fails. */
function unzip(call: Call, options: Options): number {
  const { machine } = call
  const [archive, ...members] = options.operands
  if (archive === undefined) return 1
  const content = archiveContent(archive, machine)
  if (content === undefined || isPart(content)) return isBusyBox(machine) ? 1 : 9
  if (options.has('-l', '-p', '-t', '-v', '-Z')) {
    if (options.has('-l', '-p', '-Z')) machine.print(derived(`unzip ${argumentText(call.arguments)}`, content))
    return 0
  }
  const named = options.value('-d')
  const folder = named === undefined ? unpackFolder(undefined, machine) : writtenPath(named, machine)
  if (machine.files.look(folder)?.kind === 'absent' && !makeFolder(folder, machine, true)) return 1
  const source = sourceOf('unzip', `${options.has('-j') ? '-j ' : ''}${argumentText([...members, ...options.all('-x')])}`, content)
  lacksItself(archive, folder, source, machine)
  const node = machine.files.look(folder) ?? machine.suppose(folder, { kind: 'folder', closed: false })
  const asks = !options.has('-o', '-n', '-u', '-f')
  if (asks && holdsSome(source, node, folder, machine)) {
    if (machine.input !== undefined && machine.input.length > 0) throw new NotAnalyzed('the answers to the prompts of unzip')
    return 1
  }
  return extract(source, folder, options.has('-n') ? 'skip' : undefined, call) ? 0 : 1
}

function archiveContent(archive: Value, machine: CommandMachine): Value | undefined {
  const withSuffix = concat(archive, literal('.zip'))
  const isBare = !keyOf(archive).endsWith('.zip') && machine.files.look(writtenPath(archive, machine))?.kind === 'absent'
  return readFile(isBare ? withSuffix : archive, machine)
}

/** `jar xf ARCHIVE` overwrites. */
function jar(call: Call): number {
  const { machine } = call
  const [letters, archive, ...members] = call.arguments
  const text = textOf(letters ?? empty) ?? ''
  if (!/^-?x[vf]*f[v]*$/.test(text) || archive === undefined) throw new NotAnalyzed('what jar does without x and f')
  const content = readFile(archive, machine)
  if (content === undefined || isPart(content)) return 1
  return extract(sourceOf('jar', argumentText(members), content), unpackFolder(undefined, machine), undefined, call) ? 0 : 1
}

export const zipCommands: readonly CommandModel[] = [
  {
    names: ['unzip'],
    consumesInput: true,
    repairs: { failing: options('-o'), interrupted: options('-o') },
    onlyTouchesFiles: true,
    section: 'archives',
    forms: [
      { form: 'unzip ARCHIVE', again: 'fails: asks whether to overwrite', safeWhen: '-o' },
      { form: 'unzip -n ARCHIVE', again: 'no change; keeps files truncated by a kill', safeWhen: '-o' },
    ],
    run: reading(unzipOptions, unzip),
  },
  {
    names: ['jar'],
    section: 'archives',
    onlyTouchesFiles: true,
    forms: [{ form: 'jar xf ARCHIVE', again: 'no change', safeWhen: '' }],
    run: jar,
  },
]
