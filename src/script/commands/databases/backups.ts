/** Tools that restore a database's files from a copy: pg_basebackup, xtrabackup, litestream. */

import { parentFolder } from '../../machine/command-machine.ts'
import { postgresVersions } from '../../shape/places.ts'
import { empty, identity, keyOf, literal, nestedKey, type Value } from '../../value/value.ts'
import { type Call, type CommandModel, command, type OptionTable } from '../command.ts'
import { makeFolder } from '../files/files.ts'
import { factName, ServiceFacts } from '../kit/facts.ts'
import { type Options, reading } from '../kit/options.ts'
import { argumentText, within, writtenPath } from '../kit/reading.ts'
import { isEmpty } from '../kit/trees.ts'

/** Files and directories that a backup certainly contains. */
type Parts = readonly (readonly [string, 'file' | 'folder'])[]

/** Adds the files of a backup to a directory. */
function restoreFiles(source: string, path: string, certain: Parts, call: Call): void {
  call.machine.addLayer(path, { source, path: '' })
  writeParts(source, path, certain, call)
}

function writeParts(source: string, path: string, parts: Parts, { machine }: Call): void {
  for (const [name, kind] of parts) {
    const target = within(path, name)
    const content: Value = [{ id: `${name} of ${source}`, filled: true }]
    machine.write(target, kind === 'file' ? { kind, content } : { kind, closed: false, layers: [{ source, path: `/${name}` }] })
  }
}

/** The reference page of pg_basebackup. */
const baseBackupOptions: OptionTable = {
  values: [
    ...['-D', '--pgdata', '-h', '--host', '-p', '--port', '-U', '--username', '-d', '--dbname', '-X', '--wal-method', '-c', '--checkpoint'],
    ...['-S', '--slot', '-F', '--format', '-l', '--label', '-T', '--tablespace-mapping', '-Z', '--compress', '-s', '--status-interval'],
    ...['-r', '--max-rate', '--waldir', '--manifest-checksums', '--sync-method'],
  ],
  flags: [
    ...['-P', '--progress', '-R', '--write-recovery-conf', '-C', '--create-slot', '-v', '--verbose', '-w', '--no-password', '-W'],
    ...['--password', '-n', '--no-clean', '-N', '--no-sync', '-z', '--gzip', '--no-slot', '--no-verify-checksums', '--no-manifest'],
    ...['--no-estimate-size', '--manifest-force-encode'],
  ],
}

/**
 * `pg_basebackup -D DIR`: requires an empty or missing directory. On failure it removes its files; when killed, it leaves them. The slot
 * that `--create-slot` creates on the server stays and makes the next attempt fail (PostgreSQL manual, pg_basebackup).
 */
function baseBackup(call: Call, { value, has }: Options): number {
  call.fallible()
  const { machine } = call
  const folder = value('-D', '--pgdata')
  const format = keyOf(value('-F', '--format') ?? literal('p'))
  if (folder === undefined || format.startsWith('t')) return call.notFollowed('where pg_basebackup puts its files')
  const path = writtenPath(folder, machine)
  const node = machine.node(path, 'absent')
  if (node.kind === 'absent' ? !makeFolder(path, machine, true) : node.kind !== 'folder' || !isEmpty(path, machine)) return 1
  const slot = has('-C', '--create-slot') ? value('-S', '--slot') : undefined
  const host = keyOf(value('-h', '--host', '-d') ?? empty)
  if (slot !== undefined && !new ServiceFacts(machine, 'postgres', host).create(factName('replication slot', keyOf(slot)))) return 1
  const source = identity(`pg_basebackup ${argumentText(call.arguments)}`)
  call.partials(() => restoreFiles(source, path, [['PG_VERSION', 'file']], call))
  restoreFiles(
    source,
    path,
    [
      ['PG_VERSION', 'file'],
      ['base', 'folder'],
      ['global', 'folder'],
    ],
    call,
  )
  return 0
}

const xbstreamOptions: OptionTable = {
  values: ['-C', '--directory', '-p', '--parallel'],
  flags: ['-x', '--extract', '-v', '--verbose', '--decompress'],
}

/** What a backup of MySQL always contains, in the order of the stream: the system tablespace is copied before the first directory. */
const backupParts: Parts = [
  ['ibdata1', 'file'],
  ['mysql', 'folder'],
]

/**
 * `xbstream -x -C DIR`: creates files that must not exist yet (percona-xtrabackup storage/innobase/xtrabackup/src/ds_local.cc, O_EXCL), so
 * that what a kill leaves makes the next call fail.
 */
function xbstream(call: Call, { value, has }: Options): number {
  const { machine } = call
  if (!has('-x', '--extract')) return call.notFollowed('what xbstream packs')
  const content = machine.input ?? []
  if (content.length === 0) return 0
  const path = writtenPath(value('-C', '--directory') ?? literal('.'), machine)
  if (!parentFolder(within(path, 'mysql'), machine)) return 1
  if (backupParts.some(([name]) => machine.suppose(within(path, name), { kind: 'absent' }).kind !== 'absent')) return 1
  const source = identity(`xbstream of ${nestedKey(content)}`)
  call.partials(
    () => restoreFiles(source, path, backupParts, call),
    () => writeParts(source, path, backupParts.slice(0, 1), call),
  )
  restoreFiles(source, path, backupParts, call)
  return 0
}

/** `xtrabackup --help` (8.0): those that concern the connection, the work and the messages. */
const xtrabackupOptions: OptionTable = {
  values: [
    ...['--target-dir', '--defaults-file', '--defaults-extra-file', '--user', '--password', '--host', '--port', '--socket', '--datadir'],
    ...['--use-memory', '--parallel', '--login-path'],
  ],
  flags: ['--prepare', '--apply-log-only'],
}

/** `xtrabackup --prepare --target-dir=DIR`: makes the backup consistent; preparing it again changes nothing. */
function xtrabackup(call: Call, { value, has }: Options): number {
  call.fallible()
  const { machine } = call
  const folder = value('--target-dir')
  if (!has('--prepare') || folder === undefined) return call.notFollowed('what xtrabackup copies')
  const path = writtenPath(folder, machine)
  if (machine.suppose(path, { kind: 'folder', closed: false }).kind !== 'folder') return 1
  machine.write(within(path, 'xtrabackup_info'), { kind: 'file', content: literal('prepared') })
  return 0
}

const litestreamOptions: OptionTable = {
  style: 'words',
  values: ['-o', '-config', '-replica', '-generation', '-index', '-timestamp', '-parallelism', '-txid'],
  flags: ['-if-db-not-exists', '-if-replica-exists', '-v', '-no-expand-env'],
}

/**
 * `litestream restore DATABASE`: restores to a temporary file first. It never overwrites an existing database (litestream db.go, "cannot
 * restore, output path already exists").
 */
function litestream(call: Call, { value, has, operands }: Options): number {
  call.fallible()
  const { machine } = call
  const [command, database] = operands
  if (keyOf(command ?? []) !== 'restore' || database === undefined) return call.notFollowed('what this litestream command does')
  const path = writtenPath(value('-o') ?? database, machine)
  if (machine.node(path, 'absent').kind !== 'absent') return has('-if-db-not-exists') ? 0 : 1
  if (!parentFolder(path, machine)) return 1
  machine.write(path, { kind: 'file', content: [{ id: `what litestream restores of ${keyOf(database)}`, filled: true }] })
  return 0
}

export const backupCommands: readonly CommandModel[] = [
  {
    names: ['pg_basebackup'],
    places: postgresVersions,
    section: 'databases',
    forms: [
      { form: 'pg_basebackup -D DIR', again: 'fails: the directory is not empty', safeWhen: 'rm -rf DIR/* first' },
      { form: 'pg_basebackup -C -S SLOT', again: 'fails: the slot already exists', safeWhen: 'on failure, retry without -C' },
    ],
    run: reading(baseBackupOptions, baseBackup),
  },
  command('databases', ['xbstream'], reading(xbstreamOptions, xbstream), {
    form: 'xbstream -x -C DIR',
    again: 'fails: the files already exist',
    safeWhen: 'rm -rf DIR/* first',
  }),
  command('databases', ['xtrabackup'], reading(xtrabackupOptions, xtrabackup), {
    form: 'xtrabackup --prepare --target-dir=DIR',
    again: 'no change',
    safeWhen: '',
  }),
  command('databases', ['litestream'], reading(litestreamOptions, litestream), {
    form: 'litestream restore DATABASE',
    again: 'fails: the database already exists',
    safeWhen: '-if-db-not-exists',
  }),
]
