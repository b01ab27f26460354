/** The program of the web worker: answers the questions in order, so that typing never waits for an analysis. */
import { answer } from './answer.ts'
import type { Asked, Reply } from './protocol.ts'

/** What this file uses of a worker's global scope, whose types exclude those of a page. */
interface WorkerScope {
  onmessage: ((event: { readonly data: Asked }) => void) | null
  postMessage(reply: Reply): void
}

const scope = globalThis as unknown as WorkerScope

scope.onmessage = ({ data: { id, question, input } }) => {
  try {
    scope.postMessage({ id, answer: answer(question, input as never) })
  } catch (error) {
    scope.postMessage({ id, fault: error instanceof Error ? error.message : String(error) })
  }
}
