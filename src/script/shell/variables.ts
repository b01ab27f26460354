/** The values of variables and special parameters. */
import type { Machine } from '../machine/machine.ts'
import { pathValue } from '../value/paths.ts'
import { concat, empty, literal, unknown, type Value } from '../value/value.ts'

/**
 * The value of a variable, undefined if it is not set. An unset variable with a capitalized name may come from the image, so its value is
 * unknown.
 */
export function lookup(name: string, machine: Machine): Value | undefined {
  const { shell } = machine
  if (/^[1-9]\d*$/.test(name)) return shell.positional[Number(name) - 1]
  switch (name) {
    case '?':
      return literal(String(machine.lastStatus))
    case '#':
      return literal(String(shell.positional.length))
    case '@':
    case '*':
      return shell.positional.reduce<Value>((all, next) => (all.length === 0 ? next : concat(all, literal(' '), next)), empty)
    case '$':
    case '!':
    case 'RANDOM':
    case 'SECONDS':
    case 'EPOCHSECONDS':
      return machine.volatile(`$${name}`)
    case 'PWD':
      return machine.folder === undefined ? unknown('PWD') : pathValue(machine.folder)
    default:
      return shell.variables.get(name) ?? (/^[A-Z0]/.test(name) ? unknown(`$${name}`) : undefined)
  }
}
