/** Each denied object stays denied, whatever is wrapped around it. */
import type { FastifyRequest } from 'fastify'
import t from 'tap'
import { readReviewBody } from '../../src/server/routes/review-body.ts'
import { ask, type ReadAnswer } from '../support/answers.ts'
import { portsOf } from '../support/reviews.ts'
import { type Denied, deniedReviews, denyingPolicy, fewDenied } from './denied.ts'
import { wrapped, wrappers } from './wrappers.ts'

const ports = portsOf(denyingPolicy)

/** A wrapper that opens the door opens it for many reviews: the first ones say enough. */
const shownProblems = 3

/** The answer to a body as the route reads it. */
function answerTo(text: string): ReadAnswer {
  const request = { headers: {} } as FastifyRequest
  const body = readReviewBody(request, { kind: 'whole', bytes: Buffer.from(text) })
  if (body.kind !== 'value') throw new Error(`the body was not read: ${body.kind}`)
  return ask('validate', body.value, ports)
}

/** What is wrong with the answer; undefined if the object is denied by its rule. */
function problemOf(denied: Denied, text: string): string | undefined {
  try {
    const { allowed, causes } = answerTo(text)
    if (!allowed && causes.some(({ reason }) => reason === denied.rule)) return undefined
    return `${denied.name}: ${allowed ? 'allowed' : `denied by ${causes.map(({ reason }) => reason).join()}`}`
  } catch (error) {
    return `${denied.name}: ${error}`
  }
}

t.test('each plain review is denied by exactly its rule', async (t) => {
  for (const denied of deniedReviews) {
    const { allowed, causes } = answerTo(JSON.stringify(denied.review()))
    t.notOk(allowed, denied.name)
    t.same([...new Set(causes.map(({ reason }) => reason))], [denied.rule], denied.name)
  }
})

for (const wrapper of wrappers) {
  t.test(`denied in spite of: ${wrapper.name}`, async (t) => {
    const reviews = (wrapper.slow ? fewDenied : deniedReviews).filter((denied) => wrapper.appliesTo?.(denied) ?? true)
    t.ok(reviews.length > 0)
    const problems = reviews.flatMap((denied) => problemOf(denied, wrapped(denied, wrapper)) ?? [])
    t.equal(problems.length, 0, problems.slice(0, shownProblems).join('; '))
  })
}

t.test('no wrapper has changed a prototype', async (t) => {
  t.same(Object.keys(Object.prototype), [])
  t.equal(({} as Record<string, unknown>).image, undefined)
})
