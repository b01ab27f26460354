/** Executes SQL: applies statement heads to what is known about a database. */

import { concat, keyOf, lengthOf, literal, type Value, valueOfKey, volatileMark } from '../../value/value.ts'
import { NotAnalyzed } from '../../value/world.ts'
import type { Call } from '../command.ts'
import { type Facts, factName } from '../kit/facts.ts'
import type { SqlHead } from './sql-cursor.ts'
import { headOf } from './sql-heads.ts'
import { conditionalText, type Question } from './sql-questions.ts'
import { isUnseen, type SqlDialect, type SqlStatement, type SqlText, splitSql, sqlTextOf } from './sql-text.ts'

/** Objects that belong to the server, not to one of its databases. */
const serverThings = new Set(['database', 'role', 'user', 'tablespace'])

/** Content of a table's fact. */
const keyless: Value = literal('keyless')
const keyed: Value = literal('keyed')
/** Content of the fact for the rows of an emptied table: from here on its rows are known. */
const emptied = 'emptied\n'
/** Content of the fact for rows of which some were deleted. */
const mixed: Value = literal('mixed')

/** Maximum number of statements in one text: schemas in a script are short. */
const maxStatements = 256
/** Maximum number of points within one call at which a kill is tried. */
const maxPartials = 12

/**
 * Executes statements one by one, each separately.
 * @param stops whether the client stops at the first error
 * @returns whether there was no error
 */
export function executeAll(call: Call, session: SqlSession, statements: readonly SqlStatement[], stops: boolean): boolean {
  const states = statements.slice(0, -1).slice(0, maxPartials)
  call.partials(
    ...states.map((_, index) => () => {
      for (const statement of statements.slice(0, index + 1)) session.execute(statement)
      session.abandon()
    }),
  )
  let succeeded = true
  for (const statement of statements) {
    if (session.execute(statement)) continue
    succeeded = false
    if (stops) break
  }
  session.abandon()
  return succeeded
}

/** The cost of parsing one character of SQL, in units of `World.spend`. */
const costOfCharacter = 10

/** A database session: executes statements one by one, including transactions. */
export class SqlSession {
  readonly #call: Call
  readonly #facts: Facts
  readonly #dialect: SqlDialect
  readonly #decorated: boolean
  #database: string
  #text: SqlText = sqlTextOf([])
  #rollback: (() => void) | null = null
  /** After an error in a transaction, nothing is executed until the transaction ends. */
  #failed = false

  /** @param decorated whether the client prints column names and row counts around the rows */
  constructor(call: Call, facts: Facts, dialect: SqlDialect, database: string, decorated: boolean) {
    this.#call = call
    this.#facts = facts
    this.#dialect = dialect
    this.#database = database
    this.#decorated = decorated
  }

  /** Splits a text into statements for `execute`. @throws NotAnalyzed if there are too many */
  read(sql: Value): readonly SqlStatement[] {
    this.#call.machine.world.spend(lengthOf(sql) * costOfCharacter)
    this.#text = sqlTextOf(sql)
    const statements = splitSql(this.#text.text, this.#dialect)
    if (statements.length > maxStatements) throw new NotAnalyzed(`more than ${maxStatements} SQL statements`)
    return statements
  }

  /** Executes a statement. @returns whether the server accepts it */
  execute(statement: SqlStatement): boolean {
    this.#call.machine.tick()
    if (isUnseen(statement)) {
      this.unseen('what SQL with unknown text does')
      return true
    }
    const conditional = statement.end === '\\gexec' ? conditionalText(statement.tokens, this.#dialect) : null
    if (conditional !== null) return this.#conditional(conditional.text, conditional.question)
    const head = headOf(statement, this.#dialect)
    if (this.#failed && head.kind !== 'commit' && head.kind !== 'rollback') return false
    const isDone = this.#apply(head, statement)
    if (!isDone && this.#rollback !== null && this.#dialect === 'postgres') this.#failed = true
    return isDone
  }

  /** Begins a transaction, if none is open. */
  begin(): void {
    this.#rollback ??= this.#facts.snapshot()
  }

  /** Ends a transaction: if a statement in it failed, it is rolled back entirely. */
  commit(): void {
    if (this.#failed) this.#rollback?.()
    this.#rollback = null
    this.#failed = false
  }

  /** Rolls back what is not committed: an error ended the client, or it disconnected. */
  abandon(): void {
    this.#rollback?.()
    this.#rollback = null
    this.#failed = false
  }

  /** Switches to another database. */
  use(database: string): void {
    this.#database = this.#text.key(database.toLowerCase())
  }

  /** Statements with unknown text: nothing is known about the database afterward. */
  unseen(why: string): void {
    this.#call.unknown(why)
    this.#facts.forget()
  }

  /**
   * Prints the known names of a kind, one a line, after an unknown text for those at the start.
   * @param before at the start of their lines
   * @param after at the end: what comes next to a name in a table
   */
  list(thing: string, before = '\n ', after = ' | \n'): void {
    const prefix = `${factName(serverThings.has(thing) ? '' : this.#database, thing)}/`
    const names = this.#facts.names().filter((name) => name.startsWith(prefix))
    const lines = names.map((name) => concat(literal(before), valueOfKey(name.slice(prefix.length)), literal(after)))
    this.#call.machine.print(concat([{ id: `the ${thing} list at the start` }], ...lines))
  }

  #conditional(text: string, question: Question): boolean {
    if (this.#exists(question)) return true
    return splitSql(text, this.#dialect).every((statement) => this.#apply(headOf(statement, this.#dialect), statement))
  }

  #apply(head: SqlHead, statement: SqlStatement): boolean {
    switch (head.kind) {
      case 'create':
        return this.#create(head)
      case 'drop':
        if (head.names.length > maxPartials) throw new NotAnalyzed(`a DROP of more than ${maxPartials} objects`)
        return head.names.map((name) => this.#drop(head.thing, name, head.lenient)).every(Boolean)
      case 'insert':
        return this.#insert(head.table, head.tolerant, statement)
      case 'empty':
        if (!this.#facts.need(this.#name('table', head.table))) return false
        this.#facts.put(this.#name('rows', head.table), literal(emptied))
        return true
      case 'delete':
        if (!this.#facts.need(this.#name('table', head.table))) return false
        this.#facts.put(this.#name('rows', head.table), mixed)
        return true
      case 'query':
        return this.#query(head, statement)
      case 'set':
        // A setting that is the same each time is not tracked: `CREATE USER … || ALTER USER …` leaves one state either way.
        if (this.#text.key(statement.text).search(volatileMark) !== -1)
          this.#facts.put(this.#name('setting', head.name), this.#valueOf(statement.text))
        return true
      case 'several':
        return head.heads.every((part) => this.#apply(part, statement))
      case 'alter':
        // A table that is not known is left open, because the script may rely on what another command created.
        if (this.#isAbsent(head.table)) return head.lenient
        return head.heads.every((part) => this.#apply(part, statement))
      case 'begin':
        this.begin()
        return true
      case 'commit':
        this.commit()
        return true
      case 'rollback':
        this.abandon()
        return true
      case 'use':
        this.use(head.database)
        return true
      case 'nothing':
        return true
      case 'unknown':
        this.#call.unknown(`what this SQL does: ${statement.text.slice(0, 40)}`)
        this.#facts.forget(this.#text.key(statement.text))
        return true
    }
  }

  #valueOf(text: string): Value {
    return valueOfKey(this.#text.key(text))
  }

  #name(thing: string, name: string): string {
    const key = this.#text.key(name.toLowerCase())
    if (serverThings.has(thing)) return factName('', thing, key)
    const dot = this.#dialect === 'mysql' && (thing === 'table' || thing === 'rows') ? key.indexOf('.') : -1
    return dot === -1 ? factName(this.#database, thing, key) : factName(key.slice(0, dot), thing, key.slice(dot + 1))
  }

  /** Whether a table is known not to exist, as in a database that this script has just created. */
  #isAbsent(table: string): boolean {
    return this.#facts.look(this.#name('table', table)) === null
  }

  #create(head: Extract<SqlHead, { kind: 'create' }>): boolean {
    const { thing, table, mode } = head
    const name = this.#name(thing, head.name)
    if (thing === 'index' && table !== '' && this.#isAbsent(table)) return false
    const content = thing === 'table' ? (head.keyless ? keyless : keyed) : literal(this.#text.key(table))
    // Once a table cannot contain two equal rows, it is no longer keyless.
    const concerned = head.unique ? table : thing === 'constraint' ? (head.name.split('.')[0] ?? '') : ''
    if (concerned !== '' && this.#isKeyless(concerned)) this.#facts.put(this.#name('table', concerned), keyed)
    if (mode === 'replace') {
      this.#facts.put(name, content)
      return true
    }
    const isNew = this.#facts.create(name, content)
    if (isNew && thing === 'table') this.#forgetRows(head.name)
    return isNew || mode === 'lenient'
  }

  /** A new table has no rows, whatever an earlier table of that name had. */
  #forgetRows(table: string): void {
    const rows = this.#name('rows', table)
    if (this.#facts.look(rows) !== undefined) this.#facts.remove(rows)
  }

  #isKeyless(table: string): boolean {
    const content = this.#facts.look(this.#name('table', table))
    return content !== undefined && content !== null && keyOf(content) === keyOf(keyless)
  }

  #drop(thing: string, name: string, lenient: boolean): boolean {
    const fact = this.#name(thing, name)
    if (!lenient && !this.#facts.need(fact)) return false
    const isKnown = (this.#facts.look(fact) ?? null) !== null
    this.#facts.remove(fact)
    if (!isKnown) return true
    if (thing === 'database') this.#removeAll((other) => other.startsWith(`${factName(this.#text.key(name.toLowerCase()))}/`))
    if (thing === 'table') this.#removeAll((other, content) => this.#belongsTo(name, other, content))
    if (thing === 'schema') this.#removeAll((other) => other.includes(`/${this.#text.key(name.toLowerCase())}.`))
    return true
  }

  /** Columns, constraints, indexes and rows are removed with their table. */
  #belongsTo(table: string, fact: string, content: string): boolean {
    const key = this.#text.key(table.toLowerCase())
    const [, thing, name = ''] = fact.split('/')
    if (thing === 'rows') return name === factName(key)
    if (thing === 'index' && content === key) return true
    return /^(column|constraint|index|trigger|policy|rule)$/.test(thing ?? '') && name.startsWith(`${factName(key)}.`)
  }

  #removeAll(isConcerned: (name: string, content: string) => boolean): void {
    for (const name of this.#facts.names()) if (isConcerned(name, keyOf(this.#facts.look(name) ?? []))) this.#facts.remove(name)
  }

  #insert(table: string, tolerant: boolean, statement: SqlStatement): boolean {
    const [tableName, rowsName] = [this.#name('table', table), this.#name('rows', table)]
    if (!this.#facts.need(tableName)) return false
    // Without a key, no row conflicts with another.
    if (tolerant && !this.#isKeyless(table)) return true
    const rows = this.#facts.look(rowsName)
    const isCounted = rows !== undefined && rows !== null && keyOf(rows).startsWith(emptied)
    const isMixed = rows !== undefined && rows !== null && keyOf(rows) === keyOf(mixed)
    if ((this.#isKeyless(table) && !isMixed) || isCounted)
      this.#facts.append(rowsName, concat(this.#valueOf(statement.text), literal('\n')))
    else this.#call.unknown(`whether ${table.replace(/\uE000\d+\uE001/g, '…')} accepts the same row twice`)
    return true
  }

  #query({ tables, question, listed }: Extract<SqlHead, { kind: 'query' }>, statement: SqlStatement): boolean {
    if (typeof listed === 'string') {
      this.list(listed, this.#decorated && this.#dialect === 'postgres' ? '\n ' : '\n', '\n')
      return true
    }
    if (question !== null) {
      this.#answer(question)
      return true
    }
    const { machine } = this.#call
    for (const table of tables) {
      const name = this.#name('table', table)
      if (!(machine.isGuarded ? this.#facts.exists(name) : this.#facts.need(name))) return false
    }
    machine.print(concat(this.#facts.output(this.#valueOf(statement.text)), literal('\n')))
    return true
  }

  #exists({ thing, name }: Question): boolean {
    const fact = this.#name(thing, name)
    // A MySQL user is a name and a host; a query for the name finds the user on any host.
    if (thing === 'user' && this.#facts.names().some((other) => other.startsWith(`${fact}@`))) return true
    return this.#facts.exists(fact)
  }

  #answer(question: Question): void {
    const exists = this.#exists(question)
    const row = this.#valueOf(question.literal ?? question.name)
    const [yes, no] = this.#dialect === 'postgres' ? ['t', 'f'] : ['1', '0']
    const isRow = question.answer === 'row'
    const cell = isRow ? row : literal(question.answer === 'truth' ? (exists ? yes : no) : exists ? '1' : '0')
    const hasRow = exists || !isRow
    const decorated = this.#decorated
    const isFramed = decorated && this.#dialect === 'postgres'
    const lines = [
      ...(decorated && (hasRow || isFramed) ? [literal(isFramed ? ' ?column? \n----------\n' : 'answer\n')] : []),
      ...(hasRow ? [concat(literal(isFramed ? ' ' : ''), cell, literal('\n'))] : []),
      ...(isFramed ? [literal(hasRow ? '(1 row)\n\n' : '(0 rows)\n\n')] : []),
    ]
    this.#call.machine.print(concat(...lines))
  }
}
