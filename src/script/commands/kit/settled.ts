/** Filters over their own output. */
import type { Machine } from '../../machine/machine.ts'
import { edited, type Value, wasEdited } from '../../value/value.ts'

/**
 * What a filter makes of a text. It may leave its own output as it is, when the next run gives it what this one made
 * (`jq … FILE > NEW && mv NEW FILE`): some always do so, of the others it is supposed.
 */
export function filtered(how: string, content: Value, machine: Machine): Value {
  return isKept(how, content, machine) ? content : edited(how, content)
}

function isKept(how: string, content: Value, { isFirst, setting }: Machine): boolean {
  if (isFirst || !wasEdited(how, content)) return false
  return isSettled(how) || setting.world.decide(`whether ${how} changes what it made`) === 0
}

/** Paths of jq without a number: what stands first in a list is another thing once the first was deleted. */
const path = String.raw`\.(?:[\w.]|\[?""\]?)*`
/** Programs of jq, with their texts left out, that delete, or that set to what does not hang on the input. */
const settling = new RegExp(
  String.raw`^(?:\.|del\(${path}(?:, ?${path})*\)|${path} ?\|?= ?(?:""|\$\w+(?:\.\w+)*|(?:str)?env\(\w+\)|\d+|true|false|null|\[\]|\{\}))$`,
)

/** Filters whose output they never change again, and programs of jq that only set and delete. */
function isSettled(how: string): boolean {
  if (/^(uniq|expand|unexpand|dos2unix|head|tr -d)/.test(how)) return true
  const program = /^jq (?:--arg(?:json)? \S+ \S+ |-(?!-arg)\S+ )*(.*)$/.exec(how)?.[1]
  if (program === undefined) return false
  return program
    .replace(/"[^"\\]*"/g, '""')
    .split(/ ?\| (?!=)/)
    .every((part) => settling.test(part.trim()))
}
