/** What commands read: file operands, standard input, entire directories. */

import type { CommandMachine } from '../../machine/command-machine.ts'
import { givenFile, layersOf, type Node } from '../../machine/file-system.ts'
import { globOf, layersKey } from '../../machine/layers.ts'
import { canonical } from '../../value/paths.ts'
import { concat, derived, empty, isUnknownStart, keyOf, lengthOf, literal, nestedKey, textOf, type Value } from '../../value/value.ts'
import { listedMounts } from './node-mounts.ts'

/** Paths provided by the kernel: they always exist, and their content is outside the analysis. */
export function isDevice(value: Value): boolean {
  const text = keyOf(value)
  return /^\/(dev|proc|sys)(\/|$)/.test(text) && !text.startsWith('/dev/shm')
}

/** Whether the operand ends with a slash. */
export function endsWithSlash(operand: Value): boolean {
  const last = operand.at(-1)
  return typeof last === 'string' && last.endsWith('/')
}

/** The cost of opening a file and of scanning each of its characters, in units of `World.spend`: a few times the cost of an expansion. */
const [costOfFile, costOfCharacter] = [300, 4]

/** Counts the work of scanning a text. @returns the text @throws NotAnalyzed if the total is too much */
export function counted(content: Value, { world }: CommandMachine): Value {
  world.spend(costOfFile + lengthOf(content) * costOfCharacter)
  return content
}

/**
 * The content of the file that an operand names; `-` is standard input.
 * @returns undefined if there is no such file
 */
export function readFile(operand: Value, machine: CommandMachine): Value | undefined {
  const text = textOf(operand)
  if (text === '-' || text === '/dev/stdin') return counted(machine.input ?? empty, machine)
  if (text === '/dev/null') return empty
  if (text !== undefined && /^\/(proc\/(self\/|1\/)?mounts|etc\/mtab)$/.test(text)) return listedMounts(machine)
  if (text === '/dev/zero') return [{ id: 'zeros' }]
  if (isDevice(operand)) return /random/.test(keyOf(operand)) ? machine.volatile(keyOf(operand)) : [{ id: keyOf(operand), filled: true }]
  const glob = globOf(operand)
  if (glob !== undefined) return derived(`files like ${glob.pattern}`, folderValue(writtenPath(glob.folder, machine), machine))
  if (isUnknownStart(operand)) return derived('the file named', operand)
  const path = writtenPath(operand, machine)
  const node = machine.files.entry(path)?.pending === undefined ? machine.suppose(path, givenFile(path)) : machine.node(path, 'file')
  if (node.kind === 'absent') machine.misses(path, 'read')
  return node.kind === 'file' ? counted(node.content, machine) : undefined
}

/**
 * The input of a command that reads its file operands or, if there are none, standard input. `missing`: one of the files does not exist.
 */
export function readAll(operands: readonly Value[], machine: CommandMachine): { readonly content: Value; readonly missing: boolean } {
  if (operands.length === 0) return { content: counted(machine.input ?? empty, machine), missing: false }
  const contents = operands.map((operand) => readFile(operand, machine))
  return { content: concat(...contents.map((content) => content ?? empty)), missing: contents.includes(undefined) }
}

/** A text that is equal for directories (or files) whose known content is equal. */
export function folderValue(path: string, machine: CommandMachine): Value {
  const node = machine.files.look(path) ?? machine.suppose(path, { kind: 'folder', closed: false })
  const parts = [nodeValue(node, path)]
  for (const key of machine.files.below(path).sort()) {
    const entry = machine.files.entry(key)
    if (entry === undefined || (entry.writer === null && layersOf(node, path).length > 0) || entry.node.kind === 'absent') continue
    parts.push(literal(key.slice(path.length)), nodeValue(machine.files.look(key) ?? entry.node, key))
  }
  return derived('the tree', ...parts.map((part) => counted(part, machine)))
}

function nodeValue(node: Node, path: string): Value {
  if (node.kind === 'file') return node.content
  if (node.kind === 'folder') return literal(`folder of ${layersKey(layersOf(node, path))}`)
  return literal(node.kind === 'link' ? `link to ${node.target}` : node.kind)
}

/** The path that a command reads or writes for an operand: links on the way and at the end are resolved. */
export function writtenPath(operand: Value, machine: CommandMachine): string {
  return machine.resolveWhole(machine.path(operand))
}

/** The arguments as text that distinguishes calls. */
export function argumentText(values: readonly Value[]): string {
  return values.map(nestedKey).join(' ')
}

/** The path of a name in a directory. */
export function within(folder: string, name: string): string {
  return canonical(`${folder}/${name}`)
}
