/** Minimal SVG support: elements, escaping, and upper bounds for the width of text. */

/** Finished markup; created only by the functions of this file, so that all text in a picture is escaped. */
export interface Markup {
  readonly svg: string
}

type Attributes = Readonly<Record<string, string | number | undefined>>

/** An element with children. Undefined attributes are omitted; numbers are rounded to a tenth. */
export function element(name: string, attributes: Attributes, children: readonly Markup[] = []): Markup {
  const written = Object.entries(attributes)
    .filter((entry): entry is [string, string | number] => entry[1] !== undefined)
    .map(([key, value]) => ` ${key}="${typeof value === 'number' ? round(value) : escapeMarkup(value)}"`)
    .join('')
  const inside = children.map(({ svg }) => svg).join('')
  return { svg: inside === '' ? `<${name}${written}/>` : `<${name}${written}>${inside}</${name}>` }
}

/** Text content. */
export function content(text: string): Markup {
  return { svg: escapeMarkup(text) }
}

/** A style sheet. @param css trusted text; it is not escaped */
export function styleSheet(css: string): Markup {
  return { svg: `<style>${css}</style>` }
}

function round(value: number): string {
  return String(Math.round(value * 10) / 10)
}

/** Control and format characters and lone surrogates: XML 1.0 forbids most of them (section 2.2), and bidirectional ones reorder text. */
const notForPictures = /[\p{Cc}\p{Cf}\p{Cs}\ufffe\uffff]/gu

/** Text as content or attribute value of XML and HTML. */
export function escapeMarkup(text: string): string {
  return text
    .replace(notForPictures, '�')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}

export type FontName = 'mono' | 'sans'

/** Width of a character relative to the font size in DejaVu Sans Mono, the widest of the common monospaced fonts. */
const monoWidth = 0.602
/** The same for DejaVu Sans, the widest of the common sans-serif fonts (its horizontal advance widths), by groups of characters. */
const sansWidths: readonly (readonly [characters: string, width: number])[] = [
  [" .,:;'|!ijl", 0.34],
  ['frt()[]/-`', 0.42],
  ['mwMW@%…✓✕', 1],
]
const capitalWidth = 0.79
const otherWidth = 0.64
/** East Asian scripts and emoji are drawn in full squares. */
const squareFrom = 0x1100

/** The maximum width of a text. */
export function textWidth(text: string, size: number, font: FontName): number {
  let widths = 0
  for (const character of text) widths += characterWidth(character, font)
  return widths * size
}

function characterWidth(character: string, font: FontName): number {
  if ((character.codePointAt(0) ?? 0) >= squareFrom && !'…✓✕'.includes(character)) return 2 * monoWidth
  if (font === 'mono') return monoWidth
  const group = sansWidths.find(([characters]) => characters.includes(character))
  return group?.[1] ?? (character >= 'A' && character <= 'Z' ? capitalWidth : otherWidth)
}

/** Tolerance for rounding errors in sums of fractions. */
const rounding = 0.01

/** The text, truncated with an ellipsis if it is too wide for the room. */
export function fit(text: string, room: number, size: number, font: FontName): string {
  if (textWidth(text, size, font) <= room + rounding) return text
  let kept = ''
  for (const character of text) {
    if (textWidth(`${kept}${character}…`, size, font) > room) break
    kept += character
  }
  return `${kept}…`
}

/** Wraps a text into lines that fit; words wider than a line are truncated. @param most the maximum number of lines */
export function wrap(text: string, room: number, size: number, font: FontName, most: number): readonly string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(/\s+/).filter((one) => one !== '')) {
    const longer = line === '' ? word : `${line} ${word}`
    if (textWidth(longer, size, font) <= room) {
      line = longer
      continue
    }
    if (line !== '') lines.push(line)
    line = word
    if (lines.length === most) break
  }
  if (lines.length < most && line !== '') lines.push(line)
  const cut = lines.length === most && lines.join(' ').length < text.trim().replace(/\s+/g, ' ').length
  return lines.slice(0, most).map((one, index) => fit(cut && index === most - 1 ? `${one} …` : one, room, size, font))
}
