/** Tools that restore a database's files from a copy: pg_basebackup, xtrabackup, litestream. */

import { parentFolder } from '../../machine/machine.ts'
import { concat, empty, identity, keyOf, literal, type Value } from '../../value/value.ts'
import { type Call, type CommandModel, command } from '../command.ts'
import { makeFolder } from '../files/files.ts'
import { factName, ServiceFacts } from '../kit/facts.ts'
import { argumentText, within, writtenPath } from '../kit/reading.ts'
import { readServiceOptions } from '../kit/service.ts'
import { isEmpty } from '../kit/trees.ts'

/** Adds the files of a backup to a directory; the named ones certainly exist. */
function restoreFiles(source: string, path: string, certain: readonly (readonly [string, 'file' | 'folder'])[], { machine }: Call): void {
  machine.addLayer(path, { source, path: '' })
  for (const [name, kind] of certain) {
    const target = within(path, name)
    const content: Value = [{ id: `${name} of ${source}`, filled: true }]
    machine.write(target, kind === 'file' ? { kind, content } : { kind, closed: false, layers: [{ source, path: `/${name}` }] })
  }
}

const baseBackupFlags: readonly string[] = ['-P', '-R', '-C', '-v', '-w', '-W', '-n', '-N', '-k', '-g']

/** Splits options that share one dash: `-PRC`, `-vPD`. */
function splitCluster(word: Value): Value[] {
  const [head] = word
  if (typeof head !== 'string' || head.length < 3 || !baseBackupFlags.includes(head.slice(0, 2))) return [word]
  return [literal(head.slice(0, 2)), ...splitCluster(concat(literal(`-${head.slice(2)}`), word.slice(1)))]
}

/**
 * `pg_basebackup -D DIR`: requires an empty or missing directory. On failure it removes its files; when killed, it leaves them. The slot
 * that `--create-slot` creates on the server stays and makes the next attempt fail (PostgreSQL manual, pg_basebackup).
 */
function baseBackup(call: Call): number {
  call.fallible()
  const { machine } = call
  const { given } = readServiceOptions(call.arguments.flatMap(splitCluster), {
    values: [
      '-D',
      '--pgdata',
      '-h',
      '-p',
      '-U',
      '-d',
      '-X',
      '-c',
      '-S',
      '-F',
      '-l',
      '-T',
      '-Z',
      '-s',
      '-r',
      '--host',
      '--port',
      '--username',
      '--slot',
    ],
    flags: [...baseBackupFlags, '--create-slot'],
  })
  const folder = given.get('-D') ?? given.get('--pgdata')
  const format = keyOf(given.get('-F') ?? given.get('--format') ?? literal('p'))
  if (folder === undefined || format.startsWith('t')) return call.notFollowed('where pg_basebackup puts its files')
  const path = writtenPath(folder, machine)
  const node = machine.node(path, 'absent')
  if (node.kind === 'absent' ? !makeFolder(path, machine, true) : node.kind !== 'folder' || !isEmpty(path, machine)) return 1
  const slot = given.has('-C') || given.has('--create-slot') ? (given.get('-S') ?? given.get('--slot')) : undefined
  const host = keyOf(given.get('-h') ?? given.get('--host') ?? given.get('-d') ?? empty)
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

/**
 * `xbstream -x -C DIR`: creates files that must not exist yet (percona-xtrabackup storage/innobase/xtrabackup/src/ds_local.cc, O_EXCL).
 * A backup of MySQL always contains the directory mysql.
 */
function xbstream(call: Call): number {
  const { machine } = call
  const { given } = readServiceOptions(call.arguments, {
    values: ['-C', '--directory', '-p', '--parallel'],
    flags: ['-x', '--extract', '-v', '--verbose', '--decompress'],
  })
  if (!call.arguments.some((word) => /^(-x|--extract)$/.test(keyOf(word)))) return call.notFollowed('what xbstream packs')
  const content = machine.input ?? []
  if (content.length === 0) return 0
  const path = writtenPath(given.get('-C') ?? given.get('--directory') ?? literal('.'), machine)
  if (!parentFolder(within(path, 'mysql'), machine)) return 1
  if (machine.suppose(within(path, 'mysql'), { kind: 'absent' }).kind !== 'absent') return 1
  const source = identity(`xbstream of ${keyOf(content).replaceAll('\0', '\x01')}`)
  call.partials(() => restoreFiles(source, path, [['mysql', 'folder']], call))
  restoreFiles(source, path, [['mysql', 'folder']], call)
  return 0
}

/** `xtrabackup --prepare --target-dir=DIR`: makes the backup consistent; preparing it again changes nothing. */
function xtrabackup(call: Call): number {
  call.fallible()
  const { machine } = call
  const { given } = readServiceOptions(call.arguments, { values: ['--target-dir'], flags: ['--prepare', '--apply-log-only'] })
  const folder = given.get('--target-dir')
  if (!given.has('--prepare') || folder === undefined) return call.notFollowed('what xtrabackup copies')
  const path = writtenPath(folder, machine)
  if (machine.suppose(path, { kind: 'folder', closed: false }).kind !== 'folder') return 1
  machine.write(within(path, 'xtrabackup_info'), { kind: 'file', content: literal('prepared') })
  return 0
}

/**
 * `litestream restore DATABASE`: restores to a temporary file first. It never overwrites an existing database (litestream db.go, "cannot
 * restore, output path already exists").
 */
function litestream(call: Call): number {
  call.fallible()
  const { machine } = call
  const { given, operands } = readServiceOptions(call.arguments, {
    values: ['-o', '-config', '-replica', '-generation', '-index', '-timestamp', '-parallelism', '-txid'],
    flags: ['-if-db-not-exists', '-if-replica-exists', '-v', '-no-expand-env'],
  })
  const [command, database] = operands
  if (keyOf(command ?? []) !== 'restore' || database === undefined) return call.notFollowed('what this litestream command does')
  const path = writtenPath(given.get('-o') ?? database, machine)
  if (machine.node(path, 'absent').kind !== 'absent') return given.has('-if-db-not-exists') ? 0 : 1
  if (!parentFolder(path, machine)) return 1
  machine.write(path, { kind: 'file', content: [{ id: `what litestream restores of ${keyOf(database)}`, filled: true }] })
  return 0
}

export const backupCommands: readonly CommandModel[] = [
  {
    names: ['pg_basebackup'],
    section: 'databases',
    forms: [
      { form: 'pg_basebackup -D DIR', again: 'fails: the directory is not empty', safeWhen: 'rm -rf DIR/* first' },
      { form: 'pg_basebackup -C -S SLOT', again: 'fails: the slot already exists', safeWhen: 'on failure, retry without -C' },
    ],
    run: baseBackup,
  },
  command('databases', ['xbstream'], xbstream, {
    form: 'xbstream -x -C DIR',
    again: 'fails: the files already exist',
    safeWhen: 'rm -rf DIR/* first',
  }),
  command('databases', ['xtrabackup'], xtrabackup, { form: 'xtrabackup --prepare --target-dir=DIR', again: 'no change', safeWhen: '' }),
  command('databases', ['litestream'], litestream, {
    form: 'litestream restore DATABASE',
    again: 'fails: the database already exists',
    safeWhen: '-if-db-not-exists',
  }),
]
