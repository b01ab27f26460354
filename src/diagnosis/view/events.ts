/** Events, of core/v1 and of events.k8s.io/v1. */
import { asObject, asString, at, isObject, type JsonObject, member } from '../../model/json.ts'
import { oncePer } from '../../model/once-per.ts'
import { countOf, timeOf } from './values.ts'

/** Maximum number of Events that are read of one object: an event source may send 25 and then one in five minutes (client-go events_cache.go). */
const maxEvents = 500

export interface EventView {
  readonly raw: JsonObject
  readonly isWarning: boolean
  readonly reason: string
  readonly message: string
  readonly count: number
  /** Milliseconds since 1970; 0 if unknown. */
  readonly first: number
  readonly last: number
  /** The container of a Pod that it is about. */
  readonly container: string | null
  readonly kind: string
  readonly namespace: string
  readonly name: string
  readonly uid: string
}

/** Whether an object is an Event; lists of Events may omit the kind of their items. */
export function isEvent(object: unknown): boolean {
  const kind = member(object, 'kind')
  return kind === 'Event' || (kind === undefined && (isObject(member(object, 'involvedObject')) || isObject(member(object, 'regarding'))))
}

export function readEvent(raw: unknown): EventView {
  const about = member(raw, 'involvedObject') ?? member(raw, 'regarding')
  const text = (key: string) => asString(member(about, key)) ?? ''
  const first =
    timeOf(member(raw, 'firstTimestamp')) ?? timeOf(member(raw, 'deprecatedFirstTimestamp')) ?? timeOf(member(raw, 'eventTime')) ?? 0
  const last =
    timeOf(at(raw, 'series', 'lastObservedTime')) ??
    timeOf(member(raw, 'lastTimestamp')) ??
    timeOf(member(raw, 'deprecatedLastTimestamp')) ??
    first
  return {
    raw: asObject(raw),
    isWarning: member(raw, 'type') === 'Warning',
    reason: asString(member(raw, 'reason')) ?? '',
    message: asString(member(raw, 'message')) ?? asString(member(raw, 'note')) ?? '',
    count: Math.max(1, countOf(at(raw, 'series', 'count')), countOf(member(raw, 'count')), countOf(member(raw, 'deprecatedCount'))),
    first,
    last: Math.max(first, last),
    container: /^spec\.(?:initContainers|containers)\{([^}]{1,253})\}/.exec(text('fieldPath'))?.[1] ?? null,
    kind: text('kind'),
    namespace: text('namespace'),
    name: text('name'),
    uid: text('uid'),
  }
}

/**
 * The Events about an object, the newest first. Those of an earlier object with the same name are left out: the pods of a StatefulSet
 * have the same name again.
 */
export function eventsAbout(
  events: readonly EventView[],
  about: { readonly kind: string; readonly namespace: string; readonly name: string; readonly uid: string },
): readonly EventView[] {
  return (byObject(events).get(keyOf(about)) ?? [])
    .filter(
      ({ namespace, uid }) => (namespace === about.namespace || namespace === '') && (uid === about.uid || uid === '' || about.uid === ''),
    )
    .toSorted((a, b) => b.last - a.last)
    .slice(0, maxEvents)
}

/** An index, because a cluster has thousands of pods and tens of thousands of Events. */
const byObject = oncePer((events: readonly EventView[]): ReadonlyMap<string, readonly EventView[]> => Map.groupBy(events, keyOf))

function keyOf({ kind, name }: Pick<EventView, 'kind' | 'name'>): string {
  return `${kind}/${name}`
}
