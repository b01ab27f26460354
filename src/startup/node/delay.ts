/**
 * How long the kubelet's work queue holds a pod. After a sync, wait.Jitter adds up to half of the delay (pkg/kubelet/pod_workers.go,
 * completeWork, workerBackOffPeriodJitterFactor 0.5), so the time of the next sync is an interval. The strategies below reach its ends.
 */

/** A strategy. */
export interface Delay {
  /**
   * @param seconds the delay without jitter
   * @param untilPull when the back-off of a pull ends that the sync waits for, in seconds; null if it does not wait for one
   * @returns between one and one and a half times `seconds`
   */
  after(seconds: number, untilPull: number | null): number
  /** The queue is checked once in this time, seconds (kubelet.go, syncLoop's ticker); 0 for a check at the right moment. */
  readonly tick: number
}

/** wait.Jitter multiplies by at most 1 + 0.5. */
const maximumJitter = 1.5

/** The mean, for predictions without intervals. */
export const meanDelay: Delay = { after: (seconds) => seconds * 1.25, tick: 1 }

/** After the back-off has ended. */
const justAfter = 0.01

/** The earliest next attempt: a sync at the moment at which the back-off ends, as far as the jitter allows that. */
export const earliestDelay: Delay = {
  after: (seconds, untilPull) => {
    if (untilPull === null || untilPull <= seconds) return seconds
    const syncs = Math.floor(untilPull / seconds)
    return Math.min((untilPull + justAfter) / syncs, seconds * maximumJitter)
  },
  tick: 0,
}

/** Before the back-off ends: a sync waits up to a second for the next relist (podCache.GetNewerThan). */
const justBefore = 1.2

/** The latest next attempt to pull: a sync just before the back-off ends, and the longest wait after it. */
export const latestDelay: Delay = {
  after: (seconds, untilPull) => {
    if (untilPull === null || untilPull <= seconds) return seconds * maximumJitter
    const syncs = Math.ceil(untilPull / (seconds * maximumJitter))
    const each = (untilPull - justBefore) / syncs
    return each >= seconds ? each : seconds * maximumJitter
  },
  tick: 0,
}

/**
 * The latest next attempt to restart after a long back-off: the kubelet syncs at least every 60 s (syncFrequency), so the jitter is
 * added to what is left after the last of these syncs.
 */
export const latestAfterSyncs: Delay = {
  after: (seconds, untilPull) => (untilPull === null && seconds >= 60 ? seconds : latestDelay.after(seconds, untilPull)),
  tick: 0,
}
