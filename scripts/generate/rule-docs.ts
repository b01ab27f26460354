/** The pages of rules in docs/rules, made from each rule's rule.md and what rule.ts says of itself. */
import { readFileSync } from 'node:fs'
import type { AnyRule, RuleMeta } from '../../src/lint/rule.ts'
import { registry } from '../../src/rules/registry.ts'
import type { Output } from './output.ts'
import { pictureFolder, type StartupDocs, startupDocs } from './startup-docs.ts'

const root = new URL('../../', import.meta.url)

/** A rule's rule.md, with what the startup model says to it. */
function sourceOf(id: string): StartupDocs {
  return startupDocs(id, readFileSync(new URL(`src/rules/${id}/rule.md`, root), 'utf8'))
}

/** The picture of a rule's page. */
function rulePicture({ meta }: AnyRule): Output {
  return { path: `docs/rules/${pictureFolder}/${meta.id}.svg`, text: () => sourceOf(meta.id).picture }
}

/** A rule's page: its rule.md, with a table of the rule's own facts under the summary. */
function rulePage({ meta }: AnyRule): Output {
  return {
    path: `docs/rules/${meta.id}.md`,
    text: () => {
      const { page } = sourceOf(meta.id)
      const why = page.indexOf('\n## Why\n')
      if (why === -1) throw new Error(`src/rules/${meta.id}/rule.md has no heading "## Why"`)
      return `${notice(`src/rules/${meta.id}/rule.md and rule.ts`)}${page.slice(0, why)}\n${factsTable(meta)}${page.slice(why)}`
    },
  }
}

function notice(sources: string): string {
  return `<!-- Made by npm run generate from ${sources}. Do not edit. -->\n\n`
}

function factsTable({ category, severity, recommended, fixKind, since }: RuleMeta<string, object>): string {
  return markdownTable(
    ['category', 'severity', 'action in `recommended`', 'fix', 'since'],
    [[category, severity, recommended, fixKind === 'none' ? '-' : fixKind, since]],
  )
}

/** The table of all rules, as in the README and in the index of docs/rules. */
export function ruleTable(linkBase: string): string {
  return markdownTable(
    ['rule', 'says', 'severity', 'recommended', 'fix'],
    registry.rules.map(({ meta }) => [
      `[${meta.id}](${linkBase}${meta.id}.md)`,
      meta.summary,
      meta.severity,
      meta.recommended,
      meta.fixKind === 'none' ? '-' : meta.fixKind,
    ]),
  )
}

function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)))
  const line = (cells: readonly string[]) => `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |\n`
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('')
}

const index: Output = {
  path: 'docs/rules/README.md',
  text: () =>
    `${notice('the rules in src/rules')}# Rules

_recommended_ is what the preset \`recommended\` does: \`audit\` only counts, \`warn\` tells the person, \`deny\` refuses. _fix_ is \`safe\` where the
mutating webhook can carry out the remediation.

${ruleTable('')}`,
}

/** The page of every rule with its picture, and their index. */
export const ruleDocs: readonly Output[] = [index, ...registry.rules.map(rulePage), ...registry.rules.map(rulePicture)]

const begin = '<!-- rules:begin -->\n'
const end = '<!-- rules:end -->'

/** The README with the table of rules between its two markers, all else as it stands. */
export const readmeRuleTable: Output = {
  path: 'README.md',
  text: () => {
    const readme = readFileSync(new URL('README.md', root), 'utf8')
    const from = readme.indexOf(begin)
    const to = readme.indexOf(end)
    if (from === -1 || to < from) throw new Error(`README.md needs the lines "${begin.trim()}" and "${end}", in this order`)
    return `${readme.slice(0, from)}${begin}\n${ruleTable('docs/rules/')}\n${readme.slice(to)}`
  },
}
