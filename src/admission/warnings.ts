/** Renders diagnostics as the one-line warnings that kubectl prints: merged across containers, within the budget of a review. */
import { type Diagnostic, subjectName } from '../lint/diagnostic.ts'
import { docsUrl } from '../lint/docs.ts'
import type { Severity } from '../lint/rule.ts'
import { fillTemplate, maxValueLength, safeText, shorten, shortenValue } from '../lint/text.ts'

/**
 * The API server truncates each warning to 256 characters if all warnings of a request together exceed 4,096 (apiserver
 * pkg/endpoints/filters/warning.go). Other webhooks share that budget, so these limits are well below. The Kubernetes documentation
 * on dynamic admission control advises at most 120 characters per warning if possible.
 */
export const warningLimits = { aim: 160, each: 200, count: 10, total: 2000 } as const

/** A finding for one or more containers: same rule, same list, same text but for the image. */
interface Merged {
  readonly diagnostic: Diagnostic
  readonly text: WarningText
  readonly names: string[]
  /** The images that the text is about, in the order of the names; empty if it names none. */
  readonly images: Set<string>
}

/** What a line may show. */
interface Room {
  /** Maximum length of a value. */
  readonly value: number
  /** Maximum length of a name. */
  readonly name: number
  /** Maximum number of names, and of images. */
  readonly count: number
}

const wholeRoom: Room = { value: maxValueLength, name: 63, count: 3 }
/** Tried in order until the line fits: image references can be long. What then remains is given to the names, and then to the values. */
const smallerRooms: readonly Room[] = [
  { value: 100, name: 63, count: 3 },
  { value: 64, name: 40, count: 3 },
  { value: 48, name: 24, count: 3 },
  { value: 32, name: 24, count: 3 },
  { value: 32, name: 24, count: 2 },
  { value: 24, name: 16, count: 2 },
  { value: 24, name: 24, count: 1 },
  { value: 16, name: 16, count: 1 },
  { value: 8, name: 8, count: 1 },
]

const severityOrder: Readonly<Record<Severity, number>> = { error: 0, warning: 1, info: 2 }

/** The text of a finding: the message, and its template and data to build a shorter one. */
export type WarningText = Pick<Diagnostic, 'message' | 'template' | 'data'> & {
  /** Other texts with less in them, to be used in this order if the line is too long, with the values that differ. */
  readonly shorter?: Diagnostic['shorter']
}

/** Whether a finding is a warning: it is not exempted, and neither denied nor only counted. */
export function isWarned({ action, exempted }: Diagnostic): boolean {
  return exempted === undefined && (action === 'warn' || action === 'fix')
}

/**
 * One line per merged finding, those about refused Pods and the most severe first, otherwise in the order of the diagnostics.
 * @param textOf returns the text to use instead of the diagnostic's own message
 */
export function warningLines(
  diagnostics: readonly Diagnostic[],
  textOf: (diagnostic: Diagnostic) => WarningText = (diagnostic) => diagnostic,
): string[] {
  const merged = areOfDifferentRules(diagnostics)
    ? diagnostics.map((diagnostic) => mergedOf(diagnostic, textOf(diagnostic)))
    : [...mergedByText(diagnostics, textOf).values()]
  return (merged.length < 2 ? merged : merged.sort((a, b) => rankOf(a.diagnostic) - rankOf(b.diagnostic))).map(warningLine)
}

/** Then there is nothing to merge. Nearly all objects have few findings. */
function areOfDifferentRules(diagnostics: readonly Diagnostic[]): boolean {
  const maxCompared = 8
  return (
    diagnostics.length <= maxCompared &&
    diagnostics.every(({ rule }, index) => diagnostics.findIndex((other) => other.rule === rule) === index)
  )
}

function mergedByText(diagnostics: readonly Diagnostic[], textOf: (diagnostic: Diagnostic) => WarningText): ReadonlyMap<string, Merged> {
  const merged = new Map<string, Merged>()
  for (const diagnostic of diagnostics) {
    const text = textOf(diagnostic)
    const { image, ...others } = text.data
    const same = namesImage(text) ? `${text.template} ${JSON.stringify(others)}` : text.message
    const key = `${diagnostic.rule} ${diagnostic.subject?.list ?? ''} ${same}`
    const entry = merged.get(key)
    if (entry === undefined) {
      merged.set(key, mergedOf(diagnostic, text))
      continue
    }
    entry.names.push(subjectName(diagnostic.subject))
    if (namesImage(text)) entry.images.add(String(image))
  }
  return merged
}

function mergedOf(diagnostic: Diagnostic, text: WarningText): Merged {
  const images = new Set<string>()
  if (namesImage(text)) images.add(String(text.data.image))
  return { diagnostic, text, names: [subjectName(diagnostic.subject)], images }
}

function namesImage({ template, data }: WarningText): boolean {
  return data.image !== undefined && isNoun.test(template)
}

/** Refused Pods first, so that no limit hides that nothing will start; then by severity. */
function rankOf({ refused, severity }: Diagnostic): number {
  return refused === undefined ? severityOrder[severity] : -1
}

/** A template that stays a sentence if `each of nginx, redis` replaces the image. In quotation marks, it would not. */
const isNoun = /(?<!")\{\{image\}\}(?!")/

function warningLine({ diagnostic, text, names, images }: Merged): string {
  const start = `[${diagnostic.rule}] ${subjectPrefix(diagnostic, names)}`
  const lineOf = (one: WarningText): string => `${start}${images.size > 1 ? filled(one, images, wholeRoom) : one.message}`
  let line = lineOf(text)
  if (line.length <= warningLimits.each) return line
  let shortest = text
  for (const one of shorterTexts(text)) {
    shortest = one
    line = lineOf(one)
    if (line.length <= warningLimits.each) return line
  }
  for (const one of [shortest, withoutAdvice(shortest)]) {
    const lineIn = (room: Room): string => `[${diagnostic.rule}] ${subjectPrefix(diagnostic, names, room)}${filled(one, images, room)}`
    const fits = (room: Room): boolean => lineIn(room).length <= warningLimits.each
    const room = smallerRooms.find(fits)
    if (room !== undefined) return lineIn(enlarged(enlarged(room, 'name', fits), 'value', fits))
  }
  return shorten(line, warningLimits.each)
}

/** Texts to be used instead of one that is too long, in this order. */
function* shorterTexts(text: WarningText): Generator<WarningText> {
  yield withoutReason(text)
  for (const { template, data: changed } of text.shorter ?? []) {
    const data = { ...text.data, ...changed }
    yield { template, data, message: fillTemplate(template, data, maxValueLength) }
  }
}

/** The largest room that fits, by bisection. */
function enlarged(room: Room, key: 'name' | 'value', fits: (room: Room) => boolean): Room {
  let [enough, tooMuch] = [room[key], wholeRoom[key] + 1]
  while (tooMuch - enough > 1) {
    const middle = Math.floor((enough + tooMuch) / 2)
    if (fits({ ...room, [key]: middle })) enough = middle
    else tooMuch = middle
  }
  return { ...room, [key]: enough }
}

/** Where the advice of a message begins, which is `what happens; what to do`; its length if it has none. */
export function adviceAt(template: string): number {
  const end = template.lastIndexOf('; ')
  return end === -1 ? template.length : end
}

/** For advice that is too long for a line, such as a command with long paths: half of a command would be wrong. */
function withoutAdvice<T extends WarningText>(text: T): T {
  return { ...text, template: `${text.template.slice(0, adviceAt(text.template))}; initlint lint shows what to do` }
}

/** The text without the reason that the policy gives, which is in parentheses at the end of a value: it is left out as a whole. */
function withoutReason<T extends WarningText>(text: T): T {
  const { template, data } = text
  if (data.reason === undefined) return text
  const end = ` (${data.reason})`
  const shorter: Record<string, string | number> = { ...data }
  for (const [key, value] of Object.entries(data))
    if (typeof value === 'string' && value.endsWith(end)) shorter[key] = value.slice(0, -end.length)
  return { ...text, data: shorter, message: fillTemplate(template, shorter, maxValueLength) }
}

/** The text of a finding about the images. The advice is never shortened. */
function filled({ template, data }: WarningText, images: ReadonlySet<string>, { value, count }: Room): string {
  const end = adviceAt(template)
  const advice = fillTemplate(template.slice(end), data, maxValueLength)
  const situation = template.slice(0, end)
  if (images.size < 2) return `${fillTemplate(situation, data, value)}${advice}`
  const image = `each of ${listed([...images], count, (text) => shortenValue(safeText(text), value))}`
  return `${fillTemplate(situation, { ...data, image }, Math.max(value, image.length))}${advice}`
}

/** `a, b, c and 2 more` */
function listed(texts: readonly string[], count: number, show: (text: string) => string): string {
  const more = texts.length > count ? ` and ${texts.length - count} more` : ''
  return `${texts.slice(0, count).map(show).join(', ')}${more}`
}

/** `containers "a", "b": `, or '' for a finding on the pod. */
export function subjectPrefix(diagnostic: Diagnostic, names: readonly string[], room = wholeRoom): string {
  return diagnostic.subject === null ? '' : containerPrefix(diagnostic.subject.list, names, room)
}

/** `containers "a", "b": ` */
export function containerPrefix(list: string, names: readonly string[], { name, count } = wholeRoom): string {
  return `${list} ${listed(names, count, (text) => `"${shortenValue(safeText(text), name)}"`)}: `
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
