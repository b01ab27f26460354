/** Filters applied to their own output. */
import type { CommandMachine } from '../../machine/command-machine.ts'
import { edited, type Value, wasEdited } from '../../value/value.ts'

/**
 * The output of a filter. When the next run feeds it its own output (`jq … FILE > NEW && mv NEW FILE`), it may leave it unchanged: some
 * filters always do, for the others it is assumed both ways.
 */
export function filtered(how: string, content: Value, machine: CommandMachine): Value {
  return isKept(how, content, machine) ? content : edited(how, content)
}

function isKept(how: string, content: Value, { isFirst, world }: CommandMachine): boolean {
  if (isFirst || !wasEdited(how, content)) return false
  return isSettled(how) || world.decide(`whether ${how} changes its own output`) === 0
}

/** jq paths without a number: the first item of a list is a different one after the first was deleted. */
const path = String.raw`\.(?:[\w.]|\[?""\]?)*`
/** jq programs, with their strings emptied, that only delete, or only set values that do not depend on the input. */
const settling = new RegExp(
  String.raw`^(?:\.|del\(${path}(?:, ?${path})*\)|${path} ?\|?= ?(?:""|\$\w+(?:\.\w+)*|(?:str)?env\(\w+\)|\d+|true|false|null|\[\]|\{\}))$`,
)

/** Whether a filter never changes its own output: fixed filters, and jq programs that only set and delete. */
function isSettled(how: string): boolean {
  if (/^(uniq|expand|unexpand|dos2unix|head|tr -d)/.test(how)) return true
  const program = /^jq (?:--arg(?:json)? \S+ \S+ |-(?!-arg)\S+ )*(.*)$/.exec(how)?.[1]
  if (program === undefined) return false
  return program
    .replace(/"[^"\\]*"/g, '""')
    .split(/ ?\| (?!=)/)
    .every((part) => settling.test(part.trim()))
}
