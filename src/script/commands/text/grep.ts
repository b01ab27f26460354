/** grep: decided if text and pattern are known, otherwise assumed both ways. */

import { isGivenText } from '../../machine/file-system.ts'
import { globOf } from '../../machine/layers.ts'
import {
  concat,
  derived,
  edited,
  editsOf,
  empty,
  folderOfLines,
  identity,
  keyOf,
  linesUnder,
  literal,
  textOf,
  type Value,
  wasEdited,
} from '../../value/value.ts'
import type { Call, CommandModel, OptionTable } from '../command.ts'
import { readExpression } from '../kit/expressions.ts'
import { type LinePattern, linesOf, readPattern } from '../kit/lines.ts'
import { findSurely, hasOpaque, Opaques } from '../kit/opaque.ts'
import { type Options, reading } from '../kit/options.ts'
import { argumentText, folderValue, readAll, writtenPath } from '../kit/reading.ts'
import { ownOfVolume } from '../kit/trees.ts'

const flags = [
  ...['-q', '-s', '-i', '-v', '-F', '-E', '-x', '-w', '-c', '-l', '-L', '-n', '-o', '-h', '-H', '-r', '-R', '-a', '-z', '-P', '-G', '-I'],
  ...['--quiet', '--silent', '--ignore-case', '--invert-match', '--fixed-strings', '--extended-regexp', '--line-regexp', '--word-regexp'],
  ...['--count', '--only-matching', '--recursive', '--no-messages', '--perl-regexp', '--line-number', '--no-filename', '--line-buffered'],
]

const grepOptions: OptionTable = {
  flags,
  values: ['-e', '-f', '-m', '-A', '-B', '-C', '--regexp', '--file', '--max-count', '--include', '--exclude', '--exclude-dir'],
  attached: ['--color', '--colour'],
}

function grep(call: Call, options: Options): number {
  const { machine } = call
  const given = options.all('-e', '--regexp')
  const patterns = given.length > 0 || options.has('-f', '--file') ? given : options.operands.slice(0, 1)
  const files = patterns === given ? options.operands : options.operands.slice(1)
  const isRecursive = options.has('-r', '-R', '--recursive')
  const { content, missing } = isRecursive ? { content: treeContent(files, call), missing: false } : readAll(files, machine)
  const { found, output } = search(content, patterns, options, call)
  if (!options.has('-q', '--quiet', '--silent')) machine.print(output)
  if (found && (options.has('-q', '--quiet', '--silent') || !missing)) return 0
  return missing ? 2 : 1
}

function treeContent(roots: readonly Value[], call: Call): Value {
  const values = (roots.length === 0 ? [literal('.')] : roots).map((root) =>
    folderValue(writtenPath(globOf(root)?.folder ?? root, call.machine), call.machine),
  )
  return derived('grep -r', ...values)
}

/** With these, the output does not consist of whole lines alone, or not of all of them. */
const partOptions = ['-o', '--only-matching', '-l', '-L', '-n', '-H', '-A', '-B', '-C', '-m', '--max-count', '--line-number']

interface Found {
  readonly found: boolean
  readonly output: Value
}

function search(content: Value, patterns: readonly Value[], options: Options, call: Call): Found {
  const { machine } = call
  const words = call.arguments.filter((word) => !/^-[qs]+$|^--(quiet|silent)$/.test(keyOf(word)))
  const how = identity(`grep ${argumentText(words)}`)
  const opaques = new Opaques()
  const pattern = simplePattern(call, patterns, options, opaques)
  const isCount = options.has('-c', '--count')
  const isWhole = !options.has(...partOptions)
  const isPlain = isWhole && !isCount
  const text = textOf(content)
  const inverted = options.has('-v', '--invert-match')
  const ignoresCase = options.has('-i', '--ignore-case')
  /** Undefined if that depends on what is not known. */
  const isMatch = (line: string): boolean | undefined => {
    const at = pattern === undefined ? undefined : findSurely(ignoresCase ? line.toLowerCase() : line, pattern)
    return at === undefined ? undefined : (at !== -1) !== inverted
  }
  const matches = (line: string) => isMatch(line) === true
  if (text === '') return { found: false, output: isCount ? literal('0\n') : empty }
  const lines = linesOf((pattern === undefined ? undefined : opaques.textOfLines(content)) ?? '')
  const decided = lines.map(isMatch)
  if (lines.length > 0 && !decided.includes(undefined)) {
    const found = lines.filter((_, index) => decided[index])
    if (isPlain) return { found: found.length > 0, output: opaques.valueOf(found.map((line) => `${line}\n`).join('')) }
    // With several files, there is a count for each of them.
    const isOneCount = isWhole && options.operands.length <= 2
    return { found: found.length > 0, output: isOneCount ? literal(`${found.length}\n`) : derived(how, content) }
  }
  // A pattern that is not supported, or not known, may find something in any text.
  const isOpen = pattern === undefined || pattern.body.some((character) => hasOpaque(character ?? ''))
  if (isOpen && !decided.includes(true) && content.some((piece) => typeof piece === 'string')) return supposed(how, content, options, call)
  // Its own output consists of lines that it finds.
  if (isPlain && wasEdited(how, content)) return { found: true, output: content }
  const found =
    findsAny(patterns, inverted, content) ||
    decided.includes(true) ||
    (pattern !== undefined && content.some((_, index) => certainLines(content, index, pattern).some(matches))) ||
    content.some((piece) => {
      if (typeof piece !== 'object') return false
      const question = `whether ${how} finds nothing in ${piece.id}`
      // What sed put there is taken to be there.
      const isPut = !inverted && (piece.edits ?? []).some(({ made }) => made !== '' && matches(made))
      return (isPut ? machine.world.assume(question, 0) : machine.world.decide(question)) === 0
    })
  const output = isPlain ? linesUnder(folderOfLines(content), edited(how, content)) : derived(how, content)
  return { found, output: found ? filled(output, isCount) : isCount ? literal('0\n') : empty }
}

/** Patterns that every line matches, but for an empty one. */
const anyLine: ReadonlySet<string | undefined> = new Set(['', '.', '^', '^.', '.*', '.+', '..*'])

/** Whether a pattern certainly finds something in a text that is not empty. What `ls` lists is never only the volume's own directory. */
function findsAny([only, ...more]: readonly Value[], isInverted: boolean, content: Value): boolean {
  const text = more.length > 0 ? undefined : textOf(only ?? empty)
  if (isInverted)
    return text?.replaceAll(/[\^$]/g, '') === ownOfVolume && content.some((piece) => typeof piece === 'object' && piece.lines === true)
  return anyLine.has(text) && content.some((piece) => typeof piece === 'object' && piece.filled === true)
}

/** What a pattern that is not supported finds, by assumption. */
function supposed(how: string, content: Value, options: Options, { machine }: Call): Found {
  const isCount = options.has('-c', '--count')
  const found = content.some((piece) => {
    const where = typeof piece === 'string' ? JSON.stringify(piece) : piece.id
    return machine.world.decide(`whether ${how} finds nothing in ${where}`) === 0
  })
  return { found, output: found ? filled(derived(how, content), isCount) : isCount ? literal('0\n') : empty }
}

/** The lines of a literal piece, except those that an anchored pattern sees together with unknown text before or after them. */
function certainLines(content: Value, index: number, { start, end }: LinePattern): readonly string[] {
  const piece = content[index]
  if (typeof piece !== 'string') return []
  const lines = linesOf(piece)
  const isAfterFile = index === 1 && (isGivenText(content[0]) || editsOf(content.slice(0, 1)).length > 0)
  const isCutOff = end && index < content.length - 1 && !piece.endsWith('\n')
  return lines.slice(start && index > 0 && !isAfterFile ? 1 : 0, isCutOff ? -1 : undefined)
}

/** The output if something is found. */
function filled(value: Value, isCount: boolean): Value {
  return concat(
    ...value.map((piece) =>
      typeof piece === 'object' ? [{ ...piece, filled: true, ...(isCount ? { positive: true } : { lines: true }) }] : [piece],
    ),
  )
}

/** The only pattern, if it is a simple one. */
function simplePattern({ name, machine }: Call, patterns: readonly Value[], options: Options, opaques: Opaques): LinePattern | undefined {
  const [only] = patterns
  const text = opaques.textOf(only ?? empty)
  if (patterns.length !== 1 || text === undefined || text.includes('\n')) return undefined
  if (options.has('-P', '--perl-regexp', '-z', '-f', '--file')) return undefined
  const isFixed = options.has('-F', '--fixed-strings') || name.endsWith('fgrep')
  const dialect = isFixed ? 'fixed' : options.has('-E', '--extended-regexp') || name.endsWith('egrep') ? 'extended' : 'basic'
  const cased = options.has('-i', '--ignore-case') ? text.toLowerCase() : text
  const pattern =
    readPattern(cased, dialect) ?? (hasOnlyLines(text, options) ? expression(cased, dialect === 'extended', machine) : undefined)
  if (pattern === undefined || options.has('-x', '--line-regexp')) return pattern && { ...pattern, start: true, end: true }
  if (!options.has('-w', '--word-regexp')) return pattern
  return pattern.start || pattern.end || pattern.body.length === 0 ? undefined : { ...pattern, word: true }
}

/** Whether any match in a line counts, and the pattern can be compared in small letters if case is ignored. */
function hasOnlyLines(text: string, options: Options): boolean {
  if (options.has('-x', '--line-regexp', '-w', '--word-regexp')) return false
  return !options.has('-i', '--ignore-case') || !/\\[WS]|\[:upper:/.test(text)
}

/** A regular expression that is more than a simple pattern. It may see the beginning and the end of a line. */
function expression(text: string, isExtended: boolean, { world }: Call['machine']): LinePattern | undefined {
  const matches = readExpression(text, isExtended, (work) => world.spend(work))
  return matches === undefined ? undefined : { start: true, end: true, body: [], matches }
}

export const grepCommands: readonly CommandModel[] = [
  {
    names: ['grep', 'egrep', 'fgrep'],
    onlyTouchesFiles: true,
    section: 'text',
    forms: [{ form: 'grep -q PATTERN FILE', again: 'no change: use it as the guard before appending to a file', safeWhen: '' }],
    run: reading(grepOptions, grep),
  },
]
