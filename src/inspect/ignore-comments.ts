/**
 * Comments `# initlint-ignore RULE[/CONTAINER][, …]: reason`, by which authors of a manifest silence findings in a file. They do not reach a
 * cluster, so they never silence what is denied there.
 */

import { subjectName } from '../lint/diagnostic.ts'
import { actionOf } from '../lint/engine.ts'
import type { WorkloadPolicy } from '../lint/policy-port.ts'
import type { Registry } from '../lint/registry.ts'
import type { Report, Subject } from '../lint/rule.ts'
import { type ManifestComment, maxComments } from '../manifest/index.ts'
import { type Directive, directiveWord, type Ignore, readDirective } from './ignore-directive.ts'
import type { InspectedWorkload } from './inputs.ts'
import type { NoticeEntry } from './output.ts'
import { type ScriptDirective, scriptDirectives } from './script-directives.ts'

/** Maximum number of notices about the comments of one input. */
const maxNotices = 100

export interface IgnoreOptions {
  readonly file: string | null
  /** All rules, those that do not run included. */
  readonly rules: Registry
  /** The rules that run. */
  readonly running: Registry
}

/** The comments of one input, and what they have silenced so far. */
export class IgnoreComments {
  readonly #options: IgnoreOptions
  readonly #notices: NoticeEntry[] = []
  /** The entries by line, and by rule and container. */
  readonly #byLine = new Map<number, Map<string, Ignore>>()
  readonly #entries: Ignore[] = []
  /** The rules of entries that were on for a workload of the input. */
  readonly #on = new Set<string>()
  readonly #scripts = new Map<string, readonly ScriptDirective[]>()
  #hasWorkload = false

  constructor(comments: readonly ManifestComment[], options: IgnoreOptions) {
    this.#options = options
    for (const { text, target, ...place } of comments) {
      const directive = readDirective(text, place, options.rules)
      if (directive !== undefined) this.#take(directive, target)
    }
    if (comments.length >= maxComments) {
      this.#notice({ line: null, column: null }, `only the first ${maxComments} comments ${directiveWord} of a file are read`)
    }
  }

  #take({ ignores, problems, place }: Directive, target: number | null): void {
    for (const problem of problems) this.#notice(place, problem)
    for (const ignore of ignores) {
      this.#entries.push(ignore)
      if (target === null) continue
      const entries = this.#byLine.get(target) ?? new Map<string, Ignore>()
      this.#byLine.set(target, entries)
      const key = keyOf(ignore.rule, ignore.container)
      if (!entries.has(key)) entries.set(key, ignore)
    }
  }

  #notice(place: Pick<NoticeEntry, 'line' | 'column'>, message: string): void {
    if (this.#notices.length < maxNotices) this.#notices.push({ file: this.#options.file, ...place, object: null, message })
  }

  /** The policy for a workload of the input, whose reports the comments silence. */
  over(policy: WorkloadPolicy, inspected: InspectedWorkload): WorkloadPolicy {
    this.#hasWorkload = true
    this.#noteRules(policy)
    return {
      context: policy.context,
      notices: policy.notices,
      isOn: (rule) => policy.isOn(rule),
      planFor: (rules) => policy.planFor(rules),
      canDeny: (rule) => policy.canDeny(rule),
      options: (rule) => policy.options(rule),
      decide: (rule, subject, report) => {
        const decision = policy.decide(rule, subject, report)
        if (report === undefined || decision.exempted !== undefined || decision.action === 'off') return decision
        const ignore = this.#find(rule, subject, report, inspected)
        if (ignore === undefined) return decision
        ignore.isMet = true
        if (actionOf(report, decision) === 'deny') {
          this.#notice(ignore.place, deniedMessage(rule))
          return decision
        }
        const { line } = ignore.place
        return { ...decision, exempted: { by: line === null ? 'a comment' : `comment in line ${line}`, reason: ignore.reason } }
      },
    }
  }

  #noteRules(policy: WorkloadPolicy): void {
    for (const { rule } of this.#entries) if (!this.#on.has(rule) && policy.isOn(rule)) this.#on.add(rule)
  }

  #find(rule: string, subject: Subject, report: Report, inspected: InspectedWorkload): Ignore | undefined {
    const { scriptLine } = report.data
    const inScript = typeof scriptLine === 'number' ? this.#inScript(rule, subject, scriptLine, inspected) : undefined
    if (inScript !== undefined || this.#byLine.size === 0) return inScript
    const place = typeof scriptLine === 'number' ? inspected.regionOfLine(report.pointer, scriptLine) : inspected.locate(report.pointer)
    for (const line of new Set([...(place === null ? [] : [place.line]), ...inspected.startLines(report.pointer)])) {
      const found = entryFor(rule, subject, this.#byLine.get(line))
      if (found !== undefined) return found
    }
    return undefined
  }

  #inScript(rule: string, subject: Subject, line: number, inspected: InspectedWorkload): Ignore | undefined {
    const script = inspected.scripts.analyzed().find(({ container }) => container === subject)?.found
    if (script === undefined || !script.text.includes(directiveWord)) return undefined
    const directives = this.#scriptDirectives(script.text, (at) => inspected.regionOfLine(script.pointer, at))
    return entryFor(rule, subject, directives.find(({ target }) => target === line)?.ignores)
  }

  /** Reads the comments of a script once, also if several workloads run it. */
  #scriptDirectives(text: string, locate: (line: number) => ReturnType<InspectedWorkload['regionOfLine']>): readonly ScriptDirective[] {
    const known = this.#scripts.get(text)
    if (known !== undefined) return known
    const read = scriptDirectives(text, this.#options.rules, locate)
    this.#scripts.set(text, read.byTarget)
    for (const { place, problems, ignores } of read.directives) {
      for (const problem of problems) this.#notice(place, problem)
      this.#entries.push(...ignores)
    }
    return read.byTarget
  }

  /** Reads the comments of all scripts of a workload, so that those that silence nothing are known. Called after its rules have run. */
  readScripts({ scripts, regionOfLine }: InspectedWorkload, policy: WorkloadPolicy): void {
    for (const { found } of scripts.analyzed()) {
      if (found?.text.includes(directiveWord)) this.#scriptDirectives(found.text, (line) => regionOfLine(found.pointer, line))
    }
    this.#noteRules(policy)
  }

  /** What the author should know, after all workloads of the input. */
  notices(): readonly NoticeEntry[] {
    for (const { rule, place, isMet } of this.#entries) {
      const ran = this.#options.running.get(rule) !== undefined && (this.#on.has(rule) || !this.#hasWorkload)
      if (!isMet && ran) this.#notice(place, unusedMessage(rule))
    }
    return this.#notices
  }
}

function deniedMessage(rule: string): string {
  return `the comment ${directiveWord} does not silence ${rule}, because the policy denies what it finds here; the policy can exempt it`
}

function unusedMessage(rule: string): string {
  return `the comment ${directiveWord} silences nothing: ${rule} finds nothing here; remove it`
}

function keyOf(rule: string, container: string | null): string {
  return container === null ? rule : `${rule}/${container}`
}

function entryFor(rule: string, subject: Subject, entries: ReadonlyMap<string, Ignore> | undefined): Ignore | undefined {
  if (entries === undefined) return undefined
  return entries.get(rule) ?? (subject === null ? undefined : entries.get(keyOf(rule, subjectName(subject))))
}
