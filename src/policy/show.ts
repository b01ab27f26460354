/** Prints the effective policy and the source of each value. */
import { dump } from 'js-yaml'
import type { AnyRule } from '../lint/rule.ts'
import { asObject, isObject, member } from '../model/json.ts'
import type { CompiledPolicy } from './compile.ts'
import { policyApiVersion, policyKind } from './document.ts'
import type { MergedPolicy } from './merge.ts'
import { childPointer } from './problem.ts'
import { defaultMutableTags, defaultPlaceholders, isFrozenListOn } from './registries.ts'
import { defaultControllers } from './users.ts'

/**
 * The complete policy as one YAML document, including defaults. A comment after each value names its source: `# 20-cluster.yaml:7`,
 * `# preset recommended` or `# default`. Reading the document gives the same policy.
 */
export function showPolicy(policy: CompiledPolicy): readonly string[] {
  const lines: Line[] = []
  const sourceOf = sources(policy)
  for (const [key, value] of Object.entries(completeDocument(policy))) {
    print({ key: `${key}:`, value, pointer: childPointer('', key), indent: '' }, sourceOf, lines)
  }
  return aligned(lines)
}

/**
 * The action of every rule in a namespace, with its source, followed by the overrides and exemptions that may change it for some objects
 * there.
 * @param labels of the namespace; undefined if they are not known
 * @param now ms since 1970
 */
export function showEffective(
  policy: CompiledPolicy,
  namespace: string,
  labels: ReadonlyMap<string, string> | undefined,
  now: number,
): readonly string[] {
  const lines: Line[] = policy.decisions.registry.rules.map((rule) => effectiveLine(policy, rule, { namespace, labels, now }))
  return aligned([{ text: `# in namespace ${namespace}`, source: '' }, ...lines])
}

interface Line {
  readonly text: string
  readonly source: string
}

type SourceOf = (pointer: string) => string

function sources({ merged }: CompiledPolicy): SourceOf {
  const preset = merged.document.preset ?? 'recommended'
  return (pointer) => {
    // The short form of a rule is its action.
    const isShort = /^\/rules\/[^/]+$/.test(pointer)
    const origin = merged.origin(isShort ? `${pointer}/action` : pointer)
    if (origin !== undefined) return `${origin.file}:${origin.line}`
    return isShort || /^\/rules\/[^/]+\/action$/.test(pointer) ? `preset ${String(preset)}` : 'default'
  }
}

/** All keys of the policy, including defaults. */
export function completeDocument({ merged: { document }, decisions, fix }: CompiledPolicy): Readonly<Record<string, unknown>> {
  const { cluster, annotations } = document
  return {
    apiVersion: policyApiVersion,
    kind: policyKind,
    preset: document.preset ?? 'recommended',
    cluster: { alwaysPullImages: false, runtime: 'containerd', ...cluster },
    rules: Object.fromEntries(
      decisions.registry.rules.map((rule) => [rule.meta.id, completeEntry(document.rules, rule, decisions.settings)]),
    ),
    registries: document.registries ?? [],
    preloaded: document.preloaded ?? [],
    placeholders: document.placeholders ?? defaultPlaceholders,
    mutableTags: document.mutableTags ?? defaultMutableTags,
    frozenRegistries: isFrozenListOn(document) ? 'on' : 'off',
    templates: document.templates ?? [],
    fix,
    warnTo: { exceptUsers: document.warnTo?.exceptUsers ?? [] },
    controllers: document.controllers ?? defaultControllers,
    exemptions: document.exemptions ?? [],
    overrides: document.overrides ?? [],
    annotations: { allow: true, requireReason: true, ...annotations },
  }
}

/** A rule's entry, in its short form if only the action is set. */
function completeEntry(rules: unknown, rule: AnyRule, settings: CompiledPolicy['decisions']['settings']): unknown {
  const setting = settings.get(rule.meta.id)
  const options = setting?.options ?? {}
  const [ignorable, everyPod] = ['ignorable', 'everyPod'].map((key) => member(member(rules, rule.meta.id), key))
  if (Object.keys(options).length === 0 && ignorable === undefined && everyPod === undefined) return setting?.action
  return {
    action: setting?.action,
    ...(Object.keys(options).length === 0 ? {} : { options }),
    ...(ignorable === undefined ? {} : { ignorable }),
    ...(everyPod === undefined ? {} : { everyPod }),
  }
}

interface Item {
  /** The text before the value: `name:` or `-`. */
  readonly key: string
  readonly value: unknown
  readonly pointer: string
  readonly indent: string
}

function print({ key, value, pointer, indent }: Item, sourceOf: SourceOf, lines: Line[]): void {
  const isList = Array.isArray(value)
  const members = isList ? [...value.entries()] : Object.entries(asObject(value))
  if (members.length === 0) {
    const text = isList ? '[]' : isObject(value) ? '{}' : scalar(value)
    lines.push({ text: `${indent}${key} ${text}`, source: sourceOf(pointer) })
    return
  }
  // A dash and the first member of its mapping share a line, as is usual in YAML.
  const shared = key === '-' && !isList
  if (!shared) lines.push({ text: `${indent}${key}`, source: '' })
  for (const [index, [name, inner]] of members.entries()) {
    const before = shared && index === 0 ? `${indent}- ` : `${indent}  `
    const written = isList ? '-' : `${scalar(name)}:`
    printMember(before, { key: written, value: inner, pointer: childPointer(pointer, name), indent: `${indent}  ` }, sourceOf, lines)
  }
}

/** Prints a member; its first line starts with `before`, which can end in a dash. */
function printMember(before: string, item: Item, sourceOf: SourceOf, lines: Line[]): void {
  const first = lines.length
  print(item, sourceOf, lines)
  const line = lines[first]
  if (line !== undefined) lines[first] = { ...line, text: before + line.text.slice(before.length) }
}

/** A scalar on one line, quoted if YAML requires it. */
function scalar(value: unknown): string {
  return typeof value === 'string' && /[\n\r]/.test(value) ? JSON.stringify(value) : dump(value, { lineWidth: -1 }).trimEnd()
}

/** Aligns the comments in one column, except those of long lines. */
function aligned(lines: readonly Line[]): readonly string[] {
  const width = Math.min(60, Math.max(0, ...lines.filter(({ source }) => source !== '').map(({ text }) => text.length)))
  return lines.map(({ text, source }) => (source === '' ? text : `${text.padEnd(width)}  # ${source}`))
}

interface Place {
  readonly namespace: string
  readonly labels: ReadonlyMap<string, string> | undefined
  readonly now: number
}

function effectiveLine(policy: CompiledPolicy, rule: AnyRule, { namespace, labels, now }: Place): Line {
  const { settings, overrides, exemptions } = policy.decisions
  const { id } = rule.meta
  let action = settings.get(id)?.action ?? 'off'
  let source = sources(policy)(`/rules/${id}/action`)
  const notes: string[] = []
  for (const [index, override] of overrides.entries()) {
    const next = override.changes.get(id)?.action
    const outcome = override.match.namespace(namespace, labels)
    if (next === undefined || outcome === 'no') continue
    const place = `overrides[${index}] (${placeOf(policy.merged, `/overrides/${index}`)})`
    if (outcome === 'yes') {
      action = next
      source = place
      notes.length = 0
    } else notes.push(`${next} if ${place} matches`)
  }
  for (const [index, exemption] of exemptions.entries()) {
    if (!exemption.covers(id) || exemption.match.namespace(namespace, labels) === 'no') continue
    const place = `exemptions[${index}] (${placeOf(policy.merged, `/exemptions/${index}`)})`
    notes.push(now < exemption.endsAt ? `exempt if ${place} matches` : `${place} has expired`)
  }
  return { text: `${id}: ${action}`, source: [source, ...notes].join('; ') }
}

function placeOf(merged: MergedPolicy, pointer: string): string {
  const origin = merged.origin(pointer)
  return origin === undefined ? 'default' : `${origin.file}:${origin.line}`
}
