/** Worker threads for jobs whose cost depends on what a client sends, so that they never delay the event loop. */
import { setFlagsFromString } from 'node:v8'
import { Worker } from 'node:worker_threads'
import type { Limits } from '../bounds/limits.ts'
import type { Logger } from '../observe/log.ts'
import type { Metrics, WorkerEnd } from '../observe/metrics.ts'
import { FairQueue, type Queued } from './fair-queue.ts'
import type { Job, ResultOf } from './jobs.ts'
import type { WorkerMessage } from './worker.ts'

/** Why a job has no result: the worker exceeded its time or memory, the job failed, or it was canceled before it began. */
export class JobEnded extends Error {
  readonly reason: 'time' | 'memory' | 'error' | 'canceled'

  constructor(reason: JobEnded['reason']) {
    super(`the job ended without a result: ${reason}`)
    this.reason = reason
  }
}

/** A job that was accepted. */
export interface Task<R> {
  /** @throws JobEnded */
  readonly done: Promise<R>
  /** Removes it from the queue. @returns false if it is being done, or is already done */
  cancel(): boolean
}

/** Does jobs apart from the event loop. */
export interface Jobs {
  /**
   * Accepts a job.
   * @param tenant who asked for it: tenants take turns
   * @param size the memory of the job, bytes
   * @returns undefined if the queue is full
   */
  run<J extends Job>(job: J, tenant: string, size: number): Task<ResultOf<J>> | undefined
}

interface Entry extends Queued {
  readonly job: Job
  resolve(result: unknown): void
  reject(error: JobEnded): void
}

export interface WorkerPorts {
  readonly limits: Limits
  readonly metrics: Metrics
  readonly log: Logger
}

/** This file is TypeScript in a clone and JavaScript in a build. */
const program = new URL(import.meta.url.endsWith('.ts') ? './worker.ts' : './worker.js', import.meta.url)

/**
 * Flags for the heap of the process, which V8 prefers to the resourceLimits of a worker (v8 src/heap/heap.cc, Heap::ConfigureHeap). The heap
 * of this thread is already configured; without the flags, the limits of workers hold.
 */
const heapFlags = ['--max-old-space-size', '--max-semi-space-size', '--max-heap-size']

/** A few worker threads: started when there is a job, replaced when one exceeds its limits, ended when there is nothing to do. */
export class Workers implements Jobs {
  readonly #ports: WorkerPorts
  readonly #queue: FairQueue<Entry>
  readonly #threads = new Set<Thread>()
  #isStopped = false

  constructor(ports: WorkerPorts) {
    this.#ports = ports
    this.#queue = new FairQueue(ports.limits.jobQueue)
    for (const flag of heapFlags) setFlagsFromString(`${flag}=0`)
  }

  /** Number of jobs that have not begun. */
  get queueLength(): number {
    return this.#queue.length
  }

  /** Number of threads. */
  get threads(): number {
    return this.#threads.size
  }

  run<J extends Job>(job: J, tenant: string, size: number): Task<ResultOf<J>> | undefined {
    const { promise, resolve, reject } = Promise.withResolvers<ResultOf<J>>()
    const entry: Entry = { job, tenant, size, resolve: (result) => resolve(result as ResultOf<J>), reject }
    if (this.#isStopped || !this.#queue.add(entry)) return undefined
    this.#dispatch()
    const cancel = (): boolean => {
      if (!this.#queue.remove(entry)) return false
      reject(new JobEnded('canceled'))
      return true
    }
    return { done: promise, cancel }
  }

  /** Ends all threads; jobs that are not done have no result. */
  stop(): void {
    this.#isStopped = true
    for (let entry = this.#queue.next(); entry !== undefined; entry = this.#queue.next()) entry.reject(new JobEnded('canceled'))
    for (const thread of this.#threads) thread.end('canceled')
  }

  #dispatch(): void {
    for (;;) {
      const idle = [...this.#threads].find((thread) => !thread.isBusy) ?? this.#start()
      const entry = idle === undefined ? undefined : this.#queue.next()
      if (idle === undefined || entry === undefined) return
      idle.do(entry)
    }
  }

  /** Starts a thread if there is a job for it and room for it. */
  #start(): Thread | undefined {
    if (this.#queue.length === 0 || this.#threads.size >= this.#ports.limits.workers) return undefined
    const thread = new Thread(this.#ports, {
      isFree: () => this.#dispatch(),
      hasEnded: () => {
        this.#threads.delete(thread)
        if (!this.#isStopped) this.#dispatch()
      },
    })
    this.#threads.add(thread)
    return thread
  }
}

interface ThreadEvents {
  /** It can do the next job. */
  isFree(): void
  hasEnded(): void
}

/** One worker thread. */
class Thread {
  readonly #worker: Worker
  readonly #ports: WorkerPorts
  readonly #events: ThreadEvents
  #entry: Entry | undefined
  #timer: NodeJS.Timeout | undefined
  #end: WorkerEnd | 'canceled' | undefined

  constructor(ports: WorkerPorts, events: ThreadEvents) {
    this.#ports = ports
    this.#events = events
    this.#worker = new Worker(program, { resourceLimits: ports.limits.workerMemory, stdin: false })
    this.#worker.on('message', (message: WorkerMessage) => this.#finish(message))
    this.#worker.on('error', (error: Error & { code?: string }) => {
      this.#end ??= error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? 'memory' : 'error'
      if (this.#end === 'error') ports.log.error({ err: error }, 'a worker thread failed')
    })
    this.#worker.on('exit', () => this.#exited())
  }

  get isBusy(): boolean {
    return this.#entry !== undefined || this.#end !== undefined
  }

  do(entry: Entry): void {
    this.#entry = entry
    this.#wait(this.#ports.limits.jobTime, 'time')
    this.#worker.postMessage(entry.job)
  }

  /** Ends the thread; `hasEnded` follows. */
  end(cause: WorkerEnd | 'canceled'): void {
    this.#end ??= cause
    void this.#worker.terminate()
  }

  #wait(milliseconds: number, cause: WorkerEnd): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.end(cause), milliseconds)
  }

  #finish(message: WorkerMessage): void {
    const entry = this.#entry
    if (this.#end !== undefined || entry === undefined) return
    this.#entry = undefined
    this.#wait(this.#ports.limits.workerIdle, 'idle')
    if ('result' in message) entry.resolve(message.result)
    else {
      this.#ports.log.error({ problem: message.error }, 'a job of a worker thread failed')
      entry.reject(new JobEnded('error'))
    }
    this.#events.isFree()
  }

  #exited(): void {
    clearTimeout(this.#timer)
    this.#end ??= 'error'
    const end = this.#end
    if (end !== 'canceled') this.#ports.metrics.workerEnded(end)
    if (this.#entry !== undefined && end !== 'canceled')
      this.#ports.log.warn({ namespace: this.#entry.tenant, job: this.#entry.job.kind, reason: end }, 'a worker thread was ended')
    this.#entry?.reject(new JobEnded(end === 'idle' ? 'canceled' : end))
    this.#entry = undefined
    this.#events.hasEnded()
  }
}
