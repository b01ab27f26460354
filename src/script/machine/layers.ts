/** Sources of the entries of a directory that cannot be listed: a clone, an archive, a copied directory of the image. */
import { maxLayers } from '../limits.ts'
import { matchesPattern } from '../value/pattern.ts'
import { isUnknownStart, type Unknown, type Value, valueOfKey } from '../value/value.ts'
import { NotAnalyzed } from '../value/world.ts'

/** The contents of a source's directory, written into another directory. Equal layers contain equal files. */
export interface Layer {
  /** What provides the files: `git clone URL`, `tar …`, or `start` for the image. */
  readonly source: string
  /** The directory within the source, '' for its top. */
  readonly path: string
  /** Whether only some of its files exist, the last of them incomplete. */
  readonly part?: boolean
  /** Limits the layer to the top-level names that match a pattern, or to those that do not. */
  readonly names?: { readonly pattern: string; readonly match: boolean }
}

/** The part of a layer under a relative path ('' or '/a/b'); undefined if it contains nothing there. */
export function sublayer(layer: Layer, path: string): Layer | undefined {
  if (path === '') return layer
  const { source, part, names } = layer
  const name = path.split('/')[1] ?? ''
  if (names !== undefined && !mayMatch(names, name)) return undefined
  return { source, path: `${layer.path}${path}`, ...(part === undefined ? {} : { part }) }
}

/** Like `globMatches`, also for a name that stands for all those that another pattern matches. @param name as in a path key */
export function allMatch(pattern: string, name: string): boolean {
  const [piece, ...more] = valueOfKey(name)
  if (typeof piece !== 'object' || more.length > 0 || !isGlobPiece(piece)) return globMatches(pattern, name)
  return isWithin(piece.id.slice(globPrefix.length), pattern)
}

/** Whether a filter lets a name through. @param name as in a path key; the names that match a pattern may be among those of another one */
function mayMatch({ pattern, match }: NonNullable<Layer['names']>, name: string): boolean {
  const [piece, ...more] = valueOfKey(name)
  if (typeof piece !== 'object' || more.length > 0 || !isGlobPiece(piece)) return globMatches(pattern, name) === match
  return match || !isWithin(piece.id.slice(globPrefix.length), pattern)
}

/** A filter for the possible values of a partly known name; none if its beginning is not known. @param name as in a path key */
export function namesLike(name: string): Pick<Layer, 'names'> {
  const value = valueOfKey(name)
  if (isUnknownStart(value)) return {}
  const pattern = value.map((piece) => (typeof piece === 'string' ? piece.replaceAll(/[*?[]/g, '?') : '*'))
  return { names: { pattern: pattern.join(''), match: true } }
}

/** Matches a name against a shell glob: a name that begins with a dot needs a pattern that begins with one. */
export function globMatches(pattern: string, name: string): boolean {
  return name.startsWith('.') === pattern.startsWith('.') && matchesPattern(pattern, name)
}

/** Puts a layer on top of others, and drops those that it covers completely. @throws NotAnalyzed if there are too many */
export function upon(layers: readonly Layer[], layer: Layer): readonly Layer[] {
  const top = layers.at(-1)
  if (top !== undefined && covers(top, layer)) return layers
  return bounded([...layers.filter((other) => !covers(layer, other)), layer])
}

/** Puts a layer under all others, so that it only adds what is missing. @throws NotAnalyzed if there are too many */
export function under(layers: readonly Layer[], layer: Layer): readonly Layer[] {
  if (layers.some((other) => covers(other, layer))) return layers
  // A layer right above it that it covers adds nothing, unless that layer is incomplete.
  const first = layers.findIndex((other) => other.part === true || !covers(layer, other))
  return bounded(first === -1 ? [layer] : [layer, ...layers.slice(first)])
}

function bounded(layers: readonly Layer[]): readonly Layer[] {
  if (layers.length > maxLayers) throw new NotAnalyzed('too many archives and copies in one directory')
  return layers
}

/** Whether `layer` contains everything that `other` contains, byte for byte. */
function covers(layer: Layer, other: Layer): boolean {
  if (layer.source !== other.source || layer.path !== other.path) return false
  if (layer.part === true && other.part !== true) return false
  return layer.names === undefined || (layer.names.pattern === other.names?.pattern && layer.names.match === other.names.match)
}

/** Patterns that match every name that begins with a dot. */
const allHidden = new Set(['.*', '.[!.]*', '.[^.]*', '.??*', '.?*'])

/** Whether every name that `pattern` matches is also matched by `other`. */
function isWithin(pattern: string, other: string): boolean {
  if (pattern === other) return true
  return pattern.startsWith('.') ? allHidden.has(other) : other === '*'
}

/** The layers without the names that match a pattern. A layer has only one filter: of two, the wider one is kept. */
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

/** The layers with only the names that match a pattern. */
export function only(layers: readonly Layer[], pattern: string): readonly Layer[] {
  return layers.flatMap((layer) => {
    const kept = { ...layer, names: { pattern, match: true } }
    if (layer.names === undefined) return [kept]
    if (layer.names.match) return [layer]
    return isWithin(pattern, layer.names.pattern) ? [] : [kept]
  })
}

/** Whether any of the layers may contain a name that matches. */
export function mayHold(layers: readonly Layer[], pattern: string): boolean {
  return only(layers, pattern).length > 0
}

function layerKey({ source, path, part, names }: Layer): string {
  return `${part === true ? 'part of ' : ''}${source}:${path}${names === undefined ? '' : ` ${names.match ? 'only' : 'without'} ${names.pattern}`}`
}

/** A key for layers: equal keys mean equal contents. */
export function layersKey(layers: readonly Layer[]): string {
  return layers.map(layerKey).join(', ')
}

/** Whether two lists contain the same layers in another order. Their contents differ only if two layers contain the same path. */
export function sameButOrder(a: readonly Layer[], b: readonly Layer[]): boolean {
  return layersKey(a) !== layersKey(b) && a.map(layerKey).sort().join() === b.map(layerKey).sort().join()
}

const globPrefix = 'names like '

/** The field that represents all matching names of an open directory. @param folder as written, with a trailing slash, or empty */
export function globValue(folder: Value, pattern: string): Value {
  return [...(folder.length === 0 ? ['./'] : folder), { id: `${globPrefix}${pattern}`, filled: true }]
}

/** Whether an unknown piece represents the name of a file that matches a pattern. */
export function isGlobPiece({ id }: Unknown): boolean {
  return id.startsWith(globPrefix)
}

/** The directory and the pattern of such a field; undefined for any other field. */
export function globOf(value: Value): { readonly folder: Value; readonly pattern: string } | undefined {
  const last = value.at(-1)
  if (typeof last !== 'object' || !last.id.startsWith(globPrefix)) return undefined
  return { folder: value.slice(0, -1), pattern: last.id.slice(globPrefix.length) }
}
