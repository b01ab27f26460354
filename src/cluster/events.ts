import { hostname } from 'node:os'
import { PatchStrategy, setHeaderOptions } from '@kubernetes/client-node'
import { shorten } from '../lint/text.ts'
import { type ClusterClient, statusOf } from './client.ts'

/** The object of an Event, with the fields by which `kubectl describe` finds it. */
export interface EventSubject {
  readonly apiVersion: string
  readonly kind: string
  readonly namespace: string
  readonly name: string
  readonly uid?: string
  readonly resourceVersion?: string
}

/** An Event to write. */
export interface ClusterEvent {
  /** The same for the same occurrence on every replica, so that together they write one Event. A DNS subdomain. */
  readonly name: string
  readonly about: EventSubject
  readonly type: 'Normal' | 'Warning'
  /** A machine-readable reason in CamelCase. */
  readonly reason: string
  /** A human-readable description. */
  readonly message: string
}

/** Longest message, characters: about the 1 kB of the newer Event API (kubernetes pkg/apis/core/validation/events.go, NoteLengthLimit). */
const maxMessage = 1000

const component = 'initlint'

/** Request options for a merge patch (RFC 7396). */
export const mergePatch = () => setHeaderOptions('Content-Type', PatchStrategy.MergePatch)

const conflict = 409

/**
 * Writes an Event, or updates its message and timestamp if it exists already.
 * @param now ms since 1970
 * @returns `known` if this or another replica has already written it
 * @throws the error of client-node
 */
export async function writeEvent({ core }: ClusterClient, event: ClusterEvent, now: number): Promise<'written' | 'known'> {
  const { name, about, type, reason } = event
  const { namespace } = about
  const message = shorten(event.message, maxMessage)
  const time = new Date(now)
  try {
    await core.createNamespacedEvent({
      namespace,
      body: {
        metadata: { name, namespace },
        involvedObject: { ...about },
        type,
        reason,
        message,
        source: { component },
        reportingComponent: component,
        reportingInstance: hostname(),
        firstTimestamp: time,
        lastTimestamp: time,
        count: 1,
      },
    })
    return 'written'
  } catch (error) {
    if (statusOf(error) !== conflict) throw error
  }
  // RBAC allows initlint to create and patch Events, but not to read them, so the count does not change.
  await core.patchNamespacedEvent({ name, namespace, body: { message, lastTimestamp: time.toISOString() } }, mergePatch())
  return 'known'
}
