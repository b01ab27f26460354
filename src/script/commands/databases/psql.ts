/** psql: the statements that it executes, what stops it, and its exit status. */

import type { CommandMachine } from '../../machine/command-machine.ts'
import { empty, isUnknownStart, keyOf, textOf, type Value } from '../../value/value.ts'
import type { Call, OptionTable } from '../command.ts'
import { factName, ServiceFacts } from '../kit/facts.ts'
import { type Options, reading } from '../kit/options.ts'
import { writtenPath } from '../kit/reading.ts'
import { executeAll, SqlSession } from '../sql/sql.ts'
import type { SqlStatement } from '../sql/sql-text.ts'

export const connectionValues = ['-h', '--host', '-p', '--port', '-U', '--username', '-d', '--dbname', '--maintenance-db']
export const connectionFlags = ['-w', '--no-password', '-W', '--password', '-e', '--echo']

export interface Connection {
  readonly facts: ServiceFacts
  /** '' for the default database. */
  readonly database: string
}

/** Determines the server and database of a client: options, the first operand, a URI in either, variables. */
export function connectionOf(call: Call, options: Options, operand: Value | undefined): Connection {
  const { variables } = call.machine
  const target = options.value('-d', '--dbname') ?? operand ?? variables.get('PGDATABASE') ?? empty
  const named = keyOf(target)
  const uri = /^postgres(?:ql)?:\/\/(?:[^@/]*@)?([^/?]*)(?:\/([^?]*))?/.exec(named)
  const isOpaque = isUnknownStart(target) && /url|uri|dsn|conn/i.test(named)
  const host = uri?.[1] ?? (isOpaque ? named : keyOf(options.value('-h', '--host') ?? variables.get('PGHOST') ?? empty))
  const database = uri === null ? (isOpaque ? '' : named) : (uri[2] ?? '')
  return { facts: new ServiceFacts(call.machine, 'postgres', host), database: database.toLowerCase() }
}

/** Whether the database that a client connects to exists. Databases that always exist are not checked. */
function canConnect({ facts, database }: Connection, machine: CommandMachine): boolean {
  if (database === '' || database === 'postgres' || database === 'template1') return true
  const name = factName('', 'database', database)
  return machine.isGuarded ? facts.exists(name) : facts.need(name)
}

const psqlOptions: OptionTable = {
  flags: [
    ...connectionFlags,
    ...['-1', '--single-transaction', '-t', '--tuples-only', '-A', '--no-align', '-q', '--quiet', '-X', '--no-psqlrc', '-l', '--list'],
    ...['-a', '-b', '-E', '-n', '-x', '-s', '-S', '-z', '-0', '-H', '--csv', '--echo-all', '--echo-errors', '-V', '--version'],
  ],
  values: [
    ...connectionValues,
    ...['-c', '--command', '-f', '--file', '-v', '--set', '--variable', '-F', '-R', '-P', '--pset', '-o', '--output', '-L'],
  ],
}

/** psql. */
export const psql = reading(psqlOptions, run)

function run(call: Call, options: Options): number {
  const { machine } = call
  call.fallible()
  const connection = connectionOf(call, options, options.operands[0])
  if (!canConnect(connection, machine)) return 2
  const session = new SqlSession(call, connection.facts, 'postgres', connection.database, !options.has('-t', '--tuples-only'))
  if (options.has('-V', '--version')) return 0
  if (options.has('-l', '--list')) {
    if (options.has('-A', '--no-align')) session.list('database', '\n', '|\n')
    else session.list('database')
    return 0
  }
  const variables = options.all('-v', '--set', '--variable').map((value) => textOf(value) ?? '')
  const client = new Psql(
    call,
    session,
    variables.some((text) => /^ON_ERROR_STOP(=(1|on|true))?$/i.test(text)),
  )
  const [commands, files] = [options.all('-c', '--command'), options.all('-f', '--file')]
  if (commands.length > 0 && files.length > 0) return call.notFollowed('what psql does with both -c and -f')
  const isOneTransaction = options.has('-1', '--single-transaction')
  if (commands.length > 0) return client.commands(commands, isOneTransaction)
  const texts = files.length > 0 ? files.map((file) => contentOf(file, machine)) : [machine.input ?? empty]
  return client.scripts(texts, isOneTransaction)
}

/** The client: what stops it, and its exit status. */
class Psql {
  readonly #call: Call
  readonly #session: SqlSession
  #stops: boolean

  constructor(call: Call, session: SqlSession, stops: boolean) {
    this.#call = call
    this.#session = session
    this.#stops = stops
  }

  /** Runs `-c` options, each in its own transaction; the last one decides the exit status. */
  commands(commands: readonly Value[], isOneTransaction: boolean): number {
    let succeeded = true
    if (isOneTransaction) this.#session.begin()
    for (const command of commands) {
      const statements = this.#session.read(command)
      const own = statements.length > 1 && !isOneTransaction
      if (own) this.#session.begin()
      succeeded = statements.every((statement) => this.#execute(statement))
      if (own) this.#end(succeeded)
      if (!succeeded && this.#stops) break
    }
    if (isOneTransaction) this.#end(succeeded)
    return succeeded ? 0 : 1
  }

  /** Runs `-f` files and standard input: continues after an error, unless ON_ERROR_STOP is set. */
  scripts(texts: readonly Value[], isOneTransaction: boolean): number {
    if (isOneTransaction) this.#session.begin()
    let succeeded = true
    for (const text of texts) {
      const statements = this.#session.read(text)
      if (isOneTransaction) succeeded = statements.map((statement) => this.#execute(statement)).every(Boolean)
      else if (statements.some(({ isMeta }) => isMeta)) succeeded = this.#oneByOne(statements)
      else succeeded = executeAll(this.#call, this.#session, statements, this.#stops)
      if (!succeeded && this.#stops) break
    }
    if (isOneTransaction) this.#end(succeeded)
    return succeeded || !this.#stops ? 0 : 3
  }

  #oneByOne(statements: readonly SqlStatement[]): boolean {
    let succeeded = true
    for (const statement of statements) {
      if (statement.isMeta && /^\\q/.test(statement.text)) break
      if (this.#execute(statement)) continue
      succeeded = false
      if (this.#stops) break
    }
    this.#session.abandon()
    return succeeded
  }

  #end(succeeded: boolean): void {
    if (succeeded) this.#session.commit()
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
      this.#session.unseen(`what ${command} in psql does`)
    }
    return true
  }
}

function contentOf(file: Value, machine: CommandMachine): Value {
  if (textOf(file) === '-') return machine.input ?? empty
  const path = writtenPath(file, machine)
  const node = machine.suppose(path, { kind: 'file', content: [{ id: `file ${path}` }] })
  return node.kind === 'file' ? node.content : empty
}
