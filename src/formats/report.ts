/** What every format is made from: the output of lint, and the few facts that only the command line knows. */
import { type Level, levelOf } from '../inspect/level.ts'
import { renderScopeLines } from '../inspect/lint-text.ts'
import { type DiagnosticEntry, forPeople, type Input, type InputError, type LintOutput } from '../inspect/output.ts'
import type { Registry } from '../lint/registry.ts'
import { safeText } from '../lint/text.ts'

/** Where a file is, for tools that look for it in a repository. */
export interface FileLocation {
  /** With `/` between its parts: relative to the root if it is below, otherwise absolute. */
  readonly path: string
  readonly isBelowRoot: boolean
}

export interface Report {
  readonly output: LintOutput
  readonly inputs: readonly Input[]
  readonly registry: Registry
  /** The version of initlint. */
  readonly version: string
  /** The URL of the documentation. */
  readonly docsBase: string
  /** The root of the repository as a URL that ends with a slash. */
  readonly root: string
  /** Whether audit and silenced findings are also listed, by formats that do not always list them. */
  readonly showAudit: boolean
  /** Whether a finding makes the run fail. */
  fails(entry: DiagnosticEntry): boolean
  /** The page of a rule, as Markdown. */
  page(rule: string): string | undefined
  /** The location of a file as the user named it. */
  locate(file: string): FileLocation
}

/** The name of a text without a file, in formats that need one. */
export const stdinName = 'stdin'

/** The location of an input; undefined for a text without a file. */
export function locationOf(file: string | null, report: Report): FileLocation | undefined {
  return file === null || file === '-' ? undefined : report.locate(file)
}

/** The path of an input, safe to print. */
export function pathOf(file: string | null, report: Report): string {
  return safeText(locationOf(file, report)?.path ?? stdinName)
}

/** A finding as the formats for other tools show it. */
export interface Finding {
  readonly entry: DiagnosticEntry
  readonly level: Level
  readonly path: string
  /** What happens and what to do, with the container and the reason of an exemption. One line, safe to print. */
  readonly statement: string
}

/** The findings that are listed. */
export function findingsOf(report: Report): readonly Finding[] {
  const all = report.output.diagnostics.map((entry) => findingOf(entry, report))
  return report.showAudit ? all : all.filter(({ level }) => level !== 'note')
}

/** One finding. */
function findingOf(entry: DiagnosticEntry, report: Report): Finding {
  const statement = `${statementOf(entry)}${silencedBy(entry)}`
  return { entry, level: levelOf(entry), path: pathOf(entry.file, report), statement }
}

/** What happens and what to do, with the container. */
export function statementOf(entry: DiagnosticEntry): string {
  return `${entry[forPeople].prefix}${entry.message}`
}

function silencedBy({ exempted, baselined }: DiagnosticEntry): string {
  if (exempted !== undefined) return ` (exempt by ${safeText(exempted.by)}: ${safeText(exempted.reason)})`
  return baselined === true ? ' (in the baseline)' : ''
}

/** `Deployment shop/web`, safe to print. */
export function objectText({ kind, namespace, name }: DiagnosticEntry['object']): string {
  return safeText(`${kind} ${namespace}/${name}`)
}

/** Something that kept initlint from checking all of the input. */
export interface Problem {
  readonly path: string
  readonly file: string | null
  readonly line: number | null
  readonly column: number | null
  /** One line, safe to print. */
  readonly message: string
  /** The rule that failed; undefined for input that could not be read. */
  readonly rule?: string
}

/** Unreadable input, and rules that failed. */
export function problemsOf(report: Report): readonly Problem[] {
  const { errors, faults } = report.output
  const unreadable = errors.map(({ file, line, column, message }: InputError) => {
    return { path: pathOf(file, report), file, line, column, message: safeText(message) }
  })
  const failed = faults.map(({ rule, file, object, message }) => {
    const text = `the rule ${rule} failed on ${objectText(object)} and did not check it, which is a bug in initlint: ${safeText(message)}`
    return { path: pathOf(file, report), file, line: null, column: null, message: text, rule }
  })
  return [...unreadable, ...failed]
}

/** Something to know that is no finding: about an object, a part of a file, the policy, or what was left out. */
export interface Note {
  readonly file: string | null
  readonly line: number | null
  readonly column: number | null
  /** One line, safe to print. */
  readonly message: string
}

/** The notices, and what was left out on purpose. */
export function notesOf({ output }: Report): readonly Note[] {
  const notices = output.notices.map(({ file, line, column, object, message }) => {
    return { file, line, column, message: `${object === null ? '' : `${objectText(object)}: `}${safeText(message)}` }
  })
  return [...notices, ...renderScopeLines(output).map((message) => ({ file: null, line: null, column: null, message }))]
}

/** What belongs to one file. */
export interface FileReport {
  readonly findings: Finding[]
  readonly problems: Problem[]
}

/** Findings and problems by path: all inputs, in their order, then other paths that have a problem. */
export function byFile(report: Report): ReadonlyMap<string, FileReport> {
  const files = new Map<string, FileReport>()
  const at = (path: string): FileReport => {
    let file = files.get(path)
    if (file === undefined) {
      file = { findings: [], problems: [] }
      files.set(path, file)
    }
    return file
  }
  for (const { file } of report.inputs) at(pathOf(file, report))
  for (const finding of findingsOf(report)) at(finding.path).findings.push(finding)
  for (const problem of problemsOf(report)) at(problem.path).problems.push(problem)
  return files
}
