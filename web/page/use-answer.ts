import { useEffect, useState } from 'preact/hooks'
import { maxTextLength, type Question, type Questions } from '../engine/protocol.ts'
import type { EngineClient } from './engine-client.ts'

/** The latest answer to a question whose input changes. */
export interface Answered<Q extends Question> {
  /** What the answer is for; undefined before the first one. */
  readonly input?: Questions[Q]['input']
  readonly answer?: Questions[Q]['answer']
  /** Why there is no answer to the current input, as a sentence. */
  readonly problem?: string
  /** Whether a newer input waits for its answer. */
  readonly isStale: boolean
}

/** A pause in typing, in milliseconds. */
const pause = 150

/**
 * Asks whenever the input changes, after a pause in typing; the last answer remains until the next one.
 * @param input a value that stays the same object while it is the same; null to ask nothing
 */
export function useAnswer<Q extends Question>(engine: EngineClient, question: Q, input: Questions[Q]['input'] | null): Answered<Q> {
  const [answered, setAnswered] = useState<Answered<Q>>({ isStale: true })
  useEffect(() => {
    if (input === null) return
    let isCurrent = true
    const ask = async (): Promise<void> => {
      const outcome = isTooLong(input)
        ? ({ kind: 'failed', problem: 'The text is too long for the playground; use the command line.' } as const)
        : await engine.ask(question, input)
      if (!isCurrent || outcome.kind === 'superseded') return
      setAnswered(
        outcome.kind === 'answered' ? { input, answer: outcome.answer, isStale: false } : { problem: outcome.problem, isStale: false },
      )
    }
    // The first question does not wait: there was no typing yet.
    const timer = setTimeout(ask, answered.answer === undefined && answered.problem === undefined ? 0 : pause)
    return () => {
      isCurrent = false
      clearTimeout(timer)
    }
  }, [engine, question, input])
  return { ...answered, isStale: input !== null && (answered.isStale || (answered.input !== undefined && answered.input !== input)) }
}

function isTooLong(input: object): boolean {
  return Object.values(input).some((value) => typeof value === 'string' && value.length > maxTextLength)
}
