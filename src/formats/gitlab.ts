import { fnv1a64 } from '../inspect/fingerprint.ts'
import { findingsOf, problemsOf, type Report } from './report.ts'

/** The severities of GitLab: info, minor, major, critical, blocker. */
const severities = { error: 'critical', warning: 'major', note: 'info' } as const

/** An issue of a Code Quality report (https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format). */
interface Issue {
  readonly description: string
  readonly check_name: string
  readonly fingerprint: string
  readonly severity: 'info' | 'minor' | 'major' | 'critical' | 'blocker'
  readonly location: { readonly path: string; readonly lines: { readonly begin: number; readonly end?: number } }
}

/** Findings, unreadable input and failed rules as a Code Quality report of GitLab. */
export function renderGitlab(report: Report): string {
  const problems = problemsOf(report).map(({ path, line, message, rule }, index): Issue => {
    const check = rule ?? 'unreadable'
    return {
      description: message,
      check_name: check,
      // GitLab shows only one of several issues with the same fingerprint.
      fingerprint: fnv1a64(JSON.stringify([check, path, message, index])),
      severity: 'blocker',
      location: { path, lines: { begin: line ?? 1 } },
    }
  })
  const findings = findingsOf(report).map(({ entry, level, path, statement }): Issue => {
    const { line, endLine } = entry
    return {
      description: statement,
      check_name: entry.rule,
      fingerprint: entry.fingerprint,
      severity: severities[level],
      location: { path, lines: { begin: line ?? 1, ...(endLine === null ? {} : { end: endLine }) } },
    }
  })
  return `${JSON.stringify([...problems, ...findings], null, 2)}\n`
}
