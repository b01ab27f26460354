/** Waiting for a state that is reached asynchronously: a reload, a flush, a watch, a write in the background. Every wait is bounded. */

import { setTimeout as sleep } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'

/** Far more than a busy machine needs: only a state that is never reached takes this long, ms. */
const defaultLimit = 60_000

/** Pauses between two attempts grow from the first value to the second, ms: short for memory, long for other processes. */
const pauses = { first: 10, longest: 100 }

/** What an attempt returns until the state is reached. */
type NotYet = undefined | false

/**
 * Waits until a state is reached that sends no notification.
 * @param what the awaited state, for the error
 * @param ask returns the answer, or `undefined` or `false` if there is none yet; an exception counts as none
 * @param limit milliseconds after which the wait fails
 * @returns the answer
 */
export async function until<T>(what: string, ask: () => Promise<T | NotYet> | T | NotYet, limit = defaultLimit): Promise<T> {
  const end = Date.now() + limit
  let problem = ''
  for (let pause = pauses.first; Date.now() < end; pause = Math.min(pause * 2, pauses.longest)) {
    try {
      const answer = await within(end - Date.now(), ask)
      if (answer !== undefined && answer !== false) return answer
      problem = ''
    } catch (error) {
      problem = ` (${String(error)})`
    }
    await sleep(pause)
  }
  throw new Error(`${what}: not within ${limit / 1000} s${problem}`)
}

/** One attempt, which may hang. */
async function within<T>(time: number, ask: () => Promise<T> | T): Promise<T> {
  const ended = new AbortController()
  const tooLate = sleep(time, undefined, { signal: ended.signal }).then(() => {
    throw new Error('the last attempt did not end')
  })
  try {
    return await Promise.race([ask(), tooLate])
  } finally {
    ended.abort()
    tooLate.catch(() => undefined)
  }
}

/**
 * Checks that a state does not change: for events that must not happen, so that only time can end the wait.
 * @param what the state, for the error
 * @param time milliseconds
 */
export async function unchangedFor(what: string, time: number, read: () => Promise<unknown> | unknown): Promise<void> {
  const before = await read()
  const end = Date.now() + time
  while (Date.now() < end) {
    await sleep(pauses.longest)
    const now = await read()
    if (!isDeepStrictEqual(now, before)) throw new Error(`${what} changed from ${JSON.stringify(before)} to ${JSON.stringify(now)}`)
  }
}

/**
 * Waits until a state has not changed for a while, which means that its writers have finished.
 * @param what the state, for the error
 * @param time milliseconds without a change
 */
export async function untilUnchangedFor(what: string, time: number, read: () => Promise<unknown> | unknown): Promise<void> {
  await until(`${what} stops changing`, async () => {
    await unchangedFor(what, time, read)
    return true
  })
}
