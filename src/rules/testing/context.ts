/** A policy for tests of rules, so that they do not depend on the format of policies. */
import type { RegistryFacts, RuleContext } from '../../lint/rule.ts'
import { noSiblings } from '../../model/siblings.ts'
import type { Workload } from '../../model/workload.ts'
import { InitScripts, plainAnalyst } from '../../script/index.ts'

/** The facts about a registry that the policy does not mention. */
export const plainRegistry: RegistryFacts = {
  fragile: false,
  pull: undefined,
  allowed: true,
  servedBy: undefined,
  reason: undefined,
}

/** The context of a workload with the given parts; everything else is as with an empty policy. */
export function fakeContext(workload: Workload, parts: Partial<RuleContext> = {}): RuleContext {
  return {
    scripts: new InitScripts(workload, parts.siblings ?? noSiblings, plainAnalyst),
    registry: () => plainRegistry,
    isPreloaded: () => false,
    isMutableTag: () => false,
    isPlaceholder: (image) => image === 'auto',
    alwaysPullImages: false,
    runtime: 'containerd',
    now: 0,
    ...parts,
  }
}

/** The `registry` function of a context, from facts by the registry's host. */
export function registries(facts: Readonly<Record<string, Partial<RegistryFacts>>>): RuleContext['registry'] {
  return ({ registry }) => ({ ...plainRegistry, ...(Object.hasOwn(facts, registry) ? facts[registry] : {}) })
}
