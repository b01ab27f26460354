/** What the status of a Pod says about its containers: which run, and which do not start today, whatever a drill assumes. */
import { asArray, asString, at, type JsonObject, member } from '../../model/json.ts'
import { imageReasons, initialReasons } from '../../startup/status/waiting-reasons.ts'
import type { DrillUse, PodShape } from './pod-shape.ts'

/** The key of troubles that concern only new Pods: no node takes them. No image has it. */
export const ofNewPods = ' '

export interface Trouble {
  /** The slots of the images of containers that run now. */
  readonly running: ReadonlySet<number>
  /** By image key for images that cannot be pulled, under an empty string for everything else: `app: CrashLoopBackOff`; see `ofNewPods`. */
  readonly troubles: ReadonlyMap<string, string>
}

/** Reads the container statuses of a Pod. */
export function troubleOf(pod: JsonObject, { uses, slots }: PodShape): Trouble {
  const running = new Set<number>()
  const troubles = new Map<string, string>()
  const byName = new Map(uses.flatMap((use) => (use.role === 'image-volume' ? [] : [[use.name, use] as const])))
  const statuses = ['initContainerStatuses', 'containerStatuses'].flatMap((key) => asArray(at(pod, 'status', key)))
  for (const status of statuses) {
    const name = asString(member(status, 'name')) ?? ''
    const use = byName.get(name)
    if (use === undefined) continue
    if (at(status, 'state', 'running') !== undefined) running.add(use.slot)
    const reason = asString(at(status, 'state', 'waiting', 'reason')) ?? ''
    const isInitial = initialReasons.has(reason)
    // A container that has not started yet need not have its image on the node.
    const isEarly = isInitial && reason !== '' && use.role !== 'init'
    if (imageReasons.has(reason) || isEarly) troubles.set(slots[use.slot] ?? '', `${name}: ${reason}`)
    else if (!isInitial) troubles.set('', `${name}: ${reason}`)
  }
  if (statuses.length === 0 && at(pod, 'status', 'phase') === 'Running') assumeRunning(uses, running)
  if (isUnschedulable(pod)) troubles.set(ofNewPods, 'a Pod is not scheduled')
  // An image volume is mounted as long as a container runs.
  if (running.size > 0) for (const { role, slot } of uses) if (role === 'image-volume') running.add(slot)
  return { running, troubles }
}

function isUnschedulable(pod: JsonObject): boolean {
  return asArray(at(pod, 'status', 'conditions')).some(
    (condition) =>
      member(condition, 'type') === 'PodScheduled' &&
      member(condition, 'status') === 'False' &&
      member(condition, 'reason') === 'Unschedulable',
  )
}

/** Saved lists may lack container statuses. */
function assumeRunning(uses: readonly DrillUse[], running: Set<number>): void {
  for (const { role, slot } of uses) if (role === 'app' || role === 'sidecar') running.add(slot)
}
