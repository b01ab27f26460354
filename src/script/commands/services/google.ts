/** Google Cloud Storage: gsutil, gcloud storage. */

import { ownBin } from '../../shape/places.ts'
import { concat, empty, keyOf, literal, textOf, type Value } from '../../value/value.ts'
import { type Call, type CommandModel, command, type OptionTable } from '../command.ts'
import { factName, ServiceFacts } from '../kit/facts.ts'
import { type Options, reading, readOptions, withTables } from '../kit/options.ts'
import { answer, transfer } from './transfers.ts'

/** Options before gsutil's subcommand (`gsutil help options`). */
const gsutilGlobal: OptionTable = { flags: ['-D', '-m', '-q', '-DD'], values: ['-o', '-h', '-i', '-u'], operandsEndOptions: true }

/** Options of gsutil's subcommands (`gsutil help cp` and so on): the same letter means different things. */
const gsutilOptions: Readonly<Record<string, OptionTable>> = {
  mb: { flags: ['-k'], values: ['-p', '-l', '-c', '-s', '-b', '--pap', '--retention', '--autoclass', '--rpo', '--placement'] },
  ls: { flags: ['-l', '-L', '-a', '-b', '-d', '-e', '-h', '-r', '-R'], values: ['-p'] },
  cat: { flags: ['-h'], values: ['-r'] },
  cp: { flags: ['-r', '-R', '-n', '-p', '-c', '-e', '-D', '-A', '-J', '-P', '-U', '-v', '-Z'], values: ['-a', '-j', '-L', '-s', '-z'] },
  mv: { flags: ['-n', '-p', '-c', '-P', '-v', '-Z'], values: ['-a', '-j', '-L', '-s', '-z'] },
  rsync: {
    flags: ['-r', '-R', '-c', '-C', '-d', '-e', '-i', '-J', '-n', '-p', '-P', '-u', '-U'],
    values: ['-a', '-j', '-s', '-x', '-y'],
  },
}

function gsutil(call: Call): number {
  const [verb, ...rest] = readOptions(call, gsutilGlobal).operands
  const name = textOf(verb ?? empty) ?? ''
  const table = gsutilOptions[name]
  if (table === undefined) return call.notFollowed(`what ${call.name} ${name} does`)
  const options = readOptions({ ...call, arguments: rest }, table)
  if (name === 'rsync' && options.has('-n')) return 0
  const isTree = name === 'rsync' || options.has('-r', '-R')
  return google(call, name, options.operands, { isTree, deletes: name === 'rsync' && options.has('-d') })
}

/** cloud.google.com/sdk/gcloud/reference: the options of all commands, and those of `gcloud storage`. */
const gcloudOptions: OptionTable = {
  flags: [
    ...['-r', '-R', '--recursive', '-q', '--quiet', '--no-clobber', '-n', '--delete-unmatched-destination-objects', '--dry-run'],
    ...['--continue-on-error', '-c', '--checksums-only', '--no-user-output-enabled', '--log-http', '--preserve-posix', '-P', '-L', '-l'],
    ...[
      '--uniform-bucket-level-access',
      '--public-access-prevention',
      '--json',
      '--long',
      '--full',
      '--buckets',
      '--exclude-managed-folders',
    ],
    ...['--include-managed-folders', '--gzip-local-all', '--skip-unsupported', '--ignore-symlinks', '--preserve-acl', '-p'],
  ],
  values: [
    ...['--project', '--location', '--account', '--configuration', '--impersonate-service-account', '--verbosity', '--format'],
    ...['--cache-control', '--content-type', '--content-encoding', '--storage-class', '--default-storage-class', '--exclude', '-x'],
    ...['--billing-project', '--filter', '--limit', '--key-file', '--cred-file', '--secret', '--zone', '--region'],
  ],
}

function gcloud(call: Call, { operands, has }: Options): number {
  const [group, ...rest] = operands.map((word) => textOf(word) ?? '')
  const isBuckets = rest[0] === 'buckets'
  const verb = group === 'storage' ? rest[isBuckets ? 1 : 0] : undefined
  const places = operands.slice(isBuckets ? 3 : 2)
  if (verb === undefined || (isBuckets && verb !== 'create' && verb !== 'describe' && verb !== 'list'))
    return call.notFollowed(`what ${call.name} ${group ?? ''} ${rest[0] ?? ''} does`)
  if (has('--dry-run')) return 0
  const isTree = verb === 'rsync' || has('-r', '-R', '--recursive')
  return google(call, isBuckets && verb === 'create' ? 'mb' : verb, places, {
    isTree,
    deletes: has('--delete-unmatched-destination-objects'),
  })
}

function google(call: Call, verb: string, places: readonly Value[], how: { readonly isTree: boolean; readonly deletes: boolean }): number {
  call.fallible()
  const facts = new ServiceFacts(call.machine, 'gcs')
  const [first, second, ...more] = places
  const bucket = factName('bucket', keyOf(first ?? empty))
  if (verb === 'mb') return facts.create(bucket) ? 0 : 1
  if (verb === 'ls' || verb === 'list' || verb === 'cat' || verb === 'describe') {
    if (verb !== 'cat' && first !== undefined && call.machine.isGuarded && !facts.exists(bucket)) return 1
    return answer(call, facts, concat(literal(`${verb} `), ...places))
  }
  if (!/^(cp|mv|rsync)$/.test(verb) || first === undefined || second === undefined || more.length > 0)
    return call.notFollowed(`what ${call.name} ${verb} does`)
  const isInStore = (place: Value) => /^(gs|s3):\/\//.test(keyOf(place))
  const isTree = how.isTree || /[*?[]/.test(keyOf(first))
  const where = { from: first, to: second, isFromStore: isInStore(first), isToStore: isInStore(second) }
  return transfer(call, facts, { ...where, isTree, deletes: how.deletes, moves: verb === 'mv' })
}

export const googleCommands: readonly CommandModel[] = [
  command(
    'object stores',
    ['gsutil'],
    {
      hasSubcommands: true,
      run: withTables(
        [{ table: gsutilGlobal }, ...Object.entries(gsutilOptions).map(([name, table]) => ({ table, after: `gsutil ${name}` }))],
        gsutil,
      ),
      places: ownBin,
    },
    { form: 'gsutil mb gs://BUCKET', again: 'fails: the bucket already exists', safeWhen: 'gsutil ls gs://BUCKET ||' },
  ),
  command('object stores', ['gcloud'], { run: reading(gcloudOptions, gcloud), places: ownBin, hasSubcommands: true }),
]
