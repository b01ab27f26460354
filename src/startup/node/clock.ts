/** Simulated time: ordered events and waiting processes. Independent of pods. */

/** A scheduled event; it may be canceled at any time. */
export interface Timer {
  readonly at: number
  /** Whether this is endless housekeeping, which does not count as activity. Evaluated at each check. */
  readonly idle: () => boolean
  readonly run: () => void
  canceled: boolean
}

/** A process yields the number of seconds to wait. */
export type Process<Result> = Generator<number, Result, void>

/** The simulated time and its pending events. */
export interface Clock {
  /** Seconds since the pod's creation. */
  now: number
  /** The number of events so far. */
  events: number
  /** Sorted by time, the next one last; events at the same time run in the order in which they were scheduled. */
  readonly timers: Timer[]
}

/** A clock at 0 without pending events. */
export function newClock(): Clock {
  return { now: 0, events: 0, timers: [] }
}

const never = (): boolean => false

/**
 * Schedules an event at a time (immediately if that time has passed).
 * @param idle whether it is housekeeping: the clock is not busy if nothing else is pending
 */
export function at(clock: Clock, time: number, run: () => void, idle: () => boolean = never): Timer {
  const timer: Timer = { at: Math.max(time, clock.now), idle, run, canceled: false }
  const { timers } = clock
  let low = 0
  let high = timers.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((timers[middle] as Timer).at <= timer.at) high = middle
    else low = middle + 1
  }
  timers.splice(low, 0, timer)
  return timer
}

/** Schedules an event after a number of seconds. */
export function after(clock: Clock, seconds: number, run: () => void, idle: () => boolean = never): Timer {
  return at(clock, clock.now + seconds, run, idle)
}

/** Cancels a timer; null is allowed. */
export function cancel(timer: Timer | null): void {
  if (timer !== null) timer.canceled = true
}

/** Whether anything other than housekeeping is pending. */
export function isBusy(clock: Clock): boolean {
  return clock.timers.some(({ canceled, idle }) => !canceled && !idle())
}

/** The time of the next event, null if none is pending. */
export function nextTime(clock: Clock): number | null {
  for (let timer = clock.timers.at(-1); timer !== undefined; timer = clock.timers.at(-1)) {
    if (!timer.canceled) return timer.at
    clock.timers.pop()
  }
  return null
}

/** Runs the next event. */
export function step(clock: Clock): void {
  const timer = clock.timers.pop()
  if (timer === undefined || timer.canceled) return
  clock.now = timer.at
  clock.events++
  timer.run()
}

/**
 * Starts a process.
 * @param alive checked after every wait: false stops the process there, like the exit of the program that runs it
 * @param done receives the result
 */
export function runProcess<Result>(clock: Clock, process: Process<Result>, alive: () => boolean, done: (result: Result) => void): void {
  const resume = (): void => {
    if (!alive()) return
    const { done: ended, value } = process.next()
    if (ended) done(value)
    else after(clock, value, resume)
  }
  resume()
}
