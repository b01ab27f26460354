/** Answers the questions of the page: the engine of initlint, without a server. */
import { answerFix, answerLint } from './lint.ts'
import type { Question, Questions } from './protocol.ts'
import { answerRehearse } from './rehearsal.ts'
import { answerReviews } from './review.ts'
import { answerSensitive } from './sensitive.ts'
import { answerStart } from './start.ts'
import { answerWhy } from './why.ts'

const answers: { readonly [Q in Question]: (input: Questions[Q]['input']) => Questions[Q]['answer'] } = {
  lint: answerLint,
  start: answerStart,
  rehearse: answerRehearse,
  review: answerReviews,
  fix: answerFix,
  why: answerWhy,
  sensitive: answerSensitive,
}

/** Plain data only: what the engine has under symbols stays in the worker. */
export function answer<Q extends Question>(question: Q, input: Questions[Q]['input']): Questions[Q]['answer'] {
  return answers[question](input)
}
