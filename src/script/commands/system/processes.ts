import { options } from '../../change/kit.ts'
import { keyOf } from '../../value/value.ts'
import { type Call, type CommandModel, command, type OptionTable } from '../command.ts'
import { type Options, reading } from '../kit/options.ts'
import { query } from '../kit/query.ts'
import { ipset } from './ip-sets.ts'
import { moduleCommands } from './kernel-modules.ts'
import { blkidRun, makeFileSystemRun, mountRun } from './mounts.ts'
import { ip } from './network-settings.ts'
import { nodeToolCommands } from './node-tools.ts'
import { askedFirst, iptables, restoreRules, saveRules } from './packet-filters.ts'
import { serverCommands } from './servers.ts'

const nothing = reading({ lenient: 'Signals are not followed, whatever the options.' }, () => 0)

function server(call: Call): number {
  return call.notFollowed(`what ${call.name} does`)
}

/** crontab(1). */
const crontabOptions: OptionTable = { values: ['-u', '-c'], flags: ['-l', '-r', '-e', '-i', '-s', '-d'] }

function crontab(call: Call, { has }: Options): number {
  if (has('-l')) call.machine.print([{ id: 'the crontab' }])
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
    return call.machine.isGuarded ? call.machine.world.decide(`whether ${words.join(' ')} succeeds`) : query(call)
  return call.notFollowed(`what this ${call.name} command does`)
}

/** Absolute kernel settings; without a value, the current one is printed. */
function sysctl(call: Call): number {
  const reads =
    call.name === 'sysctl' &&
    !call.arguments.map(keyOf).some((word) => word.includes('=') || /^-\w*[wpf]|^--(system|write|load)/.test(word))
  return reads ? query(call) : 0
}

/** nvme(1): what only lists devices and prints what they say about themselves. */
function nvme(call: Call): number {
  const [verb] = call.arguments.map(keyOf).filter((word) => !word.startsWith('-'))
  return verb !== undefined && /^(list|list-.*|id-.*|.*-log|version|show-regs)$/.test(verb)
    ? query(call)
    : call.notFollowed(`what nvme ${verb} does`)
}

const kernelSettings = reading({ lenient: 'Settings of the kernel are the same each time, whatever the options.' }, sysctl)

/** semodule(8). */
const semoduleOptions: OptionTable = {
  values: ['-i', '--install', '-r', '--remove', '-X', '--priority', '-s', '--store', '-e', '--enable', '-d', '--disable', '-p', '--path'],
  flags: ['-v', '--verbose', '-n', '--noreload', '-N', '-R', '--reload', '-B', '--build', '-l', '-h'],
}

/** Replaces a module of the same name; a module that is not there cannot be removed. */
function semodule(call: Call, { has }: Options): number {
  return has('-r', '--remove') ? call.notFollowed('which modules semodule removes') : 0
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
    ['pgrep', 'pidof', 'mpstat', 'lsblk', 'findmnt', 'lspci', 'lsusb', 'lsns', 'modinfo', 'dmidecode'],
    reading({ lenient: 'It prints the state of the system, whatever its options.' }, query),
  ),
  ...serverCommands,
  ...nodeToolCommands,
  ...moduleCommands,
  command('processes', ['sysctl', 'swapoff', 'swapon', 'setenforce', 'ethtool'], kernelSettings, {
    form: 'sysctl -w, swapoff',
    again: 'no change',
    safeWhen: '',
  }),
  // Parameters of Lustre and of SELinux, and settings of the driver, are absolute, too.
  command('processes', ['lctl', 'setsebool', 'nvidia-smi'], kernelSettings),
  command('processes', ['semodule'], reading(semoduleOptions, semodule)),
  command('processes', ['nvme'], { run: nvme, hasSubcommands: true }),
  command('processes', ['tc'], { run: kernelSettings, staysOnNode: true }),
  command(
    'processes',
    ['iptables', 'ip6tables', 'iptables-legacy', 'iptables-nft', 'ip6tables-legacy', 'ip6tables-nft', 'ebtables', 'arptables'],
    { run: iptables, changesNetwork: true, repairs: { differing: askedFirst } },
    { form: 'iptables -A, -I', again: 'adds the rule again', safeWhen: 'iptables -C ||; iptables -F first' },
    { form: 'iptables -N, -D, -X', again: 'fails', safeWhen: '|| true' },
    { form: 'iptables -F, -P', again: 'no change', safeWhen: '' },
  ),
  command(
    'processes',
    ['iptables-restore', 'ip6tables-restore', 'iptables-legacy-restore', 'iptables-nft-restore'],
    { run: restoreRules, changesNetwork: true },
    { form: 'iptables-restore', again: 'no change', safeWhen: '' },
  ),
  command('processes', ['iptables-save', 'ip6tables-save', 'iptables-legacy-save', 'iptables-nft-save'], {
    run: saveRules,
    changesNetwork: true,
  }),
  command(
    'processes',
    ['ipset'],
    { run: ipset, changesNetwork: true, hasSubcommands: true, repairs: { failing: options('-exist') } },
    { form: 'ipset create, ipset add', again: 'exits 1: already exists', safeWhen: '-exist' },
    { form: 'ipset del, ipset destroy', again: 'exits 1: does not exist', safeWhen: 'del -exist; || true' },
  ),
  command(
    'processes',
    ['ip'],
    { run: ip, changesNetwork: true, hasSubcommands: true },
    { form: 'ip link, addr, route add', again: 'exits 2: already exists', safeWhen: 'replace; || true' },
    { form: 'ip rule add', again: 'adds the rule again', safeWhen: 'ip rule del first' },
    { form: 'ip … replace, ip link set', again: 'no change', safeWhen: '' },
  ),
  command('processes', ['mount'], mountRun, {
    form: 'mount',
    again: 'no change: mounts end with the container, except within a volume with Bidirectional mount propagation',
    safeWhen: 'mountpoint -q PATH ||',
  }),
  command(
    'processes',
    ['umount'],
    { run: server, staysOnNode: true },
    {
      form: 'umount',
      again: 'exits 32: not mounted',
      safeWhen: 'mountpoint -q PATH &&',
    },
  ),
  command('processes', ['mkfs', 'mkfs.ext4', 'mkfs.ext3', 'mkfs.xfs', 'mkfs.btrfs', 'mke2fs', 'mkswap'], makeFileSystemRun, {
    form: 'mkfs.ext4 DEVICE',
    again: 'destroys the data on the device',
    safeWhen: 'blkid DEVICE ||',
  }),
  command('processes', ['blkid'], blkidRun),
  command(
    'processes',
    ['crontab'],
    { run: reading(crontabOptions, crontab), staysOnNode: true },
    { form: 'crontab FILE', again: 'no change', safeWhen: '' },
  ),
]
