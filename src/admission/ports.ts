import type { Registry } from '../lint/registry.ts'
import type { RegistryHealth } from '../lint/rule.ts'
import type { Workload } from '../model/workload.ts'
import type { Policy } from '../policy/index.ts'
import type { Analyst } from '../script/index.ts'
import type { AdmissionRequest } from './envelope.ts'

/** What answering a review depends on. */
export interface AdmissionPorts {
  readonly policy: Policy
  readonly registry: Registry
  /** Milliseconds since 1970, UTC. */
  readonly now: number
  /** Analyzes init scripts. What it has no analysis of yet, it may have when the review is answered again. */
  readonly analyst: Analyst
  /** Whether the deadline of the caller has passed. */
  timeIsUp(): boolean
  /** Labels of a namespace, undefined if they are unknown. */
  namespaceLabels(namespace: string): ReadonlyMap<string, string> | undefined
  /** Results of the registry probes; they do not change during the review. Omitted if no registry is probed. */
  readonly registryHealth?: RegistryHealth
  /** The base URL of the rule pages. */
  readonly docsBase: string
  /** Whether `WorkloadNote`s are recorded as Events. */
  readonly takesNotes?: boolean
}

/** A review with its workload, the input of `validate` and `mutate`. */
export interface JudgedReview {
  readonly request: AdmissionRequest
  readonly workload: Workload
}
