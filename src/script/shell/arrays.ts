/** Arrays of bash: what assignments store, and what `${name[…]}` expands to. Associative arrays are not supported. */
import { maxFields } from '../limits.ts'
import type { Machine } from '../machine/machine.ts'
import { assignVariable } from '../machine/shell-state.ts'
import type { Assignment, Word, WordPart } from '../syntax/syntax.ts'
import { concat, derived, empty, literal, textOf, unanalyzed, type Value } from '../value/value.ts'
import { NotAnalyzed } from '../value/world.ts'
import type { ShellContext } from './shell-context.ts'

export type Elements = Extract<WordPart, { kind: 'elements' }>

/** Assigns `name=(…)`, `name+=(…)` or `name[…]=…`. Any other assignment makes the contents of the array unknown. */
export function assignArray({ name, append, elements, element }: Assignment, context: ShellContext, offset: number): void {
  const { machine } = context
  if (elements !== undefined) {
    const added = elements.flatMap((word) => context.fields(word))
    if (added.some((field) => textOf(field) === undefined) && elements.some(isSplit)) {
      storeUnknown(name, append ? [...(valuesOf(name, machine) ?? []), ...added] : added, machine)
      return
    }
    storeArray(name, append ? [...(valuesOf(name, machine) ?? []), ...added] : added, machine)
    return
  }
  const index = element === undefined ? undefined : numberOf(context.text(element.index))
  const values = valuesOf(name, machine) ?? []
  if (element === undefined || index === undefined || index < 0 || index > values.length) {
    // The contents of the array are unknown, and may differ in the next run.
    machine.unknowns.push({ offset, why: 'an array' })
    machine.shell.arrays.delete(name)
    assignVariable(machine.shell, name, unanalyzed(`the array ${name} ${machine.isFirst ? 'at first' : 'again'}`))
    return
  }
  const text = context.text(element.value)
  storeArray(name, values.toSpliced(index, 1, append ? concat(values[index] ?? empty, text) : text), machine)
}

/** The values of an array, or of a variable that is not an array: bash reads it as one with a single element. Undefined if it is not set. */
function valuesOf(name: string, { shell }: Machine): readonly Value[] | undefined {
  const scalar = shell.variables.get(name)
  return shell.arrays.get(name) ?? (scalar === undefined ? undefined : [scalar])
}

/** Whether a word can become several elements. */
function isSplit({ parts }: Word): boolean {
  return parts.some((part) => 'quoted' in part && !part.quoted && part.kind !== 'literal')
}

/** Sets an array whose elements, and their number, are not known: its value stands for all of them. */
export function storeUnknown(name: string, values: readonly Value[], machine: Machine): void {
  machine.shell.arrays.delete(name)
  assignVariable(machine.shell, name, values.length === 1 ? (values[0] ?? empty) : derived('the elements of an array', ...values))
}

/** Sets all elements of an array. */
export function storeArray(name: string, values: readonly Value[], machine: Machine): void {
  if (values.length > maxFields) throw new NotAnalyzed('an array with too many elements')
  machine.setting.world.spend(values.length)
  machine.shell.arrays.delete(name)
  const [first] = values
  if (first === undefined) machine.shell.variables.delete(name)
  else assignVariable(machine.shell, name, first)
  machine.shell.arrays.set(name, values)
}

/**
 * The elements that `${name[@]}` and similar expand to.
 * @param scalar the value of a variable that is not an array, undefined if it is not set
 * @param textOfIndex expands the index
 */
export function elementsOf(part: Elements, machine: Machine, scalar: Value | undefined, textOfIndex: () => Value): readonly Value[] {
  const values = machine.shell.arrays.get(part.name) ?? (scalar === undefined ? [] : [scalar])
  if (part.index === null) {
    const isUnknown = isUnknownArray(part.name, values, machine)
    if (part.what === 'count') return [isUnknown ? derived('the number of elements', ...values) : literal(String(values.length))]
    return part.what === 'keys' ? values.map((_, index) => literal(String(index))) : values
  }
  const index = textOfIndex()
  const number = indexIn(index, machine)
  const found = isUnknownArray(part.name, values, machine)
    ? derived('the element', index, ...values)
    : number === undefined
      ? undefined
      : (values.at(number) ?? empty)
  if (found === undefined) throw new NotAnalyzed('an element of an array')
  if (part.what !== 'count') return [found]
  const text = textOf(found)
  if (text === undefined) throw new NotAnalyzed('the length of an element of an array')
  return [literal(String(text.length))]
}

/** Whether a variable is an array with unknown elements, such as BASH_REMATCH: its value stands for all of them. */
function isUnknownArray(name: string, values: readonly Value[], { shell }: Machine): boolean {
  return !shell.arrays.has(name) && values.some((value) => textOf(value) === undefined)
}

/** An index is a number, or the name of a variable that holds one; other arithmetic is not supported. Negative ones count from the end. */
function indexIn(value: Value, machine: Machine): number | undefined {
  const text = textOf(value)
  const name = /^[A-Za-z_]\w*$/.exec(text ?? '')?.[0]
  return numberOf(name === undefined ? value : (machine.shell.variables.get(name) ?? literal('0')))
}

function numberOf(value: Value): number | undefined {
  const text = textOf(value)
  return text !== undefined && /^-?(?:0|[1-9]\d{0,5})$/.test(text) ? Number(text) : undefined
}
