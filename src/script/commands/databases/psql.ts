/** psql: what it is given to carry out, what stops it, and with what it exits. */

import type { Machine } from '../../machine/machine.ts'
import { empty, keyOf, textOf, type Value } from '../../value/value.ts'
import type { Call } from '../command.ts'
import { factName, ServiceFacts } from '../kit/facts.ts'
import { type Options, readOptions } from '../kit/options.ts'
import { executeAll, SqlSession } from '../sql/sql.ts'
import type { SqlStatement } from '../sql/sql-text.ts'

export const connectionValues = ['-h', '--host', '-p', '--port', '-U', '--username', '-d', '--dbname', '--maintenance-db']
export const connectionFlags = ['-w', '--no-password', '-W', '--password', '-e', '--echo']

export interface Connection {
  readonly facts: ServiceFacts
  /** '' where the default is taken. */
  readonly database: string
}

/** Where a client goes: options, the first operand, a URI in either, variables. */
export function connectionOf(call: Call, options: Options, operand: Value | undefined): Connection {
  const { variables } = call.machine.shell
  const named = keyOf(options.value('-d', '--dbname') ?? operand ?? variables.get('PGDATABASE') ?? empty)
  const uri = /^postgres(?:ql)?:\/\/(?:[^@/]*@)?([^/?]*)(?:\/([^?]*))?/.exec(named)
  const isOpaque = named.startsWith('\0') && /url|uri|dsn|conn/i.test(named)
  const host = uri?.[1] ?? (isOpaque ? named : keyOf(options.value('-h', '--host') ?? variables.get('PGHOST') ?? empty))
  const database = uri === null ? (isOpaque ? '' : named) : (uri[2] ?? '')
  return { facts: new ServiceFacts(call.machine, 'postgres', host), database: database.toLowerCase() }
}

/** Whether the database is there that a client connects to; the one that always is, is not asked for. */
export function canConnect({ facts, database }: Connection, machine: Machine): boolean {
  if (database === '' || database === 'postgres' || database === 'template1') return true
  const name = factName('', 'database', database)
  return machine.guarded > 0 ? facts.exists(name) : facts.need(name)
}

/** Carries psql out. @returns its exit status */
export function psql(call: Call): number {
  const { machine } = call
  call.fallible()
  const options = readOptions(call, {
    flags: [
      ...connectionFlags,
      ...['-1', '--single-transaction', '-t', '--tuples-only', '-A', '--no-align', '-q', '--quiet', '-X', '--no-psqlrc', '-l', '--list'],
      ...['-a', '-b', '-E', '-n', '-x', '-s', '-S', '-z', '-0', '-H', '--csv', '--echo-all', '--echo-errors', '-V', '--version'],
    ],
    values: [
      ...connectionValues,
      ...['-c', '--command', '-f', '--file', '-v', '--set', '--variable', '-F', '-R', '-P', '--pset', '-o', '--output', '-L'],
    ],
  })
  const connection = connectionOf(call, options, options.operands[0])
  if (!canConnect(connection, machine)) return 2
  const session = new SqlSession(call, connection.facts, 'postgres', connection.database, !options.has('-t', '--tuples-only'))
  if (options.has('-V', '--version')) return 0
  if (options.has('-l', '--list')) {
    session.list('database', !options.has('-A', '--no-align'))
    return 0
  }
  const variables = options.all('-v', '--set', '--variable').map((value) => textOf(value) ?? '')
  const client = new Psql(
    call,
    session,
    variables.some((text) => /^ON_ERROR_STOP(=(1|on|true))?$/i.test(text)),
  )
  const [commands, files] = [options.all('-c', '--command'), options.all('-f', '--file')]
  if (commands.length > 0 && files.length > 0) return call.notFollowed('psql with -c and -f')
  const isWhole = options.has('-1', '--single-transaction')
  if (commands.length > 0) return client.commands(commands, isWhole)
  const texts = files.length > 0 ? files.map((file) => contentOf(file, machine)) : [machine.input ?? empty]
  return client.scripts(texts, isWhole)
}

/** The client: what stops it, and with what it exits. */
class Psql {
  readonly #call: Call
  readonly #session: SqlSession
  #stops: boolean

  constructor(call: Call, session: SqlSession, stops: boolean) {
    this.#call = call
    this.#session = session
    this.#stops = stops
  }

  /** `-c`, each a transaction of its own; the last one decides the status. */
  commands(commands: readonly Value[], isWhole: boolean): number {
    let isWell = true
    if (isWhole) this.#session.begin()
    for (const command of commands) {
      const statements = this.#session.read(command)
      const own = statements.length > 1 && !isWhole
      if (own) this.#session.begin()
      isWell = statements.every((statement) => this.#execute(statement))
      if (own) this.#end(isWell)
      if (!isWell && this.#stops) break
    }
    if (isWhole) this.#end(isWell)
    return isWell ? 0 : 1
  }

  /** `-f` and standard input: goes on after an error, unless it was told to stop. */
  scripts(texts: readonly Value[], isWhole: boolean): number {
    if (isWhole) this.#session.begin()
    let isWell = true
    for (const text of texts) {
      const statements = this.#session.read(text)
      if (isWhole) isWell = statements.map((statement) => this.#execute(statement)).every(Boolean)
      else if (statements.some(({ isMeta }) => isMeta)) isWell = this.#oneByOne(statements)
      else isWell = executeAll(this.#call, this.#session, statements, this.#stops)
      if (!isWell && this.#stops) break
    }
    if (isWhole) this.#end(isWell)
    return isWell || !this.#stops ? 0 : 3
  }

  #oneByOne(statements: readonly SqlStatement[]): boolean {
    let isWell = true
    for (const statement of statements) {
      if (statement.isMeta && /^\\q/.test(statement.text)) break
      if (this.#execute(statement)) continue
      isWell = false
      if (this.#stops) break
    }
    this.#session.abandon()
    return isWell
  }

  #end(isWell: boolean): void {
    if (isWell) this.#session.commit()
    else this.#session.abandon()
  }

  #execute(statement: SqlStatement): boolean {
    return statement.isMeta ? this.#meta(statement) : this.#session.execute(statement)
  }

  #meta({ tokens }: SqlStatement): boolean {
    const [command = '', first = '', second = ''] = tokens.map(({ text }) => text)
    if (command === '\\set' && first === 'ON_ERROR_STOP') this.#stops = !/^(0|off|false)$/i.test(second)
    else if (command === '\\c' || command === '\\connect') this.#session.use(first)
    else if (/^\\l\+?$/.test(command)) this.#session.list('database')
    else if (/^\\d[ug]\+?$/.test(command)) this.#session.list('role')
    else if (/^\\dt\+?$/.test(command)) this.#session.list('table')
    else if (/^\\(i|ir|include|copy|if|elif|else|endif|!|lo_import|password)$/.test(command)) {
      this.#session.unseen(`what ${command} of psql brings`)
    }
    return true
  }
}

function contentOf(file: Value, machine: Machine): Value {
  if (textOf(file) === '-') return machine.input ?? empty
  const path = machine.resolveWhole(machine.path(file))
  const node = machine.suppose(path, { kind: 'file', content: [{ id: `file ${path}` }] })
  return node.kind === 'file' ? node.content : empty
}
