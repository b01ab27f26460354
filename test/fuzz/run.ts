/**
 * Fuzzes the code that reads what others wrote, guided by coverage.
 *
 *   node test/fuzz/run.ts [--minutes 1] [--target NAME]... [--seed N]      new inputs are added to test/fuzz/corpus
 *   node test/fuzz/run.ts --executions N [--target NAME]... [--seed N]     the same in each run; adds nothing
 *   node test/fuzz/run.ts --distill [--target NAME]...                     deletes finds that reach nothing that others do not reach
 *   node test/fuzz/run.ts --replay FILE --target NAME                      runs one input
 *   node test/fuzz/run.ts --worst [--minutes 1] [--target NAME]... [--seed N]   searches for what costs most per byte (see worst.ts)
 *   node test/fuzz/run.ts --properties [--times 20] [--seed N] [FILE...]   the property tests with more cases
 *
 * An input that violates a property is written to test/fuzz/failures; the exit code is then 1.
 */
import { randomInt } from 'node:crypto'
import { readFileSync, rmSync } from 'node:fs'
import { relative } from 'node:path'
import { parseArgs } from 'node:util'
import { Worker } from 'node:worker_threads'
import { corpusDirectory, failureDirectory, keep } from './corpus.ts'
import type { Failure, LoopResult } from './loop.ts'
import { runProperties } from './properties.ts'
import { targetNames, targets } from './targets/index.ts'
import { CurrentInput } from './watch.ts'
import type { Assignment } from './worker.ts'
import { searchWorst } from './worst-search.ts'

const { values, positionals } = parseArgs({
  options: {
    target: { type: 'string', multiple: true },
    minutes: { type: 'string', default: '1' },
    executions: { type: 'string' },
    seed: { type: 'string' },
    replay: { type: 'string' },
    worst: { type: 'boolean', default: false },
    distill: { type: 'boolean', default: false },
    properties: { type: 'boolean', default: false },
    times: { type: 'string', default: '20' },
  },
  allowPositionals: true,
})

/** Time after which one input counts as one that never returns, ms: a hundred times what the slowest takes. */
const longest = 60_000
/** Heap of a thread, MiB: an input of some KiB needs a hundredth of it. */
const heapMiB = 1024
/** An input of up to this size is also printed, bytes: files of CI are lost. */
const printed = 2048

const print = (line: string): void => void process.stdout.write(`${line}\n`)
const seed = Number(values.seed ?? (values.executions === undefined ? randomInt(2 ** 31) : 1))
const names = values.target ?? targetNames

function check(): void {
  for (const name of names) {
    if (!targets.has(name)) throw new Error(`no target ${name}; there are ${targetNames.join(', ')}`)
  }
}

/** What the thread reports: an input that reaches a new block; the end; with `distill`, files to delete. */
interface WorkerMessage {
  readonly found?: Uint8Array
  readonly result?: LoopResult
  readonly useless?: readonly string[]
}

/** Fuzzes one target in a thread of its own. */
function fuzzTarget(name: string): Promise<LoopResult> {
  const current = new CurrentInput(targets.get(name)?.maxLength ?? 0)
  const isBounded = values.executions !== undefined
  const assignment: Assignment = {
    target: name,
    seed,
    executions: isBounded ? Number(values.executions) : Number.POSITIVE_INFINITY,
    deadline: isBounded ? Number.POSITIVE_INFINITY : Date.now() + Number(values.minutes) * 60_000,
    current: current.buffer,
    distill: values.distill,
  }
  const worker = new Worker(new URL('worker.ts', import.meta.url), {
    workerData: assignment,
    resourceLimits: { maxOldGenerationSizeMb: heapMiB },
  })
  return new Promise((settle) => {
    let seen = -1
    const stopped = (message: string): void => {
      clearInterval(watch)
      settle({ executions: current.count, corpus: 0, blocks: 0, failure: { input: current.get(), message } })
    }
    const watch = setInterval(() => {
      if (current.count === seen && seen > 0) {
        void worker.terminate()
        stopped(`the input did not return within ${longest / 1000} s`)
      }
      seen = current.count
    }, longest)
    worker.on('message', ({ found, result, useless }: WorkerMessage) => {
      for (const file of useless ?? []) rmSync(file)
      if (found !== undefined && !isBounded) keep(corpusDirectory, name, Buffer.from(found))
      if (result === undefined && useless === undefined) return
      clearInterval(watch)
      settle(result ?? { executions: current.count, corpus: current.count - (useless?.length ?? 0), blocks: 0, failure: undefined })
    })
    worker.once('error', (error) => stopped(`the thread ended: ${String(error)}`))
  })
}

function report(name: string, { message, input }: Failure): void {
  const bytes = Buffer.from(input)
  const file = relative(process.cwd(), keep(failureDirectory, name, bytes))
  print(`FAILED ${name}: ${message}`)
  print(`The input (${bytes.length} bytes) is in ${file}; run it again with`)
  print(`  node test/fuzz/run.ts --target ${name} --replay ${file}`)
  if (bytes.length <= printed) print(`or from here: echo ${bytes.toString('base64')} | base64 -d > ${file}`)
  process.exitCode = 1
}

async function main(): Promise<void> {
  if (values.properties) {
    runProperties(positionals, { seed, times: Number(values.times) })
    return
  }
  check()
  if (values.replay !== undefined) {
    const input = readFileSync(values.replay)
    for (const name of names) targets.get(name)?.check(input)
    print(`${values.replay}: no problem`)
    return
  }
  print(`Seed ${seed}`)
  if (values.worst) {
    for (const name of names.filter((one) => targets.get(one)?.isSeed !== true))
      searchWorst(name, { seed, minutes: Number(values.minutes), print })
    return
  }
  for (const name of names) {
    const { executions, corpus, blocks, failure } = await fuzzTarget(name)
    print(`${name}: ${executions} executions, ${corpus} inputs kept${values.distill ? '' : `, ${blocks} blocks reached`}`)
    if (failure !== undefined) report(name, failure)
  }
}

await main()
