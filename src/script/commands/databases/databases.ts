/** Databases with a shell of their own: MongoDB, Redis, Cassandra, ClickHouse, InfluxDB. */

import { ownBin } from '../../shape/places.ts'
import { client } from '../../shape/server-probes.ts'
import { concat, empty, keyOf, literal, textOf, type Value } from '../../value/value.ts'
import type { Call, CommandModel, OptionTable, Run } from '../command.ts'
import { factName, ServiceFacts } from '../kit/facts.ts'
import { type Options, reading } from '../kit/options.ts'
import { serviceModel } from '../kit/service.ts'
import { executeAll, SqlSession } from '../sql/sql.ts'
import { tolerantDatabases, tolerantSql } from '../sql/sql-repairs.ts'
import type { SqlDialect } from '../sql/sql-text.ts'

/** Calls of the MongoDB shell in a script without branches, and their effects. */
const mongoCalls: readonly { readonly call: RegExp; readonly effect: 'reads' | 'creates' | 'appends' | 'puts' }[] = [
  { call: /^(db\.)?(adminCommand|runCommand)\(\s*['"{]?\s*["']?(ping|hello|isMaster|ismaster|buildInfo)/, effect: 'reads' },
  {
    call: /^(rs\.(status|conf|hello|isMaster)|db\.(version|stats|hello|isMaster|getMongo|serverStatus|getUser|getUsers)|print|quit)\b/,
    effect: 'reads',
  },
  { call: /^db\.\w+\.(find|findOne|count|countDocuments|estimatedDocumentCount)\(/, effect: 'reads' },
  { call: /^rs\.initiate\(/, effect: 'creates' },
  { call: /^db\.create(User|Role|Collection)\(/, effect: 'creates' },
  { call: /^db\.\w+\.(insert|insertOne|insertMany)\((?![^)]*_id)/, effect: 'appends' },
  { call: /^db\.\w+\.(createIndex|ensureIndex)\(/, effect: 'puts' },
  // Other operators, such as $inc and $push, change the document on each run.
  {
    call: /^db\.\w+\.(updateOne|updateMany|update)\((?!.*\$(?!set\b|setOnInsert\b|unset\b|eq\b|in\b|exists\b)).*\$set/,
    effect: 'puts',
  },
]

/** `mongosh --help`, and the options of the old shell. */
const mongoOptions: OptionTable = {
  values: [
    ...['--eval', '--host', '--port', '-u', '-p', '--username', '--password', '--authenticationDatabase', '--file', '-f'],
    ...['--authenticationMechanism', '--tlsCAFile', '--tlsCertificateKeyFile', '--tlsCertificateKeyFilePassword', '--sslCAFile'],
    ...[
      '--sslPEMKeyFile',
      '--sslPEMKeyPassword',
      '--apiVersion',
      '--awsIamSessionToken',
      '--gssapiServiceName',
      '--networkMessageCompressors',
    ],
  ],
  attached: ['--json'],
  flags: [
    ...['--quiet', '--norc', '--nodb', '--tls', '--ssl', '--tlsAllowInvalidCertificates', '--tlsAllowInvalidHostnames', '--verbose'],
    ...['--sslAllowInvalidCertificates', '--sslAllowInvalidHostnames', '--retryWrites', '--ipv6', '--skipStartupWarnings', '--shell'],
  ],
}

function mongo(call: Call, options: Options): number {
  const { machine } = call
  call.fallible()
  const evaluated = options.all('--eval')
  const script = evaluated.length === 0 ? machine.input : concat(...evaluated.flatMap((part) => [part, literal(';')]))
  const text = textOf(script ?? empty)
  const hasFile = options.has('--file', '-f') || options.operands.some((word) => /\.js$/.test(keyOf(word)))
  if (script === undefined || text === undefined || hasFile || /\b(if|try|catch|for|forEach)\b|[?]|&&|\|\|/.test(text))
    return call.notFollowed('what the MongoDB script does')
  const facts = new ServiceFacts(machine, 'mongo', ...options.operands.map(keyOf))
  for (const statement of text.split(/[;\n]+/).map((part) => part.trim())) {
    if (statement === '') continue
    const found = mongoCalls.find((candidate) => candidate.call.test(statement))
    if (found === undefined) return call.notFollowed('what the MongoDB script does')
    const name = factName('call', statement)
    if (found.effect === 'reads') machine.print(concat(facts.output(literal(statement)), literal('\n')))
    else if (found.effect === 'appends') facts.append(name, literal('+'))
    else if (found.effect === 'puts') facts.put(name)
    // The old shell (mongo) returns an object for a second rs.initiate, and exits 0.
    else if (!facts.create(name)) return call.name === 'mongo' && statement.startsWith('rs.') ? 0 : 1
  }
  return 0
}

const redisReads = new Set(
  'ping get mget exists keys scan ttl info dbsize hget hgetall lrange smembers llen scard type time role'.split(' '),
)
const redisPuts = new Set('set mset hset hmset sadd zadd expire persist select auth rename bgsave save xgroup'.split(' '))
const redisAppends = new Set('incr decr incrby decrby incrbyfloat rpush lpush append xadd hincrby'.split(' '))

/** `redis-cli --help`: the first word that is not an option starts the command. */
const redisOptions: OptionTable = {
  values: ['-h', '-p', '-a', '-n', '-u', '-s', '--user', '--pass', '-r', '-i', '--cacert', '--cert', '--key', '-t', '--sni', '-d', '-D'],
  flags: [
    '--raw',
    '--no-raw',
    '--tls',
    '--insecure',
    '--no-auth-warning',
    '-c',
    '-3',
    '-2',
    '--csv',
    '--json',
    '--verbose',
    '-e',
    '-4',
    '-6',
  ],
  style: 'separate',
  operandsEndOptions: true,
}

/** redis-cli exits 0 whatever the server answers, unless an option changes that. */
function redis(call: Call, options: Options): number {
  const { machine } = call
  call.fallible()
  const [first, ...rest] = options.operands
  const command = (textOf(first ?? empty) ?? '').toLowerCase()
  const facts = new ServiceFacts(machine, 'redis', keyOf(options.value('-h') ?? empty), keyOf(options.value('-n') ?? empty))
  const name = factName('key', keyOf(rest[0] ?? empty))
  const isSentinel =
    command === 'sentinel' &&
    /^(get-master-addr-by-name|masters?|slaves|replicas|sentinels|ckquorum)$/i.test(textOf(rest[0] ?? empty) ?? '')
  if (command === 'ping') machine.print(literal('PONG\n'))
  else if (redisReads.has(command) || isSentinel) machine.print(concat(facts.output(concat(...options.operands)), literal('\n')))
  else if (redisPuts.has(command))
    facts.put(
      name,
      rest.slice(1).reduce<Value>((all, word) => concat(all, literal(' '), word), empty),
    )
  else if (redisAppends.has(command)) facts.append(name, concat(literal('\n'), ...rest.slice(1)))
  else if (command === 'del' || command === 'unlink') facts.remove(name)
  else return call.notFollowed(`what redis-cli ${command} does`)
  return 0
}

/**
 * Clients that take their statements as one text, from an option or standard input.
 * @param goesOn whether the client continues after an error
 */
function sqlClient(dialect: SqlDialect, service: string, textOptions: readonly string[], goesOn: boolean, table: OptionTable): Run {
  return reading(table, (call, options) => {
    call.fallible()
    if (options.has('-f', '--file', '--queries-file')) return call.notFollowed(`the statements passed to ${call.name}`)
    const text = options.value(...textOptions) ?? call.machine.input ?? empty
    const host = keyOf(options.value('--host', '-h') ?? options.operands[0] ?? empty)
    const session = new SqlSession(call, new ServiceFacts(call.machine, service, host), dialect, '', false)
    return executeAll(call, session, session.read(text), !goesOn) ? 0 : 1
  })
}

const cqlshMore = ['--connect-timeout', '--cqlversion', '--protocol-version', '--encoding', '--cqlshrc', '--credentials']

/** `cqlsh --help`. */
const cqlshOptions: OptionTable = {
  values: [
    '-e',
    '--execute',
    '-u',
    '--username',
    '-p',
    '--password',
    '-k',
    '--keyspace',
    '-f',
    '--file',
    '--request-timeout',
    ...cqlshMore,
  ],
  flags: ['--ssl', '--no-color', '-C', '--color', '--debug', '--tty', '--no-file-io', '--disable-history'],
}

/** clickhouse.com/docs/interfaces/cli, "Command-line options". */
const clickhouseOptions: OptionTable = {
  values: [
    ...['-q', '--query', '-u', '--user', '--password', '-h', '--host', '--port', '-d', '--database', '--queries-file', '--format', '-f'],
    ...['--config-file', '--max_memory_usage', '--receive_timeout', '--send_timeout', '--connect_timeout', '--query_id', '--param_name'],
  ],
  flags: ['-s', '--secure', '-n', '--multiquery', '-m', '--multiline', '-t', '--time', '-E', '--vertical', '--no-warnings', '-c', '-C'],
}

export const otherDatabaseCommands: readonly CommandModel[] = [
  {
    names: ['mongosh', 'mongo'],
    probe: client(27017, ['--host', '-h'], ['--port']),
    section: 'databases',
    forms: [
      {
        form: "mongosh --eval 'rs.initiate(), db.createUser(…), db.createCollection(…)'",
        again: 'fails: already exists',
        safeWhen: '|| true',
      },
      { form: "mongosh --eval 'db.c.insertOne(…)'", again: 'duplicates the document', safeWhen: 'use updateOne with upsert' },
    ],
    run: reading(mongoOptions, mongo),
  },
  {
    names: ['redis-cli', 'valkey-cli', 'keydb-cli'],
    probe: client(6379, ['-h'], ['-p'], '127.0.0.1'),
    section: 'databases',
    forms: [
      { form: 'redis-cli SET, HSET, SADD, XGROUP CREATE', again: 'no change: exits 0 even if the server returns an error', safeWhen: '' },
      { form: 'redis-cli INCR, RPUSH, XADD', again: 'counts or adds again', safeWhen: 'redis-cli EXISTS KEY | grep -q 1 ||' },
      { form: 'redis-cli PING', again: 'no change', safeWhen: '' },
    ],
    run: reading(redisOptions, redis),
  },
  {
    names: ['cqlsh'],
    runsStatements: true,
    repairs: { failing: tolerantSql(undefined, tolerantDatabases) },
    places: ownBin,
    section: 'databases',
    forms: [{ form: "cqlsh -e 'CREATE KEYSPACE, TABLE …'", again: 'fails: already exists', safeWhen: 'IF NOT EXISTS' }],
    run: sqlClient('cassandra', 'cassandra', ['-e', '--execute'], true, cqlshOptions),
  },
  {
    names: ['clickhouse-client', 'clickhouse'],
    runsStatements: true,
    repairs: { failing: tolerantSql(undefined, tolerantDatabases) },
    section: 'databases',
    forms: [{ form: "clickhouse-client -q 'CREATE TABLE …'", again: 'fails: already exists', safeWhen: 'IF NOT EXISTS' }],
    run: sqlClient('clickhouse', 'clickhouse', ['-q', '--query'], false, clickhouseOptions),
  },
  serviceModel({
    names: ['influx'],
    section: 'databases',
    service: 'influx',
    forms: [
      {
        form: 'influx setup, bucket create, org create, user create',
        again: 'fails: already exists',
        safeWhen: 'influx bucket list | grep -q NAME ||',
      },
    ],
    style: 'words',
    values: [
      ...['--host', '-t', '--token', '-o', '--org', '-n', '--name', '-b', '--bucket'],
      ...['-u', '--username', '-p', '--password', '-r', '--retention', '--org-id', '--id', '--configs-path'],
      ...['-c', '--active-config', '-d', '--description', '--shard-group-duration'],
    ],
    flags: ['-f', '--force', '--skip-verify', '--json', '--hide-headers'],
    rules: [
      { words: ['setup'], effect: 'creates', name: 0 },
      { words: ['bucket', 'create'], effect: 'creates', kind: 'bucket', name: ['-n', '--name'] },
      { words: ['org', 'create'], effect: 'creates', kind: 'org', name: ['-n', '--name'] },
      { words: ['user', 'create'], effect: 'creates', kind: 'user', name: ['-n', '--name'] },
      { words: ['bucket', 'list'], effect: 'lists', kind: 'bucket' },
      { words: ['org', 'list'], effect: 'lists', kind: 'org' },
      { words: ['ping'], effect: 'reads' },
    ],
  }),
]
