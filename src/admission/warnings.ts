/** Renders diagnostics as the one-line warnings that kubectl prints: merged across containers, within the budget of a review. */
import { type Diagnostic, subjectName } from '../lint/diagnostic.ts'
import { docsUrl } from '../lint/docs.ts'
import type { Severity } from '../lint/rule.ts'
import { fillTemplate, safeText, shorten } from '../lint/text.ts'

/**
 * The API server truncates each warning to 256 characters if all warnings of a request together exceed 4,096 (apiserver
 * pkg/endpoints/filters/warning.go). Other webhooks share that budget, so these limits are well below. The Kubernetes documentation
 * on dynamic admission control advises at most 120 characters per warning if possible.
 */
export const warningLimits = { aim: 160, each: 200, count: 10, total: 2000 } as const

/** A finding for one or more containers: same rule, same list, same text. */
interface Merged {
  readonly diagnostic: Diagnostic
  readonly names: string[]
}

/** Maximum value lengths, tried in order until the line fits: image references can be long, and names may be cut. */
const shorterValues = [100, 64, 48, 32, 24]
const nameLengths = [63, 40, 24]
const shownNames = 3

const severityOrder: Readonly<Record<Severity, number>> = { error: 0, warning: 1, info: 2 }

/** The text of a finding: the message, and its template and data to build a shorter one. */
export type WarningText = Pick<Diagnostic, 'message' | 'template' | 'data'>

/** Whether a finding is a warning: it is not exempted, and neither denied nor only counted. */
export function isWarned({ action, exempted }: Diagnostic): boolean {
  return exempted === undefined && (action === 'warn' || action === 'fix')
}

/**
 * One line per merged finding, the most severe first, otherwise in the order of the diagnostics.
 * @param textOf returns the text to use instead of the diagnostic's own message
 */
export function warningLines(
  diagnostics: readonly Diagnostic[],
  textOf: (diagnostic: Diagnostic) => WarningText = (diagnostic) => diagnostic,
): string[] {
  const merged = new Map<string, Merged>()
  for (const diagnostic of diagnostics) {
    const key = `${diagnostic.rule} ${diagnostic.subject?.list ?? ''} ${textOf(diagnostic).message}`
    const names = merged.get(key)?.names
    if (names !== undefined) names.push(subjectName(diagnostic.subject))
    else merged.set(key, { diagnostic, names: [subjectName(diagnostic.subject)] })
  }
  return [...merged.values()]
    .sort((a, b) => severityOrder[a.diagnostic.severity] - severityOrder[b.diagnostic.severity])
    .map(({ diagnostic, names }) => warningLine(diagnostic, names, textOf(diagnostic)))
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

/** `containers "a", "b": `, or '' for a finding on the pod. */
export function subjectPrefix(diagnostic: Diagnostic, names: readonly string[], nameLength = 63): string {
  return diagnostic.subject === null ? '' : containerPrefix(diagnostic.subject.list, names, nameLength)
}

/** `containers "a", "b": ` */
export function containerPrefix(list: string, names: readonly string[], nameLength = 63): string {
  const shown = names.slice(0, shownNames).map((name) => `"${shorten(safeText(name), nameLength)}"`)
  const more = names.length > shownNames ? ` and ${names.length - shownNames} more` : ''
  return `${list} ${shown.join(', ')}${more}: `
}

/**
 * Cuts a list of lines to the budget of one review.
 * @param lines safe to print: the API server silently drops a line with a control character
 * @param closing the last line, by the number of lines before it, if there is one
 */
export function withinBudget(lines: readonly string[], closing: (shown: number) => string | undefined): string[] {
  const cut = lines.map((line) => shorten(line, warningLimits.each))
  const whole = [...cut, ...lastLine(closing(cut.length))]
  const total = whole.reduce((sum, line) => sum + line.length, 0)
  if (whole.length <= warningLimits.count && total <= warningLimits.total) return whole
  const kept: string[] = []
  let room = warningLimits.total - warningLimits.each
  for (const line of cut.slice(0, warningLimits.count - 1)) {
    if (line.length > room) break
    room -= line.length
    kept.push(line)
  }
  return [...kept, ...lastLine(closing(kept.length))]
}

function lastLine(text: string | undefined): string[] {
  return text === undefined ? [] : [shorten(text, warningLimits.each)]
}

/** The last line of a list that is cut: `[initlint] 3 more warnings omitted; …`. @param whereToReadMore where to find all of them */
export function omitted(count: number, whereToReadMore: string): (shown: number) => string | undefined {
  return (shown) => (shown === count ? undefined : `[initlint] ${count - shown} more warnings omitted; ${whereToReadMore}`)
}

/**
 * The last line of a review with findings, which says who speaks and where to read more:
 * `[initlint] 2 findings; see https://…/docs/rules/image-latest.md or "initlint rules image-latest"`.
 * @param lines those of the findings, which precede all others
 */
export function speaker(lines: readonly string[], docsBase: string): (shown: number) => string | undefined {
  const rule = /^\[([a-z-]+)\]/.exec(lines[0] ?? '')?.[1]
  if (rule === undefined) return () => undefined
  return (shown) => {
    const count = lines.length === 1 ? '1 finding' : `${lines.length} findings`
    const hidden = shown < lines.length ? `, ${lines.length - shown} not shown` : ''
    const command = `"initlint rules ${rule}"`
    const full = `[initlint] ${count}${hidden}; see ${safeText(docsUrl(docsBase, rule))} or ${command}`
    return full.length <= warningLimits.each ? full : `[initlint] ${count}${hidden}; see ${command}`
  }
}
