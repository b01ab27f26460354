/** A policy for tests of rules, so that they do not depend on how policies are written and read. */
import type { RegistryFacts, RuleContext } from '../../lint/rule.ts'

/** What a registry is where the policy says nothing. */
export const plainRegistry: RegistryFacts = {
  fragile: false,
  pull: undefined,
  allowed: true,
  servedBy: undefined,
  reason: undefined,
}

/** A context with the parts that a case names; all else is as with an empty policy. */
export function fakeContext(parts: Partial<RuleContext> = {}): RuleContext {
  return {
    registry: () => plainRegistry,
    isPreloaded: () => false,
    isMutableTag: () => false,
    isPlaceholder: (image) => image === 'auto',
    alwaysPullImages: false,
    old: null,
    now: 0,
    ...parts,
  }
}

/** A `registry` for a context: facts by the registry's host. */
export function registries(facts: Readonly<Record<string, Partial<RegistryFacts>>>): RuleContext['registry'] {
  return ({ registry }) => ({ ...plainRegistry, ...(Object.hasOwn(facts, registry) ? facts[registry] : {}) })
}
