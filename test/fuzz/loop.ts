/** The loop of the fuzzer: mutate an input, run it, keep it if it reaches a block that no input before it reached. */
import type { Random } from '../oracle/random.ts'
import { mutate } from './mutate.ts'
import type { Target } from './targets/target.ts'

export interface LoopOptions {
  readonly target: Target
  /** The inputs to start with. */
  readonly corpus: readonly Buffer[]
  readonly random: Random
  readonly coverage: { take(): number; readonly blocks: number }
  /** Called before each execution; returns false to stop. */
  next(executions: number, input: Buffer): boolean
  /** Called for an input that reaches a new block. */
  found(input: Buffer): void
}

/** An input that violates a property of the target. */
export interface Failure {
  readonly input: Buffer
  readonly message: string
}

export interface LoopResult {
  readonly executions: number
  readonly corpus: number
  readonly blocks: number
  readonly failure: Failure | undefined
}

/** Executions that a failing input is shortened with. */
const shorteningTries = 400

/** Runs until `next` says stop, or until an input fails. */
export function fuzz({ target, corpus, random, coverage, next, found }: LoopOptions): LoopResult {
  const kept: Buffer[] = []
  let executions = 0
  const result = (failure?: Failure): LoopResult => ({ executions, corpus: kept.length, blocks: coverage.blocks, failure })
  for (const input of corpus) {
    if (!next(executions, input)) return result()
    const message = problemOf(target, input)
    executions++
    if (message !== undefined) return result({ input, message })
    coverage.take()
    kept.push(input)
  }
  for (;;) {
    // The newest inputs are mutated more often: what they reach is explored least.
    const newest = kept.slice(-Math.ceil(kept.length / 4))
    const parent = random.pick(random.chance(0.5) ? newest : kept)
    const input = mutate(parent, { random, dictionary: target.dictionary, others: kept, maxLength: target.maxLength })
    if (!next(executions, input)) return result()
    const message = problemOf(target, input)
    executions++
    if (message !== undefined) return result(shortened(target, { input, message }))
    if (coverage.take() === 0) continue
    kept.push(input)
    found(input)
  }
}

/** What is wrong with the input, undefined if nothing is. */
function problemOf(target: Target, input: Buffer): string | undefined {
  try {
    target.check(input)
    return undefined
  } catch (error) {
    return error instanceof Error ? `${error.message}\n${error.stack ?? ''}` : String(error)
  }
}

/** The same failure with a shorter input: removes ever smaller parts while the first line of the message stays the same. */
function shortened(target: Target, failure: Failure): Failure {
  const kind = (message: string | undefined): string | undefined => message?.split('\n')[0]?.slice(0, 60)
  let best = failure
  let tries = 0
  for (let size = Math.ceil(best.input.length / 2); size >= 1 && tries < shorteningTries; size = Math.floor(size / 2)) {
    for (let start = 0; start < best.input.length && tries < shorteningTries; ) {
      const input = Buffer.concat([best.input.subarray(0, start), best.input.subarray(start + size)])
      const message = problemOf(target, input)
      tries++
      if (message !== undefined && kind(message) === kind(failure.message)) best = { input, message }
      else start += size
    }
  }
  return best
}
