/** Reviews of the policy ConfigMap: denials, warnings, and changes that pass. */

import t from 'tap'
import { answerOtherObject, answerPolicyReview, type PolicyAnswer } from '../../src/admission/index.ts'
import { at } from '../../src/model/json.ts'
import { defaultRegistry } from '../../src/rules/registry.ts'
import * as fc from '../support/properties.ts'

const registry = defaultRegistry()
const ports = { registry, now: Date.UTC(2026, 10, 15), policyConfigMap: { namespace: 'initlint', name: 'initlint-policy' } }
const header = 'apiVersion: initlint.dev/v1alpha1\nkind: Policy\n'

const configMap = (data: unknown, more: object = {}) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'initlint-policy', namespace: 'initlint' },
  data,
  ...more,
})

function reviewOf(object: unknown, more: object = {}) {
  const request = { uid: 'uid-1', operation: 'CREATE', namespace: 'initlint', name: 'initlint-policy', object, oldObject: null, ...more }
  return { apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', request }
}

interface Response {
  readonly uid: string
  readonly allowed: boolean
  readonly warnings: readonly string[]
  readonly status: {
    readonly code: number
    readonly reason: string
    readonly message: string
    readonly details: { readonly kind: string; readonly name: string; readonly causes: readonly { field: string; message: string }[] }
  }
}

function responseOf(answer: PolicyAnswer): Response {
  if (!answer.ok) throw new Error(JSON.stringify(answer.status))
  const response = at(answer.review, 'response') as Omit<Response, 'warnings'> & Partial<Response>
  return { ...response, warnings: response.warnings ?? [] }
}

const respond = (object: unknown, more: object = {}) => responseOf(answerPolicyReview(reviewOf(object, more), ports))
const policy = (body: string) => configMap({ 'policy.yaml': header + body })

t.test('a valid policy is allowed without warnings', async (t) => {
  const response = respond(policy('rules: {image-latest: deny}\n'))
  t.strictSame({ ...response }, { uid: 'uid-1', allowed: true, warnings: [] })
})

t.test('what authors of objects can use to escape a denial is a warning', async (t) => {
  const body = 'rules: {image-latest: deny}\nexemptions: [{rules: [image-latest], match: {labels: {a: b}}, reason: x}]\n'
  const registries = 'registries: [{match: "*.com/**", allowed: true}]\nmutableTags: ["sha256:*"]\n'
  const { allowed, warnings } = respond(policy(body + registries))
  t.equal(allowed, true)
  t.equal(warnings.length, 4)
  t.match(warnings[3], /registries\[0\]\.allowed: one entry is allowed: true, so every other registry is refused/, 'notes come last')
  for (const [index, words] of [
    /exemptions\[0\]\.match: authors of objects write labels/,
    /registries\[0\]\.match: it allows hosts/,
    /mutableTags\[0\]: the glob/,
  ].entries()) {
    t.match(warnings[index], words)
    t.ok((warnings[index] ?? '').length <= 256, 'short enough for an API client')
  }
  t.strictSame(respond(policy(body.replace('labels: {a: b}', 'labels: {a: b}, namespaces: [dev]'))).warnings, [])
})

t.test('an invalid policy is denied with a place and a suggestion for each error', async (t) => {
  const { allowed, status, uid } = respond(policy('rules:\n  image-latets: deny\npreset: loud\n'))
  t.equal(uid, 'uid-1')
  t.equal(allowed, false)
  t.match(status, { code: 422, reason: 'Invalid', details: { kind: 'ConfigMap', name: 'initlint-policy' } })
  t.strictSame(
    status.details.causes.map(({ field }) => field),
    ['data[policy.yaml]:4:3', 'data[policy.yaml]:5:9'],
  )
  t.match(status.details.causes[0]?.message, /rules\.image-latets.*did you mean image-latest\?/)
  t.match(status.message, 'policy.yaml:4:3')
})

t.test('every *.yaml key is checked as a separate file; other keys are ignored', async (t) => {
  const good = `${header}rules: {image-latest: deny}\n`
  t.equal(
    respond(configMap({ '10-base.yaml': good, '20-cluster.yml': 'nonsense: [' })).status.details.causes[0]?.field,
    'data[20-cluster.yml]:1:12',
  )
  t.equal(respond(configMap({ 'policy.yaml': good, 'README.md': 'nonsense: [' })).allowed, true)
})

t.test('a ConfigMap without a policy, or with one that is too large, is denied with the field data', async (t) => {
  for (const data of [undefined, null, {}, { 'policy.txt': header }, []]) {
    const { allowed, status } = respond(configMap(data))
    t.equal(allowed, false)
    t.equal(status.details.causes[0]?.field, 'data')
  }
  const large = respond(policy(`# ${'x'.repeat(1024 * 1024)}\n`))
  t.equal(large.status.details.causes[0]?.field, 'data', 'too large to store')
})

t.test('valid but probably wrong: unknown rules, expired exemptions, ineffective overrides and unread data get warnings', async (t) => {
  const warned = (body: string, more: object = {}) => {
    const { allowed, warnings } = respond({ ...policy(body), ...more })
    t.equal(allowed, true, body)
    return warnings
  }
  t.match(warned('rules: {brand-new-rule: deny}\n'), [/^\[initlint\] policy\.yaml:3:9: rules\.brand-new-rule: /])
  t.match(warned('exemptions: [{rules: [image-latest], reason: x, expires: 2026-11-01}]\n'), [
    /policy\.yaml:3:\d+: exemptions\[0\]\.expires: .*expired/,
  ])
  t.match(warned('overrides: [{rules: {image-latest: deny}}, {rules: {image-latest: warn}}]\n'), [/overrides\[0\]\.rules\.image-latest/])
  t.match(warned('', { immutable: true }), [/immutable/])
  t.match(warned('', { binaryData: { 'more.yaml': 'AA==' } }), [/binaryData\[more\.yaml\]/])
})

t.test('a denial includes the warnings', async (t) => {
  const { allowed, warnings } = respond(policy('preset: loud\nrules: {brand-new-rule: deny}\n'))
  t.equal(allowed, false)
  t.match(warnings, [/brand-new-rule/])
})

t.test('60 warnings are cut to 10 lines and 2,000 characters', async (t) => {
  const rules = Array.from({ length: 60 }, (_, index) => `  new-rule-${'x'.repeat(100)}-${index}: deny\n`).join('')
  const { warnings } = respond(policy(`rules:\n${rules}`))
  t.ok(warnings.length <= 10)
  t.ok(warnings.every((line) => line.length <= 200))
  t.ok(warnings.join('').length <= 2000)
  t.match(warnings.at(-1), /policy check/)
})

t.test('an invalid policy can be deleted and labeled, but not replaced by another invalid one', async (t) => {
  const bad = policy('preset: loud\n')
  const deleted = respond(null, { operation: 'DELETE', oldObject: bad })
  t.equal(deleted.allowed, true)
  t.match(deleted.warnings, [/audit-only/])
  const labelled = { ...bad, metadata: { ...bad.metadata, labels: { a: 'b' } } }
  t.strictSame({ ...respond(labelled, { operation: 'UPDATE', oldObject: bad }) }, { uid: 'uid-1', allowed: true, warnings: [] })
  t.equal(respond(policy('preset: louder\n'), { operation: 'UPDATE', oldObject: bad }).allowed, false)
})

t.test('other names, namespaces, kinds and operations are allowed without warnings', async (t) => {
  const bad = policy('preset: loud\n')
  for (const [object, more] of [
    [bad, { name: 'other' }],
    [bad, { namespace: 'elsewhere' }],
    [{ ...bad, kind: 'Secret' }, {}],
    [null, { operation: 'CONNECT' }],
  ] as const) {
    t.strictSame({ ...respond(object, more) }, { uid: 'uid-1', allowed: true, warnings: [] })
  }
  const anywhere = { ...ports, policyConfigMap: { name: 'initlint-policy' } }
  t.equal(responseOf(answerPolicyReview(reviewOf(bad, { namespace: 'elsewhere' }), anywhere)).allowed, false)
})

t.test('hostile content: the response always has the uid and text that is safe to print', async (t) => {
  const key = fc.oneof(fc.constantFrom('policy.yaml', 'a.yml', '__proto__', 'x\u202e\n.yaml'), fc.string())
  const hostile = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string().map((text) => `${header}${text}`),
    fc.jsonValue(),
  )
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the test looks for control characters.
  const unsafe = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(fc.dictionary(key, hostile, { maxKeys: 3 }), (data) => {
        const { uid, allowed, warnings, status } = respond(configMap(data))
        const texts = [
          ...warnings,
          ...(allowed ? [] : [status.message, ...status.details.causes.flatMap(({ field, message }) => [field, message])]),
        ]
        return uid === 'uid-1' && texts.every((text) => !unsafe.test(text) && text.isWellFormed())
      }),
      { numRuns: 100 },
    ),
  )
})

t.test('a ConfigMap that is not in an AdmissionReview is rejected', async (t) => {
  t.equal(answerPolicyReview({ kind: 'ConfigMap' }, ports).ok, false)
})

t.test('a review of another object is answered from its beginning, and a review of the policy is not', async (t) => {
  const { policyConfigMap } = ports
  /** The fields in the order of the Go struct. */
  const start = (more: object) =>
    JSON.stringify({
      kind: 'AdmissionReview',
      apiVersion: 'admission.k8s.io/v1',
      request: {
        uid: 'uid-1',
        kind: { group: '', version: 'v1', kind: 'ConfigMap' },
        resource: { group: '', version: 'v1', resource: 'configmaps' },
        name: 'initlint-policy',
        namespace: 'initlint',
        operation: 'CREATE',
        ...more,
      },
    })
  const name = fc.constantFrom('initlint-policy', 'other', '', 'init"lint', '{"name":"initlint-policy"}')
  await fc.assert(
    fc.property(name, fc.constantFrom('initlint', 'shop', ''), name, (name, namespace, inObject) => {
      const object = configMap({ 'policy.yaml': 'nonsense' }, { metadata: { name: inObject } })
      const text = start({ name, namespace, object })
      const answer = answerOtherObject(text, policyConfigMap)
      if (answer === undefined) return true
      const whole = answerPolicyReview(JSON.parse(text), ports)
      return JSON.stringify(answer.ok && answer.review) === JSON.stringify(whole.ok && whole.review)
    }),
  )
  t.match(answerOtherObject(start({ name: 'other' }), policyConfigMap), { ok: true, record: { ours: false, uid: 'uid-1', name: 'other' } })
  t.match(answerOtherObject(start({ namespace: 'shop' }), policyConfigMap), { ok: true, record: { ours: false, namespace: 'shop' } })
  t.equal(answerOtherObject(start({}), policyConfigMap), undefined)
  t.equal(answerOtherObject(start({ namespace: 'shop' }), { name: 'initlint-policy' }), undefined, 'in any namespace')
  const late = { name: '', operation: 'CREATE', userInfo: { extra: { name: 'other' } } }
  t.equal(answerOtherObject(start(late), policyConfigMap), undefined, 'a name after the operation is not that of the object')
  t.equal(answerOtherObject('', policyConfigMap), undefined)
})
