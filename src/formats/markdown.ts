import { count } from '../inspect/words.ts'
import { findingsOf, objectText, problemsOf, type Report } from './report.ts'

/**
 * The longest text. A comment on GitHub may have 65,536 characters (https://github.com/orgs/community/discussions/27190), and the author of a
 * workflow may want to add some; a job summary may have 1 MiB, a comment on GitLab 1,000,000 characters.
 */
const maxLength = 60_000
/** Room for the lines before and after the table. */
const reserved = 500

/** Findings as a table in GitHub Flavored Markdown, for a comment on a pull request or a job summary. Rows that do not fit are counted. */
export function renderMarkdown(report: Report): string {
  const rows = [
    ...problemsOf(report).map(({ path, line, column, message, rule }) => {
      return row([placeText(path, line, column), 'error', rule ?? 'unreadable input', escapeMarkdown(message)])
    }),
    ...findingsOf(report).map(({ entry, level, path, statement }) => {
      const { line, column, rule, docs, object } = entry
      const place = `${placeText(path, line, column)}<br>${escapeMarkdown(objectText(object))}`
      return row([place, level, `[${rule}](${linkTarget(docs)})`, escapeMarkdown(statement)])
    }),
  ]
  const { objects, files } = report.output.summary
  if (rows.length === 0) return `**initlint:** no findings in ${count(objects, 'workload')} (${count(files, 'file')}).\n`
  const shown = fitting(rows, maxLength - reserved)
  const left = rows.length - shown.length
  return [
    `**initlint:** ${count(rows.length, 'finding')} in ${count(objects, 'workload')} (${count(files, 'file')}).\n\n`,
    '| Where | Level | Rule | What happens, and what to do |\n| --- | --- | --- | --- |\n',
    ...shown,
    ...(left === 0 ? [] : [`\n${left} more not shown: the table would be too long for a comment.\n`]),
  ].join('')
}

function fitting(rows: readonly string[], length: number): readonly string[] {
  let left = length
  const end = rows.findIndex((text) => {
    left -= text.length
    return left < 0
  })
  return end === -1 ? rows : rows.slice(0, end)
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |\n`
}

function placeText(path: string, line: number | null, column: number | null): string {
  return code([path, line, column].filter((part) => part !== null).join(':'))
}

/** Code as HTML, in which references are read: in a code span, a backslash before a pipe could not be written. */
function code(text: string): string {
  return `<code>${escapeMarks(text)}</code>`
}

/**
 * A text without any effect: no HTML, no code, link, emphasis or formula, no new cell. Mentions of users, references to issues and bare URLs
 * are found in the text after Markdown was read, except in code; an invisible character splits them.
 */
function escapeMarkdown(text: string): string {
  const split = text.replace(/(?<!\w)@(?=\w)|#(?=\d)|(?<=\bhttps?|\bftp):(?=\/\/)|\bwww(?=\.)/gi, (found) => `${found}\u200B`)
  // A backslash before a dollar sign does not keep GitHub from reading a formula; an element around it does.
  return escapeMarks(split).replaceAll('$', '<span>$</span>')
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '|': '&#124;' }

/** A table is split at pipes before anything else is read, so they are references. */
function escapeMarks(text: string): string {
  return text
    .replace(/[&<>|\\`*{}[\]~]/g, (character) => entities[character] ?? `\\${character}`)
    .replace(outerUnderscores, (underscores) => underscores.replaceAll('_', '\\_'))
}

/** Between two letters or digits, an underscore is text. */
const outerUnderscores = /(?<![\p{L}\p{N}_])_+|_+(?![\p{L}\p{N}_])/gu

/** A URL that cannot end the link. */
function linkTarget(url: string): string {
  return encodeURI(url.toWellFormed()).replace(/[()|<>\\`]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
}
