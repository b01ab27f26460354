/** Which statements a script is certain to reach, whatever its conditions say. */
import type { Statement } from '../syntax/syntax.ts'
import { type Command, onlyTells } from './commands.ts'
import { statementsIn } from './walk.ts'

/** Commands that end the script, or a function or a file that it sources. */
const leaving: ReadonlySet<string> = new Set(['exit', 'return'])

/** Commands after which `&&` continues in each run that matters. */
const preparing: ReadonlySet<string> = new Set([...onlyTells, 'cd', 'export', 'mkdir', 'set', 'sleep'])

/** `exec PROGRAM`; with redirections alone, the shell goes on. */
function replacesShell(statement: Statement): boolean {
  if (statement.kind !== 'simple' || statement.words.length < 2) return false
  const [part, ...others] = statement.words[0]?.parts ?? []
  return part?.kind === 'literal' && part.text === 'exec' && others.length === 0
}

type CommandOf = (statement: Statement) => Command | undefined

/**
 * The statements outside of conditions and functions that come before any statement which may end the script early.
 * @param commandOf the command of a simple statement
 */
export function certainStatements(body: readonly Statement[], commandOf: CommandOf): ReadonlySet<Statement> {
  const reader = new Reader(commandOf)
  reader.walk(body)
  return reader.reached
}

class Reader {
  readonly reached = new Set<Statement>()
  readonly #commandOf: CommandOf
  readonly #functions = new Map<string, Statement>()

  constructor(commandOf: CommandOf) {
    this.#commandOf = commandOf
  }

  /** @returns whether the script certainly goes on after the statements */
  walk(body: readonly Statement[]): boolean {
    return body.every((statement) => this.#enter(statement))
  }

  #enter(statement: Statement): boolean {
    this.reached.add(statement)
    switch (statement.kind) {
      case 'simple': {
        const name = this.#commandOf(statement)?.name ?? ''
        const called = this.#functions.get(name)
        return called === undefined ? !leaving.has(name) && !replacesShell(statement) : this.#call(called)
      }
      case 'function':
        this.#functions.set(statement.name, statement.body)
        return true
      case 'group':
      case 'subshell':
      case 'for':
        return this.walk(statement.body)
      case 'loop':
        return this.walk(statement.condition) && this.walk(statement.body)
      case 'if':
        return this.walk(statement.clauses[0]?.condition ?? []) && this.#staysIn([statement])
      case 'andOr':
        return this.#enterList(statement)
      case 'pipeline':
        return statement.commands.length > 1 ? this.#staysIn([statement]) : this.walk(statement.commands)
      default:
        return statement.kind === 'background' || this.#staysIn([statement])
    }
  }

  /** A call of a function: a `return` in it does not end the script. */
  #call(body: Statement): boolean {
    if (!this.reached.has(body)) this.walk([body])
    return this.#staysIn([body], 'return')
  }

  #enterList({ first, rest }: Extract<Statement, { kind: 'andOr' }>): boolean {
    if (!this.#enter(first)) return false
    let isCertain = preparing.has(this.#commandOf(first)?.name ?? '')
    return rest.every(({ operator, statement }) => {
      if (operator === '&&' && isCertain) {
        isCertain = preparing.has(this.#commandOf(statement)?.name ?? '')
        return this.#enter(statement)
      }
      isCertain &&= operator === '||'
      return this.#staysIn([statement])
    })
  }

  /** Whether none of the statements ends the script, except with a failure. @param harmless a command that does not end it here */
  #staysIn(body: readonly Statement[], harmless?: string): boolean {
    for (const statement of statementsIn(body)) {
      const command = this.#commandOf(statement)
      if (replacesShell(statement)) return false
      if (command === undefined || command.name === harmless || (!leaving.has(command.name) && !this.#functions.has(command.name))) continue
      if (command.name !== 'exit' || !/^[1-9]\d*$/.test(command.args[0] ?? '')) return false
    }
    return true
  }
}
