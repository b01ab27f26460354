import type { Location, Log, Notification, ReportingDescriptor, Result, Suppression } from 'sarif'
import { levelOf } from '../inspect/level.ts'
import { type DiagnosticEntry, isSilenced } from '../inspect/output.ts'
import { docsUrl } from '../lint/docs.ts'
import type { AnyRule, RuleMeta } from '../lint/rule.ts'
import { safeText } from '../lint/text.ts'
import { notesOf, objectText, problemsOf, type Report, statementOf } from './report.ts'
import { artifactOf, type FixesOf, sarifFixes, sourceRoot } from './sarif-fixes.ts'

const schema = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json'

/** The name and version of the fingerprint; consumers compare only those with the same name. */
const fingerprintName = 'initlint/v1'

/**
 * All findings in SARIF 2.1.0 (https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html), audit and exempted ones included: the format has
 * levels and suppressions for them.
 */
export function renderSarif(report: Report): string {
  const { output, version, docsBase } = report
  const rules = rulesOf(report)
  const indexes = new Map(rules.map(({ id }, index) => [id, index]))
  const problems = problemsOf(report)
  const fixesOf = sarifFixes(report)
  // If one result has suppressions, all must have them (section 3.27.23).
  const isSuppressing = output.diagnostics.some(isSilenced)
  const log: Log = {
    $schema: schema,
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'initlint', version, semanticVersion: version, informationUri: docsBase, rules } },
        columnKind: 'utf16CodeUnits',
        originalUriBaseIds: { [sourceRoot]: { uri: report.root } },
        invocations: [
          {
            executionSuccessful: problems.length === 0,
            toolExecutionNotifications: [
              ...problems.map(({ file, line, column, message, rule }) => {
                return notification('error', message, file, line, column, rule === undefined ? undefined : { id: rule }, report)
              }),
              ...notesOf(report).map(({ file, line, column, message }) =>
                notification('note', message, file, line, column, undefined, report),
              ),
            ],
          },
        ],
        results: output.diagnostics.map((entry) => ({
          ...resultOf(entry, report, indexes, fixesOf),
          ...(isSuppressing ? { suppressions: suppressionsOf(entry) } : {}),
        })),
      },
    ],
  }
  return `${JSON.stringify(log, null, 2)}\n`
}

/** The rules that have findings, in the order of the registry. */
function rulesOf(report: Report): ReportingDescriptor[] {
  const found = new Set(report.output.diagnostics.map(({ rule }) => rule))
  return report.registry.rules.filter(({ meta }) => found.has(meta.id)).map((rule) => descriptorOf(rule, report))
}

const levels = { error: 'error', warning: 'warning', info: 'note' } as const
/** The words of GitHub (https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning). */
const problemSeverities = { error: 'error', warning: 'warning', info: 'recommendation' } as const

function descriptorOf({ meta }: AnyRule, { docsBase, page }: Report): ReportingDescriptor {
  const { id, summary, rationale, remediation, severity, category }: RuleMeta<string, object> = meta
  const url = docsUrl(docsBase, id)
  const text = `${rationale}\n\n${remediation}`
  const markdown = page(id)
  return {
    id,
    shortDescription: { text: summary },
    fullDescription: { text: rationale },
    helpUri: url,
    help: { text, ...(markdown === undefined ? {} : { markdown: withAbsoluteLinks(markdown, url) }) },
    defaultConfiguration: { level: levels[severity] },
    properties: { tags: ['kubernetes', category], 'problem.severity': problemSeverities[severity] },
  }
}

/** A page with the targets of its relative links as URLs: there is no page next to it where it is shown. */
function withAbsoluteLinks(markdown: string, url: string): string {
  return markdown
    .replace(/^<!--[\s\S]*?-->\s*/, '')
    .replace(/\]\((?!https?:|#)([^)\s]+)\)/g, (link, target: string) => (URL.canParse(target, url) ? `](${new URL(target, url)})` : link))
}

function resultOf(entry: DiagnosticEntry, report: Report, rules: ReadonlyMap<string, number>, fixesOf: FixesOf): Result {
  const { rule, file, line, column, endLine, endColumn, fingerprint, object, container, pointer, action, severity } = entry
  const region =
    line === null ? undefined : { startLine: line, startColumn: column ?? 1, endLine: endLine ?? line, endColumn: endColumn ?? 1 }
  const name = objectText(object)
  const fixes = fixesOf(entry)
  const ruleIndex = rules.get(rule)
  return {
    ruleId: rule,
    ...(ruleIndex === undefined ? {} : { ruleIndex }),
    level: levelOf({ action, severity }),
    message: { text: statementOf(entry) },
    locations: [
      {
        physicalLocation: { artifactLocation: artifactOf(file, report), ...(region === undefined ? {} : { region }) },
        logicalLocations: [{ name, fullyQualifiedName: `${name}${safeText(pointer)}`, kind: 'resource' }],
      },
    ],
    partialFingerprints: { [fingerprintName]: fingerprint },
    ...(fixes.length === 0 ? {} : { fixes }),
    properties: { action, container: container === null ? null : safeText(container), pointer },
  }
}

/** What silences a finding; only annotations and comments are in the file itself. */
function suppressionsOf({ exempted, baselined }: DiagnosticEntry): Suppression[] {
  if (exempted !== undefined) {
    const kind = /^(?:annotation|(?:a )?comment)\b/.test(exempted.by) ? 'inSource' : 'external'
    return [{ kind, status: 'accepted', justification: `${safeText(exempted.by)}: ${safeText(exempted.reason)}` }]
  }
  return baselined === true ? [{ kind: 'external', status: 'accepted', justification: 'in the baseline' }] : []
}

function notification(
  level: Notification.level,
  text: string,
  file: string | null,
  line: number | null,
  column: number | null,
  associatedRule: { readonly id: string } | undefined,
  report: Report,
): Notification {
  const isInText = file !== null || line !== null
  const region = line === null ? {} : { region: { startLine: line, ...(column === null ? {} : { startColumn: column }) } }
  const location: Location = { physicalLocation: { artifactLocation: artifactOf(file, report), ...region } }
  return {
    level,
    message: { text },
    ...(isInText ? { locations: [location] } : {}),
    ...(associatedRule === undefined ? {} : { associatedRule }),
  }
}
