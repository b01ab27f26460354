/** Filters: their output depends on their arguments, files and standard input, and they change nothing. */

import { concat, derived, empty, folderOfLines, keyOf, linesUnder, literal, notEmpty, textOf, type Value } from '../../value/value.ts'
import { NotAnalyzed } from '../../value/world.ts'
import type { Call, CommandModel, OptionTable } from '../command.ts'
import { leavesSome, lineByLine, lineFilter } from '../kit/line-filters.ts'
import { linesOf } from '../kit/lines.ts'
import { byName, type Options, reading } from '../kit/options.ts'
import { argumentText, readAll } from '../kit/reading.ts'
import { filtered } from '../kit/settled.ts'
import { isBusyBox } from '../kit/userland.ts'
import { type Filter, filters } from './filter-tables.ts'
import { numberCommands } from './numbers.ts'
import { baseName, folderName } from './path-names.ts'
import { sortedText, withoutRepeats } from './sorted.ts'
import { writeFile } from './text.ts'

/** Filters whose exit status is a verdict on what they read. */
const verdicts = new Set(['diff', 'cmp'])

/** Whether an awk program may write files or run commands. */
function escapes(text: string): boolean {
  return text.includes('system(') || /[>|]\s*"/.test(text) || text.includes('getline') || text.includes('inplace')
}

/** Filters with a second operand that names their output. */
const writing = new Set(['uniq', 'xxd'])

function filter(call: Call, options: Options, name: string, { leading: usual = 0, instead = [], missing: failure = 1 }: Filter): number {
  const { machine } = call
  const { operands } = options
  const leading = options.has(...instead) ? 0 : usual
  if (name.endsWith('awk') && escapes(argumentText(call.arguments)))
    throw new NotAnalyzed('an awk program that writes files or runs commands')
  if (name === 'dos2unix' && operands.length > 0) throw new NotAnalyzed('what dos2unix does to files')
  if (writing.has(name) && operands.length > 1) throw new NotAnalyzed(`the file that ${name} writes`)
  const files = operands.slice(leading)
  const { content, missing } = readAll(files, machine)
  const checks = name.endsWith('sum') && options.has('-c', '--check')
  const how = `${name} ${argumentText(call.arguments.filter((word) => !files.includes(word)))}`
  // jq prints nothing for no JSON values, unless it reads none, all at once, or text.
  const isBlank =
    name === 'jq' && /^\s*$/.test(textOf(content) ?? '.') && !options.has('-n', '--null-input', '-s', '--slurp', '-R', '--raw-input')
  const output = isBlank ? empty : filtered(how, content, machine)
  if (missing) return failure
  if (checks || verdicts.has(name)) return machine.world.decide(`whether ${keyOf(output)} finds a difference`)
  const chosen = choosing.has(name) ? linesUnder(folderOfLines(content), output) : output
  machine.print(
    simple(name, options, call.arguments, content) ??
      withoutRepeats(name, options, content) ??
      perLine(call, name, options, content) ??
      (name === 'wc' ? counted(output, call.arguments, content) : leavesSome(name, options, content) ? notEmpty(chosen) : chosen),
  )
  return 0
}

/** Filters whose output consists of lines of their input. */
const choosing = new Set(['head', 'tail', 'uniq', 'tac'])

/** The output of `wc`: the numbers of lines and bytes of a text with at least one line are positive. */
function counted(output: Value, words: readonly Value[], content: Value): Value {
  const isSingleCount = words.length === 1 && /^-[lc]$/.test(keyOf(words[0] ?? empty))
  const positive = isSingleCount && content.some((piece) => (typeof piece === 'string' ? piece.includes('\n') : piece.lines === true))
  return output.map((piece) => (typeof piece === 'string' ? piece : { ...piece, filled: true, ...(positive ? { positive } : {}) }))
}

function perLine(call: Call, name: string, options: Options, content: Value): Value | undefined {
  const change = lineFilter(name, options)
  if (change === undefined) return undefined
  const filterKnown = (text: string) =>
    linesOf(text)
      .flatMap((line) => change(line) ?? [])
      .map((line) => `${line}\n`)
      .join('')
  return lineByLine(content, filterKnown, (part) => derived(`${name} ${argumentText(call.arguments)}`, part))
}

const emptyOfEmpty = new Set('head tail cut tr uniq tac rev nl fold paste expand unexpand column strings'.split(' '))

/** Whether a filter prints nothing for empty input. */
function printsNothing(name: string, words: readonly Value[]): boolean {
  return emptyOfEmpty.has(name) || (/awk$/.test(name) && !/BEGIN|END/.test(argumentText(words)))
}

/** The exact output if it is cheap to compute: `head -n N`, `tail -n N`, `wc -l` of known text; undefined otherwise. */
function simple(name: string, options: Options, words: readonly Value[], content: Value): Value | undefined {
  const text = textOf(content)
  if (text === undefined) return undefined
  if (text === '' && printsNothing(name, words)) return empty
  const lines = text.endsWith('\n') ? text.slice(0, -1).split('\n') : text.split('\n')
  const isBare = options.operands.length === 0 && options.names.length === 1
  if (name === 'wc' && isBare && options.has('-l', '--lines')) return literal(`${text.split('\n').length - 1}\n`)
  const count = numberOfLines(options)
  if (count === undefined || (name !== 'head' && name !== 'tail')) return undefined
  const taken = name === 'head' ? lines.slice(0, count) : count === 0 ? [] : lines.slice(-count)
  return literal(taken.map((line) => `${line}\n`).join(''))
}

/** The number in `head -n 5` and `head -5`; undefined for a relative one, and for options that change what is counted. */
function numberOfLines(options: Options): number | undefined {
  const [only = '', ...others] = options.names
  if (others.length > 0) return undefined
  const text = /^-\d$/.test(only) ? only.slice(1) : textOf(options.value('-n', '--lines') ?? empty)
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined
}

const sortOptions: OptionTable = {
  flags: [
    '-u',
    '-n',
    '-r',
    '-V',
    '-h',
    '-f',
    '-b',
    '-d',
    '-g',
    '-M',
    '-R',
    '-s',
    '-z',
    '-c',
    '-C',
    '--unique',
    '--reverse',
    '--numeric-sort',
    '--version-sort',
  ],
  values: ['-k', '-t', '-o', '-T', '-S', '--key', '--field-separator', '--output'],
}

/** `sort`, which can also write its output to a file: `sort -o FILE`. */
function sort(call: Call, options: Options): number {
  const { machine } = call
  const { content, missing } = readAll(options.operands, machine)
  if (missing) return isBusyBox(machine) ? 1 : 2
  const output = options.value('-o', '--output')
  const sorted = options.has('-R') ? machine.volatile('sort -R') : sortedText(call, content)
  if (output === undefined) machine.print(linesUnder(folderOfLines(content), sorted))
  else if (!writeFile(output, sorted, false, call)) return 2
  return 0
}

const namePartsOptions: OptionTable = { flags: ['-a', '-z'], values: ['-s'] }

/** `basename` and `dirname`. */
function nameParts(call: Call, options: Options): number {
  const { machine } = call
  const [operand, suffix] = options.operands
  if (operand === undefined) return 1
  const isFolder = call.name.endsWith('dirname')
  const operands = isFolder || options.has('-a') || options.has('-s') ? options.operands : [operand]
  const end = options.value('-s') ?? (isFolder || options.has('-a') ? empty : (suffix ?? empty))
  for (const path of operands) machine.print(concat(isFolder ? folderName(path) : baseName(path, end), literal('\n')))
  return 0
}

/** Longest sleep that is not endless, in seconds: a hundred days. */
const longestSleep = 100 * 24 * 3600

const units: ReadonlyMap<string, number> = new Map([
  ['', 1],
  ['s', 1],
  ['m', 60],
  ['h', 3600],
  ['d', 86_400],
])

/** `sleep infinity`. */
function sleepsForever(args: readonly string[]): boolean | string {
  const seconds = args.reduce((sum, text) => {
    if (text === 'infinity' || text === 'inf') return Number.POSITIVE_INFINITY
    const match = /^(\d+(?:\.\d+)?)([smhd]?)$/.exec(text)
    return match === null ? Number.NaN : sum + Number(match[1]) * (units.get(match[2] ?? '') ?? Number.NaN)
  }, 0)
  return seconds > longestSleep && `sleep ${args.join(' ')}`
}

/** `tail -f FILE`, without `--pid`. */
function follows(args: readonly string[]): boolean | string {
  const isFollowing = args.some((text) => text === '-F' || text === '--follow' || /^-\w*f/.test(text))
  if (!isFollowing || args.some((text) => text.startsWith('--pid'))) return false
  return `tail -f ${args.filter((text) => !text.startsWith('-')).join(' ')}`
}

const filterRun = byName(
  new Map([...filters].map(([name, table]) => [name, reading(table, (call, options) => filter(call, options, name, table))])),
)

const nothing = reading({ lenient: 'It changes nothing that is compared, whatever its options.' }, () => 0)

const harmless = [
  ...['sync', 'usleep', 'stty', 'tput', 'clear', 'logger', 'hash', 'free', 'ps', 'uptime', 'dmesg', 'top', 'lsof', 'less', 'more'],
  ...['ldconfig', 'locale-gen', 'update-locale', 'renice', 'fstrim'],
]

export const filterCommands: readonly CommandModel[] = [
  {
    names: [...filters.keys()].filter((name) => name !== 'tail'),
    onlyTouchesFiles: true,
    section: 'text',
    forms: [{ form: 'awk, cut, tr, head, tail, wc, jq, sha256sum and other filters', again: 'no change', safeWhen: '' }],
    run: filterRun,
  },
  { names: ['tail'], section: 'text', onlyTouchesFiles: true, forms: [], run: filterRun, runsForever: follows },
  {
    names: ['sort'],
    section: 'text',
    onlyTouchesFiles: true,
    forms: [{ form: 'sort', again: 'no change', safeWhen: '' }],
    run: reading(sortOptions, sort),
  },
  {
    names: ['basename', 'dirname'],
    onlyTouchesFiles: true,
    section: 'text',
    forms: [{ form: 'basename, dirname', again: 'no change', safeWhen: '' }],
    run: reading(namePartsOptions, nameParts),
  },
  ...numberCommands,
  {
    names: harmless,
    section: 'processes',
    forms: [{ form: 'sleep, sync, ldconfig', again: 'no change', safeWhen: '' }],
    run: nothing,
  },
  { names: ['sleep'], section: 'processes', forms: [], run: nothing, runsForever: sleepsForever },
]
