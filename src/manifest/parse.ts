/**
 * The events of a text as kubectl's parser (go.yaml.in/yaml/v2, a port of libyaml) would see it. js-yaml follows YAML 1.2, which differs in
 * flow collections and quoted scalars. What js-yaml rejects or splits for that reason is changed before it is parsed, without a change of
 * the values.
 */
import { type Event, parseEvents, YAMLException } from 'js-yaml'
import { type Padding, shallowFlowLines } from './flow-lines.ts'

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
    const padded = error instanceof YAMLException && error.reason === 'deficient indentation' ? padLines(source) : undefined
    if (padded === undefined) throw error
    return parsePadded(padded)
  }
}

function parsePadded({ text, original }: PaddedText): ParsedText {
  try {
    return { events: parse(text), text, original }
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

type PaddedText = Pick<ParsedText, 'text' | 'original'>

/** Undefined if there is nothing to insert, or far more than any real text needs. */
function padLines(source: string): PaddedText | undefined {
  const paddings = shallowFlowLines(source)
  const total = paddings.reduce((sum, { width }) => sum + width, 0)
  if (total === 0 || total > maxPadding(source)) return undefined
  const parts: string[] = []
  const lines: PaddedLine[] = []
  let copied = 0
  let inserted = 0
  for (const { line, width } of paddings) {
    parts.push(source.slice(copied, line), ' '.repeat(width))
    lines.push({ line, width, before: inserted })
    copied = line
    inserted += width
  }
  return { text: `${parts.join('')}${source.slice(copied)}`, original: (offset) => originalOffset(lines, offset) }
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
