/** What commands read: operands as files, standard input, whole folders. */
import { givenFile, layersOf, type Node } from '../../machine/file-system.ts'
import { globOf, layersKey } from '../../machine/layers.ts'
import { canonical, type Machine } from '../../machine/machine.ts'
import { concat, derived, empty, keyOf, lengthOf, literal, textOf, type Value } from '../../value/value.ts'

/** Paths of the kernel: they are always there, and what is read from them is not ours. */
export function isDevice(value: Value): boolean {
  const text = keyOf(value)
  return /^\/(dev|proc|sys)(\/|$)/.test(text) && !text.startsWith('/dev/shm')
}

/** Whether the operand was written with a slash at its end. */
export function endsWithSlash(operand: Value): boolean {
  const last = operand.at(-1)
  return typeof last === 'string' && last.endsWith('/')
}

/** What it costs to take a file up and to look at each of its characters, in units of `World.spend`: a few times what expanding costs. */
const [costOfFile, costOfCharacter] = [300, 4]

/** A text that a command is going to look at, counted as work. @throws NotAnalyzed where all of them together are too much */
export function counted(content: Value, { setting }: Machine): Value {
  setting.world.spend(costOfFile + lengthOf(content) * costOfCharacter)
  return content
}

/**
 * The content of the file that an operand names, `-` for standard input.
 * @returns undefined where there is no such file
 */
export function readFile(operand: Value, machine: Machine): Value | undefined {
  const text = textOf(operand)
  if (text === '-' || text === '/dev/stdin') return counted(machine.input ?? empty, machine)
  if (text === '/dev/null') return empty
  if (text === '/dev/zero') return [{ id: 'zeros' }]
  if (isDevice(operand)) return /random/.test(keyOf(operand)) ? machine.volatile(keyOf(operand)) : [{ id: keyOf(operand), filled: true }]
  const glob = globOf(operand)
  if (glob !== undefined)
    return derived(`files like ${glob.pattern}`, folderValue(machine.resolveWhole(machine.path(glob.folder)), machine))
  if (keyOf(operand).startsWith('\0')) return derived('the file named', operand)
  const path = machine.resolveWhole(machine.path(operand))
  const node = machine.files.entry(path)?.pending === undefined ? machine.suppose(path, givenFile(path)) : machine.node(path, 'file')
  return node.kind === 'file' ? counted(node.content, machine) : undefined
}

/** What a command that reads files or, without any, standard input gets. `missing`: one of them is not there. */
export function readAll(operands: readonly Value[], machine: Machine): { readonly content: Value; readonly missing: boolean } {
  if (operands.length === 0) return { content: counted(machine.input ?? empty, machine), missing: false }
  const contents = operands.map((operand) => readFile(operand, machine))
  return { content: concat(...contents.map((content) => content ?? empty)), missing: contents.includes(undefined) }
}

/** A text that is equal for folders (or files) that hold the same, as far as it is known. */
export function folderValue(path: string, machine: Machine): Value {
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

/** Where an operand of a command that writes leads to: links on the way and at the end followed. */
export function writtenPath(operand: Value, machine: Machine): string {
  return machine.resolveWhole(machine.path(operand))
}

/** Arguments as a text that tells calls apart. */
export function argumentText(values: readonly Value[]): string {
  return values.map((value) => keyOf(value).replaceAll('\0', '\x01')).join(' ')
}

/** The path of a name in a folder. */
export function within(folder: string, name: string): string {
  return canonical(`${folder}/${name}`)
}
