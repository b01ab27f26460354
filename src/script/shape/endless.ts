/** Commands that never return: servers in the foreground, `sleep infinity`, `tail -f`. */
import type { Statement } from '../syntax/syntax.ts'
import type { Command } from './commands.ts'
import type { Programs } from './program.ts'

/** A command that never returns, so that the script never completes. */
export interface Endless {
  /** Line in the script, counted from 1. */
  readonly line: number
  /** `sleep infinity`, `the server nginx`. */
  readonly what: string
}

function endlessCommand({ limited, name, args }: Command, programs: Programs): string | undefined {
  const found = limited ? undefined : programs.get(name)?.runsForever?.(args)
  return found === true ? `the server ${name}` : found === false ? undefined : found
}

/** What is known of a script's statements. */
export interface StatementFacts {
  readonly programs: Programs
  commandOf(statement: Statement): Command | undefined
  /** Whether a loop never ends. */
  isEndless(statement: Statement): boolean
  lineOf(offset: number): number
}

/** The first command that the script is certain to reach and that never returns. Undefined if there is none. */
export function endlessOf(body: readonly Statement[], facts: StatementFacts): Endless | undefined {
  for (const statement of body) {
    const found = endlessStatement(statement, facts)
    if (found !== undefined) return found
    const name = facts.commandOf(statement)?.name
    if (name === 'exit' || name === 'return') return undefined
  }
  return undefined
}

function endlessStatement(statement: Statement, facts: StatementFacts): Endless | undefined {
  const at = (what: string): Endless => ({ line: facts.lineOf(statement.span.start), what })
  switch (statement.kind) {
    case 'simple': {
      const command = facts.commandOf(statement)
      const what = command === undefined ? undefined : endlessCommand(command, facts.programs)
      return what === undefined ? undefined : at(what)
    }
    case 'group':
    case 'subshell':
      return endlessOf(statement.body, facts)
    case 'andOr':
      // Commands after && run if everything succeeds, which is the case that matters.
      return endlessOf([statement.first, ...statement.rest.flatMap((part) => (part.operator === '&&' ? [part.statement] : []))], facts)
    case 'pipeline': {
      const last = statement.commands.at(-1)
      return last === undefined || statement.commands.length > 1 ? undefined : endlessStatement(last, facts)
    }
    case 'loop':
      return facts.isEndless(statement) ? at('while true') : undefined
    default:
      return undefined
  }
}
