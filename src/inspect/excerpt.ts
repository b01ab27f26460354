/** The part of an input that a diagnostic points at, safe to print. */
import { safeText } from '../lint/text.ts'
import type { Place } from './output.ts'

/** At most this many characters of a line are shown: minified JSON is a single line of megabytes. */
const maxLineWidth = 120
/** Characters shown before the place if a long line is truncated. */
const before = 20

/** A reader for the lines of a text, which is split on first use. */
export function lineReader(text: string): (line: number) => string | undefined {
  let lines: readonly string[] | undefined
  const withoutMark = text.startsWith('\uFEFF') ? text.slice(1) : text
  return (line) => {
    lines ??= withoutMark.split('\n')
    return lines[line - 1]
  }
}

export interface Excerpt {
  /** `   17 |         image: nginx:1.27` */
  readonly source: string
  /** `      |                ^^^^^^^^^^` */
  readonly carets: string
  /** The next line, if it is the pull policy of the same container. */
  readonly next?: string
}

/** The excerpt at a place, undefined if the text has no such line. */
export function excerptAt(lineAt: (line: number) => string | undefined, { line, column }: Place): Excerpt | undefined {
  const raw = lineAt(line)
  if (raw === undefined) return undefined
  const start = column - 1 > maxLineWidth - before ? column - 1 - before : 0
  const shown = printable(raw.slice(start, start + maxLineWidth))
  const width = valueWidth(raw, column - 1)
  const from = column - 1 - start
  const carets = '^'.repeat(Math.max(1, Math.min(width, shown.length - from)))
  const next = lineAt(line + 1)
  return {
    source: `${gutter(line)}${shown}`,
    carets: `${gutter('')}${' '.repeat(Math.max(0, from))}${carets}`,
    ...(next !== undefined && start === 0 && belongsTogether(raw, next)
      ? { next: `${gutter(line + 1)}${printable(next.slice(0, maxLineWidth))}` }
      : {}),
  }
}

function gutter(line: number | ''): string {
  return `${String(line).padStart(5)} | `
}

/** Makes a text safe to print without changing its length, so that the carets stay aligned. */
function printable(text: string): string {
  return safeText(text.replaceAll('\t', ' ').replace(/\r$/, ''))
}

/** The width of the value: a quoted string with its quotes, otherwise everything up to a comment or a closing bracket. */
function valueWidth(raw: string, offset: number): number {
  const rest = raw.slice(offset, offset + maxLineWidth)
  const quote = rest.charAt(0)
  if (quote === '"' || quote === "'") {
    const end = rest.indexOf(quote, 1)
    if (end !== -1) return end + 1
  }
  const comment = rest.indexOf(' #')
  const value = (comment === -1 ? rest : rest.slice(0, comment)).trimEnd()
  return quote === '{' || quote === '[' ? value.length : value.replace(closers, '').length
}

/** The end of a flow collection after a plain value. */
const closers = /[\]},]{1,20}$/

const pullPolicyKey = /^\s+(?:imagePullPolicy|pullPolicy):/

/** Whether the next line is the pull policy of the same container: image and policy are shown together. */
function belongsTogether(raw: string, next: string): boolean {
  return pullPolicyKey.test(next) && next.search(/\S/) === (indentation.exec(raw)?.[0].length ?? 0)
}

/** White space and the dash of a list item. */
const indentation = /^[ -]*/
