/** Splits SQL into statements and tokens. It understands quotes, comments and dollar quoting, and nothing else. */
import { keyOf, type Value } from '../../value/value.ts'

export type SqlDialect = 'postgres' | 'mysql' | 'sqlite' | 'cassandra' | 'clickhouse'

export interface SqlToken {
  readonly kind: 'word' | 'name' | 'string' | 'number' | 'symbol'
  /** As written, but names and strings without their quotes. */
  readonly text: string
}

export interface SqlStatement {
  readonly tokens: readonly SqlToken[]
  readonly text: string
  /** A command to the client: `\c db` in psql, `.tables` in sqlite3. */
  readonly isMeta: boolean
  /** How it ends: `;`, `\gexec`, or '' at the end of the text. */
  readonly end: string
}

/** Unknown pieces are represented in the text as words: a private-use character, a number, another private-use character. */
const markStart = '\uE000'
const markEnd = '\uE001'

export interface SqlText {
  readonly text: string
  /** A part of the text, with its unknown pieces as they appear in the key of a value. */
  key(part: string): string
}

/** The text of a value, with words in place of its unknown pieces. */
export function sqlTextOf(value: Value): SqlText {
  const pieces: string[] = []
  const text = value
    .map((piece) => (typeof piece === 'string' ? piece : `${markStart}${pieces.push(keyOf([piece])) - 1}${markEnd}`))
    .join('')
  return { text, key: (part) => part.replace(/\uE000(\d+)\uE001/g, (mark, index) => pieces[Number(index)] ?? mark) }
}

/** Whether the statement starts with an unknown piece, so that even its kind is unknown. */
export function isUnseen(statement: SqlStatement): boolean {
  return statement.tokens[0]?.text.startsWith(markStart) === true
}

/** Splits SQL into its statements. Never throws; takes linear time. */
export function splitSql(text: string, dialect: SqlDialect): readonly SqlStatement[] {
  return new Splitter(text, dialect).statements()
}

const wordStart = /[A-Za-z_\u0080-\uFFFF]/
const wordPart = /[A-Za-z0-9_$\u0080-\uFFFF]/

class Splitter {
  readonly #text: string
  readonly #dialect: SqlDialect
  readonly #found: SqlStatement[] = []
  #tokens: SqlToken[] = []
  #index = 0
  #start = 0
  /** Depth of BEGIN … END in a trigger or routine, where a semicolon does not end the statement. */
  #blocks = 0

  constructor(text: string, dialect: SqlDialect) {
    this.#text = text
    this.#dialect = dialect
  }

  statements(): readonly SqlStatement[] {
    while (this.#index < this.#text.length) this.#next()
    this.#finish('')
    return this.#found
  }

  #next(): void {
    const character = this.#text[this.#index] ?? ''
    if (/\s/.test(character)) this.#index++
    else if (this.#skipComment()) return
    else if (this.#tokens.length === 0 && this.#isMetaStart(character)) this.#meta()
    else if (character === '\\') this.#backslash()
    else if (character === "'" || (character === '"' && this.#dialect === 'mysql')) this.#quoted(character, 'string')
    else if (character === '"' || character === '`') this.#quoted(character, 'name')
    else if (character === '[' && this.#dialect === 'sqlite') this.#quoted(']', 'name')
    else if (character === '$' && this.#dollarQuoted()) return
    else if (wordStart.test(character)) this.#word()
    else if (/[0-9]/.test(character)) this.#run(/[0-9.eE]/, 'number')
    else if (character === ';' && this.#blocks === 0) this.#endStatement()
    else this.#push('symbol', character, 1)
  }

  #push(kind: SqlToken['kind'], text: string, length: number): void {
    this.#tokens.push({ kind, text })
    this.#index += length
  }

  #run(part: RegExp, kind: SqlToken['kind']): void {
    let end = this.#index
    while (end < this.#text.length && part.test(this.#text[end] ?? '')) end++
    this.#push(kind, this.#text.slice(this.#index, end), end - this.#index)
  }

  #word(): void {
    const prefix = (this.#text[this.#index] ?? '').toUpperCase()
    if ((prefix === 'E' || prefix === 'X' || prefix === 'N') && this.#text[this.#index + 1] === "'") {
      this.#index++
      this.#quoted("'", 'string', prefix === 'E')
      return
    }
    this.#run(wordPart, 'word')
    const word = this.#tokens.at(-1)?.text.toUpperCase()
    if (word === 'DELIMITER' && this.#tokens.length === 1) this.#index = this.#text.length
    else if (this.#isRoutine()) {
      if (word === 'BEGIN' || word === 'CASE') this.#blocks++
      if (word === 'END' && this.#blocks > 0) this.#blocks--
    }
  }

  #isRoutine(): boolean {
    if (this.#dialect === 'postgres' || this.#tokens[0]?.text.toUpperCase() !== 'CREATE') return false
    return this.#tokens.slice(1, 6).some(({ text }) => /^(TRIGGER|PROCEDURE|FUNCTION|EVENT)$/i.test(text))
  }

  #quoted(quote: string, kind: 'name' | 'string', escapes = this.#dialect === 'mysql' && kind === 'string'): void {
    let text = ''
    let index = this.#index + 1
    for (; index < this.#text.length; index++) {
      const character = this.#text[index] ?? ''
      if (escapes && character === '\\') text += this.#text[++index] ?? ''
      else if (character !== quote) text += character
      else if (this.#text[index + 1] === quote && quote !== ']') text += this.#text[++index] ?? ''
      else break
    }
    this.#push(kind, text, index + 1 - this.#index)
  }

  /** `$tag$ … $tag$` in PostgreSQL. */
  #dollarQuoted(): boolean {
    if (this.#dialect !== 'postgres') return false
    const close = this.#text.indexOf('$', this.#index + 1)
    if (close === -1 || close - this.#index > 64) return false
    const tag = this.#text.slice(this.#index, close + 1)
    if (!/^\$([A-Za-z_]\w*)?\$$/.test(tag)) return false
    const end = this.#text.indexOf(tag, close + 1)
    const last = end === -1 ? this.#text.length : end
    this.#push('string', this.#text.slice(close + 1, last), Math.min(last + tag.length, this.#text.length) - this.#index)
    return true
  }

  #skipComment(): boolean {
    const two = this.#text.slice(this.#index, this.#index + 2)
    const isLine = two === '--' || (two[0] === '#' && this.#dialect === 'mysql') || (two === '//' && this.#dialect === 'cassandra')
    if (isLine) this.#index = this.#lineEnd()
    else if (two === '/*') {
      const end = this.#text.indexOf('*/', this.#index + 2)
      this.#index = end === -1 ? this.#text.length : end + 2
    } else return false
    return true
  }

  #lineEnd(): number {
    const end = this.#text.indexOf('\n', this.#index)
    return end === -1 ? this.#text.length : end
  }

  #isMetaStart(character: string): boolean {
    return (character === '\\' && this.#dialect === 'postgres') || (character === '.' && this.#dialect === 'sqlite')
  }

  #meta(): void {
    const end = this.#lineEnd()
    const text = this.#text.slice(this.#index, end).trim()
    const tokens = text.split(/\s+/).map((word): SqlToken => ({ kind: 'word', text: word.replace(/^["']|["';]+$/g, '') }))
    this.#found.push({ tokens, text, isMeta: true, end: '' })
    this.#index = end
    this.#start = end
  }

  /** `\gexec`, `\g`, `\G` end a statement as a semicolon does. */
  #backslash(): void {
    this.#index++
    const at = this.#index
    while (/[A-Za-z]/.test(this.#text[this.#index] ?? '')) this.#index++
    this.#finish(`\\${this.#text.slice(at, this.#index)}`, at - 1)
    if (this.#dialect === 'postgres') this.#index = this.#lineEnd()
    this.#start = this.#index
  }

  #endStatement(): void {
    const words = this.#tokens.map(({ text }) => text.toUpperCase())
    this.#finish(';')
    this.#index++
    this.#start = this.#index
    // The rows of a COPY follow in the script, up to a line with `\.`.
    if (this.#dialect !== 'postgres' || words[0] !== 'COPY' || !words.includes('STDIN')) return
    const end = this.#text.indexOf('\n\\.', this.#index)
    this.#index = end === -1 ? this.#text.length : end + 3
    this.#start = this.#index
  }

  #finish(end: string, until = this.#index): void {
    const text = this.#text.slice(this.#start, until).trim()
    if (this.#tokens.length > 0) this.#found.push({ tokens: this.#tokens, text, isMeta: false, end })
    this.#tokens = []
    this.#blocks = 0
    this.#start = this.#index
  }
}
