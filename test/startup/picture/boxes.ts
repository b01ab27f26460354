import { textWidth } from '../../../src/startup/picture/svg.ts'

/** A rectangle in units of the viewBox. */
export interface Box {
  readonly text: string
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
}

const entities: Readonly<Record<string, string>> = { '&lt;': '<', '&gt;': '>', '&quot;': '"', '&amp;': '&' }

/** The boxes of all visible texts, with the width of the widest common font. */
export function textBoxes(svg: string): readonly Box[] {
  return [
    ...svg.matchAll(
      /<text(?: class="([^"]*)")? x="([\d.-]+)" y="([\d.-]+)" font-size="([\d.]+)"([^>]*)>(?:<title>[^<]*<\/title>)?([^<]*)<\/text>/g,
    ),
  ].map(([, kind = '', x, y, fontSize, rest = '', escaped = '']) => {
    const text = escaped.replace(/&(?:lt|gt|quot|amp);/g, (entity) => entities[entity] ?? entity)
    const size = Number(fontSize)
    const width = textWidth(text, size, kind.includes('mono') ? 'mono' : 'sans')
    const anchor = /text-anchor="(\w+)"/.exec(rest)?.[1]
    const left = Number(x) - (anchor === 'end' ? width : anchor === 'middle' ? width / 2 : 0)
    return { text, left, right: left + width, top: Number(y) - size * 0.72, bottom: Number(y) + size * 0.2 }
  })
}
