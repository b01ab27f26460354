/** Commands that probe whether a server is available, and which server. */
import type { Command } from './commands.ts'
import { unknownPiece } from './words.ts'

/** A server that a command probes. */
export interface Probe {
  /** Undefined if it is known only at run time. */
  readonly host: string | undefined
  readonly port: number | undefined
  /** Whether the command only looks up the name, so that no server has to listen. */
  readonly nameOnly: boolean
}

type Target = readonly [host: string | undefined, port: number | undefined]

/** Reads the server from a tool's arguments; undefined if they name none. */
type Reader = (args: readonly string[]) => Target | undefined

/** The value of an option: `-h x`, `-hx`, `--host=x`, `--host x`. */
function option(args: readonly string[], ...names: readonly string[]): string | undefined {
  for (const [index, text] of args.entries()) {
    for (const name of names) {
      if (text === name) return args[index + 1]
      if (name.startsWith('--') && text.startsWith(`${name}=`)) return text.slice(name.length + 1)
      if (!name.startsWith('--') && text.startsWith(name) && !text.startsWith('--')) return text.slice(name.length)
    }
  }
  return undefined
}

/** Reads `host:port`, also after a scheme and before a path. */
function address(text: string, ports: ReadonlyMap<string, number> = new Map()): Target {
  const match = /^(?:([a-z][a-z0-9+.-]*):\/\/)?(?:[^/@]*@)?(\[[0-9a-fA-F:]+\]|[^:/,?]+)(?::(\d+))?(?:[/,?]|$)/.exec(text)
  if (match === null) return [undefined, undefined]
  const [, scheme = '', host = '', port] = match
  return [plainHost(host), port === undefined ? ports.get(scheme) : Number(port)]
}

function plainHost(text: string): string | undefined {
  const host = text.replace(/^\[|\]$/g, '')
  return host === '' || host.includes(unknownPiece) ? undefined : host
}

function numberOf(text: string | undefined): number | undefined {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined
}

/** The words that are not options. Options that match `withValue` take the next word as their value. */
function operands(args: readonly string[], withValue: RegExp): string[] {
  const found: string[] = []
  for (let index = 0; index < args.length; index++) {
    const text = args[index] ?? ''
    if (withValue.test(text)) index++
    else if (!text.startsWith('-')) found.push(text)
  }
  return found
}

const netcat: Reader = (args) => {
  const [host, port] = operands(args, /^-[a-zA-Z]*[wipsxXqe]$/)
  return host === undefined ? undefined : [plainHost(host), numberOf(port)]
}

const client =
  (port: number, hostOptions: readonly string[], portOptions: readonly string[], defaultHost?: string): Reader =>
  (args) => {
    const host = option(args, ...hostOptions) ?? defaultHost
    const given = option(args, ...portOptions)
    return host === undefined ? undefined : [plainHost(host), given === undefined ? port : numberOf(given)]
  }

const webPorts: ReadonlyMap<string, number> = new Map([
  ['', 80],
  ['http', 80],
  ['https', 443],
])

const web: Reader = (args) => {
  const urls = operands(
    args,
    /^(-[a-zA-Z]*[oOXHdutTmUPwxeQ]|--(output|request|header|data|user|max-time|connect-timeout|timeout|tries|retry|retry-delay|write-out|cacert|cert|key))$/,
  )
  const url = urls.find((text) => text.includes('://')) ?? urls[0]
  return url === undefined ? undefined : address(url, webPorts)
}

const addressAt =
  (...options: readonly string[]): Reader =>
  (args) => {
    const text = option(args, ...options)
    return text === undefined ? undefined : address(text)
  }

const firstAddress: Reader = (args) => {
  const text = args.find((candidate) => /^[^-\s][^\s]*:\d+/.test(candidate))
  if (text !== undefined) return address(text)
  const [host, port] = [option(args, '-h', '--host'), option(args, '-p', '--port')]
  return host === undefined ? undefined : [plainHost(host), numberOf(port)]
}

const readers: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ...['nc', 'ncat', 'netcat', 'telnet'].map((name): [string, Reader] => [name, netcat]),
  ...['pg_isready', 'psql', 'createdb', 'pg_dump'].map((name): [string, Reader] => [
    name,
    client(5432, ['-h', '--host'], ['-p', '--port']),
  ]),
  ...['mysqladmin', 'mysql', 'mariadb', 'mariadb-admin'].map((name): [string, Reader] => [
    name,
    client(3306, ['-h', '--host'], ['-P', '--port']),
  ]),
  ['redis-cli', client(6379, ['-h'], ['-p'], '127.0.0.1')],
  ...['mongo', 'mongosh'].map((name): [string, Reader] => [name, client(27017, ['--host', '-h'], ['--port'])]),
  ...['curl', 'wget'].map((name): [string, Reader] => [name, web]),
  ...['kafka-topics.sh', 'kafka-topics', 'kafka-broker-api-versions.sh'].map((name): [string, Reader] => [
    name,
    addressAt('--bootstrap-server'),
  ]),
  ['grpc_health_probe', addressAt('-addr', '--addr')],
  ['etcdctl', addressAt('--endpoints')],
  ['dockerize', addressAt('-wait')],
])

/** Tools whose only purpose is to wait for a server. */
const waiters: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ...['wait-for-it', 'wait-for-it.sh', 'wait-for', 'wait-for.sh', 'wait4x', 'wait-for-port', 'wait-port'].map((name): [string, Reader] => [
    name,
    firstAddress,
  ]),
  ['dockerize', addressAt('-wait')],
])

/** Tools that only look up a name, or reach a host without connecting to a server on it. */
const lookups: ReadonlySet<string> = new Set(['nslookup', 'getent', 'dig', 'host', 'ping'])

/** The server that a command probes, undefined if it probes none. */
export function probeOf(command: Command): Probe | undefined {
  if (lookups.has(command.name)) {
    const names = command.args.filter((text) => !text.startsWith('-') && text !== 'hosts' && text !== 'ahosts')
    return { host: plainHost(names[0] ?? ''), port: undefined, nameOnly: true }
  }
  const target = (readers.get(command.name) ?? waiters.get(command.name))?.(command.args)
  return target === undefined ? undefined : { host: target[0], port: target[1], nameOnly: false }
}

/** Whether the command itself waits until a server answers. */
export function isWaiter({ name }: Command): boolean {
  return waiters.has(name)
}

/** Whether a waiting tool is told never to give up: `wait-for-it -t 0`. */
export function isPatient({ name, args }: Command): boolean {
  if (!/^wait-for(-it)?(\.sh)?$/.test(name)) return false
  return option(args, '-t', '--timeout') === '0'
}

/** Whether the host is the pod itself, which all its containers share. */
export function isLocal(host: string | undefined): boolean {
  return host !== undefined && (host === 'localhost' || host === '::1' || host === '0.0.0.0' || /^127\.\d+\.\d+\.\d+$/.test(host))
}
