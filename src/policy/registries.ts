/** What a policy sets for images: registries, preloaded images, moving tags, placeholders. */
import type { RegistryFacts, RegistryHealth, RuleContext } from '../lint/rule.ts'
import type { ImageReference } from '../model/image-reference.ts'
import { comparedName, otherName } from '../model/registry-host.ts'
import { nameCovers } from './covers.ts'
import type { PolicyDocument, RegistryEntry } from './document.ts'
import { type FrozenEntry, frozenRegistries } from './frozen-registries.ts'
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

/**
 * Tags that are pushed again and again by convention. A tag with a version (`1.2-dev`, `v2-edge`) is not in the list: some projects never
 * push it again.
 */
export const defaultMutableTags: readonly string[] = [
  ...['latest-*', '*-latest', 'main', 'master', 'dev', 'edge', 'nightly', 'stable', 'rolling', 'canary', '*-SNAPSHOT'],
]

/** Whether the list of frozen registries is on. Helm's toYaml turns `on` and `off` into booleans. */
export function isFrozenListOn({ frozenRegistries: written }: Partial<PolicyDocument>): boolean {
  return written === 'on' || written === true
}

/** Maximum number of results that are cached, so that requests with random image names cannot exhaust the memory. */
const maxCached = 2000

/** Compiles the lists of a policy that concern images. */
export function compileImageFacts(document: Partial<PolicyDocument>): ImageFacts {
  const mutableTags = compileGlobs(document.mutableTags ?? defaultMutableTags)
  const placeholders = new Set(document.placeholders ?? defaultPlaceholders)
  return Object.freeze({
    registry: compileRegistries(document.registries ?? [], isFrozenListOn(document)),
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

function compileRegistries(entries: readonly RegistryEntry[], isListOn: boolean): ImageFacts['registry'] {
  const index = indexGlobs(entries.map(({ match }) => compileNameGlob(match)))
  const frozenAs = compileFrozen(isListOn ? frozenRegistries : [])
  const allowsOnlyListed = entries.some((entry) => entry.allowed === true)
  const cached = new Map<string, PolicyFacts>()
  // Images of one registry match the same entries.
  const byEntries = new Map<string, PolicyFacts>()
  const factsFor = (name: string, other: string | undefined): PolicyFacts => {
    const positions = [index.matching(name), other === undefined ? [] : index.matching(other)] as const
    const frozen = frozenAs(name) ?? (other === undefined ? undefined : frozenAs(other))
    const key = `${positions.join(' ')} ${frozen?.match ?? ''}`
    const known = byEntries.get(key)
    if (known !== undefined) return known
    const entriesAt = (list: readonly number[]): readonly RegistryEntry[] => list.flatMap((position) => entries[position] ?? [])
    return remember(
      byEntries,
      key,
      factsOf({ byName: entriesAt(positions[0]), byOther: entriesAt(positions[1]), frozen }, allowsOnlyListed),
    )
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

/** Finds an image in the list of frozen registries. */
function compileFrozen(list: readonly FrozenEntry[]): (name: string) => FrozenEntry | undefined {
  const globs = list.map((entry) => ({ entry, glob: compileNameGlob(entry.match), except: compileGlobs(entry.except ?? []) }))
  return (name) => globs.find(({ glob, except }) => glob.matches(name) && !except.some((each) => each.matches(name)))?.entry
}

interface Matching {
  /** The entries that match an image, in their order. */
  readonly byName: readonly RegistryEntry[]
  /** Those that match another name of the same images: it can forbid them, but not allow them. */
  readonly byOther: readonly RegistryEntry[]
  readonly frozen: FrozenEntry | undefined
}

/** For each property, the first entry that sets it wins. */
function factsOf({ byName, byOther, frozen }: Matching, allowsOnlyListed: boolean): PolicyFacts {
  const all = [...byName, ...byOther]
  const first = <Key extends keyof RegistryEntry>(key: Key, matching: readonly RegistryEntry[] = all): RegistryEntry[Key] | undefined =>
    matching.find((entry) => entry[key] !== undefined)?.[key]
  const isForbiddenByOther = first('allowed', byOther) === false
  const decided = (isForbiddenByOther ? byOther : byName).find(({ allowed }) => allowed !== undefined)
  // An entry for a frozen registry itself, or for a part of it, knows better than the list; one for everything does not.
  const isExpected = decided?.allowed === true && frozen !== undefined && nameCovers(frozen.match, decided.match, { left: 1 })
  return Object.freeze({
    ...(decided === undefined ? {} : { allowedBy: { match: decided.match, reason: decided.reason } }),
    ...(frozen === undefined || isExpected ? {} : { frozen }),
    fragile: first('fragile') ?? false,
    pull: first('pull'),
    allowed: (first('allowed', byName) ?? !allowsOnlyListed) && !isForbiddenByOther,
    servedBy: first('servedBy'),
    reason: first('reason'),
    probe: first('probe'),
  })
}

/** Compiles the list `preloaded`: globs for names, each optionally followed by a colon and a glob for the tag. */
function compilePreloaded(patterns: readonly string[]): RuleContext['isPreloaded'] {
  if (patterns.length === 0) return () => false
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
