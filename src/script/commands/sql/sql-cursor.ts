/** The kinds of statement heads, and a cursor over a statement's tokens. */
import type { Question } from './sql-questions.ts'
import type { SqlToken } from './sql-text.ts'

export type SqlHead =
  | {
      readonly kind: 'create'
      readonly thing: string
      readonly name: string
      readonly mode: 'strict' | 'lenient' | 'replace'
      /** For a table: no key is visible in the definition, so it can contain equal rows. */
      readonly keyless: boolean
      /** For an index: its table. */
      readonly table: string
      readonly unique: boolean
    }
  | { readonly kind: 'drop'; readonly thing: string; readonly names: readonly string[]; readonly lenient: boolean }
  | { readonly kind: 'insert'; readonly table: string; readonly tolerant: boolean }
  /** Deletes all rows. */
  | { readonly kind: 'empty'; readonly table: string }
  /** Deletes some rows. */
  | { readonly kind: 'delete'; readonly table: string }
  | {
      readonly kind: 'query'
      readonly tables: readonly string[]
      readonly question: Question | null
      /** The kind of object of which it lists all names. */
      readonly listed?: string | null
    }
  /** Sets something to the value in the statement. */
  | { readonly kind: 'set'; readonly name: string }
  | { readonly kind: 'several'; readonly heads: readonly SqlHead[] }
  /** Changes a table that must exist; with `IF EXISTS` (lenient), nothing happens if it does not. */
  | { readonly kind: 'alter'; readonly table: string; readonly lenient: boolean; readonly heads: readonly SqlHead[] }
  | { readonly kind: 'begin' | 'commit' | 'rollback' | 'nothing' }
  | { readonly kind: 'use'; readonly database: string }
  | { readonly kind: 'unknown' }

export const nothing: SqlHead = { kind: 'nothing' }
export const unknown: SqlHead = { kind: 'unknown' }

/** A cursor over the tokens of a statement. */
export class Cursor {
  readonly tokens: readonly SqlToken[]
  index = 0

  constructor(tokens: readonly SqlToken[]) {
    this.tokens = tokens
  }

  /** The upper-case text of the next token, or '' if it is a string or a quoted name. */
  get word(): string {
    const token = this.tokens[this.index]
    return token === undefined || token.kind === 'string' || token.kind === 'name' ? '' : token.text.toUpperCase()
  }

  /** Consumes the words if all of them come next. */
  take(...words: readonly string[]): boolean {
    const isNext = words.every((word, offset) => new Cursor(this.tokens.slice(this.index + offset, this.index + offset + 1)).word === word)
    if (isNext) this.index += words.length
    return isNext
  }

  /** Reads a name, with its schema if one is given. */
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

  /** Whether a word occurs anywhere after the cursor. */
  has(word: string): boolean {
    return this.tokens.some((token, index) => index >= this.index && token.kind === 'word' && token.text.toUpperCase() === word)
  }

  /** Moves the cursor past the next occurrence of a word. @returns false if there is none */
  skipTo(word: string): boolean {
    const at = this.tokens.findIndex((token, index) => index >= this.index && token.kind === 'word' && token.text.toUpperCase() === word)
    if (at !== -1) this.index = at + 1
    return at !== -1
  }
}
