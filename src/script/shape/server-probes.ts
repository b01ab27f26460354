/** Which server a command line names: readers for the records of programs. */
import type { Probe } from './program.ts'
import { unknownPiece } from './words.ts'

type Target = readonly [host: string | undefined, port: number | undefined]

/** Reads the server from the arguments of a program; undefined if they name none. */
type Reader = (args: readonly string[]) => Probe | undefined

const reader =
  (read: (args: readonly string[]) => Target | undefined): Reader =>
  (args) => {
    const target = read(args)
    return target === undefined ? undefined : { host: target[0], port: target[1], nameOnly: false }
  }

/** The value of an option: `-h x`, `-hx`, `--host=x`, `--host x`, `-addr=x`. */
function option(args: readonly string[], ...names: readonly string[]): string | undefined {
  for (const [index, text] of args.entries()) {
    for (const name of names) {
      if (text === name) return args[index + 1]
      if (name.length > 2 && text.startsWith(`${name}=`)) return text.slice(name.length + 1)
      if (name.length === 2 && text.startsWith(name) && !text.startsWith('--')) return text.slice(name.length)
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

/** `nc -z HOST PORT`. */
export const hostAndPort: Reader = reader((args) => {
  const [host, port] = operands(args, /^-[a-zA-Z]*[wipsxXqe]$/)
  return host === undefined ? undefined : [plainHost(host), numberOf(port)]
})

/** `nslookup NAME`, `ping HOST`: looks up a name, or reaches a host without connecting to a server on it. @param withValue see `operands` */
const lookupAfter =
  (withValue: RegExp): Reader =>
  (args) => {
    const name = operands(args, withValue).find((text) => !/^(?:ahosts|hosts|[@+].*)$/.test(text))
    return { host: plainHost(name ?? ''), port: undefined, nameOnly: true }
  }

/** `nslookup NAME`: its options contain their values. */
export const lookup: Reader = lookupAfter(/^$/)

/** `ping -c 1 HOST` (iputils ping(8), and BusyBox), `dig -p 53 NAME`, `host -t A NAME` (BIND 9). */
export const lookupWithOptions: Reader = lookupAfter(/^-[a-zA-Z46]*[cWwiIstTMQSpmlbqfkRN]$/)

/** The client of a database: its options for the host and the port, and their defaults. */
export const client = (port: number, hostOptions: readonly string[], portOptions: readonly string[], defaultHost?: string): Reader =>
  reader((args) => {
    const host = option(args, ...hostOptions) ?? defaultHost
    const given = option(args, ...portOptions)
    return host === undefined ? undefined : [plainHost(host), given === undefined ? port : numberOf(given)]
  })

const webPorts: ReadonlyMap<string, number> = new Map([
  ['', 80],
  ['http', 80],
  ['https', 443],
])

/** `curl URL`. */
export const web: Reader = reader((args) => {
  const urls = operands(
    args,
    /^(-[a-zA-Z]*[oOXHdutTmUPwxeQ]|--(output|request|header|data|user|max-time|connect-timeout|timeout|tries|retry|retry-delay|write-out|cacert|cert|key))$/,
  )
  const url = urls.find((text) => text.includes('://')) ?? urls[0]
  return url === undefined ? undefined : address(url, webPorts)
})

/** The address in an option. */
export const addressAt = (...options: readonly string[]): Reader =>
  reader((args) => {
    const text = option(args, ...options)
    return text === undefined ? undefined : address(text)
  })

/** `wait-for-it HOST:PORT`, `wait-for-it -h HOST -p PORT`. */
export const firstAddress: Reader = reader((args) => {
  const text = args.find((candidate) => /^[^-\s][^\s]*:\d+/.test(candidate))
  if (text !== undefined) return address(text)
  const [host, port] = [option(args, '-h', '--host'), option(args, '-p', '--port')]
  return host === undefined ? undefined : [plainHost(host), numberOf(port)]
})

/** `wait-for-it -t 0`: never gives up. */
export function hasNoTimeout(args: readonly string[]): boolean {
  return option(args, '-t', '--timeout') === '0'
}

/** Whether the host is the pod itself, which all its containers share. */
export function isLocal(host: string | undefined): boolean {
  return host !== undefined && (host === 'localhost' || host === '::1' || host === '0.0.0.0' || /^127\.\d+\.\d+\.\d+$/.test(host))
}
