/** Mappings and sequences as kubectl converts them to JSON: sigs.k8s.io/yaml 1.6 (`convertToJSONableObject` in yaml.go) and yaml/v2. */
import { mapTag, seqTag } from 'js-yaml'
import { mergeKey } from './scalars.ts'

type Mapping = Record<string, unknown>

/**
 * The name of a scalar as a key in JSON: `on` is "true", `0444` is "292". (Numbers are rounded to a float64 here, but the library rounds
 * those with a fraction or an exponent to a float32; the difference shows from the eighth digit on.)
 */
export function keyName(key: unknown): string {
  return key === mergeKey ? '<<' : String(key)
}

/** A value as it is when it is not a key of a mapping. */
export function asValue(value: unknown): unknown {
  return value === mergeKey ? '<<' : value
}

/** Why kubectl rejects a value; an empty string if it does not. */
function refusal(value: unknown): string {
  return typeof value === 'number' && !Number.isFinite(value) ? 'infinity or NaN, which JSON cannot represent' : ''
}

/** The keys of a mapping that come from a merge and that no key of its own has replaced yet. */
const merged = new WeakMap<Mapping, Set<string>>()

/** js-yaml's own merge never happens: the schema has no merge tag, so that keys arrive here in order. */
const mapping = {
  ...mapTag,
  addPair: (mapping: Mapping, key: unknown, value: unknown): string => {
    if (key === mergeKey) return merge(mapping, value)
    if (key === null) return 'a key is null, which JSON does not allow'
    if (typeof key !== 'object' && Object.hasOwn(mapping, keyName(key))) merged.get(mapping)?.delete(keyName(key))
    return refusal(value) || mapTag.addPair(mapping, key, asValue(value))
  },
  has: (mapping: Mapping, key: unknown): boolean =>
    key !== mergeKey && mapTag.has(mapping, key) && merged.get(mapping)?.has(keyName(key)) !== true,
}

/**
 * Inserts the keys of a merge (`merge` in decode.go). Contrary to YAML, they replace the keys before the merge, and the keys after it
 * replace them; if the merge key has a sequence, the first mapping that has a key wins.
 */
function merge(mapping: Mapping, source: unknown): string {
  const sources: readonly unknown[] = Array.isArray(source) ? source : [source]
  if (!sources.every(isMapping)) return 'the merge key << takes a mapping or a list of mappings'
  const brought = merged.get(mapping) ?? new Set()
  merged.set(mapping, brought)
  for (const from of sources.toReversed()) {
    for (const [name, value] of Object.entries(from)) {
      if (!Object.hasOwn(mapping, name)) brought.add(name)
      mapTag.addPair(mapping, name, value)
    }
  }
  return ''
}

function isMapping(value: unknown): value is Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

const sequence = {
  ...seqTag,
  addItem: (sequence: unknown[], item: unknown): string => {
    sequence.push(asValue(item))
    return refusal(item)
  },
}

/** Tags of mappings and sequences; their names make no difference (`mapping` and `sequence` in decode.go). */
export const collectionTags = [
  mapping,
  sequence,
  { ...mapping, tagName: '', matchByTagPrefix: true },
  { ...sequence, tagName: '', matchByTagPrefix: true },
]
