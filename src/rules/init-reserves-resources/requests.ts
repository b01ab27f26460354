/**
 * What the scheduler reserves for a pod, split into the initialization stage and the time after it.
 * Source: component-helpers resource/helpers.go, AggregateContainerRequests; KEP-753 (sidecars).
 */
import type { Container } from '../../model/containers.ts'
import { at, member } from '../../model/json.ts'
import { parseQuantity } from '../../model/quantity.ts'
import type { Workload } from '../../model/workload.ts'

/** The resources that the rule looks at. */
export type Resource = 'cpu' | 'memory'

/** What a pod asks for of one resource, in cores or bytes. */
export interface PodRequests {
  /** The init container that sets the peak of the initialization stage. */
  readonly peakContainer: Container
  /** Its request, with those of the sidecars that are declared before it. */
  readonly peak: number
  /** The app containers and all sidecars together: what runs afterwards. */
  readonly running: number
}

/**
 * Adds up the requests of a workload's pod.
 * @returns undefined where there is nothing to compare: no plain init container asks for the resource, no app container does, or an
 *   amount cannot be read
 */
export function podRequests(workload: Workload, resource: Resource): PodRequests | undefined {
  let sidecars = 0
  let apps = 0
  let peak: { readonly container: Container; readonly amount: number } | undefined
  for (const container of workload.containers()) {
    if (container.role === 'ephemeral') continue
    const amount = requestOf(container, resource)
    if (amount === undefined) return undefined
    if (container.role === 'sidecar') sidecars += amount
    else if (container.role === 'app') apps += amount
    else if (amount > 0 && amount + sidecars > (peak?.amount ?? 0)) peak = { container, amount: amount + sidecars }
  }
  if (peak === undefined || apps <= 0) return undefined
  return { peakContainer: peak.container, peak: peak.amount, running: apps + sidecars }
}

/** A container's request; its limit where it has none (SetDefaults_Pod); 0 where it has neither; undefined where it is unreadable. */
function requestOf(container: Container, resource: Resource): number | undefined {
  const resources = member(container.raw, 'resources')
  const value = at(resources, 'requests', resource) ?? at(resources, 'limits', resource)
  if (value === undefined || value === null) return 0
  const amount = parseQuantity(value)
  return amount === undefined || amount < 0 ? undefined : amount
}
