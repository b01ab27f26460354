/** Programs that copy files from and to other hosts and stores: azcopy, s3cmd, scp. */

import { parentFolder } from '../../machine/command-machine.ts'
import { nameOf } from '../../machine/file-system.ts'
import { concat, empty, identity, isUnknownStart, keyOf, literal, partOf, readableKey, textOf, type Value } from '../../value/value.ts'
import { type Call, type CommandModel, command, type OptionTable } from '../command.ts'
import { makeFolder } from '../files/files.ts'
import { factName, ServiceFacts } from '../kit/facts.ts'
import { type Options, reading } from '../kit/options.ts'
import { argumentText, endsWithSlash, within, writtenPath } from '../kit/reading.ts'
import { fillFolder } from '../kit/trees.ts'
import { isInS3, makeBucket } from './s3.ts'
import { answer, download, downloadTree, transfer } from './transfers.ts'

/** learn.microsoft.com/azure/storage/common/storage-ref-azcopy-copy and -sync. */
const azcopyOptions: OptionTable = {
  style: 'pflag',
  flags: [
    ...['--recursive', '--preserve-smb-info', '--preserve-smb-permissions', '--preserve-last-modified-time', '--put-md5', '--check-length'],
    ...['--dry-run', '--as-subdir', '--follow-symlinks', '--s2s-preserve-access-tier', '--disable-auto-decoding', '--identity'],
    ...[
      '--service-principal',
      '--skip-version-check',
      '--mirror-mode',
      '--preserve-symlinks',
      '--preserve-posix-properties',
      '--decompress',
    ],
  ],
  values: [
    ...['--overwrite', '--include-pattern', '--exclude-pattern', '--include-path', '--exclude-path', '--from-to', '--log-level'],
    ...['--output-type', '--output-level', '--cap-mbps', '--block-size-mb', '--blob-type', '--include-after', '--delete-destination'],
    ...['--check-md5', '--trusted-microsoft-suffixes', '--identity-client-id', '--application-id', '--tenant-id', '--content-type'],
  ],
}

/** `azcopy copy FROM TO`: a file gets its name when it is complete. */
function azcopy(call: Call, options: Options): number {
  call.fallible()
  const [verb, from, to] = options.operands
  const name = textOf(verb ?? empty) ?? ''
  const facts = new ServiceFacts(call.machine, 'azure')
  if (/^(login|logout|list|ls|jobs|env)$/.test(name)) return answer(call, facts, concat(literal(`${name} `), from ?? empty))
  if (!/^(copy|cp|c|sync|s)$/.test(name) || from === undefined || to === undefined)
    return call.notFollowed(`what ${call.name} ${name} does`)
  if (options.has('--dry-run')) return 0
  const isRemote = (place: Value) => /^https?:\/\//.test(keyOf(place)) || isUnknownStart(place)
  const isSync = name === 'sync' || name === 's'
  const isTree = isSync || options.has('--recursive') || /\*/.test(keyOf(from))
  const deletes = isSync && textOf(options.value('--delete-destination') ?? empty) === 'true'
  return transfer(call, facts, { from, to, isFromStore: isRemote(from), isToStore: isRemote(to), isTree, deletes })
}

/** s3cmd(1). */
const s3cmdOptions: OptionTable = {
  flags: [
    ...['-f', '--force', '--continue', '--skip-existing', '-r', '--recursive', '-n', '--dry-run', '--no-progress', '--progress', '-q'],
    ...['--quiet', '-v', '--verbose', '--no-check-certificate', '--check-certificate', '--no-ssl', '-s', '--ssl', '--delete-removed'],
    ...['--no-delete-removed', '--delete-after', '--preserve', '-p', '--no-preserve', '--acl-public', '-P', '--acl-private', '-F'],
    ...['--follow-symlinks', '--no-check-md5', '--check-md5', '--stop-on-error', '-d', '--debug', '--signature-v2', '-H'],
    ...['--human-readable-sizes', '--guess-mime-type', '-M', '--no-guess-mime-type', '--no-mime-magic', '--stats', '--requester-pays'],
  ],
  values: [
    ...['-c', '--config', '--access_key', '--secret_key', '--access_token', '--host', '--host-bucket', '--region', '--bucket-location'],
    ...['--exclude', '--include', '--rexclude', '--rinclude', '--exclude-from', '--include-from', '-m', '--mime-type', '--add-header'],
    ...['--storage-class', '--multipart-chunk-size-mb', '--limit-rate', '--ca-certs', '--cache-file', '--max-delete'],
  ],
}

/** The exit status for wrong usage (s3cmd, S3/ExitCodes.py, EX_USAGE). */
const usage = 64

/** `s3cmd get` refuses to overwrite a file. */
function s3cmd(call: Call, options: Options): number {
  call.fallible()
  const { machine } = call
  const [verb, first, second, ...more] = options.operands
  const name = textOf(verb ?? empty) ?? ''
  const facts = new ServiceFacts(machine, 'aws')
  if (/^(ls|la|du|info)$/.test(name)) return answer(call, facts, concat(literal(`${name} `), first ?? empty))
  if (first === undefined || more.length > 0) return call.notFollowed(`what ${call.name} ${name} does`)
  if (options.has('-n', '--dry-run')) return 0
  if (name === 'mb') return makeBucket(call, facts, factName('bucket', keyOf(first).replace(/^s3:\/\//, '')))
  if (name === 'get') return get(call, options, first, second ?? literal('./'))
  if (!/^(put|sync|cp|mv)$/.test(name) || second === undefined) return call.notFollowed(`what ${call.name} ${name} does`)
  const places = { from: first, to: second, isFromStore: isInS3(first), isToStore: isInS3(second) }
  const isTree = name === 'sync' || options.has('-r', '--recursive')
  return transfer(call, facts, { ...places, isTree, deletes: options.has('--delete-removed'), moves: name === 'mv' })
}

function get(call: Call, options: Options, from: Value, to: Value): number {
  const { machine } = call
  if (options.has('-r', '--recursive')) {
    const overwrites = options.has('-f', '--force', '--skip-existing', '--continue')
    return overwrites
      ? downloadTree(call, from, to, false)
      : call.notFollowed(`which files ${call.name} refuses to overwrite`, [writtenPath(to, machine)])
  }
  if (textOf(to) === '-') return download(call, from, to)
  const folder = writtenPath(to, machine)
  const isFolder = endsWithSlash(to) || machine.files.look(folder)?.kind === 'folder'
  const path = isFolder ? within(folder, nameOf(keyOf(from))) : folder
  const isThere = !options.has('-f', '--force', '--continue') && machine.node(path, 'absent').kind !== 'absent'
  if (isThere) return options.has('--skip-existing') ? 0 : usage
  // What a failed download left is removed (s3cmd, cmd_object_get).
  return receive(path, [{ id: `object ${readableKey(from)}`, filled: true }], call, false) ? 0 : usage
}

/**
 * Writes to a file under its own name while it arrives.
 * @param keepsPart whether a failed copy leaves what arrived
 * @returns false if the file cannot be written
 */
function receive(path: string, content: Value, call: Call, keepsPart: boolean): boolean {
  const { machine } = call
  if (!parentFolder(path, machine) || machine.files.look(path)?.kind === 'folder' || !machine.mayOpen(path)) return false
  const part = () => machine.write(path, { kind: 'file', content: partOf(content) })
  call.partials(part)
  if (keepsPart) call.failures(1, part)
  machine.write(path, { kind: 'file', content })
  return true
}

/** scp(1). */
const scpOptions: OptionTable = {
  flags: ['-r', '-p', '-q', '-v', '-C', '-4', '-6', '-O', '-B', '-T', '-3', '-s', '-A'],
  values: ['-i', '-o', '-P', '-F', '-l', '-J', '-c', '-S', '-D', '-X'],
}

/** A place on another host: a colon before the first slash. */
const onHost = /^(scp:\/\/|[^/:]+:)/

/** `scp HOST:FILE TARGET` writes to the file itself, so a broken connection leaves part of it. */
function scp(call: Call, options: Options): number {
  call.fallible()
  const { machine } = call
  const target = options.operands.at(-1)
  const sources = options.operands.slice(0, -1)
  if (target === undefined || sources.length === 0) return 1
  if (onHost.test(keyOf(target)) || isUnknownStart(target)) {
    call.unknown(`what ${call.name} changes on a remote host`)
    return 0
  }
  if (!sources.every((source) => onHost.test(keyOf(source)))) return call.notFollowed(`what ${call.name} does with local files`)
  const folder = writtenPath(target, machine)
  if (options.has('-r')) {
    if (!makeFolder(folder, machine, false) && machine.files.look(folder)?.kind !== 'folder') return 1
    fillFolder(folder, identity(`scp ${argumentText(sources)}`), call, { failing: 1 })
    return 0
  }
  const isFolder = sources.length > 1 || endsWithSlash(target) || machine.files.look(folder)?.kind === 'folder'
  const files = sources.map((source) => ({ source, path: isFolder ? within(folder, nameOf(keyOf(source).replace(/^.*:/, '/'))) : folder }))
  const isSaved = files.map(({ source, path }) => receive(path, [{ id: `file ${readableKey(source)}`, filled: true }], call, true))
  return isSaved.every(Boolean) ? 0 : 1
}

export const copyToolCommands: readonly CommandModel[] = [
  command(
    'object stores',
    ['azcopy'],
    { run: reading(azcopyOptions, azcopy), hasSubcommands: true },
    { form: 'azcopy copy, sync', again: 'no change', safeWhen: '' },
  ),
  command(
    'object stores',
    ['s3cmd'],
    { run: reading(s3cmdOptions, s3cmd), hasSubcommands: true },
    { form: 's3cmd get s3://BUCKET/KEY FILE', again: 'exits 64: the file already exists', safeWhen: '--force, --skip-existing' },
  ),
  command('object stores', ['scp'], reading(scpOptions, scp), {
    form: 'scp HOST:FILE TARGET',
    again: 'no change; a broken connection leaves part of the file',
    safeWhen: '',
  }),
]
