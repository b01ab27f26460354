/** Exponential back-off by key, like client-go's util/flowcontrol/backoff.go without jitter. */

interface Entry {
  seconds: number
  lastUpdate: number
}

/** Delays by key, in seconds. */
export interface BackOff {
  readonly initialSeconds: number
  readonly maximumSeconds: number
  /** An entry expires when an event is this much later than its last update. */
  readonly expirySeconds: number
  readonly entries: Map<string, Entry>
}

/**
 * The defaults of restarts and pulls: pkg/kubelet/kubelet.go imageBackOffPeriod, MaxImageBackOff and MaxCrashLoopBackOff;
 * newCrashLoopBackOff's HasExpiredFunc, and twice the maximum for pulls.
 */
export const backOffSeconds: Readonly<Record<'first' | 'maximum' | 'expiry', number>> = { first: 10, maximum: 300, expiry: 600 }

/** Restarts: pkg/kubelet/kubelet.go newCrashLoopBackOff (10 s, or the maximum if that is lower) and its HasExpiredFunc (600 s). */
export function crashLoopBackOff(maximumSeconds: number): BackOff {
  return {
    initialSeconds: Math.min(backOffSeconds.first, maximumSeconds),
    maximumSeconds,
    expirySeconds: backOffSeconds.expiry,
    entries: new Map(),
  }
}

/** Pulls: pkg/kubelet/kubelet.go imageBackOffPeriod 10 s, MaxImageBackOff 300 s; entries expire after twice the maximum. */
export function imagePullBackOff(): BackOff {
  return {
    initialSeconds: backOffSeconds.first,
    maximumSeconds: backOffSeconds.maximum,
    expirySeconds: backOffSeconds.expiry,
    entries: new Map(),
  }
}

/** Doubles the delay of a key, or sets the initial one. */
export function nextBackOff(backOff: BackOff, key: string, eventTime: number, now: number): void {
  const entry = backOff.entries.get(key)
  if (entry === undefined || eventTime - entry.lastUpdate > backOff.expirySeconds) {
    backOff.entries.set(key, { seconds: backOff.initialSeconds, lastUpdate: now })
    return
  }
  entry.seconds = Math.min(entry.seconds * 2, backOff.maximumSeconds)
  entry.lastUpdate = now
}

/** IsInBackOffSince: when the delay after an event ends, null if it has ended or there is none. */
export function backOffSince(backOff: BackOff, key: string, eventTime: number, now: number): number | null {
  const entry = backOff.entries.get(key)
  if (entry === undefined || eventTime - entry.lastUpdate > backOff.expirySeconds) return null
  return now - eventTime < entry.seconds ? eventTime + entry.seconds : null
}

/** IsInBackOffSinceUpdate: whether the delay after the key's last update has not ended yet. */
export function inBackOffSinceUpdate(backOff: BackOff, key: string, now: number): boolean {
  const entry = backOff.entries.get(key)
  if (entry === undefined || now - entry.lastUpdate > backOff.expirySeconds) return false
  return now - entry.lastUpdate < entry.seconds
}
