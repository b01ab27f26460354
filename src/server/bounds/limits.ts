const kibibyte = 1024
const mebibyte = 1024 * kibibyte
const second = 1000
const minute = 60 * second

/** The bounds of the server, each with its reason. Tests make them small; nobody else changes them. */
export interface Limits {
  /** Largest review that is read, bytes. kube-apiserver sets no limit: about 18 MiB for `object` (3 MiB, every byte escaped to six), 27 with `oldObject`. */
  readonly reviewBytes: number
  /** What is kept of a larger one, bytes: `request.uid` and the namespace come before the object. */
  readonly prefixBytes: number
  /** How much of a body that nobody wants is swallowed, bytes, so that the sender lives to read the reply. */
  readonly drainBytes: number
  /** Largest body of POST /lint, bytes: people send manifests, and YAML costs more than JSON. */
  readonly lintBytes: number
  /** Requests being read or judged at once; above it the caller is told to come back. */
  readonly inFlight: number
  /**
   * Bytes of bodies held at once: one of the largest and many small ones. Each costs its size three times over (bytes, text, strings of
   * the tree): 8 reviews of 27 MiB at once, again and again, peak at 440 MiB resident. One body alone is always let in, whatever its size.
   */
  readonly heldBytes: number
  /** Idle time of a kept connection, ms. Go's transport gives up after 90 s (IdleConnTimeout); the server must not be first, or calls get EOF. */
  readonly keepAliveTimeout: number
  /** Time to receive a whole request, ms (slow senders are cut), also of its headers and of the TLS handshake. */
  readonly requestTimeout: number
  /** How often Node looks for requests that take too long, ms. */
  readonly checkInterval: number
  /** Age at which a connection is ended after its reply, ms: clients never end one, so a new replica would get no calls. */
  readonly connectionAge: number
  /** Requests after which it is ended as well. */
  readonly connectionRequests: number
  /** How long the server goes on serving after it was told to stop, ms: endpoints take that long to leave every kube-proxy. */
  readonly drainTime: number
  /** Time from being told to stop to the end, ms, below the usual terminationGracePeriodSeconds of 30. */
  readonly stopTime: number
  /** How often files (certificates, policy) are read again beside watching their folders, ms: watches get lost. */
  readonly pollInterval: number
  /** Deadline of a caller that names none, ms: the largest timeoutSeconds that Kubernetes allows. */
  readonly defaultDeadline: number
  /** How often a registry is asked whether it is there, ms; jittered by a fifth up and down. */
  readonly probeInterval: number
  /** How long it may take to answer, ms. */
  readonly probeTimeout: number
  /** How many registries are asked at once: a look-up of a name holds one of Node's four threads. */
  readonly probesAtOnce: number
  /** How long before the caller's deadline work ends, ms: the reply needs time to travel. */
  readonly deadlineMargin: number
}

export const defaultLimits: Limits = Object.freeze({
  reviewBytes: 32 * mebibyte,
  prefixBytes: 64 * kibibyte,
  drainBytes: 128 * mebibyte,
  lintBytes: 4 * mebibyte,
  inFlight: 512,
  heldBytes: 36 * mebibyte,
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
})
