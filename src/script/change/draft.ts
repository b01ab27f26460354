/** A script with edits: its text, where each character comes from, and the edits that lead from the script to it. */

/** Replaces a range of a text; offsets in UTF-16 units. */
export interface Edit {
  readonly start: number
  readonly end: number
  readonly text: string
}

/** A part of the text: a range of the script, or text that an edit inserted. */
type Segment = { readonly start: number; readonly end: number } | { readonly text: string }

export class Draft {
  /** The script that the edits are made to. */
  readonly original: string
  readonly text: string
  readonly #segments: readonly Segment[]

  private constructor(original: string, segments: readonly Segment[]) {
    this.original = original
    this.#segments = segments
    this.text = segments.map((segment) => textOf(segment, original)).join('')
  }

  /** The script as it is. */
  static of(script: string): Draft {
    return new Draft(script, [{ start: 0, end: script.length }])
  }

  /** Applies edits to the text of this draft. @returns undefined if two of them overlap, or one is outside of the text */
  edited(edits: readonly Edit[]): Draft | undefined {
    // The sort is stable: insertions at one place keep their order.
    const sorted = [...edits].sort((a, b) => a.start - b.start)
    const segments: Segment[] = []
    let place = 0
    for (const { start, end, text } of sorted) {
      if (start < place || end < start || end > this.text.length) return undefined
      segments.push(...this.#between(place, start), { text })
      place = end
    }
    segments.push(...this.#between(place, this.text.length))
    return new Draft(this.original, segments)
  }

  #between(from: number, to: number): Segment[] {
    const cut: Segment[] = []
    let place = 0
    for (const segment of this.#segments) {
      const length = lengthOf(segment)
      const [start, end] = [Math.max(from - place, 0), Math.min(to - place, length)]
      if (start < end)
        cut.push('text' in segment ? { text: segment.text.slice(start, end) } : { start: segment.start + start, end: segment.start + end })
      place += length
    }
    return cut
  }

  /** The offset in the script of the character at an offset in the text; undefined if an edit inserted it. */
  originOf(offset: number): number | undefined {
    let place = 0
    for (const segment of this.#segments) {
      const length = lengthOf(segment)
      if (offset < place + length) return 'text' in segment ? undefined : segment.start + offset - place
      place += length
    }
    return undefined
  }

  /** The edits that lead from the script to the text: disjoint, ascending. */
  edits(): Edit[] {
    const edits: Edit[] = []
    let [place, inserted] = [0, '']
    const flush = (start: number) => {
      if (start > place || inserted !== '') edits.push({ start: place, end: start, text: inserted })
      inserted = ''
    }
    for (const segment of this.#segments) {
      if ('text' in segment) inserted += segment.text
      else {
        flush(segment.start)
        place = segment.end
      }
    }
    flush(this.original.length)
    return edits
  }
}

function textOf(segment: Segment, original: string): string {
  return 'text' in segment ? segment.text : original.slice(segment.start, segment.end)
}

function lengthOf(segment: Segment): number {
  return 'text' in segment ? segment.text.length : segment.end - segment.start
}

/** Applies disjoint, ascending edits to a text. */
export function applied(edits: readonly Edit[], text: string): string {
  let [result, place] = ['', 0]
  for (const edit of edits) {
    result += text.slice(place, edit.start) + edit.text
    place = edit.end
  }
  return result + text.slice(place)
}
