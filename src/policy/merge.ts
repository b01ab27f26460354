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

export interface MergedPolicy {
  readonly document: Partial<PolicyDocument>
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
  let merged: JsonObject = {}
  for (const { document, source } of checked) merged = mergeObject(merged, longForm(document), '', source, origins)
  return {
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

function mergeObject(
  earlier: JsonObject,
  later: JsonObject,
  pointer: string,
  source: LocatedDocument,
  origins: Map<string, LocatedDocument>,
): JsonObject {
  const merged = new Map(Object.entries(earlier))
  for (const [key, value] of Object.entries(later)) {
    const path = childPointer(pointer, key)
    if (isObject(value)) {
      const before = merged.get(key)
      merged.set(key, mergeObject(isObject(before) ? before : {}, value, path, source, origins))
    } else {
      merged.set(key, value)
      origins.set(path, source)
    }
  }
  return Object.fromEntries(merged)
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
