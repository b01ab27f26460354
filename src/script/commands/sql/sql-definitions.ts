/** Heads of CREATE, DROP and ALTER. */
import { Cursor, nothing, type SqlHead, unknown } from './sql-cursor.ts'
import type { SqlDialect, SqlToken } from './sql-text.ts'

/** Named objects in a server or a database. */
const things = new Set(
  'TABLE INDEX DATABASE USER ROLE GROUP SCHEMA EXTENSION TYPE VIEW FUNCTION PROCEDURE TRIGGER SEQUENCE DOMAIN KEYSPACE TABLESPACE POLICY PUBLICATION SUBSCRIPTION SERVER EVENT RULE'.split(
    ' ',
  ),
)
/** Words allowed between CREATE and the kind of object. */
const modifiers = new Set('UNLOGGED UNIQUE MATERIALIZED RECURSIVE FOREIGN VIRTUAL FULLTEXT SPATIAL AGGREGATE CONSTRAINT'.split(' '))
/** Objects that belong to a table; two tables may have objects of the same name. */
const partsOfTables = new Set(['trigger', 'policy', 'rule'])

function thingOf(word: string, dialect: SqlDialect): string {
  if (word === 'GROUP' || (word === 'USER' && dialect === 'postgres')) return 'role'
  if ((word === 'SCHEMA' && dialect === 'mysql') || word === 'KEYSPACE') return 'database'
  return word.toLowerCase()
}

/** Reads `CREATE …` after its first word. */
export function create(cursor: Cursor, dialect: SqlDialect): SqlHead {
  const replace = cursor.take('OR', 'REPLACE')
  let unique = false
  for (let count = 0; count < 4 && modifiers.has(cursor.word); count++) {
    unique ||= cursor.word === 'UNIQUE'
    cursor.index++
  }
  if (/^(TEMP|TEMPORARY|LOCAL|GLOBAL)$/.test(cursor.word)) return nothing
  const word = cursor.word
  if (!things.has(word)) return unknown
  cursor.index++
  cursor.take('CONCURRENTLY')
  const lenient = cursor.take('IF', 'NOT', 'EXISTS')
  // The server names such an index itself, differently each time.
  if (word === 'INDEX' && cursor.word === 'ON') return unknown
  const thing = thingOf(word, dialect)
  let name = userName(cursor, thing)
  if (thing === 'schema' && name === 'authorization') return unknown
  const rest = new Cursor(cursor.tokens.slice(cursor.index))
  const table = (thing === 'index' || partsOfTables.has(thing)) && rest.skipTo('ON') ? rest.name() : ''
  if (partsOfTables.has(thing) || (thing === 'index' && dialect === 'mysql')) name = `${table}.${name}`
  if (thing === 'function' || thing === 'procedure') name += argumentsOf(cursor)
  const mode = replace ? 'replace' : lenient ? 'lenient' : 'strict'
  return { kind: 'create', thing, name, mode, keyless: thing === 'table' && isKeyless(cursor, dialect), table, unique }
}

/** A user's name; in MySQL, with the host that the user connects from. */
function userName(cursor: Cursor, thing: string): string {
  const name = cursor.name()
  if (cursor.word !== '@' || (thing !== 'user' && thing !== 'role')) return name
  cursor.index++
  return `${name}@${cursor.name()}`
}

function argumentsOf(cursor: Cursor): string {
  let depth = 0
  let text = ''
  for (const { kind, text: part } of cursor.tokens.slice(cursor.index)) {
    if (kind === 'symbol' && part === '(') depth++
    text += `${part} `
    if (kind === 'symbol' && part === ')' && --depth === 0) break
    if (depth === 0) break
  }
  return text.trim()
}

function isKeyless(cursor: Cursor, dialect: SqlDialect): boolean {
  if (dialect === 'cassandra') return false
  return !['PRIMARY', 'UNIQUE', 'LIKE', 'AS', 'INHERITS', 'PARTITION', 'KEY', 'EXCLUDE', 'USING'].some((word) => cursor.has(word))
}

/** Reads `DROP …` after its first word. */
export function drop(cursor: Cursor, dialect: SqlDialect): SqlHead {
  cursor.take('MATERIALIZED')
  cursor.take('FOREIGN')
  const word = cursor.word
  if (!things.has(word) || word === 'FUNCTION' || word === 'PROCEDURE') return unknown
  cursor.index++
  cursor.take('CONCURRENTLY')
  const lenient = cursor.take('IF', 'EXISTS')
  const thing = thingOf(word, dialect)
  const names: string[] = []
  do names.push(userName(cursor, thing))
  while (cursor.take(','))
  if (partsOfTables.has(thing) || (thing === 'index' && dialect === 'mysql')) {
    const table = cursor.skipTo('ON') ? cursor.name() : ''
    return { kind: 'drop', thing, names: names.map((name) => `${table}.${name}`), lenient }
  }
  return { kind: 'drop', thing, names, lenient }
}

/** Reads `ALTER …` after its first word. */
export function alter(cursor: Cursor, dialect: SqlDialect): SqlHead {
  const word = cursor.word
  cursor.index++
  if (word === 'TABLE') return alterTable(cursor, dialect)
  if (cursor.has('RENAME')) return unknown
  const lenient = cursor.take('IF', 'EXISTS')
  const name = userName(cursor, 'user')
  if (word !== 'TYPE') return lenient ? nothing : { kind: 'set', name: `alter ${word.toLowerCase()} ${name}` }
  if (!cursor.take('ADD', 'VALUE')) return unknown
  const mode = cursor.take('IF', 'NOT', 'EXISTS') ? 'lenient' : 'strict'
  return plainCreate('value', `${name}.${cursor.name()}`, mode)
}

function plainCreate(thing: string, name: string, mode: 'strict' | 'lenient'): SqlHead {
  return { kind: 'create', thing, name, mode, keyless: false, table: '', unique: false }
}

function alterTable(cursor: Cursor, dialect: SqlDialect): SqlHead {
  const lenient = cursor.take('IF', 'EXISTS')
  cursor.take('ONLY')
  const table = cursor.name()
  const heads = actionsOf(cursor).map((action) => tableAction(new Cursor(action), table, dialect))
  return heads.some(({ kind }) => kind === 'unknown') ? unknown : { kind: 'alter', table, lenient, heads }
}

/** The actions of ALTER TABLE, split at commas outside parentheses. */
function actionsOf(cursor: Cursor): SqlToken[][] {
  const actions: SqlToken[][] = [[]]
  let depth = 0
  for (const token of cursor.tokens.slice(cursor.index)) {
    if (token.kind === 'symbol' && token.text === '(') depth++
    if (token.kind === 'symbol' && token.text === ')') depth--
    if (token.kind === 'symbol' && token.text === ',' && depth === 0) actions.push([])
    else actions.at(-1)?.push(token)
  }
  return actions
}

function tableAction(cursor: Cursor, table: string, dialect: SqlDialect): SqlHead {
  const word = cursor.word
  cursor.index++
  if (word === 'ADD') {
    if (cursor.take('CONSTRAINT')) return plainCreate('constraint', `${table}.${cursor.name()}`, 'strict')
    if (cursor.take('PRIMARY', 'KEY')) return plainCreate('constraint', `${table}.primary key`, 'strict')
    if (/^(UNIQUE|INDEX|KEY|FOREIGN|CHECK|EXCLUDE|PARTITION|FULLTEXT)$/.test(cursor.word)) return unknown
    cursor.take('COLUMN')
    const mode = cursor.take('IF', 'NOT', 'EXISTS') ? 'lenient' : 'strict'
    return plainCreate('column', `${table}.${cursor.name()}`, mode)
  }
  if (word === 'DROP') {
    const thing = cursor.take('CONSTRAINT') ? 'constraint' : cursor.take('COLUMN') ? 'column' : 'column'
    if (/^(PRIMARY|FOREIGN|INDEX|KEY|CHECK|PARTITION)$/.test(cursor.word) && dialect === 'mysql') return unknown
    const lenient = cursor.take('IF', 'EXISTS')
    return { kind: 'drop', thing, names: [`${table}.${cursor.name()}`], lenient }
  }
  if (word === 'RENAME') return rename(cursor, table)
  return /^(ALTER|MODIFY|OWNER|SET|RESET|ENABLE|DISABLE|VALIDATE|CLUSTER|ENGINE|FORCE|REPLICA|CONVERT|COMMENT)$/.test(word)
    ? nothing
    : unknown
}

function rename(cursor: Cursor, table: string): SqlHead {
  if (cursor.take('TO')) {
    const heads: SqlHead[] = [
      { kind: 'drop', thing: 'table', names: [table], lenient: false },
      plainCreate('table', cursor.name(), 'strict'),
    ]
    return { kind: 'several', heads }
  }
  const thing = cursor.take('CONSTRAINT') ? 'constraint' : 'column'
  cursor.take('COLUMN')
  const from = cursor.name()
  if (!cursor.take('TO')) return unknown
  const heads: SqlHead[] = [
    { kind: 'drop', thing, names: [`${table}.${from}`], lenient: false },
    plainCreate(thing, `${table}.${cursor.name()}`, 'strict'),
  ]
  return { kind: 'several', heads }
}
