/** Asks the worker. The page stays usable whatever an analysis costs: the worker is replaced if it does not answer in time. */

import type { Asked, Question, Questions, Reply } from '../engine/protocol.ts'
import workerUrl from '../engine/worker.ts?worker&url'

export type Outcome<Q extends Question> =
  | { readonly kind: 'answered'; readonly answer: Questions[Q]['answer'] }
  /** A newer question of the same kind took its place. */
  | { readonly kind: 'superseded' }
  /** A sentence. */
  | { readonly kind: 'failed'; readonly problem: string }

interface Waiting {
  readonly asked: Asked
  settle(outcome: Outcome<Question>): void
}

/** The largest manifests of docs/performance.md take a fraction of it, also on a slow phone. */
const patienceMilliseconds = 20_000

export class EngineClient {
  #worker: Worker | undefined
  #running: Waiting | undefined
  #timer: ReturnType<typeof setTimeout> | undefined
  /** At most one question of each kind: only the latest text matters. */
  readonly #queue = new Map<Question, Waiting>()
  #lastId = 0

  /** Starts loading the engine before the first question. */
  warmUp(): void {
    this.#worker ??= this.#start()
  }

  ask<Q extends Question>(question: Q, input: Questions[Q]['input']): Promise<Outcome<Q>> {
    return new Promise((settle) => {
      this.#queue.get(question)?.settle({ kind: 'superseded' })
      const asked = { id: ++this.#lastId, question, input } as Asked
      this.#queue.set(question, { asked, settle: settle as (outcome: Outcome<Question>) => void })
      this.#next()
    })
  }

  #next(): void {
    const [first] = this.#queue
    if (this.#running !== undefined || first === undefined) return
    const [question, waiting] = first
    this.#queue.delete(question)
    this.#running = waiting
    this.#worker ??= this.#start()
    this.#worker.postMessage(waiting.asked)
    this.#timer = setTimeout(
      () => this.#replace('This takes too long in a browser; use the command line, or a smaller manifest.'),
      patienceMilliseconds,
    )
  }

  #start(): Worker {
    const worker = new Worker(trustedUrl(workerUrl), { type: 'module' })
    worker.onmessage = ({ data }: MessageEvent<Reply>) => this.#take(data)
    worker.onerror = () => this.#replace('The engine could not be started, or failed; reload the page.')
    return worker
  }

  #take(reply: Reply): void {
    if (reply.id !== this.#running?.asked.id) return
    if ('fault' in reply) this.#settle({ kind: 'failed', problem: `initlint failed on this text: ${reply.fault}` })
    else this.#settle({ kind: 'answered', answer: reply.answer as Questions[Question]['answer'] })
  }

  #replace(problem: string): void {
    this.#worker?.terminate()
    this.#worker = undefined
    this.#settle({ kind: 'failed', problem })
  }

  #settle(outcome: Outcome<Question>): void {
    clearTimeout(this.#timer)
    const running = this.#running
    this.#running = undefined
    running?.settle(outcome)
    this.#next()
  }
}

/** https://www.w3.org/TR/trusted-types/, which the types of the DOM do not have. */
interface TrustedTypes {
  createPolicy(name: string, rules: { createScriptURL(url: string): string }): { createScriptURL(url: string): string }
}

/** The Content-Security-Policy lets only this policy make the URL of a script, and it makes only the one of the worker. */
function trustedUrl(url: string): string | URL {
  const { trustedTypes } = globalThis as { readonly trustedTypes?: TrustedTypes }
  if (trustedTypes === undefined) return url
  policy ??= trustedTypes.createPolicy('initlint-worker', {
    createScriptURL: (asked) => {
      if (asked !== workerUrl) throw new TypeError('not the worker of this page')
      return asked
    },
  })
  return policy.createScriptURL(url)
}

let policy: ReturnType<TrustedTypes['createPolicy']> | undefined
