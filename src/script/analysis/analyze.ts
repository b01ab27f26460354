/** Analyzes a script: parses it, reads the facts that rules need, and rehearses it with each shell that its image may contain. */
import { catalogue } from '../commands/catalogue.ts'
import { type Mount, maxMounts, sharedMounts } from '../container/storage.ts'
import type { Rehearsal } from '../rehearsal/rehearsal.ts'
import { unknownFor } from '../rehearsal/summary.ts'
import { rehearseVariants } from '../rehearsal/variants.ts'
import { repairsOf } from '../repair/repair.ts'
import { factsOf, maxWords, type ScriptFacts } from '../shape/facts.ts'
import { mistakeOf, pipedDownload } from '../shape/mistakes.ts'
import { UnsetUses } from '../shape/unset.ts'
import { KnownUnits } from '../shell/known-units.ts'
import { maxScriptLength, parseScript } from '../syntax/parse.ts'
import { holdsTemplate } from '../syntax/prescan.ts'
import { linesOf, type Script } from '../syntax/syntax.ts'
import { textOf } from '../value/value.ts'
import { describe, notAnalyzed, type ScriptAnalysis } from './analysis.ts'
import { type Ending, endingOfText, openEnding } from './ending.ts'
import type { ScriptInput } from './input.ts'

/** Maximum number of commands over all runs of one script, with all shells and tools that its image may contain. */
export const maxStepsPerScript = 6_000

/** Analyzes a script. Pure, never throws, and takes an amount of work that is limited whatever the script is. */
export function analyzeScript(input: ScriptInput): ScriptAnalysis {
  const { text, mounts, flavors } = input
  const why = text.length > maxScriptLength ? undefined : unreadable(text)
  // A text that no shell gets is not worth parsing.
  if (why !== undefined) return notAnalyzed(why, 1, unreadableEnding(input))
  const script = parseScript(text)
  const problem = unreadableMounts(mounts, text)
  const known = new KnownUnits()
  const rehearsal =
    problem === undefined ? rehearseVariants({ ...input, script, known }, flavors, maxStepsPerScript) : unrehearsed(input, script, problem)
  const lineOf = linesOf(text)
  const facts = shapeOf(script, input, lineOf)
  if (script.fault !== null) return { ...describe(rehearsal, facts, lineOf, mounts), ending: syntaxEnding(script, lineOf) }
  const unset = new UnsetUses(script.body, input)
  const mistake = mistakeOf(script.body, input, lineOf, { left: maxWords }) ?? unset.mistake(rehearsal, lineOf)
  const withText = (analysis: ScriptAnalysis) => ({
    ...analysis,
    mistake,
    ending: endingWithCause(analysis.ending, unset.causeAt(rehearsal.failure?.offset ?? -1)),
    hidden: [...analysis.hidden, ...piped],
  })
  const piped = problem === undefined ? pipedDownload(script.body, input, lineOf) : []
  if (rehearsal.hazards.length === 0) return withText(describe(rehearsal, facts, lineOf, mounts))
  const { repairs, steps } = repairsOf(rehearsal, { ...input, script, known }, flavors, maxStepsPerScript - rehearsal.steps)
  const repaired = { ...rehearsal, steps: rehearsal.steps + steps }
  return withText(describe(repaired, facts, lineOf, mounts, script.body, repairs))
}

/** A command that fails because of what it gets is not the cause. */
function endingWithCause(ending: Ending, cause: ReturnType<UnsetUses['causeAt']>): Ending {
  return ending.kind === 'fails' && cause !== undefined && /^(?:command|unread)$/.test(ending.cause) ? { ...ending, ...cause } : ending
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

/** Only the failure of the first run is certain, with volumes that may contain anything. */
function unrehearsed(input: ScriptInput, script: Script, why: string): Rehearsal {
  const unknown = unknownFor([{ offset: 0, why }])
  if (input.mounts.length > maxMounts) return unknown
  const mounts = input.mounts.map((mount) => ({ ...mount, filled: true }))
  const { failure, steps } = rehearseVariants({ ...input, script, mounts }, input.flavors, maxStepsPerScript)
  return { ...unknown, failure, steps }
}

/** Why mounts cannot be rehearsed: there are too many, or one volume is at two paths, which the file system would treat as two volumes. */
function unreadableMounts(mounts: readonly Mount[], text: string): string | undefined {
  if (mounts.length > maxMounts) return `more than ${maxMounts} volume mounts`
  const shared = sharedMounts(mounts, text)
  return shared === undefined ? undefined : `${shared[0].path || '/'} and ${shared[1].path || '/'} show the same files`
}

/** Faults that every shell reports: a word of the grammar in the wrong place, or none where one is needed. */
const syntaxFault =
  /^the script does not parse: (unexpected token '(?:fi|done|esac|then|do|else|elif|\}|\))'|expected '(?:fi|done|esac|then|do)'.*|unterminated (?:single|double) quote)$/

/** A shell runs a script as it reads it, so that it may exit before it reaches the fault. */
const mayEndEarlier = /\b(?:exit|exec|return)\b/

function syntaxEnding({ fault, faultAt, text }: Script, lineOf: (offset: number) => number): Ending {
  const what = syntaxFault.exec(fault ?? '')?.[1]
  return what === undefined || mayEndEarlier.test(text) ? openEnding : endingOfText('syntax', lineOf(faultAt ?? 0), what)
}

/** A word of the grammar that is the last one on its line: with a carriage return at its end, it is another word. */
const splitKeyword = /(?:^|[\s;])(?:then|do|else|fi|done|esac|in|\{)\r\n/

/** `set` is a special builtin: dash and BusyBox sh exit if an option is not known (POSIX XCU 2.8.1). */
const splitOptions = /^\s*set -\w+\r\n/

/** How a script ends whose lines end with carriage returns. */
function unreadableEnding({ text, flavors }: ScriptInput): Ending {
  if (!text.includes('\r') || holdsTemplate(text) || mayEndEarlier.test(text)) return openEnding
  const isStopped = splitKeyword.test(text) || (splitOptions.test(text) && flavors.every(({ dialect }) => dialect !== 'bash'))
  return isStopped ? endingOfText('carriageReturn', 1, 'carriage returns') : openEnding
}
