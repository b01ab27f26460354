/** Scripts in files whose text is known: they come from a ConfigMap of the same input, or the script wrote them itself. */
import { Jump, type Machine, type Step } from '../machine/machine.ts'
import { parseScript } from '../syntax/parse.ts'
import type { Script } from '../syntax/syntax.ts'
import { textOf, type Value } from '../value/value.ts'
import { NotAnalyzed, type World } from '../value/world.ts'
import type { ShellContext } from './shell-context.ts'

/** Parsing a character takes as long as expanding this many. */
const costOfParsing = 50

/** The text of a file that is run or sourced, undefined if it is not known. @param file as the command names it */
export function shownText(file: Value, machine: Machine): string | undefined {
  const name = textOf(file)
  if (name === undefined || (!name.startsWith('/') && machine.shell.folder === undefined)) return undefined
  const path = machine.resolveWhole(machine.path(file))
  const listed = machine.files.look(path)
  // Nothing is assumed about files of the image, neither that they exist nor what they contain.
  const node = listed ?? (machine.setting.world.texts.has(path) ? machine.node(path, 'file') : undefined)
  return node?.kind === 'file' ? textOf(node.content) : undefined
}

/** Runs a text in the current shell, as `.` does. */
export function runSourced(text: string, positional: readonly Value[], context: ShellContext, step: Step): number {
  const { machine } = context
  const { shell } = machine
  const { body } = parsed(text, machine)
  // bash and BusyBox sh pass the arguments after the file to it, dash does not.
  if (positional.length > 0 && !machine.isDialect('bash')) throw new NotAnalyzed('a script that is sourced with arguments')
  const outer = shell.positional
  if (positional.length > 0) shell.positional = positional
  try {
    return machine.reportAt(step.offset, () => context.list(body))
  } catch (error) {
    if (error instanceof Jump && error.kind === 'return') return error.status
    throw error
  } finally {
    if (positional.length > 0) shell.positional = outer
  }
}

/** Parsed scripts of each rehearsal: a loop can run the same text a thousand times. */
const scripts = new WeakMap<World, Map<string, Script>>()

/** Parses a nested script. @throws NotAnalyzed if it does not parse, or if no shell could run it as it is */
export function parsed(text: string, { setting }: Machine): Script {
  const known = scripts.get(setting.world) ?? new Map<string, Script>()
  scripts.set(setting.world, known)
  const script = known.get(text) ?? parseNested(text, setting.world)
  known.set(text, script)
  return script
}

function parseNested(text: string, world: World): Script {
  world.spend(text.length * costOfParsing)
  const script = parseScript(text)
  if (script.fault !== null) throw new NotAnalyzed('a nested script that does not parse')
  if (script.features.has('template') || script.features.has('carriage-return')) {
    throw new NotAnalyzed('a nested script that is a template, or whose lines end with carriage returns')
  }
  return script
}
