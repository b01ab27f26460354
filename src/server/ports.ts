import type { Registry } from '../lint/registry.ts'
import type { RegistryHealth } from '../lint/rule.ts'
import type { Connections } from './bounds/connections.ts'
import type { Lifecycle } from './bounds/lifecycle.ts'
import type { Limits } from './bounds/limits.ts'
import type { Load } from './bounds/load.ts'
import type { EventSink, PolicyInForce } from './keepers/contracts.ts'
import type { Logger } from './observe/log.ts'
import type { Metrics } from './observe/metrics.ts'
import type { RegistryState } from './registry-prober/prober.ts'

/** Names a ConfigMap. */
export interface ConfigMapName {
  /** Undefined for any: the webhook configuration then chooses the namespace. */
  readonly namespace?: string
  readonly name: string
}

/** What the routes need; made once by the server, and by tests. */
export interface ServerPorts {
  readonly registry: Registry
  policyInForce(): PolicyInForce
  /** Labels of a namespace; undefined where they are not known. */
  namespaceLabels(namespace: string): ReadonlyMap<string, string> | undefined
  /** What probes of registries found, as a value that does not change any more. */
  registryHealth(): RegistryHealth
  /** The registries that are probed, as this replica sees them. */
  registryStates(): readonly RegistryState[]
  /** Left out where nobody writes Events. */
  readonly events?: EventSink
  /** The ConfigMap that holds the policy: what /validate-policy judges. */
  readonly policyConfigMap: ConfigMapName
  readonly lifecycle: Lifecycle
  readonly connections: Connections
  readonly load: Load
  readonly metrics: Metrics
  readonly log: Logger
  readonly limits: Limits
  readonly docsBase: string
  /** Milliseconds since 1970, UTC. */
  now(): number
}
