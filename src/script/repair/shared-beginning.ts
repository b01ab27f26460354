/** What a changed script has in common with the script before the change: its statements up to the first one that differs. */
import { sameJson } from '../../model/json.ts'
import type { Statement } from '../syntax/syntax.ts'

/**
 * A body in which each statement before the first difference is that of the other body. Such statements have the same text at the same
 * offset, so that what they did in runs of the other script (shell/known-units.ts) is known for this one.
 */
export function withBeginningOf(other: readonly Statement[], body: readonly Statement[]): readonly Statement[] {
  return new Beginning().list(other, body)
}

class Beginning {
  /** Whether the first difference was reached: the steps after it have other numbers. */
  #isOver = false

  list(others: readonly Statement[], body: readonly Statement[]): readonly Statement[] {
    return body.map((statement, index) => this.#statement(others[index], statement))
  }

  #statement(other: Statement | undefined, statement: Statement): Statement {
    if (this.#isOver) return statement
    // What a background command does depends on the statement after it.
    if (statement.kind !== 'background' && sameJson(other, statement)) return other ?? statement
    const isSameBackground = statement.kind === 'background' && sameJson(other, statement)
    const result = isSameBackground || other === undefined ? statement : this.#parts(other, statement)
    this.#isOver ||= !isSameBackground
    return result
  }

  /** The statements within one that differs (those that units.ts counts). */
  #parts(other: Statement, statement: Statement): Statement {
    if (statement.kind === 'if' && other.kind === 'if')
      return {
        ...statement,
        clauses: statement.clauses.map(({ condition, body }, index) => ({
          condition: this.list(other.clauses[index]?.condition ?? [], condition),
          body: this.list(other.clauses[index]?.body ?? [], body),
        })),
        otherwise: this.list(other.otherwise, statement.otherwise),
      }
    if (statement.kind === 'group' && other.kind === 'group' && statement.redirections.length + other.redirections.length === 0)
      return { ...statement, body: this.list(other.body, statement.body) }
    if (statement.kind === 'andOr' && other.kind === 'andOr') {
      const first = this.#statement(other.first, statement.first)
      // `set -e` heeds only the failure of the last one.
      const last = Math.min(statement.rest.length, other.rest.length) - 1
      const rest = statement.rest.map((next, index) => {
        const before = other.rest[index]
        if (index >= last || before?.operator !== next.operator) this.#isOver = true
        return before === undefined ? next : { ...next, statement: this.#statement(before.statement, next.statement) }
      })
      return { ...statement, first, rest }
    }
    return statement
  }
}
