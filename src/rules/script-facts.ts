/** What the rules ask of the text of an init script, whatever container runs it. */

import { type ContainerRehearsal, type Statement, textOf } from '../script/index.ts'
import { type Endless, endlessOf } from '../script/shape/endless.ts'
import { isWaiter, type Probe, probeOf } from '../script/shape/server-probes.ts'
import { commandsIn, type Loop, loopsOf } from '../script/shape/waits.ts'
import { type Command, constantsOf, statementsIn } from '../script/shape/walk.ts'

/** A script that parses and that no template tool still has to fill in. Each answer is found when it is first asked for, and kept. */
export interface ScriptFacts {
  /** Every simple command. */
  commands(): readonly Command[]
  loops(): readonly Loop[]
  /** The servers that it waits for: asked for in a loop, or by a tool that only waits. */
  waitedFor(): readonly Probe[]
  /** Whether it starts something in the background that may answer it. */
  hasBackground(): boolean
  /** What it never gets past; undefined where there is nothing of the kind. */
  endless(): Endless | undefined
}

/** The same template comes back with every review, and its rehearsal is the same object then: its text need not be walked again. */
const known = new WeakMap<ContainerRehearsal, ScriptFacts | null>()

/** The facts of a rehearsed script; null where there is no script to be read as a tree. */
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
  // Variables that have one known value all the time.
  const variables = constantsOf(body, environment)
  const commands = once(() => commandsIn(body, variables))
  const loops = once(() => loopsOf(body, variables))
  return {
    commands,
    loops,
    waitedFor: once(() => waitedFor(commands(), loops())),
    hasBackground: once(() => hasBackground(body)),
    endless: once(() => endlessOf(body, variables)),
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
