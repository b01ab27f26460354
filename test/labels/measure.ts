/** Compares what initlint says about init containers with their labels. */
import { readFileSync } from 'node:fs'
import { type DiagnosticEntry, type Input, lintInputs, type RehearsedEntry, rehearseInputs } from '../../src/inspect/index.ts'
import { builtInPolicy } from '../../src/policy/index.ts'
import { registry } from '../../src/rules/registry.ts'
import type { Label } from './labels.ts'
import { withScripts } from './scripts.ts'

/** The rules that say that a script is not safe to run again. */
const rerunRules: ReadonlySet<string> = new Set(['init-not-idempotent', 'init-not-atomic'])

/** A finding about one container. */
export interface Finding {
  readonly rule: string
  /** Rule and message id. */
  readonly reason: string
  readonly message: string
}

/** A label and what initlint says about its container. */
export interface Judged {
  readonly label: Label
  readonly said: 'safe' | 'unsafe' | 'unknown'
  readonly findings: readonly Finding[]
  /** What could not be analyzed, each once. */
  readonly unknown: readonly string[]
}

/** What was measured: the judged labels, and the ids of those whose container is not in its manifest. */
export interface Measured {
  readonly judged: readonly Judged[]
  readonly missing: readonly string[]
}

/** Lints and rehearses the manifests of the labels, each once. */
export function measure(labels: readonly Label[]): Measured {
  const judged: Judged[] = []
  const missing: string[] = []
  const policy = builtInPolicy('recommended', registry)
  for (const [manifest, its] of Map.groupBy(labels, ({ manifest }) => manifest)) {
    const scripts = its.flatMap(({ script }) => script ?? [])
    const inputs: readonly Input[] = [{ file: manifest, text: withScripts(readFileSync(manifest, 'utf8'), scripts) }]
    const { containers } = rehearseInputs(inputs, { namespace: 'default' })
    const { diagnostics } = lintInputs(inputs, { policy, registry, namespace: 'default', now: 0, docsBase: '' })
    for (const label of its) {
      const entry = entryOf(label, containers)
      if (entry === undefined) missing.push(label.id)
      else judged.push(judge(label, entry, diagnostics))
    }
  }
  return { judged, missing }
}

/** The container of a label. A transcribed manifest has another kind and name than its template: then the only container of that name. */
function entryOf(label: Label, containers: readonly RehearsedEntry[]): RehearsedEntry | undefined {
  const { kind, name, container } = label
  const named = containers.filter((entry) => entry.container === container || entry.container === legalName(container))
  return named.find(({ object }) => object.kind === kind && object.name === name) ?? (named.length === 1 ? named[0] : undefined)
}

/** The name in a manifest that was transcribed from a template: `tpl_Values_name` is not a legal name (RFC 1123), and is cut off. */
function legalName(name: string): string {
  return name
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]/g, '-')
    .slice(0, 60)
}

function judge(label: Label, { object, container, verdict, unknown }: RehearsedEntry, diagnostics: readonly DiagnosticEntry[]): Judged {
  const findings = diagnostics
    .filter((each) => each.container === container && each.object.kind === object.kind && each.object.name === object.name)
    .map(({ rule, messageId, message }): Finding => ({ rule, reason: `${rule}/${messageId}`, message }))
  const isNamed = findings.some(({ rule }) => rerunRules.has(rule))
  return { label, said: isNamed ? 'unsafe' : verdict, findings, unknown: [...new Set(unknown.map(({ why }) => why))] }
}

/** How often something that was said is right, wrong, or about a label that does not tell. */
export interface Score {
  right: number
  wrong: number
  unclear: number
}

/** Right answers among all there are. */
export interface Share {
  part: number
  whole: number
}

export interface Scores {
  /** Containers whose script can be read: everything below is about them. */
  readonly readable: number
  readonly safe: Score
  readonly unsafe: Score
  /** Unsafe labels that a finding names. */
  readonly recall: Share
  readonly unknown: Share
  /** Findings by rule, then by rule and message; of init-waits-forever, compared with the labels' waits. */
  readonly byRule: ReadonlyMap<string, Score>
  readonly byReason: ReadonlyMap<string, Score>
  /** Unsafe labels by what their scripts do. */
  readonly byOperation: ReadonlyMap<string, Share>
  /** Containers by what could not be analyzed. */
  readonly byUnknown: ReadonlyMap<string, number>
  /** Endless waits that init-waits-forever names. */
  readonly waits: Share
}

/** Scores what was said about containers with readable scripts. */
export function scoresOf(all: readonly Judged[]): Scores {
  const judged = all.filter(({ label }) => label.isReadable)
  const scores = {
    readable: judged.length,
    safe: noScore(),
    unsafe: noScore(),
    recall: noShare(),
    unknown: { part: 0, whole: judged.length },
    byRule: new Map<string, Score>(),
    byReason: new Map<string, Score>(),
    byOperation: new Map<string, Share>(),
    byUnknown: new Map<string, number>(),
    waits: noShare(),
  }
  const { safe, unsafe, recall, unknown, byOperation, byUnknown, waits } = scores
  for (const { label, said, findings, unknown: parts } of judged) {
    if (said === 'unknown') {
      unknown.part += 1
      for (const why of parts) byUnknown.set(why, (byUnknown.get(why) ?? 0) + 1)
    } else {
      count(said === 'safe' ? safe : unsafe, agrees(label, said))
    }
    if (label.verdict === 'unsafe') {
      for (const share of [recall, at(byOperation, label.operation, noShare)]) add(share, said === 'unsafe')
    }
    if (label.waitsForever === true) add(waits, findings.some(isEndlessWait))
    scoreFindings(label, findings, scores)
  }
  return scores
}

function scoreFindings(label: Label, findings: readonly Finding[], { byRule, byReason }: ScoredMaps): void {
  for (const finding of findings) {
    const { rule, reason } = finding
    if (!rerunRules.has(rule) && !isEndlessWait(finding)) continue
    const isRight = rerunRules.has(rule) ? agrees(label, 'unsafe') : label.waitsForever
    for (const score of [at(byRule, rule, noScore), at(byReason, reason, noScore)]) count(score, isRight)
  }
}

interface ScoredMaps {
  readonly byRule: Map<string, Score>
  readonly byReason: Map<string, Score>
}

/** Whether what is said of a readable script differs from its label. */
export function differs({ label, said }: Judged): boolean {
  return label.isReadable && label.verdict !== 'unclear' && said !== label.verdict
}

const isEndlessWait = ({ rule }: Finding): boolean => rule === 'init-waits-forever'

/** Undefined if the label does not tell. */
function agrees({ verdict }: Label, said: Label['verdict']): boolean | undefined {
  return verdict === 'unclear' ? undefined : verdict === said
}

const noScore = (): Score => ({ right: 0, wrong: 0, unclear: 0 })
const noShare = (): Share => ({ part: 0, whole: 0 })

function count(score: Score, isRight: boolean | undefined): void {
  score[isRight === undefined ? 'unclear' : isRight ? 'right' : 'wrong'] += 1
}

function add(share: Share, isPart: boolean): void {
  share.whole += 1
  if (isPart) share.part += 1
}

function at<Value>(map: Map<string, Value>, key: string, make: () => Value): Value {
  const found = map.get(key) ?? make()
  map.set(key, found)
  return found
}
