import { readFileSync } from 'node:fs'

/** Size of the review that is sent, bytes: a Pod with a service account, as small workloads have it. */
const wanted = 6 * 1024

/** The example review as the API server sends it (without white space), with as much environment as makes it 6 KiB. */
export function benchReview(): string {
  const review = JSON.parse(readFileSync(new URL('../examples/review.json', import.meta.url), 'utf8'))
  const env: { name: string; value: string }[] = []
  review.request.object.spec.containers[0].env = env
  for (let number = 0; JSON.stringify(review).length < wanted; number++) {
    env.push({ name: `SETTING_${number}`, value: `value of setting ${number}` })
  }
  return JSON.stringify(review)
}
