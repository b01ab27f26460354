import type { Registry } from '../lint/registry.ts'
import type { RegistryHealth } from '../lint/rule.ts'
import type { Workload } from '../model/workload.ts'
import type { Policy } from '../policy/index.ts'
import type { AdmissionRequest } from './envelope.ts'

/** What the answers need from outside. */
export interface AdmissionPorts {
  readonly policy: Policy
  readonly registry: Registry
  /** Milliseconds since 1970, UTC. */
  readonly now: number
  /** Whether the caller will not wait any longer. */
  timeIsUp(): boolean
  /** Labels of a namespace, undefined where they are not known. */
  namespaceLabels(namespace: string): ReadonlyMap<string, string> | undefined
  /** What probes of registries found; the same for the whole review. Left out where nobody probes. */
  readonly registryHealth?: RegistryHealth
  /** Whether somebody writes down what nobody hears (`WorkloadNote`). */
  readonly takesNotes?: boolean
}

/** A review with what it is about: what `validate` and `mutate` judge. */
export interface JudgedReview {
  readonly request: AdmissionRequest
  readonly workload: Workload
  readonly old: Workload | null
}
