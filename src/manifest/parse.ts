/**
 * The events of a text as kubectl's parser (go.yaml.in/yaml/v2, a port of libyaml) would see it. js-yaml follows YAML 1.2, which differs in
 * flow collections and quoted scalars. What js-yaml rejects or splits for that reason is changed before it is parsed, without a change of
 * the values.
 */
import { type Event, parseEvents, YAMLException } from 'js-yaml'
import { flowLinesOf, type Padding } from './flow-lines.ts'

export interface ParsedText {
  readonly events: Event[]
  /** The text that the events refer to. */
  readonly text: string
  /** The offset in the original text of an offset in `text`. */
  original(offset: number): number
}

/** Maximum nesting that is read. A PodSpec is about 15 levels deep, custom resource definitions about 60. */
const maxDepth = 200

/**
 * Parses a text; once more, with lines of flow collections and quoted scalars moved to the right, if they are not deep enough for js-yaml.
 * @throws YAMLException with a position in the original text, or whatever else js-yaml throws
 */
export function parseText(source: string): ParsedText {
  try {
    return { events: parse(source), text: source, original: (offset) => offset }
  } catch (error) {
    const changed = error instanceof YAMLException && error.reason === 'deficient indentation' ? changedFor(source) : undefined
    if (changed === undefined) throw error
    return parseChanged(changed)
  }
}

function parseChanged({ parsed, text, original }: ChangedText): ParsedText {
  try {
    return { events: parse(parsed), text, original }
  } catch (error) {
    if (!(error instanceof YAMLException) || error.mark === undefined) throw error
    throw new YAMLException(error.reason, { ...error.mark, position: original(error.mark.position) })
  }
}

function parse(text: string): Event[] {
  return parseEvents(withoutFlowColons(text), { maxDepth })
}

/**
 * In a flow collection, a colon within a plain scalar ends it in libyaml only before a blank, so `[001:db8::]` has one text
 * (`yaml_parser_scan_plain_scalar`); in YAML 1.2 also before a comma or a bracket. Elsewhere, the parser does not care about such a colon.
 * Values are read from the text itself.
 */
function withoutFlowColons(text: string): string {
  return /:[,[\]{}]/.test(text) ? text.replace(/(?<=[^\s"',[\]{}]):(?=[,[\]{}])/g, '_') : text
}

/** The number of spaces that are inserted at most, so that a text costs a few times as much as others. */
function maxPadding({ length }: string): number {
  return 500 + 4 * length
}

interface ChangedText extends Pick<ParsedText, 'text' | 'original'> {
  /** The text for the parser, of the same length as `text`. */
  readonly parsed: string
}

/** Undefined if there is nothing to change, or far more to insert than any real text needs. */
function changedFor(source: string): ChangedText | undefined {
  const { paddings, tabs } = flowLinesOf(source)
  const total = paddings.reduce((sum, { width }) => sum + width, 0)
  if (total + tabs.length === 0 || total > maxPadding(source)) return undefined
  const lines: PaddedLine[] = []
  let inserted = 0
  for (const { line, width } of paddings) {
    lines.push({ line, width, before: inserted })
    inserted += width
  }
  const text = padded(source, paddings)
  return {
    text,
    parsed: tabs.length === 0 ? text : padded(withSpaces(source, tabs), paddings),
    original: (offset) => originalOffset(lines, offset),
  }
}

function padded(source: string, paddings: readonly Padding[]): string {
  const parts: string[] = []
  let copied = 0
  for (const { line, width } of paddings) {
    parts.push(source.slice(copied, line), ' '.repeat(width))
    copied = line
  }
  return `${parts.join('')}${source.slice(copied)}`
}

function withSpaces(source: string, tabs: readonly number[]): string {
  const parts: string[] = []
  let copied = 0
  for (const tab of tabs) {
    parts.push(source.slice(copied, tab), ' ')
    copied = tab + 1
  }
  return `${parts.join('')}${source.slice(copied)}`
}

interface PaddedLine extends Padding {
  /** The number of spaces that were inserted before the line. */
  readonly before: number
}

function originalOffset(lines: readonly PaddedLine[], offset: number): number {
  let low = 0
  let high = lines.length
  while (low < high) {
    const middle = (low + high) >> 1
    const { line, before } = lines[middle] as PaddedLine
    if (line + before <= offset) low = middle + 1
    else high = middle
  }
  const padded = lines[low - 1]
  return padded === undefined ? offset : Math.max(padded.line, offset - padded.before - padded.width)
}
