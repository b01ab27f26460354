/** The rehearsal of an init container: a dry run of its script with its mounts, for each shell that its image may contain. */
import type { Container } from '../../model/containers.ts'
import type { Siblings } from '../../model/siblings.ts'
import type { Workload } from '../../model/workload.ts'
import type { ContainerScript } from '../container/container-script.ts'
import { type Mount, maxMounts, sharedMounts } from '../container/storage.ts'
import { maxScriptLength, parseScript } from '../syntax/parse.ts'
import type { Script } from '../syntax/syntax.ts'
import { keyOf, RehearsalCache } from './cache.ts'
import { type ContainerRehearsal, describe, describeWithoutScript } from './description.ts'
import { inputsOf, type RunSetting } from './inputs.ts'
import { unknownFor } from './summary.ts'
import { rehearseVariants } from './variants.ts'

/** A cluster has few different init scripts, and each change of a workload submits the same template again. */
const cache = new RehearsalCache(500, 256 * 1024)

/** Maximum number of commands over all runs of all init containers of one workload, so that many long scripts cannot make a review slow. */
const maxStepsPerWorkload = 6_000
/**
 * Longest text of all init scripts of one workload that is parsed, in UTF-16 units: twice the longest single script. The syntax trees of one
 * workload are in memory at the same time.
 */
const maxTextPerWorkload = 2 * maxScriptLength

/** The remaining budgets of each workload under review. */
const budgets = new WeakMap<Workload, { steps: number; text: number }>()

/**
 * Results per container, so that the rules of one review share a result without computing its cache key. A result must not refer to the
 * workload: a WeakMap keeps its values until the next full garbage collection, which would keep whole reviews in memory.
 */
const results = new WeakMap<Container, { readonly siblings: Siblings; readonly rehearsal: ContainerRehearsal }>()

/** Rehearses a container of the workload. Equal inputs return the same object while it is cached. Never throws. */
export function rehearsalOf(container: Container, workload: Workload, siblings: Siblings): ContainerRehearsal {
  const before = results.get(container)
  if (before?.siblings === siblings) return before.rehearsal
  const rehearsal = lookUp(container, workload, siblings)
  results.set(container, { siblings, rehearsal })
  return rehearsal
}

const tooLong = 'the init scripts of this workload are longer than 128 KiB in total'

function lookUp(container: Container, workload: Workload, siblings: Siblings): ContainerRehearsal {
  const { found, setting } = inputsOf(container, workload, siblings)
  if ('why' in found) return describeWithoutScript(found, setting.mounts)
  const key = keyOf(found, setting)
  const known = key === undefined ? undefined : cache.get(key)
  if (known !== undefined) return known
  const left = budgets.get(workload) ?? { steps: maxStepsPerWorkload, text: maxTextPerWorkload }
  budgets.set(workload, left)
  left.text -= found.text.length
  if (left.text < 0) return describeWithoutScript({ why: tooLong, pointer: found.pointer }, setting.mounts)
  const { steps, rehearsal } = rehearseScript(found, setting, left.steps)
  // A result that was cut short by the workload's budget is not valid for the script in general.
  if (key !== undefined && steps < left.steps) cache.set(key, rehearsal)
  left.steps -= steps
  return rehearsal
}

function rehearseScript(
  found: ContainerScript,
  setting: RunSetting,
  budget: number,
): { readonly rehearsal: ContainerRehearsal; readonly steps: number } {
  const script = parseScript(found.text)
  const { positional, options, environment } = found
  const why = unreadable(script) ?? unreadableMounts(setting.mounts, script)
  const input = { script, positional, options, environment, ...setting }
  const result = why === undefined ? rehearseVariants(input, found.flavors, budget) : unknownFor([{ offset: 0, why }])
  return { rehearsal: describe(result, found, script, setting.mounts), steps: result.steps }
}

function unreadable({ features }: Script): string | undefined {
  if (features.has('template')) return 'the script is a template that is not rendered yet'
  if (features.has('carriage-return')) return 'its lines end with carriage returns, which the shell treats as part of the last word'
  return undefined
}

/** Why mounts cannot be rehearsed: there are too many, or one volume is at two paths, which the file system would treat as two volumes. */
function unreadableMounts(mounts: readonly Mount[], { text }: Script): string | undefined {
  if (mounts.length > maxMounts) return `more than ${maxMounts} volume mounts`
  const shared = sharedMounts(mounts, text)
  return shared === undefined ? undefined : `${shared[0].path || '/'} and ${shared[1].path || '/'} show the same files`
}
