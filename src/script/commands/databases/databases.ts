/** Databases with a shell of their own: Redis, Cassandra, ClickHouse, InfluxDB. */

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

const redisReads = new Set(
  'ping get mget exists keys scan ttl info dbsize hget hgetall lrange smembers llen scard type time role'.split(' '),
)
const redisPuts = new Set('set mset hset hmset sadd zadd expire persist select auth rename bgsave save xgroup'.split(' '))
const redisAppends = new Set('incr decr incrby decrby incrbyfloat rpush lpush append xadd hincrby'.split(' '))

/** `redis-cli --help`: the first word that is not an option starts the command. */
const redisOptions: OptionTable = {
  values: [
    '--cluster',
    '-h',
    '-p',
    '-a',
    '-n',
    '-u',
    '-s',
    '--user',
    '--pass',
    '-r',
    '-i',
    '--cacert',
    '--cert',
    '--key',
    '-t',
    '--sni',
    '-d',
    '-D',
  ],
  flags: [
    '--raw',
    '--cluster-yes',
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

/** `redis-cli --cluster create`: fails if a node knows others or has data (redis-cli.c, clusterManagerCommandCreate). */
function redisCluster(verb: string, call: Call): number {
  const facts = new ServiceFacts(call.machine, 'redis cluster')
  if (verb === 'create') return facts.create(factName('cluster')) ? 0 : 1
  if (verb !== 'info' && verb !== 'check') return call.notFollowed(`what redis-cli --cluster ${verb} does`)
  call.machine.print(concat(facts.output(concat(...call.arguments)), literal('\n')))
  return 0
}

/** redis-cli exits 0 whatever the server answers, unless an option changes that. */
function redis(call: Call, options: Options): number {
  const { machine } = call
  call.fallible()
  const [first, ...rest] = options.operands
  const command = (textOf(first ?? empty) ?? '').toLowerCase()
  const facts = new ServiceFacts(machine, 'redis', keyOf(options.value('-h') ?? empty), keyOf(options.value('-n') ?? empty))
  const cluster = options.value('--cluster')
  if (cluster !== undefined) return redisCluster(textOf(cluster) ?? '', call)
  const name = factName('key', keyOf(rest[0] ?? empty))
  const isSentinel =
    command === 'sentinel' &&
    /^(get-master-addr-by-name|masters?|slaves|replicas|sentinels|ckquorum)$/i.test(textOf(rest[0] ?? empty) ?? '')
  const isOfCluster = command === 'cluster' && /^(info|nodes|slots|shards|myid)$/i.test(textOf(rest[0] ?? empty) ?? '')
  if (isOfCluster) return redisCluster('info', call)
  if (command === 'ping') machine.print(literal('PONG\n'))
  else if (redisReads.has(command) || isSentinel) machine.print(concat(facts.output(concat(...options.operands)), literal('\n')))
  else if (redisPuts.has(command))
    facts.put(
      name,
      rest.slice(1).reduce<Value>((all, word) => concat(all, literal(' '), word), empty),
    )
  else if (redisAppends.has(command)) facts.append(name, concat(literal('\n'), ...rest.slice(1)))
  else if (command === 'del' || command === 'unlink') facts.remove(name)
  else if (command === 'shutdown') return 0
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
  serviceModel({
    names: ['couchbase-cli'],
    section: 'databases',
    service: 'couchbase',
    traits: { hasSubcommands: true },
    forms: [],
    // docs.couchbase.com/server/current/cli/cbcli
    lenient: 'They describe the cluster, and do not change what a second call does.',
    rules: [
      { words: ['cluster-init'], effect: 'creates', name: 0 },
      { words: ['bucket-create'], effect: 'creates', name: 'all' },
      { words: ['bucket-list'], effect: 'reads' },
      { words: ['host-list'], effect: 'reads' },
      { words: ['server-list'], effect: 'reads' },
      { words: ['server-info'], effect: 'reads' },
      { words: ['setting-cluster'], effect: 'puts', name: 0 },
    ],
  }),
]
