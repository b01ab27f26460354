/** Finds the literals of a script that may be secrets. */
import { isSecretFile, isSecretName, looksGenerated } from './secret-words.ts'
import { shellWords, type Word, type Words } from './shell-words.ts'

/** A part of a text; end exclusive. */
export interface Span {
  readonly start: number
  readonly end: number
}

/** Quotes within quotes are read to this depth. */
const maxDepth = 3

/** The literals of a text that may be secrets, in any order; they may overlap. Takes time linear in the length of the text. */
export function secretSpans(text: string): readonly Span[] {
  const spans: Span[] = []
  scan(text, 0, 0, spans)
  return spans
}

function scan(text: string, base: number, depth: number, spans: Span[]): void {
  const found = new Finder(base, spans)
  const commands = shellWords(text)
  let program = ''
  for (const [index, command] of commands.entries()) {
    // Redirections belong to the command before them.
    if (!/^[<>]/.test(command.operator)) program = ''
    program = readCommand(command, program, found)
    if (isWrittenToSecret(commands, index)) addOperands(command, found)
    if (depth === maxDepth) continue
    for (const { text: word, start, isQuoted } of command.words) if (isQuoted && /\s/.test(word)) scan(word, base + start, depth + 1, spans)
  }
}

function addOperands({ words }: Words, found: Finder): void {
  for (const { text, start } of words.slice(1)) if (!/^-[neE]+$/.test(text)) found.add(text, start)
}

/** Only variables or a command substitution, or hidden already: no literal. */
const reference = /^(?:\$\w+|\$\{\w+(?::?[-=?+])?\}|\$\([^()]*\)|\$|\*\*\*|[\s"'\\;]|pass:)+$/s

/** `${NAME:-default}` */
const withDefault = /^\$\{\w+:?[-=]([^{}]+)\}$/

/** A path says where a secret is. */
const path = /^[.~]?\/[^/\s]+\/\S*$/

class Finder {
  readonly #base: number
  readonly #spans: Span[]

  constructor(base: number, spans: Span[]) {
    this.#base = base
    this.#spans = spans
  }

  /** Adds a value without its quotes, unless it is empty, a reference or a path. */
  add(value: string, start: number): void {
    const quote = /^["']/.test(value) && value.length > 1 && value.endsWith(value.charAt(0)) ? 1 : 0
    const inner = value.slice(quote, value.length - quote)
    const byDefault = withDefault.exec(inner)?.[1]
    if (byDefault !== undefined) this.#push(byDefault, start + quote + inner.lastIndexOf(byDefault))
    else if (inner !== '' && !isReference(inner) && (!path.test(inner) || looksGenerated(inner))) this.#push(inner, start + quote)
  }

  #push(literal: string, start: number): void {
    this.#spans.push({ start: this.#base + start, end: this.#base + start + literal.length })
  }
}

function isReference(text: string): boolean {
  return text.length <= maxReference && reference.test(text)
}

/** Longest text that is compared with `reference`. */
const maxReference = 1000

/** Programs of which `-p` is followed by a password, or has it attached. */
const passwordPrograms: ReadonlySet<string> = new Set([
  ...['mysql', 'mysqldump', 'mysqladmin', 'mysqlimport', 'mysqlcheck', 'mysqlsh', 'mariadb', 'mariadb-dump', 'mariadb-admin', 'sshpass'],
  ...[
    'mongo',
    'mongosh',
    'mongodump',
    'mongorestore',
    'mongoimport',
    'mongoexport',
    'cqlsh',
    'rabbitmqadmin',
    '7z',
    '7za',
    '7zr',
    '7zz',
    'unrar',
  ],
])

/** Programs of which `-p` is something else: a flag, a port, a patch. */
const otherPrograms: ReadonlySet<string> = new Set([
  ...['mkdir', 'cp', 'mv', 'install', 'touch', 'tar', 'rsync', 'scp', 'ssh', 'nc', 'ncat', 'telnet', 'read', 'ps', 'ss', 'netstat', 'su'],
  ...[
    'test',
    'type',
    'command',
    'export',
    'declare',
    'trap',
    'umask',
    'set',
    'patch',
    'git',
    'psql',
    'pg_dump',
    'pg_restore',
    'pg_isready',
  ],
  ...['createdb', 'dropdb', 'createuser', 'redis-cli', 'kubectl', 'helm', 'perl', 'node', 'sed', 'make', 'bash', 'sh', 'unshare', 'mount'],
  ...['wait-for-it', 'dockerize', 'nmap', 'time', 'tee', 'rmdir', 'chmod', 'chown', 'find', 'unzip', 'gzip', 'docker', 'podman', 'curl'],
])

/** Other options of programs that take a password. */
const passwordOptions: ReadonlyMap<string, RegExp> = new Map([
  ['redis-cli', /^-a$/],
  ...['ldapsearch', 'ldapadd', 'ldapmodify'].map((program): [string, RegExp] => [program, /^-w$/]),
  ['openssl', /^-[kK]$/],
  ['ssh-keygen', /^-[NP]$/],
  ...['zip', 'unzip', 'sqlcmd', 'mosquitto_pub', 'mosquitto_sub'].map((program): [string, RegExp] => [program, /^-P$/]),
])

/** Subcommands whose operands from some position on are secrets. */
const secretOperands: readonly (readonly [words: RegExp, skipped: number])[] = [
  [/^rabbitmqctl .*\b(?:add_user|change_password)$/, 1],
  [/^(?:mc|mcli) alias set$/, 2],
  [/^(?:mc|mcli) config host add$/, 2],
  [/^consul kv put$/, 1],
  [/^etcdctl put$/, 1],
  [/^(?:htpasswd|mosquitto_passwd) -\w*b\w*$/, 2],
]

/** Options whose value is `user:password`. */
const userOptions = /^(?:-u|-U|--user|--proxy-user|--auth)$/

/** Words after which a secret follows: of SQL, .netrc and configuration commands. */
const announcing = /^(?:password|passwd|requirepass|masterauth|by)$/i

/** Schemes of the header Authorization (RFC 7235). */
const scheme = /^(?:bearer|basic|token|digest|apikey)$/i

/** How much of the beginning of a command is compared with `secretOperands`. */
const maxSaid = 100

/** @returns the program, for the words after a redirection */
function readCommand({ words, operator }: Words, inherited: string, found: Finder): string {
  let program = inherited
  let said = ''
  let left: number | undefined
  for (const [index, word] of words.entries()) {
    const { text, start } = word
    const name = text.slice(text.lastIndexOf('/') + 1)
    if (isKnown(name) || (program === '' && index === 0)) program = name
    readWord(word, found)
    const before = words[index - 1]
    if (before !== undefined) readPair(before, word, { program, said, index }, found)
    readAttached(word, program, found)
    if (left !== undefined) {
      if (!text.startsWith('-') && left-- <= 0) found.add(text, start)
    } else if (said.length < maxSaid) {
      said = said === '' ? name : `${said} ${text.slice(0, maxSaid)}`
      left = secretOperands.find(([pattern]) => pattern.test(said))?.[1]
    }
  }
  const [first] = words
  // `PASSWORD('b')`
  if (operator === '(' && first?.isQuoted === true && /password/i.test(inherited)) found.add(first.text, first.start)
  return program
}

function isKnown(name: string): boolean {
  return passwordPrograms.has(name) || otherPrograms.has(name) || passwordOptions.has(name)
}

/** What is known when a word is read. */
interface Reading {
  readonly program: string
  /** The beginning of the command. */
  readonly said: string
  readonly index: number
}

/** A word that is a secret because of the word before it. */
function readPair(before: Word, word: Word, reading: Reading, found: Finder): void {
  const { text, start } = word
  if (before.text === '--from-literal') addAfter('=', text, start, found)
  else if (userOptions.test(before.text)) addAfterColon(text, start, found)
  else if (takesSecret(before, word, reading)) found.add(text, start)
}

/** `-pSECRET`, `-uUSER:SECRET` */
function readAttached({ text, start }: Word, program: string, found: Finder): void {
  if (passwordPrograms.has(program) && /^-p./.test(text)) found.add(text.slice(2), start + 2)
  if (program === 'curl' && /^-u[^:]+:/.test(text)) addAfterColon(text, start, found)
}

function takesSecret(before: Word, word: Word, { program, said, index }: Reading): boolean {
  const option = before.text
  const { text } = word
  if (passwordOptions.get(program)?.test(option) === true) return true
  if (option === '-p') return !text.startsWith('-') && isPassword(text, program, said)
  if (/^-/.test(option)) {
    const isAttached = passwordPrograms.has(program) && option.startsWith('-p')
    return !isAttached && /^--?[A-Za-z][\w.-]*$/.test(option) && isSecretName(option) && !text.startsWith('-')
  }
  if (/^[\w-]+:$/.test(option) && isSecretName(option)) return !scheme.test(text)
  if (scheme.test(option)) return /^bearer$/i.test(option) || /(?:authorization|auth|token)["']?:$/i.test(said) || looksGenerated(text)
  return index >= 2 && isAnnounced(option, word)
}

/** Whether the word after `-p` is a password: not a port, a path or a pattern, unless the program takes nothing else. */
function isPassword(text: string, program: string, said: string): boolean {
  if (passwordPrograms.has(program) || / login\b/.test(said)) return true
  return !otherPrograms.has(program) && !/^[\d.:/~]*$|^[./~$]/.test(text)
}

/** `CREATE USER a PASSWORD 'b'`, `IDENTIFIED BY 'b'`, `login a password b` */
function isAnnounced(before: string, { text, isQuoted }: Word): boolean {
  if (!announcing.test(before)) return false
  return isQuoted || (!/^by$/i.test(before) && !/^[A-Z]+$/.test(text))
}

function addAfter(mark: string, text: string, start: number, found: Finder): void {
  const at = text.indexOf(mark)
  if (at !== -1) found.add(text.slice(at + 1), start + at + 1)
}

/** The password of `user:password`; not of a URL, `uid:gid` or `host:/path`. */
function addAfterColon(text: string, start: number, found: Finder): void {
  const colon = text.indexOf(':')
  const value = text.slice(colon + 1)
  if (colon === -1 || value.startsWith('/') || /^\d+:\d+$/.test(text)) return
  found.add(value, start + colon + 1)
}

/** What a word shows by itself. */
function readWord({ text, start }: Word, found: Finder): void {
  readUrls(text, start, found)
  let end = 0
  for (const match of text.matchAll(/([A-Za-z_][\w.[\]-]{0,100}?)["']?\s?([=:])/g)) {
    // Within a value that is hidden already.
    if (match.index < end) continue
    const [whole, name = '', mark = ''] = match
    const from = match.index + whole.length
    if (text.startsWith('//', from)) continue
    if (name === 'from-literal') addAfter('=', text.slice(from), start + from, found)
    else if (isSecretName(name)) end = addValue(text, from, mark, match.index, start, found)
  }
  // `KEY=VALUE` after `--from-literal` and `pass:VALUE` of OpenSSL are read by their form.
  if (text.startsWith('pass:')) found.add(text.slice(5), start + 5)
  for (const match of text.matchAll(/[A-Za-z0-9+/_.-]{8,}={0,2}/g)) readGenerated(match[0], start + match.index, text, match.index, found)
}

/**
 * The value after `NAME=` or `NAME:`, up to its closing quote, the next parameter or the end of the word.
 * @returns where it ends
 */
function addValue(text: string, from: number, mark: string, nameStart: number, start: number, found: Finder): number {
  const rest = text
    .slice(from)
    .replace(/^\s+/, '')
    .replace(/^(?:bearer|basic|token|digest|apikey)\s+/i, '')
  const at = text.length - rest.length
  const quote = rest.charAt(0)
  const closing = quote === '"' || quote === "'" ? rest.indexOf(quote, 1) : -1
  let value = closing === -1 ? rest : rest.slice(1, closing)
  if (closing === -1) {
    const inQuery = /[?&]/.test(text.charAt(nameStart - 1))
    const end = value.search(inQuery ? /[&#]/ : mark === ':' ? /[\s"',}]/ : /,(?=[\w.[\]-]+=)|["'](?=[},])/)
    if (end !== -1) value = value.slice(0, end)
  }
  const valueStart = at + (closing === -1 ? 0 : 1)
  found.add(value, start + valueStart)
  return valueStart + value.length
}

/** The credentials in URLs: `https://user:password@host`, `https://token@host`. */
function readUrls(text: string, start: number, found: Finder): void {
  for (const match of text.matchAll(/[a-z][a-z0-9+.]{1,20}:\/\//gi)) {
    const from = match.index + match[0].length
    const rest = text.slice(from)
    const authority = rest.slice(0, endOr(rest, /[/?#\s"']/))
    // A password may contain a slash that is not encoded: then what looks like the port is no number.
    const at = authority.includes('@') || !/:[^/]*[^\d/]/.test(authority) ? authority.lastIndexOf('@') : rest.lastIndexOf('@')
    if (at === -1) continue
    const user = rest.slice(0, at)
    const colon = user.indexOf(':')
    if (colon !== -1) found.add(user.slice(colon + 1), start + from + colon + 1)
    else if (looksGenerated(user)) found.add(user, start + from)
  }
}

function endOr(text: string, pattern: RegExp): number {
  const end = text.search(pattern)
  return end === -1 ? text.length : end
}

/** Generated words: the segments of a path one by one, anything else as a whole. */
function readGenerated(run: string, start: number, text: string, index: number, found: Finder): void {
  // A digest names content and is no secret.
  if (/sha(?:256|384|512):$/.test(text.slice(Math.max(0, index - 7), index)) || /^sha(?:256|384|512)[-:]/.test(run)) return
  const isPath = /^[./]|\.[a-z]{2,4}(?:\/|$)|\/[a-z.-]+\//.test(run) || text.charAt(index - 1) === ':'
  if (!isPath && looksGenerated(run.replaceAll('/', '').replaceAll('+', ''))) {
    found.add(run, start)
    return
  }
  let from = 0
  for (const segment of run.split('/')) {
    if (looksGenerated(segment)) found.add(segment, start + from)
    from += segment.length + 1
  }
}

/** Programs that read a password from their standard input. */
const passwordReaders = /^(?:chpasswd|passwd|kinit|cryptsetup|base64|openssl|htpasswd)$/

/** Whether a command prints its operands to a program that reads a password, or to a file that holds one. */
function isWrittenToSecret(commands: readonly Words[], index: number): boolean {
  const [first] = commands[index]?.words ?? []
  if (first === undefined || !/^(?:echo|printf)$/.test(first.text)) return false
  for (const { operator, words } of commands.slice(index + 1, index + 4)) {
    const target = words[0]?.text ?? ''
    if (operator.startsWith('>') && isSecretFile(target)) return true
    if (operator === '|') return passwordReaders.test(target) || words.some(({ text }) => /^--(?:password-)?stdin$/.test(text))
    if (!operator.startsWith('>') && !operator.startsWith('<')) return false
  }
  return false
}
