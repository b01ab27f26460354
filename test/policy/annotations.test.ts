import t from 'tap'
import type { Subject } from '../../src/lint/rule.ts'
import * as fc from '../support/properties.ts'
import { actionOf, asked, podOf, policyOf, workloadOf } from './support.ts'

const ignoring = (text: string, images?: readonly string[]) =>
  podOf({ annotations: { 'initlint.dev/ignore': text }, ...(images && { images }) })

t.test('a rule of the pod, of one container, several in a line, several lines', async (t) => {
  const workload = ignoring('image-latest/c1, pull-never: pinned next week\n\n  pull-policy-stale : later: or never\n', ['nginx', 'redis'])
  const [first = null, second = null]: readonly Subject[] = workload.imageUses()
  const policy = asked(policyOf(''), workload)
  t.same(
    [first, second, null].map((subject) => actionOf(policy, 'image-latest', subject)),
    ['warn', 'warn exempted', 'warn'],
  )
  t.same(policy.decide('pull-never', first).exempted, { by: 'annotation initlint.dev/ignore', reason: 'pinned next week' })
  t.equal(policy.decide('pull-policy-stale', first).exempted?.reason, 'later: or never')
  t.same(policy.notices, [])
})

t.test('it silences warn, audit and fix, and deny only where the entry says so', async (t) => {
  const body = (entry: string) =>
    `rules: {pull-always-pinned: ${entry}}\noverrides: [{match: {namespaces: [open]}, rules: {pull-always-pinned: {ignorable: true}}}]\n`
  const workload = ignoring('pull-always-pinned: reason')
  const action = (entry: string) => actionOf(asked(policyOf(body(entry)), workload), 'pull-always-pinned')
  t.same(['warn', 'audit', 'fix'].map(action), ['warn exempted', 'audit exempted', 'fix exempted'])
  t.equal(action('deny'), 'deny')
  t.equal(action('{action: deny, ignorable: true}'), 'deny exempted')
  const open = podOf({ namespace: 'open', annotations: { 'initlint.dev/ignore': 'pull-always-pinned: reason' } })
  t.equal(actionOf(asked(policyOf(body('deny')), open), 'pull-always-pinned'), 'deny exempted')
})

t.test('on the pod template as well as on the workload', async (t) => {
  const deployment = (own: object, template: object) =>
    workloadOf({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'a', annotations: own },
      spec: { template: { metadata: { annotations: template }, spec: { containers: [] } } },
    })
  const annotation = { 'initlint.dev/ignore': 'image-latest: reason' }
  t.equal(actionOf(asked(policyOf(''), deployment({}, annotation))), 'warn exempted')
  t.equal(actionOf(asked(policyOf(''), deployment(annotation, {}))), 'warn exempted')
  t.equal(actionOf(asked(policyOf(''), deployment({}, {}))), 'warn')
})

t.test('what is not honoured is told', async (t) => {
  const notices = (text: string, body = '') => asked(policyOf(body), ignoring(text)).notices
  t.match(notices('image-latets: x'), [/did you mean image-latest\?/])
  t.match(notices('constructor: x'), [/is not a rule$/])
  t.match(notices('init-half-done: x'), [/is now init-not-atomic$/])
  t.match(notices('image-latest'), [/no reason/])
  t.equal(actionOf(asked(policyOf(''), ignoring('image-latest:  '))), 'warn')
  const lenient = 'annotations: {requireReason: false}\n'
  t.same(notices('image-latest', lenient), [])
  t.equal(actionOf(asked(policyOf(lenient), ignoring('image-latest'))), 'warn exempted')
  const closed = 'annotations: {allow: false}\n'
  t.match(notices('image-latest: x', closed), [/switches/])
  t.equal(actionOf(asked(policyOf(closed), ignoring('image-latest: x'))), 'warn')
})

t.test('hostile annotations stay small and harmless', async (t) => {
  const long = asked(policyOf(''), ignoring('x: y\n'.repeat(100_000)))
  t.ok(long.notices.length <= 5)
  const reason =
    asked(policyOf(''), ignoring(`image-latest: a\u202eb\u0007${'c'.repeat(5000)}`)).decide('image-latest', null).exempted?.reason ?? ''
  t.notOk(reason.includes('\u202e') || reason.includes('\u0007'))
  t.ok(reason.length <= 300)
  const open = policyOf('')
  const harmless = fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
    const policy = asked(open, ignoring(text))
    return actionOf(policy).startsWith('warn') && policy.notices.every((notice) => notice.length < 400)
  })
  t.doesNotThrow(() => fc.assert(harmless, { numRuns: 500 }))
})
