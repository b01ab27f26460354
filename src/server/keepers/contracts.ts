/** What a keeper implements and what it receives: all that whoever keeps a server's state elsewhere (src/cluster) needs of the server. */
import type { WorkloadNote } from '../../admission/index.ts'
import type { Registry } from '../../lint/registry.ts'
import type { Policy } from '../../policy/index.ts'
import type { Logger } from '../observe/log.ts'
import type { Metrics, PolicyOrigin } from '../observe/metrics.ts'

/** What Node's TLS takes; the same object at the start and at every swap. */
export interface SecureOptions {
  readonly cert: string
  readonly key: string
  readonly minVersion: 'TLSv1.2'
  readonly ca?: string
}

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
  /** Left out where it can only be what the files say. */
  readonly state?: PolicyState
}

/** Why this policy is in force. */
export interface PolicyState {
  readonly origin: PolicyOrigin
  /** The one that should be in force and is not, with a line for each error. */
  readonly refused?: { readonly id: string; readonly errors: readonly string[] }
}

/** Keeps the policy in force. What it reads may change at any time, `inForce` is always the last good one. */
export interface PolicyKeeper {
  readonly inForce: PolicyInForce
  /** Follows the changes from now on. */
  start(): void
  stop(): void
}

/** Keeps the serving certificate: always the last good pair. */
export interface CertificateKeeper {
  readonly secureOptions: SecureOptions
  /** Hands every new good pair to `swap` from now on. */
  start(swap: (options: SecureOptions) => void): void
  stop(): void
}

/** What the cluster knows of its namespaces. */
export interface NamespaceKeeper {
  /** Labels of a namespace; undefined where they are not known (yet): policies then take the stricter outcome. */
  labelsOf(namespace: string): ReadonlyMap<string, string> | undefined
  stop(): void
}

/** Writes down what nobody hears: Events on the objects. Never throws, never waits. */
export interface EventSink {
  record(notes: readonly WorkloadNote[]): void
  /** Writes nothing more. */
  stop(): void
}

/** What keepers need of the server that they work for. */
export interface KeeperPorts {
  readonly registry: Registry
  readonly metrics: Metrics
  readonly log: Logger
  /** Milliseconds since 1970, UTC. */
  now(): number
  /** ms between readings without notice. */
  readonly pollInterval: number
  /** Aborted where the server is told to stop before it is ready: who waits for somebody gives up. */
  readonly signal: AbortSignal
}

/** Makes a keeper that has read its first state; may wait for others (the API server), until `signal` is aborted. */
export type KeeperFactory<K> = (ports: KeeperPorts) => Promise<K>
