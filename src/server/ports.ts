import type { Registry } from '../lint/registry.ts'
import type { RegistryHealth } from '../lint/rule.ts'
import type { Analyses } from './analysis/analyses.ts'
import type { Jobs } from './analysis/workers.ts'
import type { Connections } from './bounds/connections.ts'
import type { Lifecycle } from './bounds/lifecycle.ts'
import type { Limits } from './bounds/limits.ts'
import type { Load } from './bounds/load.ts'
import type { Turns } from './bounds/turns.ts'
import type { EventSink, PolicyInForce } from './keepers/contracts.ts'
import type { Logger, ReviewSelection } from './observe/log.ts'
import type { Metrics } from './observe/metrics.ts'
import type { RegistryState } from './registry-prober/prober.ts'

/** Names a ConfigMap. */
export interface ConfigMapName {
  /** Undefined for any namespace: the webhook configuration then selects it. */
  readonly namespace?: string
  readonly name: string
}

/** Everything that the routes depend on. */
export interface ServerPorts {
  readonly registry: Registry
  policyInForce(): PolicyInForce
  /** Labels of a namespace; undefined if they are unknown. */
  namespaceLabels(namespace: string): ReadonlyMap<string, string> | undefined
  /** The results of the registry probes so far, as an immutable value. */
  registryHealth(): RegistryHealth
  /** The state of the probed registries, as this replica sees them. */
  registryStates(): readonly RegistryState[]
  /** Omitted if Events are off. */
  readonly events?: EventSink
  /** The ConfigMap with the policy, which /validate-policy checks. */
  readonly policyConfigMap: ConfigMapName
  /** Does jobs apart from the event loop. */
  readonly jobs: Jobs
  readonly analyses: Analyses
  readonly lifecycle: Lifecycle
  readonly connections: Connections
  readonly load: Load
  /** Large reviews take turns with everything else. */
  readonly turns: Turns
  readonly metrics: Metrics
  readonly log: Logger
  readonly logReviews: ReviewSelection
  readonly limits: Limits
  readonly docsBase: string
  /** The files of the playground; omitted if it is not served. */
  readonly pageDirectory?: string | undefined
  /** Milliseconds since 1970, UTC. */
  now(): number
}
