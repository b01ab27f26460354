/** Repairs that depend on the program: what to try if it fails, if it changes the result, and if a kill leaves part of its result. */
import { keyOf, textOf } from '../value/value.ts'
import type { Edit } from './draft.ts'
import { git, gitClone } from './git.ts'
import { cleaned, first, guarded, one, options, type Repairs, renamed, withLetters } from './kit.ts'
import { isWritten, removed, replaced, type Situation, type WrittenWord, withoutSlash } from './situation.ts'

/** Skips the command if its input is gone, because it has consumed it. */
const consumes: Repairs = (situation) =>
  situation.operands.slice(0, -1).flatMap((word) => guarded(situation, `[ ! -e ${situation.raw(word)} ]`))

const consumesAll: Repairs = (situation) => {
  const [first, ...others] = situation.operands
  return first === undefined || others.length > 0 ? [] : guarded(situation, `[ ! -e ${situation.raw(first)} ]`)
}

/** `cp -r a b` copies into b if it exists; `cp -r a/. b` never nests. */
const copyInto: Repairs = (situation) => {
  const [source, target, ...more] = situation.operands
  if (source === undefined || target === undefined || more.length > 0) return []
  const from = withoutSlash(situation.raw(source))
  const edits = [...situation.before(`mkdir -p ${situation.raw(target)} && `), replaced(source, `${from}/.`)]
  const short = `copy ${from}/. into it, after mkdir -p`
  // BusyBox cp fails at a symbolic link that exists already, unless -f is set.
  return [{ edits, short }, ...withLetters(situation, 'f').map((candidate) => ({ edits: [...edits, ...candidate.edits], short }))]
}

/** Queries PostgreSQL's catalog first, because IF NOT EXISTS is not available for these objects. */
function askedFirst(catalog: string, column: string): Repairs {
  return (situation) => {
    const { rest, texts } = situation
    const name = texts.at(-1)
    if (name === undefined || !/^[A-Za-z_]\w*$/.test(name)) return []
    const connection = rest.filter(
      (word, index) => isWritten(word) && /^-[hpU]/.test(texts[/^-/.test(texts[index] ?? '') ? index : index - 1] ?? ''),
    )
    const raw = connection.filter(isWritten).map((word) => ` ${situation.raw(word)}`)
    return guarded(situation, `psql${raw.join('')} -tAc "SELECT 1 FROM ${catalog} WHERE ${column}='${name}'" | grep -q 1`)
  }
}

/** Statements that exist in a form that tolerates its own result; for the program's texts of SQL. */
const tolerant: readonly (readonly [RegExp, string])[] = [
  [/\b(CREATE\s+(?:UNIQUE\s+)?(?:TABLE|INDEX|VIEW|SCHEMA|EXTENSION|SEQUENCE|KEYSPACE|TRIGGER))\s+(?!IF\b)/gi, '$1 IF NOT EXISTS '],
  [/\b(DROP\s+(?:TABLE|INDEX|VIEW|SCHEMA|DATABASE|TRIGGER))\s+(?!IF\b)/gi, '$1 IF EXISTS '],
]

/** MySQL, MariaDB and others support IF NOT EXISTS for databases and users, PostgreSQL does not. */
const tolerantDatabases = [/\b(CREATE\s+(?:DATABASE|USER|ROLE))\s+(?!IF\b)/gi, '$1 IF NOT EXISTS '] as const

function sql(insert: string | undefined, ...more: readonly (readonly [RegExp, string])[]): Repairs {
  const inserts = insert === undefined ? [] : [[/\bINSERT\s+INTO\b/gi, insert] as const]
  return (situation) => {
    const bodies = (situation.site?.statement.redirections ?? []).flatMap((redirection) =>
      redirection.kind === 'here' ? [redirection.body] : [],
    )
    const texts = [...situation.writtenRest, ...bodies]
    const rewritten = (rules: readonly (readonly [RegExp, string])[]) =>
      texts.flatMap(({ span }): Edit[] => {
        const before = situation.text.slice(span.start, span.end)
        const after = rules.reduce((text, [pattern, replacement]) => text.replace(pattern, replacement), before)
        return after === before ? [] : [{ ...span, text: after }]
      })
    return [one(rewritten([...tolerant, ...more])), one(rewritten([...tolerant, ...more, ...inserts]))].flat()
  }
}

/** Options of useradd and adduser (shadow, Debian, BusyBox) that take a value. */
const valuesOfUserTools: ReadonlySet<string> = new Set([
  ...['-b', '-c', '-d', '-e', '-f', '-g', '-G', '-h', '-k', '-K', '-p', '-s', '-u', '-R', '-P', '-Z'],
  ...['--base-dir', '--comment', '--home-dir', '--home', '--expiredate', '--inactive', '--gid', '--groups', '--skel', '--key'],
  ...['--password', '--shell', '--uid', '--gecos', '--ingroup', '--conf', '--firstuid', '--lastuid', '--firstgid', '--lastgid'],
])

/** The first operand of a tool that creates a user or a group. */
function accountOf({ rest, texts }: Situation): WrittenWord | undefined {
  const word = rest.find((_word, index) => !(texts[index] ?? '').startsWith('-') && !valuesOfUserTools.has(texts[index - 1] ?? ''))
  return word !== undefined && isWritten(word) ? word : undefined
}

function account(question: string): Repairs {
  return (situation) => {
    const word = accountOf(situation)
    if (word === undefined) return []
    return guarded(situation, `${question} ${situation.raw(word)} > /dev/null 2>&1`).map((candidate) => ({
      ...candidate,
      isTolerant: true,
    }))
  }
}

/** `kubectl create` as `kubectl apply`. */
const kubectl: Repairs = (situation) => {
  const last = situation.hazard.words.at(-1)
  if (!situation.texts.includes('create') || last === undefined || !isWritten(last)) return []
  const { end } = last.span
  return [
    {
      edits: [{ start: end, end, text: ' --dry-run=client -o yaml | kubectl apply -f -' }],
      service: 'kubernetes',
      short: 'use kubectl apply instead',
    },
  ]
}

/** Asks with -C whether the rule is there already. */
const iptables: Repairs = (situation) => {
  const { texts, rest, name, text } = situation
  const action = texts.findIndex((word) => word === '-A' || word === '-I')
  const [flag, last] = [rest[action], rest.at(-1)]
  if (name === undefined || flag === undefined || !isWritten(flag) || last === undefined || !isWritten(last)) return []
  const position = rest[action + 2]
  const isNumbered = /^\d+$/.test(texts[action + 2] ?? '') && position !== undefined && isWritten(position)
  const chain = rest[action + 1]
  if (chain === undefined || !isWritten(chain)) return []
  const tail = text.slice(isNumbered ? position.span.end : chain.span.end, last.span.end)
  return guarded(situation, `${text.slice(name.span.start, flag.span.start)}-C ${situation.raw(chain)}${tail} 2> /dev/null`)
}

const guardedBy =
  (test: string, suffix = ''): Repairs =>
  (situation) => {
    const path = situation.written()
    return path === undefined ? [] : guarded(situation, `[ ${test} ${path}${suffix} ]`)
  }

/** Empties a file instead of adding to it. */
const overwrites: Repairs = (situation) => {
  const word = situation.writtenRest.find(({ value }) => textOf(value) === '-a')
  return word === undefined ? [] : one([removed(word, situation.text)])
}

/** Names the file, because wget gives the next download another name. */
const named: Repairs = (situation) => {
  const path = situation.written(situation.path?.replace(/\.\d+$/, ''))
  const isNamed = situation.texts.some((text) => text === undefined || /^-\w*[OP]|^--(output|directory)/.test(text))
  return path === undefined || isNamed ? [] : one(situation.withOptions(`-O ${path}`))
}

/** Appends a line only if the file does not have it yet. */
export const appendOnce: Repairs = (situation) => {
  const [line, ...more] = situation.program === 'echo' ? situation.rest : []
  const target = situation.hazard.targets.find(({ operator }) => operator === '>>')
  if (line === undefined || !isWritten(line) || more.length > 0 || target === undefined || !isWritten(target)) return []
  return guarded(situation, `grep -qxF -- ${situation.raw(line)} ${situation.raw(target)} 2> /dev/null`)
}

/** Options with which cp and mv do not overwrite. */
export const keeping = /^(-n|--no-clobber|--update=none|-[a-zA-Z]*n[a-zA-Z]*)$/

/** Copies again on storage that only init containers have used so far: an incomplete copy is overwritten. */
const overwriting: Repairs = ({ hazard, writtenRest, text }) => {
  const kept = writtenRest.filter(({ value }) => /^(-n|--no-clobber|--update=none)$/.test(keyOf(value)))
  return hazard.storage === 'pod' ? one(kept.map((word) => removed(word, text))) : []
}

const rows = (names: string, repairs: Repairs): [string, Repairs][] => names.split(' ').map((name) => [name, repairs])

/** By the program that fails. */
export const failing: ReadonlyMap<string, Repairs> = new Map<string, Repairs>([
  ...rows('mkdir', options('-p')),
  ...rows('rmdir', guardedBy('! -d')),
  ...rows('rm', (situation) => withLetters(situation, 'f')),
  ...rows('unlink', ({ name }) => (name === undefined ? [] : one([replaced(name, 'rm -f')]))),
  ...rows('ln', (situation) => withLetters(situation, situation.texts.some((text) => /^-\w*s|^--symbolic/.test(text ?? '')) ? 'fn' : 'f')),
  ...rows('mv', consumes),
  ...rows('gzip bzip2 xz zstd', first(options('-f'), consumesAll)),
  ...rows('gunzip bunzip2 unxz unzstd', first(options('-f'), consumesAll)),
  ...rows('git', git),
  ...rows('initdb', guardedBy('-s', '/PG_VERSION')),
  ...rows('pg_restore', options('--clean --if-exists')),
  ...rows('cp', options('-f')),
  ...rows('unzip', options('-o')),
  ...rows('createdb', askedFirst('pg_database', 'datname')),
  ...rows('createuser', askedFirst('pg_roles', 'rolname')),
  ...rows('psql', sql(undefined)),
  ...rows('mysql mariadb cqlsh clickhouse-client', sql(undefined, tolerantDatabases)),
  ...rows('sqlite3', sql('INSERT OR IGNORE INTO')),
  ...rows('wget', named),
  ...rows('useradd adduser', account('id')),
  ...rows('groupadd addgroup', account('getent group')),
  ...rows('keytool', cleaned),
  ...rows('ssh-keygen', first(guardedBy('-s'), cleaned)),
  ...rows('kubectl', kubectl),
  ...rows('helm', (situation) => renamed(situation, 'install', 'upgrade --install')),
  ...rows('mc', (situation) => renamed(situation, 'mb', 'mb --ignore-existing')),
])

/** By the program that changes the result. */
export const differing: ReadonlyMap<string, Repairs> = new Map<string, Repairs>([
  ...rows('cp', copyInto),
  ...rows('ln', (situation) => withLetters(situation, 'fn')),
  ...rows('tee', overwrites),
  ...rows('wget', named),
  ...rows('sqlite3', sql('INSERT OR IGNORE INTO')),
  ...rows('mysql mariadb', sql('INSERT IGNORE INTO')),
  ...rows('iptables ip6tables', iptables),
])

/** By the program that a kill leaves with part of its result. */
export const interrupted: ReadonlyMap<string, Repairs> = new Map<string, Repairs>([
  ...rows('mkdir', options('-p')),
  ...rows('git', (situation) => (situation.texts.includes('clone') ? gitClone(situation) : [])),
  ...rows('cp', first(overwriting, options('-f'), copyInto)),
  ...rows('unzip', options('-o')),
  ...rows('keytool ssh-keygen', cleaned),
  ...rows('gunzip gzip', options('-f')),
  ...rows('wget', named),
])

/** Whether a value names an output in an option: `--output=PATH`, `-oPATH`. */
export function namesInOption(word: WrittenWord, path: string): boolean {
  const key = keyOf(word.value)
  return key.startsWith('-') && (key.endsWith(`=${path}`) || key.slice(2) === path)
}
