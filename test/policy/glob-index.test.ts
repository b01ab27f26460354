import t from 'tap'
import { readWorkload } from '../../src/model/workload.ts'
import { compileGlob, compileGlobs, type Glob } from '../../src/policy/glob.ts'
import { indexGlobs, matchesAny } from '../../src/policy/glob-index.ts'
import { compileMatch } from '../../src/policy/match.ts'
import { compileImageFacts } from '../../src/policy/registries.ts'
import { indexSubjects } from '../../src/policy/subject-index.ts'
import * as fc from '../support/properties.ts'

/** The globs, and how often one of them was compared with a text. */
function counted(patterns: readonly string[]): { readonly globs: readonly Glob[]; comparisons: number } {
  const count = { globs: [] as Glob[], comparisons: 0 }
  for (const pattern of patterns) {
    const { matches } = compileGlob(pattern)
    count.globs.push({
      pattern,
      matches: (text) => {
        count.comparisons++
        return matches(text)
      },
    })
  }
  return count
}

const plainScan = (globs: readonly Glob[], text: string): number[] => globs.flatMap(({ matches }, index) => (matches(text) ? [index] : []))

// Few letters, so that patterns share beginnings and endings, repeat, and match often.
const pattern = fc.oneof(
  fc.string({ unit: fc.constantFrom('*', 'a', 'b', '/'), maxLength: 6 }),
  fc
    .tuple(fc.constantFrom('a', 'a/', 'ab', 'b/a/', '', '*'), fc.constantFrom('*', '**', 'b', '*a*'), fc.constantFrom('/b', 'a', 'ba', ''))
    .map((parts) => parts.join('')),
)
const text = fc.string({ unit: fc.constantFrom('a', 'b', '/'), maxLength: 9 })

t.test('an index finds the same patterns as a scan, in the same order', async (t) => {
  const agree = fc.property(fc.array(pattern, { maxLength: 60 }), fc.array(text, { maxLength: 20 }), (patterns, texts) => {
    const globs = compileGlobs(patterns)
    const index = indexGlobs(globs)
    for (const each of texts) {
      const expected = plainScan(globs, each)
      if (JSON.stringify(index.matching(each)) !== JSON.stringify(expected)) throw new Error(`the index differs for ${each}`)
      if (matchesAny(globs, each) !== expected.length > 0) throw new Error(`matchesAny differs for ${each}`)
    }
    return true
  })
  t.doesNotThrow(() => fc.assert(agree, { numRuns: 1500 }))
})

t.test('an index finds the same patterns as a scan for names of registries', async (t) => {
  const host = fc.constantFrom('docker.io', 'ghcr.io', 'a.example.com', 'b.example.com:5000', 'registry')
  const segment = fc.constantFrom('library', 'team', 'app', 'nginx', 'redis-7')
  const name = fc.tuple(host, fc.array(segment, { minLength: 1, maxLength: 3 })).map(([first, rest]) => [first, ...rest].join('/'))
  const starred = fc.tuple(name, fc.nat(40), fc.nat(10), fc.constantFrom('*', '**', '')).map(([full, from, length, star]) => {
    const start = from % full.length
    return full.slice(0, start) + star + full.slice(start + length)
  })
  const agree = fc.property(fc.array(fc.oneof(name, starred), { maxLength: 80 }), fc.array(name, { maxLength: 10 }), (patterns, names) => {
    const globs = compileGlobs(patterns)
    const index = indexGlobs(globs)
    return names.every((each) => JSON.stringify(index.matching(each)) === JSON.stringify(plainScan(globs, each)))
  })
  t.doesNotThrow(() => fc.assert(agree, { numRuns: 1000 }))
})

const families: Readonly<Record<string, (index: number) => string>> = {
  'different hosts': (index) => `registry-${index}.example.com/**`,
  'exact names': (index) => `docker.io/library/app-${index}`,
  'the same host, different endings': (index) => `docker.io/**/app-${index}`,
  'different endings only': (index) => `**/app-${index}`,
  'one directory per team': (index) => `ghcr.io/team-${index}/*`,
}

for (const [family, patternAt] of Object.entries(families)) {
  t.test(`990 patterns of the family "${family}" are compared with few of 10,000 names`, async (t) => {
    const count = counted(Array.from({ length: 990 }, (_, index) => patternAt(index)))
    const index = indexGlobs(count.globs)
    for (let number = 0; number < 10_000; number++) {
      const sample = patternAt(number).replaceAll('**', 'library').replaceAll('*', 'app')
      if (index.matching(sample).length !== (number < 990 ? 1 : 0)) t.fail(`${sample} matches a wrong number of patterns`)
    }
    // app-1 is a beginning of app-10 and app-100.
    t.ok(count.comparisons <= 4 * 10_000, `${count.comparisons} comparisons`)
  })
}

t.test('a text longer than any name is compared with no pattern', async (t) => {
  const count = counted(Array.from({ length: 20 }, (_, index) => `${'*'.repeat(index + 1)}a`))
  t.same(indexGlobs(count.globs).matching('a'.repeat(1_000_000)), [])
  t.equal(count.comparisons, 0)
})

t.test('each property of a registry comes from the first matching entry that sets it, however many entries there are', async (t) => {
  const others = Array.from({ length: 300 }, (_, index) => ({ match: `other-${index}.example/**`, fragile: true }))
  const registries = [
    ...others,
    { match: '*.example.com/**', pull: 'Always' as const },
    { match: 'a.example.com/**', servedBy: 'first' },
    { match: 'a.example.com/team/*', servedBy: 'second', fragile: true },
    { match: '**', reason: 'last' },
  ]
  const { registry } = compileImageFacts({ registries })
  t.match(registry({ registry: 'A.example.com:443', repository: 'team/app', tag: null, digest: null }), {
    fragile: true,
    pull: 'Always',
    servedBy: 'first',
    reason: 'last',
  })
})

t.test('preloaded images with tags are found in a long list', async (t) => {
  const preloaded = [...Array.from({ length: 300 }, (_, index) => `docker.io/library/app-${index}:1`), '**/tool:v*', 'ghcr.io/x/**']
  const { isPreloaded } = compileImageFacts({ preloaded })
  const named = (repository: string, tag: string | null, registry = 'docker.io') => ({ registry, repository, tag, digest: null })
  t.ok(isPreloaded(named('library/app-7', '1')))
  t.notOk(isPreloaded(named('library/app-7', '2')))
  t.notOk(isPreloaded(named('library/app-7', null)))
  t.ok(isPreloaded(named('a/tool', 'v2')))
  t.ok(isPreloaded(named('x/y', null, 'ghcr.io')))
})

t.test('an index over match blocks finds every block that matches the image of a report', async (t) => {
  const host = fc.constantFrom('a.example', 'b.example', 'docker.io', 'registry-1.docker.io')
  const repository = fc.constantFrom('x', 'y', 'x/y')
  const images = fc.array(fc.constantFrom('**', 'a.example/**', '*/x', 'B.example:443/*', 'docker.io/library/x', '**/y'), { maxLength: 3 })
  const block = fc.record({ images }, { requiredKeys: [] })
  const agree = fc.property(fc.array(block, { maxLength: 20 }), host, repository, (blocks, registry, path) => {
    const object = { apiVersion: 'v1', kind: 'Pod', spec: { containers: [{ name: 'c', image: `${registry}/${path}:1` }] } }
    const workload = readWorkload(object, { namespace: 'default', source: 'manifest' })
    if (workload === undefined) return false
    const matches = blocks.map((each) => compileMatch(each))
    const positions = indexSubjects(matches)
    return [...workload.imageUses(), ...workload.containers(), null].every((subject) => {
      const matching = matches.flatMap((match, position) => (match.subject(subject, workload) === 'no' ? [] : [position]))
      const found = positions(subject, workload).filter((position) => matches[position]?.subject(subject, workload) !== 'no')
      return JSON.stringify(found) === JSON.stringify(matching)
    })
  })
  t.doesNotThrow(() => fc.assert(agree, { numRuns: 1000 }))
})
