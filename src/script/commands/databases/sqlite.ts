/** sqlite3: a database in a single file. */

import type { CommandMachine } from '../../machine/command-machine.ts'
import { empty, textOf, type Value } from '../../value/value.ts'
import type { Call, CommandModel, OptionTable } from '../command.ts'
import { FileFacts } from '../kit/facts.ts'
import { type Options, reading } from '../kit/options.ts'
import { writtenPath } from '../kit/reading.ts'
import { executeAll, SqlSession } from '../sql/sql.ts'
import { needsTable } from '../sql/sql-heads.ts'
import { tolerantSql } from '../sql/sql-repairs.ts'
import { type SqlStatement, splitSql } from '../sql/sql-text.ts'

/** sqlite.org/cli.html, "Command-line Options". */
const sqlite3Options: OptionTable = {
  style: 'separate',
  values: [
    ...['-cmd', '-init', '-separator', '-newline', '-nullvalue', '-vfs', '-maxsize', '-mmap', '-escape', '-key', '-hexkey', '-textkey'],
  ],
  flags: [
    ...['-bail', '-batch', '-header', '-noheader', '-csv', '-column', '-html', '-line', '-list', '-json', '-markdown', '-quote', '-table'],
    ...['-tabs', '-ascii', '-box', '-echo', '-interactive', '-readonly', '-safe', '-stats', '-version', '-deserialize'],
    ...['-memtrace', '-nofollow', '-unsafe-testing'],
  ],
}

function sqlite3(call: Call, options: Options): number {
  const { machine } = call
  const [file, ...texts] = options.operands
  if (file === undefined || textOf(file) === ':memory:') return 0
  const facts = new FileFacts(machine, writtenPath(file, machine), 'SQLite format 3')
  const session = new SqlSession(call, facts, 'sqlite', '', false)
  const init = options.value('-cmd')
  const fromArguments = init === undefined ? texts : [init, ...texts]
  // SQL on the command line stops at the first error, SQL from standard input continues, and both exit 1.
  if (texts.length > 0) return fromArguments.every((text) => run(call, facts, session, text, true)) ? 0 : 1
  const stops = options.has('-bail')
  return run(call, facts, session, machine.input ?? empty, stops) ? 0 : 1
}

function run(call: Call, facts: FileFacts, session: SqlSession, text: Value, stops: boolean): boolean {
  const statements = session.read(text)
  // Every database that is opened is created, but only one that was there before has a table that the script does not create.
  if (needsTable(statements, 'sqlite', call.machine.isGuarded)) facts.supposeFile()
  facts.touch()
  if (!statements.some(({ isMeta }) => isMeta)) return executeAll(call, session, statements, stops)
  let succeeded = true
  for (const statement of statements) {
    if (statement.isMeta && /^\.(q|quit|exit)\b/.test(statement.text)) break
    if (statement.isMeta ? meta(call.machine, session, statement) : session.execute(statement)) continue
    succeeded = false
    if (stops) break
  }
  session.abandon()
  return succeeded
}

/** Commands of the sqlite3 shell that only read, or set how it prints. */
const harmless =
  /^\.(tables|schema|mode|headers?|timeout|separator|width|nullvalue|output|once|print|show|databases|indexes|indices|stats|timer|echo|bail|changes|dump|fullschema|backup|save)\b/

function meta(machine: CommandMachine, session: SqlSession, { text, tokens }: SqlStatement): boolean {
  if (text.startsWith('.tables')) session.list('table')
  if (harmless.test(text)) return true
  const [command, , table] = tokens.map((token) => token.text)
  if (command === '.import' && table !== undefined && /^\w+$/.test(table) && !text.includes('-')) {
    // Creates the table without a key if it does not exist, and inserts the rows of the file.
    const made = splitSql(
      `CREATE TABLE IF NOT EXISTS ${table} (x); INSERT INTO ${table} VALUES ('${text.replaceAll("'", "''")}')`,
      'sqlite',
    )
    return made.map((statement) => session.execute(statement)).every(Boolean)
  }
  session.unseen(`what ${command ?? ''} in sqlite3 does`)
  machine.tick()
  return true
}

export const sqliteCommands: readonly CommandModel[] = [
  {
    names: ['sqlite3'],
    runsStatements: true,
    repairs: { failing: tolerantSql('INSERT OR IGNORE INTO'), differing: tolerantSql('INSERT OR IGNORE INTO') },
    section: 'databases',
    forms: [
      {
        form: "sqlite3 FILE 'CREATE TABLE …, ALTER TABLE … ADD COLUMN, DROP TABLE'",
        again: 'fails',
        safeWhen: 'CREATE … IF NOT EXISTS, DROP … IF EXISTS',
      },
      { form: "sqlite3 FILE 'INSERT …'", again: 'duplicates the row if the table has no key', safeWhen: 'INSERT OR IGNORE and a key' },
      { form: 'sqlite3 FILE < FILE', again: 'continues after errors and exits 1', safeWhen: 'IF NOT EXISTS' },
    ],
    run: reading(sqlite3Options, sqlite3),
  },
]
