/** Which names and words of a script may stand for secrets. Heuristics: they prefer to hide a harmless word. */

/** Parts of names of options, variables and headers whose values are secrets. */
const secretParts: ReadonlySet<string> = new Set([
  ...['password', 'passwd', 'pass', 'passphrase', 'pwd', 'pw', 'secret', 'secrets', 'token', 'tokens', 'credential', 'credentials'],
  ...['creds', 'auth', 'authorization', 'bearer', 'cookie', 'jwt', 'dsn', 'salt', 'otp', 'psk', 'passin', 'passout', 'masterauth'],
])

/** The ends of such parts: `pgpassword`, `storepass`, `apikey`. */
const secretEnds =
  /(?:password|passwd|passphrase|secret|token|pass|pwd|(?:api|access|private|secret|signing|encryption|shared|master|account|storage)key)$/

/** Words that end like them. */
const notSecret: ReadonlySet<string> = new Set(['bypass', 'compass'])

/** What precedes `key` in the name of a secret: `API_KEY`. */
const keyKinds: ReadonlySet<string> = new Set([
  ...['api', 'access', 'private', 'secret', 'signing', 'encryption', 'shared', 'master', 'account', 'storage', 'auth', 'license'],
])

/** Last parts of names that describe a secret, or say where it is: `TOKEN_FILE`, `--password-stdin`. */
const describing: ReadonlySet<string> = new Set([
  ...['file', 'path', 'dir', 'name', 'ttl', 'count', 'length', 'size', 'type', 'policy', 'expiry', 'timeout', 'enabled', 'id', 'url'],
  ...[
    'uri',
    'host',
    'port',
    'ref',
    'stdin',
    'algorithm',
    'mode',
    'required',
    'provider',
    'realm',
    'scope',
    'issuer',
    'ts',
    'js',
    'sh',
    'py',
    'go',
  ],
])

/** Longest name that is looked at. */
const maxName = 200

/** Whether the value of an option, a variable or a header with this name may be a secret. */
export function isSecretName(name: string): boolean {
  if (name.length > maxName) return false
  const parts = name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z]+/)
    .filter((part) => part !== '')
  const last = parts.at(-1)
  if (last === undefined || describing.has(last)) return false
  if (last === 'key' && keyKinds.has(parts.at(-2) ?? '')) return true
  return parts.some((part) => secretParts.has(part) || (secretEnds.test(part) && !notSecret.has(part)))
}

/** Whether a file holds secrets, according to its name. */
export function isSecretFile(path: string): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1)
  return /^\.?(?:pgpass|netrc|my\.cnf|htpasswd|git-credentials)$/.test(name) || isSecretName(name.replace(/\.[a-z]+$/i, ''))
}

/** The beginnings of well-known tokens: GitHub, GitLab, Slack, AWS, Google, Vault, npm, PyPI, Docker, SendGrid, Stripe, OpenAI; JSON Web Tokens. */
const knownToken =
  /^(?:gh[opsur]_|github_pat_|glpat-|xox[a-z]-|A[KS]IA[A-Z0-9]{12}|AIza|hv[sb]\.|npm_|pypi-|dckr_pat_|SG\.|[rs]k[-_](?:live|test|proj)[-_]|eyJ[\w-]{8})/

const hexadecimal = /^(?=.*\d)(?=.*[a-f])[0-9a-f]{32,}$/i
const paddedBase64 = /^(?:[A-Za-z0-9+/]{4})+(?:[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{2}==)$/
const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** Whether a word looks as if it was generated: a token, a hash, base64. Words of languages, versions and names of objects do not. */
export function looksGenerated(word: string): boolean {
  if (knownToken.test(word) || uuid.test(word)) return true
  if (word.length >= 8 && word.endsWith('=') && paddedBase64.test(word)) return changesIn(word) >= 3
  return word.split(/[-_.]/).some(isJumbled)
}

/** Neighbors of different kinds. A capital before a lowercase letter is not one: it is the beginning of a word. */
function changesIn(word: string): number {
  return countOf(word, /(?<=[a-z])[A-Z0-9]|(?<=[A-Z])\d|(?<=\d)[A-Za-z]/g)
}

function countOf(word: string, pattern: RegExp): number {
  return word.match(pattern)?.length ?? 0
}

/** Whether letters, capitals and digits alternate as in no word. */
function isJumbled(word: string): boolean {
  if (word.length < 12) return false
  if (hexadecimal.test(word)) return true
  const [lower, upper, digits] = [countOf(word, /[a-z]/g), countOf(word, /[A-Z]/g), countOf(word, /\d/g)]
  const changes = changesIn(word)
  if (lower > 0 && upper > 0 && digits > 0) return changes >= 4
  if (digits > 0 && lower + upper > 0) return word.length >= 16 && changes >= 5
  return word.length >= 20 && upper >= word.length * 0.3 && lower >= word.length * 0.3 && changes >= 5
}
