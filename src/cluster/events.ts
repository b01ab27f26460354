import { hostname } from 'node:os'
import { PatchStrategy, setHeaderOptions } from '@kubernetes/client-node'
import { shorten } from '../lint/text.ts'
import { type ClusterClient, statusOf } from './client.ts'

/** What an Event is about, as `kubectl describe` looks for it. */
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
  /** The same for the same occurrence on every replica, so that several write one Event. A DNS subdomain. */
  readonly name: string
  readonly about: EventSubject
  readonly type: 'Normal' | 'Warning'
  /** In CamelCase: why, for machines. */
  readonly reason: string
  /** For people. */
  readonly message: string
}

/** Longest message, characters: about the 1 kB of the newer Event API (kubernetes pkg/apis/core/validation/events.go, NoteLengthLimit). */
const maxMessage = 1000

const component = 'initlint'

/** How a merge patch is sent (RFC 7396). */
export const mergePatch = () => setHeaderOptions('Content-Type', PatchStrategy.MergePatch)

const conflict = 409

/**
 * Writes an Event, or says of one that is there already that it happened again.
 * @param now ms since 1970
 * @returns `known` where another replica, or we, had written it already
 * @throws what client-node throws
 */
export async function writeEvent({ core }: ClusterClient, event: ClusterEvent, now: number): Promise<'written' | 'known'> {
  const { name, about, type, reason } = event
  const { namespace } = about
  const time = new Date(now)
  try {
    await core.createNamespacedEvent({
      namespace,
      body: {
        metadata: { name, namespace },
        involvedObject: { ...about },
        type,
        reason,
        message: shorten(event.message, maxMessage),
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
  // RBAC lets us create and patch Events, not read them: the count stays as it is.
  await core.patchNamespacedEvent({ name, namespace, body: { lastTimestamp: time.toISOString() } }, mergePatch())
  return 'known'
}
