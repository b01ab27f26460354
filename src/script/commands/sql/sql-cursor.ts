/** What heads of statements can say, and how one walks over their tokens. */
import type { Question } from './sql-questions.ts'
import type { SqlToken } from './sql-text.ts'

export type SqlHead =
  | {
      readonly kind: 'create'
      readonly thing: string
      readonly name: string
      readonly mode: 'strict' | 'lenient' | 'replace'
      /** Of a table: no key stands in plain sight, so equal rows can stand in it twice. */
      readonly keyless: boolean
      /** Of an index: the table. */
      readonly table: string
      readonly unique: boolean
    }
  | { readonly kind: 'drop'; readonly thing: string; readonly names: readonly string[]; readonly lenient: boolean }
  | { readonly kind: 'insert'; readonly table: string; readonly tolerant: boolean }
  /** Takes every row out. */
  | { readonly kind: 'empty'; readonly table: string }
  /** Takes some rows out. */
  | { readonly kind: 'delete'; readonly table: string }
  | { readonly kind: 'query'; readonly tables: readonly string[]; readonly question: Question | null }
  /** Sets something to what stands there. */
  | { readonly kind: 'set'; readonly name: string }
  | { readonly kind: 'several'; readonly heads: readonly SqlHead[] }
  | { readonly kind: 'begin' | 'commit' | 'rollback' | 'nothing' }
  | { readonly kind: 'use'; readonly database: string }
  | { readonly kind: 'unknown' }

export const nothing: SqlHead = { kind: 'nothing' }
export const unknown: SqlHead = { kind: 'unknown' }

/** Walks over the tokens of a statement. */
export class Cursor {
  readonly tokens: readonly SqlToken[]
  index = 0

  constructor(tokens: readonly SqlToken[]) {
    this.tokens = tokens
  }

  /** The upper-case text of the next token that is no string and no quoted name, '' otherwise. */
  get word(): string {
    const token = this.tokens[this.index]
    return token === undefined || token.kind === 'string' || token.kind === 'name' ? '' : token.text.toUpperCase()
  }

  /** Takes the words if all of them come next. */
  take(...words: readonly string[]): boolean {
    const isNext = words.every((word, offset) => new Cursor(this.tokens.slice(this.index + offset, this.index + offset + 1)).word === word)
    if (isNext) this.index += words.length
    return isNext
  }

  /** A name, with its schema where one is written. */
  name(): string {
    let name = this.#part()
    while (this.word === '.') {
      this.index++
      name += `.${this.#part()}`
    }
    return name.replace(/^(public|dbo|main)\./, '')
  }

  #part(): string {
    const token = this.tokens[this.index++]
    if (token === undefined) return ''
    return token.kind === 'word' ? token.text.toLowerCase() : token.text
  }

  /** Whether a word stands anywhere behind. */
  has(word: string): boolean {
    return this.tokens.some((token, index) => index >= this.index && token.kind === 'word' && token.text.toUpperCase() === word)
  }

  /** Puts the cursor behind the next such word. */
  skipTo(word: string): boolean {
    const at = this.tokens.findIndex((token, index) => index >= this.index && token.kind === 'word' && token.text.toUpperCase() === word)
    if (at !== -1) this.index = at + 1
    return at !== -1
  }
}
