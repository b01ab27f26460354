/**
 * The units of a script: the statements that each run reaches at most once, in the order of the text. Those within loops, functions,
 * subshells and pipelines belong to the unit around them.
 */
import type { Statement } from '../syntax/syntax.ts'

/** The number of each unit, from 1. */
export type Units = ReadonlyMap<Statement, number>

export function unitsOf(body: readonly Statement[]): Units {
  const units = new Map<Statement, number>()
  collect(body, units)
  return units
}

function collect(body: readonly Statement[], units: Map<Statement, number>): void {
  for (const statement of body) {
    if (statement.kind === 'andOr') collect([statement.first, ...statement.rest.map((next) => next.statement)], units)
    else if (statement.kind === 'group' && statement.redirections.length === 0) collect(statement.body, units)
    else if (statement.kind === 'if') {
      for (const { condition, body } of statement.clauses) {
        collect(condition, units)
        collect(body, units)
      }
      collect(statement.otherwise, units)
    } else units.set(statement, units.size + 1)
  }
}
