/** Brokers: RabbitMQ, Kafka, NATS. */
import { ownBin } from '../../shape/places.ts'
import { addressAt } from '../../shape/server-probes.ts'
import { type CommandModel, command, type OptionTable } from '../command.ts'
import { reading, withTables } from '../kit/options.ts'
import { query } from '../kit/query.ts'
import { serviceModel } from '../kit/service.ts'

const rabbitRules = (words: readonly string[]) => words.map((word) => ({ words: [word], effect: 'reads' as const }))

/** The image rabbitmq, and the Debian package rabbitmq-server. */
const rabbitmqPlaces = /^\/(?:opt|usr\/lib)\/rabbitmq\/s?bin$/

const rabbitmqctl = serviceModel({
  names: ['rabbitmqctl'],
  section: 'brokers',
  service: 'rabbitmq',
  traits: { places: rabbitmqPlaces, hasSubcommands: true },
  forms: [
    { form: 'rabbitmqctl add_user USER', again: 'fails: user_already_exists', safeWhen: 'rabbitmqctl list_users | grep -q USER ||' },
    { form: 'rabbitmqctl delete_user, delete_vhost', again: 'fails: no longer exists', safeWhen: '|| true' },
    { form: 'rabbitmqctl add_vhost, set_permissions, set_user_tags, set_policy, change_password', again: 'no change', safeWhen: '' },
  ],
  values: [
    ...['-n', '--node', '-p', '--vhost', '-t', '--timeout', '--priority', '--apply-to', '--formatter'],
    ...['--erlang-cookie', '--tags', '--description', '--default-queue-type', '--printer'],
  ],
  flags: [
    ...['-q', '--quiet', '-l', '--longnames', '-s', '--silent', '--no-table-headers', '--pre-hashed-password', '--offline'],
    ...['--online', '--local'],
  ],
  rules: [
    { words: ['add_user'], effect: 'creates', kind: 'user', failure: 70 },
    { words: ['delete_user'], effect: 'deletes', kind: 'user', failure: 67 },
    { words: ['add_vhost'], effect: 'puts', kind: 'vhost' },
    { words: ['delete_vhost'], effect: 'deletes', kind: 'vhost', failure: 67 },
    { words: ['list_users'], effect: 'lists', kind: 'user' },
    { words: ['list_vhosts'], effect: 'lists', kind: 'vhost', bare: true },
    { words: ['authenticate_user'], effect: 'asks', kind: 'user' },
    ...[
      'set_permissions',
      'set_topic_permissions',
      'set_user_tags',
      'change_password',
      'set_policy',
      'set_parameter',
      'clear_password',
    ].map((word) => ({ words: [word], effect: 'puts' as const, name: 2 })),
    ...['enable_feature_flag', 'set_vm_memory_high_watermark', 'import_definitions'].map((word) => ({
      words: [word],
      effect: 'puts' as const,
    })),
    ...rabbitRules([
      'status',
      'ping',
      'await_startup',
      'wait',
      'cluster_status',
      'list_queues',
      'list_permissions',
      'list_exchanges',
      'version',
    ]),
  ],
})

/** The options that the tools of Kafka print with `--help`. */
const kafkaOptions: OptionTable = {
  style: 'words',
  values: [
    ...[
      '--bootstrap-server',
      '--bootstrap-controller',
      '--zookeeper',
      '--topic',
      '--partitions',
      '--replication-factor',
      '--config',
      '--command-config',
      '--broker-list',
    ],
    ...[
      '--entity-type',
      '--entity-name',
      '--add-config',
      '--delete-config',
      '--user',
      '--allow-principal',
      '--deny-principal',
      '--allow-host',
      '--deny-host',
    ],
    ...[
      '--operation',
      '--group',
      '--timeout',
      '--replica-assignment',
      '--resource-pattern-type',
      '--transactional-id',
      '--topic-id',
      '--client-defaults',
      '--broker',
    ],
    ...['--client', '--add-config-file'],
  ],
  flags: [
    ...['--create', '--list', '--describe', '--delete', '--alter', '--if-not-exists', '--if-exists', '--add', '--remove'],
    ...['--force', '--all', '--version', '--entity-default', '--consumer', '--producer', '--idempotent', '--cluster', '--exclude-internal'],
    ...['--topics-with-overrides', '--under-replicated-partitions', '--unavailable-partitions', '--disable-rack-aware'],
  ],
}

/** The option that names the brokers. */
const probe = addressAt('--bootstrap-server')

/** Kafka's tools take the action as an option; it becomes the subcommand here. */
function kafka(names: readonly string[], rules: Parameters<typeof serviceModel>[0]['rules'], forms: CommandModel['forms']): CommandModel {
  const words = rules.flatMap(({ words: [word = ''] }) => [word])
  const model = serviceModel({ names, section: 'brokers', service: 'kafka', forms, rules, traits: { places: ownBin }, ...kafkaOptions })
  return {
    ...model,
    run: withTables([{ table: kafkaOptions }], (call) => {
      const verb = call.arguments.find((value) => typeof value[0] === 'string' && words.includes(value[0].replace(/^--/, '')))
      const bare = typeof verb?.[0] === 'string' ? [[verb[0].replace(/^--/, '')]] : []
      return model.run({ ...call, arguments: [...bare, ...call.arguments.filter((value) => value !== verb)] })
    }),
  }
}

const topic = ['--topic'] as const

const kafkaTopics = kafka(
  ['kafka-topics', 'kafka-topics.sh'],
  [
    { words: ['create'], effect: 'creates', kind: 'topic', name: topic, lenient: ['--if-not-exists'] },
    { words: ['delete'], effect: 'deletes', kind: 'topic', name: topic, lenient: ['--if-exists'] },
    { words: ['list'], effect: 'lists', kind: 'topic', bare: true },
    { words: ['describe'], effect: 'reads' },
    { words: ['alter'], effect: 'unknown' },
    { words: ['version'], effect: 'reads' },
  ],
  [{ form: 'kafka-topics --create --topic T', again: 'fails: TopicExistsException', safeWhen: '--if-not-exists' }],
)

const kafkaConfigs = kafka(
  ['kafka-configs', 'kafka-configs.sh', 'kafka-acls', 'kafka-acls.sh'],
  [
    { words: ['alter'], effect: 'puts', name: ['--entity-name', '--topic', '--user'] },
    { words: ['add'], effect: 'puts', name: ['--allow-principal'] },
    { words: ['describe'], effect: 'reads' },
    { words: ['list'], effect: 'reads' },
  ],
  [{ form: 'kafka-configs --alter, kafka-acls --add', again: 'no change', safeWhen: '' }],
)

const nats = serviceModel({
  names: ['nats'],
  section: 'brokers',
  service: 'nats',
  forms: [{ form: 'nats stream add, kv add', again: 'no change if the configuration is the same', safeWhen: '' }],
  values: [
    ...['-s', '--server', '--creds', '--context', '--user', '--password', '--subjects', '--storage', '--replicas'],
    ...[
      '--config',
      '--history',
      '--max-age',
      '--retention',
      '--discard',
      '--max-msgs',
      '--max-bytes',
      '--max-msg-size',
      '--max-msgs-per-subject',
    ],
    ...['--dupe-window', '--tlscert', '--tlskey', '--tlsca', '--nkey', '--timeout', '--ttl', '--max-value-size', '--max-bucket-size'],
    ...['--description', '--connection-name'],
  ],
  flags: [
    ...['--defaults', '--force', '-f', '--ack', '--no-ack', '--allow-rollup', '--no-allow-rollup', '--deny-delete', '--no-deny-delete'],
    ...['--deny-purge', '--no-deny-purge', '--trace', '-j', '--json', '--allow-direct', '--no-allow-direct', '--all'],
  ],
  rules: [
    { words: ['stream', 'add'], effect: 'puts', kind: 'stream' },
    { words: ['kv', 'add'], effect: 'puts', kind: 'bucket' },
    { words: ['kv', 'put'], effect: 'puts', kind: 'value', name: 2 },
    { words: ['stream', 'info'], effect: 'asks', kind: 'stream' },
    { words: ['server', 'check'], effect: 'reads' },
    { words: ['rtt'], effect: 'reads' },
  ],
})

export const brokerCommands: readonly CommandModel[] = [
  rabbitmqctl,
  serviceModel({
    names: ['rabbitmq-plugins'],
    section: 'brokers',
    service: 'rabbitmq',
    traits: { places: rabbitmqPlaces },
    forms: [{ form: 'rabbitmq-plugins enable', again: 'no change', safeWhen: '' }],
    values: ['-n', '--node', '-t', '--timeout'],
    flags: ['--offline', '--online', '--all', '-q', '--quiet', '-l', '--longnames', '-s', '--silent', '-m', '-v', '-e', '-E'],
    rules: [
      { words: ['enable'], effect: 'puts' },
      { words: ['disable'], effect: 'puts' },
      { words: ['list'], effect: 'reads' },
    ],
  }),
  serviceModel({
    names: ['rabbitmq-diagnostics'],
    section: 'brokers',
    service: 'rabbitmq',
    traits: { places: rabbitmqPlaces },
    forms: [],
    values: ['-n', '--node', '-t', '--timeout', '--address', '--formatter'],
    flags: ['-q', '--quiet', '-l', '--longnames', '-s', '--silent'],
    rules: rabbitRules(['ping', 'status', 'check_running', 'check_port_connectivity']),
  }),
  { ...kafkaTopics, probe },
  command('brokers', ['kafka-broker-api-versions.sh', 'kafka-broker-api-versions'], {
    run: reading({ lenient: 'It prints what the brokers support, whatever its options.' }, query),
    probe,
    places: ownBin,
  }),
  kafkaConfigs,
  nats,
]
