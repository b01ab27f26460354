/** The program of a worker thread: does one job after another. */
import { parentPort } from 'node:worker_threads'
import { registry } from '../../rules/registry.ts'
import { type Job, JobWorker } from './jobs.ts'

/** What a worker sends for each job. */
export type WorkerMessage = { readonly result: ReturnType<JobWorker['do']> } | { readonly error: string }

const worker = new JobWorker(registry)

parentPort?.on('message', (job: Job) => {
  parentPort?.postMessage(outcomeOf(job))
})

function outcomeOf(job: Job): WorkerMessage {
  try {
    return { result: worker.do(job) }
  } catch (error) {
    return { error: error instanceof Error ? (error.stack ?? error.message) : String(error) }
  }
}
