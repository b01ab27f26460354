/** The program of a worker thread: does one job after another. */
import { parentPort } from 'node:worker_threads'
import { type Job, JobWorker, type ResultOf } from './jobs.ts'
import { giveWay } from './priority.ts'

/** What a worker sends for each job. */
export type WorkerMessage = { readonly result: ResultOf<Job> } | { readonly error: string }

giveWay()
const worker = new JobWorker()

parentPort?.on('message', async (job: Job) => {
  parentPort?.postMessage(await outcomeOf(job))
})

async function outcomeOf(job: Job): Promise<WorkerMessage> {
  try {
    return { result: await worker.do(job) }
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
