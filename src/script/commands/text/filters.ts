/** Filters: their output depends on their arguments, files and standard input, and they change nothing. */

import { applied, concat, derived, empty, keyOf, literal, notEmpty, textOf, type Value } from '../../value/value.ts'
import { NotAnalyzed } from '../../value/world.ts'
import type { Call, CommandModel, OptionTable } from '../command.ts'
import { leavesSome, lineByLine, lineFilter } from '../kit/line-filters.ts'
import { linesOf } from '../kit/lines.ts'
import { type Options, reading } from '../kit/options.ts'
import { argumentText, readAll } from '../kit/reading.ts'
import { filtered } from '../kit/settled.ts'
import { isBusyBox } from '../kit/userland.ts'
import { writeFile } from './text.ts'

interface Filter extends Omit<OptionTable, 'flags'> {
  /** Number of operands before the files: an expression, a pattern. */
  readonly leading?: number
  /** Options that replace the leading operand. */
  readonly instead?: readonly string[]
  /** Exit status if a file is missing. */
  readonly missing?: number
}

const filters: ReadonlyMap<string, Filter> = new Map<string, Filter>([
  ['awk', { values: ['-F', '-v', '-f'], leading: 1, instead: ['-f'], missing: 2 }],
  ['gawk', { values: ['-F', '-v', '-f'], leading: 1, instead: ['-f'], missing: 2 }],
  ['mawk', { values: ['-F', '-v', '-f'], leading: 1, instead: ['-f'], missing: 2 }],
  ['cut', { values: ['-d', '-f', '-c', '-b', '--delimiter', '--fields', '--characters', '--output-delimiter'] }],
  ['tr', { leading: 2 }],
  ['head', { values: ['-n', '-c', '--lines', '--bytes'] }],
  ['tail', { values: ['-n', '-c', '--lines', '--bytes'] }],
  ['wc', {}],
  ['uniq', { values: ['-f', '-s', '-w'] }],
  ['tac', {}],
  ['rev', {}],
  ['nl', { values: ['-b', '-w', '-s', '-v'] }],
  ['fold', { values: ['-w'] }],
  ['paste', { values: ['-d'] }],
  ['join', { values: ['-t', '-1', '-2', '-o'] }],
  ['comm', {}],
  ['column', { values: ['-t', '-s', '-c'] }],
  ['expand', { values: ['-t'] }],
  ['unexpand', { values: ['-t'] }],
  ['base64', { values: ['-w'], missing: 1 }],
  ['md5sum', {}],
  ['sha1sum', {}],
  ['sha256sum', {}],
  ['sha512sum', {}],
  ['cksum', {}],
  ['crc32', {}],
  ['od', { values: ['-A', '-t', '-N', '-j', '-w'] }],
  ['xxd', { values: ['-l', '-c', '-s'] }],
  ['hexdump', { values: ['-e', '-n', '-s'] }],
  ['strings', { values: ['-n'] }],
  ['jq', { values: ['--arg', '--argjson', '-f', '--from-file', '--indent', '-L'], leading: 1, instead: ['-f', '--from-file'], missing: 2 }],
  ['xmllint', { values: ['--xpath', '--format'] }],
  ['diff', { values: ['-U', '-I', '-x'] }],
  ['cmp', { values: ['-n'] }],
  ['factor', {}],
  ['bc', {}],
  ['iconv', { values: ['-f', '-t', '-c'] }],
  ['dos2unix', {}],
])

/** Filters whose exit status is a verdict on what they read. */
const verdicts = new Set(['diff', 'cmp'])

/** Whether an awk program may write files or run commands. */
function escapes(text: string): boolean {
  return text.includes('system(') || /[>|]\s*"/.test(text) || text.includes('getline') || text.includes('inplace')
}

function filter(call: Call): number {
  const { machine } = call
  const name = call.name.slice(call.name.lastIndexOf('/') + 1)
  const specification = filters.get(name) ?? {}
  const { operands, instead } = operandsOf(call, specification)
  const leading = instead ? 0 : (specification.leading ?? 0)
  if (/awk$/.test(name) && escapes(argumentText(call.arguments))) throw new NotAnalyzed('an awk program that writes files or runs commands')
  if (name === 'dos2unix' && operands.length > 0) throw new NotAnalyzed('what dos2unix does to files')
  const files = operands.slice(leading)
  const { content, missing } = readAll(files, machine)
  const checks = name.endsWith('sum') && call.arguments.some((word) => /^(-c|--check)$/.test(keyOf(word)))
  const how = `${name} ${argumentText(call.arguments.filter((word) => !files.includes(word)))}`
  const output = filtered(how, content, machine)
  if (missing) return specification.missing ?? 1
  if (checks || verdicts.has(name)) return machine.setting.world.decide(`whether ${keyOf(output)} finds a difference`)
  machine.print(
    simple(name, call.arguments, content) ??
      perLine(call, name, content) ??
      (name === 'wc' ? counted(output, call.arguments, content) : leavesSome(name, call.arguments, content) ? notEmpty(output) : output),
  )
  return 0
}

/** The output of `wc`: the numbers of lines and bytes of a text with at least one line are positive. */
function counted(output: Value, words: readonly Value[], content: Value): Value {
  const isSingleCount = words.length === 1 && /^-[lc]$/.test(keyOf(words[0] ?? empty))
  const positive = isSingleCount && content.some((piece) => (typeof piece === 'string' ? piece.includes('\n') : piece.lines === true))
  return output.map((piece) => (typeof piece === 'string' ? piece : { ...piece, filled: true, ...(positive ? { positive } : {}) }))
}

function perLine(call: Call, name: string, content: Value): Value | undefined {
  const change = lineFilter(name, call.arguments)
  if (change === undefined) return undefined
  const filterKnown = (text: string) =>
    linesOf(text)
      .map((line) => `${change(line)}\n`)
      .join('')
  return lineByLine(content, filterKnown, (part) => derived(`${name} ${argumentText(call.arguments)}`, part))
}

/** Filters have many harmless options: only those that take a value must be distinguished from operands. */
function operandsOf(call: Call, { values = [], instead = [] }: Filter): { readonly operands: readonly Value[]; readonly instead: boolean } {
  const operands: Value[] = []
  let found = false
  const words = call.arguments
  for (let index = 0; index < words.length; index++) {
    const text = keyOf(words[index] ?? empty)
    if (text === '--') return { operands: [...operands, ...words.slice(index + 1)], instead: found }
    if (!text.startsWith('-') || text === '-') {
      operands.push(words[index] ?? empty)
      continue
    }
    if (instead.some((option) => text === option || (option.length === 2 && text.startsWith(option)))) found = true
    if (values.includes(text)) index += text === '--arg' || text === '--argjson' ? 2 : 1
  }
  return { operands, instead: found }
}

const emptyOfEmpty = new Set('head tail cut tr uniq tac rev nl fold paste expand unexpand column strings'.split(' '))

/** Whether a filter prints nothing for empty input. */
function printsNothing(name: string, words: readonly Value[]): boolean {
  return emptyOfEmpty.has(name) || (/awk$/.test(name) && !/BEGIN|END/.test(argumentText(words)))
}

/** The exact output if it is cheap to compute: `head -n N`, `tail -n N`, `wc -l` of known text; undefined otherwise. */
function simple(name: string, words: readonly Value[], content: Value): Value | undefined {
  const text = textOf(content)
  if (text === undefined) return undefined
  if (text === '' && printsNothing(name, words)) return empty
  const options = words
    .map(keyOf)
    .filter((word) => word.startsWith('-'))
    .join(' ')
  const lines = text.endsWith('\n') ? text.slice(0, -1).split('\n') : text.split('\n')
  if (name === 'wc' && options === '-l' && words.length === 1) return literal(`${text.split('\n').length - 1}\n`)
  const count = /^-(?:n ?)?(\d+)$/.exec(
    words
      .slice(0, 2)
      .map(keyOf)
      .filter((word) => /^(-n?\d*|\d+)$/.test(word))
      .join(' '),
  )?.[1]
  if (count === undefined || (name !== 'head' && name !== 'tail')) return undefined
  const taken = name === 'head' ? lines.slice(0, Number(count)) : lines.slice(-Number(count))
  return literal(taken.map((line) => `${line}\n`).join(''))
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
  if (output === undefined) machine.print(sorted)
  else if (!writeFile(output, sorted, false, call)) return 2
  return 0
}

/** Sorting is idempotent: `sort -o FILE FILE` changes nothing on a rerun. The files read and written do not matter for that. */
function sortedText(call: Call, content: Value): Value {
  const flags = call.arguments.filter((word) => keyOf(word).startsWith('-') && !/^(-o|--output)/.test(keyOf(word)))
  const text = textOf(content)
  if (text === undefined || flags.some((flag) => !/^-u$/.test(keyOf(flag)))) return applied(`sort ${argumentText(flags)}`, content)
  // The order of other characters depends on the locale.
  if (!/^[a-z0-9\n]*$/.test(text)) return applied(`sort ${argumentText(flags)}`, content)
  const lines = [...linesOf(text)].sort()
  return literal((flags.length > 0 ? [...new Set(lines)] : lines).map((line) => `${line}\n`).join(''))
}

const namePartsOptions: OptionTable = { flags: ['-a', '-z'], values: ['-s'] }

/** `basename` and `dirname` of the known part of a path. */
function nameParts(call: Call, { operands }: Options): number {
  const { machine } = call
  const [operand, suffix] = operands
  if (operand === undefined) return 1
  const text = textOf(operand)?.replace(/(?!^)\/+$/, '')
  if (text === undefined) {
    machine.print(concat(derived(call.name, ...operands), literal('\n')))
    return 0
  }
  const slash = text.lastIndexOf('/')
  const base = text === '/' ? '/' : text.slice(slash + 1)
  const end = textOf(suffix ?? empty) ?? ''
  const folder = slash === -1 ? '.' : slash === 0 ? '/' : text.slice(0, slash)
  const shown = call.name.endsWith('dirname')
    ? folder
    : end !== '' && base !== end && base.endsWith(end)
      ? base.slice(0, -end.length)
      : base
  machine.print(literal(`${shown}\n`))
  return 0
}

function seq(call: Call): number {
  const numbers = call.arguments.filter((word) => !keyOf(word).startsWith('-w')).map((word) => Number(textOf(word) ?? Number.NaN))
  const [first, step, last] = numbers.length === 1 ? [1, 1, numbers[0]] : numbers.length === 2 ? [numbers[0], 1, numbers[1]] : numbers
  const count = Math.floor(((last ?? 0) - (first ?? 0)) / (step ?? 1)) + 1
  if (Number.isNaN(count) || count > 1000) throw new NotAnalyzed('an unknown sequence of numbers')
  call.machine.print(literal(Array.from({ length: Math.max(0, count) }, (_, index) => `${(first ?? 0) + index * (step ?? 1)}\n`).join('')))
  return 0
}

function nothing(): number {
  return 0
}

const harmless = [
  ...['sync', 'sleep', 'usleep', 'stty', 'tput', 'clear', 'logger', 'hash', 'free', 'ps', 'uptime', 'dmesg', 'top', 'lsof', 'less', 'more'],
  ...['ldconfig', 'locale-gen', 'update-locale', 'renice', 'fstrim'],
]

export const filterCommands: readonly CommandModel[] = [
  {
    names: [...filters.keys()],
    section: 'text',
    forms: [{ form: 'awk, cut, tr, head, tail, wc, jq, sha256sum and other filters', again: 'no change', safeWhen: '' }],
    run: filter,
  },
  { names: ['sort'], section: 'text', forms: [{ form: 'sort', again: 'no change', safeWhen: '' }], run: reading(sortOptions, sort) },
  {
    names: ['basename', 'dirname'],
    section: 'text',
    forms: [{ form: 'basename, dirname', again: 'no change', safeWhen: '' }],
    run: reading(namePartsOptions, nameParts),
  },
  { names: ['seq'], section: 'text', forms: [{ form: 'seq', again: 'no change', safeWhen: '' }], run: seq },
  {
    names: harmless,
    section: 'processes',
    forms: [{ form: 'sleep, sync, ldconfig', again: 'no change', safeWhen: '' }],
    run: nothing,
  },
]
