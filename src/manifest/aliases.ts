import { EVENT_ID, type Event } from 'js-yaml'

/** What is wrong with an alias and where in the parsed text. */
export interface AliasFault {
  readonly offset: number
  readonly reason: string
}

/** Maximum number of nodes in a document with all aliases expanded: hundreds of times more than any real manifest. */
const maxExpandedNodes = 2_000_000

interface Open {
  readonly anchor: string | undefined
  nodes: number
}

/**
 * Looks for aliases that would harm code that walks the value: too many of them, an alias inside its own anchor (an infinite value),
 * and chains of aliases that multiply (a few hundred bytes that expand to gigabytes).
 * @param events of one or more documents
 * @param maxAliases the maximum number of aliases in all of them together
 * @returns the first fault, or undefined
 */
export function findAliasFault(events: readonly Event[], source: string, maxAliases: number): AliasFault | undefined {
  const aliases = events.filter((event) => event.type === EVENT_ID.ALIAS)
  const tooMany = aliases[maxAliases]
  if (tooMany !== undefined) {
    const reason =
      maxAliases === 0 ? 'aliases (*name) are not supported here; write the value out' : `there are more than ${maxAliases} aliases`
    return { offset: tooMany.anchorStart - 1, reason }
  }
  return aliases.length === 0 ? undefined : findExplosion(events, source)
}

function findExplosion(events: readonly Event[], source: string): AliasFault | undefined {
  const sizes = new Map<string, number>()
  const stack: Open[] = []
  for (const event of events) {
    const nodes = measure(event, source, stack, sizes)
    if (typeof nodes !== 'number') return nodes
    const parent = stack.at(-1)
    if (parent === undefined) continue
    parent.nodes += nodes
    if (parent.nodes > maxExpandedNodes) {
      return { offset: 'anchorStart' in event ? Math.max(event.anchorStart - 1, 0) : 0, reason: 'the aliases expand to too many values' }
    }
  }
  return undefined
}

/** Returns how many nodes an event adds to its parent; maintains the stack of open collections and the sizes of anchors. */
function measure(event: Event, source: string, stack: Open[], sizes: Map<string, number>): number | AliasFault {
  switch (event.type) {
    case EVENT_ID.POP: {
      const closed = stack.pop()
      if (closed?.anchor !== undefined) sizes.set(closed.anchor, closed.nodes)
      return closed?.nodes ?? 0
    }
    case EVENT_ID.ALIAS: {
      const name = source.slice(event.anchorStart, event.anchorEnd)
      if (stack.some((open) => open.anchor === name))
        return { offset: event.anchorStart - 1, reason: `the alias "${name}" refers to a value that contains it` }
      return sizes.get(name) ?? 1
    }
    case EVENT_ID.SCALAR: {
      if (event.anchorStart >= 0) sizes.set(source.slice(event.anchorStart, event.anchorEnd), 1)
      return 1
    }
    case EVENT_ID.DOCUMENT:
      sizes.clear()
      stack.push({ anchor: undefined, nodes: 0 })
      return 0
    default:
      stack.push({ anchor: event.anchorStart >= 0 ? source.slice(event.anchorStart, event.anchorEnd) : undefined, nodes: 1 })
      return 0
  }
}
