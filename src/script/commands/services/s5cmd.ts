/** s5cmd (github.com/peak/s5cmd, v2.3.0, folder command): copies from and to S3, buckets and objects. */

import { concat, empty, isUnknownStart, keyOf, literal, textOf, type Value } from '../../value/value.ts'
import { type Call, type CommandModel, command, type OptionTable } from '../command.ts'
import { factName, ServiceFacts } from '../kit/facts.ts'
import { type Options, readOptions, withTables } from '../kit/options.ts'
import { endsWithSlash, writtenPath } from '../kit/reading.ts'
import { isInS3, makeBucket } from './s3.ts'
import { answer, objectOf, type Transfer, transfer } from './transfers.ts'

/** `urfave/cli` parses as Go's flag package does: the subcommand ends these options, and the first operand those of the subcommand. */
const base: OptionTable = { style: 'words', operandsEndOptions: true }

const globalOptions: OptionTable = {
  ...base,
  flags: ['--json', '--no-verify-ssl', '--dry-run', '--stat', '--no-sign-request', '--use-list-objects-v1'],
  values: ['--numworkers', '--retry-count', '-r', '--endpoint-url', '--log', '--request-payer', '--profile', '--credentials-file'],
}

/** What a copy and standard input, as an object, have in common (`NewPipeCommandFlags`). */
const uploadValues = [
  ...['--storage-class', '--concurrency', '-c', '--part-size', '-p', '--metadata', '--sse', '--sse-kms-key-id', '--acl', '--cache-control'],
  ...['--expires', '--content-type', '--content-encoding', '--content-disposition'],
]

/** `NewSharedFlags`, of cp, mv and sync. */
const sharedFlags = ['--no-follow-symlinks', '--force-glacier-transfer', '--ignore-glacier-warnings', '--raw']
const sharedValues = [
  ...uploadValues,
  ...['--metadata-directive', '--source-region', '--destination-region', '--exclude', '--include', '--no-such-upload-retry-count'],
]

const copyOptions: OptionTable = {
  ...base,
  flags: [
    ...sharedFlags,
    ...['--flatten', '-f', '--no-clobber', '-n', '--if-size-differ', '-s', '--if-source-newer', '-u', '--show-progress', '-sp'],
  ],
  values: [...sharedValues, '--version-id'],
}

const verbs: Readonly<Record<string, OptionTable>> = {
  cp: copyOptions,
  mv: copyOptions,
  sync: { ...base, flags: [...sharedFlags, '--delete', '--size-only', '--exit-on-error'], values: sharedValues },
  pipe: { ...base, flags: ['--raw', '--no-clobber', '-n'], values: uploadValues },
  mb: base,
  rb: base,
  rm: { ...base, flags: ['--raw', '--all-versions'], values: ['--exclude', '--include', '--version-id'] },
  ls: {
    ...base,
    flags: ['--etag', '-e', '--humanize', '-H', '--storage-class', '-s', '--all-versions', '--show-fullpath'],
    values: ['--exclude'],
  },
  cat: { ...base, flags: ['--raw'], values: ['--version-id', '--concurrency', '-c', '--part-size', '-p'] },
  head: { ...base, flags: ['--raw'], values: ['--version-id'] },
  du: { ...base, flags: ['--group', '-g', '--humanize', '-H', '--all-versions'], values: ['--exclude', '--version-id'] },
  presign: { ...base, values: ['--expire', '--version-id'] },
  version: base,
}

function s5cmd(call: Call): number {
  const global = readOptions(call, globalOptions)
  const [word = empty, ...rest] = global.operands
  const verb = textOf(word) ?? ''
  const table = Object.hasOwn(verbs, verb) ? verbs[verb] : undefined
  call.fallible()
  if (table === undefined) return call.notFollowed(`what ${call.name} ${verb} does`)
  const options = readOptions({ ...call, arguments: rest }, table)
  const facts = new ServiceFacts(call.machine, 'aws', keyOf(global.value('--endpoint-url') ?? empty))
  const [only, ...more] = options.operands
  if (verb === 'cp' || verb === 'mv' || verb === 'sync') return copy(call, facts, verb, options, global.has('--dry-run'))
  if (only === undefined && verb !== 'ls' && verb !== 'version') return 1
  if (more.length > 0 && verb !== 'rm') return 1
  const bucket = factName('bucket', keyOf(only ?? empty).replace(/^s3:\/\/|\/$/g, ''))
  if (global.has('--dry-run') && /^(mb|rb|rm|pipe)$/.test(verb)) return 0
  switch (verb) {
    case 'mb':
      return makeBucket(call, facts, bucket)
    case 'rb':
      return facts.destroy(bucket) ? 0 : 1
    case 'rm':
      return remove(call, facts, options)
    case 'pipe':
      return transfer(call, facts, { from: literal('-'), to: only ?? empty, isFromStore: false, isToStore: true, isTree: false })
    case 'presign':
      // The URL contains the time at which it was signed.
      call.machine.print(concat(call.machine.volatile('presign'), literal('\n')))
      return 0
  }
  return query(call, facts, verb, only, bucket)
}

/** `hasGlobCharacter`: s5cmd itself expands what the shell leaves. */
function isPattern(place: Value, isRaw: boolean): boolean {
  return !isRaw && place.some((piece) => (typeof piece === 'string' ? /[*?]/.test(piece) : piece.id.startsWith('names like ')))
}

function copy(call: Call, facts: ServiceFacts, verb: string, options: Options, isDry: boolean): number {
  const [from, to, ...more] = options.operands
  if (from === undefined || to === undefined || more.length > 0) return 1
  if (isUnknownStart(from) && isUnknownStart(to)) return call.notFollowed(`whether ${call.name} downloads or uploads`)
  // One of the two must be in S3: "local->local copy operations are not permitted".
  const isToStore = isInS3(to) || (isUnknownStart(to) && !isInS3(from))
  const isFromStore = isInS3(from) || (isUnknownStart(from) && !isToStore)
  if (!isToStore && !isFromStore) return 1
  const hasPattern = isPattern(from, options.has('--raw'))
  // "source argument must contain wildcard character", "target can not contain glob characters", "target must be a bucket or a prefix"
  if (isFromStore && !hasPattern && /^s3:\/\/([^/]*|.*\/)$/.test(keyOf(from))) return 1
  if (isPattern(to, options.has('--raw')) || (hasPattern && isInS3(to) && !/^s3:\/\/([^/]*|.*\/)$/.test(keyOf(to)))) return 1
  if (isDry) return 0
  const isTree = hasPattern || (!isFromStore && (verb === 'sync' || endsWithSlash(from)))
  const place = { from, to, isFromStore, isToStore, isTree }
  if (verb === 'sync') return sync(call, facts, place, options)
  return options.has('--no-clobber', '-n', '--if-size-differ', '-s', '--if-source-newer', '-u') && !isToStore
    ? keep(call, facts, verb, place, options)
    : move(call, facts, verb, place)
}

type Place = Omit<Transfer, 'deletes' | 'moves'>

/** A file is written under a temporary name and renamed (`doDownload`), so what is kept is complete. */
function keep(call: Call, facts: ServiceFacts, verb: string, place: Place, options: Options): number {
  const { machine } = call
  const path = writtenPath(place.to, machine)
  const kind = place.isTree || endsWithSlash(place.to) ? 'folder' : machine.node(path, 'absent').kind
  if (kind === 'absent') return move(call, facts, verb, place)
  // A downloaded file is newer than its object.
  if (kind === 'file' && !options.has('--if-size-differ', '-s')) return 0
  return call.notFollowed(`which files ${call.name} keeps`, [path])
}

function move(call: Call, facts: ServiceFacts, verb: string, place: Place): number {
  const { from, isFromStore, isToStore, isTree } = place
  if (verb === 'cp') return transfer(call, facts, place)
  if (isTree && !isFromStore) return call.notFollowed(`which files ${call.name} moves`)
  if (isTree) return removeMatching(call, facts, from) ?? transfer(call, facts, place)
  // The object is deleted before the file gets its name (`doDownload`).
  if (isFromStore && !isToStore) call.partials(() => facts.remove(objectOf(from)))
  return transfer(call, facts, { ...place, moves: true })
}

/** `sync` copies one object into a directory of that name. */
function sync(call: Call, facts: ServiceFacts, place: Place, options: Options): number {
  const deletes = options.has('--delete')
  if (place.isTree) return transfer(call, facts, { ...place, deletes })
  if (deletes || place.isToStore) return call.notFollowed(`what ${call.name} sync with one object does`, [])
  return transfer(call, facts, { ...place, to: concat(place.to, literal('/')) })
}

/** An object that does not exist is deleted without an error, but a pattern without a match is one: "no object found". */
function remove(call: Call, facts: ServiceFacts, options: Options): number {
  const { operands } = options
  if (!operands.every(isInS3)) return call.notFollowed(`which files ${call.name} removes`)
  const [first = empty, ...others] = operands
  const patterns = operands.filter((operand) => options.has('--all-versions') || isPattern(operand, options.has('--raw')))
  if (patterns.length === 0) {
    for (const operand of operands) facts.remove(objectOf(operand))
    return 0
  }
  if (others.length > 0 || options.has('--exclude', '--include')) return call.notFollowed(`which objects ${call.name} removes`)
  return removeMatching(call, facts, first) ?? 0
}

/** Removes the objects that match a pattern. @returns the exit status if that fails */
function removeMatching(call: Call, facts: ServiceFacts, pattern: Value): number | undefined {
  const isUploaded = facts.names().some((name) => name.startsWith('copy/'))
  if (isUploaded) return call.notFollowed(`which objects ${call.name} finds`)
  return facts.destroy(factName('objects', keyOf(pattern))) ? undefined : 1
}

function query(call: Call, facts: ServiceFacts, verb: string, place: Value | undefined, bucket: string): number {
  if (place !== undefined && call.machine.isGuarded && verb !== 'du') {
    if (isPattern(place, false)) return call.notFollowed(`whether ${call.name} finds objects`)
    const isBucket = /^s3:\/\/[^/]*\/?$/.test(keyOf(place))
    if (!facts.exists(isBucket ? bucket : objectOf(place))) return 1
  }
  return answer(call, facts, concat(literal(`${verb} `), place ?? empty))
}

export const s5cmdCommands: readonly CommandModel[] = [
  command(
    'object stores',
    ['s5cmd'],
    withTables([{ table: globalOptions }, ...Object.entries(verbs).map(([verb, table]) => ({ table, after: `s5cmd ${verb}` }))], s5cmd),
    { form: 's5cmd mb s3://BUCKET', again: 'fails, except in us-east-1', safeWhen: 's5cmd ls s3://BUCKET ||' },
    { form: 's5cmd rb s3://BUCKET', again: 'fails: no longer exists', safeWhen: '|| true' },
    { form: 's5cmd cp s3://BUCKET/KEY FILE', again: 'no change: renamed when it is complete', safeWhen: '' },
    { form: 's5cmd cp -n, -u s3://BUCKET/KEY FILE', again: 'no change: keeps the file', safeWhen: '' },
    { form: "s5cmd cp, sync 's3://BUCKET/*' DIR", again: 'no change', safeWhen: '' },
    { form: 's5cmd cp, sync FILE s3://BUCKET/KEY; s5cmd pipe', again: 'no change', safeWhen: '' },
    { form: 's5cmd mv SOURCE TARGET', again: 'fails: SOURCE no longer exists', safeWhen: 's5cmd cp' },
    { form: 's5cmd rm s3://BUCKET/KEY', again: 'no change', safeWhen: '' },
    { form: "s5cmd rm 's3://BUCKET/*'", again: 'fails: no object found', safeWhen: '|| true' },
    { form: 's5cmd ls, cat, head, du', again: 'no change', safeWhen: '' },
    { form: 's5cmd presign s3://BUCKET/KEY', again: 'prints another URL', safeWhen: '[ -s FILE ] ||' },
  ),
]
