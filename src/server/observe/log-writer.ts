import { write, writeSync } from 'node:fs'

/** The functions of `node:fs` that it uses; tests replace them. */
export interface LogFile {
  write(descriptor: number, bytes: Buffer, done: (error: NodeJS.ErrnoException | null, written: number) => void): void
  writeSync(descriptor: number, bytes: Buffer): number
}

export interface LogWriterOptions {
  /** How many characters are collected before a write: a write per line would cost half as much as the review itself. */
  readonly batch: number
  /** How long a line waits for its batch at most, ms. */
  readonly interval: number
  /** How many characters wait at most while a write does not return; further lines are dropped. */
  readonly pending: number
  readonly file?: LogFile
  /** A monotonic clock, ms. */
  readonly now?: () => number
}

/** Lines that are written at once. */
interface Batch {
  bytes: Buffer
  readonly lines: number
  /** How many lines its first line reports as dropped. */
  readonly reported: number
  readonly started: number
}

/** How long to wait until the next attempt if the reader of a non-blocking pipe is slow, ms. */
const retryAfter = 100
/** A write that has taken longer will not return soon: another one, without a thread of its own, would block the process, ms. */
const stuckAfter = 1000

/**
 * Writes log lines to a file descriptor in batches, and loses lines rather than time or memory: on a full disk, with a reader that went away
 * and with one that stopped reading, the server continues. The first line that is written afterward reports how many were dropped.
 * Not pino's own destination: after an error other than EAGAIN, its `flushSync` repeats the write forever (sonic-boom 4 and 5), which blocks
 * the process, and its buffer has no limit by default.
 */
export class LogWriter {
  readonly #descriptor: number
  readonly #options: LogWriterOptions
  readonly #file: LogFile
  readonly #now: () => number
  #lines: string[] = []
  #length = 0
  #dropped = 0
  /** Whether the last write ended within a line. */
  #isWithinLine = false
  #current: Batch | undefined
  #timer: NodeJS.Timeout | undefined

  constructor(descriptor: number, options: LogWriterOptions) {
    this.#descriptor = descriptor
    this.#options = options
    this.#file = options.file ?? { write, writeSync }
    this.#now = options.now ?? (() => performance.now())
  }

  /** Takes one line, with its line feed. Never throws and never waits. */
  write(line: string): void {
    if (this.#length + line.length > this.#options.pending) {
      this.#dropped++
      return
    }
    this.#lines.push(line)
    this.#length += line.length
    if (this.#length >= this.#options.batch) this.#start()
    else this.#timer ??= setTimeout(() => this.#start(), this.#options.interval).unref()
  }

  /** Writes what is left before the process ends; gives up at the first error, and at once if a write is stuck. Never throws. */
  flushSync(): void {
    const current = this.#current
    if (current !== undefined && this.#now() - current.started > stuckAfter) return
    // The batch that is being written stays with its own write: it must not be written twice.
    const batch = this.#take()
    if (batch === undefined) return
    try {
      while (batch.bytes.length > 0) batch.bytes = batch.bytes.subarray(this.#file.writeSync(this.#descriptor, batch.bytes))
      this.#isWithinLine = false
    } catch {
      this.#drop(batch, false)
    }
  }

  #start(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    if (this.#current !== undefined) return
    const batch = this.#take()
    if (batch === undefined) return
    this.#current = batch
    this.#continue(batch, false)
  }

  #continue(batch: Batch, isPartial: boolean): void {
    this.#file.write(this.#descriptor, batch.bytes, (error, written) => {
      if (error?.code === 'EAGAIN' || error?.code === 'EBUSY') {
        setTimeout(() => this.#continue(batch, isPartial), retryAfter).unref()
        return
      }
      if (error === null && written < batch.bytes.length) {
        batch.bytes = batch.bytes.subarray(written)
        this.#continue(batch, true)
        return
      }
      this.#current = undefined
      if (error !== null) this.#drop(batch, isPartial)
      else this.#isWithinLine = false
      // After an error, the next line makes the next attempt.
      if (error === null && this.#length >= this.#options.batch) this.#start()
      else if (this.#length > 0) this.#timer ??= setTimeout(() => this.#start(), this.#options.interval).unref()
    })
  }

  /** Removes the waiting lines. */
  #take(): Batch | undefined {
    if (this.#lines.length === 0) return undefined
    const reported = this.#dropped
    const notice = reported === 0 ? '' : noticeLine(reported)
    const text = `${this.#isWithinLine ? '\n' : ''}${notice}${this.#lines.join('')}`
    const batch = { bytes: Buffer.from(text), lines: this.#lines.length, reported, started: this.#now() }
    this.#lines = []
    this.#length = 0
    this.#dropped = 0
    return batch
  }

  #drop({ lines, reported }: Batch, isPartial: boolean): void {
    this.#dropped += lines + reported
    this.#isWithinLine ||= isPartial
  }
}

function noticeLine(dropped: number): string {
  return `${JSON.stringify({ level: 'warn', time: new Date().toISOString(), dropped, msg: 'lines of the log could not be written' })}\n`
}
