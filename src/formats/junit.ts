import { byFile, type FileReport, type Finding, objectText, type Problem, type Report } from './report.ts'
import { element, type Xml, xmlDocument } from './xml.ts'

/**
 * Findings as test results (https://github.com/testmoapp/junitxml): a suite for each file, a test for each finding. What makes the run fail is a
 * failure, other findings are skipped tests, unreadable input and failed rules are errors, and a file without any of them has one test that
 * passed.
 */
export function renderJunit(report: Report): string {
  const files = [...byFile(report)]
  const suites = files.map(([path, file]) =>
    element('testsuite', { name: path, ...counts([file], report), time: 0 }, tests(path, file, report)),
  )
  return xmlDocument(
    element(
      'testsuites',
      {
        name: 'initlint',
        ...counts(
          files.map(([, file]) => file),
          report,
        ),
        time: 0,
      },
      suites,
    ),
  )
}

function counts(files: readonly FileReport[], report: Report) {
  const sum = (count: (file: FileReport) => number): number => files.reduce((total, file) => total + count(file), 0)
  const failures = sum(({ findings }) => findings.filter(({ entry }) => report.fails(entry)).length)
  const findings = sum((file) => file.findings.length)
  const errors = sum(({ problems }) => problems.length)
  const passed = sum((file) => (file.findings.length + file.problems.length === 0 ? 1 : 0))
  return { tests: findings + errors + passed, failures, errors, skipped: findings - failures }
}

function tests(path: string, { findings, problems }: FileReport, report: Report): readonly Xml[] {
  if (findings.length + problems.length === 0) return [element('testcase', { classname: path, name: 'no findings', file: path, time: 0 })]
  return [...problems.map((problem) => problemCase(path, problem)), ...findings.map((finding) => findingCase(path, finding, report))]
}

function problemCase(path: string, { line, message, rule }: Problem): Xml {
  const name = rule === undefined ? `can be read${line === null ? '' : ` (line ${line})`}` : `${rule}: can be checked`
  const type = rule === undefined ? 'unreadable' : 'fault'
  return element('testcase', { classname: path, name, file: path, line, time: 0 }, [element('error', { message, type }, message)])
}

function findingCase(path: string, { entry, statement }: Finding, report: Report): Xml {
  const { rule, object, line, column, hint, docs, severity, action } = entry
  const place = line === null ? path : `${path}:${line}:${column ?? 1}`
  // Readers take two tests with the same class and name for one, so the place is part of the name.
  const name = `${rule}: ${objectText(object)}${line === null ? '' : ` (${line}:${column ?? 1})`}`
  const body = `${place}: ${statement}\n${hint}\n${docs}`
  const result = report.fails(entry)
    ? element('failure', { message: statement, type: rule }, body)
    : element('skipped', { message: `${severity}, ${action}: ${statement}` })
  return element('testcase', { classname: path, name, file: path, line, time: 0 }, [result])
}
