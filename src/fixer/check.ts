/** Checks that edits of a manifest change what they are for, and nothing else. */
import { readManifest } from '../manifest/index.ts'
import { type JsonPointer, pointerSteps, sameJson } from '../model/json.ts'

/** A string of a document with its new value. */
export interface ExpectedChange {
  /** The index of the document among those that can be read. */
  readonly document: number
  readonly pointer: JsonPointer
  readonly value: string
}

/**
 * What is wrong with an edited text, as a clause: it must decode to the same documents, except for the expected changes, and have the same
 * parts that cannot be read or that kubectl ignores. Undefined if nothing is.
 */
export function faultOf(before: string, after: string, changes: readonly ExpectedChange[]): string | undefined {
  const [old, edited] = [readManifest(before), readManifest(after)]
  if (!sameMessages(old.errors, edited.errors)) return 'the edited text cannot be read like the original'
  if (!sameMessages(old.notices, edited.notices)) return 'kubectl would ignore other parts of the edited text'
  if (old.documents.length !== edited.documents.length) return 'the edited text has another number of documents'
  const expected = old.documents.map(({ value }) => value)
  const copies = new Set<unknown>()
  for (const { document, pointer, value } of changes)
    expected[document] = withValue(expected[document], pointerSteps(pointer), value, copies)
  const wrong = expected.findIndex((value, index) => !sameJson(value, edited.documents[index]?.value))
  return wrong === -1 ? undefined : `document ${wrong + 1} would change in other places, too`
}

function sameMessages(a: readonly { readonly message: string }[], b: readonly { readonly message: string }[]): boolean {
  return a.length === b.length && a.every(({ message }, index) => message === b[index]?.message)
}

/**
 * The value with another one at a place. Only what is on the way is copied, once for all changes: aliases share values, and the others must
 * not change.
 */
function withValue(root: unknown, steps: readonly string[], value: string, copies: Set<unknown>): unknown {
  const copyOf = (shared: unknown): Changeable => {
    const copy = (copies.has(shared) ? shared : Array.isArray(shared) ? [...shared] : { ...(shared as object) }) as Changeable
    copies.add(copy)
    return copy
  }
  const last = steps.at(-1)
  if (last === undefined) return value
  const changed = copyOf(root)
  let target = changed
  for (const step of steps.slice(0, -1)) {
    const child = copyOf(target[step])
    target[step] = child
    target = child
  }
  target[last] = value
  return changed
}

/** An object or a list, whose indexes are keys too. */
type Changeable = Record<string, unknown>
