/** Commands that only query: nc, nslookup, ping, wait-for-it.sh and similar. The first attempt is assumed to find what is waited for. */

import { concat, keyOf, literal, textOf } from '../../value/value.ts'
import { type Call, type CommandModel, command } from '../command.ts'
import { readServiceOptions } from '../kit/service.ts'

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

/** `wait-for-it.sh HOST:PORT [-t N] [--] COMMAND`, `dockerize -wait tcp://… COMMAND`. */
function waits(call: Call): number {
  const words = call.arguments.map((word) => textOf(word) ?? '')
  const end = words.indexOf('--')
  if (end !== -1) return end + 1 < words.length ? call.run(call.arguments.slice(end + 1)) : 0
  const values = ['-t', '-h', '-p', '--timeout', '--host', '--port', '-wait', '-timeout', '-wait-retry-interval', '-wait-http-header']
  const { operands } = readServiceOptions(call.arguments, { values })
  const isAddress = (text: string) => /:\d+$|^(tcp|http|https|unix|file|udp):/.test(text)
  const command = operands.filter((word) => !isAddress(textOf(word) ?? keyOf(word)))
  if (call.name === 'dockerize' && command.length > 0) {
    return words.includes('-template') ? call.notFollowed('the files that dockerize creates') : call.run(command)
  }
  return 0
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
    waits,
  ),
]
