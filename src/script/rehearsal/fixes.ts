/** What to write instead of a command that does not bear being run again: a concrete line where one is known. */
import { nodeRoot } from '../machine/known-folders.ts'
import { shown, valueOfKey } from '../value/value.ts'
import type { Hazard } from './rehearsal.ts'

/** Tools whose second word says what they do. */
const withSubcommand: ReadonlySet<string> = new Set([
  ...['git', 'kubectl', 'helm', 'aws', 'gsutil', 'gcloud', 'mc', 'vault', 'consul', 'etcdctl', 'rabbitmqctl', 'npm', 'pip', 'ip', 'go'],
])

/** The command in one or two words, as a sentence names it: `git clone`, `mkdir`. */
export function shortName(command: string): string {
  const words = wordsOf(command)
  const name = baseName(words[0] ?? '')
  const second = words.slice(1).find((word) => !word.startsWith('-') && !word.startsWith('/'))
  return withSubcommand.has(name) && second !== undefined ? `${name} ${second}` : name
}

/** A path key as a person writes it; for a thing of a service its kind and name. */
export function shownPath(path: string): string {
  const whole = shown(valueOfKey(path))
  // The node's own files, as the command writes them that runs there.
  const text = whole.startsWith(`${nodeRoot}/`) ? whole.slice(nodeRoot.length) : whole
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
 * @param mountPoint whether the path is where a volume is mounted: such a folder can be emptied, but not removed
 */
export function fixOf(hazard: Hazard, mountPoint: boolean): string {
  const path = shownPath(hazard.path)
  if (hazard.obligation === 'interrupted') return interruptedFix(hazard, path)
  if (hazard.obligation !== 'repeat' && hazard.outcome !== 'fails' && hazard.storage !== 'sandbox')
    return 'let the guard test what the last command makes'
  const words = wordsOf(hazard.command)
  const name = baseName(words[0] ?? '')
  const rest = words.slice(1)
  const known = (hazard.outcome === 'fails' ? failing : differing).get(name)?.({ rest, path, mountPoint, command: hazard.command })
  if (known !== undefined) return known
  if (hazard.isRefused === true) return `rm -f ${path} first`
  if (hazard.path.startsWith('//')) return `look first whether ${path} is there`
  if (hazard.outcome === 'duplicates') return `begin ${path} anew with > before anything is added`
  // A redirection is no word of the command.
  const target = hazard.command.includes(path.slice(path.lastIndexOf('/') + 1)) ? '' : ` > ${path}`
  if (hazard.outcome === 'replaces') return `[ -s ${path} ] || ${hazard.command}${target}`
  return hazard.path === '' ? 'look first whether its work is done' : `[ -e ${path} ] || ${hazard.command}`
}

function interruptedFix({ command, outcome }: Hazard, path: string): string {
  const repository = /^(.+)\/\.git(?:\/.*)?$/.exec(path)?.[1]
  // What is cloned into a folder that is there already cannot be moved there.
  if (repository !== undefined && shortName(command) === 'git clone') return `find ${repository} -mindepth 1 -delete first`
  if (repository !== undefined || shortName(command) === 'git clone')
    return `clone into ${repository ?? path}.tmp, then mv it to ${repository ?? path}`
  const [name = ''] = wordsOf(command)
  if (outcome === 'fails' && overwriting.has(baseName(name))) return added(overwriting.get(baseName(name)) ?? '')(command)
  return path === '/' ? 'work in a temporary place and mv the result' : `write to ${path}.tmp, then mv it to ${path}`
}

interface Case {
  readonly rest: readonly string[]
  readonly path: string
  readonly mountPoint: boolean
  readonly command: string
}

type Fix = (hazard: Case) => string | undefined

const operands = (rest: readonly string[]) => rest.filter((word) => !word.startsWith('-'))
const emptied: Fix = ({ path, mountPoint }) => (mountPoint ? `find ${path} -mindepth 1 -delete first` : `rm -rf ${path} first`)
const added = (options: string) => (command: string) => {
  const [name = '', ...rest] = wordsOf(command)
  return [name, options, ...rest].join(' ')
}

/** By the program: the option with which it does not mind what is there. */
const overwriting: ReadonlyMap<string, string> = new Map([
  ['cp', '-f'],
  ['unzip', '-o'],
  ['gunzip', '-kf'],
  ['bunzip2', '-kf'],
  ['unxz', '-kf'],
])

/** By the subcommand of git that makes something new. */
const gitFix: Fix = ({ rest, command }) => {
  if (rest.includes('remote')) return `git remote get-url ${rest[rest.indexOf('add') + 1] ?? ''} || ${command}`
  if (rest.includes('checkout')) return command.replace(' -b ', ' -B ')
  if (rest.includes('switch')) return command.replace(' -c ', ' -C ')
  return rest.includes('tag') || rest.includes('branch') ? command.replace(/ (tag|branch) /, ' $1 -f ') : undefined
}

/** Asks PostgreSQL's catalog first; it has no IF NOT EXISTS for these. */
function askedFirst(catalog: string, column: string): Fix {
  return ({ rest, command }) => {
    const connection = rest.flatMap((word, index) => (/^-[hpU]$/.test(word) ? [word, rest[index + 1] ?? ''] : []))
    const query = `"SELECT 1 FROM ${catalog} WHERE ${column}='${rest.at(-1) ?? ''}'"`
    return `${['psql', ...connection].join(' ')} -tAc ${query} | grep -q 1 || ${command}`
  }
}

/** PostgreSQL knows no `CREATE DATABASE IF NOT EXISTS`, and none for roles. */
const created: Fix = ({ command }) =>
  /CREATE (DATABASE|USER|ROLE)/i.test(command)
    ? 'SELECT from pg_database or pg_roles first, and CREATE only where no row comes back'
    : 'say IF NOT EXISTS'

/** By the program that fails. */
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
    () => 'write it as if …; then …; fi: a test that is false leaves its status behind',
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
  ['keytool', ({ path }) => `rm -f ${path} first`],
  ['ssh-keygen', ({ path, command }) => `[ -s ${path} ] || ${command}`],
  ['kubectl', ({ rest, command }) => (rest.includes('create') ? `${command} --dry-run=client -o yaml | kubectl apply -f -` : undefined)],
  [
    'helm',
    ({ rest }) => (rest.includes('install') ? `helm upgrade --install ${rest.filter((word) => word !== 'install').join(' ')}` : undefined),
  ],
  ['mc', ({ rest }) => (rest[0] === 'mb' ? `mc mb --ignore-existing ${rest.slice(1).join(' ')}` : undefined)],
  ...['mysql', 'mariadb', 'sqlite3', 'cqlsh', 'clickhouse-client'].map((name): [string, Fix] => [name, () => 'say IF NOT EXISTS']),
])

/** By the program that changes the result. */
const differing: ReadonlyMap<string, Fix> = new Map<string, Fix>([
  ['cp', ({ rest }) => copyInto(rest)],
  ['ln', ({ rest }) => `ln -sfn ${operands(rest).join(' ')}`],
  ['mv', ({ rest, path }) => `rm -rf ${operands(rest).at(-1) ?? path} first`],
  ...['psql', 'mysql', 'mariadb', 'sqlite3'].map((name): [string, Fix] => [
    name,
    () => 'let a key and ON CONFLICT or INSERT IGNORE settle it',
  ]),
  ['iptables', ({ command }) => `${command.replace(/ -[AI] (\S+)(?: \d+(?= ))?/, ' -C $1')} || ${command}`],
])

/** `cp -r a b` nests where b is there; `cp -r a/. b` never does. */
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
