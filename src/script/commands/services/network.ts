/** Commands that only query: nc, nslookup, ping, wait-for-it.sh and similar. The first attempt is assumed to find what is waited for. */

import { concat, keyOf, literal, textOf } from '../../value/value.ts'
import { type Call, type CommandModel, command, type OptionTable } from '../command.ts'
import { readOptions, withTables } from '../kit/options.ts'

function query(call: Call): number {
  const text = call.arguments.map(keyOf).join(' ').replaceAll('\0', '')
  call.machine.print(concat([{ id: `${call.name} ${text}` }], literal('\n')))
  return 0
}

/** `ssh-keyscan HOST`: needs the network, and prints nothing without it. */
function scans(call: Call): number {
  call.fallible()
  return query(call)
}

/** `nc HOST PORT`: the response is unknown; with `-l` it is a server. */
function netcat(call: Call): number {
  const listens = call.arguments.some((word) => /^-[a-z]*l/.test(textOf(word) ?? ''))
  return listens ? call.notFollowed('what a listening server does') : query(call)
}

/** The options of these tools before a command. */
const waitOptions: OptionTable = {
  values: ['-t', '-h', '-p', '--timeout', '--host', '--port', '-i', '--interval', '-w', '--wait', '--state'],
  flags: ['-q', '--quiet', '-s', '--strict', '-v', '--verbose', '--child'],
}

/** github.com/jwilder/dockerize, "Command-line Options", and wait4x: words, as in Go's flag package. */
const dockerizeOptions: OptionTable = {
  style: 'words',
  values: [
    ...['-wait', '-timeout', '-wait-retry-interval', '-wait-http-header', '-template', '-stdout', '-stderr', '-poll', '-delims', '-env'],
    ...['-i', '-interval', '-t', '-expect-status-code', '-http-header', '-expect-body-regex', '-initial-interval', '-hdr'],
  ],
  flags: ['-no-overwrite', '-skip-tls-verify', '-q', '-quiet', '-insecure-skip-tls-verify', '-env-section', '-multiline', '-no-color'],
  operandsEndOptions: false,
}

/** `wait-for-it.sh HOST:PORT [-t N] [--] COMMAND`, `dockerize -wait tcp://… COMMAND`. */
function waits(call: Call): number {
  const words = call.arguments.map((word) => textOf(word) ?? '')
  const end = words.indexOf('--')
  const isDockerize = /(dockerize|wait4x)$/.test(call.name)
  const before = end === -1 ? call.arguments : call.arguments.slice(0, end)
  const options = readOptions({ ...call, arguments: before }, isDockerize ? dockerizeOptions : waitOptions)
  const isAddress = (text: string) => /:\d+$|^(tcp|http|https|unix|file|udp):/.test(text)
  const operands = options.operands.filter((word) => !isAddress(textOf(word) ?? keyOf(word)))
  const command = end === -1 ? (call.name.endsWith('dockerize') ? operands : []) : call.arguments.slice(end + 1)
  if (options.has('-template')) return call.notFollowed('the files that dockerize creates')
  return command.length === 0 ? 0 : call.run(command)
}

export const networkCommands: readonly CommandModel[] = [
  command('network', ['nc', 'ncat', 'netcat', 'telnet'], netcat, {
    form: 'nc -z, nslookup, dig, ping, wait-for-it.sh',
    again: 'no change',
    safeWhen: '',
  }),
  command(
    'network',
    ['nslookup', 'dig', 'host', 'ping', 'ping6', 'traceroute', 'ss', 'netstat', 'ifconfig', 'arp', 'ipcalc', 'grpc_health_probe'],
    query,
  ),
  command('network', ['ssh-keyscan'], scans, { form: 'ssh-keyscan HOST', again: 'no change: prints the same keys', safeWhen: '' }),
  command(
    'network',
    ['wait-for-it.sh', 'wait-for-it', 'wait-for', 'wait-for.sh', 'wait4x', 'wait-for-port', 'dockerize', 'kubernetes-wait'],
    withTables(
      [
        ...['wait-for-it.sh', 'wait-for-it', 'wait-for', 'wait-for.sh', 'wait-for-port', 'kubernetes-wait'].map((after) => ({
          after,
          table: waitOptions,
        })),
        ...['wait4x', 'dockerize'].map((after) => ({ after, table: dockerizeOptions })),
      ],
      waits,
    ),
  ),
]
