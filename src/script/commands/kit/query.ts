/** Commands that only ask: they change nothing. */
import { readableKey } from '../../value/value.ts'
import type { Call } from '../command.ts'

/** Prints an answer that is the same each time. */
export function query(call: Call): number {
  const text = call.arguments.map(readableKey).join(' ')
  call.machine.print([{ id: `${call.name} ${text}` }, '\n'])
  return 0
}
