import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'

/** Size of the review, bytes: that of a Pod with a service account in a small workload. */
const wantedSize = 6 * 1024

/** The example review without whitespace, as the API server sends it, padded to 6 KiB with environment variables. */
export function benchReview(): string {
  const review = JSON.parse(readFileSync(new URL('../examples/review.json', import.meta.url), 'utf8'))
  const env: { name: string; value: string }[] = []
  review.request.object.spec.containers[0].env = env
  for (let number = 0; JSON.stringify(review).length < wantedSize; number++) {
    env.push({ name: `SETTING_${number}`, value: `value of setting ${number}` })
  }
  return JSON.stringify(review)
}

/** The same for several Pods of one template, which differ in uid, name, and the name of the service account's volume. */
export function benchReviews(count: number): readonly string[] {
  const review = benchReview()
  return Array.from({ length: count }, (_, index) => {
    const suffix = index.toString(36).padStart(5, '0')
    return review
      .replaceAll('7b1c1f7e-9f0e-4a51-8a4e-5a3f9f0f3c11', randomUUID())
      .replaceAll('kube-api-access-8m2xw', `kube-api-access-${suffix}`)
      .replaceAll('"name":"kiada","namespace"', `"name":"kiada-${suffix}","namespace"`)
  })
}
