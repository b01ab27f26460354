/** What is wrong with a document, as diagnostics of the protocol. */
import type { Diagnostic, DiagnosticSeverity } from 'vscode-languageserver'
import type { TextDocument } from 'vscode-languageserver-textdocument'
import { isMeantAsManifest } from '../../inspect/inputs.ts'
import { levelOf } from '../../inspect/level.ts'
import { type DiagnosticEntry, type InputError, isSilenced, type LintOutput } from '../../inspect/output.ts'
import type { Checked } from './check.ts'
import { rangesIn } from './places.ts'

/** DiagnosticSeverity of the protocol. Its values are written here, because this file is loaded with other commands. */
const severities = { error: 1, warning: 2, information: 3, hint: 4 } as const satisfies Record<string, DiagnosticSeverity>

/** The name of the program, as editors show it with each diagnostic. */
export const source = 'initlint'

/** At most this many diagnostics of one document are sent, the first ones and how many are left; editors do not get faster with more. */
const maxDiagnostics = 500

/** The findings that are shown, in the order of their places. */
export function shownEntries({ diagnostics }: LintOutput): readonly DiagnosticEntry[] {
  return diagnostics.filter((entry) => entry.line !== null && !isSilenced(entry))
}

/** The diagnostics of a document. */
export function diagnosticsOf(checked: Checked, document: TextDocument): Diagnostic[] {
  if (checked.kind === 'excluded') return []
  if (checked.kind === 'problem') return [{ range: rangesIn(document)(top), severity: severities.error, source, message: checked.message }]
  const { output } = checked
  const range = rangesIn(document)
  const findings = shownEntries(output).map((entry) => findingOf(entry, range(placeOf(entry))))
  // Other YAML is none of kubectl's business.
  const known = isMeantAsManifest(document.getText()) ? output.notices : []
  const notices = known.map(({ line, column, message }): Diagnostic => {
    return { range: range({ line: line ?? 1, column: column ?? 1 }), severity: severities.warning, source, message }
  })
  const faults = output.faults.map(({ rule, message }): Diagnostic => {
    return {
      range: range(top),
      severity: severities.error,
      source,
      message: `internal error in the rule ${rule}: ${message}; report it`,
    }
  })
  const all = [...errorsOf(output, range), ...findings, ...notices, ...faults]
  const sorted = all.toSorted((a, b) => a.range.start.line - b.range.start.line)
  if (sorted.length <= maxDiagnostics) return sorted
  const left = sorted.slice(maxDiagnostics - 1)
  const message = `${left.length} more are not shown here; initlint lint lists all`
  return [
    ...sorted.slice(0, maxDiagnostics - 1),
    { range: left[0]?.range ?? range(top), severity: severities.information, source, message },
  ]
}

const top = { line: 1, column: 1 }

function placeOf({ line, column, endLine, endColumn }: DiagnosticEntry) {
  return { line: line ?? 1, column: column ?? 1, endLine, endColumn }
}

/** The diagnostic of a finding, also for the code actions that are about it. */
export function findingOf(entry: DiagnosticEntry, range: Diagnostic['range']): Diagnostic {
  return { range, severity: severityOf(entry), source, code: entry.rule, codeDescription: { href: entry.docs }, message: entry.message }
}

/** What is only counted is a hint, which editors show at its place but in no list of problems. */
function severityOf(entry: DiagnosticEntry): DiagnosticSeverity {
  const level = levelOf(entry)
  return level === 'error' ? severities.error : level === 'warning' ? severities.warning : severities.hint
}

/** What cannot be read. A template is not read; it says so once, and so does broken YAML that is no manifest. */
function errorsOf({ errors, skipped, sources }: LintOutput, range: ReturnType<typeof rangesIn>): readonly Diagnostic[] {
  const templates = sources.filter((each) => each.templates > 0)
  const broken = skipped.filter(({ message }) => message.startsWith('invalid YAML'))
  const placed = ({ line, column, message }: InputError, severity: DiagnosticSeverity): Diagnostic => {
    return { range: range({ line: line ?? 1, column: column ?? 1 }), severity, source, message }
  }
  return [
    ...templates.slice(0, 1).map((): Diagnostic => {
      const message = 'not checked: it is a template; initlint lint CHART_DIRECTORY renders the chart first'
      return { range: range(top), severity: severities.information, source, message }
    }),
    ...errors.map((error) => placed(error, severities.error)),
    ...broken.slice(0, 1).map((error) => placed(error, severities.warning)),
  ]
}
