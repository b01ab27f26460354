/** The thread that fuzzes one target. */
import { parentPort, workerData } from 'node:worker_threads'
import { Random } from '../oracle/random.ts'
import { type CorpusEntry, isFind, readCorpus } from './corpus.ts'
import { Coverage } from './coverage.ts'
import { fuzz, type LoopResult } from './loop.ts'
import type { Target } from './targets/target.ts'
import { CurrentInput } from './watch.ts'

export interface Assignment {
  readonly target: string
  readonly seed: number
  /** When to stop: after so many executions, or at a time in ms since 1970. */
  readonly executions: number
  readonly deadline: number
  readonly current: SharedArrayBuffer
  /** Only tells which inputs of the corpus reach no block that the ones before them do not reach. */
  readonly distill: boolean
}

const { target: name, seed, executions: most, deadline, current, distill }: Assignment = workerData
const sources = new URL('../../src/', import.meta.url).href
const plantedFault = new URL('targets/planted.ts', import.meta.url).href
// Before the sources are loaded: V8 reports only the blocks of functions that it compiled with counters.
const coverage = new Coverage((url) => url.startsWith(sources) || url === plantedFault)
const { targets } = await import('./targets/index.ts')
const target = targets.get(name)
if (target === undefined) throw new Error(`no target ${name}`)

const running = new CurrentInput(current)
if (distill) parentPort?.postMessage({ useless: uselessFiles(target) })
else parentPort?.postMessage({ result: run(target) })

function run(target: Target): LoopResult {
  return fuzz({
    target,
    corpus: readCorpus(name).map(({ input }) => input),
    random: new Random(seed),
    coverage,
    next: (executions, input) => {
      running.set(input)
      return executions < most && Date.now() < deadline
    },
    found: (input) => parentPort?.postMessage({ found: input }),
  })
}

/** Finds that add nothing to the others, the longest first to go. What was written by hand stays. */
function uselessFiles(target: Target): readonly string[] {
  const rank = ({ file, input }: CorpusEntry): number => (isFind(file) ? input.length : -1)
  const inOrder = readCorpus(name).toSorted((a, b) => rank(a) - rank(b))
  return inOrder.flatMap(({ file, input }) => {
    running.set(input)
    target.check(input)
    const reached = coverage.take()
    return reached === 0 && isFind(file) ? [file] : []
  })
}
