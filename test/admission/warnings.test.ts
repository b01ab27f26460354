import assert from 'node:assert/strict'
import t from 'tap'
import { answerFault, answerOversize } from '../../src/admission/index.ts'
import { warningLimits, withinBudget } from '../../src/admission/warnings.ts'
import { ask } from '../support/answers.ts'
import * as fc from '../support/properties.ts'
import { pod, portsOf, review, uid } from '../support/reviews.ts'

/** What may never stand in a warning: kube-apiserver drops control characters, terminals obey direction marks. */
const unsafe = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]|Warning:/u

function assertWithinLimits(warnings: readonly string[]): void {
  assert.ok(warnings.length <= warningLimits.count)
  assert.ok(warnings.join('').length <= warningLimits.total)
  for (const line of warnings) {
    assert.ok([...line].length <= warningLimits.each, line)
    assert.doesNotMatch(line, unsafe)
    assert.ok(line.isWellFormed())
    assert.match(line, /^\[[a-z-]+\] /)
  }
}

t.test('many findings: at most ten lines, the last says how many are missing', async (t) => {
  const containers = Array.from({ length: 30 }, (_, index) => ({
    name: `c${index}`,
    image: `registry.example/image-${index}`,
    imagePullPolicy: 'Always',
  }))
  const { warnings } = ask('validate', review({ object: pod({}, { spec: { containers } }) }), portsOf('preset: recommended'))
  assertWithinLimits(warnings)
  t.equal(warnings.length, 10)
  t.match(warnings.at(-1), /^\[initlint\] 21 more/)
})

t.test('any image and any name give lines that arrive', async () => {
  const ports = portsOf('preset: strict\nrules: {registry-not-allowed: warn, image-latest: warn, image-invalid: warn, pull-never: warn}')
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 400 }),
    fc.string({ maxLength: 60 }),
    fc.constant('a\nb\u202E\u001B[31m'),
    fc.constant('x'.repeat(5000)),
  )
  const policy = fc.constantFrom('Always', 'IfNotPresent', 'Never')
  const container = fc.record({ name: text, image: text, imagePullPolicy: policy })
  fc.assert(
    fc.property(fc.array(container, { maxLength: 15 }), (containers) => {
      assertWithinLimits(ask('validate', review({ object: pod({}, { spec: { containers } }) }), ports).warnings)
    }),
    { numRuns: 150 },
  )
})

t.test('a long image is cut, not the advice', async (t) => {
  const image = `us-central1-docker.pkg.dev/${'very-long-project-name/'.repeat(8)}image`
  const { warnings } = ask('validate', review({ object: pod({ image, imagePullPolicy: 'Always' }) }), portsOf('preset: recommended'))
  assertWithinLimits(warnings)
  t.match(warnings[0], /pin a tag$/)
})

t.test('the budget in characters', async (t) => {
  const lines = withinBudget(Array.from({ length: 10 }, (_, index) => `[x] ${String(index).repeat(250)}`))
  assertWithinLimits(lines)
  t.same(withinBudget(['[x] a', '[x] b']), ['[x] a', '[x] b'])
})

t.test('too large to read: refused where anything is denied there, let in with a warning elsewhere', async (t) => {
  const ports = portsOf('overrides: [{match: {namespaces: [prod]}, rules: {image-latest: deny}}]\nrules: {registry-not-allowed: warn}')
  const prefix = (namespace: string) => JSON.stringify(review({ namespace, object: pod({}) })).slice(0, 300)
  const answers = ['prod', 'dev'].map((namespace) => answerOversize(prefix(namespace), ports))
  t.match(answers[0], { ok: true, review: { response: { uid, allowed: false } } })
  t.match(answers[1], { ok: true, review: { response: { uid, allowed: true, warnings: [/too large/] } } })
  t.match(answerOversize('{"request":{"name":"x"', ports), { ok: false, status: { code: 400 } })
})

t.test('a fault of ours: let in and said, whatever the policy', async (t) => {
  const prefix = JSON.stringify(review({ namespace: 'prod', object: pod({}) })).slice(0, 300)
  const answer = answerFault(prefix, new Error('boom'))
  t.match(answer, {
    ok: true,
    review: { response: { uid, allowed: true, warnings: [/fault/] } },
    record: { faults: [{ rule: 'initlint' }] },
  })
  t.match(answerFault('', new Error('boom')), { ok: false, status: { code: 400 } })
})
