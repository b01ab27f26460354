/** Where the time of a review goes, measured in this process: what remains of the server's CPU time is TLS, HTTP, the log and the metrics. */
import { readFileSync } from 'node:fs'
import { answerReview } from '../src/admission/index.ts'
import { quantile } from '../test/support/numbers.ts'
import { portsOf } from '../test/support/reviews.ts'
import { scenarios } from './review.ts'

/** Microseconds per review, medians. */
export interface Decomposition {
  readonly scenario: string
  readonly parse: number
  readonly answer: number
  readonly stringify: number
}

/** As many reviews as before the comparison with the floor; the scripts of all bodies are then analyzed already, as in a server that runs. */
const warmUps = 120
const bodyCount = 200

export function decompositions(rounds: number): readonly Decomposition[] {
  const policy = readFileSync(new URL('../manifests/base/policy.yaml', import.meta.url), 'utf8')
  // portsOf writes the type itself.
  const ports = portsOf(policy.replace(/^(?:apiVersion|kind):.*$/gm, ''))
  return scenarios.map(({ name, bodies }) => {
    const buffers = bodies(bodyCount).map((body) => Buffer.from(body))
    const times = { parse: [] as number[], answer: [] as number[], stringify: [] as number[] }
    for (let round = -warmUps; round < rounds; round++) {
      for (const buffer of buffers) {
        const start = performance.now()
        const parsed: unknown = JSON.parse(buffer.toString('utf8'))
        const isParsed = performance.now()
        const answer = answerReview('validate', parsed, ports)
        const isAnswered = performance.now()
        if (!answer.ok) throw new Error('the body is not a review')
        JSON.stringify(answer.review)
        const end = performance.now()
        if (round < 0) continue
        times.parse.push(isParsed - start)
        times.answer.push(isAnswered - isParsed)
        times.stringify.push(end - isAnswered)
      }
    }
    const median = (key: keyof typeof times): number => quantile(times[key], 0.5) * 1000
    return { scenario: name, parse: median('parse'), answer: median('answer'), stringify: median('stringify') }
  })
}
