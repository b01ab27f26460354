/** Mappings and sequences as kubectl makes them JSON: sigs.k8s.io/yaml 1.6 (`convertToJSONableObject` in yaml.go) and go.yaml.in/yaml/v2. */
import { mapTag, seqTag } from 'js-yaml'
import { mergeKey } from './scalars.ts'

type Mapping = Record<string, unknown>

/**
 * The name that a scalar has as a key in JSON: `on` is "true", `0444` is "292". (Numbers are rounded to a float64 here; there, those with
 * a fraction or an exponent to a float32, which shows from the eighth digit on.)
 */
export function keyName(key: unknown): string {
  return key === mergeKey ? '<<' : String(key)
}

/** What a value is where it is no key of a mapping. */
export function asValue(value: unknown): unknown {
  return value === mergeKey ? '<<' : value
}

/** Why kubectl refuses a value; an empty text where it does not. */
function refusal(value: unknown): string {
  return typeof value === 'number' && !Number.isFinite(value) ? 'an infinity or a NaN, which JSON has not' : ''
}

/** The keys of a mapping that a merge has brought and that no key of its own has replaced yet. */
const merged = new WeakMap<Mapping, Set<string>>()

/** js-yaml's own merge never happens: the schema has no merge tag, so that keys arrive here in their order. */
const mapping = {
  ...mapTag,
  addPair: (mapping: Mapping, key: unknown, value: unknown): string => {
    if (key === mergeKey) return merge(mapping, value)
    if (key === null) return 'a key is null, and JSON has no such keys'
    if (typeof key !== 'object' && Object.hasOwn(mapping, keyName(key))) merged.get(mapping)?.delete(keyName(key))
    return refusal(value) || mapTag.addPair(mapping, key, asValue(value))
  },
  has: (mapping: Mapping, key: unknown): boolean =>
    key !== mergeKey && mapTag.has(mapping, key) && merged.get(mapping)?.has(keyName(key)) !== true,
}

/**
 * Puts in what a merge key names (`merge` in decode.go). It replaces the keys before it, unlike what YAML says, and is replaced by those
 * behind it; of a sequence, the first mapping that has a key wins.
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

/** Of mappings and sequences; what tag they have makes no difference (`mapping` and `sequence` in decode.go). */
export const collectionTags = [
  mapping,
  sequence,
  { ...mapping, tagName: '', matchByTagPrefix: true },
  { ...sequence, tagName: '', matchByTagPrefix: true },
]
