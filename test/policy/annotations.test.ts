import t from 'tap'
import type { Subject } from '../../src/lint/rule.ts'
import * as fc from '../support/properties.ts'
import { actionOf, podOf, policyOf, workloadOf, workloadPolicy } from './support.ts'

const ignoring = (text: string, images?: readonly string[]) =>
  podOf({ annotations: { 'initlint.dev/ignore': text }, ...(images && { images }) })

t.test('ignore lines name rules of the pod or of one container, several per line and several lines', async (t) => {
  const workload = ignoring('image-latest/c1, pull-never: pinned next week\n\n  pull-policy-stale : later: or never\n', ['nginx', 'redis'])
  const [first = null, second = null]: readonly Subject[] = workload.imageUses()
  const policy = workloadPolicy(policyOf(''), workload)
  t.same(
    [first, second, null].map((subject) => actionOf(policy, 'image-latest', subject)),
    ['warn', 'warn exempted', 'warn'],
  )
  t.same(policy.decide('pull-never', first).exempted, { by: 'annotation initlint.dev/ignore', reason: 'pinned next week' })
  t.equal(policy.decide('pull-policy-stale', first).exempted?.reason, 'later: or never')
  t.same(policy.notices, [])
})

t.test('ignore silences warn, audit and fix, and deny only if the rule is ignorable', async (t) => {
  const body = (entry: string) =>
    `rules: {pull-always-pinned: ${entry}}\noverrides: [{match: {namespaces: [open]}, rules: {pull-always-pinned: {ignorable: true}}}]\n`
  const workload = ignoring('pull-always-pinned: reason')
  const action = (entry: string) => actionOf(workloadPolicy(policyOf(body(entry)), workload), 'pull-always-pinned')
  t.same(['warn', 'audit', 'fix'].map(action), ['warn exempted', 'audit exempted', 'fix exempted'])
  t.equal(action('deny'), 'deny')
  t.equal(action('{action: deny, ignorable: true}'), 'deny exempted')
  const open = podOf({ namespace: 'open', annotations: { 'initlint.dev/ignore': 'pull-always-pinned: reason' } })
  t.equal(actionOf(workloadPolicy(policyOf(body('deny')), open), 'pull-always-pinned'), 'deny exempted')
})

t.test('ignore works on the workload and on the pod template', async (t) => {
  const deployment = (own: object, template: object) =>
    workloadOf({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'a', annotations: own },
      spec: { template: { metadata: { annotations: template }, spec: { containers: [] } } },
    })
  const annotation = { 'initlint.dev/ignore': 'image-latest: reason' }
  t.equal(actionOf(workloadPolicy(policyOf(''), deployment({}, annotation))), 'warn exempted')
  t.equal(actionOf(workloadPolicy(policyOf(''), deployment(annotation, {}))), 'warn exempted')
  t.equal(actionOf(workloadPolicy(policyOf(''), deployment({}, {}))), 'warn')
})

t.test('an ignore line without effect gives a notice', async (t) => {
  const notices = (text: string, body = '') => workloadPolicy(policyOf(body), ignoring(text)).notices
  t.match(notices('image-latets: x'), [/did you mean image-latest\?/])
  t.match(notices('constructor: x'), [/is not a rule$/])
  t.match(notices('init-half-done: x'), [/it is now init-not-atomic$/])
  t.match(notices('image-latest'), [/no reason/])
  t.equal(actionOf(workloadPolicy(policyOf(''), ignoring('image-latest:  '))), 'warn')
  const lenient = 'annotations: {requireReason: false}\n'
  t.same(notices('image-latest', lenient), [])
  t.equal(actionOf(workloadPolicy(policyOf(lenient), ignoring('image-latest'))), 'warn exempted')
  const closed = 'annotations: {allow: false}\n'
  t.match(notices('image-latest: x', closed), [/disables/])
  t.equal(actionOf(workloadPolicy(policyOf(closed), ignoring('image-latest: x'))), 'warn')
})

t.test('long and random annotations give few, short and sanitized texts', async (t) => {
  const long = workloadPolicy(policyOf(''), ignoring('x: y\n'.repeat(100_000)))
  t.ok(long.notices.length <= 5)
  const reason =
    workloadPolicy(policyOf(''), ignoring(`image-latest: a\u202eb\u0007${'c'.repeat(5000)}`)).decide('image-latest', null).exempted
      ?.reason ?? ''
  t.notOk(reason.includes('\u202e') || reason.includes('\u0007'))
  t.ok(reason.length <= 300)
  const open = policyOf('')
  const harmless = fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
    const policy = workloadPolicy(open, ignoring(text))
    return actionOf(policy).startsWith('warn') && policy.notices.every((notice) => notice.length < 400)
  })
  t.doesNotThrow(() => fc.assert(harmless, { numRuns: 500 }))
})
