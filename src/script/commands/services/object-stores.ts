/** Object stores: mc, aws s3, gsutil, gcloud storage, az storage, rclone, s3cmd. */

import { parentFolder } from '../../machine/machine.ts'
import { concat, empty, identity, keyOf, literal, textOf, type Value, valueOfKey } from '../../value/value.ts'
import { type Call, type CommandModel, command } from '../command.ts'
import { empties, makeFolder } from '../files/files.ts'
import { factName, ServiceFacts } from '../kit/facts.ts'
import { readServiceOptions, serviceModel } from '../kit/service.ts'

const minioValues = [
  '--config-dir',
  '-C',
  '--region',
  '--api',
  '--path',
  '--newer-than',
  '--older-than',
  '--attr',
  '--policy',
  '--user',
  '--group',
]
const minioFlags = [
  ...['-p', '--ignore-existing', '--quiet', '-q', '--json', '--insecure', '--debug', '--no-color', '-r', '--recursive', '--force'],
  ...['--overwrite', '--with-lock', '-l', '--with-versioning', '--remove', '-a', '--preserve', '--dangerous', '--watch'],
]

const minio = serviceModel({
  names: ['mc', 'mcli'],
  section: 'object stores',
  service: 'minio',
  forms: [
    { form: 'mc mb ALIAS/BUCKET', again: 'fails: the bucket already exists', safeWhen: '--ignore-existing' },
    { form: 'mc alias set, cp, mirror, anonymous set, admin user add, admin policy create', again: 'no change', safeWhen: '' },
    { form: 'mc rb, mc rm', again: 'fails: no longer exists', safeWhen: '--force' },
  ],
  values: minioValues,
  flags: minioFlags,
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
    { words: ['cp'], effect: 'puts', kind: 'copy', name: 2 },
    { words: ['mirror'], effect: 'puts', kind: 'copy', name: 2 },
    { words: ['anonymous', 'set'], effect: 'puts', kind: 'access', name: 2 },
    { words: ['policy', 'set'], effect: 'puts', kind: 'access', name: 2 },
    { words: ['version', 'enable'], effect: 'puts', kind: 'versioning' },
    { words: ['tag', 'set'], effect: 'puts', kind: 'tags' },
    { words: ['rm'], effect: 'unknown' },
    { words: ['admin', 'info'], effect: 'reads' },
    { words: ['admin', 'user', 'info'], effect: 'asks', kind: 'user', name: 2 },
    { words: ['admin', 'user', 'add'], effect: 'puts', kind: 'user', name: 2 },
    { words: ['admin', 'user', 'list'], effect: 'reads' },
    { words: ['admin', 'policy', 'create'], effect: 'puts', kind: 'policy', name: 2 },
    { words: ['admin', 'policy', 'add'], effect: 'puts', kind: 'policy', name: 2 },
    { words: ['admin', 'policy', 'list'], effect: 'reads' },
  ],
})

const awsValues = ['--region', '--endpoint-url', '--profile', '--output', '--query', '--bucket', '--key', '--body', '--acl', '--include']
const awsMore = ['--exclude', '--cli-connect-timeout', '--create-bucket-configuration', '--name', '--secret-id', '--storage-class']

/** `aws s3 …`, `aws s3api …`. Other AWS services are not supported, except for plain queries. */
function aws(call: Call): number {
  call.fallible()
  const { machine } = call
  const { given, operands } = readServiceOptions(call.arguments, { values: [...awsValues, ...awsMore] })
  const [service, command, first, second] = operands.map((word) => keyOf(word))
  const facts = new ServiceFacts(machine, 'aws', keyOf(given.get('--endpoint-url') ?? empty))
  const bucket = factName(
    'bucket',
    (given.get('--bucket') === undefined ? (first ?? '') : keyOf(given.get('--bucket') ?? empty)).replace(/^s3:\/\//, ''),
  )
  switch (`${service} ${command}`) {
    case 's3 mb':
    case 's3api create-bucket':
      return makeBucket(call, facts, bucket)
    case 's3api head-bucket':
      return facts.exists(bucket) ? 0 : 254
    case 's3 ls':
      if (first !== undefined && machine.guarded > 0 && !facts.exists(bucket)) return 255
      machine.print(concat(facts.output(literal(`ls ${first ?? ''}`)), literal('\n')))
      return 0
    case 's3 cp':
    case 's3 sync':
      return transfer(call, facts, first ?? '', second ?? '')
  }
  if (/^(get|list|describe|head)-|^wait$|^get$/.test(command ?? '')) {
    machine.print(concat(facts.output(concat(...operands)), literal('\n')))
    return 0
  }
  return call.notFollowed(`what aws ${service ?? ''} ${command ?? ''} does`)
}

/** Creating a bucket that one already owns fails, except in us-east-1, and scripts rarely show the region. */
function makeBucket(call: Call, facts: ServiceFacts, bucket: string): number {
  if (facts.create(bucket)) return 0
  return call.machine.setting.world.decide('whether the region is us-east-1') === 1 ? 0 : 1
}

/** An upload stores the object; a download of one object writes one file, renamed into place when it is complete. */
function transfer(call: Call, facts: ServiceFacts, from: string, to: string): number {
  const { machine } = call
  if (/^(s3|gs|minio):\/\//.test(to)) {
    facts.put(factName('copy', to), literal(from))
    return 0
  }
  const content: Value = [{ id: `object ${from.replaceAll('\0', '')}` }]
  if (to === '-') {
    machine.print(content)
    return 0
  }
  const path = machine.resolveWhole(machine.path(valueOfKey(to)))
  const words = call.arguments.map((word) => textOf(word) ?? '')
  const isMany = from.endsWith('/') || words.some((word) => /^(--recursive|-r|-R|sync|rsync|mirror)$/.test(word))
  if (isMany) return downloadTree(call, from, path, words)
  const isFolder = to.endsWith('/') || machine.files.look(path)?.kind === 'folder'
  const target = isFolder ? `${path}/${from.slice(from.lastIndexOf('/') + 1)}` : path
  if (!parentFolder(target, machine)) return 1
  machine.write(target, { kind: 'file', content })
  return 0
}

/** Options that delete local files missing in the store. */
const deleting = new Set(['--delete', '--delete-unmatched-destination-objects', '--remove'])

/** Downloads many objects: their names are unknown, and the next run downloads the same ones. */
function downloadTree(call: Call, from: string, path: string, words: readonly string[]): number {
  const { machine } = call
  if (!makeFolder(path, machine, true)) return 1
  if (words.some((word) => deleting.has(word)) || (call.name === 'rclone' && words.includes('sync'))) empties(path, machine)
  const source = identity(`${call.name} ${from.replaceAll('\0', '')}`)
  call.partials(() => machine.addLayer(path, { source, path: '', part: true }))
  machine.addLayer(path, { source, path: '' })
  return 0
}

/** `mc cp ALIAS/BUCKET/OBJECT /FILE`, `mc mirror ALIAS/BUCKET /DIR`: a download, if the target is not an alias. */
function mc(call: Call): number {
  const { operands } = readServiceOptions(call.arguments, { values: minioValues, flags: minioFlags })
  const [command, from, to] = operands.map((word) => keyOf(word))
  const isDown = (command === 'cp' || command === 'mirror' || command === 'get') && operands.length === 3 && /^\.{0,2}\//.test(to ?? '')
  if (!isDown || /^\.{0,2}\//.test(from ?? '')) return minio.run(call)
  call.fallible()
  return transfer(call, new ServiceFacts(call.machine, 'minio'), from ?? '', to ?? '')
}

function gsutil(call: Call): number {
  call.fallible()
  const { operands } = readServiceOptions(call.arguments, { values: ['-o', '-p', '-l', '-c', '-h'] })
  const words = operands.map((word) => keyOf(word))
  const [command, first, second] = words[0] === 'storage' ? words.slice(words[1] === 'buckets' ? 2 : 1) : words
  const facts = new ServiceFacts(call.machine, 'gcs')
  if (command === 'mb' || (words[1] === 'buckets' && command === 'create')) return facts.create(factName('bucket', first ?? '')) ? 0 : 1
  if (command === 'ls' || command === 'cat' || command === 'describe') {
    if (command !== 'cat' && first !== undefined && call.machine.guarded > 0 && !facts.exists(factName('bucket', first))) return 1
    call.machine.print(concat(facts.output(literal(words.join(' '))), literal('\n')))
    return 0
  }
  if (command === 'cp' || command === 'rsync') return transfer(call, facts, first ?? '', second ?? '')
  return call.notFollowed(`what ${call.name} ${command ?? ''} does`)
}

/** `rclone copy FROM TO`: a remote path contains a colon. */
function rclone(call: Call): number {
  call.fallible()
  const { operands } = readServiceOptions(call.arguments, {
    values: ['--config', '--transfers', '--checkers', '--include', '--exclude', '--filter'],
  })
  const [command, from, to] = operands.map((word) => keyOf(word))
  const facts = new ServiceFacts(call.machine, 'rclone')
  const isRemote = (place: string | undefined) => place !== undefined && /^[\w-]+:/.test(place)
  if (command === 'mkdir' || ((command === 'copy' || command === 'sync' || command === 'copyto') && isRemote(to))) {
    facts.put(factName(command, to ?? from ?? ''), literal(from ?? ''))
    return 0
  }
  if (command === 'copy' || command === 'sync' || command === 'copyto') return transfer(call, facts, `${from ?? ''}/`, to ?? '/')
  if (/^(ls|lsd|lsf|lsjson|size|about|version|config|check)$/.test(command ?? '')) {
    call.machine.print(concat(facts.output(literal(`${command} ${from ?? ''}`)), literal('\n')))
    return 0
  }
  return call.notFollowed(`what rclone ${command ?? ''} does`)
}

function azure(call: Call): number {
  call.fallible()
  const { given, operands } = readServiceOptions(call.arguments, {
    values: [
      '-n',
      '--name',
      '-c',
      '--container-name',
      '--account-name',
      '--account-key',
      '-g',
      '--query',
      '-o',
      '--output',
      '--connection-string',
    ],
  })
  const words = operands.map((word) => textOf(word) ?? '').join(' ')
  const facts = new ServiceFacts(call.machine, 'azure')
  const name = given.get('-n') ?? given.get('--name') ?? empty
  if (/^storage (container|share|queue) create$/.test(words)) {
    facts.put(factName(words, keyOf(name)))
    return 0
  }
  if (/^(login|account (set|show))$|( (show|list|exists))$/.test(words)) {
    call.machine.print(concat(facts.output(concat(literal(words), name)), literal('\n')))
    return 0
  }
  return call.notFollowed(`what az ${words} does`)
}

export const objectStoreCommands: readonly CommandModel[] = [
  { ...minio, run: mc },
  command(
    'object stores',
    ['aws'],
    aws,
    { form: 'aws s3 mb s3://BUCKET', again: 'fails, except in us-east-1', safeWhen: 'aws s3api head-bucket --bucket BUCKET ||' },
    { form: 'aws s3 cp, sync FILE s3://…, s3://… DIR', again: 'no change', safeWhen: '' },
  ),
  command('object stores', ['gsutil', 'gcloud'], gsutil, {
    form: 'gsutil mb gs://BUCKET',
    again: 'fails: the bucket already exists',
    safeWhen: 'gsutil ls gs://BUCKET ||',
  }),
  command('object stores', ['rclone'], rclone, { form: 'rclone copy, sync, mkdir', again: 'no change', safeWhen: '' }),
  command('object stores', ['az'], azure, { form: 'az storage container create', again: 'no change', safeWhen: '' }),
]
