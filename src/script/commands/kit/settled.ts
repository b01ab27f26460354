/** Filters applied to their own output. */
import type { CommandMachine } from '../../machine/command-machine.ts'
import { edited, editsOf, identity, inWords, type Value } from '../../value/value.ts'

/**
 * The output of a filter. When the next run feeds it its own output (`jq … FILE > NEW && mv NEW FILE`), it may leave it unchanged: some
 * filters always do, some never, for the others it is assumed both ways.
 */
export function filtered(how: string, content: Value, machine: CommandMachine): Value {
  const own = ownOutput(how, content)
  return own !== undefined && isKept(undated(how), own === content, machine) ? own : edited(how, content)
}

/** What the filter itself made of its input in an earlier run: all of it, or one of several files that it combines. */
function ownOutput(how: string, content: Value): Value | undefined {
  const edits = editsOf(content)
  const place = edits.findLastIndex((edit) => isSameEdit(edit.how, how))
  // A script that sets several values one by one sets all of them again.
  if (place !== -1 && edits.slice(place + 1).every((edit) => ofOwn(edit.how) === 'same')) return content
  const piece = content.find((candidate) => isSameEdit(editsOf([candidate]).at(-1)?.how, how))
  return piece === undefined ? undefined : [piece]
}

/** Whether two edits do the same. A date is new each time, but replaces the last one. */
function isSameEdit(one: string | undefined, other: string): boolean {
  return one !== undefined && undated(one) === undated(identity(other))
}

function undated(how: string): string {
  return how.replaceAll(/\bdate of run \d+, step \d+/g, 'date')
}

function isKept(how: string, isWhole: boolean, { isFirst, world }: CommandMachine): boolean {
  if (isFirst) return false
  const again = isWhole ? ofOwn(how) : isMerge(how) ? 'same' : 'unsure'
  return again === 'same' || (again === 'unsure' && world.decide(`whether ${how} changes its own output`) === 0)
}

/** jq paths without a number: the first item of a list is a different one after the first was deleted. */
const path = String.raw`\.(?:[\w.]|\[?""\]?|\[\$\w+\])*`
/** Values that do not depend on the input. */
const variable = String.raw`\$\w+(?:\.\w+|\[\d+\])*`
const object = String.raw`\{[\w\s":,$\-{}]*\}`
const value = String.raw`(?:""|${variable}|(?:str)?env\(\w+\)|\d+|true|false|null|\[\]|${object})`
/** jq programs, with their strings emptied, that only delete, only set such values, or only merge such an object into another one. */
const settling = new RegExp(
  String.raw`^(?:\.|del\(${path}(?:, ?${path})*\)|${path} ?\|?= ?${value}|\. ?[+*] ?${object}|\. ?\* ?${variable}|${path} ?[+*]= ?${object})$`,
)
/** Those that append items to a list, text to a text, or add a number. */
const growing = new RegExp(String.raw`^${path} ?\+= ?(?:\[[^\]]+\]|""|[1-9]\d*)$`)
/** Programs that merge objects from several files: what is merged already stays. */
const merging = /^(?:\.\[\d\] ?\* ?)+\.\[\d\]$|\breduce\b.*;\s*\. ?\* ?\$\w+\s*\)$|\bireduce\b.*;\s*\. ?\* ?\$\w+\s*\)$/

/** Longest program that is read: real ones have a tenth of that, and some patterns take time that grows with its square. */
const maxProgram = 1000

/** The program of a jq call, with its strings emptied. */
function programOf(how: string): string | undefined {
  const options = /^[jy]q (?:--(?:arg|argjson|slurpfile|rawfile|argfile) \S+ \S+ |-(?!-arg|-slurpfile|-rawfile)\S+ )*(.*)$/s
  const program = options.exec(inWords(how))?.[1]
  return program === undefined || program.length > maxProgram ? undefined : program.replace(/"[^"\\]*"/g, '""')
}

function isMerge(how: string): boolean {
  return merging.test(programOf(how)?.trim() ?? '')
}

/** Filters without a number below zero or a start, which would take away more each time. */
const fixed = /^(?:uniq|expand|unexpand|dos2unix|envsubst|tr -d|(?:head|tail)(?!.* (?:-[nc] ?|--(?:lines|bytes)[ =])[-+]))/

/** The effect of a filter on its own output. Fixed filters, and jq programs that only set and delete, never change it. */
function ofOwn(how: string): 'same' | 'changes' | 'unsure' {
  if (fixed.test(how)) return 'same'
  if (/^(?:head|tail) /.test(how)) return 'changes'
  const program = programOf(how)
  // yq appends a map to a list, jq refuses to.
  if (program === undefined || (how.startsWith('yq') && /\+=? ?\{/.test(program))) return 'unsure'
  const parts = program.split(/ ?\| (?!=)/).map((part) => part.trim())
  if (parts.every((part) => settling.test(part))) return 'same'
  return parts.every((part) => settling.test(part) || growing.test(part)) ? 'changes' : 'unsure'
}
