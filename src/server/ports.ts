import type { Registry } from '../lint/registry.ts'
import type { Policy } from '../policy/index.ts'
import type { Connections } from './connections.ts'
import type { Lifecycle } from './lifecycle.ts'
import type { Limits } from './limits.ts'
import type { Load } from './load.ts'
import type { Logger } from './log.ts'
import type { Metrics } from './metrics.ts'

/** One text of the policy, as it was read. */
export interface PolicyText {
  readonly file: string
  readonly text: string
}

/** The policy in force, always the last good one. */
export interface PolicyInForce {
  readonly policy: Policy
  /** What it was read from; none for a built-in policy. */
  readonly texts: readonly PolicyText[]
}

/** What the routes need; made once by the server, and by tests. */
export interface ServerPorts {
  readonly registry: Registry
  policyInForce(): PolicyInForce
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
