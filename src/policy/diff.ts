/** Compares what two policies set, including defaults, whatever documents and forms they are written in. */
import { dump } from 'js-yaml'
import { safeText, shorten } from '../lint/text.ts'
import { isObject, type JsonObject, member } from '../model/json.ts'
import type { CompiledPolicy } from './compile.ts'
import { meantAction, type OverrideEntry, ruleEntry } from './document.ts'
import { completeDocument } from './show.ts'

/** One difference. */
export interface PolicyChange {
  /** `rules.image-latest.action`, `registries["docker.io/**"].fragile`, `overrides`. */
  readonly key: string
  readonly kind: 'added' | 'removed' | 'changed' | 'reordered'
  /** Null if it is not set, or not in the list. */
  readonly before: unknown
  readonly after: unknown
  /** The difference in words, with the key; safe to print. */
  readonly message: string
}

/** Longest value in a message. */
const maxShown = 200

/**
 * The differences, in the order of the keys of a policy; empty if both set the same. The order of entries counts for `registries` and
 * `overrides` only, because the first or the last matching one wins.
 */
export function diffPolicies(before: CompiledPolicy, after: CompiledPolicy): readonly PolicyChange[] {
  const changes: PolicyChange[] = []
  const [old, next] = [normalized(before), normalized(after)]
  for (const key of Object.keys({ ...old, ...next })) compare(key, old[key], next[key], changes)
  return changes
}

/** The complete policy with every rule in its long form. */
function normalized(policy: CompiledPolicy): JsonObject {
  const { apiVersion, kind, overrides, ...document } = completeDocument(policy)
  return {
    ...document,
    rules: Object.fromEntries(policy.decisions.settings),
    overrides: (overrides as readonly OverrideEntry[]).map(({ match = {}, rules }) => ({ match, rules: longForms(rules) })),
  }
}

function longForms(rules: OverrideEntry['rules']): JsonObject {
  const entries = Object.entries(rules).map(([id, written]) => {
    const { action, ...rest } = ruleEntry(written)
    return [id, { ...rest, ...(action === undefined ? {} : { action: meantAction(action) }) }] as const
  })
  return Object.fromEntries(entries)
}

function compare(key: string, before: unknown, after: unknown, changes: PolicyChange[]): void {
  if (isObject(before) && isObject(after)) {
    for (const name of Object.keys({ ...before, ...after })) compare(childKey(key, name), before[name], after[name], changes)
  } else if (Array.isArray(before) && Array.isArray(after)) compareLists(key, before, after, changes)
  else if (identity(before) !== identity(after)) {
    const [from, to] = [before, after].map((value) => (value === undefined ? 'not set' : shown(value)))
    const kind = before === undefined ? 'added' : after === undefined ? 'removed' : 'changed'
    changes.push({ key, kind, before: before ?? null, after: after ?? null, message: `${safeText(key)}: changed from ${from} to ${to}` })
  }
}

const plainKey = /^[A-Za-z][\w-]*$/

function childKey(key: string, name: string): string {
  return plainKey.test(name) ? `${key}.${name}` : `${key}[${JSON.stringify(name)}]`
}

/** By what an entry is found in the other list: a registry by its pattern, an override or exemption by its match. */
function nameOf(key: string, entry: unknown): unknown {
  if (key === 'registries') return member(entry, 'match')
  if (key === 'overrides') return member(entry, 'match')
  return key === 'exemptions' ? [member(entry, 'rules'), member(entry, 'match')] : entry
}

/** The entries by name; entries with the same name are told apart by their number. */
function byName(key: string, list: readonly unknown[]): ReadonlyMap<string, unknown> {
  const counts = new Map<string, number>()
  const entries = new Map<string, unknown>()
  for (const entry of list) {
    const name = identity(nameOf(key, entry))
    const count = (counts.get(name) ?? 0) + 1
    counts.set(name, count)
    entries.set(`${count} ${name}`, entry)
  }
  return entries
}

function compareLists(key: string, before: readonly unknown[], after: readonly unknown[], changes: PolicyChange[]): void {
  const [old, next] = [byName(key, before), byName(key, after)]
  for (const [name, entry] of old) {
    if (next.has(name)) compareEntries(key, after.indexOf(next.get(name)), entry, next.get(name), changes)
    else changes.push({ key, kind: 'removed', before: entry, after: null, message: `${key}: removed ${shown(entry)}` })
  }
  for (const [name, entry] of next) {
    if (!old.has(name)) changes.push({ key, kind: 'added', before: null, after: entry, message: `${key}: added ${shown(entry)}` })
  }
  if (key !== 'registries' && key !== 'overrides') return
  const [kept, now] = [[...old.keys()].filter((name) => next.has(name)), [...next.keys()].filter((name) => old.has(name))]
  if (kept.some((name, index) => name !== now[index])) {
    changes.push({ key, kind: 'reordered', before, after, message: `${key}: the order of the entries changed` })
  }
}

function compareEntries(key: string, index: number, before: unknown, after: unknown, changes: PolicyChange[]): void {
  if (identity(before) === identity(after)) return
  const match = member(after, 'match')
  compare(key === 'registries' ? `${key}[${JSON.stringify(match)}]` : `${key}[${index}]`, before, after, changes)
}

/** Equal for values that mean the same: the order of keys and of texts in a list does not count. */
function identity(value: unknown): string {
  if (Array.isArray(value)) {
    const items = value.map(identity)
    return `[${(value.every((item) => typeof item === 'string') ? items.toSorted() : items).join(',')}]`
  }
  if (!isObject(value)) return JSON.stringify(value) ?? 'undefined'
  const keys = Object.keys(value).sort()
  return `{${keys.map((key) => `${JSON.stringify(key)}:${identity(value[key])}`).join(',')}}`
}

/** A value on one line, as YAML. */
function shown(value: unknown): string {
  const text = typeof value === 'string' ? value : dump(value, { flowLevel: 0, lineWidth: -1 }).trimEnd()
  return shorten(safeText(text.replaceAll('\n', ' ')), maxShown)
}
