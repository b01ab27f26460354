/** Facts about the text of an init script, regardless of the container that runs it. */
import { type ContainerRehearsal, type Statement, textOf } from '../script/index.ts'
import { type Endless, endlessOf } from '../script/shape/endless.ts'
import { isWaiter, type Probe, probeOf } from '../script/shape/server-probes.ts'
import { commandsIn, type Loop, loopsOf } from '../script/shape/waits.ts'
import { type Command, constantsOf, statementsIn } from '../script/shape/walk.ts'

/** A script that parses and has no unfilled template placeholders. Each fact is computed on first use and kept. */
export interface ScriptFacts {
  /** Every simple command. */
  commands(): readonly Command[]
  loops(): readonly Loop[]
  /** The servers that it waits for: probed in a loop, or by a tool that only waits. */
  waitedFor(): readonly Probe[]
  /** Whether it starts something in the background, which may be the server that it connects to. */
  hasBackground(): boolean
  /** The command or loop that never ends; undefined if there is none. */
  endless(): Endless | undefined
}

/** The same template comes with many reviews. Its rehearsal is then the same object, so its syntax tree is walked only once. */
const known = new WeakMap<ContainerRehearsal, ScriptFacts | null>()

/** The facts of a rehearsed script; null if it has no syntax tree. */
export function scriptFactsOf(rehearsal: ContainerRehearsal): ScriptFacts | null {
  let facts = known.get(rehearsal)
  if (facts === undefined) {
    facts = factsOf(rehearsal)
    known.set(rehearsal, facts)
  }
  return facts
}

function factsOf({ script, found }: ContainerRehearsal): ScriptFacts | null {
  if (script === null || found === undefined || script.features.has('template') || script.features.has('carriage-return')) return null
  const { body } = script
  const environment = new Map<string, string>()
  for (const [name, value] of found.environment) {
    const text = textOf(value)
    if (text !== undefined) environment.set(name, text)
  }
  // Only variables that keep one known value throughout the script.
  const variables = constantsOf(body, environment)
  const commands = once(() => commandsIn(body, variables))
  const loops = once(() => loopsOf(body, variables, commands()))
  return {
    commands,
    loops,
    waitedFor: once(() => waitedFor(commands(), loops())),
    hasBackground: once(() => hasBackground(body)),
    endless: once(() => endlessOf(body, variables, loops())),
  }
}

function once<T>(find: () => T): () => T {
  let found: { readonly answer: T } | undefined
  return () => {
    found ??= { answer: find() }
    return found.answer
  }
}

function waitedFor(commands: readonly Command[], loops: readonly Loop[]): readonly Probe[] {
  const inLoops = loops.flatMap(({ probes }) => probes)
  const tools = commands.filter(isWaiter).flatMap((command) => probeOf(command) ?? [])
  const seen = new Set(inLoops.map(({ command }) => command.offset))
  return [...inLoops, ...tools.filter(({ command }) => !seen.has(command.offset))]
}

function hasBackground(body: readonly Statement[]): boolean {
  return [...statementsIn(body)].some(({ statement }) => statement.kind === 'background')
}
