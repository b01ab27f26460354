/**
 * Our own shape of a shell script: only `parse.ts` knows the parser, everything else walks this. Small on purpose: what the
 * interpreter cannot follow becomes `opaque`, with why, and the rehearsal then answers `unknown`.
 */

/** Half-open range of offsets (UTF-16 units) in the script's text. */
export interface Span {
  readonly start: number
  readonly end: number
}

/** One piece of a word, after the shell's quoting was understood. */
export type WordPart =
  | { readonly kind: 'literal'; readonly text: string; readonly quoted: boolean }
  /** An unquoted `*`, `?` or `[…]`. */
  | { readonly kind: 'glob'; readonly text: string }
  | { readonly kind: 'tilde' }
  /** `$name`, `${name}`, `${name:-word}` and their like; `name` may be a digit or one of `@*#?$!-`. */
  | { readonly kind: 'parameter'; readonly name: string; readonly operation: ParameterOperation | null; readonly quoted: boolean }
  | { readonly kind: 'command'; readonly body: readonly Statement[]; readonly quoted: boolean }
  /** Arithmetic: the text as written, evaluated by nobody but for plain counters. */
  | { readonly kind: 'arithmetic'; readonly text: string; readonly quoted: boolean }
  /** `{a,b}`: one word for each in bash, the text as it stands elsewhere. */
  | { readonly kind: 'braces'; readonly text: string; readonly alternatives: readonly string[] }
  | { readonly kind: 'opaque'; readonly why: string }

/** What is done to a parameter's value before it is used. */
export type ParameterOperation =
  | { readonly kind: 'length' }
  | { readonly kind: 'default'; readonly operator: '-' | ':-' | '=' | ':=' | '+' | ':+' | '?' | ':?'; readonly word: Word }
  | { readonly kind: 'remove'; readonly operator: '#' | '##' | '%' | '%%'; readonly pattern: Word }
  | { readonly kind: 'opaque'; readonly why: string }

export interface Word {
  readonly span: Span
  readonly parts: readonly WordPart[]
}

export interface Assignment {
  readonly name: string
  /** Null for an array or an indexed value, which are not followed. */
  readonly value: Word | null
  readonly append: boolean
}

export type Redirection =
  | { readonly kind: 'file'; readonly descriptor: number; readonly operator: '>' | '>>' | '<' | '<>' | '>|'; readonly target: Word }
  /** `2>&1`, `>&-`: no file is touched. */
  | { readonly kind: 'duplicate'; readonly descriptor: number; readonly target: Word }
  /** Both standard output and standard error. */
  | { readonly kind: 'both'; readonly operator: '>' | '>>'; readonly target: Word }
  | { readonly kind: 'here'; readonly body: Word }

export type Condition =
  | { readonly kind: 'unary'; readonly operator: string; readonly operand: Word }
  | { readonly kind: 'binary'; readonly operator: string; readonly left: Word; readonly right: Word }
  | { readonly kind: 'and' | 'or'; readonly operands: readonly Condition[] }
  | { readonly kind: 'not'; readonly operand: Condition }

interface At {
  readonly span: Span
}

export type Statement =
  | (At & {
      readonly kind: 'simple'
      readonly assignments: readonly Assignment[]
      readonly words: readonly Word[]
      readonly redirections: readonly Redirection[]
    })
  | (At & { readonly kind: 'pipeline'; readonly commands: readonly Statement[]; readonly negated: boolean })
  | (At & {
      readonly kind: 'andOr'
      readonly first: Statement
      readonly rest: readonly { readonly operator: '&&' | '||'; readonly statement: Statement }[]
    })
  | (At & {
      readonly kind: 'if'
      readonly clauses: readonly { readonly condition: readonly Statement[]; readonly body: readonly Statement[] }[]
      readonly otherwise: readonly Statement[]
    })
  | (At & { readonly kind: 'loop'; readonly until: boolean; readonly condition: readonly Statement[]; readonly body: readonly Statement[] })
  /** `words` null: over the positional parameters. */
  | (At & { readonly kind: 'for'; readonly name: string; readonly words: readonly Word[] | null; readonly body: readonly Statement[] })
  | (At & {
      readonly kind: 'case'
      readonly word: Word
      readonly items: readonly { readonly patterns: readonly Word[]; readonly body: readonly Statement[]; readonly fallsThrough: boolean }[]
    })
  | (At & { readonly kind: 'subshell' | 'group'; readonly body: readonly Statement[]; readonly redirections: readonly Redirection[] })
  | (At & { readonly kind: 'function'; readonly name: string; readonly body: Statement })
  /** `[[ … ]]` */
  | (At & { readonly kind: 'test'; readonly condition: Condition })
  | (At & { readonly kind: 'background'; readonly statement: Statement })
  /** Something that is not followed. */
  | (At & { readonly kind: 'opaque'; readonly why: string })

/**
 * What a script uses that not every shell has, or that the text does not show.
 * - `bash-only`: neither dash nor BusyBox sh reads it as bash does
 * - `not-posix`: BusyBox sh has it, dash has not (`[[ … ]]` is no feature: it is a command, which dash does not find)
 */
export type Feature = 'bash-only' | 'not-posix' | 'template' | 'carriage-return'

export interface Script {
  readonly text: string
  readonly body: readonly Statement[]
  /** Why the script does not parse; null where it does. */
  readonly fault: string | null
  readonly features: ReadonlySet<Feature>
}

/** The line of an offset, counted from 1. */
export function lineOf(text: string, offset: number): number {
  let line = 1
  for (let index = text.indexOf('\n'); index !== -1 && index < offset; index = text.indexOf('\n', index + 1)) line++
  return line
}
