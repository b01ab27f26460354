/**
 * The syntax tree of a shell script. Only `parse.ts` knows the parser; everything else works on this tree. It is small on purpose: what
 * the interpreter does not support becomes `opaque` with a reason, and the verdict of the rehearsal is then `unknown`.
 */

/** Half-open range of offsets (UTF-16 units) in the text of the script. */
export interface Span {
  readonly start: number
  readonly end: number
}

/** One piece of a word, with its quotes resolved. */
export type WordPart =
  | { readonly kind: 'literal'; readonly text: string; readonly quoted: boolean }
  /** An unquoted `*`, `?` or `[…]`. */
  | { readonly kind: 'glob'; readonly text: string }
  | { readonly kind: 'tilde' }
  /** `$name`, `${name}`, `${name:-word}` and similar; `name` may be a digit or one of `@*#?$!-`. */
  | { readonly kind: 'parameter'; readonly name: string; readonly operation: ParameterOperation | null; readonly quoted: boolean }
  | { readonly kind: 'command'; readonly body: readonly Statement[]; readonly quoted: boolean }
  /** `<(command)`: the path of a pipe from which the output of the command is read. */
  | { readonly kind: 'process'; readonly body: readonly Statement[] }
  /** The text of the arithmetic as written; if it has substitutions, the expression as a word, too. */
  | { readonly kind: 'arithmetic'; readonly text: string; readonly word?: Word; readonly quoted: boolean }
  /** `{a,b}`: one word per alternative in bash, plain text in other shells. */
  | { readonly kind: 'braces'; readonly text: string; readonly alternatives: readonly string[] | NumberRange }
  /** `${!name}`: the parameter whose name is the value of another one. */
  | { readonly kind: 'indirect'; readonly name: string; readonly quoted: boolean }
  /**
   * `${name[…]}`: elements of an array, their number, or their indexes. The index is null for all of them: one field for each if `isList`
   * (`[@]`, or `[*]` outside quotes), otherwise one text.
   */
  | {
      readonly kind: 'elements'
      readonly name: string
      readonly what: 'values' | 'count' | 'keys'
      readonly index: Word | null
      readonly isList: boolean
      readonly quoted: boolean
    }
  | { readonly kind: 'opaque'; readonly why: string }

/** `{1..300}`: the numbers are listed only where the word is expanded. */
export interface NumberRange {
  readonly first: number
  readonly last: number
}

/** An operation on the value of a parameter, as in `${name:-word}`. */
export type ParameterOperation =
  | { readonly kind: 'length' }
  | { readonly kind: 'default'; readonly operator: '-' | ':-' | '=' | ':=' | '+' | ':+' | '?' | ':?'; readonly word: Word }
  | { readonly kind: 'remove'; readonly operator: '#' | '##' | '%' | '%%'; readonly pattern: Word }
  /** `${name/a/b}`, `${name:1:2}`, `${name^^}` */
  | {
      readonly kind: 'edit'
      readonly operator: '/' | '//' | '/#' | '/%' | ':' | '^' | '^^' | ',' | ',,'
      readonly operands: readonly Word[]
    }
  | { readonly kind: 'opaque'; readonly why: string }

export interface Word {
  readonly span: Span
  readonly parts: readonly WordPart[]
}

export interface Assignment {
  readonly name: string
  /** Null for an array. */
  readonly value: Word | null
  readonly append: boolean
  /** `name=(…)` */
  readonly elements?: readonly Word[]
  /** `name[index]=value` */
  readonly element?: { readonly index: Word; readonly value: Word }
}

export type Redirection =
  | { readonly kind: 'file'; readonly descriptor: number; readonly operator: '>' | '>>' | '<' | '<>' | '>|'; readonly target: Word }
  /** `2>&1`, `>&-`: these open no file. */
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
  | (At & {
      readonly kind: 'loop'
      readonly until: boolean
      readonly condition: readonly Statement[]
      readonly body: readonly Statement[]
      /** Runs after each iteration, also after `continue`: the last part of `for ((…; …; …))`. */
      readonly update?: readonly Statement[]
    })
  /** If `words` is null, the loop runs over the positional parameters. */
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
  /** `((…))` */
  | (At & { readonly kind: 'arithmetic'; readonly text: string })
  | (At & { readonly kind: 'background'; readonly statement: Statement })
  /** A statement that is not supported. */
  | (At & { readonly kind: 'opaque'; readonly why: string })

/**
 * Features of a script's text that decide which shell can run it, or whether it can be analyzed at all.
 * - `bash-only`: neither dash nor BusyBox sh reads it as bash does
 * - `not-posix`: BusyBox sh supports it, dash does not (`[[ … ]]` does not count: it is a command that dash does not find)
 */
export type Feature = 'bash-only' | 'not-posix' | 'template' | 'carriage-return'

export interface Script {
  readonly text: string
  readonly body: readonly Statement[]
  /** Why the script does not parse, null if it does. */
  readonly fault: string | null
  /** Where the fault is, if the parser tells. */
  readonly faultAt?: number
  readonly features: ReadonlySet<Feature>
}

/** Finds the line of an offset, counted from 1. */
export function linesOf(text: string): (offset: number) => number {
  const starts = [0]
  for (let index = text.indexOf('\n'); index !== -1; index = text.indexOf('\n', index + 1)) starts.push(index + 1)
  return (offset) => {
    let [low, high] = [0, starts.length]
    while (high - low > 1) {
      const middle = (low + high) >> 1
      if ((starts[middle] ?? 0) <= offset) low = middle
      else high = middle
    }
    return low + 1
  }
}
