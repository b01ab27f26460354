/** Queries that test whether something exists: the guards in scripts that set up databases. */
import type { SqlDialect, SqlToken } from './sql-text.ts'

export interface Question {
  readonly thing: string
  readonly name: string
  /** The form of the answer: a row if it exists, true or false, a number of rows. */
  readonly answer: 'row' | 'truth' | 'number'
  /** The content of the row: a literal of the query, or null for the name. */
  readonly literal: string | null
}

/** Server catalogs: the column that holds the name, and the kind of object that it names. */
const catalogs: ReadonlyMap<string, { readonly column: string; readonly thing: string }> = new Map([
  ['pg_database', { column: 'datname', thing: 'database' }],
  ['pg_roles', { column: 'rolname', thing: 'role' }],
  ['pg_authid', { column: 'rolname', thing: 'role' }],
  ['pg_user', { column: 'usename', thing: 'role' }],
  ['pg_shadow', { column: 'usename', thing: 'role' }],
  ['pg_namespace', { column: 'nspname', thing: 'schema' }],
  ['pg_extension', { column: 'extname', thing: 'extension' }],
  ['pg_tables', { column: 'tablename', thing: 'table' }],
  ['pg_type', { column: 'typname', thing: 'type' }],
  ['information_schema.tables', { column: 'table_name', thing: 'table' }],
  ['information_schema.schemata', { column: 'schema_name', thing: 'schema' }],
  ['mysql.user', { column: 'user', thing: 'user' }],
  ['sqlite_master', { column: 'name', thing: 'table' }],
  ['sqlite_schema', { column: 'name', thing: 'table' }],
])

/** The question that a query asks a catalog; null if it is not one of the plain forms. */
export function catalogQuestion(tokens: readonly SqlToken[], dialect: SqlDialect): Question | null {
  const words = tokens.map(({ kind, text }) => (kind === 'string' || kind === 'name' ? '' : text.toLowerCase()))
  if (words[0] === 'show') return showQuestion(tokens, words)
  const from = words.lastIndexOf('from')
  if (from === -1 || words.some((word) => word === 'or' || word === 'join' || word === 'union' || word === 'like' || word === 'ilike'))
    return null
  const [table, next] = words[from + 2] === '.' ? [`${words[from + 1]}.${words[from + 3]}`, from + 4] : [words[from + 1] ?? '', from + 2]
  const catalog = catalogs.get(table.replace(/^pg_catalog\./, ''))
  if (catalog === undefined || words.includes('not')) return null
  const name = equalTo(catalog.column, tokens, words, next)
  if (name === null) return null
  const thing = table === 'information_schema.schemata' && dialect === 'mysql' ? 'database' : catalog.thing
  const isTruth = words[1] === 'exists'
  const isNumber = words[1] === 'count'
  const second = tokens[1]
  const isLiteral = second?.kind === 'number' || second?.kind === 'string'
  return { thing, name, answer: isTruth ? 'truth' : isNumber ? 'number' : 'row', literal: isLiteral ? second.text : null }
}

/** The kind of object of which a query lists all names: `SHOW DATABASES`, `SELECT datname FROM pg_database`. Null for other queries. */
export function listedThing(tokens: readonly SqlToken[], dialect: SqlDialect): string | null {
  const words = tokens.filter(({ text }) => text !== ';').map(({ text }) => text.toLowerCase())
  if (words[0] === 'show' && words.length === 2) return shown.get(words[1] ?? '') ?? null
  const [verb, column, from, ...table] = words
  const catalog = catalogs.get(table.join('').replace(/^pg_catalog\./, ''))
  if (verb !== 'select' || from !== 'from' || catalog?.column !== column) return null
  return table.join('') === 'information_schema.schemata' && dialect === 'mysql' ? 'database' : (catalog?.thing ?? null)
}

const shown: ReadonlyMap<string, string> = new Map([
  ['databases', 'database'],
  ['schemas', 'database'],
  ['tables', 'table'],
])

/** The text that a column is compared to: `datname = 'x'`. */
function equalTo(column: string, tokens: readonly SqlToken[], words: readonly string[], from: number): string | null {
  for (let index = from; index < tokens.length - 2; index++) {
    const value = tokens[index + 2]
    const isColumn = words[index] === column || (tokens[index]?.kind === 'name' && tokens[index]?.text.toLowerCase() === column)
    if (isColumn && words[index + 1] === '=' && value?.kind === 'string') return value.text
  }
  return null
}

/** `SHOW DATABASES LIKE 'x'`, `SHOW TABLES LIKE 'x'`. */
function showQuestion(tokens: readonly SqlToken[], words: readonly string[]): Question | null {
  const thing = words[1] === 'databases' ? 'database' : words[1] === 'tables' ? 'table' : null
  const name = tokens[3]
  if (thing === null || words[2] !== 'like' || name?.kind !== 'string' || /[%_]/.test(name.text.replaceAll('\\_', ''))) return null
  return { thing, name: name.text.replaceAll('\\_', '_'), answer: 'row', literal: null }
}

/**
 * `SELECT 'CREATE DATABASE x' WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'x')`, which `\gexec` then executes.
 * @returns the text of the statement and the question, or null
 */
export function conditionalText(
  tokens: readonly SqlToken[],
  dialect: SqlDialect,
): { readonly text: string; readonly question: Question } | null {
  const words = tokens.map(({ kind, text }) => (kind === 'word' || kind === 'symbol' ? text.toLowerCase() : ''))
  if (words[0] !== 'select' || tokens[1]?.kind !== 'string' || words.slice(2, 6).join(' ') !== 'where not exists (') return null
  const question = catalogQuestion(tokens.slice(6), dialect)
  return question === null ? null : { text: tokens[1].text, question }
}
