/** Finds what a message means: unwraps it, and takes the matching pattern with the lowest rank. */
import { type MessagePattern, wrappers } from './index.ts'

/** Longest text that is matched, in UTF-16 units: the kubelet cuts messages of Events at 1,024 bytes (pkg/apis/core/validation/events.go). */
export const maxText = 2048

/** Wrappers around wrappers: more than any component writes. */
const maxDepth = 5

/** A message and what it means. */
export interface Classified {
  readonly pattern: MessagePattern
  /** What the groups of the pattern matched; '' for those that did not. */
  readonly groups: readonly string[]
  /** The part of the text that matched. */
  readonly matched: string
  /** The text without its wrappers. */
  readonly inner: string
}

/** Prefixes of the kubelet and of the gRPC client that say nothing. */
const emptyPrefixes = /^(?:Error: |rpc error: code = Unknown desc = )/

/** The part of a text that is matched; without its last word if that was cut, because half of a secret would not be recognized. */
function bounded(text: string): string {
  return text.length <= maxText ? text : text.slice(0, text.slice(0, maxText).search(/\S*$/))
}

/** The text without what components write around it: `Back-off pulling image "x": ErrImagePull: ` and similar. */
export function unwrap(text: string): { readonly inner: string; readonly found?: Classified } {
  let inner = bounded(text).trim()
  for (let depth = 0; depth < maxDepth; depth++) {
    const before = inner
    for (const pattern of wrappers) {
      const match = pattern.pattern.exec(inner)
      if (match === null) continue
      if (pattern.cause !== 'inner') return { inner, found: asClassified(pattern, match, inner) }
      const last = match.slice(1).findLast((group) => group !== undefined && group !== '')
      // Without a cause in it, the last group of a back-off is the image.
      inner = pattern.id === 'pull-backoff' && match[3] === undefined ? '' : (last ?? '')
      break
    }
    inner = inner.replace(emptyPrefixes, '').trim()
    if (inner === before) break
  }
  return { inner }
}

/** @returns undefined if no pattern matches */
export function classify(text: string, patterns: readonly MessagePattern[]): Classified | undefined {
  const { inner, found } = unwrap(text)
  return found ?? classifyInner(inner, patterns)
}

/** Classifies a text that has no wrappers. */
export function classifyInner(text: string, patterns: readonly MessagePattern[]): Classified | undefined {
  const inner = bounded(text)
  let best: Classified | undefined
  for (const pattern of patterns) {
    if (best !== undefined && pattern.rank >= best.pattern.rank) continue
    const match = pattern.pattern.exec(inner)
    if (match !== null) best = asClassified(pattern, match, inner)
  }
  return best
}

function asClassified(pattern: MessagePattern, match: RegExpExecArray, inner: string): Classified {
  return { pattern, groups: match.slice(1).map((group) => group ?? ''), matched: match[0], inner }
}
