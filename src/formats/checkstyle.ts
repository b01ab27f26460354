import { byFile, type Report } from './report.ts'
import { element, xmlDocument } from './xml.ts'

/** The version of Checkstyle whose format this is; readers do not check it. */
const checkstyleVersion = '4.3'

const severities = { error: 'error', warning: 'warning', note: 'info' } as const

/** Findings as Checkstyle prints them (https://checkstyle.org/config.html#XMLLogger), which Jenkins, reviewdog and others read. */
export function renderCheckstyle(report: Report): string {
  const files = [...byFile(report)].filter(([, { findings, problems }]) => findings.length + problems.length > 0)
  return xmlDocument(
    element(
      'checkstyle',
      { version: checkstyleVersion },
      files.map(([path, { findings, problems }]) =>
        element('file', { name: path }, [
          ...problems.map(({ line, column, message, rule }) =>
            element('error', { line: line ?? 1, column, severity: 'error', message, source: `initlint.${rule ?? 'unreadable'}` }),
          ),
          ...findings.map(({ entry, level, statement }) => {
            const { line, column, rule } = entry
            return element('error', {
              line: line ?? 1,
              column,
              severity: severities[level],
              message: statement,
              source: `initlint.${rule}`,
            })
          }),
        ]),
      ),
    ),
  )
}
