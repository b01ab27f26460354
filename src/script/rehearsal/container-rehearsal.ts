/** The rehearsal of an init container: its script, under every flavour of shell that its image may have, over its own mounts. */
import type { Container } from '../../model/containers.ts'
import type { Siblings } from '../../model/siblings.ts'
import type { Workload } from '../../model/workload.ts'
import type { ContainerScript } from '../container/container-script.ts'
import { type Mount, sharedMounts } from '../container/storage.ts'
import { parseScript } from '../syntax/parse.ts'
import type { Script } from '../syntax/syntax.ts'
import { keyOf, RehearsalCache } from './cache.ts'
import { type ContainerRehearsal, describe, describeWithoutScript } from './description.ts'
import { inputsOf, type RunSetting } from './inputs.ts'
import { unknownFor } from './summary.ts'
import { rehearseVariants } from './variants.ts'

/** A cluster has few different init scripts, and the same template comes back with every change. */
const cache = new RehearsalCache(500)

/** Most commands over all runs of all init containers of one workload, so that many long scripts cannot make a review long. */
const maxStepsPerWorkload = 6_000
/** What is left of that, for the workloads under review. */
const budgets = new WeakMap<Workload, number>()

/**
 * Results per container, so that all rules of one review share one without a look-up by key. The result refers to nothing of the workload:
 * a WeakMap holds its values until the next full garbage collection, which would keep whole reviews in memory.
 */
const asked = new WeakMap<Container, { readonly siblings: Siblings; readonly rehearsal: ContainerRehearsal }>()

/** Rehearses a container of the workload. Equal inputs give the same object while it is in the cache. Never throws. */
export function rehearsalOf(container: Container, workload: Workload, siblings: Siblings): ContainerRehearsal {
  const before = asked.get(container)
  if (before?.siblings === siblings) return before.rehearsal
  const rehearsal = lookUp(container, workload, siblings)
  asked.set(container, { siblings, rehearsal })
  return rehearsal
}

function lookUp(container: Container, workload: Workload, siblings: Siblings): ContainerRehearsal {
  const { found, setting } = inputsOf(container, workload, siblings)
  if ('why' in found) return describeWithoutScript(found, setting.mounts)
  const key = keyOf(found, setting)
  const known = key === undefined ? undefined : cache.get(key)
  if (known !== undefined) return known
  const budget = budgets.get(workload) ?? maxStepsPerWorkload
  const { steps, rehearsal } = rehearseScript(found, setting, budget)
  budgets.set(workload, budget - steps)
  // A result that ended with the workload's budget is not the script's own.
  if (key !== undefined && steps < budget) cache.set(key, rehearsal)
  return rehearsal
}

function rehearseScript(
  found: ContainerScript,
  setting: RunSetting,
  budget: number,
): { readonly rehearsal: ContainerRehearsal; readonly steps: number } {
  const script = parseScript(found.text)
  const { positional, options, environment } = found
  const why = unreadable(script) ?? sharing(setting.mounts, script)
  const input = { script, positional, options, environment, ...setting }
  const result = why === undefined ? rehearseVariants(input, found.flavours, budget) : unknownFor([{ offset: 0, why }])
  return { rehearsal: describe(result, found, script, setting.mounts), steps: result.steps }
}

function unreadable({ features }: Script): string | undefined {
  if (features.has('template')) return 'the script is a template that nobody has filled in yet'
  if (features.has('carriage-return')) return 'its lines end with carriage returns, which the shell takes for a part of the last word'
  return undefined
}

/** One volume at two paths: the rehearsal would take them for two. */
function sharing(mounts: readonly Mount[], { text }: Script): string | undefined {
  const shared = sharedMounts(mounts, text)
  return shared === undefined ? undefined : `${shared[0].path || '/'} and ${shared[1].path || '/'} show the same files`
}
