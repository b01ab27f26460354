/** Object stores: aws s3, az storage, rclone. */

import { concat, empty, isUnknownStart, keyOf, literal, textOf, type Value } from '../../value/value.ts'
import { type Call, type CommandModel, command, type OptionTable } from '../command.ts'
import { factName, ServiceFacts } from '../kit/facts.ts'
import { type Options, reading, readOptions, withTables } from '../kit/options.ts'
import { writtenPath } from '../kit/reading.ts'
import { googleCommands } from './google.ts'
import { isInS3, makeBucket } from './s3.ts'
import { answer, download, downloadTree, saveAnswer, transfer } from './transfers.ts'

/** docs.aws.amazon.com/cli: the global options, those of `s3` and `s3api`, and the ones that queries of other services often have. */
const awsOptions: OptionTable = {
  values: [
    ...['--region', '--endpoint-url', '--profile', '--output', '--query', '--page-size', '--cli-read-timeout', '--cli-connect-timeout'],
    ...['--ca-bundle', '--color', '--cli-binary-format', '--include', '--exclude', '--acl', '--storage-class', '--sse', '--sse-kms-key-id'],
    ...['--sse-c', '--sse-c-key', '--content-type', '--cache-control', '--content-disposition', '--content-encoding', '--content-language'],
    ...['--expires', '--source-region', '--metadata', '--metadata-directive', '--expected-size', '--request-payer', '--copy-props'],
    ...['--checksum-algorithm', '--checksum-mode', '--bucket', '--key', '--body', '--create-bucket-configuration', '--name', '--secret-id'],
    ...['--version-id', '--version-stage', '--prefix', '--max-items', '--max-keys', '--starting-token', '--stack-name', '--instance-ids'],
    ...['--filters', '--role-arn', '--role-session-name', '--path', '--cluster', '--cluster-name', '--service', '--services', '--tasks'],
    ...['--nodegroup-name', '--db-instance-identifier', '--db-cluster-identifier', '--table-name', '--volume-ids', '--hosted-zone-id'],
    ...['--certificate-arn', '--secret-string', '--function-name', '--registry-ids', '--repository-name', '--domain', '--resource-arn'],
  ],
  flags: [
    ...['--recursive', '--delete', '--dryrun', '--quiet', '--only-show-errors', '--no-progress', '--no-sign-request', '--no-verify-ssl'],
    ...['--follow-symlinks', '--no-follow-symlinks', '--exact-timestamps', '--size-only', '--no-paginate', '--no-cli-pager', '--debug'],
    ...['--force-glacier-transfer', '--human-readable', '--summarize', '--no-guess-mime-type', '--with-decryption', '--no-cli-auto-prompt'],
    ...['--ignore-glacier-warnings', '--case-conflict', '--force'],
  ],
}

/** Queries whose answer goes to a file that an operand names (docs.aws.amazon.com/cli, `<outfile>`). */
const savesAnswer = /^get-(object|object-torrent|export|sdk|job-output|document|clip|images|media|log-object|.*-archive|.*-media)$/

/** The words of a query without the options that the table does not list: they select what is printed. */
function withoutFilters(words: readonly Value[]): readonly Value[] {
  const texts = words.map((word) => keyOf(word))
  const [service = '', verb = ''] = texts
  if (service.startsWith('-') || !/^(get|list|describe)-/.test(verb) || savesAnswer.test(verb)) return words
  const isListed = (text: string) => [...(awsOptions.values ?? []), ...(awsOptions.flags ?? [])].includes(text.replace(/=.*/, ''))
  return words.filter((_, index) => {
    const [before = '', text = ''] = [texts[index - 1], texts[index]]
    const isFilter = (option: string) => option.startsWith('--') && !isListed(option)
    return !isFilter(text) && !(isFilter(before) && !before.includes('=') && !text.startsWith('-'))
  })
}

/** `aws s3 …`, `aws s3api …`. Other AWS services are not supported, except for plain queries. */
function aws(call: Call, options: Options): number {
  call.fallible()
  const { machine } = call
  const { operands } = options
  const [service, command, first, ...rest] = operands
  const verb = `${keyOf(service ?? empty)} ${keyOf(command ?? empty)}`
  const facts = new ServiceFacts(machine, 'aws', keyOf(options.value('--endpoint-url') ?? empty))
  const bucketName = keyOf(options.value('--bucket') ?? first ?? empty).replace(/^s3:\/\//, '')
  const bucket = factName('bucket', bucketName)
  switch (verb) {
    case 's3 mb':
    case 's3api create-bucket':
      return makeBucket(call, facts, bucket)
    case 's3api head-bucket':
      return facts.exists(bucket) ? 0 : 254
    case 's3 ls':
      if (first !== undefined && machine.isGuarded && !facts.exists(bucket)) return 255
      return answer(call, facts, concat(literal('ls '), first ?? empty))
    case 's3 cp':
    case 's3 mv':
    case 's3 sync':
      return awsCopy(call, options, facts, keyOf(command ?? empty))
    case 's3api get-object':
      if (first === undefined || rest.length > 0) return call.notFollowed('which file aws s3api get-object writes')
      return download(call, concat(literal(`s3://${bucketName}/`), options.value('--key') ?? empty), first)
  }
  const isQuery = /^(get|list|describe|head)-|^wait$|^get$/.test(keyOf(command ?? empty))
  // A third word can be a file for the answer: `aws apigateway get-export … FILE`.
  if (isQuery && (first === undefined || keyOf(command ?? empty) === 'wait')) {
    const question = call.arguments.flatMap((word) => [literal(' '), word])
    return answer(call, facts, concat(...question))
  }
  return call.notFollowed(`what aws ${verb} does`)
}

/** What an option selects is part of the question, so the answer is that to all words. */
function awsCommand(call: Call): number {
  return aws(call, readOptions({ name: call.name, arguments: withoutFilters(call.arguments) }, awsOptions))
}

function awsCopy(call: Call, options: Options, facts: ServiceFacts, verb: string): number {
  const [, , from, to, ...more] = options.operands
  if (from === undefined || to === undefined || more.length > 0) return 252
  if (options.has('--dryrun')) return 0
  const isTree = verb === 'sync' || options.has('--recursive')
  const places = { from, to, isFromStore: isInS3(from), isToStore: isInS3(to) }
  return transfer(call, facts, { ...places, isTree, deletes: options.has('--delete'), moves: verb === 'mv' })
}

/** rclone.org/flags: the global flags, and those of the copying commands. */
const rcloneOptions: OptionTable = {
  style: 'pflag',
  values: [
    ...['--config', '--transfers', '--checkers', '--include', '--exclude', '--filter', '--include-from', '--exclude-from', '--filter-from'],
    ...[
      '--files-from',
      '--bwlimit',
      '--log-level',
      '--log-file',
      '--stats',
      '--retries',
      '--low-level-retries',
      '--timeout',
      '--contimeout',
    ],
    ...[
      '--max-age',
      '--min-age',
      '--max-size',
      '--min-size',
      '--max-depth',
      '--buffer-size',
      '--s3-endpoint',
      '--s3-provider',
      '--s3-region',
    ],
    ...[
      '--s3-access-key-id',
      '--s3-secret-access-key',
      '--s3-chunk-size',
      '--s3-upload-concurrency',
      '--multi-thread-streams',
      '--user-agent',
    ],
    ...['--header', '--retries-sleep', '--tpslimit', '--stats-log-level', '--s3-acl', '--max-delete', '--cache-dir', '--drive-chunk-size'],
  ],
  flags: [
    ...['-P', '--progress', '-v', '--verbose', '-q', '--quiet', '--fast-list', '--no-traverse', '--size-only', '--checksum', '-c', '-u'],
    ...[
      '--update',
      '--ignore-existing',
      '--ignore-times',
      '-I',
      '--create-empty-src-dirs',
      '--no-check-certificate',
      '--s3-no-check-bucket',
    ],
    ...['-L', '--copy-links', '-l', '--links', '--s3-env-auth', '--no-update-modtime', '--stats-one-line', '--use-server-modtime', '-n'],
    ...['--dry-run', '--ignore-checksum', '--immutable', '--inplace', '--delete-excluded', '--delete-after', '--delete-during'],
    ...['--delete-before', '--ignore-errors', '--metadata', '-M', '--one-file-system', '-x', '--s3-force-path-style', '--ignore-size'],
  ],
}

/** `rclone copy FROM TO`: a remote path contains a colon. */
function rclone(call: Call, options: Options): number {
  call.fallible()
  const [verb, from, to] = options.operands
  const name = textOf(verb ?? empty) ?? ''
  const facts = new ServiceFacts(call.machine, 'rclone')
  const isRemote = (place: Value) => /^:?[\w-]+[^/]*:/.test(keyOf(place)) || isUnknownStart(place)
  if (options.has('-n', '--dry-run')) return 0
  if (name === 'mkdir' && from !== undefined && isRemote(from)) {
    facts.put(factName(name, keyOf(from)))
    return 0
  }
  if (/^(ls|lsd|lsl|lsf|lsjson|size|about|version|listremotes|config|check|cat|obscure|hashsum)$/.test(name))
    return answer(call, facts, concat(literal(`${name} `), from ?? empty))
  if (!/^(copy|sync|copyto|move)$/.test(name) || from === undefined || to === undefined) return call.notFollowed(`what rclone ${name} does`)
  // `copyto` copies a file under another name; a directory, as `copy` does.
  const isTree = name !== 'copyto' || call.machine.world.decide(`whether ${keyOf(from)} is a directory`) === 1
  const places = { from, to, isFromStore: isRemote(from), isToStore: isRemote(to) }
  if (!places.isFromStore && !places.isToStore) return copyLocally(call, name, from, to)
  return transfer(call, facts, { ...places, isTree, deletes: name === 'sync', moves: name === 'move' })
}

/** Between local directories, rclone makes the target contain the files of the source, as `rsync -r FROM/ TO/` does. */
function copyLocally(call: Call, verb: string, from: Value, to: Value): number {
  if (verb === 'move' || verb === 'copyto')
    return call.notFollowed(`what rclone ${verb} does with local files`, [writtenPath(to, call.machine)])
  const deletes = verb === 'sync' ? [literal('--delete')] : []
  return call.run([literal('rsync'), literal('-r'), literal('-L'), ...deletes, concat(from, literal('/')), concat(to, literal('/'))])
}

/** learn.microsoft.com/cli/azure/storage. */
const azureOptions: OptionTable = {
  values: [
    ...['-n', '--name', '-c', '--container-name', '--account-name', '--account-key', '-g', '--resource-group', '--query', '-o', '--output'],
    ...['--connection-string', '-f', '--file', '-d', '--destination', '-s', '--source', '--pattern', '--auth-mode', '--sas-token'],
    ...['--subscription', '-u', '--username', '-p', '--password', '--tenant', '--vault-name', '-l', '--location', '--public-access'],
    ...[
      '--type',
      '-t',
      '--tier',
      '--content-type',
      '--timeout',
      '--destination-path',
      '--federated-token',
      '--share-name',
      '--path',
      '--dest',
    ],
    ...['--blob-endpoint', '--max-connections', '--id', '--client-id', '--object-id', '--quota'],
  ],
  attached: ['--overwrite'],
  flags: [
    ...['--only-show-errors', '--no-progress', '--debug', '--verbose', '--identity', '-i', '--service-principal', '--fail-on-exist'],
    ...['--allow-no-subscriptions', '--validate-content', '--dryrun', '--use-cert-sn-issuer'],
  ],
}

function azure(call: Call, options: Options): number {
  call.fallible()
  const words = options.operands.map((word) => textOf(word) ?? '').join(' ')
  const facts = new ServiceFacts(call.machine, 'azure', keyOf(options.value('--account-name') ?? empty))
  const name = options.value('-n', '--name', '-p', '--path') ?? empty
  const container = options.value('-c', '--container-name', '-s', '--source', '--share-name', '-d', '--destination') ?? empty
  const object = concat(container, literal('/'), name)
  if (/^storage (container|share|queue) create$/.test(words)) {
    if (options.has('--fail-on-exist')) return facts.create(factName(words, keyOf(name))) ? 0 : 1
    facts.put(factName(words, keyOf(name)))
    return 0
  }
  if (/^(login|account (set|show))$|( (show|list|exists))$/.test(words)) return answer(call, facts, concat(literal(words), name))
  if (options.has('--dryrun')) return 0
  const file = options.value('-f', '--file', '--dest')
  if (/^storage (blob|file) download$/.test(words))
    return file === undefined ? call.notFollowed(`where az ${words} puts its file`) : download(call, object, file)
  if (words === 'storage blob download-batch')
    return downloadTree(call, object, options.value('-d', '--destination') ?? literal('.'), false)
  if (/^keyvault (secret|certificate|key) download$/.test(words) && file !== undefined) {
    // These refuse to overwrite a file (azure-cli, keyvault/custom.py: "File or directory named '…' already exists.").
    const isThere = call.machine.node(writtenPath(file, call.machine), 'absent').kind !== 'absent'
    return isThere ? 1 : saveAnswer(call, file, concat(literal(`${words} `), object))
  }
  return call.notFollowed(`what az ${words} does`)
}

export const objectStoreCommands: readonly CommandModel[] = [
  command(
    'object stores',
    ['aws'],
    { run: withTables([{ table: awsOptions }], awsCommand), hasSubcommands: true },
    { form: 'aws s3 mb s3://BUCKET', again: 'fails, except in us-east-1', safeWhen: 'aws s3api head-bucket --bucket BUCKET ||' },
    { form: 'aws s3 cp, sync FILE s3://…, s3://… DIR', again: 'no change', safeWhen: '' },
    { form: 'aws s3 mv FILE s3://…', again: 'fails: the file no longer exists', safeWhen: '[ ! -f FILE ] ||' },
  ),
  ...googleCommands,
  command('object stores', ['rclone'], reading(rcloneOptions, rclone), {
    form: 'rclone copy, sync, mkdir',
    again: 'no change',
    safeWhen: '',
  }),
  command('object stores', ['az'], reading(azureOptions, azure), { form: 'az storage container create', again: 'no change', safeWhen: '' }),
]
