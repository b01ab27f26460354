/** MySQL and MariaDB: mysql -e, mysqladmin, mysqld --initialize. */

import { client } from '../../shape/server-probes.ts'
import { runsWithout } from '../../shape/servers.ts'
import { concat, derived, empty, keyOf, literal, textOf } from '../../value/value.ts'
import { type Call, type CommandModel, command, type OptionTable } from '../command.ts'
import { makeFolder } from '../files/files.ts'
import { factName, ServiceFacts } from '../kit/facts.ts'
import { localServer } from '../kit/local-servers.ts'
import { type Options, reading } from '../kit/options.ts'
import { writtenPath } from '../kit/reading.ts'
import { applyRule } from '../kit/service.ts'
import { fillFolder } from '../kit/trees.ts'
import { executeAll, SqlSession } from '../sql/sql.ts'
import { tolerantDatabases, tolerantSql } from '../sql/sql-repairs.ts'
import { makeDataFolder } from './postgres.ts'

/** dev.mysql.com/doc/refman, "mysql Client Options", and those of mysqladmin and mysqldump. */
const mysqlOptions: OptionTable = {
  values: [
    ...['-h', '--host', '-P', '--port', '-u', '--user', '-e', '--execute', '-D', '--database', '-S', '--socket', '--protocol'],
    ...['--defaults-file', '--defaults-extra-file', '--defaults-group-suffix', '--connect-timeout', '--connect_timeout', '--login-path'],
    ...['--default-character-set', '-i', '--init-command', '--ssl-mode', '--ssl-ca', '--ssl-cert', '--ssl-key', '--plugin-dir'],
    ...['--default-auth', '--max-allowed-packet', '--max_allowed_packet', '--delimiter', '--tls-version', '--shutdown-timeout'],
  ],
  // A value of these must be attached: `-pPASSWORD`.
  attached: ['-p', '--password', '-w', '--wait', '--ssl', '--ssl-verify-server-cert', '--get-server-public-key', '--silent'],
  flags: [
    ...['-N', '-B', '-s', '-f', '--force', '-v', '-t', '--batch', '--skip-column-names', '--skip-ssl', '--raw', '-r', '-A', '-n', '-c'],
    ...['--no-auto-rehash', '--verbose', '--no-defaults', '--compress', '-C', '--table', '--unbuffered', '-q', '--quick', '--comments'],
    ...['--skip-ssl-verify-server-cert', '--enable-cleartext-plugin', '--no-beep', '--connect-expired-password', '--binary-mode', '-b'],
    ...['--skip-line-numbers', '-L', '--reconnect', '--skip-reconnect', '--abort-source-on-error', '--disable-ssl', '--vertical', '-E'],
  ],
}

/** dev.mysql.com/doc/refman, "mysqldump": without `--result-file`, `--tab` and the options that change the server. */
const dumpOptions: OptionTable = {
  ...mysqlOptions,
  values: [
    ...(mysqlOptions.values ?? []).filter((name) => name !== '-D'),
    ...['--ignore-table', '--where', '--tables', '--databases', '--max-statement-time', '--column-statistics', '--set-gtid-purged'],
    ...['--skip-definer', '--net-buffer-length', '--compatible', '--source-data', '--master-data'],
  ],
  flags: [
    ...(mysqlOptions.flags ?? []),
    ...['--single-transaction', '--routines', '-R', '--triggers', '--events', '--all-databases', '--add-drop-table', '--no-data', '-d'],
    ...[
      '--no-create-info',
      '--no-create-db',
      '--hex-blob',
      '--opt',
      '--skip-lock-tables',
      '--lock-tables',
      '--skip-comments',
      '--no-tablespaces',
    ],
    ...[
      '--add-drop-database',
      '--skip-add-drop-table',
      '--complete-insert',
      '--extended-insert',
      '--skip-extended-insert',
      '--skip-triggers',
    ],
    ...[
      '--compact',
      '--insert-ignore',
      '--replace',
      '--skip-dump-date',
      '--order-by-primary',
      '--skip-add-locks',
      '--skip-opt',
      '--no-autocommit',
    ],
  ],
}

/** dev.mysql.com/doc/refman, "Server Command Options". */
const serverOptions: OptionTable = {
  values: ['--datadir', '--basedir', '--user', '-u', '-h', '--defaults-file', '--defaults-extra-file', '--lower-case-table-names'],
  attached: ['--lower_case_table_names', '--character-set-server', '--collation-server', '--log-error', '--tmpdir'],
  flags: ['--initialize', '--initialize-insecure', '--no-defaults', '--console', '--skip-log-bin'],
}

function factsOf(call: Call, { value }: Options): ServiceFacts {
  const host = value('-h', '--host') ?? call.machine.variable('MYSQL_HOST') ?? empty
  return new ServiceFacts(call.machine, 'mysql', keyOf(host))
}

function mysql(call: Call, options: Options): number {
  const { machine } = call
  call.fallible()
  const facts = factsOf(call, options)
  const database = keyOf(options.value('-D', '--database') ?? options.operands[0] ?? empty).toLowerCase()
  if (!hasDatabase(database, facts, call)) return 1
  const printed = options.has('-N', '-B', '-s', '--skip-column-names')
  const session = new SqlSession(call, facts, 'mysql', database, !printed)
  const statements = session.read(options.value('-e', '--execute') ?? machine.input ?? empty)
  // The client stops at the first error, unless --force is given.
  const goesOn = options.has('-f', '--force')
  return executeAll(call, session, statements, !goesOn) || goesOn ? 0 : 1
}

function hasDatabase(database: string, facts: ServiceFacts, call: Call): boolean {
  if (database === '' || /^(mysql|information_schema|performance_schema|sys)$/.test(database)) return true
  const name = factName('', 'database', database)
  return call.machine.isGuarded ? facts.exists(name) : facts.need(name)
}

function mysqladmin(call: Call, options: Options): number {
  call.fallible()
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
    case 'shutdown':
      return 0
    default:
      return call.notFollowed('what this mysqladmin command does')
  }
}

/** The data directory: mysqld --help --verbose, datadir. */
const serve = localServer({ options: ['--datadir', '-h'], usual: '/var/lib/mysql', detaches: ['--daemonize'] })

/** `mysqld --initialize --datadir=DIR`: requires an empty directory. */
function mysqld(call: Call, options: Options): number {
  const folder = options.value('--datadir', '-h')
  const initializes = options.has('--initialize', '--initialize-insecure')
  if (!initializes) return serve(call)
  if (folder === undefined) return call.notFollowed('what a MySQL server does')
  return makeDataFolder(call, folder, 'auto.cnf', 'mysql.ibd')
}

/** mariadb-install-db --help; other options are passed to the server, and its data does not depend on them. */
const installOptions: OptionTable = {
  values: ['--datadir', '--ldata', '--data', '--user', '--basedir', '--defaults-file', '--defaults-extra-file', '--srcdir', '--builddir'],
  lenient: 'Options of the server do not change which files it creates.',
  harmful: ['--cross-bootstrap', '--innodb-data-home-dir', '--innodb-log-group-home-dir'],
}

/**
 * `mariadb-install-db --datadir=DIR`: creates DIR/mysql first, then fills it. It adds what is missing (MariaDB scripts/mysql_install_db.sh).
 */
function installDb(call: Call, options: Options): number {
  const { machine } = call
  const folder = options.value('--datadir', '--ldata', '--data')
  if (folder === undefined) return call.notFollowed(`where ${call.name} puts its files`)
  const path = writtenPath(folder, machine)
  if (!makeFolder(path, machine, true) || !makeFolder(`${path}/mysql`, machine, true)) return 1
  fillFolder(path, 'the system tables of MariaDB', call)
  return 0
}

function mysqldump(call: Call, options: Options): number {
  call.fallible()
  call.machine.print(derived('dump', factsOf(call, options).output(concat(...options.operands))))
  return 0
}

const mysqlServer = client(3306, ['-h', '--host'], ['-P', '--port'])

const isServer = runsWithout(
  ...['-V', '-?', '-D', '--daemonize', '--initialize', '--initialize-insecure', '--bootstrap', '--validate-config'],
)

export const mysqlCommands: readonly CommandModel[] = [
  command(
    'databases',
    ['mysql', 'mariadb'],
    {
      run: reading(mysqlOptions, mysql),
      runsStatements: true,
      probe: mysqlServer,
      repairs: { failing: tolerantSql(undefined, tolerantDatabases), differing: tolerantSql('INSERT IGNORE INTO') },
    },
    { form: "mysql -e 'CREATE DATABASE, TABLE, USER …'", again: 'fails: already exists', safeWhen: 'IF NOT EXISTS' },
    { form: "mysql -e 'INSERT …'", again: 'duplicates the row if the table has no key', safeWhen: 'INSERT IGNORE and a key' },
    { form: 'mysql < FILE', again: 'stops at the first error', safeWhen: 'IF NOT EXISTS' },
  ),
  command(
    'databases',
    ['mysqladmin', 'mariadb-admin'],
    { run: reading(mysqlOptions, mysqladmin), probe: mysqlServer },
    { form: 'mysqladmin create NAME', again: 'fails: already exists', safeWhen: "mysql -e 'CREATE DATABASE IF NOT EXISTS …'" },
    { form: 'mysqladmin ping', again: 'no change', safeWhen: '' },
  ),
  command(
    'databases',
    ['mysqld', 'mariadbd'],
    { run: reading(serverOptions, mysqld), runsForever: isServer },
    {
      form: 'mysqld --initialize --datadir=DIR',
      again: 'fails: the directory is not empty',
      safeWhen: '[ -f DIR/mysql.ibd ] ||',
    },
  ),
  command('databases', ['mariadb-install-db', 'mysql_install_db'], reading(installOptions, installDb), {
    form: 'mariadb-install-db --datadir=DIR',
    again: 'no change',
    safeWhen: '[ -d DIR/mysql ] || does not help after a kill',
  }),
  command('databases', ['mysqldump', 'mariadb-dump'], reading(dumpOptions, mysqldump), {
    form: 'mysqldump > FILE',
    again: 'dumps the state at that time',
    safeWhen: '',
  }),
]
