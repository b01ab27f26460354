/**
 * Baselines: the findings that a project has when it starts to use initlint. They do not fail a run and are not shown, so that only new
 * findings are, and old ones can be repaired in any order.
 */
import { asArray, asString, isObject, member } from '../model/json.ts'
import { countDiagnostics } from './lint.ts'
import type { BaselineEntry, DiagnosticEntry, LintOutput } from './output.ts'

/** The version of the format; a change that older versions cannot read gets a new one. */
const version = 1

const fingerprint = /^[0-9a-f]{16}$/

/**
 * Reads a baseline.
 * @returns its entries, or why it cannot be read, as a clause
 */
export function readBaseline(text: string): readonly BaselineEntry[] | string {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return 'it is not JSON'
  }
  const written = member(value, 'version')
  if (!isObject(value) || written === undefined || !Array.isArray(value.findings)) return 'it has no version and no findings'
  if (written !== version) return `its version is ${JSON.stringify(written).slice(0, 20)}, and this version of initlint reads ${version}`
  const entries: BaselineEntry[] = []
  for (const [index, item] of asArray(value.findings).entries()) {
    const [id, rule, object] = [asString(member(item, 'fingerprint')), asString(member(item, 'rule')), asString(member(item, 'object'))]
    if (id === undefined || !fingerprint.test(id) || rule === undefined || object === undefined)
      return `entry ${index + 1} has no fingerprint, rule and object`
    const [container, file] = [asString(member(item, 'container')) ?? null, asString(member(item, 'file')) ?? null]
    entries.push({ fingerprint: id, rule, object, container, file })
  }
  return entries
}

/**
 * The text of a baseline with all findings of a run that nothing silences. One entry per line, sorted, so that a diff shows which findings
 * came and went.
 * @param pathOf the path of a file as the baseline has it, independent of the working directory
 */
export function renderBaseline({ diagnostics }: LintOutput, pathOf: (file: string) => string): string {
  const entries = diagnostics.filter(({ exempted }) => exempted === undefined).map((entry) => entryOf(entry, pathOf))
  const keys = new Map(
    entries.map((entry) => [entry, JSON.stringify([entry.file, entry.object, entry.container, entry.rule, entry.fingerprint])]),
  )
  const sorted = entries.sort((a, b) => ((keys.get(a) ?? '') < (keys.get(b) ?? '') ? -1 : 1))
  const lines = sorted.map((entry) => `\n    ${JSON.stringify(entry)}`)
  return `{\n  "version": ${version},\n  "findings": [${lines.join(',')}${lines.length === 0 ? '' : '\n  '}]\n}\n`
}

function entryOf({ fingerprint, rule, object, container, file }: DiagnosticEntry, pathOf: (file: string) => string): BaselineEntry {
  const name = `${object.kind} ${object.namespace}/${object.name}`
  return { file: file === null ? null : pathOf(file), object: name, container, rule, fingerprint }
}

/**
 * Marks the findings that a baseline contains, and lists the entries that no longer occur.
 * @param isChecked whether the run would have found the finding of an entry, if there still were one
 */
export function withBaseline(
  output: LintOutput,
  baseline: readonly BaselineEntry[],
  isChecked: (entry: BaselineEntry) => boolean,
): LintOutput {
  const known = new Set(baseline.map((entry) => entry.fingerprint))
  const found = new Set<string>()
  const diagnostics = output.diagnostics.map((entry) => {
    if (entry.exempted !== undefined || !known.has(entry.fingerprint)) return entry
    found.add(entry.fingerprint)
    return { ...entry, baselined: true as const }
  })
  const stale = baseline.filter((entry) => !found.has(entry.fingerprint) && isChecked(entry))
  const summary = { ...output.summary, ...countDiagnostics(diagnostics) }
  return { ...output, diagnostics, summary, baseline: { baselined: found.size, stale } }
}
