/** The status ConfigMap is written and read back, and any other content of it is tolerated. */

import t from 'tap'
import { contentOf, contentProblem } from '../../src/cluster/policy/content.ts'
import { dataPatch, fitsBeside, knownKeys, missingKeys, readStatus, statusData } from '../../src/cluster/policy/status.ts'
import { maxKeptBytes } from '../../src/policy/index.ts'
import { policyId, readPolicyTexts } from '../../src/server/keepers/policy-files.ts'
import { scratch } from '../server/support/scratch.ts'
import * as fc from '../support/properties.ts'
import { noStatus } from './support/policy-status.ts'

const configMap = (data: Record<string, string>) => ({ metadata: { uid: 'u', resourceVersion: '7' }, data })

t.test('a ConfigMap gives the same policy as a directory with the same files', (t) => {
  const data = { '20-b.yaml': 'b', '10-a.yml': 'a', 'notes.txt': 'x' }
  const content = contentOf(configMap(data))
  t.equal(content.id, policyId(readPolicyTexts(scratch(t, data))))
  t.same(content.texts, [
    { file: '10-a.yml', text: 'a' },
    { file: '20-b.yaml', text: 'b' },
  ])
  t.same(contentOf({}).texts, [])
  t.end()
})

t.test('reading the written data gives the same status, with policy texts under their own keys', (t) => {
  const good = contentOf(configMap({ 'policy.yaml': 'kind: Policy\n' }))
  const status = {
    good: { ...good, by: '1.2.3' },
    previous: { ...contentOf(configMap({ '10-a.yml': 'a', '20-b.yaml': 'b' })), by: '1.2.2' },
    refused: { id: 'abc', errors: ['a:1:1: x', 'a:2:1: y'] },
    ended: ['policy.yaml:4: exemptions[0] expired after 2027-01-31 (UTC)', 'x'],
    observed: { uid: 'u', resourceVersion: '9' },
    keys: ['10-base.yaml', '20-site.yaml'],
  }
  const data = statusData(status, '1.2.3', 0)
  t.match(data, { 'policy.yaml': 'kind: Policy\n', hash: good.id, version: '1.2.3', time: '1970-01-01T00:00:00.000Z', refused: 'abc' })
  t.equal(data.keys, '10-base.yaml 20-site.yaml')
  t.same(readStatus(data), status)
  t.same(dataPatch({ 'old.yaml': 'x', hash: 'y', refused: 'z' }, { hash: 'new' }), { 'old.yaml': null, hash: 'new', refused: null })
  t.end()
})

t.test('a status whose texts do not match its hash has no good policy', (t) => {
  const data = statusData({ ...noStatus, good: { ...contentOf(configMap({ 'p.yaml': 'a' })), by: '1' } }, '1', 0)
  t.not(readStatus(data).good, undefined)
  for (const [key, value] of [
    ['p.yaml', 'b'],
    ['q.yaml', 'b'],
    ['hash', 'x'],
    ['accepted', 'x'],
  ] as const) {
    t.equal(readStatus({ ...data, [key]: value }).good, undefined, key)
  }
  t.same(readStatus(undefined), noStatus)
  for (const previous of ['', '{', 'null', '[]', '{"texts":{"p.yaml":"b"},"hash":"x","accepted":"u/1"}', '{"texts":{"p.yaml":{}}}']) {
    t.equal(readStatus({ ...data, previous }).previous, undefined, previous)
  }
  fc.assert(
    fc.property(fc.dictionary(fc.oneof(fc.string(), fc.constantFrom(...Object.keys(data))), fc.string()), (any) => {
      readStatus(any)
    }),
  )
  t.end()
})

t.test('a policy that is too large for the status, or missing, is refused before it is parsed', (t) => {
  const sized = (bytes: number) => contentProblem(contentOf(configMap({ 'p.yaml': '#'.repeat(bytes) })))
  t.equal(sized(maxKeptBytes), undefined)
  t.match(sized(maxKeptBytes + 1), { level: 'error', file: 'p.yaml' })
  t.match(contentProblem(contentOf(configMap({ 'notes.txt': 'x' }))), { level: 'error', file: 'data' })
  const errors = Array.from({ length: 1000 }, (_, index) => `${index}: ${'x'.repeat(50)}`)
  const status = { ...noStatus, refused: { id: 'a', errors } }
  t.ok(maxKeptBytes + JSON.stringify(statusData(status, '1', 0)).length < 1024 * 1024)
  const kept = (bytes: number) => ({ ...contentOf(configMap({ 'p.yaml': '#'.repeat(bytes) })), by: '1' })
  t.ok(fitsBeside(kept(maxKeptBytes / 2 - 200), kept(maxKeptBytes / 2 - 200)))
  t.notOk(fitsBeside(kept(maxKeptBytes / 2), kept(maxKeptBytes / 2)))
  t.end()
})

t.test('a key that an accepted policy had is missing until it returns or the entry keys is deleted', (t) => {
  const both = contentOf(configMap({ '10-base.yaml': 'a', '20-site.yaml': 'b' }))
  const base = contentOf(configMap({ '10-base.yaml': 'a' }))
  const before = { ...noStatus, good: { ...both, by: '1' } }
  t.same(missingKeys(before, both), [])
  t.same(missingKeys(before, base), ['20-site.yaml'], 'also for the status of an older version, which has no keys')
  const after = { ...before, good: { ...base, by: '1' }, keys: knownKeys(before, base) }
  t.same(missingKeys(after, base), ['20-site.yaml'])
  t.same(missingKeys({ ...after, keys: knownKeys(after, both) }, both), [])
  t.same(missingKeys({ ...after, keys: undefined }, base), [])
  const many = { ...after, keys: Array.from({ length: 1000 }, (_, index) => `${index}.yaml`) }
  t.equal(knownKeys(many, base).length, 21, 'a bounded number of removed keys is stored')
  t.same(knownKeys({ ...many, keys: knownKeys(many, base) }, base), knownKeys(many, base))
  t.end()
})
