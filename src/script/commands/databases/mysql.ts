/** MySQL and MariaDB: mysql -e, mysqladmin, mysqld --initialize. */

import { concat, derived, empty, keyOf, literal, textOf } from '../../value/value.ts'
import { type Call, type CommandModel, command } from '../command.ts'
import { factName, ServiceFacts } from '../kit/facts.ts'
import { applyRule, readServiceOptions, type ServiceOptions } from '../kit/service.ts'
import { executeAll, SqlSession } from '../sql/sql.ts'
import { makeDataFolder } from './postgres.ts'

const values = [
  ...['-h', '--host', '-P', '--port', '-u', '--user', '-e', '--execute', '-D', '--database', '-S', '--socket', '--protocol'],
  ...[
    '--defaults-file',
    '--defaults-extra-file',
    '--connect-timeout',
    '--connect_timeout',
    '--default-character-set',
    '--datadir',
    '-i',
    '-c',
  ],
]
const flags = [
  ...[
    '-N',
    '-B',
    '-s',
    '-ss',
    '-sN',
    '-Ns',
    '-NB',
    '-BN',
    '-sse',
    '-f',
    '--force',
    '-v',
    '-t',
    '--batch',
    '--silent',
    '--skip-column-names',
  ],
  ...[
    '-p',
    '--password',
    '--ssl',
    '--skip-ssl',
    '--wait',
    '-w',
    '--raw',
    '-r',
    '-A',
    '--no-auto-rehash',
    '--init-command',
    '-n',
    '--verbose',
  ],
]

/** Drops `-pPASSWORD` and splits clusters that end in `e`: `-Nse 'SELECT …'`. */
function optionsOf(call: Call): ServiceOptions {
  const rest = call.arguments
    .filter((word) => !(typeof word[0] === 'string' && /^-p/.test(word[0]) && (word.length > 1 || word[0] !== '-p')))
    .flatMap((word) => {
      const text = textOf(word) ?? ''
      return /^-[NBsrt]{1,3}e$/.test(text) ? [literal('-B'), literal('-e')] : [word]
    })
  return readServiceOptions(rest, { values, flags })
}

function factsOf(call: Call, { given }: ServiceOptions): ServiceFacts {
  const host = given.get('-h') ?? given.get('--host') ?? call.machine.shell.variables.get('MYSQL_HOST') ?? empty
  return new ServiceFacts(call.machine, 'mysql', keyOf(host))
}

function mysql(call: Call): number {
  const { machine } = call
  call.fallible()
  const options = optionsOf(call)
  if (options.unknownOption !== null) return call.notFollowed(`what option ${options.unknownOption} of ${call.name} does`)
  const facts = factsOf(call, options)
  const database = keyOf(options.given.get('-D') ?? options.given.get('--database') ?? options.operands[0] ?? empty).toLowerCase()
  if (!hasDatabase(database, facts, call)) return 1
  const printed = ['-N', '-B', '-s', '-ss', '-sN', '-Ns', '-NB', '-BN', '--skip-column-names'].some((name) => options.given.has(name))
  const session = new SqlSession(call, facts, 'mysql', database, !printed)
  const statements = session.read(options.given.get('-e') ?? options.given.get('--execute') ?? machine.input ?? empty)
  // The client stops at the first error, unless --force is given.
  const goesOn = options.given.has('-f') || options.given.has('--force')
  return executeAll(call, session, statements, !goesOn) || goesOn ? 0 : 1
}

function hasDatabase(database: string, facts: ServiceFacts, call: Call): boolean {
  if (database === '' || /^(mysql|information_schema|performance_schema|sys)$/.test(database)) return true
  const name = factName('', 'database', database)
  return call.machine.guarded > 0 ? facts.exists(name) : facts.need(name)
}

function mysqladmin(call: Call): number {
  call.fallible()
  const options = optionsOf(call)
  const [command, name] = options.operands
  const facts = factsOf(call, options)
  const fact = factName('', 'database', keyOf(name ?? empty).toLowerCase())
  switch (textOf(command ?? empty)) {
    case 'ping':
    case 'status':
    case 'version':
    case 'processlist':
    case 'variables':
      call.machine.print(literal('mysqld is alive\n'))
      return 0
    case 'create':
      return applyRule(call, facts, fact, { effect: 'creates' }, false)
    case 'drop':
      return applyRule(call, facts, fact, { effect: 'deletes' }, false)
    case 'flush-privileges':
    case 'flush-hosts':
    case 'reload':
      return 0
    default:
      return call.notFollowed('what this mysqladmin command does')
  }
}

/** `mysqld --initialize --datadir=DIR`: requires an empty directory. */
function mysqld(call: Call): number {
  const folder = readServiceOptions(call.arguments, { values }).given.get('--datadir')
  const initializes = call.arguments.some((word) => /^--initialize(-insecure)?$/.test(textOf(word) ?? ''))
  if (!initializes || folder === undefined) return call.notFollowed('what a MySQL server does')
  return makeDataFolder(call, folder, 'auto.cnf', 'mysql.ibd')
}

function mysqldump(call: Call): number {
  call.fallible()
  const options = readServiceOptions(call.arguments, { values, flags })
  call.machine.print(derived('dump', factsOf(call, options).output(concat(...options.operands))))
  return 0
}

export const mysqlCommands: readonly CommandModel[] = [
  command(
    'databases',
    ['mysql', 'mariadb'],
    mysql,
    { form: "mysql -e 'CREATE DATABASE, TABLE, USER …'", again: 'fails: already exists', safeWhen: 'IF NOT EXISTS' },
    { form: "mysql -e 'INSERT …'", again: 'duplicates the row if the table has no key', safeWhen: 'INSERT IGNORE and a key' },
    { form: 'mysql < FILE', again: 'stops at the first error', safeWhen: 'IF NOT EXISTS' },
  ),
  command(
    'databases',
    ['mysqladmin', 'mariadb-admin'],
    mysqladmin,
    { form: 'mysqladmin create NAME', again: 'fails: already exists', safeWhen: "mysql -e 'CREATE DATABASE IF NOT EXISTS …'" },
    { form: 'mysqladmin ping', again: 'no change', safeWhen: '' },
  ),
  command('databases', ['mysqld', 'mariadbd'], mysqld, {
    form: 'mysqld --initialize --datadir=DIR',
    again: 'fails: the directory is not empty',
    safeWhen: '[ -f DIR/mysql.ibd ] ||',
  }),
  command('databases', ['mysqldump', 'mariadb-dump'], mysqldump, {
    form: 'mysqldump > FILE',
    again: 'dumps the state at that time',
    safeWhen: '',
  }),
]
