/** Where the entries of a folder come from, when nobody can list them: a clone, an archive, a copied folder of the image. */
import { maxLayers } from '../limits.ts'
import { matchesPattern } from '../value/pattern.ts'
import { type Value, valueOfKey } from '../value/value.ts'
import { NotAnalyzed } from '../value/world.ts'

/** A folder of a source, laid into another folder. Equal layers hold equal files. */
export interface Layer {
  /** What made it: `git clone URL`, `tar …`, or the start for what the image holds. */
  readonly source: string
  /** The folder within the source, '' for its top. */
  readonly path: string
  /** Only some of its files are there, the last of them cut off. */
  readonly part?: boolean
  /** Only the names of the top folder that match, or only those that do not. */
  readonly names?: { readonly pattern: string; readonly match: boolean }
}

/** What the layer brings under a path relative to it ('' or '/a/b'); undefined where it brings nothing there. */
export function sublayer(layer: Layer, path: string): Layer | undefined {
  if (path === '') return layer
  const { source, part, names } = layer
  const name = path.split('/')[1] ?? ''
  if (names !== undefined && globMatches(names.pattern, name) !== names.match) return undefined
  return { source, path: `${layer.path}${path}`, ...(part === undefined ? {} : { part }) }
}

/** What a name that is known in part can be; nothing where not even its beginning is known. @param name as in a path key */
export function namesLike(name: string): Pick<Layer, 'names'> {
  if (name.startsWith('\0')) return {}
  const pattern = valueOfKey(name).map((piece) => (typeof piece === 'string' ? piece.replaceAll(/[*?[]/g, '?') : '*'))
  return { names: { pattern: pattern.join(''), match: true } }
}

/** Shell globs: a name that begins with a dot is matched by a pattern that does only. */
export function globMatches(pattern: string, name: string): boolean {
  return name.startsWith('.') === pattern.startsWith('.') && matchesPattern(pattern, name)
}

/** Lays a layer on top. What it covers wholly is gone from below. @throws NotAnalyzed where there are too many */
export function upon(layers: readonly Layer[], layer: Layer): readonly Layer[] {
  const top = layers.at(-1)
  if (top !== undefined && covers(top, layer)) return layers
  return bounded([...layers.filter((other) => !covers(layer, other)), layer])
}

/** Puts a layer under all others: it brings only what is not there. @throws NotAnalyzed where there are too many */
export function under(layers: readonly Layer[], layer: Layer): readonly Layer[] {
  if (layers.some((other) => covers(other, layer))) return layers
  // What it covers right above it shows nothing of its own, unless it is cut off.
  const first = layers.findIndex((other) => other.part === true || !covers(layer, other))
  return bounded(first === -1 ? [layer] : [layer, ...layers.slice(first)])
}

function bounded(layers: readonly Layer[]): readonly Layer[] {
  if (layers.length > maxLayers) throw new NotAnalyzed('too many archives and folders in one folder')
  return layers
}

/** Whether everything that one layer brings is brought by the other, byte for byte. */
function covers(layer: Layer, other: Layer): boolean {
  if (layer.source !== other.source || layer.path !== other.path) return false
  if (layer.part === true && other.part !== true) return false
  return layer.names === undefined || (layer.names.pattern === other.names?.pattern && layer.names.match === other.names.match)
}

/** Patterns that take every name that begins with a dot. */
const allHidden = new Set(['.*', '.[!.]*', '.[^.]*', '.??*', '.?*'])

/** Whether every name that one pattern takes is taken by the other. */
function isWithin(pattern: string, other: string): boolean {
  if (pattern === other) return true
  return pattern.startsWith('.') ? allHidden.has(other) : other === '*'
}

/** Takes the names that match a pattern away. Two filters at once are not kept apart: the wider one stays. */
export function without(layers: readonly Layer[], pattern: string): readonly Layer[] {
  return layers.flatMap((layer) => layerWithout(layer, pattern)).reduce(upon, [])
}

function layerWithout(layer: Layer, pattern: string): readonly Layer[] {
  const dropped = { ...layer, names: { pattern, match: false } }
  if (layer.names === undefined) return [dropped]
  if (layer.names.match) return isWithin(layer.names.pattern, pattern) ? [] : [layer]
  const both = [pattern, layer.names.pattern]
  if (both.includes('*') && both.some((one) => allHidden.has(one))) return []
  return [isWithin(layer.names.pattern, pattern) ? dropped : layer]
}

/** Only the names that match a pattern. */
export function only(layers: readonly Layer[], pattern: string): readonly Layer[] {
  return layers.flatMap((layer) => {
    const kept = { ...layer, names: { pattern, match: true } }
    if (layer.names === undefined) return [kept]
    if (layer.names.match) return [layer]
    return isWithin(pattern, layer.names.pattern) ? [] : [kept]
  })
}

/** Whether some of the layers may hold a name that matches. */
export function mayHold(layers: readonly Layer[], pattern: string): boolean {
  return only(layers, pattern).length > 0
}

function layerKey({ source, path, part, names }: Layer): string {
  return `${part === true ? 'part of ' : ''}${source}:${path}${names === undefined ? '' : ` ${names.match ? 'only' : 'without'} ${names.pattern}`}`
}

/** A text that is equal for layers that hold the same. */
export function layersKey(layers: readonly Layer[]): string {
  return layers.map(layerKey).join(', ')
}

/** Whether the same layers lie in another order: they differ only where two hold the same path. */
export function sameButOrder(a: readonly Layer[], b: readonly Layer[]): boolean {
  return layersKey(a) !== layersKey(b) && a.map(layerKey).sort().join() === b.map(layerKey).sort().join()
}

const globPrefix = 'names like '

/** The field that stands for all names of an open folder that match. @param folder as written, with a slash at its end, or '' */
export function globValue(folder: string, pattern: string): Value {
  return [folder === '' ? './' : folder, { id: `${globPrefix}${pattern}`, filled: true }]
}

/** The folder and the pattern of such a field; undefined where it is any other. */
export function globOf(value: Value): { readonly folder: Value; readonly pattern: string } | undefined {
  const last = value.at(-1)
  if (typeof last !== 'object' || !last.id.startsWith(globPrefix)) return undefined
  return { folder: value.slice(0, -1), pattern: last.id.slice(globPrefix.length) }
}
