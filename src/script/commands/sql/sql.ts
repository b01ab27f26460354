/** SQL carried out: what the heads of statements do to what is known of a database. */

import { concat, keyOf, lengthOf, literal, type Value, valueOfKey, volatileMark } from '../../value/value.ts'
import { NotAnalyzed } from '../../value/world.ts'
import type { Call } from '../command.ts'
import { type Facts, factName } from '../kit/facts.ts'
import type { SqlHead } from './sql-cursor.ts'
import { headOf } from './sql-heads.ts'
import { conditionalText, type Question } from './sql-questions.ts'
import { isUnseen, type SqlDialect, type SqlStatement, type SqlText, splitSql, sqlTextOf } from './sql-text.ts'

/** Things that a server keeps, not one of its databases. */
const serverThings = new Set(['database', 'role', 'user', 'tablespace'])

/** What a table's fact says of it. */
const keyless: Value = literal('keyless')
const keyed: Value = literal('keyed')
/** Rows of a table that was emptied, so that they are known from there on. */
const emptied = 'emptied\n'
/** Rows of which some were taken out. */
const mixed: Value = literal('mixed')

/** Most statements of one text: schemas that stand within a script are short. */
const maxStatements = 256
/** Most points within one call at which a kill is tried. */
const maxPartials = 12

/**
 * Carries statements out one after the other, each on its own.
 * @param stops whether the client gives up at the first error
 * @returns whether there was none
 */
export function executeAll(call: Call, session: SqlSession, statements: readonly SqlStatement[], stops: boolean): boolean {
  const states = statements.slice(0, -1).slice(0, maxPartials)
  call.partials(
    ...states.map((_, index) => () => {
      for (const statement of statements.slice(0, index + 1)) session.execute(statement)
      session.abandon()
    }),
  )
  let isWell = true
  for (const statement of statements) {
    if (session.execute(statement)) continue
    isWell = false
    if (stops) break
  }
  session.abandon()
  return isWell
}

/** What it costs to take a character of SQL apart, in units of `World.spend`. */
const costOfCharacter = 10

/** A session with a database: statements one after the other, transactions included. */
export class SqlSession {
  readonly #call: Call
  readonly #facts: Facts
  readonly #dialect: SqlDialect
  readonly #decorated: boolean
  #database: string
  #text: SqlText = sqlTextOf([])
  #rollback: (() => void) | null = null
  /** After an error within a transaction nothing is carried out until its end. */
  #failed = false

  /** @param decorated whether the client prints names of columns and counts of rows around the rows */
  constructor(call: Call, facts: Facts, dialect: SqlDialect, database: string, decorated: boolean) {
    this.#call = call
    this.#facts = facts
    this.#dialect = dialect
    this.#database = database
    this.#decorated = decorated
  }

  /** The statements of a text, for `execute`. @throws NotAnalyzed where there are too many */
  read(sql: Value): readonly SqlStatement[] {
    this.#call.machine.setting.world.spend(lengthOf(sql) * costOfCharacter)
    this.#text = sqlTextOf(sql)
    const statements = splitSql(this.#text.text, this.#dialect)
    if (statements.length > maxStatements) throw new NotAnalyzed(`more than ${maxStatements} statements of SQL`)
    return statements
  }

  /** Carries a statement out. @returns whether the server accepts it */
  execute(statement: SqlStatement): boolean {
    this.#call.machine.tick()
    if (isUnseen(statement)) {
      this.unseen('SQL that the script does not show')
      return true
    }
    const conditional = statement.end === '\\gexec' ? conditionalText(statement.tokens, this.#dialect) : null
    if (conditional !== null) return this.#conditional(conditional.text, conditional.question)
    const head = headOf(statement, this.#dialect)
    if (this.#failed && head.kind !== 'commit' && head.kind !== 'rollback') return false
    const isDone = this.#carryOut(head, statement)
    if (!isDone && this.#rollback !== null && this.#dialect === 'postgres') this.#failed = true
    return isDone
  }

  /** Begins a transaction, if none is open. */
  begin(): void {
    this.#rollback ??= this.#facts.snapshot()
  }

  /** Ends a transaction: what failed within is taken back as a whole. */
  commit(): void {
    if (this.#failed) this.#rollback?.()
    this.#rollback = null
    this.#failed = false
  }

  /** Takes back what is not committed: an error ended the client, or it went away. */
  abandon(): void {
    this.#rollback?.()
    this.#rollback = null
    this.#failed = false
  }

  /** Another database from here on. */
  use(database: string): void {
    this.#database = this.#text.key(database.toLowerCase())
  }

  /** Statements that nobody sees: nothing is known of the database afterwards. */
  unseen(why: string): void {
    this.#call.unknown(why)
    this.#facts.forget()
  }

  /** Prints the names of a kind, one a line between bars, behind those that nobody knows. @param aligned whether blanks stand around them */
  list(thing: string, aligned = true): void {
    const [before = '', behind = ''] = aligned ? ['\n ', ' | \n'] : ['\n', '|\n']
    const prefix = `${factName(serverThings.has(thing) ? '' : this.#database, thing)}/`
    const names = this.#facts.names().filter((name) => name.startsWith(prefix))
    const lines = names.map((name) => concat(literal(before), valueOfKey(name.slice(prefix.length)), literal(behind)))
    this.#call.machine.print(concat([{ id: `the ${thing} list from the start` }], ...lines))
  }

  #conditional(text: string, question: Question): boolean {
    if (this.#isThere(question)) return true
    return splitSql(text, this.#dialect).every((statement) => this.#carryOut(headOf(statement, this.#dialect), statement))
  }

  #carryOut(head: SqlHead, statement: SqlStatement): boolean {
    switch (head.kind) {
      case 'create':
        return this.#create(head)
      case 'drop':
        if (head.names.length > maxPartials) throw new NotAnalyzed('a DROP of many things')
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
        return this.#query(head.tables, head.question, statement)
      case 'set':
        // What is set to the same each time is taken for granted: `CREATE USER … || ALTER USER …` leaves one state either way.
        if (this.#text.key(statement.text).search(volatileMark) !== -1)
          this.#facts.put(this.#name('setting', head.name), this.#valueOf(statement.text))
        return true
      case 'several':
        return head.heads.every((part) => this.#carryOut(part, statement))
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

  #create(head: Extract<SqlHead, { kind: 'create' }>): boolean {
    const { thing, table, mode } = head
    const name = this.#name(thing, head.name)
    const content = thing === 'table' ? (head.keyless ? keyless : keyed) : literal(this.#text.key(table))
    // What can hold no two equal rows from here on is no table without a key any more.
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

  /** A new table has no rows, whatever one of its name had. */
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

  /** Columns, constraints, indexes and rows go with their table. */
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
    // Where no key is there, no row is a second one.
    if (tolerant && !this.#isKeyless(table)) return true
    const rows = this.#facts.look(rowsName)
    const isCounted = rows !== undefined && rows !== null && keyOf(rows).startsWith(emptied)
    const isMixed = rows !== undefined && rows !== null && keyOf(rows) === keyOf(mixed)
    if ((this.#isKeyless(table) && !isMixed) || isCounted)
      this.#facts.append(rowsName, concat(this.#valueOf(statement.text), literal('\n')))
    else this.#call.unknown(`whether ${table.replace(/\uE000\d+\uE001/g, '…')} takes the same row twice`)
    return true
  }

  #query(tables: readonly string[], question: Question | null, statement: SqlStatement): boolean {
    if (question !== null) {
      this.#answer(question)
      return true
    }
    const { machine } = this.#call
    for (const table of tables) {
      const name = this.#name('table', table)
      if (!(machine.guarded > 0 ? this.#facts.exists(name) : this.#facts.need(name))) return false
    }
    machine.print(concat(this.#facts.output(this.#valueOf(statement.text)), literal('\n')))
    return true
  }

  #isThere({ thing, name }: Question): boolean {
    const fact = this.#name(thing, name)
    // A user of MySQL is a name and a host; who asks for the name finds it from any host.
    if (thing === 'user' && this.#facts.names().some((other) => other.startsWith(`${fact}@`))) return true
    return this.#facts.exists(fact)
  }

  #answer(question: Question): void {
    const isThere = this.#isThere(question)
    const row = this.#valueOf(question.literal ?? question.name)
    const [yes, no] = this.#dialect === 'postgres' ? ['t', 'f'] : ['1', '0']
    const isRow = question.answer === 'row'
    const cell = isRow ? row : literal(question.answer === 'truth' ? (isThere ? yes : no) : isThere ? '1' : '0')
    const hasRow = isThere || !isRow
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
