/** What a keeper implements and what it receives: the only part of the server that other keepers of its state (src/cluster) need. */
import type { WorkloadNote } from '../../admission/index.ts'
import type { Registry } from '../../lint/registry.ts'
import type { Policy } from '../../policy/index.ts'
import type { Logger } from '../observe/log.ts'
import type { Metrics, PolicyOrigin } from '../observe/metrics.ts'

/** TLS options of Node, both at startup and for each new certificate. */
export interface SecureOptions {
  readonly cert: string
  readonly key: string
  readonly ca?: string
  readonly minVersion: 'TLSv1.2'
  readonly ciphers: string
  readonly honorCipherOrder: boolean
  /** Flags of OpenSSL. */
  readonly secureOptions: number
}

/** A source text of the policy. */
export interface PolicyText {
  readonly file: string
  readonly text: string
}

/** The policy in force, always the last valid one. */
export interface PolicyInForce {
  readonly policy: Policy
  /** Its sources; empty for a built-in policy. */
  readonly texts: readonly PolicyText[]
  /** Omitted if the policy comes from files. */
  readonly state?: PolicyState
}

/** Why this policy is in force. */
export interface PolicyState {
  readonly origin: PolicyOrigin
  /** The policy that is not in force because it is invalid, with a line for each error. */
  readonly refused?: { readonly id: string; readonly errors: readonly string[] }
}

/** Keeps the policy in force. Its source may change at any time; `inForce` is always the last valid policy. */
export interface PolicyKeeper {
  readonly inForce: PolicyInForce
  /** Starts to follow changes. */
  start(): void
  stop(): void
}

/** Keeps the serving certificate: always the last valid pair. */
export interface CertificateKeeper {
  readonly secureOptions: SecureOptions
  /** Starts to pass every new valid pair to `swap`. */
  start(swap: (options: SecureOptions) => void): void
  stop(): void
}

/** Keeps the labels of the cluster's namespaces. */
export interface NamespaceKeeper {
  /** Labels of a namespace; undefined if they are unknown (yet): policies then use the stricter outcome. */
  labelsOf(namespace: string): ReadonlyMap<string, string> | undefined
  stop(): void
}

/** Records findings whose warnings have no reader as Events on the objects. Never throws and never blocks. */
export interface EventSink {
  record(note: WorkloadNote): void
  /** Stops writing Events. */
  stop(): void
}

/** The parts of the server that keepers use. */
export interface KeeperPorts {
  readonly registry: Registry
  readonly metrics: Metrics
  readonly log: Logger
  /** Milliseconds since 1970, UTC. */
  now(): number
  /** ms between polls, in addition to notifications. */
  readonly pollInterval: number
  /** Aborted if the server is stopped before it is ready: keepers that are still waiting then give up. */
  readonly signal: AbortSignal
}

/** Creates a keeper with its initial state loaded; may wait for the API server until `signal` is aborted. */
export type KeeperFactory<K> = (ports: KeeperPorts) => Promise<K>
