/** What the tools for keys read. */

import type { CommandMachine } from '../../machine/command-machine.ts'
import { empty, keyOf, type Value } from '../../value/value.ts'
import { writtenPath } from '../kit/reading.ts'

/** The content of a file that must exist. */
export function contentOf(path: Value, machine: CommandMachine): Value {
  const node = machine.suppose(writtenPath(path, machine), { kind: 'file', content: [{ id: `file ${keyOf(path)}` }] })
  return node.kind === 'file' ? node.content : empty
}
