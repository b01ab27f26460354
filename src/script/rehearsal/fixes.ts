/** Fixes for commands that are not safe to run again: the command to use instead, if one is known, or an instruction. */
import { nodeRoot } from '../machine/known-folders.ts'
import { shown, valueOfKey } from '../value/value.ts'
import type { Hazard } from './rehearsal.ts'

/** Tools with subcommands. */
const withSubcommand: ReadonlySet<string> = new Set([
  ...['git', 'kubectl', 'helm', 'aws', 'gsutil', 'gcloud', 'mc', 'vault', 'consul', 'etcdctl', 'rabbitmqctl', 'npm', 'pip', 'ip', 'go'],
])

/** The command in one or two words, for use in a sentence: `git clone`, `mkdir`. */
export function shortName(command: string): string {
  const words = wordsOf(command)
  const name = baseName(words[0] ?? '')
  const second = words.slice(1).find((word) => !word.startsWith('-') && !word.startsWith('/'))
  return withSubcommand.has(name) && second !== undefined ? `${name} ${second}` : name
}

/** A path key for readers; for an object of a service, its kind and name. */
export function shownPath(path: string): string {
  const full = shown(valueOfKey(path))
  // The command that runs on the node names its files without this prefix.
  const text = full.startsWith(`${nodeRoot}/`) ? full.slice(nodeRoot.length) : full
  if (!text.startsWith('//')) return text === '' ? '/' : text
  return text
    .split('/')
    .filter((part) => part !== '')
    .slice(1)
    .join(' ')
    .replaceAll('\\', '/')
}

/**
 * The fix for a hazard, without a period.
 * @param mountPoint whether a volume is mounted at the path: such a directory can be emptied but not removed
 */
export function fixOf(hazard: Hazard, mountPoint: boolean): string {
  const path = shownPath(hazard.path)
  if (hazard.obligation === 'interrupted') return interruptedFix(hazard, path)
  if (hazard.obligation !== 'repeat' && hazard.outcome !== 'fails' && hazard.storage !== 'sandbox')
    return 'let the guard check the result of the last command'
  const words = wordsOf(hazard.command)
  const name = baseName(words[0] ?? '')
  const rest = words.slice(1)
  const known = (hazard.outcome === 'fails' ? failing : differing).get(name)?.({ rest, path, mountPoint, command: hazard.command })
  if (known !== undefined) return known
  if (hazard.isRefused === true) return `run rm -f ${path} first`
  if (hazard.path.startsWith('//')) return `check first whether ${path} exists`
  if (hazard.outcome === 'duplicates') return `write ${path} with > before appending to it`
  // The words of a command do not include its redirections.
  const target = hazard.command.includes(path.slice(path.lastIndexOf('/') + 1)) ? '' : ` > ${path}`
  if (hazard.outcome === 'replaces') return `[ -s ${path} ] || ${hazard.command}${target}`
  return hazard.path === '' ? 'check first whether its work is already done' : `[ -e ${path} ] || ${hazard.command}`
}

function interruptedFix({ command, outcome }: Hazard, path: string): string {
  const repository = /^(.+)\/\.git(?:\/.*)?$/.exec(path)?.[1]
  // A clone into an existing directory cannot be replaced by a clone elsewhere and a mv.
  if (repository !== undefined && shortName(command) === 'git clone') return `run find ${repository} -mindepth 1 -delete first`
  if (repository !== undefined || shortName(command) === 'git clone')
    return `clone into ${repository ?? path}.tmp, then mv it to ${repository ?? path}`
  const [name = ''] = wordsOf(command)
  if (outcome === 'fails' && overwriting.has(baseName(name))) return added(overwriting.get(baseName(name)) ?? '')(command)
  return path === '/' ? 'write to a temporary path, then mv the result into place' : `write to ${path}.tmp, then mv it to ${path}`
}

interface Case {
  readonly rest: readonly string[]
  readonly path: string
  readonly mountPoint: boolean
  readonly command: string
}

type Fix = (hazard: Case) => string | undefined

const operands = (rest: readonly string[]) => rest.filter((word) => !word.startsWith('-'))
const emptied: Fix = ({ path, mountPoint }) => (mountPoint ? `run find ${path} -mindepth 1 -delete first` : `run rm -rf ${path} first`)
const added = (options: string) => (command: string) => {
  const [name = '', ...rest] = wordsOf(command)
  return [name, options, ...rest].join(' ')
}

/** The option with which a program overwrites existing files. */
const overwriting: ReadonlyMap<string, string> = new Map([
  ['cp', '-f'],
  ['unzip', '-o'],
  ['gunzip', '-kf'],
  ['bunzip2', '-kf'],
  ['unxz', '-kf'],
])

/** Fixes for the subcommands of git that create something. */
const gitFix: Fix = ({ rest, command }) => {
  if (rest.includes('remote')) return `git remote get-url ${rest[rest.indexOf('add') + 1] ?? ''} || ${command}`
  if (rest.includes('checkout')) return command.replace(' -b ', ' -B ')
  if (rest.includes('switch')) return command.replace(' -c ', ' -C ')
  return rest.includes('tag') || rest.includes('branch') ? command.replace(/ (tag|branch) /, ' $1 -f ') : undefined
}

/** Queries PostgreSQL's catalog first, because IF NOT EXISTS is not available for these objects. */
function askedFirst(catalog: string, column: string): Fix {
  return ({ rest, command }) => {
    const connection = rest.flatMap((word, index) => (/^-[hpU]$/.test(word) ? [word, rest[index + 1] ?? ''] : []))
    const query = `"SELECT 1 FROM ${catalog} WHERE ${column}='${rest.at(-1) ?? ''}'"`
    return `${['psql', ...connection].join(' ')} -tAc ${query} | grep -q 1 || ${command}`
  }
}

/** PostgreSQL does not support IF NOT EXISTS for databases and roles. */
const created: Fix = ({ command }) =>
  /CREATE (DATABASE|USER|ROLE)/i.test(command)
    ? 'SELECT from pg_database or pg_roles first, and CREATE only if no row is returned'
    : 'add IF NOT EXISTS'

/** Fixes by the program that fails. */
const failing: ReadonlyMap<string, Fix> = new Map<string, Fix>([
  ['mkdir', ({ rest }) => `mkdir -p ${rest.filter((word) => word !== '-v').join(' ')}`],
  ['rmdir', ({ command, path }) => `[ ! -d ${path} ] || ${command}`],
  ['rm', ({ rest }) => `rm -${rest.some((word) => /^-\w*[rR]/.test(word)) ? 'rf' : 'f'} ${operands(rest).join(' ')}`],
  ['unlink', ({ rest }) => `rm -f ${rest.join(' ')}`],
  ['ln', ({ rest }) => `ln -sfn ${operands(rest).join(' ')}`],
  ['mv', ({ rest, command }) => `[ ! -e ${operands(rest)[0] ?? ''} ] || ${command}`],
  ['git', (hazard) => (hazard.rest.includes('clone') ? emptied(hazard) : gitFix(hazard))],
  ...['[', 'test', '[['].map((name): [string, Fix] => [
    name,
    () => 'write it as if …; then …; fi, because a false test sets the exit status',
  ]),
  ['initdb', ({ path, command }) => `[ -s ${path}/PG_VERSION ] || ${command}`],
  ['pg_restore', ({ command }) => added('--clean --if-exists')(command)],
  ...[...overwriting].map(([name, options]): [string, Fix] => [name, ({ command }) => added(options)(command)]),
  ['createdb', askedFirst('pg_database', 'datname')],
  ['createuser', askedFirst('pg_roles', 'rolname')],
  ['psql', created],
  ['wget', ({ path, command }) => `${command} -O ${path}`],
  ['useradd', ({ rest, command }) => `id ${rest.at(-1) ?? ''} || ${command}`],
  ['adduser', ({ rest, command }) => `id ${rest.at(-1) ?? ''} || ${command}`],
  ['groupadd', ({ rest, command }) => `getent group ${rest.at(-1) ?? ''} || ${command}`],
  ['addgroup', ({ rest, command }) => `getent group ${rest.at(-1) ?? ''} || ${command}`],
  ['keytool', ({ path }) => `run rm -f ${path} first`],
  ['ssh-keygen', ({ path, command }) => `[ -s ${path} ] || ${command}`],
  ['kubectl', ({ rest, command }) => (rest.includes('create') ? `${command} --dry-run=client -o yaml | kubectl apply -f -` : undefined)],
  [
    'helm',
    ({ rest }) => (rest.includes('install') ? `helm upgrade --install ${rest.filter((word) => word !== 'install').join(' ')}` : undefined),
  ],
  ['mc', ({ rest }) => (rest[0] === 'mb' ? `mc mb --ignore-existing ${rest.slice(1).join(' ')}` : undefined)],
  ...['mysql', 'mariadb', 'sqlite3', 'cqlsh', 'clickhouse-client'].map((name): [string, Fix] => [name, () => 'add IF NOT EXISTS']),
])

/** Fixes by the program that changes the result. */
const differing: ReadonlyMap<string, Fix> = new Map<string, Fix>([
  ['cp', ({ rest }) => copyInto(rest)],
  ['ln', ({ rest }) => `ln -sfn ${operands(rest).join(' ')}`],
  ['mv', ({ rest, path }) => `run rm -rf ${operands(rest).at(-1) ?? path} first`],
  ...['psql', 'mysql', 'mariadb', 'sqlite3'].map((name): [string, Fix] => [
    name,
    () => 'use a unique key with ON CONFLICT or INSERT IGNORE',
  ]),
  ['iptables', ({ command }) => `${command.replace(/ -[AI] (\S+)(?: \d+(?= ))?/, ' -C $1')} || ${command}`],
])

/** `cp -r a b` copies into b if it exists; `cp -r a/. b` never nests. */
function copyInto(rest: readonly string[]): string | undefined {
  const [source, target, ...more] = operands(rest)
  if (source === undefined || target === undefined || more.length > 0) return undefined
  const options = rest.filter((word) => word.startsWith('-')).join(' ')
  return `mkdir -p ${target} && cp ${options} ${source.replace(/\/$/, '')}/. ${target}`
}

function wordsOf(command: string): string[] {
  return command.split(' ').filter((word) => word !== '')
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}
