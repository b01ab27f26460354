/** Diagnostics as the one-line warnings that kubectl prints: merged over containers, within the budget of a review. */
import { type Diagnostic, subjectName } from '../lint/diagnostic.ts'
import type { Severity } from '../lint/rule.ts'
import { fillTemplate, safeText, shorten } from '../lint/text.ts'

/**
 * Limits of interfaces.md. The API server itself has 256 runes an item and 4,096 in all, shared with every other webhook of the
 * request (apiserver pkg/endpoints/filters/warning.go), so we keep well below.
 */
export const warningLimits = { aim: 160, each: 200, count: 10, total: 2000 } as const

/** A finding that may stand for several containers: same rule, same list, same text. */
interface Merged {
  readonly diagnostic: Diagnostic
  readonly names: string[]
}

/** Value lengths that are tried one after the other until a line fits: image references can be long, names need not be whole. */
const shorterValues = [100, 64, 48, 32, 24]
const nameLengths = [63, 40, 24]
const shownNames = 3

const severityOrder: Readonly<Record<Severity, number>> = { error: 0, warning: 1, info: 2 }

/** What a line says of a finding: a message, and how it was made, so that it can be made shorter. */
export type WarningText = Pick<Diagnostic, 'message' | 'template' | 'data'>

/**
 * One line per merged finding, the most severe first, otherwise in the order of the diagnostics.
 * @param say what is said instead of the diagnostic's own message
 */
export function warningLines(
  diagnostics: readonly Diagnostic[],
  say: (diagnostic: Diagnostic) => WarningText = (diagnostic) => diagnostic,
): string[] {
  const merged = new Map<string, Merged>()
  for (const diagnostic of diagnostics) {
    const key = `${diagnostic.rule} ${diagnostic.subject?.list ?? ''} ${say(diagnostic).message}`
    const names = merged.get(key)?.names
    if (names !== undefined) names.push(subjectName(diagnostic.subject))
    else merged.set(key, { diagnostic, names: [subjectName(diagnostic.subject)] })
  }
  return [...merged.values()]
    .sort((a, b) => severityOrder[a.diagnostic.severity] - severityOrder[b.diagnostic.severity])
    .map(({ diagnostic, names }) => warningLine(diagnostic, names, say(diagnostic)))
}

function warningLine(diagnostic: Diagnostic, names: readonly string[], { message, template, data }: WarningText): string {
  let line = `[${diagnostic.rule}] ${subjectPrefix(diagnostic, names)}${message}`
  for (const [index, valueLength] of shorterValues.entries()) {
    if (line.length <= warningLimits.each) return line
    const nameLength = nameLengths[Math.min(index, nameLengths.length - 1)]
    line = `[${diagnostic.rule}] ${subjectPrefix(diagnostic, names, nameLength)}${fillTemplate(template, data, valueLength)}`
  }
  return shorten(line, warningLimits.each)
}

/** `containers "a", "b": `, or nothing for the pod. */
export function subjectPrefix(diagnostic: Diagnostic, names: readonly string[], nameLength = 63): string {
  if (diagnostic.subject === null) return ''
  const shown = names.slice(0, shownNames).map((name) => `"${shorten(safeText(name), nameLength)}"`)
  const more = names.length > shownNames ? ` and ${names.length - shownNames} more` : ''
  return `${diagnostic.subject.list} ${shown.join(', ')}${more}: `
}

/**
 * Cuts a list of lines to the budget of one review; the last line then says how many were left out.
 * @param whereToReadMore where all of them are to be seen, a few words
 * @param lines safe to print: a single control character would make the API server drop a line without a word
 */
export function withinBudget(lines: readonly string[], whereToReadMore = 'initlint lint shows all'): string[] {
  const cut = lines.map((line) => shorten(line, warningLimits.each))
  const total = cut.reduce((sum, line) => sum + line.length, 0)
  if (cut.length <= warningLimits.count && total <= warningLimits.total) return cut
  const kept: string[] = []
  // Room for the closing line, which is never longer than this.
  let room = warningLimits.total - 100
  for (const line of cut.slice(0, warningLimits.count - 1)) {
    if (line.length > room) break
    room -= line.length
    kept.push(line)
  }
  return [...kept, `[initlint] ${cut.length - kept.length} more warnings left out; ${whereToReadMore}`]
}
