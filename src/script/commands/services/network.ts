/** Commands that only query: nc, nslookup, ping, wait-for-it.sh and similar. The first attempt is assumed to find what is waited for. */

import { anywhere } from '../../shape/places.ts'
import { addressAt, firstAddress, hasNoTimeout, hostAndPort, lookup, lookupWithOptions } from '../../shape/server-probes.ts'
import { keyOf, textOf } from '../../value/value.ts'
import { type Call, type CommandModel, command, type OptionTable, type Run } from '../command.ts'
import { type Options, reading, readOptions, withTables } from '../kit/options.ts'
import { query } from '../kit/query.ts'

const asking: OptionTable = { lenient: 'It asks other hosts and prints their answer, whatever its options.' }

/** `ssh-keyscan HOST`: needs the network, and prints nothing without it. */
function scans(call: Call): number {
  call.fallible()
  return query(call)
}

/** nc(1), ncat(1) and telnet(1), without the options that run a command. */
const netcatOptions: OptionTable = {
  flags: [
    ...['-z', '-v', '-n', '-u', '-l', '-k', '-4', '-6', '-d'],
    ...['-N', '-C', '-t', '-U', '-h', '-D', '-F', '-S', '--listen'],
    ...['--ssl', '--verbose', '--udp', '--send-only', '--recv-only', '--ssl-verify', '-E', '-K', '-L'],
    ...['-a', '-f'],
  ],
  values: ['-w', '-q', '-i', '-p', '-s', '-x', '-X', '-O', '-I', '-T', '-V', '-P', '--wait', '--idle-timeout', '--source-port'],
}

/** `nc HOST PORT`: the response is unknown; with `-l` it is a server. */
function netcat(call: Call, { has }: Options): number {
  return has('-l', '--listen') ? call.notFollowed('what a listening server does') : query(call)
}

/** The options of these tools before a command. */
const waitOptions: OptionTable = {
  values: ['-t', '-h', '-p', '--timeout', '--host', '--port', '-i', '--interval', '-w', '--wait', '--state'],
  flags: ['-q', '--quiet', '-s', '--strict', '-v', '--verbose', '--child'],
}

/** github.com/jwilder/dockerize, "Command-line Options". */
const dockerizeOptions: OptionTable = {
  style: 'words',
  values: [
    ...[
      '-wait',
      '-timeout',
      '-wait-retry-interval',
      '-wait-http-header',
      '-template',
      '-stdout',
      '-stderr',
      '-poll',
      '-delims',
      '-env',
      '-hdr',
    ],
  ],
  flags: ['-no-overwrite', '-skip-tls-verify', '-env-section', '-multiline'],
  operandsEndOptions: true,
}

/** wait4x.dev: the options of all its commands, and those of `http` and `tcp`. */
const wait4xOptions: OptionTable = {
  style: 'pflag',
  values: [
    ...['-t', '--timeout', '-i', '--interval', '--connection-timeout', '--expect-status-code', '--expect-body-regex', '--expect-body-json'],
    ...[
      '--expect-header',
      '--request-header',
      '--request-body',
      '--backoff-policy',
      '--log-level',
      '--ca-file',
      '--cert-file',
      '--key-file',
    ],
  ],
  flags: ['-q', '--quiet', '-v', '--invert-check', '--insecure-skip-tls-verify', '--no-color', '--no-redirect'],
}

/** `wait-for-it.sh HOST:PORT [-t N] [--] COMMAND`, `dockerize -wait tcp://… COMMAND`: a command comes after the options that are read. */
function waiter(table: OptionTable): Run {
  return withTables([{ table }], (call) => waits(call, table))
}

function waits(call: Call, table: OptionTable): number {
  const words = call.arguments.map((word) => textOf(word) ?? '')
  const end = words.indexOf('--')
  const before = end === -1 ? call.arguments : call.arguments.slice(0, end)
  const options = readOptions({ ...call, arguments: before }, table)
  const isAddress = (text: string) => /:\d+$|^(tcp|http|https|unix|file|udp):/.test(text)
  const operands = options.operands.filter((word) => !isAddress(textOf(word) ?? keyOf(word)))
  const command = end === -1 ? (call.name.endsWith('dockerize') ? operands : []) : call.arguments.slice(end + 1)
  if (options.has('-template')) return call.notFollowed('the files that dockerize creates')
  return command.length === 0 ? 0 : call.run(command)
}

/** `nc -lk PORT` accepts one connection after the other. */
function listensAgain(args: readonly string[]): boolean {
  const has = (letter: string) => args.some((text) => /^-\w/.test(text) && text.includes(letter))
  return has('l') && has('k')
}

export const networkCommands: readonly CommandModel[] = [
  command(
    'network',
    ['nc', 'ncat', 'netcat', 'telnet'],
    { run: reading(netcatOptions, netcat), runsForever: listensAgain, probe: hostAndPort },
    {
      form: 'nc -z, nslookup, dig, ping, wait-for-it.sh',
      again: 'no change',
      safeWhen: '',
    },
  ),
  command('network', ['nslookup'], { run: reading(asking, query), probe: lookup }),
  command('network', ['dig', 'host', 'ping'], { run: reading(asking, query), probe: lookupWithOptions }),
  command('network', ['grpc_health_probe'], { run: reading(asking, query), probe: addressAt('-addr', '--addr') }),
  command('network', ['ping6', 'traceroute', 'ss', 'netstat', 'ifconfig', 'arp', 'ipcalc', 'ldapsearch'], reading(asking, query)),
  command('network', ['ssh-keyscan'], reading(asking, scans), {
    form: 'ssh-keyscan HOST',
    again: 'no change: prints the same keys',
    safeWhen: '',
  }),
  command('network', ['wait-for-it.sh', 'wait-for-it', 'wait-for', 'wait-for.sh'], {
    places: anywhere,
    run: waiter(waitOptions),
    probe: firstAddress,
    waits: true,
    waitsForever: hasNoTimeout,
  }),
  command('network', ['wait-for-port'], { run: waiter(waitOptions), probe: firstAddress, waits: true }),
  command('network', ['wait-port'], { probe: firstAddress, waits: true }),
  command('network', ['kubernetes-wait'], waiter(waitOptions)),
  command('network', ['wait4x'], { run: waiter(wait4xOptions), probe: firstAddress, waits: true }),
  command('network', ['dockerize'], { run: waiter(dockerizeOptions), probe: addressAt('-wait'), waits: true }),
]
