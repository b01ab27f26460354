/** Analyzes a script: parses it, reads the facts that rules need, and rehearses it with each shell that its image may contain. */
import { catalogue } from '../commands/catalogue.ts'
import { type Mount, maxMounts, sharedMounts } from '../container/storage.ts'
import { unknownFor } from '../rehearsal/summary.ts'
import { rehearseVariants } from '../rehearsal/variants.ts'
import { repairsOf } from '../repair/repair.ts'
import { factsOf, type ScriptFacts } from '../shape/facts.ts'
import { maxScriptLength, parseScript } from '../syntax/parse.ts'
import { holdsTemplate } from '../syntax/prescan.ts'
import { linesOf, type Script } from '../syntax/syntax.ts'
import { textOf } from '../value/value.ts'
import { describe, notAnalyzed, type ScriptAnalysis } from './analysis.ts'
import type { ScriptInput } from './input.ts'

/** Maximum number of commands over all runs of one script, with all shells and tools that its image may contain. */
export const maxStepsPerScript = 6_000

/** Analyzes a script. Pure, never throws, and takes an amount of work that is limited whatever the script is. */
export function analyzeScript(input: ScriptInput): ScriptAnalysis {
  const { text, mounts, flavors } = input
  const why = text.length > maxScriptLength ? undefined : unreadable(text)
  // A text that no shell gets is not worth parsing.
  if (why !== undefined) return notAnalyzed(why, 1)
  const script = parseScript(text)
  const problem = unreadableMounts(mounts, text)
  const rehearsal =
    problem === undefined ? rehearseVariants({ ...input, script }, flavors, maxStepsPerScript) : unknownFor([{ offset: 0, why: problem }])
  const lineOf = linesOf(text)
  const facts = shapeOf(script, input, lineOf)
  if (rehearsal.hazards.length === 0) return describe(rehearsal, facts, lineOf, mounts)
  const { repairs, steps } = repairsOf(rehearsal, { ...input, script }, flavors, maxStepsPerScript - rehearsal.steps)
  return describe({ ...rehearsal, steps: rehearsal.steps + steps }, facts, lineOf, mounts, script.body, repairs)
}

/** Reads only what the text of a script shows, without a rehearsal. Null if it cannot be read. */
export function factsOfScript(input: ScriptInput): ScriptFacts | null {
  const { text } = input
  if (text.length > maxScriptLength || unreadable(text) !== undefined) return null
  return shapeOf(parseScript(text), input, linesOf(text))
}

function shapeOf({ body, fault }: Script, { environment }: ScriptInput, lineOf: (offset: number) => number): ScriptFacts | null {
  if (fault !== null) return null
  const known = new Map<string, string>()
  for (const [name, value] of environment) {
    const text = textOf(value)
    if (text !== undefined) known.set(name, text)
  }
  return factsOf(body, known, catalogue, lineOf)
}

function unreadable(text: string): string | undefined {
  if (holdsTemplate(text)) return 'the script is a template that is not rendered yet'
  if (text.includes('\r')) return 'its lines end with carriage returns, which the shell treats as part of the last word'
  return undefined
}

/** Why mounts cannot be rehearsed: there are too many, or one volume is at two paths, which the file system would treat as two volumes. */
function unreadableMounts(mounts: readonly Mount[], text: string): string | undefined {
  if (mounts.length > maxMounts) return `more than ${maxMounts} volume mounts`
  const shared = sharedMounts(mounts, text)
  return shared === undefined ? undefined : `${shared[0].path || '/'} and ${shared[1].path || '/'} show the same files`
}
