/** Programs that the image may hold: whether it does is one fact for every run, and nobody knows in which folder. */

import { keyOf, textOf, type Value } from '../value/value.ts'
import type { Machine } from './machine.ts'

/** Whether the image holds a program: supposed, once per world. */
export function holdsProgram(name: Value, machine: Machine): boolean {
  return machine.setting.world.decide(`whether the image holds ${JSON.stringify(name)}`) === 0
}

/** Where a program is found, as `command -v` and `which` print it; undefined where the image has none of the name. */
export function programPath(name: Value, machine: Machine): Value | undefined {
  if (!holdsProgram(name, machine)) return undefined
  if (textOf(name)?.includes('/') === true) return name
  return [{ id: `the folder of ${keyOf(name).replaceAll('\0', '')}`, filled: true }, '/', ...name]
}
