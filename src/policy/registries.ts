/** What a policy sets for images: registries, preloaded images, moving tags, placeholders. */
import type { RegistryFacts, RegistryHealth, RuleContext } from '../lint/rule.ts'
import type { ImageReference } from '../model/image-reference.ts'
import { comparedName, otherName } from '../model/registry-host.ts'
import type { PolicyDocument, RegistryEntry } from './document.ts'
import { compileGlob, compileGlobs, type Glob, matchesAny } from './glob.ts'
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
  const preloaded = (document.preloaded ?? []).map(compilePreloaded)
  const mutableTags = compileGlobs(document.mutableTags ?? [])
  const placeholders = new Set(document.placeholders ?? defaultPlaceholders)
  return Object.freeze({
    registry: compileRegistries(document.registries ?? []),
    isPreloaded: (reference: ImageReference) => preloaded.some((covers) => covers(reference)),
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

interface CompiledRegistry extends RegistryEntry {
  readonly glob: Glob
}

function compileRegistries(entries: readonly RegistryEntry[]): ImageFacts['registry'] {
  const registries: readonly CompiledRegistry[] = entries.map((entry) => ({ ...entry, glob: compileNameGlob(entry.match) }))
  const allowsOnlyListed = entries.some((entry) => entry.allowed === true)
  const cached = new Map<string, PolicyFacts>()
  return (reference) => {
    const name = comparedName(reference)
    const known = cached.get(name)
    if (known !== undefined) return known
    if (cached.size >= maxCached) cached.clear()
    const facts = factsOf(name, otherName(reference), registries, allowsOnlyListed)
    cached.set(name, facts)
    return facts
  }
}

/** @param other another name of the same images: it can forbid them, but not allow them */
function factsOf(name: string, other: string | undefined, registries: readonly CompiledRegistry[], allowsOnlyListed: boolean): PolicyFacts {
  const byName = registries.filter(({ glob }) => glob.matches(name))
  const byOther = other === undefined ? [] : registries.filter(({ glob }) => glob.matches(other))
  const first = <Key extends keyof RegistryEntry>(key: Key, matching = [...byName, ...byOther]): RegistryEntry[Key] | undefined =>
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

/** Compiles an entry of `preloaded`: a glob for the name, optionally followed by a colon and a glob for the tag. */
function compilePreloaded(pattern: string): (reference: ImageReference) => boolean {
  const colon = pattern.indexOf(':', pattern.lastIndexOf('/') + 1)
  if (colon === -1) {
    const glob = compileNameGlob(pattern)
    return (reference) => glob.matches(comparedName(reference))
  }
  const name = compileNameGlob(pattern.slice(0, colon))
  const tag = compileGlob(pattern.slice(colon + 1))
  return (reference) => {
    // Without tag and digest, the kubelet looks for `latest`.
    const wanted = reference.tag ?? (reference.digest === null ? 'latest' : undefined)
    return wanted !== undefined && tag.matches(wanted) && name.matches(comparedName(reference))
  }
}
