/** Which blocks of the sources have run, by V8's precise coverage of this thread. */
import { type Profiler, Session } from 'node:inspector'

/** Collects covered blocks until the process or the worker ends: V8 has one coverage mode per thread. */
export class Coverage {
  readonly #session = new Session()
  readonly #isCounted: (url: string) => boolean
  /** Covered characters per function. */
  readonly #covered = new Map<string, Uint8Array>()
  /** The shapes in which each function was already seen: most inputs take a known path. */
  readonly #shapes = new Map<string, Set<string>>()
  #blocks = 0

  /** @param isCounted whether a module, given by its URL, counts */
  constructor(isCounted: (url: string) => boolean) {
    this.#isCounted = isCounted
    this.#session.connect()
    this.#session.post('Profiler.enable')
    // Without counts, V8 reports only whether a block has run since the last call.
    this.#session.post('Profiler.startPreciseCoverage', { callCount: false, detailed: true })
  }

  /** The number of blocks that have run so far. */
  get blocks(): number {
    return this.#blocks
  }

  /** Reads what has run since the last call. @returns how many blocks ran for the first time */
  take(): number {
    let found = 0
    for (const { url, functions } of this.#read()) {
      if (!this.#isCounted(url)) continue
      for (const { ranges } of functions) found += this.#note(url, ranges)
    }
    this.#blocks += found
    return found
  }

  #read(): readonly Profiler.ScriptCoverage[] {
    let scripts: readonly Profiler.ScriptCoverage[] | undefined
    // With a session of the same thread, the callback is called before `post` returns.
    this.#session.post('Profiler.takePreciseCoverage', (error, answer) => {
      if (error !== null) throw error
      scripts = answer.result
    })
    if (scripts === undefined) throw new Error('the coverage was not reported synchronously')
    return scripts
  }

  #note(url: string, ranges: readonly Profiler.CoverageRange[]): number {
    const whole = ranges[0]
    if (whole === undefined || (ranges.length === 1 && whole.count === 0)) return 0
    const key = `${url}:${whole.startOffset}`
    const shape = ranges.map(({ startOffset, count }) => `${startOffset}${count > 0 ? '+' : '-'}`).join()
    const shapes = this.#shapes.get(key) ?? new Set()
    if (shapes.has(shape)) return 0
    this.#shapes.set(key, shapes.add(shape))
    const covered = this.#covered.get(key) ?? new Uint8Array(whole.endOffset - whole.startOffset)
    this.#covered.set(key, covered)
    let found = 0
    for (const [start, end] of coveredParts(ranges)) {
      const part = covered.subarray(start - whole.startOffset, end - whole.startOffset)
      if (part.includes(0)) found++
      part.fill(1)
    }
    return found
  }
}

/**
 * The parts of a function that have run. Ranges are nested, an outer one before those within it, and the innermost one counts.
 * @param ranges of one function, as V8 reports them
 */
export function coveredParts(ranges: readonly Profiler.CoverageRange[]): readonly (readonly [start: number, end: number])[] {
  const parts: [number, number][] = []
  const open: Profiler.CoverageRange[] = []
  let at = ranges[0]?.startOffset ?? 0
  const advance = (to: number): void => {
    if (to > at && (open.at(-1)?.count ?? 0) > 0) parts.push([at, to])
    at = Math.max(at, to)
  }
  const closeUntil = (offset: number): void => {
    for (let last = open.at(-1); last !== undefined && last.endOffset <= offset; last = open.at(-1)) {
      advance(last.endOffset)
      open.pop()
    }
  }
  for (const range of ranges) {
    closeUntil(range.startOffset)
    advance(range.startOffset)
    open.push(range)
  }
  closeUntil(Number.POSITIVE_INFINITY)
  return parts
}
