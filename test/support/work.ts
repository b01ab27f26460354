import { Session } from 'node:inspector'
import { setFlagsFromString } from 'node:v8'

/** The parts of a coverage report of V8 (Chrome DevTools Protocol, Profiler.takePreciseCoverage) that are read. */
interface ScriptCoverage {
  readonly url: string
  readonly functions: readonly { readonly ranges: readonly { readonly count: number }[] }[]
}

/** Compilers that inline calls would hide them from the count. */
for (const compiler of ['opt', 'maglev', 'sparkplug']) setFlagsFromString(`--no-${compiler}`)

const session = new Session()
session.connect()
post('Profiler.enable')
post('Profiler.startPreciseCoverage', { callCount: true, detailed: true })

/**
 * Counts the work of a call instead of timing it: how often V8 entered the functions and the blocks (such as loop bodies) of src/. The
 * count is the same on every machine and in every run. Loops within the runtime, such as `indexOf`, are not part of it; their callbacks
 * are. Import the modules of src/ dynamically, after this one: V8 counts the blocks only of what it compiles afterward.
 */
export function workOf(run: () => void): number {
  takeCounts()
  run()
  return takeCounts()
}

/** The sum of all counts since the last call. */
function takeCounts(): number {
  const { result } = post('Profiler.takePreciseCoverage') as { readonly result: readonly ScriptCoverage[] }
  return result
    .filter(({ url }) => url.includes('/src/'))
    .flatMap(({ functions }) => functions.flatMap(({ ranges }) => ranges.map(({ count }) => count)))
    .reduce((sum, count) => sum + count, 0)
}

/** A session in the same thread answers before `post` returns. */
function post(method: string, params: object = {}): unknown {
  let answer: unknown
  session.post(method, params, (error, result) => {
    if (error !== null) throw error
    answer = result
  })
  return answer
}
