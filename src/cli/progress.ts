import { count } from '../inspect/words.ts'
import type { Io } from './io.ts'

/** How long a run takes before it says how far it is, in milliseconds: a shorter run needs no comment. */
const silence = 2000
/** The time between two updates, in milliseconds. */
const interval = 100

/** How far a run is, in one line of standard error. */
export interface Progress {
  /** @param done the number of files that were checked */
  show(done: number, total: number): void
  /** Removes the line. */
  clear(): void
}

/** Progress on standard error if that is a terminal; otherwise nothing is printed. */
export function progressOf(io: Io): Progress {
  const line = statusLine(io)
  return { show: (done, total) => line.show(() => `Checked ${done} of ${count(total, 'file')}`), clear: () => line.clear() }
}

/** A line that is replaced while a command runs. */
export interface StatusLine {
  /** @param text called only if it is time for an update */
  show(text: () => string): void
  /** Removes the line. */
  clear(): void
}

/** A line on standard error if that is a terminal; otherwise nothing is printed. */
export function statusLine(io: Io): StatusLine {
  if (io.isTerminal.stderr !== true || io.env.TERM === 'dumb') return { show: () => undefined, clear: () => undefined }
  const start = io.now()
  let last: number | undefined
  return {
    show: (text) => {
      const now = io.now()
      if (now - start < silence || (last !== undefined && now - last < interval)) return
      last = now
      io.stderr(`${startOfLine}${text()}`)
    },
    clear: () => {
      if (last !== undefined) io.stderr(startOfLine)
    },
  }
}

/** Returns to the start of the line and erases it (ECMA-48: CR, EL). */
const startOfLine = '\r\u001b[K'
