import { safeText } from '../lint/text.ts'
import { excerptAt, lineReader } from './excerpt.ts'
import { isShownByDefault, levelOf } from './level.ts'
import {
  type DiagnosticEntry,
  forPeople,
  type Input,
  type InputError,
  type LintOutput,
  type NoticeEntry,
  type ObjectName,
} from './output.ts'
import { type Paint, plain } from './paint.ts'
import { count, enumerate } from './words.ts'

export interface LintTextOptions {
  /** Adds colors; false for none. */
  readonly color: Paint | false
  /** Whether audit and exempted findings are also shown. */
  readonly showAudit: boolean
  /** One line per diagnostic, and no output if there are no findings. */
  readonly quiet: boolean
}

/** The column of the hint after a short remediation; after a long one the hint is on a line of its own. */
const hintColumn = 60
const indent = '   '

/**
 * The diagnostics as text: place, excerpt, what happens, what to do; then a summary line.
 * Denials, warnings and fixes are shown; audit and exempted findings only on demand. Everything is safe to print.
 * @returns lines that end with a line feed, or '' if there is nothing to print
 */
export function renderLintText(output: LintOutput, inputs: readonly Input[], options: LintTextOptions): string {
  const paint = options.color === false ? plain : options.color
  const shown = output.diagnostics.filter((entry) => options.showAudit || isShownByDefault(entry))
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

/** Unreadable inputs and failed rules: one line each, for standard error. */
export function renderProblemsText({ errors, faults }: Pick<LintOutput, 'errors'> & Partial<Pick<LintOutput, 'faults'>>): string {
  return lines([
    ...errors.map(errorLine),
    ...(faults ?? []).map(
      ({ rule, file, object, message }) =>
        `${file === null ? '' : `${safeText(file)}: `}the rule ${rule} failed on ${nameOf(object)} and did not check it, which is a bug in initlint: ${safeText(message)}`,
    ),
  ])
}

/** `web.yaml:7:3: …`; the message about an unreadable file already names it. */
function errorLine({ file, line, column, message }: InputError): string {
  if (line === null && message.startsWith('cannot read ')) return safeText(message)
  const place = [safeText(file ?? 'input'), line, column].filter((part) => part !== null).join(':')
  return `${place}: ${safeText(message)}`
}

function header(entry: DiagnosticEntry, paint: Paint): string {
  return `${paint('place', placeOf(entry))}  ${paint(entry.severity, entry.severity)}  ${entry.rule}${remark(entry, paint)}`
}

/** A line as compilers print it, which the problem matcher `$gcc` of VS Code reads; it knows no other levels. */
function quietLine(entry: DiagnosticEntry, paint: Paint): string {
  const { place, prefix } = entry[forPeople]
  const { line, column } = place ?? { line: 1, column: 1 }
  const level = levelOf(entry) === 'error' ? 'error' : 'warning'
  const at = paint('place', `${safeText(entry.file ?? 'input')}:${line}:${column}`)
  return `${at}: ${paint(level, level)}: ${prefix}${entry.message} [${entry.rule}]${remark(entry, paint)}`
}

/** `web.yaml:17:18`; the object's name if there is no place in a text. */
function placeOf(entry: DiagnosticEntry): string {
  const { place } = entry[forPeople]
  const file = safeText(entry.file ?? 'input')
  return place === null ? `${file} ${nameOf(entry.object)}` : `${file}:${place.line}:${place.column}`
}

/** The action or exemption of the policy, unless it is the default action warn. */
function remark({ action, exempted, baselined }: DiagnosticEntry, paint: Paint): string {
  if (exempted !== undefined) return paint('faint', `  (exempt by ${safeText(exempted.by)}: ${safeText(exempted.reason)})`)
  if (baselined === true) return paint('faint', '  (in the baseline)')
  return action === 'warn' ? '' : paint('faint', `  (${action})`)
}

function explanation({ rule, message, [forPeople]: { prefix, remediation } }: DiagnosticEntry, paint: Paint): string[] {
  const hint = paint('faint', `initlint rules ${rule}`)
  const advice = `${indent}${remediation}`
  const statement = `${indent}${prefix}${message}`
  return advice.length < hintColumn ? [statement, `${advice.padEnd(hintColumn)}${hint}`] : [statement, advice, `${indent}${hint}`]
}

/** Each notice once, with the first object or place that it applies to. */
function noticeLines({ notices }: LintOutput): string[] {
  const first = new Map<string, { readonly notice: NoticeEntry; times: number }>()
  for (const notice of notices) {
    const known = first.get(notice.message)
    if (known === undefined) first.set(notice.message, { notice, times: 1 })
    else known.times++
  }
  return [...first.values()].map(({ notice: { object, file, line, column, message }, times }) => {
    const subject = object === null ? [safeText(file ?? 'input'), line, column].join(':') : nameOf(object)
    const others = times === 1 ? '' : ` and ${count(times - 1, object === null ? 'other place' : 'other object')}`
    return `Note on ${subject}${others}: ${safeText(message)}`
  })
}

function nameOf({ kind, namespace, name }: ObjectName): string {
  return safeText(`${kind} ${namespace}/${name}`)
}

/** `3 Foos and 1 Bar not judged: …`; a manifest can have any number of kinds. */
function notJudgedLine({ notJudged }: LintOutput['summary']): string[] {
  const kinds = Object.entries(notJudged)
  if (kinds.length === 0) return []
  const named = kinds.slice(0, maxKinds).map(([kind, number]) => count(number, safeText(kind)))
  const rest = kinds.slice(maxKinds).reduce((sum, [, number]) => sum + number, 0)
  const all = enumerate(rest === 0 ? named : [...named, `${rest} of other kinds`])
  return [`${all} not judged: a policy can list the paths of their pod templates (templates)`]
}

const maxKinds = 5

/** `Skipped 3 files that are not manifests: a.yaml:3:1 (invalid YAML: …), …` */
function skippedLine({ skipped }: LintOutput): string[] {
  const files = new Set(skipped.map(({ file }) => file)).size
  if (files === 0) return []
  const first = skipped.filter(({ file }, index) => skipped[index - 1]?.file !== file).slice(0, maxSkipped)
  const named = first.map(({ file, line, column, message }) => {
    return `${[safeText(file ?? 'input'), line, column].filter((part) => part !== null).join(':')} (${safeText(message)})`
  })
  const all = enumerate(files > named.length ? [...named, `${files - named.length} more`] : named)
  return [`Skipped ${count(files, 'file')} that ${files === 1 ? 'is not a manifest' : 'are not manifests'}: ${all}`]
}

const maxSkipped = 3

/** One line per kustomization; charts beyond the first three share one. */
function sourceLines(sources: LintOutput['sources']): string[] {
  const charts = sources.filter(({ templates }) => templates > 0)
  const rest = charts.slice(maxCharts)
  const templates = rest.reduce((sum, chart) => sum + chart.templates, 0)
  return [
    ...sources.filter((source) => source.templates === 0).map(sourceLine),
    ...charts
      .slice(0, maxCharts)
      .map(({ directory, templates: number, command }) =>
        safeText(`Chart ${directory}: ${count(number, 'template')} not checked; to check what is installed, run ${command}`),
      ),
    ...(rest.length === 0 ? [] : [`${count(rest.length, 'more chart')} with ${count(templates, 'template')} not checked`]),
  ]
}

const maxCharts = 3

/** `k8s/prod: 2 findings on images that its kustomization replaces, and 1 patch, left out; run …` */
function sourceLine({ directory, images, patches, command }: LintOutput['sources'][number]): string {
  const parts = [
    ...(images === 0 ? [] : [`${count(images, 'finding')} on images that it replaces`]),
    ...(patches === 0 ? [] : [count(patches, 'patch')]),
  ]
  return safeText(`Kustomization ${directory}: left out ${enumerate(parts)}; to check what is applied, run ${command}`)
}

/** What was left out of the findings on purpose, one line each, safe to print. */
export function renderScopeLines(output: LintOutput): readonly string[] {
  return [...notJudgedLine(output.summary), ...skippedLine(output), ...sourceLines(output.sources)]
}

function closing(output: LintOutput, shown: readonly DiagnosticEntry[], showAudit: boolean): string[] {
  const { summary } = output
  const notJudged = renderScopeLines(output)
  if (summary.objects === 0) return [noWorkload(summary.files, summary.errors), ...notJudged]
  const { deny, warn, fix, audit } = summary.byAction
  const exempted = output.diagnostics.filter((entry) => entry.exempted !== undefined).length
  const { baselined, stale } = output.baseline ?? { baselined: 0, stale: [] }
  const found = [
    ...(deny === 0 ? [] : [count(deny, 'denial')]),
    ...(warn + fix === 0 ? [] : [count(warn + fix, 'warning')]),
    ...(showAudit && audit > 0 ? [count(audit, 'audit finding')] : []),
  ]
  const files = new Set(shown.map((entry) => entry[forPeople].input)).size
  const result =
    found.length === 0
      ? `No ${baselined > 0 ? 'new ' : ''}findings in ${count(summary.objects, 'workload')}`
      : `${enumerate(found)} in ${count(files, 'file')}`
  const hidden = [
    ...(audit === 0 ? [] : [count(audit, `${found.length === 0 ? '' : 'more '}audit finding`)]),
    ...(exempted === 0 ? [] : [`${exempted} exempted`]),
    ...(baselined === 0 ? [] : [`${baselined} in the baseline`]),
  ]
  const more = showAudit || hidden.length === 0 ? '' : `; ${enumerate(hidden)}: --show audit`
  const empty = output[forPeople].workloadsPerInput.filter((workloads) => workloads === 0).length
  return [
    `${result}${more}`,
    ...(stale.length === 0 ? [] : [staleLine(stale)]),
    ...(empty === 0 || empty === summary.errors ? [] : [`No workload in ${empty} of ${count(summary.files, 'file')}`]),
    ...notJudged,
  ]
}

/** `2 findings of the baseline no longer occur: image-latest on Deployment shop/web, …` */
function staleLine(stale: NonNullable<LintOutput['baseline']>['stale']): string {
  const named = stale.slice(0, maxStale).map(({ rule, object }) => `${safeText(rule)} on ${safeText(object)}`)
  const all = enumerate(stale.length > maxStale ? [...named, `${stale.length - maxStale} more`] : named)
  return `${count(stale.length, 'finding')} of the baseline no longer ${stale.length === 1 ? 'occurs' : 'occur'}: ${all}; --write-baseline removes ${stale.length === 1 ? 'it' : 'them'}`
}

const maxStale = 3

function noWorkload(files: number, errors: number): string {
  if (errors > 0 && errors >= files) return `Nothing was checked: ${count(errors, 'input')} could not be read`
  return `Nothing to check: no Pod and no kind that creates Pods in ${count(files, 'file')}`
}

function lines(texts: readonly string[]): string {
  return texts.map((text) => `${text}\n`).join('')
}
