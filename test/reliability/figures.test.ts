/** The page of the figures, and the reading of what the fuzzer prints. */
import t from 'tap'
import { exponentOf } from '../../bench/worst.ts'
import { reliabilityDocs } from '../../scripts/generate/reliability.ts'
import { hostileReviews } from './neighbor.ts'

t.test('docs/reliability.md has a section with the machine for each stored figure', async (t) => {
  const page = reliabilityDocs.text()
  for (const heading of ['# Reliability', '## What the tests check', '## Many reviews', '## A burst', '## Fuzzing'])
    t.ok(page.includes(`${heading}\n`), heading)
  t.equal(page.match(/^Measured on \d{4}-\d\d-\d\d: .*Node v/gm)?.length, page.match(/^## (?!What)/gm)?.length)
  t.notMatch(page, /NaN|undefined|null/)
})

t.test('exponentOf: the slope of the logarithms; undefined if there is nothing to fit', async (t) => {
  const times = (power: number) => [1000, 2000, 4000].map((size) => ({ size, time: (size / 500) ** power }))
  t.equal(exponentOf(times(1))?.toFixed(3), '1.000')
  t.equal(exponentOf(times(2))?.toFixed(3), '2.000')
  t.equal(exponentOf([{ size: 1000, time: 50 }]), undefined)
  t.equal(exponentOf([1000, 2000].map((size) => ({ size, time: 0.1 }))), undefined, 'too cheap')
})

t.test('hostileReviews: each differs from all before it', async (t) => {
  const source = hostileReviews(2000)
  const seen = new Set(Array.from({ length: 100 }, () => source.next().value))
  t.equal(seen.size, 100)
})
