/** The other PostgreSQL tools: createdb, createuser, initdb, pg_restore. */

import { guarded, guardedBy, options, type Repairs } from '../../change/kit.ts'
import { isWritten } from '../../change/situation.ts'
import { parentFolder } from '../../machine/command-machine.ts'
import { postgresVersions } from '../../shape/places.ts'
import { client } from '../../shape/server-probes.ts'
import { concat, derived, empty, keyOf, literal, type Value } from '../../value/value.ts'
import { type Call, type CommandModel, command, type OptionTable, type Run } from '../command.ts'
import { factName } from '../kit/facts.ts'
import { type Options, reading } from '../kit/options.ts'
import { writtenPath } from '../kit/reading.ts'
import { applyRule } from '../kit/service.ts'
import { tolerantSql } from '../sql/sql-repairs.ts'
import { connectionFlags, connectionOf, connectionValues, psql } from './psql.ts'

const thingOptions: OptionTable = {
  flags: [
    ...connectionFlags,
    ...[
      '-s',
      '-S',
      '-d',
      '-D',
      '-r',
      '-R',
      '-l',
      '-L',
      '-i',
      '-I',
      '-P',
      '-N',
      '-f',
      '--if-exists',
      '--force',
      '--superuser',
      '--createdb',
    ],
    ...['--no-superuser', '--no-createdb', '--no-createrole', '--createrole', '--login', '--pwprompt', '--replication', '--interactive'],
  ],
  values: [
    ...connectionValues.filter((name) => name !== '-d'),
    ...['-O', '--owner', '-E', '--encoding', '-T', '--template', '--locale', '-c', '-g', '--role', '--lc-collate', '--lc-ctype'],
  ],
}

/** `createdb NAME`, `createuser NAME`, `dropdb NAME`, `dropuser NAME`. */
function thingTool(thing: 'database' | 'role', effect: 'creates' | 'deletes'): Run {
  return reading(thingOptions, (call, options) => {
    call.fallible()
    const { facts } = connectionOf(call, options, undefined)
    const [name] = options.operands
    if (name === undefined) return call.notFollowed(`what ${call.name} does without a name`)
    const key = keyOf(name).toLowerCase()
    const status = applyRule(call, facts, factName('', thing, key), { effect, kind: thing }, options.has('--if-exists'))
    // A dropped database takes its contents with it.
    const isDropped = thing === 'database' && effect === 'deletes' && status === 0
    if (isDropped) for (const inside of facts.names()) if (inside.startsWith(`${factName(key)}/`)) facts.remove(inside)
    return status
  })
}

const initdbOptions: OptionTable = {
  flags: ['--data-checksums', '-k', '-N', '--no-sync', '--no-locale', '-W', '--pwprompt', '--no-instructions'],
  values: ['-D', '--pgdata', '-U', '--username', '-E', '--encoding', '--locale', '-A', '--auth', '--auth-host', '--auth-local', '--pwfile'],
}

/** `initdb -D DIR`: requires an empty directory; when killed, it leaves one that looks complete. */
function initdb(call: Call, options: Options): number {
  const { machine } = call
  const folder = options.value('-D', '--pgdata') ?? options.operands[0] ?? machine.variable('PGDATA')
  if (folder === undefined) return call.notFollowed('where initdb puts its files')
  return makeDataFolder(call, folder, 'PG_VERSION', 'global/pg_control')
}

/** Creates a server's files in a directory that must be empty, as `initdb` and `mysqld --initialize` do. */
export function makeDataFolder(call: Call, folder: Value, first: string, last: string): number {
  const { machine } = call
  const path = writtenPath(folder, machine)
  if (!parentFolder(path, machine)) return 1
  const node = machine.suppose(path, { kind: 'folder', closed: true })
  if (node.kind !== 'absent' && (node.kind !== 'folder' || machine.files.children(path).length > 0)) return 1
  const begin = () => {
    machine.write(path, { kind: 'folder', closed: false })
    machine.write(`${path}/${first}`, { kind: 'file', content: [`${first}\n`] })
  }
  call.partials(begin)
  begin()
  for (let slash = last.indexOf('/'); slash !== -1; slash = last.indexOf('/', slash + 1))
    machine.write(`${path}/${last.slice(0, slash)}`, { kind: 'folder', closed: false })
  machine.write(`${path}/${last}`, { kind: 'file', content: [`${last}\n`] })
  return 0
}

const restoreOptions: OptionTable = {
  flags: [
    ...connectionFlags,
    ...['-c', '--clean', '--if-exists', '-C', '--create', '-O', '--no-owner', '-x', '--no-privileges', '--no-acl', '-1', '-v', '--verbose'],
    ...['-e', '--exit-on-error', '-a', '--data-only', '-s', '--schema-only', '--single-transaction', '--no-comments'],
  ],
  values: [...connectionValues, '-j', '--jobs', '-F', '--format', '-n', '--schema', '-t', '--table', '-L', '--role', '-f', '--file'],
}

function restore(call: Call, options: Options): number {
  call.fallible()
  const { facts, database } = connectionOf(call, options, undefined)
  const source = keyOf(options.operands[0] ?? call.machine.input ?? empty)
  if (options.has('-a', '--data-only', '-f', '--file')) return call.notFollowed('what pg_restore adds')
  const effect = options.has('-c', '--clean') ? 'puts' : 'creates'
  return applyRule(call, facts, factName(database, 'dump', source), { effect }, false)
}

const readyOptions: OptionTable = { flags: ['-q', '--quiet'], values: [...connectionValues, '-t', '--timeout'] }

function reader(call: Call): number {
  call.fallible()
  call.machine.print(concat(literal(`${call.name}: accepting connections\n`)))
  return 0
}

const dumpOptions: OptionTable = {
  flags: [
    ...connectionFlags,
    '-a',
    '-s',
    '-c',
    '-C',
    '-O',
    '-x',
    '-v',
    '--clean',
    '--if-exists',
    '--no-owner',
    '--schema-only',
    '--data-only',
  ],
  values: [...connectionValues, '-f', '--file', '-F', '--format', '-t', '--table', '-n', '--schema', '-Z', '-j'],
}

function dump(call: Call, options: Options): number {
  call.fallible()
  const { machine } = call
  const { facts, database } = connectionOf(call, options, options.operands[0])
  const content = derived('dump', facts.output(literal(database)))
  const file = options.value('-f', '--file')
  if (file === undefined) machine.print(content)
  else machine.write(writtenPath(file, machine), { kind: 'file', content })
  return 0
}

const postgresServer = client(5432, ['-h', '--host'], ['-p', '--port'])

/** Queries PostgreSQL's catalog first, because IF NOT EXISTS is not available for these objects. */
function askedFirst(catalog: string, column: string): Repairs {
  return (situation) => {
    const { rest, texts } = situation
    const name = texts.at(-1)
    if (name === undefined || !/^[A-Za-z_]\w*$/.test(name)) return []
    const connection = rest.filter(
      (word, index) => isWritten(word) && /^-[hpU]/.test(texts[/^-/.test(texts[index] ?? '') ? index : index - 1] ?? ''),
    )
    const raw = connection.filter(isWritten).map((word) => ` ${situation.raw(word)}`)
    return guarded(situation, `psql${raw.join('')} -tAc "SELECT 1 FROM ${catalog} WHERE ${column}='${name}'" | grep -q 1`)
  }
}

export const postgresCommands: readonly CommandModel[] = [
  command(
    'databases',
    ['psql'],
    { run: psql, runsStatements: true, probe: postgresServer, repairs: { failing: tolerantSql(undefined) }, places: postgresVersions },
    {
      form: "psql -c 'CREATE TABLE, INDEX, USER, DATABASE …'",
      again: 'fails: already exists',
      safeWhen: 'IF NOT EXISTS; a SELECT from the catalog ||',
    },
    { form: "psql -c 'ALTER TABLE … ADD COLUMN, DROP TABLE'", again: 'fails', safeWhen: 'IF NOT EXISTS, IF EXISTS' },
    {
      form: 'psql -f FILE, psql < FILE',
      again: 'continues after errors and exits 0: INSERT duplicates rows',
      safeWhen: '-v ON_ERROR_STOP=1 -1',
    },
    { form: "psql -c 'INSERT …'", again: 'duplicates the row if the table has no key', safeWhen: 'ON CONFLICT DO NOTHING and a key' },
    { form: "psql -c 'GRANT, CREATE OR REPLACE, ALTER USER … PASSWORD'", again: 'no change', safeWhen: '' },
  ),
  command(
    'databases',
    ['createdb'],
    {
      run: thingTool('database', 'creates'),
      probe: postgresServer,
      repairs: { failing: askedFirst('pg_database', 'datname') },
      places: postgresVersions,
    },
    {
      form: 'createdb NAME',
      again: 'fails: already exists',
      safeWhen: `psql -tAc "SELECT 1 FROM pg_database WHERE datname='NAME'" | grep -q 1 ||`,
    },
  ),
  command(
    'databases',
    ['createuser'],
    { run: thingTool('role', 'creates'), repairs: { failing: askedFirst('pg_roles', 'rolname') }, places: postgresVersions },
    {
      form: 'createuser NAME',
      again: 'fails: already exists',
      safeWhen: `psql -tAc "SELECT 1 FROM pg_roles WHERE rolname='NAME'" | grep -q 1 ||`,
    },
  ),
  command(
    'databases',
    ['dropdb'],
    { run: thingTool('database', 'deletes'), places: postgresVersions },
    {
      form: 'dropdb NAME',
      again: 'fails: no longer exists',
      safeWhen: '--if-exists',
    },
  ),
  command(
    'databases',
    ['dropuser'],
    { run: thingTool('role', 'deletes'), places: postgresVersions },
    {
      form: 'dropuser NAME',
      again: 'fails: no longer exists',
      safeWhen: '--if-exists',
    },
  ),
  command(
    'databases',
    ['initdb'],
    { run: reading(initdbOptions, initdb), repairs: { failing: guardedBy('-s', '/PG_VERSION') }, places: postgresVersions },
    {
      form: 'initdb -D DIR',
      again: 'fails: the directory is not empty',
      safeWhen: '[ -s DIR/PG_VERSION ] ||, but a killed initdb also leaves that file',
    },
  ),
  command(
    'databases',
    ['pg_restore'],
    { run: reading(restoreOptions, restore), repairs: { failing: options('--clean --if-exists') }, places: postgresVersions },
    {
      form: 'pg_restore -d NAME',
      again: 'fails: the objects already exist',
      safeWhen: '--clean --if-exists',
    },
  ),
  command(
    'databases',
    ['pg_isready'],
    { run: reading(readyOptions, reader), probe: postgresServer, places: postgresVersions },
    { form: 'pg_isready', again: 'no change', safeWhen: '' },
  ),
  command(
    'databases',
    ['pg_dump', 'pg_dumpall'],
    { run: reading(dumpOptions, dump), probe: postgresServer, places: postgresVersions },
    {
      form: 'pg_dump > FILE',
      again: 'dumps the state at that time',
      safeWhen: '',
    },
  ),
]
