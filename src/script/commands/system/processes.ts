/** Processes, servers and system settings: kernel parameters, interfaces, packet filters, mounts, file systems. */

import { mountOf } from '../../container/storage.ts'
import { concat, empty, keyOf, literal, textOf, type Value } from '../../value/value.ts'
import { type Call, type CommandModel, command, type OptionTable } from '../command.ts'
import { factName, ServiceFacts } from '../kit/facts.ts'
import { type Options, reading } from '../kit/options.ts'

const nothing = reading({ lenient: 'Signals are not followed, whatever the options.' }, () => 0)

function server(call: Call): number {
  return call.notFollowed(`what ${call.name} does`)
}

function wordsOf(call: Call): string[] {
  return call.arguments.map((word) => keyOf(word))
}

/** The rules of a table, in order. They live as long as the pod's network. */
function iptables(call: Call): number {
  const words = wordsOf(call)
  const facts = new ServiceFacts(call.machine, 'sandbox', call.name)
  const table = words[words.findIndex((word) => word === '-t' || word === '--table') + 1] ?? ''
  const action = words.findIndex((word) =>
    /^(-[ADICNFXPLSZE]|--(append|delete|insert|check|new-chain|flush|delete-chain|policy|list|list-rules))$/.test(word),
  )
  const chain = words[action + 1] ?? ''
  // `-I CHAIN 2 RULE` sets the position of the rule; `-C` and `-D` take only the rule (iptables(8)).
  const hasPosition = /^(-I|--insert)$/.test(words[action] ?? '') && /^\d+$/.test(words[action + 2] ?? '')
  const rule = factName('rule', words.includes('-t') ? table : 'filter', chain, words.slice(action + (hasPosition ? 3 : 2)).join(' '))
  switch (words[action]?.replace(/^--/, '')) {
    case '-A':
    case 'append':
    case '-I':
    case 'insert':
      facts.append(rule, literal('+'))
      return 0
    case '-C':
    case 'check':
      return facts.exists(rule) ? 0 : 1
    case '-D':
    case 'delete':
      return /^\d+$/.test(words[action + 2] ?? '') ? call.notFollowed('which rule is deleted') : dropOne(facts, rule)
    case '-N':
    case 'new-chain':
      return facts.create(factName('chain', chain)) ? 0 : 1
    case '-X':
    case 'delete-chain':
      return facts.destroy(factName('chain', chain)) ? 0 : 1
    case '-F':
    case 'flush':
      for (const name of facts.names()) if (isFlushed(name, chain)) facts.remove(name)
      return 0
    case '-P':
    case 'policy':
      facts.put(factName('policy', chain), literal(words[action + 2] ?? ''))
      return 0
    case '-L':
    case 'list':
    case '-S':
    case 'list-rules':
      call.machine.print(facts.output(literal(words.join(' '))))
      return 0
    default:
      return call.notFollowed(`what this ${call.name} command does`)
  }
}

function isFlushed(name: string, chain: string): boolean {
  const [kind, , ruleChain] = name.split('/')
  return kind === 'rule' && (chain === '' || ruleChain === chain)
}

function dropOne(facts: ServiceFacts, rule: string): number {
  const before = facts.look(rule)
  const count = before === undefined || before === null ? '' : keyOf(before)
  if (count.length > 1) {
    facts.put(rule, literal(count.slice(1)))
    return 0
  }
  return facts.destroy(rule) ? 0 : 1
}

/** `ip link add`, `ip addr add`, `ip route add`, `ip rule add`. */
function ip(call: Call): number {
  const words = wordsOf(call).filter((word) => !/^-(4|6|o|br|s|d|j|brief|oneline|json|batch)$/.test(word))
  const [object = '', verb = 'show', ...rest] = words
  const facts = new ServiceFacts(call.machine, 'sandbox', 'ip')
  const kind = object.startsWith('a') ? 'address' : object.startsWith('l') ? 'link' : object.startsWith('ru') ? 'rule' : 'route'
  const named = kind === 'link' ? rest.filter((word) => word !== 'dev' && word !== 'name')[0] : rest.join(' ')
  const name = factName(kind, named ?? '')
  if (/^(show|list|ls|get|s|sh)$/.test(verb)) {
    call.machine.print(facts.output(literal(words.join(' '))))
    return 0
  }
  if (verb === 'set') return 0
  if (verb === 'replace' || verb === 'change') {
    facts.put(name)
    return 0
  }
  if (/^(add|a)$/.test(verb)) {
    if (kind === 'rule') facts.append(name, literal('+'))
    else if (!facts.create(name)) return 2
    return 0
  }
  if (/^(del|delete|d)$/.test(verb)) return facts.destroy(name) ? 0 : 2
  return call.notFollowed(`what ip ${object} ${verb} does`)
}

/** mount(8), options that change an existing mount. */
const changing = [
  '--make-private',
  '--make-rprivate',
  '--make-shared',
  '--make-rshared',
  '--make-slave',
  '--make-rslave',
  '--make-unbindable',
]

/** mount(8). */
const mountOptions: OptionTable = {
  values: ['-t', '-o', '--types', '--options', '-L', '-U', '--source', '--target', '-O', '--label', '--uuid', '-N', '--namespace'],
  flags: [
    ...['-a', '-r', '-w', '-v', '-n', '-f', '-s', '-B', '-R', '-M', '-l', '--bind', '--rbind', '--move', '--all', '--read-only'],
    ...['--verbose', '--no-mtab', '--rw', ...changing],
  ],
}

/** From here on, the target shows another volume with unknown contents; the mount ends with the container. */
function mount(call: Call, { operands, value, has }: Options): number {
  const { machine } = call
  const options = textOf(value('-o', '--options') ?? empty) ?? ''
  const isChange = /remount/.test(options) || has(...changing)
  const target = operands.at(-1)
  if (isChange || operands.length < 2 || target === undefined) return 0
  const path = machine.resolveWhole(machine.path(target))
  if (mountOf(path, machine.files.mounts)?.propagates === true) call.unknown('the effect of a mount that stays on the node')
  machine.files.set(path, { kind: 'unknown' }, machine.step)
  for (const below of machine.files.below(path)) machine.files.set(below, { kind: 'unknown' }, machine.step)
  return 0
}

/** mke2fs(8), mkfs.xfs(8), mkfs.btrfs(8) and mkswap(8). */
const makeFileSystemOptions: OptionTable = {
  values: [
    '-t',
    '-L',
    '-O',
    '-E',
    '-b',
    '-m',
    '-i',
    '-N',
    '-U',
    '-n',
    '-d',
    '-s',
    '-l',
    '-I',
    '-J',
    '-T',
    '-G',
    '-g',
    '-C',
    '-e',
    '-o',
    '-M',
  ],
  flags: ['-F', '-f', '-q', '-v', '-j', '-c', '-K', '-D', '-S', '--force', '--quiet'],
}

/** A new file system: the data on the device is lost every time. */
function makeFileSystem(call: Call, { operands }: Options): number {
  const { machine } = call
  const device = operands[0]
  if (device === undefined) return 1
  new ServiceFacts(machine, 'device').put(factName('file system', keyOf(device)), machine.volatile('a new file system'))
  return 0
}

/** blkid(8). */
const blkidOptions: OptionTable = {
  values: ['-o', '-s', '-t', '-c', '-n', '-O', '-S', '-u', '--output', '--match-tag', '--match-token', '--cache-file'],
  flags: ['-p', '-i', '-k', '-l', '-d', '-D', '-g', '--probe', '--info', '--no-encoding'],
}

/** `blkid DEVICE`: exits 2 if the device has no file system. */
function blkid(call: Call, { operands }: Options): number {
  const { machine } = call
  const device = operands.at(-1)
  const facts = new ServiceFacts(machine, 'device')
  if (device !== undefined && !facts.exists(factName('file system', keyOf(device)))) return 2
  machine.print(facts.output(concat(literal('blkid '), device ?? empty)))
  return 0
}

/** crontab(1). */
const crontabOptions: OptionTable = { values: ['-u', '-c'], flags: ['-l', '-r', '-e', '-i', '-s', '-d'] }

function crontab(call: Call, { has }: Options): number {
  if (has('-l')) call.machine.print([{ id: 'the crontab' }])
  return 0
}

function query(call: Call): number {
  call.machine.print(concat([{ id: `${call.name} ${wordsOf(call).join(' ').replaceAll('\0', '')}` }], literal('\n')) satisfies Value)
  return 0
}

const unitStates = /^(enable|disable|mask|unmask|daemon-reload|daemon-reexec|start|stop|restart|reload|try-restart|reset-failed|preset)$/

/** systemctl(1), without `--root` and `--image`. */
const systemctlOptions: OptionTable = {
  values: [
    '-t',
    '--type',
    '--state',
    '-p',
    '--property',
    '-P',
    '-n',
    '--lines',
    '-o',
    '--output',
    '-s',
    '--signal',
    '--kill-who',
    '-H',
    '-M',
  ],
  flags: [
    ...['--now', '-q', '--quiet', '-f', '--force', '--no-block', '--no-reload', '--user', '--system', '--runtime', '--no-pager', '-a'],
    ...['--all', '-l', '--full', '--no-legend', '--plain', '--wait', '--no-ask-password', '--value', '--global', '--recursive', '-r'],
  ],
}

/** Unit states are absolute: starting a running unit succeeds. What the unit does when it starts is not analyzed. */
function systemctl(call: Call, { operands }: Options): number {
  call.fallible()
  const words = operands.map((word) => keyOf(word))
  if (words.some((word) => unitStates.test(word))) return 0
  if (words.some((word) => /^(is-(active|enabled|failed)|status|show|cat|list-\S+)$/.test(word)))
    return call.machine.guarded === 0 ? query(call) : call.machine.setting.world.decide(`whether ${words.join(' ')} succeeds`)
  return call.notFollowed(`what this ${call.name} command does`)
}

/** Absolute kernel settings; without a value, the current one is printed. */
function sysctl(call: Call): number {
  const reads =
    call.name === 'sysctl' && !wordsOf(call).some((word) => word.includes('=') || /^-\w*[wpf]|^--(system|write|load)/.test(word))
  return reads ? query(call) : 0
}

export const processCommands: readonly CommandModel[] = [
  command('processes', ['kill', 'pkill', 'killall', 'skill'], nothing, {
    form: 'kill, pkill',
    again: 'no change',
    safeWhen: '',
  }),
  command('processes', ['systemctl', 'service'], reading(systemctlOptions, systemctl), {
    form: 'systemctl enable, start, restart',
    again: 'no change',
    safeWhen: '',
  }),
  command(
    'processes',
    ['pgrep', 'pidof', 'lsmod', 'mpstat', 'lsblk', 'findmnt'],
    reading({ lenient: 'It prints the state of the system, whatever its options.' }, query),
  ),
  command(
    'processes',
    ['nginx', 'httpd', 'apachectl', 'caddy', 'envoy', 'supervisord', 'gunicorn', 'uvicorn', 'celery', 'postgres', 'mongod', 'redis-server'],
    server,
    {
      form: 'nginx, httpd, java -jar and other servers',
      again: 'unknown',
      safeWhen: '',
    },
  ),
  command('processes', ['sysctl', 'modprobe', 'insmod', 'rmmod', 'swapoff', 'swapon', 'setenforce', 'ethtool', 'tc'], sysctl, {
    form: 'sysctl -w, modprobe, swapoff',
    again: 'no change',
    safeWhen: '',
  }),
  command(
    'processes',
    ['iptables', 'ip6tables', 'iptables-legacy', 'iptables-nft'],
    iptables,
    { form: 'iptables -A, -I', again: 'adds the rule again', safeWhen: 'iptables -C ||; iptables -F first' },
    { form: 'iptables -N, -D, -X', again: 'fails', safeWhen: '|| true' },
    { form: 'iptables -F, -P', again: 'no change', safeWhen: '' },
  ),
  command(
    'processes',
    ['ip'],
    ip,
    { form: 'ip link, addr, route add', again: 'exits 2: already exists', safeWhen: 'replace; || true' },
    { form: 'ip rule add', again: 'adds the rule again', safeWhen: 'ip rule del first' },
    { form: 'ip … replace, ip link set', again: 'no change', safeWhen: '' },
  ),
  command('processes', ['mount'], reading(mountOptions, mount), {
    form: 'mount',
    again: 'no change: mounts end with the container',
    safeWhen: '',
  }),
  command('processes', ['umount'], server, {
    form: 'umount',
    again: 'exits 32: not mounted',
    safeWhen: 'mountpoint -q PATH &&',
  }),
  command(
    'processes',
    ['mkfs', 'mkfs.ext4', 'mkfs.ext3', 'mkfs.xfs', 'mkfs.btrfs', 'mke2fs', 'mkswap'],
    reading(makeFileSystemOptions, makeFileSystem),
    {
      form: 'mkfs.ext4 DEVICE',
      again: 'destroys the data on the device',
      safeWhen: 'blkid DEVICE ||',
    },
  ),
  command('processes', ['blkid'], reading(blkidOptions, blkid)),
  command('processes', ['crontab'], reading(crontabOptions, crontab), { form: 'crontab FILE', again: 'no change', safeWhen: '' }),
]
