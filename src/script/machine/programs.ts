/** Programs that the image may contain. Whether it does is one fact for all runs; the directory of a program is never known. */

import { type Programs, programAt } from '../shape/program.ts'
import { unknownPiece } from '../shape/words.ts'
import { readableKey, textOf, type Value } from '../value/value.ts'
import type { CommandMachine } from './command-machine.ts'

/** Whether the image contains a program, by assumption. */
export function holdsProgram(name: Value, machine: Pick<CommandMachine, 'world'>): boolean {
  return machine.world.decide(`whether the image holds ${JSON.stringify(name)}`) === 0
}

/** The path of a program, as `command -v` and `which` print it; undefined if the image does not contain it. */
export function programPath(name: Value, machine: Pick<CommandMachine, 'world'>): Value | undefined {
  if (!holdsProgram(name, machine)) return undefined
  if (textOf(name)?.includes('/') === true) return name
  return [{ id: `${folderPrefix}${readableKey(name)}`, filled: true }, '/', ...name]
}

const folderPrefix = 'the folder of '

/** Whether a value is the path that `programPath` gives. */
export function isProgramPath([folder]: Value): boolean {
  return typeof folder === 'object' && folder.id.startsWith(folderPrefix)
}

/** The program that the name of a command refers to; undefined if it is not known which one that is. */
export function programOf(name: Value, programs: Programs): string | undefined {
  return programAt(name.map((piece) => (typeof piece === 'string' ? piece : unknownPiece)).join(''), programs)
}
