/** Commands that never return: servers in the foreground, `sleep infinity`, `tail -f`. */
import type { Statement } from '../syntax/syntax.ts'
import type { Command } from './commands.ts'

/** A command that never returns, so that the script never completes. */
export interface Endless {
  /** Line in the script, counted from 1. */
  readonly line: number
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

/** `nc -lk`: the flags of one argument. */
function listensAgain(args: readonly string[]): boolean {
  return args.some((text) => {
    const flags = /^-(\w*)/.exec(text)?.[1] ?? ''
    return flags.includes('l') && flags.includes('k')
  })
}

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
  ['nc', (args: readonly string[]) => listensAgain(args) || (has('-l')(args) && has('-k')(args))],
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
    args.some((text) => text === '-F' || text === '--follow' || /^-\w*f/.test(text)) &&
    !args.some((text) => text.startsWith('--pid'))
  )
    return `tail -f ${args.filter((text) => !text.startsWith('-')).join(' ')}`
  return servers.get(name)?.(args) === true ? `the server ${name}` : undefined
}

/** What is known of a script's statements. */
export interface StatementFacts {
  commandOf(statement: Statement): Command | undefined
  /** Whether a loop never ends. */
  isEndless(statement: Statement): boolean
  lineOf(offset: number): number
}

/** The first command that the script is certain to reach and that never returns. Undefined if there is none. */
export function endlessOf(body: readonly Statement[], facts: StatementFacts): Endless | undefined {
  for (const statement of body) {
    const found = endlessStatement(statement, facts)
    if (found !== undefined) return found
    const name = facts.commandOf(statement)?.name
    if (name === 'exit' || name === 'return') return undefined
  }
  return undefined
}

function endlessStatement(statement: Statement, facts: StatementFacts): Endless | undefined {
  const at = (what: string): Endless => ({ line: facts.lineOf(statement.span.start), what })
  switch (statement.kind) {
    case 'simple': {
      const command = facts.commandOf(statement)
      const what = command === undefined ? undefined : endlessCommand(command)
      return what === undefined ? undefined : at(what)
    }
    case 'group':
    case 'subshell':
      return endlessOf(statement.body, facts)
    case 'andOr':
      // Commands after && run if everything succeeds, which is the case that matters.
      return endlessOf([statement.first, ...statement.rest.flatMap((part) => (part.operator === '&&' ? [part.statement] : []))], facts)
    case 'pipeline': {
      const last = statement.commands.at(-1)
      return last === undefined || statement.commands.length > 1 ? undefined : endlessStatement(last, facts)
    }
    case 'loop':
      return facts.isEndless(statement) ? at('while true') : undefined
    default:
      return undefined
  }
}
