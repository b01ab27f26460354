/**
 * The resources that the scheduler reserves for a pod, split into the init stage and the time after it.
 * Source: component-helpers resource/helpers.go, AggregateContainerRequests; KEP-753 (sidecars).
 */
import type { Container } from '../../model/containers.ts'
import { at, member } from '../../model/json.ts'
import { parseQuantity } from '../../model/quantity.ts'
import type { Workload } from '../../model/workload.ts'

/** The resources that the rule checks. */
export type Resource = 'cpu' | 'memory'

/** The requests of a pod for one resource, in cores or bytes. */
export interface PodRequests {
  /** The init container with the peak request of the init stage. */
  readonly peakContainer: Container
  /** Its request, plus those of the sidecars that are declared before it. */
  readonly peak: number
  /** The requests of the app containers and all sidecars, which run afterward. */
  readonly running: number
}

/**
 * Adds up the requests of a workload's pod.
 * @returns undefined if there is nothing to compare: no plain init container requests the resource, no app container does, or an
 *   amount cannot be parsed
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

/** A container's request; its limit if it has none (SetDefaults_Pod); 0 if it has neither; undefined if it cannot be parsed. */
function requestOf(container: Container, resource: Resource): number | undefined {
  const resources = member(container.raw, 'resources')
  // Most containers of most workloads have none.
  if (resources === undefined) return 0
  const value = at(resources, 'requests', resource) ?? at(resources, 'limits', resource)
  if (value === undefined || value === null) return 0
  const amount = parseQuantity(value)
  return amount === undefined || amount < 0 ? undefined : amount
}
