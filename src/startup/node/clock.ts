/** Simulated time: events in order, and processes that wait. Nothing here knows pods. */

/** A thing that will happen; cancelling it is allowed at any time. */
export interface Timer {
  readonly at: number
  /** Housekeeping that goes on for ever, asked whenever somebody wants to know whether the world is quiet. */
  readonly idle: () => boolean
  readonly run: () => void
  cancelled: boolean
}

/** A process yields the seconds for which it waits. */
export type Process<Result> = Generator<number, Result, void>

/** Simulated time and what is to come in it. */
export interface Clock {
  /** Seconds since the pod's creation. */
  now: number
  /** How many events have happened. */
  events: number
  /** Sorted by time, the next one last; equal times in the order in which they were asked for. */
  readonly timers: Timer[]
}

/** A clock at 0 with nothing to come. */
export function newClock(): Clock {
  return { now: 0, events: 0, timers: [] }
}

const never = (): boolean => false

/**
 * Has something happen at a time (at once where the time is over).
 * @param idle whether it is housekeeping: the world counts as quiet while nothing else is to come
 */
export function at(clock: Clock, time: number, run: () => void, idle: () => boolean = never): Timer {
  const timer: Timer = { at: Math.max(time, clock.now), idle, run, cancelled: false }
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

/** Has something happen after some seconds. */
export function after(clock: Clock, seconds: number, run: () => void, idle: () => boolean = never): Timer {
  return at(clock, clock.now + seconds, run, idle)
}

/** Takes a timer back. */
export function cancel(timer: Timer | null): void {
  if (timer !== null) timer.cancelled = true
}

/** Whether anything but housekeeping is to come. */
export function isBusy(clock: Clock): boolean {
  return clock.timers.some(({ cancelled, idle }) => !cancelled && !idle())
}

/** When the next thing happens, null for never. */
export function nextTime(clock: Clock): number | null {
  for (let timer = clock.timers.at(-1); timer !== undefined; timer = clock.timers.at(-1)) {
    if (!timer.cancelled) return timer.at
    clock.timers.pop()
  }
  return null
}

/** Lets the next thing happen. */
export function step(clock: Clock): void {
  const timer = clock.timers.pop()
  if (timer === undefined || timer.cancelled) return
  clock.now = timer.at
  clock.events++
  timer.run()
}

/**
 * Runs a process from now on.
 * @param alive asked whenever a wait is over: false ends the process where it stands, as the death of the program that runs it would
 * @param done gets its result
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
