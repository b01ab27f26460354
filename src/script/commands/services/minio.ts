/** mc, the client of MinIO (min.io/docs/minio/linux/reference/minio-mc.html): buckets, and copies from and to them. */

import { renamed } from '../../change/kit.ts'
import { isKeyOfUnknown, keyOf, textOf, type Value } from '../../value/value.ts'
import { type Call, type CommandModel, command, type OptionTable } from '../command.ts'
import { factName, ServiceFacts } from '../kit/facts.ts'
import { type Options, reading } from '../kit/options.ts'
import { runService, type ServiceTool } from '../kit/service.ts'
import { transfer } from './transfers.ts'

/** `minio/cli` parses as Go's flag package does: a word after one dash or two. */
const minioOptions: OptionTable = {
  style: 'words',
  values: [
    ...['--config-dir', '-C', '--region', '--api', '--path', '--newer-than', '--older-than', '--attr', '--policy', '--user', '--group'],
    ...['--resolve', '--limit-upload', '--limit-download', '--custom-header', '-H', '--storage-class', '--sc', '--tags', '--exclude'],
    ...[
      '--encrypt',
      '--encrypt-key',
      '--enc-s3',
      '--enc-kms',
      '--enc-c',
      '--version-id',
      '--vid',
      '--rewind',
      '--checksum',
      '--retention-mode',
    ],
    ...['--retention-duration', '--legal-hold', '--monitoring-address', '--max-workers', '--exclude-storageclass'],
  ],
  flags: [
    ...['-p', '--ignore-existing', '--quiet', '-q', '--json', '--insecure', '--debug', '--no-color', '-r', '--recursive', '--force'],
    ...[
      '--overwrite',
      '--with-lock',
      '-l',
      '--with-versioning',
      '--remove',
      '-a',
      '--preserve',
      '--dangerous',
      '--watch',
      '-w',
      '--dry-run',
    ],
    ...['--disable-pager', '--dp', '--continue', '-c', '--disable-multipart', '--md5', '--skip-errors', '--retry', '--summary', '--zip'],
    ...['--cluster-read', '--maintenance', '--versions', '--incomplete', '-I', '--no-list', '--active-active'],
  ],
}

const minio: ServiceTool = {
  names: ['mc', 'mcli'],
  section: 'object stores',
  service: 'minio',
  ...minioOptions,
  forms: [
    { form: 'mc mb ALIAS/BUCKET', again: 'fails: the bucket already exists', safeWhen: '--ignore-existing' },
    { form: 'mc alias set, cp, mirror, anonymous set, admin user add, admin policy create', again: 'no change', safeWhen: '' },
    { form: 'mc rb, mc rm', again: 'fails: no longer exists', safeWhen: '--force' },
  ],
  rules: [
    { words: ['mb'], effect: 'creates', kind: 'bucket', lenient: ['-p', '--ignore-existing'] },
    { words: ['rb'], effect: 'deletes', kind: 'bucket', lenient: ['--force'] },
    { words: ['ls'], effect: 'asks', kind: 'bucket' },
    { words: ['stat'], effect: 'asks', kind: 'bucket' },
    { words: ['ready'], effect: 'reads' },
    { words: ['ping'], effect: 'reads' },
    { words: ['alias', 'set'], effect: 'puts', kind: 'alias' },
    { words: ['config', 'host', 'add'], effect: 'puts', kind: 'alias' },
    { words: ['alias'], effect: 'reads' },
    { words: ['anonymous', 'set'], effect: 'puts', kind: 'access', name: 2 },
    { words: ['policy', 'set'], effect: 'puts', kind: 'access', name: 2 },
    { words: ['version', 'enable'], effect: 'puts', kind: 'versioning' },
    { words: ['tag', 'set'], effect: 'puts', kind: 'tags' },
    { words: ['rm'], effect: 'unknown' },
    { words: ['admin', 'info'], effect: 'reads' },
    { words: ['admin', 'prometheus', 'generate'], effect: 'reads' },
    { words: ['admin', 'user', 'info'], effect: 'asks', kind: 'user', name: 2 },
    { words: ['admin', 'user', 'add'], effect: 'puts', kind: 'user', name: 2 },
    { words: ['admin', 'user', 'list'], effect: 'reads' },
    { words: ['admin', 'policy', 'create'], effect: 'puts', kind: 'policy', name: 2 },
    { words: ['admin', 'policy', 'add'], effect: 'puts', kind: 'policy', name: 2 },
    { words: ['admin', 'policy', 'list'], effect: 'reads' },
  ],
}

const copies = new Set(['cp', 'mv', 'mirror', 'get', 'put'])

/** `mc cp ALIAS/BUCKET/OBJECT FILE`, `mc mirror ALIAS/BUCKET DIR`, and the opposite direction. */
function mc(call: Call, options: Options): number {
  const [first = [], from, to, ...more] = options.operands
  const verb = textOf(first) ?? ''
  if (!copies.has(verb)) return runService(call, options, minio)
  if (from === undefined || to === undefined || more.length > 0) return call.notFollowed(`what this ${call.name} command does`)
  if (options.has('--watch', '-w')) return call.notFollowed('a copy that never ends')
  call.fallible()
  if (options.has('--dry-run')) return 0
  const facts = new ServiceFacts(call.machine, 'minio')
  // A copy that does not involve a store makes no sense with mc.
  const isUpload = isPath(from) && keyOf(to).includes('/') && !isPath(to)
  const isToStore = verb === 'put' || isUpload || (verb !== 'get' && isInStore(to, facts, call))
  const isFromStore = verb === 'get' || (verb !== 'put' && ((!isToStore && !isPath(from)) || isInStore(from, facts, call)))
  const isTree = verb === 'mirror' || options.has('-r', '--recursive') || keyOf(from).endsWith('/')
  return transfer(call, facts, { from, to, isFromStore, isToStore, isTree, deletes: options.has('--remove'), moves: verb === 'mv' })
}

/** Whether an operand is certainly a local path. */
function isPath(operand: Value): boolean {
  return /^(\/|~|\.{1,2}(\/|$)|-$)/.test(keyOf(operand))
}

/** An operand is in a store if its first part is an alias. The aliases of mc's configuration are not in the script: both cases are tried. */
function isInStore(operand: Value, facts: ServiceFacts, { machine }: Call): boolean {
  const text = keyOf(operand)
  if (isPath(operand)) return false
  const alias = text.split('/')[0] ?? ''
  const known = facts.look(factName('alias', alias))
  if ((known !== undefined && known !== null) || isKeyOfUnknown(alias) || machine.variables.has(`MC_HOST_${alias}`)) return true
  return text.includes('/') && machine.world.decide(`whether ${alias} is an alias of mc`) === 0
}

export const minioCommands: readonly CommandModel[] = [
  command(
    minio.section,
    minio.names,
    {
      run: reading(minioOptions, mc),
      hasSubcommands: true,
      repairs: { failing: (situation) => renamed(situation, 'mb', 'mb --ignore-existing') },
    },
    ...minio.forms,
  ),
]
