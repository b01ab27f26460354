/** Merges several policy documents: mappings key by key, while later lists and scalars replace earlier ones. */
import type { Position } from '../manifest/index.ts'
import { isObject, type JsonObject } from '../model/json.ts'
import { meantAction, type PolicyDocument, type RuleEntries, ruleEntry } from './document.ts'
import { childPointer } from './problem.ts'
import type { LocatedDocument } from './sources.ts'

/** A place in a file. */
export interface Origin extends Position {
  readonly file: string
}

/** A list of an earlier document that a later document replaces. */
export interface ReplacedList {
  readonly pointer: string
  readonly before: readonly unknown[]
  readonly after: readonly unknown[]
  readonly earlier: Origin
  readonly later: Origin
}

export interface MergedPolicy {
  readonly document: Partial<PolicyDocument>
  readonly replaced: readonly ReplacedList[]
  /** The place that set the value at a pointer; undefined if no document did. */
  origin(pointer: string): Origin | undefined
}

/** A schema-validated document and its source. */
export interface CheckedDocument {
  readonly document: PolicyDocument
  readonly source: LocatedDocument
}

/** Merges documents in order. A bare action counts as `{action}`, so the options of an earlier document stay in effect. */
export function mergeDocuments(checked: readonly CheckedDocument[]): MergedPolicy {
  const origins = new Map<string, LocatedDocument>()
  const replaced: ReplacedList[] = []
  let merged: JsonObject = {}
  for (const { document, source } of checked) merged = mergeObject(merged, longForm(document), '', source, { origins, replaced })
  return {
    replaced,
    // The result has the type of its parts: each value is taken unchanged from one of them or merged from mappings of the same type.
    document: merged as Partial<PolicyDocument>,
    origin: (pointer) => {
      for (let above = pointer; above !== ''; above = above.slice(0, above.lastIndexOf('/'))) {
        const source = origins.get(above)
        if (source !== undefined) return { file: source.file, ...source.locate(pointer) }
      }
      return undefined
    },
  }
}

/** What merging finds out about each pointer. */
interface Trace {
  readonly origins: Map<string, LocatedDocument>
  readonly replaced: ReplacedList[]
}

function mergeObject(earlier: JsonObject, later: JsonObject, pointer: string, source: LocatedDocument, trace: Trace): JsonObject {
  const { origins, replaced } = trace
  const merged = new Map(Object.entries(earlier))
  for (const [key, value] of Object.entries(later)) {
    const path = childPointer(pointer, key)
    if (isObject(value)) {
      const before = merged.get(key)
      merged.set(key, mergeObject(isObject(before) ? before : {}, value, path, source, trace))
    } else {
      const before = merged.get(key)
      const first = origins.get(path)
      if (Array.isArray(before) && Array.isArray(value) && first !== undefined) {
        replaced.push({ pointer: path, before, after: value, earlier: placeOf(first, path), later: placeOf(source, path) })
      }
      merged.set(key, value)
      origins.set(path, source)
    }
  }
  return Object.fromEntries(merged)
}

/** The place of a key. */
function placeOf(source: LocatedDocument, pointer: string): Origin {
  return { file: source.file, ...source.locate(pointer, 'key') }
}

function longForm(document: PolicyDocument): JsonObject {
  const { preset, rules, fix, ...rest } = document
  return {
    ...rest,
    ...(preset === undefined ? {} : { preset: preset === false ? 'off' : preset }),
    ...(fix === undefined ? {} : { fix: meantFix(fix) }),
    ...(rules === undefined ? {} : { rules: longEntries(rules) }),
  }
}

function meantFix({ on, true: alias, ...rest }: NonNullable<PolicyDocument['fix']>): JsonObject {
  const meant = on ?? alias
  return { ...rest, ...(meant === undefined ? {} : { on: meant }) }
}

function longEntries(rules: RuleEntries): JsonObject {
  const entries = Object.entries(rules).map(([id, written]) => {
    const { action, ...rest } = ruleEntry(written)
    return [id, { ...rest, ...(action === undefined ? {} : { action: meantAction(action) }) }] as const
  })
  return Object.fromEntries(entries)
}
