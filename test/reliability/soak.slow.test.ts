/** A short soak: memory does not grow with the number of reviews. `npm run soak` runs a million. */
import t from 'tap'
import { soak } from './soak.ts'

/** Early on, V8 still compiles and the caches fill up: a leak of 1 KiB per review would exceed this as well. */
const mostGrowth = 1.3

t.test('20,000 reviews: the memory stays within 1.3 times that after 8,000, and none fails', async (t) => {
  const { residentFirst, residentLast, failed } = await soak({ reviews: 20_000, first: 8000, print: (line) => t.comment(line) })
  t.equal(failed, 0)
  t.ok(residentFirst > 50, `${residentFirst} MiB`)
  t.ok(residentLast <= mostGrowth * residentFirst, `${residentFirst} MiB, then ${residentLast} MiB`)
})
