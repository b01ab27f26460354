import { safeText } from '../lint/text.ts'
import { excerptAt, lineReader } from './excerpt.ts'
import { type DiagnosticEntry, forPeople, type Input, type InputError, type LintOutput, type ObjectName } from './output.ts'
import { type Paint, plain } from './paint.ts'
import { count, enumerate } from './words.ts'

export interface LintTextOptions {
  /** Brings the colours; false for none. */
  readonly colour: Paint | false
  /** Whether audit findings and exempted ones are shown as well. */
  readonly showAudit: boolean
  /** One line per diagnostic, and nothing where there is nothing to report. */
  readonly quiet: boolean
}

/** Column at which the hint stands behind a short remediation; behind a long one it gets a line of its own. */
const hintColumn = 60
const indent = '   '

/**
 * The diagnostics as a person reads them: place, excerpt, what happens, what to do; then a line that sums up.
 * Denials, warnings and fixes are shown, audit findings and exempted ones only on demand. Everything is safe to print.
 * @returns lines that end with a line feed, or '' for nothing
 */
export function renderLintText(output: LintOutput, inputs: readonly Input[], options: LintTextOptions): string {
  const paint = options.colour === false ? plain : options.colour
  const shown = output.diagnostics.filter((entry) => options.showAudit || isSpoken(entry))
  if (options.quiet) return lines(shown.map((entry) => quietLine(entry, paint)))
  const readers = inputs.map(({ text }) => lineReader(text))
  const blocks = shown.map((entry) => {
    const { place, input } = entry[forPeople]
    const reader = readers[input]
    const excerpt = place === null || reader === undefined ? undefined : excerptAt(reader, place)
    const source =
      excerpt === undefined ? [] : [excerpt.source, paint(entry.severity, excerpt.carets), ...(excerpt.next ? [excerpt.next] : [])]
    return lines([header(entry, paint), ...source, ...explanation(entry, paint), ''])
  })
  return `${blocks.join('')}${lines([...noticeLines(output), ...closing(output, shown, options.showAudit)])}`
}

/** What could not be read, and rules that failed: one line each, for standard error. */
export function renderProblemsText({ errors, faults }: Pick<LintOutput, 'errors'> & Partial<Pick<LintOutput, 'faults'>>): string {
  return lines([
    ...errors.map(errorLine),
    ...(faults ?? []).map(
      ({ rule, file, object, message }) =>
        `${file === null ? '' : `${safeText(file)}: `}the rule ${rule} failed on ${nameOf(object)} and did not judge it, a fault of initlint: ${safeText(message)}`,
    ),
  ])
}

/** `web.yaml:7:3: …`; the message about an unreadable file already names it. */
function errorLine({ file, line, column, message }: InputError): string {
  if (line === null && message.startsWith('cannot read ')) return safeText(message)
  const place = [safeText(file ?? 'input'), line, column].filter((part) => part !== null).join(':')
  return `${place}: ${safeText(message)}`
}

function isSpoken({ action, exempted }: DiagnosticEntry): boolean {
  return action !== 'audit' && exempted === undefined
}

function header(entry: DiagnosticEntry, paint: Paint): string {
  return `${paint('place', placeOf(entry))}  ${paint(entry.severity, entry.severity)}  ${entry.rule}${remark(entry, paint)}`
}

function quietLine(entry: DiagnosticEntry, paint: Paint): string {
  return `${header(entry, paint)}  ${entry[forPeople].prefix}${entry.message}`
}

/** `web.yaml:17:18`; the object's name where there is no text to point at. */
function placeOf(entry: DiagnosticEntry): string {
  const { place } = entry[forPeople]
  const file = safeText(entry.file ?? 'input')
  return place === null ? `${file} ${nameOf(entry.object)}` : `${file}:${place.line}:${place.column}`
}

/** What the policy does, where that is not the ordinary warning. */
function remark({ action, exempted }: DiagnosticEntry, paint: Paint): string {
  if (exempted !== undefined) return paint('faint', `  (exempt by ${safeText(exempted.by)}: ${safeText(exempted.reason)})`)
  return action === 'warn' ? '' : paint('faint', `  (${action})`)
}

function explanation({ rule, message, [forPeople]: { prefix, remediation } }: DiagnosticEntry, paint: Paint): string[] {
  const hint = paint('faint', `initlint rules ${rule}`)
  const advice = `${indent}${remediation}`
  const said = `${indent}${prefix}${message}`
  return advice.length < hintColumn ? [said, `${advice.padEnd(hintColumn)}${hint}`] : [said, advice, `${indent}${hint}`]
}

/** Each notice once, with the first object that it was said of. */
function noticeLines({ notices }: LintOutput): string[] {
  const first = new Map<string, { readonly object: ObjectName; times: number }>()
  for (const { message, object } of notices) {
    const known = first.get(message)
    if (known === undefined) first.set(message, { object, times: 1 })
    else known.times++
  }
  return [...first].map(([message, { object, times }]) => {
    const others = times === 1 ? '' : ` and ${count(times - 1, 'other object')}`
    return `Note on ${nameOf(object)}${others}: ${safeText(message)}`
  })
}

function nameOf({ kind, namespace, name }: ObjectName): string {
  return safeText(`${kind} ${namespace}/${name}`)
}

function closing(output: LintOutput, shown: readonly DiagnosticEntry[], showAudit: boolean): string[] {
  const { summary } = output
  if (summary.objects === 0) return [noWorkload(summary.files, summary.errors)]
  const { deny, warn, fix, audit } = summary.byAction
  const exempted = output.diagnostics.filter((entry) => entry.exempted !== undefined).length
  const found = [
    ...(deny === 0 ? [] : [count(deny, 'denial')]),
    ...(warn + fix === 0 ? [] : [count(warn + fix, 'warning')]),
    ...(showAudit && audit > 0 ? [count(audit, 'audit finding')] : []),
  ]
  const files = new Set(shown.map((entry) => entry[forPeople].input)).size
  const said =
    found.length === 0 ? `Nothing to report on ${count(summary.objects, 'workload')}` : `${enumerate(found)} in ${count(files, 'file')}`
  const hidden = [
    ...(audit === 0 ? [] : [count(audit, `${found.length === 0 ? '' : 'more '}audit finding`)]),
    ...(exempted === 0 ? [] : [`${exempted} exempted`]),
  ]
  const more = showAudit || hidden.length === 0 ? '' : `; ${enumerate(hidden)}: --show audit`
  const empty = output[forPeople].workloadsPerInput.filter((workloads) => workloads === 0).length
  return [
    `${said}${more}`,
    ...(empty === 0 || empty === summary.errors ? [] : [`${count(empty, 'file')} of ${summary.files} held no workload`]),
  ]
}

function noWorkload(files: number, errors: number): string {
  if (errors > 0 && errors >= files) return `Nothing was judged: ${count(errors, 'input')} could not be read`
  return `Nothing to judge: no Pod and no kind that makes Pods in ${count(files, 'file')}`
}

function lines(texts: readonly string[]): string {
  return texts.map((text) => `${text}\n`).join('')
}
