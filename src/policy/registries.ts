/** What a policy sets for images: registries, preloaded images, moving tags, placeholders. */
import type { RegistryFacts, RegistryHealth, RuleContext } from '../lint/rule.ts'
import type { ImageReference } from '../model/image-reference.ts'
import { comparedName, otherName } from '../model/registry-host.ts'
import type { PolicyDocument, RegistryEntry } from './document.ts'
import { compileGlob, compileGlobs, type Glob } from './glob.ts'
import { indexGlobs, matchesAny } from './glob-index.ts'
import { compileNameGlob } from './image-name.ts'

/** The part of a rule's context that depends on the policy alone. */
export interface ImageFacts extends Pick<RuleContext, 'isPreloaded' | 'isMutableTag' | 'isPlaceholder'> {
  registry(reference: ImageReference): PolicyFacts
}

/** What the policy itself sets for a registry; observations are added for each review. */
export interface PolicyFacts extends RegistryFacts {
  /** The URL that is probed to see whether the registry responds. */
  readonly probe: string | undefined
}

/** Istio's placeholder, which its injector replaces (istio.io, "Customizing Injection"). */
export const defaultPlaceholders: readonly string[] = ['auto']

/** Maximum number of results that are cached, so that requests with random image names cannot exhaust the memory. */
const maxCached = 2000

/** Compiles the lists of a policy that concern images. */
export function compileImageFacts(document: Partial<PolicyDocument>): ImageFacts {
  const mutableTags = compileGlobs(document.mutableTags ?? [])
  const placeholders = new Set(document.placeholders ?? defaultPlaceholders)
  return Object.freeze({
    registry: compileRegistries(document.registries ?? []),
    isPreloaded: compilePreloaded(document.preloaded ?? []),
    isMutableTag: (tag: string) => matchesAny(mutableTags, tag),
    isPlaceholder: (image: string) => placeholders.has(image),
  })
}

/** The facts of the policy, combined with the results of probes. */
export function withHealth({ registry }: ImageFacts, health: RegistryHealth): RuleContext['registry'] {
  return (reference) => {
    const facts = registry(reference)
    const observed = facts.probe === undefined ? undefined : health.get(facts.probe)
    return observed === undefined ? facts : { ...facts, observed }
  }
}

function compileRegistries(entries: readonly RegistryEntry[]): ImageFacts['registry'] {
  const index = indexGlobs(entries.map(({ match }) => compileNameGlob(match)))
  const allowsOnlyListed = entries.some((entry) => entry.allowed === true)
  const cached = new Map<string, PolicyFacts>()
  // Images of one registry match the same entries.
  const byEntries = new Map<string, PolicyFacts>()
  const factsFor = (name: string, other: string | undefined): PolicyFacts => {
    const positions = [index.matching(name), other === undefined ? [] : index.matching(other)] as const
    const key = positions.join(' ')
    const known = byEntries.get(key)
    if (known !== undefined) return known
    const entriesAt = (list: readonly number[]): readonly RegistryEntry[] => list.flatMap((position) => entries[position] ?? [])
    return remember(byEntries, key, factsOf(entriesAt(positions[0]), entriesAt(positions[1]), allowsOnlyListed))
  }
  return (reference) => {
    const name = comparedName(reference)
    const known = cached.get(name)
    return known ?? remember(cached, name, factsFor(name, otherName(reference)))
  }
}

function remember(cached: Map<string, PolicyFacts>, key: string, facts: PolicyFacts): PolicyFacts {
  if (cached.size >= maxCached) cached.clear()
  cached.set(key, facts)
  return facts
}

/**
 * For each property, the first entry that sets it wins.
 * @param byName the entries that match an image, in their order
 * @param byOther those that match another name of the same images: it can forbid them, but not allow them
 */
function factsOf(byName: readonly RegistryEntry[], byOther: readonly RegistryEntry[], allowsOnlyListed: boolean): PolicyFacts {
  const all = [...byName, ...byOther]
  const first = <Key extends keyof RegistryEntry>(key: Key, matching: readonly RegistryEntry[] = all): RegistryEntry[Key] | undefined =>
    matching.find((entry) => entry[key] !== undefined)?.[key]
  return Object.freeze({
    fragile: first('fragile') ?? false,
    pull: first('pull'),
    allowed: (first('allowed', byName) ?? !allowsOnlyListed) && first('allowed', byOther) !== false,
    servedBy: first('servedBy'),
    reason: first('reason'),
    probe: first('probe'),
  })
}

/** Compiles the list `preloaded`: globs for names, each optionally followed by a colon and a glob for the tag. */
function compilePreloaded(patterns: readonly string[]): RuleContext['isPreloaded'] {
  const entries = patterns.map((pattern) => {
    const colon = pattern.indexOf(':', pattern.lastIndexOf('/') + 1)
    return colon === -1
      ? { name: compileNameGlob(pattern), tag: undefined }
      : { name: compileNameGlob(pattern.slice(0, colon)), tag: compileGlob(pattern.slice(colon + 1)) }
  })
  const index = indexGlobs(entries.map(({ name }) => name))
  return (reference) => {
    // Without tag and digest, the kubelet looks for `latest`.
    const wanted = reference.tag ?? (reference.digest === null ? 'latest' : undefined)
    return index.matching(comparedName(reference)).some((position) => {
      const tag: Glob | undefined = entries[position]?.tag
      return tag === undefined || (wanted !== undefined && tag.matches(wanted))
    })
  }
}
