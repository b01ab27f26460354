/** What a statement does, according to its head. Every form that is not listed here is unknown. */
import { Cursor, nothing, type SqlHead, unknown } from './sql-cursor.ts'
import { alter, create, drop } from './sql-definitions.ts'
import { catalogQuestion, listedThing } from './sql-questions.ts'
import { isUnseen, type SqlDialect, type SqlStatement, type SqlToken } from './sql-text.ts'

/** What a statement does. */
export function headOf(statement: SqlStatement, dialect: SqlDialect): SqlHead {
  const cursor = new Cursor(statement.tokens)
  const first = cursor.word
  cursor.index++
  switch (first) {
    case 'CREATE':
      return create(cursor, dialect)
    case 'DROP':
      return drop(cursor, dialect)
    case 'ALTER':
      return alter(cursor, dialect)
    case 'INSERT':
    case 'REPLACE':
      return insert(cursor, dialect, first === 'REPLACE')
    case 'COPY':
      return copy(cursor)
    case 'TRUNCATE':
      cursor.take('TABLE')
      cursor.take('IF', 'EXISTS')
      return { kind: 'empty', table: cursor.name() }
    case 'DELETE':
      return cursor.take('FROM') ? deletion(cursor) : unknown
    case 'UPDATE':
      return update(cursor)
    case 'SELECT':
    case 'VALUES':
      return query(cursor)
    case 'SHOW':
      return {
        kind: 'query',
        tables: [],
        question: catalogQuestion(statement.tokens, dialect),
        listed: listedThing(statement.tokens, dialect),
      }
    case 'USE':
      return { kind: 'use', database: cursor.name() }
    case 'BEGIN':
    case 'START':
      return { kind: 'begin' }
    case 'COMMIT':
    case 'END':
      return { kind: 'commit' }
    case 'ROLLBACK':
    case 'ABORT':
      return cursor.take('TO') ? unknown : { kind: 'rollback' }
    case 'REVOKE':
      return dialect === 'mysql' ? unknown : nothing
    default:
      return harmless.has(first) && !(first === 'VACUUM' && cursor.has('INTO')) ? nothing : unknown
  }

  function query(rest: Cursor): SqlHead {
    const question = catalogQuestion(statement.tokens, dialect)
    const listed = listedThing(statement.tokens, dialect)
    if (question !== null || listed !== null) return { kind: 'query', tables: [], question, listed }
    if (rest.has('INTO') || !callsOnlyReaders(statement.tokens)) return unknown
    const tables: string[] = []
    while (rest.skipTo('FROM')) if (rest.word !== '(') tables.push(rest.name())
    return { kind: 'query', tables: tables.filter((table) => !isSystemTable(table)), question: null }
  }
}

/**
 * Whether statements can succeed only if there is a table that none of them creates.
 * @param isGuarded whether the script also expects a query that fails
 */
export function needsTable(statements: readonly SqlStatement[], dialect: SqlDialect, isGuarded: boolean): boolean {
  for (const statement of statements) {
    if (statement.isMeta || isUnseen(statement)) return false
    const head = headOf(statement, dialect)
    if (head.kind === 'unknown' || (head.kind === 'create' && head.thing === 'table')) return false
    if (isNeedy(head, isGuarded)) return true
  }
  return false
}

function isNeedy(head: SqlHead, isGuarded: boolean): boolean {
  switch (head.kind) {
    case 'alter':
    case 'drop':
      return !head.lenient
    case 'create':
      return head.table !== ''
    case 'insert':
    case 'empty':
    case 'delete':
      return true
    case 'query':
      return head.tables.length > 0 && !isGuarded
    default:
      return false
  }
}

/** Statements with the same result no matter how often they run. */
const harmless = new Set(
  'GRANT COMMENT SET ANALYZE VACUUM EXPLAIN FLUSH REINDEX REFRESH CHECKPOINT PRAGMA DESCRIBE DESC RESET DISCARD OPTIMIZE LOCK UNLOCK SAVEPOINT RELEASE NOTIFY'.split(
    ' ',
  ),
)

const readers = new Set(
  'count min max sum avg exists coalesce now version current_database current_user current_setting lower upper length to_regclass pg_is_in_recovery database user quote_ident quote_literal concat in and or as not values select from where'.split(
    ' ',
  ),
)

/** Whether the statement calls only functions that read: `SELECT setval(…)` and `SELECT create_hypertable(…)` do more. */
function callsOnlyReaders(tokens: readonly SqlToken[]): boolean {
  return tokens.every((token, index) => {
    const isCall = token.kind === 'word' && tokens[index + 1]?.text === '(' && tokens[index + 1]?.kind === 'symbol'
    return !isCall || readers.has(token.text.toLowerCase())
  })
}

function isSystemTable(name: string): boolean {
  return /^(pg_|information_schema\.|sqlite_|mysql\.|performance_schema\.|system\.|dual$)/.test(name) || name === ''
}

function insert(cursor: Cursor, dialect: SqlDialect, isReplace: boolean): SqlHead {
  const orTolerant = cursor.take('OR', 'IGNORE') || cursor.take('OR', 'REPLACE') || cursor.take('IGNORE')
  cursor.take('INTO')
  cursor.take('TABLE')
  const table = cursor.name()
  // In Cassandra, INSERT is an upsert.
  if (dialect === 'cassandra') return nothing
  if (cursor.has('EXISTS')) return nothing
  if (cursor.has('SELECT') || table === '') return unknown
  return { kind: 'insert', table, tolerant: isReplace || orTolerant || cursor.has('CONFLICT') || cursor.has('DUPLICATE') }
}

function copy(cursor: Cursor): SqlHead {
  if (cursor.word === '(') return nothing
  const table = cursor.name()
  return cursor.has('FROM') ? { kind: 'insert', table, tolerant: false } : nothing
}

function deletion(cursor: Cursor): SqlHead {
  const table = cursor.name()
  return cursor.index >= cursor.tokens.length ? { kind: 'empty', table } : { kind: 'delete', table }
}

/** `UPDATE t SET a = 1, b = 'x' WHERE …`: only constants are supported. */
function update(cursor: Cursor): SqlHead {
  if (cursor.take('OR')) cursor.index++
  const modifiers = ['ONLY', 'LOW_PRIORITY', 'IGNORE']
  while (modifiers.some((word) => cursor.take(word)));
  const table = cursor.name()
  if (!cursor.skipTo('SET')) return unknown
  while (cursor.index < cursor.tokens.length) {
    cursor.name()
    if (!cursor.take('=')) return unknown
    const value = cursor.tokens[cursor.index]
    const isWord = value?.kind === 'word' && !/^(TRUE|FALSE|NULL|DEFAULT|NOW|CURRENT_TIMESTAMP)$/i.test(value.text)
    if (value === undefined || value.kind === 'name' || value.kind === 'symbol' || (isWord && !value.text.startsWith('\uE000')))
      return unknown
    cursor.index++
    cursor.take('(', ')')
    if (cursor.index === cursor.tokens.length || cursor.word === 'WHERE')
      return isSystemTable(table) ? nothing : { kind: 'alter', table, lenient: false, heads: [] }
    if (!cursor.take(',')) return unknown
  }
  return unknown
}
