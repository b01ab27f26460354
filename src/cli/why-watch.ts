/** `why --watch`: a new answer each time something changes. */
import { setTimeout as pause } from 'node:timers/promises'
import { type Diagnosis, hasStarted, type WhyOutput } from '../diagnosis/index.ts'
import type { Io } from './io.ts'

/** How often the cluster is read, ms. */
const period = 2000

/** Prints each answer that differs from the one before in more than its times, until every pod has started or a signal comes. */
export async function watchWhy(again: () => Promise<WhyOutput>, print: (output: WhyOutput) => void, io: Io): Promise<void> {
  const stop = new AbortController()
  const onSignal = (): void => stop.abort()
  for (const signal of ['SIGINT', 'SIGTERM']) io.events?.on(signal, onSignal)
  let before = ''
  try {
    while (!stop.signal.aborted) {
      const output = await again()
      const shown = JSON.stringify(output.pods.map(withoutTimes))
      if (shown !== before) print(output)
      before = shown
      if (output.pods.every(hasStarted)) return
      await pause(period, undefined, { signal: stop.signal }).catch(() => undefined)
    }
  } finally {
    for (const signal of ['SIGINT', 'SIGTERM']) io.events?.off(signal, onSignal)
  }
}

/** What a new answer must differ in: counts and times of evidence change all the time. */
function withoutTimes({ object, status, stage, cause, waiting, now, then: later }: Diagnosis): unknown {
  return { object, status, stage, cause: { class: cause.class, message: cause.message }, waiting, now, later }
}
