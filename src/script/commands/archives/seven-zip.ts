/** 7z: extracts archives. What it packs is not followed. */
import { options } from '../../change/kit.ts'
import { concat, derived, empty, isPart, keyOf, literal, textOf, type Value } from '../../value/value.ts'
import { NotAnalyzed } from '../../value/world.ts'
import { type Call, type CommandModel, command } from '../command.ts'
import { makeFolder } from '../files/files.ts'
import { argumentText, readFile, writtenPath } from '../kit/reading.ts'
import { lacksItself } from '../kit/trees.ts'
import { extract, holdsSome, sourceOf, unpackFolder } from './archives.ts'

/** Its status after it could not ask: without a terminal, the end of its input is taken for Ctrl+C ("Break signaled"). */
const unanswered = 255

/** Switches that concern messages, threads, passwords and the type of the archive, with their values attached. */
const indifferent = /^-(?:bd|bt|bb[0-3]?|bs[oep][0-2]|mmt.*|p.*|scs.*|slp|sccUTF-8|t[\w.]+)$/

interface CommandLine {
  readonly words: readonly Value[]
  /** The directory of `-oDIR`. */
  readonly folder: Value | undefined
  /** The letter of `-aoa`, `-aos`; `a` for `-y`; undefined if it asks. */
  readonly overwrites: string | undefined
}

/** A switch begins with a dash anywhere on the command line, until `--`. @throws NotAnalyzed for a switch that is not listed */
function read(call: Call): CommandLine {
  const words: Value[] = []
  let folder: Value | undefined
  let overwrites: string | undefined
  let areOver = false
  for (const word of call.arguments) {
    const head = typeof word[0] === 'string' ? word[0] : ''
    if (areOver || !head.startsWith('-')) words.push(word)
    else if (head === '--') areOver = true
    else if (head.startsWith('-o')) folder = concat(literal(head.slice(2)), word.slice(1))
    else if (keyOf(word) === '-y') overwrites ??= 'a'
    else if (/^-ao[as]$/.test(keyOf(word))) overwrites = head.at(-1)
    else if (!indifferent.test(head)) throw new NotAnalyzed(`what option ${keyOf(word)} of ${call.name} does`)
  }
  return { words, folder, overwrites }
}

/** `7z x ARCHIVE` keeps the directories of the archive, `7z e ARCHIVE` drops them. It asks before it overwrites a file. */
function sevenZip(call: Call): number {
  const { machine } = call
  const { words, folder: named, overwrites } = read(call)
  const [letter, archive, ...members] = words
  const subcommand = textOf(letter ?? empty)
  if (archive === undefined || !['x', 'e', 'l', 't'].includes(subcommand ?? '')) return call.notFollowed(`what ${call.name} packs`)
  const content = readFile(archive, machine)
  if (content === undefined || isPart(content)) return 2
  if (subcommand === 'l') machine.print(derived(`7z ${argumentText(call.arguments)}`, content))
  if (subcommand === 'l' || subcommand === 't') return 0
  const folder = named === undefined ? unpackFolder(undefined, machine) : writtenPath(named, machine)
  if (machine.files.look(folder)?.kind === 'absent' && !makeFolder(folder, machine, true)) return 2
  const source = sourceOf('7z', `${subcommand === 'e' ? 'e ' : ''}${argumentText(members)}`, content)
  lacksItself(archive, folder, source, machine)
  const node = machine.files.look(folder) ?? machine.suppose(folder, { kind: 'folder', closed: false })
  if (overwrites === undefined && holdsSome(source, node, folder, machine)) {
    if (machine.input !== undefined && machine.input.length > 0) throw new NotAnalyzed(`the answers to the prompts of ${call.name}`)
    return unanswered
  }
  return extract(source, folder, overwrites === 's' ? 'skip' : undefined, call) ? 0 : 2
}

export const sevenZipCommands: readonly CommandModel[] = [
  command(
    'archives',
    ['7z', '7za', '7zr', '7zz'],
    { run: sevenZip, onlyTouchesFiles: true, consumesInput: true, repairs: { failing: options('-y'), interrupted: options('-y') } },
    { form: '7z x ARCHIVE', again: 'fails: asks whether to overwrite', safeWhen: '-y' },
    { form: '7z x -aos ARCHIVE', again: 'no change; keeps files truncated by a kill', safeWhen: '-y' },
  ),
]
