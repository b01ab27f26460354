/** What a policy says of images: registries, preloaded images, moving tags, placeholders. */
import type { RegistryFacts, RegistryHealth, RuleContext } from '../lint/rule.ts'
import { type ImageReference, imageName } from '../model/image-reference.ts'
import type { PolicyDocument, RegistryEntry } from './document.ts'
import { compileGlob, compileGlobs, type Glob, matchesAny } from './glob.ts'

/** The part of a rule's context that depends on the policy alone. */
export interface ImageFacts extends Pick<RuleContext, 'isPreloaded' | 'isMutableTag' | 'isPlaceholder'> {
  registry(reference: ImageReference): PolicyFacts
}

/** What the policy itself says of a registry; what was observed is put beside it for one review. */
export interface PolicyFacts extends RegistryFacts {
  /** The URL that tells whether it answers. */
  readonly probe: string | undefined
}

/** Istio's placeholder, which its injector replaces (istio.io, "Customizing Injection"). */
export const defaultPlaceholders: readonly string[] = ['auto']

/** Most answers that are remembered, so that names made up by strangers take no memory. */
const maxRemembered = 2000

/** Compiles the lists of a policy that speak of images. */
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

/** The facts of the policy with what probes found. */
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
  const registries: readonly CompiledRegistry[] = entries.map((entry) => ({ ...entry, glob: compileGlob(entry.match) }))
  const allowsOnlyListed = entries.some((entry) => entry.allowed === true)
  const remembered = new Map<string, PolicyFacts>()
  return (reference) => {
    const name = imageName(reference)
    const known = remembered.get(name)
    if (known !== undefined) return known
    if (remembered.size >= maxRemembered) remembered.clear()
    const facts = factsOf(name, registries, allowsOnlyListed)
    remembered.set(name, facts)
    return facts
  }
}

function factsOf(name: string, registries: readonly CompiledRegistry[], allowsOnlyListed: boolean): PolicyFacts {
  const matching = registries.filter(({ glob }) => glob.matches(name))
  const first = <Key extends keyof RegistryEntry>(key: Key): RegistryEntry[Key] | undefined =>
    matching.find((entry) => entry[key] !== undefined)?.[key]
  return Object.freeze({
    fragile: first('fragile') ?? false,
    pull: first('pull'),
    allowed: first('allowed') ?? !allowsOnlyListed,
    servedBy: first('servedBy'),
    reason: first('reason'),
    probe: first('probe'),
  })
}

/** An entry of `preloaded`: a glob of the name and, behind the last colon of the last segment, perhaps one of the tag. */
function compilePreloaded(pattern: string): (reference: ImageReference) => boolean {
  const colon = pattern.indexOf(':', pattern.lastIndexOf('/') + 1)
  if (colon === -1) {
    const glob = compileGlob(pattern)
    return (reference) => glob.matches(imageName(reference))
  }
  const name = compileGlob(pattern.slice(0, colon))
  const tag = compileGlob(pattern.slice(colon + 1))
  return (reference) => {
    // No tag and no digest: the kubelet looks for `latest`.
    const wanted = reference.tag ?? (reference.digest === null ? 'latest' : undefined)
    return wanted !== undefined && tag.matches(wanted) && name.matches(imageName(reference))
  }
}
