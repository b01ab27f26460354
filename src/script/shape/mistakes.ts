/** Scripts that exit 0 without doing what their text says: mistakes that a shell does not report. */
import type { Dialect, ShellOptions } from '../syntax/dialect.ts'
import { shells } from '../syntax/shell-arguments.ts'
import type { Statement, Word } from '../syntax/syntax.ts'
import { onlyTells } from './commands.ts'
import { statementsIn } from './walk.ts'
import { shownWord, type TextBudget, TooMuchText, WordReader } from './words.ts'

/**
 * - `joined`: a folded text joins two lines, so that a command is an operand of another; `comment`: its first comment includes all the rest
 * - `braces`: the shell does not expand `{a,b}`; `literal`: no shell reads a variable, quotes or an operator
 * - `background`: the script ends, and with it what it put into the background
 * - `deadCheck`: `set -e` ends the script before the check of `$?`
 * - `unusedWords`: the script does not use the words after it
 * - `unset`, `setLater`: Kubernetes leaves `$(NAME)`, because no `env` sets the variable, or only a later entry (see unset.ts)
 */
export interface Mistake {
  readonly kind: 'joined' | 'comment' | 'braces' | 'literal' | 'background' | 'deadCheck' | 'unusedWords' | 'unset' | 'setLater'
  /** Line in the script, counted from 1. */
  readonly line: number
  /** The command or the words that have no effect. */
  readonly what: string
}

/** What the mistakes of a script depend on. */
export interface MistakeInput {
  readonly text: string
  /** The shells that may run it. */
  readonly flavors: readonly { readonly dialect: Dialect }[]
  readonly positional: readonly unknown[]
  readonly options: Readonly<ShellOptions>
  readonly isArguments?: true
}

/** Programs that change files: what they do with a word that is not what it seems is certain. */
export const fileCommands: ReadonlySet<string> = new Set(['mkdir', 'touch', 'cp', 'mv', 'ln', 'rm', 'chown', 'chmod'])

const commands: ReadonlySet<string> = new Set([
  ...fileCommands,
  ...['cat', 'cd', 'curl', 'echo', 'export', 'git', 'rsync', 'sed', 'tar', 'unzip', 'wget', 'until', 'while', 'if', 'for'],
])

/** Builtins that ignore the words after their own. */
const deaf: ReadonlySet<string> = new Set(['set', 'ulimit', 'umask'])

const noVariables: ReadonlyMap<string, string> = new Map()

/** The first mistake of a script; null if there is none. @param budget how many characters of words are read */
export function mistakeOf(
  body: readonly Statement[],
  input: MistakeInput,
  lineOf: (offset: number) => number,
  budget: TextBudget,
): Mistake | null {
  try {
    return new MistakeFinder(body, input, lineOf, new WordReader(noVariables, budget)).find()
  } catch (error) {
    if (error instanceof TooMuchText) return null
    throw error
  }
}

class MistakeFinder {
  readonly #body: readonly Statement[]
  readonly #input: MistakeInput
  readonly #lineOf: (offset: number) => number
  readonly #reader: WordReader

  constructor(body: readonly Statement[], input: MistakeInput, lineOf: (offset: number) => number, reader: WordReader) {
    this.#body = body
    this.#input = input
    this.#lineOf = lineOf
    this.#reader = reader
  }

  find(): Mistake | null {
    if (this.#input.isArguments === true) return this.#literal()
    const isFolded = !this.#input.text.trim().includes('\n')
    return (
      (isFolded ? this.#comment() : null) ?? this.#joined() ?? this.#braces() ?? this.#background() ?? this.#deadCheck() ?? this.#unused()
    )
  }

  #at(kind: Mistake['kind'], offset: number, what: string): Mistake {
    return { kind, line: this.#lineOf(offset), what: shownWord(what) }
  }

  #texts(statement: Statement): readonly string[] {
    return statement.kind === 'simple' ? statement.words.map((word) => this.#reader.text(word)) : []
  }

  /** A word of a command without a shell that only a shell would read. */
  #literal(): Mistake | null {
    for (const statement of this.#body) {
      if (statement.kind !== 'simple') continue
      const texts = this.#texts(statement)
      const [name = ''] = texts
      const program = name.slice(name.lastIndexOf('/') + 1)
      const index = statement.words.findIndex((word, place) => {
        const text = texts[place] ?? ''
        if (/^(?:&&|\|\||>>?)$/.test(text)) return fileCommands.has(program) || program === 'echo'
        return (
          fileCommands.has(program) &&
          word.parts.every(({ kind }) => kind === 'literal') &&
          /\$(?:[A-Za-z_]\w*|\{[A-Za-z_]\w*\})|^(["'])[^"']+\1$/.test(text)
        )
      })
      if (index > 0) return this.#at('literal', statement.span.start, texts[index] ?? '')
    }
    return null
  }

  /** A text in one line whose first comment contains commands. */
  #comment(): Mistake | null {
    const start = this.#body.at(-1)?.span.end ?? 0
    const comment = /^[\s;]*(#.*)$/.exec(this.#input.text.slice(start).trimEnd())?.[1]
    if (comment === undefined || !/\s#|&&|;|\b(?:mkdir|cp|mv|ln|rm|chown|chmod|git|curl|wget|tar|touch)\s+["$/-]/.test(comment.slice(1)))
      return null
    return this.#at('comment', start, comment)
  }

  #joined(): Mistake | null {
    // A script that uses its parameters sets them on purpose.
    if (/\$[\d@*]/.test(this.#input.text)) return null
    for (const statement of this.#body) {
      const [name = '', ...rest] = this.#texts(statement)
      const index = deaf.has(name) ? rest.findIndex((text) => commands.has(text.trim())) : -1
      if (index !== -1 && index < rest.length - 1) return this.#at('joined', statement.span.start, rest.slice(index).join(' '))
    }
    return null
  }

  #braces(): Mistake | null {
    if (this.#input.flavors.some(({ dialect }) => dialect === 'bash')) return null
    for (const statement of statementsIn(this.#body)) {
      if (statement.kind !== 'simple') continue
      const word = statement.words.find(({ parts }) => parts.some(({ kind }) => kind === 'braces'))
      const [name = ''] = word === undefined ? [] : this.#texts(statement)
      if (word !== undefined && fileCommands.has(name)) return this.#at('braces', statement.span.start, this.#reader.text(word))
    }
    return null
  }

  /** Something in the background of a script that ends without waiting for it. */
  #background(): Mistake | null {
    const index = this.#body.findLastIndex(({ kind }) => kind === 'background')
    const job = this.#body[index]
    if (job?.kind !== 'background') return null
    return this.#body.slice(index + 1).every((statement) => onlyTells.has(this.#texts(statement)[0] ?? ''))
      ? this.#at('background', job.span.start, this.#texts(job.statement).join(' ') || 'a group')
      : null
  }

  /** A check of `$?` directly after a command whose failure ends the script. */
  #deadCheck(): Mistake | null {
    let isOn = this.#input.options.errexit
    let before: Statement | undefined
    for (const statement of this.#body) {
      const [name, ...options] = this.#texts(statement)
      if (name === 'set')
        isOn = options.some((text) => /^-\w*e|^errexit$/.test(text)) || (isOn && !options.some((text) => /^\+\w*e/.test(text)))
      const isFatal = before?.kind === 'simple' || (before?.kind === 'pipeline' && !before.negated)
      if (isOn && isFatal && statement.kind === 'if' && this.#asksForFailure(statement)) {
        return this.#at(
          'deadCheck',
          statement.span.start,
          before?.kind === 'simple' ? (this.#texts(before)[0] ?? 'the command') : 'the command',
        )
      }
      before = statement
    }
    return null
  }

  #asksForFailure({ clauses, otherwise }: Extract<Statement, { kind: 'if' }>): boolean {
    const [first] = clauses
    const [test] = first?.condition ?? []
    if (first?.condition.length !== 1 || test?.kind !== 'simple' || !asksStatus(test.words[1])) return false
    const [name, , operator = '', zero] = this.#texts(test)
    if ((name !== '[' && name !== 'test') || zero !== '0' || test.words.length > 5) return false
    return /^(?:-ne|-gt|!=)$/.test(operator) || (/^(?:-eq|=|==)$/.test(operator) && otherwise.length > 0)
  }

  /** Words after `sh -c SCRIPT` that the script does not use. */
  #unused(): Mistake | null {
    const { positional, text } = this.#input
    // A script of several words is often followed by words that a template adds on purpose.
    if (positional.length === 0 || !/^\s*[\w./-]+\s*$/.test(text)) return null
    return this.#at('unusedWords', 0, text)
  }
}

function asksStatus(word: Word | undefined): boolean {
  return word?.parts.length === 1 && word.parts[0]?.kind === 'parameter' && word.parts[0].name === '?'
}

/**
 * The last command of a script, if it is a download that a shell reads: without `pipefail`, the shell of an empty pipe exits 0.
 * @returns one entry at most
 */
export function pipedDownload(
  body: readonly Statement[],
  { text, options }: MistakeInput,
  lineOf: (offset: number) => number,
): readonly { readonly kind: 'failure'; readonly program: string; readonly line: number }[] {
  const last = body.at(-1)
  if (last?.kind !== 'pipeline' || last.negated || options.pipefail || text.includes('pipefail')) return []
  const [first, ...rest] = last.commands.map(plainWords)
  const shell = rest.at(-1) ?? []
  const isRead = shells.has(shell[0] ?? '') && shell.slice(1).every((word) => /^-[sex]*$/.test(word))
  const program = first?.[0] ?? ''
  return isRead && rest.length === 1 && /^(?:curl|wget)$/.test(program) ? [{ kind: 'failure', program, line: lineOf(last.span.start) }] : []
}

function plainWords(statement: Statement): readonly string[] {
  if (statement.kind !== 'simple') return []
  return statement.words.map(({ parts: [part] }) => (part?.kind === 'literal' ? part.text : ''))
}
