/** `$(NAME)` that Kubernetes leaves in a command, because no `env` gives the variable: a shell runs a command of that name. */
import type { Statement, Word } from '../syntax/syntax.ts'
import { fileCommands, type Mistake } from './mistakes.ts'
import { statementsIn, wordOf } from './walk.ts'

type Simple = Extract<Statement, { kind: 'simple' }>

interface Use {
  readonly name: string
  /** The command that gets the text. */
  readonly statement: Simple
}

/** What a rehearsal says about commands, by offset. */
export interface Rehearsed {
  /** With the exit status in the first run, null if it does not run. */
  readonly commands: readonly { readonly offset: number; readonly first: number | null }[]
  readonly unknown: readonly { readonly offset: number }[]
}

export interface UnsetInput {
  readonly environment: ReadonlyMap<string, unknown>
  readonly unset?: readonly string[]
  readonly isArguments?: true
}

/** The commands that get `$(NAME)` of a variable without a value. */
export class UnsetUses {
  readonly #input: UnsetInput
  readonly #uses = new Map<number, Use>()
  /** The names that are run as commands, by their offset. */
  readonly #runs = new Map<number, string>()

  constructor(body: readonly Statement[], input: UnsetInput) {
    this.#input = input
    const names = new Set(input.unset)
    if (names.size === 0) return
    const all = [...statementsIn(body)]
    for (const statement of all) if (statement.kind === 'function') names.delete(statement.name)
    for (const statement of all) {
      if (statement.kind !== 'simple') continue
      const program = statement.words.length === 1 ? plainText(statement.words[0]) : ''
      if (names.has(program)) this.#runs.set(statement.span.start, program)
      const name = input.isArguments === true ? nameInText(statement, names) : nameRun(statement, names)
      if (name !== undefined) this.#uses.set(statement.span.start, { name, statement })
    }
  }

  /** Why the command at an offset does not get the value: `setLater` if an entry of `env` sets it that comes too late. */
  causeAt(offset: number): { readonly cause: 'unset' | 'setLater'; readonly path: string } | undefined {
    const name = this.#uses.get(offset)?.name ?? this.#runs.get(offset)
    return name === undefined ? undefined : { cause: this.#kindOf(name), path: `$(${name})` }
  }

  /** The first such command, if all of them exit 0 with the text as it is; null if that is not certain. */
  mistake({ commands, unknown }: Rehearsed, lineOf: (offset: number) => number): Mistake | null {
    const [first] = this.#uses
    if (first === undefined) return null
    const statuses = new Map(commands.map((command) => [command.offset, command.first]))
    const open = new Set(unknown.map(({ offset }) => offset))
    for (const [offset, { statement }] of this.#uses) {
      const status = statuses.get(offset)
      // Without `set -e`, a failed substitution does not end the script.
      const isCertain = statement.words.length === 0 ? status !== undefined && status !== null : status === 0 && isIndifferent(statement)
      if (!isCertain || open.has(offset)) return null
    }
    const [offset, { name }] = first
    return { kind: this.#kindOf(name), line: lineOf(offset), what: `$(${name})` }
  }

  #kindOf(name: string): 'unset' | 'setLater' {
    return this.#input.environment.has(name) ? 'setLater' : 'unset'
  }
}

/** The variable that a command substitution of the statement runs as a command. */
function nameRun({ assignments, words, redirections }: Simple, names: ReadonlySet<string>): string | undefined {
  const all = [...assignments.flatMap(({ value }) => value ?? []), ...words, ...redirections.map(wordOf)]
  for (const part of all.flatMap(({ parts }) => parts)) {
    const [only, ...more] = part.kind === 'command' ? part.body : []
    if (only?.kind !== 'simple' || more.length > 0 || only.words.length !== 1) continue
    const name = plainText(only.words[0])
    if (names.has(name)) return name
  }
  return undefined
}

/** Programs that do something else, or less, with another text, and exit 0 in both cases. */
function isIndifferent({ words }: Simple): boolean {
  const program = plainText(words[0])
  const name = program.slice(program.lastIndexOf('/') + 1)
  return fileCommands.has(name) || /^(?:echo|printf|export)$/.test(name)
}

/** The variable that the words of a command without a shell contain. */
function nameInText({ words }: Simple, names: ReadonlySet<string>): string | undefined {
  for (const word of words) {
    for (const [, name = ''] of plainText(word).matchAll(/\$\((\w*)\)/g)) if (names.has(name)) return name
  }
  return undefined
}

function plainText(word: Word | undefined): string {
  return (word?.parts ?? []).map((part) => (part.kind === 'literal' ? part.text : '')).join('')
}
