/** Lines that are sorted, or of which only one of each kind is kept. */
import { applied, editsOf, keyOf, textOf, type Value } from '../../value/value.ts'
import type { Call } from '../command.ts'
import { linesOf } from '../kit/lines.ts'
import { Opaques } from '../kit/opaque.ts'
import type { Options } from '../kit/options.ts'
import { argumentText } from '../kit/reading.ts'

/** Sorting is idempotent: `sort -o FILE FILE` changes nothing on a rerun. The files read and written do not matter for that. */
export function sortedText(call: Call, content: Value): Value {
  const flags = call.arguments.filter((word) => keyOf(word).startsWith('-') && !/^(-o|--output)/.test(keyOf(word)))
  if (flags.length === 0) return sortedLines(content, false)
  if (flags.every((flag) => /^(-u|--unique)$/.test(keyOf(flag)))) return sortedLines(content, true)
  return applied(`sort ${argumentText(flags)}`, content)
}

const [sorting, sortingUnique] = ['sort', 'sort -u']

function sortedLines(content: Value, isUnique: boolean): Value {
  const how = isUnique ? sortingUnique : sorting
  const opaques = new Opaques()
  const lines = linesBefore(content) ?? linesIn(content, opaques)
  if (lines === undefined) return applied(how, content)
  const sorted = isUnique ? [...new Set(lines)].sort() : lines.toSorted()
  const all = opaques.valueOf(sorted.map((line) => `${line}\n`).join(''))
  // The order of other characters depends on the locale.
  const isCertain = new Set(sorted).size < 2 || sorted.every((line) => /^[a-z0-9]*$/.test(line))
  return isCertain ? all : applied(how, all, textOf(all))
}

function linesIn(content: Value, opaques: Opaques): readonly string[] | undefined {
  const text = opaques.textOfLines(content)
  return text === undefined ? undefined : linesOf(text)
}

/** The lines of a text that was sorted, in any order, with those that were added since. */
function linesBefore([sorted, ...added]: Value): readonly string[] | undefined {
  const last = typeof sorted === 'object' ? editsOf([sorted]).at(-1) : undefined
  const text = textOf(added)
  if (last === undefined || last.made === '' || text === undefined) return undefined
  return last.how === sorting || last.how === sortingUnique ? [...linesOf(last.made), ...linesOf(text)] : undefined
}

/** `awk '!seen[$0]++'` keeps the first one of equal lines. */
const firstOfEach = /^\s*!\s*[A-Za-z_]\w*\[\$0\]\s*\+\+\s*;?\s*$/

/** The output of `uniq` and of `awk '!seen[$0]++'`; undefined for other filters and options, or if it is not known. */
export function withoutRepeats(name: string, options: Options, content: Value): Value | undefined {
  const [program] = options.operands
  const isFirst = name.endsWith('awk') && options.operands.length > 0 && firstOfEach.test(textOf(program ?? []) ?? '')
  if (options.names.length > 0 || !(isFirst || name === 'uniq')) return undefined
  if (name === 'uniq' && content.length === 1 && linesBefore(content) !== undefined) return sortedLines(content, true)
  const opaques = new Opaques()
  const lines = linesIn(content, opaques)
  if (lines === undefined) return undefined
  const kept = isFirst ? [...new Set(lines)] : lines.filter((line, index) => index === 0 || line !== lines[index - 1])
  return opaques.valueOf(kept.map((line) => `${line}\n`).join(''))
}
