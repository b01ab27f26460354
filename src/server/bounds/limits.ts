import { availableParallelism } from 'node:os'

const kibibyte = 1024
const mebibyte = 1024 * kibibyte
const second = 1000
const minute = 60 * second

/** The limits of the server, each with its reason. Only tests override them. */
export interface Limits {
  /**
   * Largest review that is read, bytes. kube-apiserver sets no limit; a review can have about 18 MiB with `object` alone (3 MiB, every
   * byte escaped to six) and 27 MiB with `oldObject`.
   */
  readonly reviewBytes: number
  /** How much of a larger one is kept, bytes: `request.uid` and the namespace precede the object. */
  readonly prefixBytes: number
  /** How much of a rejected body is read and discarded, bytes, so that the sender can read the reply. */
  readonly drainBytes: number
  /**
   * Largest review of a policy that is read, bytes. A ConfigMap has at most 1 MiB (apimachinery validation of core, MaxSecretSize), six
   * times that if every byte is escaped, and twice that with `oldObject`.
   */
  readonly policyReviewBytes: number
  /** Largest body of POST /lint, bytes: manifests are small, and YAML costs more to parse than JSON. */
  readonly lintBytes: number
  /** Requests with a complete body that are processed at once; further ones are told to retry. */
  readonly inFlight: number
  /**
   * Bodies that arrive at once. Reviews of usual size arrive in one piece or within milliseconds, so more than a few are unfinished only
   * if clients are slow. With `inFlight` fewer than `connections`, so that a connection can always be closed for a new one.
   */
  readonly unfinishedBodies: number
  /**
   * Bytes of bodies held at once: one of the largest and many small ones. Each takes three times its size (bytes, text, strings of the
   * parsed tree): repeated bursts of 8 reviews of 27 MiB peak at 440 MiB resident. A single body is always accepted, whatever its size.
   */
  readonly heldBytes: number
  /**
   * Connections to the webhook port at once; see `limitConnections`. Each takes some tens of KiB. The API server keeps 25 idle ones per
   * path and opens more in a burst.
   */
  readonly connections: number
  /** Connections to the ops port, and to the port of the try routes, at once: the kubelet, Prometheus, and people need a few. */
  readonly opsConnections: number
  /** Idle timeout of connections, ms. Longer than the 90 s of Go's transport (IdleConnTimeout): closing first would fail calls with EOF. */
  readonly keepAliveTimeout: number
  /** Time to receive a complete request, ms (slow senders are cut off); also for its headers and for the TLS handshake. */
  readonly requestTimeout: number
  /** How often Node looks for requests that take too long, ms. */
  readonly checkInterval: number
  /** Age at which a connection is closed after its next reply, ms: clients never close one, so a new replica would get no calls. */
  readonly connectionAge: number
  /** Number of requests after which a connection is closed. */
  readonly connectionRequests: number
  /** How long the server keeps serving after the signal to stop, ms: until every kube-proxy has removed the endpoint. */
  readonly drainTime: number
  /** Maximum time from the signal to the exit, ms; below the default terminationGracePeriodSeconds of 30. */
  readonly stopTime: number
  /** How often files (certificates, policy) are read again in addition to the watches, ms: notifications can be lost. */
  readonly pollInterval: number
  /** Deadline if the client sets none, ms: the largest timeoutSeconds that Kubernetes allows. */
  readonly defaultDeadline: number
  /** How often a registry is probed, ms; with a jitter of 20 % in both directions. */
  readonly probeInterval: number
  /** Timeout of a probe, ms. */
  readonly probeTimeout: number
  /** How many registries are probed at once: a DNS lookup occupies one of Node's four threads. */
  readonly probesAtOnce: number
  /** How long before the client's deadline the work stops, ms: the reply needs time to arrive. */
  readonly deadlineMargin: number
  /** Worker threads for scripts and manifests: all cores but the one of the event loop. */
  readonly workers: number
  /** Memory of a worker, MiB. The largest scripts and manifests that are accepted need about half of it. */
  readonly workerMemory: {
    readonly maxOldGenerationSizeMb: number
    readonly maxYoungGenerationSizeMb: number
    readonly stackSizeMb: number
  }
  /**
   * How long a worker without a job is kept, ms. A new one takes some tenths of a second to start, so that the next review of a new script
   * would be answered without its analysis.
   */
  readonly workerIdle: number
  /** Longest time of one job, ms. Its own budgets end it much earlier; this is the last resort. */
  readonly jobTime: number
  /** Jobs that wait for a worker. */
  readonly jobQueue: { readonly tenantItems: number; readonly tenantBytes: number; readonly items: number; readonly bytes: number }
  /** Memory of the analyses that are kept, estimated, bytes. A cluster has few different init scripts. */
  readonly analysisCacheBytes: number
  /** Memory of the containers that are kept to find their analyses by comparison, estimated, bytes. */
  readonly knownInputBytes: number
  /** Bodies of reviews above this size are parsed and judged one per iteration of the event loop, so that others run between them, bytes. */
  readonly largeBody: number
  /** How long a review waits for the analyses of its scripts if they can only add warnings, ms. */
  readonly analysisWait: number
  /** Reviews of one namespace that wait for analyses at once; further ones do not wait. */
  readonly waitingReviews: number
}

export const defaultLimits: Limits = Object.freeze({
  reviewBytes: 32 * mebibyte,
  prefixBytes: 64 * kibibyte,
  drainBytes: 128 * mebibyte,
  policyReviewBytes: 14 * mebibyte,
  lintBytes: 4 * mebibyte,
  inFlight: 512,
  unfinishedBodies: 256,
  heldBytes: 36 * mebibyte,
  connections: 1000,
  opsConnections: 100,
  keepAliveTimeout: 2 * minute,
  requestTimeout: 10 * second,
  checkInterval: second,
  connectionAge: 5 * minute,
  connectionRequests: 10_000,
  drainTime: 8 * second,
  stopTime: 25 * second,
  pollInterval: 30 * second,
  defaultDeadline: 30 * second,
  probeInterval: 30 * second,
  probeTimeout: 5 * second,
  probesAtOnce: 2,
  deadlineMargin: 100,
  workers: Math.min(2, Math.max(1, availableParallelism() - 1)),
  workerMemory: { maxOldGenerationSizeMb: 96, maxYoungGenerationSizeMb: 16, stackSizeMb: 4 },
  workerIdle: 5 * minute,
  jobTime: 20 * second,
  jobQueue: { tenantItems: 100, tenantBytes: 2 * mebibyte, items: 1000, bytes: 16 * mebibyte },
  analysisCacheBytes: 8 * mebibyte,
  knownInputBytes: 4 * mebibyte,
  largeBody: 64 * kibibyte,
  analysisWait: 50,
  waitingReviews: 32,
})
