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
    return { error: placeOf(error) }
  }
}

/** Where an error was thrown. Its message may quote the script or the manifest, which may contain secrets. */
function placeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'not an error'
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line))
  return [error.name, ...frames].join('\n')
}
