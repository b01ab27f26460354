/** etcdctl and etcdutl: keys, users, snapshots. Snapshots as in etcd 3.4.23, where strace shows the renaming. */
import { parentFolder } from '../../machine/command-machine.ts'
import { addressAt } from '../../shape/server-probes.ts'
import { concat, keyOf, literal, textOf, type Value } from '../../value/value.ts'
import type { Call, CommandModel } from '../command.ts'
import { makeFolder } from '../files/files.ts'
import { ServiceFacts } from '../kit/facts.ts'
import { type Options, reading } from '../kit/options.ts'
import { readFile, within, writtenPath } from '../kit/reading.ts'
import { runService, type ServiceTool } from '../kit/service.ts'

const etcd: ServiceTool = {
  names: ['etcdctl', 'etcdutl'],
  section: 'keys',
  service: 'etcd',
  forms: [
    { form: 'etcdctl put', again: 'no change', safeWhen: '' },
    { form: 'etcdctl mkdir, user add, role add', again: 'fails: already exists', safeWhen: 'etcdctl user get USER ||' },
    { form: 'etcdctl snapshot save FILE', again: 'no change', safeWhen: '' },
    { form: 'etcdctl snapshot restore FILE --data-dir DIR', again: 'fails: DIR exists', safeWhen: 'rm -rf DIR first' },
  ],
  style: 'pflag',
  values: [
    ...['--endpoints', '--cacert', '--cert', '--key', '--user', '--password', '-w', '--write-out', '--dial-timeout'],
    ...['--command-timeout', '--discovery-srv', '--keepalive-time', '--keepalive-timeout', '--lease', '--limit', '--new-user-password'],
    ...['--range-end', '--rev', '--order', '--sort-by', '--data-dir', '--wal-dir', '--name', '--initial-cluster'],
    ...['--initial-cluster-token', '--initial-advertise-peer-urls'],
  ],
  flags: [
    ...['--insecure-skip-tls-verify', '--prefix', '--keys-only', '--no-password', '--interactive', '--insecure-transport', '--debug'],
    ...['--hex', '--print-value-only', '--count-only', '--from-key', '--cluster', '--insecure-discovery', '--skip-hash-check'],
  ],
  rules: [
    { words: ['cluster-health'], effect: 'reads' },
    { words: ['put'], effect: 'puts', kind: 'key' },
    { words: ['set'], effect: 'puts', kind: 'key' },
    { words: ['get'], effect: 'reads' },
    { words: ['del'], effect: 'clears', kind: 'key' },
    { words: ['mkdir'], effect: 'creates', kind: 'key', failure: 4 },
    { words: ['user', 'add'], effect: 'creates', kind: 'user' },
    { words: ['role', 'add'], effect: 'creates', kind: 'role' },
    { words: ['user', 'get'], effect: 'asks', kind: 'user' },
    { words: ['role', 'get'], effect: 'asks', kind: 'role' },
    { words: ['auth', 'enable'], effect: 'puts', name: 0 },
    { words: ['endpoint'], effect: 'reads' },
    { words: ['member', 'list'], effect: 'reads' },
    { words: ['snapshot', 'status'], effect: 'reads' },
    { words: ['version'], effect: 'reads' },
  ],
}

/** `snapshot save FILE`: writes FILE.part and renames it. */
function save({ machine }: Call, file: Value): number {
  const path = writtenPath(file, machine)
  if (!parentFolder(path, machine)) return 1
  machine.write(path, { kind: 'file', content: concat(literal('etcd '), new ServiceFacts(machine, 'etcd').output(literal('snapshot'))) })
  return 0
}

/** `snapshot restore FILE`: the data directory must not exist ("data-dir … exists"), and a kill leaves part of it. */
function restore(call: Call, file: Value, { value }: Options): number {
  const { machine } = call
  const content = readFile(file, machine)
  const folder = value('--data-dir') ?? concat(value('--name') ?? literal('default'), literal('.etcd'))
  const path = writtenPath(folder, machine)
  if (content === undefined || machine.suppose(path, { kind: 'absent' }).kind !== 'absent') return 1
  const member = within(path, 'member')
  const begin = () => makeFolder(member, machine, true)
  call.partials(begin)
  if (!begin()) return 1
  machine.addLayer(member, { source: `what etcd restores of ${keyOf(content)}`, path: '' })
  return 0
}

function etcdctl(call: Call, options: Options): number {
  const [subcommand, action, file] = options.operands.map((word) => textOf(word) ?? '')
  const operand = options.operands[2]
  if (subcommand !== 'snapshot' || operand === undefined || file === '' || action === 'status') return runService(call, options, etcd)
  call.fallible()
  if (action === 'save') return save(call, operand)
  return action === 'restore' ? restore(call, operand, options) : runService(call, options, etcd)
}

const { names, section, forms, service: _service, rules: _rules, ...table } = etcd

export const etcdCommands: readonly CommandModel[] = [
  { names, section, forms, probe: addressAt('--endpoints'), takesLock: true, hasSubcommands: true, run: reading(table, etcdctl) },
]
