import { EVENT_ID, type Event, SCALAR_STYLE, type ScalarEvent } from 'js-yaml'
import type { Dialect } from './dialects.ts'
import { keyNameOf } from './repeated-keys.ts'

/** One node of a document and the key that leads to it. */
export interface Entry {
  /** Index of the node's event. */
  readonly node: number
  /** Index of the key's event; the node itself for items of a sequence and for the root. */
  readonly key: number
}

/** Why a change of a node would apply in other places, too. */
export type Sharing = 'alias' | 'merge' | 'anchor'

/** A node with the collection that contains it. */
export interface Way extends Entry {
  /** Index of the event of the collection. */
  readonly parent: number
  /** Why the collection is shared with other places; undefined if it is written where its value is used, and only there. */
  readonly sharedParent: Sharing | undefined
  /** The same for the node itself. */
  readonly shared: Sharing | undefined
}

/** Finds the nodes of one document by JSON Pointer. */
export interface NodeIndex {
  find(pointer: string): Entry | undefined
  /** Undefined for the root, and if there is no such node. */
  way(pointer: string): Way | undefined
  /** Which events belong together; built on first use. */
  shape(): Shape
}

type Children = ReadonlyMap<string, Entry>

/**
 * An index over the events of one document. It is built lazily: `find` reads each collection on the path once.
 * @param events of the complete text
 * @param first index of the document's DOCUMENT event
 */
export function nodeIndexOf(events: readonly Event[], first: number, source: string, dialect: Dialect): NodeIndex {
  const children = new Map<number, Children>()
  let known: Shape | undefined
  const shape = (): Shape => {
    known ??= shapeOf(events, first, source)
    return known
  }
  const resolve = (node: number): number => shape().targets.get(node) ?? node
  const childrenOf = (node: number): Children => {
    const resolved = resolve(node)
    const known = children.get(resolved)
    if (known !== undefined) return known
    const read = readChildren(events, resolved, source, shape(), dialect)
    children.set(resolved, read)
    return read
  }
  const child = (node: number, step: string): (Entry & { readonly isMerged?: true }) | undefined => {
    const children = childrenOf(node)
    const own = children.get(step)
    const merge = children.get('<<')
    // Merged keys replace the keys before the merge.
    if (own !== undefined && (merge === undefined || own.key >= merge.key)) return own
    const other = merged(merge, step)
    return other === undefined ? own : { ...other, isMerged: true }
  }
  const sharingOf = (node: number): Sharing | undefined => {
    if (events[node]?.type === EVENT_ID.ALIAS) return 'alias'
    return shape().referenced.has(node) ? 'anchor' : undefined
  }
  // A merge key names one mapping or a sequence of mappings, and the first one that has the key wins. One level is enough for a position.
  const merged = (entry: Entry | undefined, step: string): Entry | undefined => {
    if (entry === undefined) return undefined
    const from = childrenOf(entry.node)
    const direct = from.get(step)
    if (direct !== undefined) return direct
    for (const [name, item] of from) {
      if (!/^\d+$/.test(name)) return undefined
      const found = childrenOf(item.node).get(step)
      if (found !== undefined) return found
    }
    return undefined
  }
  return {
    shape,
    find: (pointer) => {
      let entry: Entry | undefined = { node: first + 1, key: first + 1 }
      for (const step of stepsOf(pointer)) {
        entry = child(entry.node, step)
        if (entry === undefined) return undefined
      }
      return entry
    },
    way: (pointer) => {
      let way: Way | undefined
      let parent = first + 1
      let sharedParent = sharingOf(parent)
      for (const step of stepsOf(pointer)) {
        const entry = child(parent, step)
        if (entry === undefined) return undefined
        const shared = sharedParent ?? (entry.isMerged ? 'merge' : sharingOf(entry.node))
        way = { node: entry.node, key: entry.key, parent: resolve(parent), sharedParent, shared }
        parent = entry.node
        sharedParent = shared
      }
      return way
    },
  }
}

function stepsOf(pointer: string): readonly string[] {
  const [, ...steps] = pointer.split('/')
  return steps.map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
}

/** Which events belong together. */
export interface Shape {
  /** For each collection event: the index of its POP. */
  readonly ends: ReadonlyMap<number, number>
  /** For each POP: the index of its collection event. */
  readonly openers: ReadonlyMap<number, number>
  /** For each alias event: the event that it refers to. */
  readonly targets: ReadonlyMap<number, number>
  /** The events that aliases refer to. */
  readonly referenced: ReadonlySet<number>
}

function shapeOf(events: readonly Event[], first: number, source: string): Shape {
  const ends = new Map<number, number>()
  const openers = new Map<number, number>()
  const targets = new Map<number, number>()
  const anchors = new Map<string, number>()
  const open: number[] = []
  for (let index = first; index < events.length; index++) {
    const event = events[index] as Event
    if (event.type === EVENT_ID.POP) {
      const opener = open.pop() ?? first
      ends.set(opener, index)
      openers.set(index, opener)
      if (open.length === 0) break
    } else if (event.type === EVENT_ID.ALIAS) {
      const target = anchors.get(source.slice(event.anchorStart, event.anchorEnd))
      if (target !== undefined) targets.set(index, target)
    } else {
      if (event.type !== EVENT_ID.DOCUMENT && event.anchorStart >= 0) anchors.set(source.slice(event.anchorStart, event.anchorEnd), index)
      if (event.type !== EVENT_ID.SCALAR) open.push(index)
    }
  }
  return { ends, openers, targets, referenced: new Set(targets.values()) }
}

const noChildren: Children = new Map()

function readChildren(events: readonly Event[], node: number, source: string, shape: Shape, dialect: Dialect): Children {
  const event = events[node]
  const end = shape.ends.get(node)
  if (end === undefined || (event?.type !== EVENT_ID.MAPPING && event?.type !== EVENT_ID.SEQUENCE)) return noChildren
  const after = (index: number): number => (shape.ends.get(index) ?? index) + 1
  const children = new Map<string, Entry>()
  for (let index = node + 1, item = 0; index < end; item++) {
    if (event.type === EVENT_ID.SEQUENCE) {
      children.set(String(item), { node: index, key: index })
      index = after(index)
    } else {
      const key = events[index]
      const value = after(index)
      if (key?.type === EVENT_ID.SCALAR) children.set(keyNameOf(key, source, dialect), { node: value, key: index })
      index = after(value)
    }
  }
  return children
}

/** The offset of a node in the source, including an opening quote or the indicator of a block scalar. Undefined for a node without text. */
export function startOffset(events: readonly Event[], index: number, source: string): number | undefined {
  const event = events[index]
  switch (event?.type) {
    case EVENT_ID.SCALAR:
      return scalarStart(event, source)
    case EVENT_ID.ALIAS:
      return event.anchorStart - 1
    case EVENT_ID.MAPPING:
    case EVENT_ID.SEQUENCE:
      return event.start
    default:
      return undefined
  }
}

function scalarStart(event: ScalarEvent, source: string): number | undefined {
  if (event.valueStart < 0) return undefined
  if (event.style === SCALAR_STYLE.SINGLE_QUOTED || event.style === SCALAR_STYLE.DOUBLE_QUOTED) return event.valueStart - 1
  if (event.style === SCALAR_STYLE.PLAIN) return event.valueStart
  return blockIndicator(event, source)
}

/** The offset of the `|` or `>` of a block scalar: the last one in its header line that only indicators and a comment follow. */
function blockIndicator(event: ScalarEvent, source: string): number {
  const indicator = event.style === SCALAR_STYLE.LITERAL_BLOCK ? '|' : '>'
  const headerEnd = event.valueStart - 1
  const headerStart = source.lastIndexOf('\n', headerEnd - 1) + 1
  const comment = source.indexOf(' #', headerStart)
  const searchEnd = comment === -1 || comment > headerEnd ? headerEnd : comment
  const found = source.lastIndexOf(indicator, searchEnd)
  return found < headerStart ? event.valueStart : found
}
