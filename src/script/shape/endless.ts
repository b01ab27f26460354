/** Commands that never return: servers in the foreground, `sleep infinity`, `tail -f`. */
import type { Statement } from '../syntax/syntax.ts'
import type { Loop } from './waits.ts'
import { type Command, commandOf } from './walk.ts'

/** A command that never returns, so that the script never completes. */
export interface Endless {
  readonly offset: number
  /** `sleep infinity`, `the server nginx`. */
  readonly what: string
}

/** Longest sleep that is not endless, in seconds: a hundred days. */
const longestSleep = 100 * 24 * 3600

const units: ReadonlyMap<string, number> = new Map([
  ['', 1],
  ['s', 1],
  ['m', 60],
  ['h', 3600],
  ['d', 86_400],
])

function isEndlessSleep(args: readonly string[]): boolean {
  const seconds = args.reduce((sum, text) => {
    if (text === 'infinity' || text === 'inf') return Number.POSITIVE_INFINITY
    const match = /^(\d+(?:\.\d+)?)([smhd]?)$/.exec(text)
    return match === null ? Number.NaN : sum + Number(match[1]) * (units.get(match[2] ?? '') ?? Number.NaN)
  }, 0)
  return seconds > longestSleep
}

const has =
  (...words: readonly string[]) =>
  (args: readonly string[]) =>
    words.some((word) => args.includes(word))
const always = () => true
const lacks =
  (...words: readonly string[]) =>
  (args: readonly string[]) =>
    !words.some((word) => args.some((text) => text === word || text.startsWith(`${word}=`)))
const only = ['--version', '-v', '-V', '--help', '-h', '-t', '-T', '--initialize', '--initialize-insecure', '--bootstrap', '--validate']
/** Whether a server stays in the foreground: it does, unless it only prints its version or performs a setup step. */
const server = lacks(...only, '--daemonize', '--fork', '-d', '--daemon')

/** Programs that run until they are stopped, and a test whether they do with given arguments. */
const servers: ReadonlyMap<string, (args: readonly string[]) => boolean> = new Map([
  ['nginx', (args: readonly string[]) => args.join(' ').includes('daemon off')],
  ['httpd-foreground', always],
  ['httpd', has('FOREGROUND', '-DFOREGROUND')],
  ['apache2ctl', has('FOREGROUND', '-DFOREGROUND')],
  ...['redis-server', 'memcached', 'mongod', 'etcd', 'dockerd', 'envoy', 'haproxy', 'prometheus', 'caddy', 'traefik'].map(
    (name): [string, (args: readonly string[]) => boolean] => [
      name,
      name === 'caddy' ? has('run') : name === 'haproxy' ? has('-db', '-W') : server,
    ],
  ),
  ...['mysqld', 'mariadbd', 'postgres'].map((name): [string, (args: readonly string[]) => boolean] => [name, server]),
  ...['gunicorn', 'uvicorn', 'cloud_sql_proxy', 'cloud-sql-proxy', 'fluent-bit', 'filebeat', 'fluentd'].map(
    (name): [string, (args: readonly string[]) => boolean] => [name, server],
  ),
  ['sshd', has('-D')],
  ['crond', has('-f')],
  ['supervisord', has('-n', '--nodaemon')],
  ['vault', (args: readonly string[]) => args[0] === 'server'],
  ['consul', (args: readonly string[]) => args[0] === 'agent'],
  ['minio', (args: readonly string[]) => args[0] === 'server'],
  ['opa', (args: readonly string[]) => args[0] === 'run' && has('--server', '-s')(args)],
  ['kubectl', (args: readonly string[]) => args[0] === 'proxy' || args[0] === 'port-forward'],
  ['nc', (args: readonly string[]) => args.some((text) => /^-\w*l\w*k|^-\w*k\w*l/.test(text)) || (has('-l')(args) && has('-k')(args))],
  ['python', (args: readonly string[]) => args[0] === '-m' && args[1] === 'http.server'],
  ['python3', (args: readonly string[]) => args[0] === '-m' && args[1] === 'http.server'],
  ['watch', server],
])

function endlessCommand(command: Command): string | undefined {
  if (command.limited) return undefined
  const { name, args } = command
  if (name === 'sleep' && isEndlessSleep(args)) return `sleep ${args.join(' ')}`
  if (
    name === 'tail' &&
    args.some((text) => text === '-F' || text === '--follow' || /^-\d*\w*f/.test(text)) &&
    !args.some((text) => text.startsWith('--pid'))
  )
    return `tail -f ${args.filter((text) => !text.startsWith('-')).join(' ')}`
  return servers.get(name)?.(args) === true ? `the server ${name}` : undefined
}

/** The first command that the script is certain to reach and that never returns. Undefined if there is none. */
export function endlessOf(body: readonly Statement[], variables: ReadonlyMap<string, string>, loops: readonly Loop[]): Endless | undefined {
  return endlessIn(body, variables, new Map(loops.map((loop) => [loop.offset, loop])))
}

function endlessIn(
  body: readonly Statement[],
  variables: ReadonlyMap<string, string>,
  loops: ReadonlyMap<number, Loop>,
): Endless | undefined {
  for (const statement of body) {
    const found = endlessStatement(statement, variables, loops)
    if (found !== undefined) return found
    const name = commandOf(statement, variables)?.name
    if (name === 'exit' || name === 'return') return undefined
  }
  return undefined
}

function endlessStatement(
  statement: Statement,
  variables: ReadonlyMap<string, string>,
  loops: ReadonlyMap<number, Loop>,
): Endless | undefined {
  switch (statement.kind) {
    case 'simple': {
      const command = commandOf(statement, variables)
      const what = command === undefined ? undefined : endlessCommand(command)
      return what === undefined ? undefined : { offset: statement.span.start, what }
    }
    case 'group':
    case 'subshell':
      return endlessIn(statement.body, variables, loops)
    case 'andOr':
      // Commands after && run if everything succeeds, which is the case that matters.
      return endlessIn(
        [statement.first, ...statement.rest.flatMap((part) => (part.operator === '&&' ? [part.statement] : []))],
        variables,
        loops,
      )
    case 'pipeline': {
      const last = statement.commands.at(-1)
      return last === undefined || statement.commands.length > 1 ? undefined : endlessStatement(last, variables, loops)
    }
    case 'loop': {
      const loop = loops.get(statement.span.start)
      const isEndless = loop?.always === true && !loop.leaves && !loop.bounded
      return isEndless ? { offset: statement.span.start, what: 'while true' } : undefined
    }
    default:
      return undefined
  }
}
