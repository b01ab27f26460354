/** Arithmetic on the variables of the shell: `$((…))`, `((…))` and `let`. */
import type { Machine } from '../machine/machine.ts'
import { assignVariable } from '../machine/shell-state.ts'
import { assignedBy, evaluate } from '../syntax/arithmetic.ts'
import { derived, empty, keyOf, literal, notEmpty, textOf, type Value } from '../value/value.ts'
import { NotAnalyzed } from '../value/world.ts'
import { lookup } from './variables.ts'

/** The value of an expression. Its assignments take effect. @throws NotAnalyzed for substitutions with an unknown value */
export function arithmeticValue(expression: string, machine: Machine): Value {
  const { shell } = machine
  const result = evaluate(expression, {
    // A variable that is not set is 0.
    lookup: (name) => textOf(lookup(name, machine) ?? empty),
    compared: (left, right) => machine.compared.push([left, right]),
    assign: (name, value) => assignVariable(shell, name, literal(String(value))),
  })
  if (result !== undefined) return literal(String(result))
  // A substitution can change anything.
  if (/\$\(|`/.test(expression)) throw new NotAnalyzed('arithmetic with an unknown value')
  const names = new Set(expression.match(/[A-Za-z_]\w*/g))
  const inputs = [...names].map((name) => lookup(name, machine) ?? empty)
  for (const name of assignedBy(expression))
    assignVariable(shell, name, notEmpty(derived(`arithmetic for ${name}`, literal(expression), ...inputs)))
  // A number is never the empty text.
  return notEmpty(derived('arithmetic', literal(expression), ...inputs))
}

/** The status of `((…))` and `let`: 1 if the value is 0. */
export function arithmeticStatus(expression: string, machine: Machine): number {
  const value = arithmeticValue(expression, machine)
  const text = textOf(value)
  if (text !== undefined) {
    machine.compared.push([Number(text), 0])
    return text === '0' ? 1 : 0
  }
  return machine.answer(`whether ${keyOf(value)} is 0`)
}
