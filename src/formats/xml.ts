/** XML 1.0 from untrusted texts. */
import { safeText } from '../lint/text.ts'

/** What XML 1.0 does not allow even as a reference, beyond what `safeText` replaces (https://www.w3.org/TR/xml/#charsets). */
const notXml = /[\uFFFE\uFFFF]/g

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' }

/** A text without characters that XML does not allow, and with references for those that have a meaning. Line feeds are kept. */
function escapeXml(text: string): string {
  const safe = text.split('\n').map(safeText).join('\n')
  return safe.replace(notXml, '\uFFFD').replace(/[&<>"']/g, (character) => entities[character] ?? character)
}

type Attributes = Readonly<Record<string, string | number | null | undefined>>

/**
 * An element; attributes that are null or undefined are left out.
 * @param content a text, or elements as `element` returns them; none for an empty element
 */
export function element(name: string, attributes: Attributes, content?: string | readonly Xml[]): Xml {
  const given = Object.entries(attributes).filter(([, value]) => value !== null && value !== undefined)
  // A parser turns a line feed in an attribute into a space, unless it is a reference (https://www.w3.org/TR/xml/#AVNormalize).
  const start = `<${name}${given.map(([key, value]) => ` ${key}="${escapeXml(String(value)).replaceAll('\n', '&#10;')}"`).join('')}`
  if (content === undefined || content.length === 0) return { lines: [`${start}/>`] }
  if (typeof content === 'string') return { lines: [`${start}>${escapeXml(content)}</${name}>`] }
  return { lines: [`${start}>`, ...content.flatMap(({ lines }) => lines.map((line) => `  ${line}`)), `</${name}>`] }
}

/** An element. */
export interface Xml {
  readonly lines: readonly string[]
}

/** A document with its root element. */
export function xmlDocument(root: Xml): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${root.lines.join('\n')}\n`
}
