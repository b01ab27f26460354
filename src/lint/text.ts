/** Text for terminals, HTTP headers and logs that contains untrusted input. */

/**
 * Control characters (kube-apiserver drops a warning that contains one) and characters that change the direction or the look of the
 * text after them (it does not drop those): Unicode Cc, Cf, line and paragraph separators.
 */
const unsafeCharacters = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu

/** Printable ASCII, which is safe as it is: nearly all names and images are. */
const plain = /^[\x20-\x7e]*$/

/** The text with every unsafe character and lone surrogate replaced by U+FFFD. */
export function safeText(text: string): string {
  return plain.test(text) ? text : text.toWellFormed().replace(unsafeCharacters, '\uFFFD')
}

/** The text cut to a number of characters (code points), with an ellipsis in place of the rest. */
export function shorten(text: string, limit: number): string {
  if (text.length <= limit) return text
  // A character beyond U+FFFF takes two code units. Counting without a list of characters is ten times as fast.
  let end = 0
  let cut = 0
  for (let count = 0; count < limit && end < text.length; count++) {
    cut = end
    end += (text.codePointAt(end) ?? 0) > 0xffff ? 2 : 1
  }
  return end >= text.length ? text : `${text.slice(0, cut)}…`
}

/** What a value ends with if it is explained in parentheses, such as ` (emptyDir)`. */
const explanation = / \([^()]*\)$/

/** The digest of an image reference, and the part of it that is kept. */
const digest = /(@sha\d{3}:[0-9a-f]{6})[0-9a-f]{6,}$/

/** Shorter values are never cut: what remains would say nothing. */
const shortestCut = 16

/**
 * A value cut to a limit. A parenthesis is kept or omitted as a whole. A digest is cut first. A single word, such as a path, a name or an image reference, is cut in
 * the middle, because its end tells it apart from others.
 */
export function shortenValue(text: string, limit: number): string {
  if (text.length <= Math.max(limit, shortestCut)) return text
  const withShortDigest = text.replace(digest, '$1…')
  if (withShortDigest !== text) return shortenValue(withShortDigest, limit)
  const [end = ''] = explanation.exec(text) ?? []
  const start = text.slice(0, text.length - end.length)
  if (end !== '') return end.length <= limit / 2 ? `${shortenValue(start, limit - end.length)}${end}` : shortenValue(start, limit)
  if (!text.includes(' ')) return withoutMiddle(text, limit)
  const cut = shorten(text, limit)
  const open = cut.lastIndexOf(' (')
  return open > cut.lastIndexOf(')') ? `${cut.slice(0, open)}…` : cut
}

function withoutMiddle(text: string, limit: number): string {
  const room = limit - 1
  const tail = Math.floor(room / 2)
  let from = text.length - tail
  // Never starts with half of a character beyond U+FFFF.
  if ((text.charCodeAt(from) & 0xfc00) === 0xdc00) from++
  return `${shorten(text.slice(0, from), room - tail + 1)}${text.slice(from)}`
}

/** Maximum length of a value in a message that has no budget of its own: an image reference may have 4 KiB. */
export const maxValueLength = 300

/** Templates split at their placeholders: text, name, text, name, …, text. */
const templates = new Map<string, readonly string[]>()

/** Templates are the messages of rules, so there are few; the limit only guards against a defect. */
const maxTemplates = 1000

function piecesOf(template: string): readonly string[] {
  let pieces = templates.get(template)
  if (pieces === undefined) {
    pieces = template.split(/\{\{(\w+)\}\}/)
    if (templates.size < maxTemplates) templates.set(template, pieces)
  }
  return pieces
}

/**
 * Fills a message template. Each value is made safe and cut to `limit` characters (see `shortenValue`).
 * A placeholder without a value is kept, and the tests of every rule fail on it.
 */
export function fillTemplate(template: string, data: Readonly<Record<string, string | number>>, limit: number): string {
  const pieces = piecesOf(template)
  let text = pieces[0] ?? ''
  for (let index = 1; index < pieces.length; index += 2) {
    const name = pieces[index] ?? ''
    const value = Object.hasOwn(data, name) ? data[name] : undefined
    text += value === undefined ? `{{${name}}}` : shortenValue(safeText(String(value)), limit)
    text += pieces[index + 1] ?? ''
  }
  return text
}
