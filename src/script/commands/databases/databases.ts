/** Databases with a shell of their own: MongoDB, Redis, Cassandra, ClickHouse, InfluxDB. */

import { concat, empty, keyOf, literal, textOf, type Value } from '../../value/value.ts'
import type { Call, CommandModel } from '../command.ts'
import { factName, ServiceFacts } from '../kit/facts.ts'
import { readServiceOptions, serviceModel } from '../kit/service.ts'
import { executeAll, SqlSession } from '../sql/sql.ts'
import type { SqlDialect } from '../sql/sql-text.ts'

const mongoValues = ['--eval', '--host', '--port', '-u', '-p', '--username', '--password', '--authenticationDatabase', '--file', '-f']
const mongoFlags = ['--quiet', '--norc', '--nodb', '--tls', '--ssl', '--tlsAllowInvalidCertificates']

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
]

function mongo(call: Call): number {
  const { machine } = call
  call.fallible()
  const options = readServiceOptions(call.arguments, { values: mongoValues, flags: mongoFlags })
  const script = options.given.get('--eval') ?? machine.input
  const text = textOf(script ?? empty)
  const hasFile = options.given.has('--file') || options.given.has('-f') || options.operands.some((word) => /\.js$/.test(keyOf(word)))
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

/** redis-cli exits 0 whatever the server answers, unless an option changes that. */
function redis(call: Call): number {
  const { machine } = call
  call.fallible()
  const options = readServiceOptions(call.arguments, {
    values: ['-h', '-p', '-a', '-n', '-u', '-s', '--user', '--pass', '-r', '-i', '--cacert', '--cert', '--key', '-t'],
    flags: ['--raw', '--no-raw', '--tls', '--insecure', '--no-auth-warning', '-c', '-3', '-2'],
  })
  const [first, ...rest] = options.operands
  const command = (textOf(first ?? empty) ?? '').toLowerCase()
  const facts = new ServiceFacts(machine, 'redis', keyOf(options.given.get('-h') ?? empty), keyOf(options.given.get('-n') ?? empty))
  const name = factName('key', keyOf(rest[0] ?? empty))
  const isSentinel =
    command === 'sentinel' &&
    /^(get-master-addr-by-name|masters?|slaves|replicas|sentinels|ckquorum)$/i.test(textOf(rest[0] ?? empty) ?? '')
  if (command === 'ping') machine.print(literal('PONG\n'))
  else if (options.unknownOption !== null) return call.notFollowed(`what option ${options.unknownOption} of redis-cli does`)
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
function sqlClient(dialect: SqlDialect, service: string, textOptions: readonly string[], goesOn: boolean): (call: Call) => number {
  return (call) => {
    call.fallible()
    const options = readServiceOptions(call.arguments, {
      values: [
        ...textOptions,
        '-u',
        '-p',
        '-f',
        '-k',
        '--user',
        '--password',
        '--host',
        '-h',
        '--port',
        '--database',
        '-d',
        '--queries-file',
        '--format',
      ],
      flags: ['--ssl', '--secure', '-n', '--multiquery', '-nm', '-m', '--no-color', '-t', '--time'],
    })
    if (options.unknownOption !== null || options.given.has('-f') || options.given.has('--queries-file'))
      return call.notFollowed(`the statements passed to ${call.name}`)
    const text = textOptions.map((name) => options.given.get(name)).find((value) => value !== undefined) ?? call.machine.input ?? empty
    const host = keyOf(options.given.get('--host') ?? options.given.get('-h') ?? options.operands[0] ?? empty)
    const session = new SqlSession(call, new ServiceFacts(call.machine, service, host), dialect, '', false)
    return executeAll(call, session, session.read(text), !goesOn) ? 0 : 1
  }
}

export const otherDatabaseCommands: readonly CommandModel[] = [
  {
    names: ['mongosh', 'mongo'],
    section: 'databases',
    forms: [
      {
        form: "mongosh --eval 'rs.initiate(), db.createUser(…), db.createCollection(…)'",
        again: 'fails: already exists',
        safeWhen: '|| true',
      },
      { form: "mongosh --eval 'db.c.insertOne(…)'", again: 'duplicates the document', safeWhen: 'use updateOne with upsert' },
    ],
    run: mongo,
  },
  {
    names: ['redis-cli', 'valkey-cli', 'keydb-cli'],
    section: 'databases',
    forms: [
      { form: 'redis-cli SET, HSET, SADD, XGROUP CREATE', again: 'no change: exits 0 even if the server returns an error', safeWhen: '' },
      { form: 'redis-cli INCR, RPUSH, XADD', again: 'counts or adds again', safeWhen: 'redis-cli EXISTS KEY | grep -q 1 ||' },
      { form: 'redis-cli PING', again: 'no change', safeWhen: '' },
    ],
    run: redis,
  },
  {
    names: ['cqlsh'],
    section: 'databases',
    forms: [{ form: "cqlsh -e 'CREATE KEYSPACE, TABLE …'", again: 'fails: already exists', safeWhen: 'IF NOT EXISTS' }],
    run: sqlClient('cassandra', 'cassandra', ['-e', '--execute'], true),
  },
  {
    names: ['clickhouse-client', 'clickhouse'],
    section: 'databases',
    forms: [{ form: "clickhouse-client -q 'CREATE TABLE …'", again: 'fails: already exists', safeWhen: 'IF NOT EXISTS' }],
    run: sqlClient('clickhouse', 'clickhouse', ['-q', '--query'], false),
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
    values: [
      '--host',
      '-t',
      '--token',
      '-o',
      '--org',
      '-n',
      '--name',
      '-b',
      '--bucket',
      '-u',
      '--username',
      '-p',
      '--password',
      '-r',
      '--retention',
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
