import t from 'tap'
import { type DiagnosticEntry, type Input, lintInputs } from '../../src/inspect/index.ts'
import type { InspectOptions } from '../../src/inspect/lint.ts'
import type { Registry } from '../../src/lint/registry.ts'
import { absentRule, brokenRule, imageRule, registryOf, stubPolicy } from './stubs.ts'

function inspect(inputs: readonly Input[], registry: Registry = registryOf(imageRule), changes: Partial<InspectOptions> = {}) {
  return lintInputs(inputs, { policy: stubPolicy(), registry, namespace: 'default', now: 0, docsBase: 'https://docs.example/', ...changes })
}

function places(diagnostics: readonly DiagnosticEntry[]) {
  return diagnostics.map(({ file, line, column, pointer }) => ({ at: `${file}:${line}:${column}`, pointer }))
}

const pod = `apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec:
  containers:
  - name: app
    image: nginx
`

const review = JSON.stringify({
  apiVersion: 'admission.k8s.io/v1',
  kind: 'AdmissionReview',
  request: {
    uid: 'u',
    operation: 'UPDATE',
    namespace: 'shop',
    userInfo: { username: 'ana' },
    object: { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web' }, spec: { containers: [{ name: 'app', image: 'nginx:2' }] } },
    oldObject: { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web' }, spec: { containers: [{ name: 'app', image: 'nginx:1' }] } },
  },
})

t.test('the JSON of a diagnostic and of the summary, field by field', async (t) => {
  const output = inspect([{ file: 'a.yaml', text: pod }])
  t.strictSame(JSON.parse(JSON.stringify(output)), {
    diagnostics: [
      {
        rule: 'every-image',
        severity: 'warning',
        action: 'warn',
        message: 'it names nginx',
        messageId: 'image',
        data: { image: 'nginx' },
        pointer: '/spec/containers/0/image',
        container: 'app',
        object: { apiVersion: 'v1', kind: 'Pod', namespace: 'shop', name: 'web' },
        file: 'a.yaml',
        line: 7,
        column: 12,
        endLine: 7,
        endColumn: 17,
        docs: 'https://docs.example/docs/rules/every-image.md',
        hint: 'Remove it.',
        // Pinned: a change makes all findings of all baselines new.
        fingerprint: '55a0f1c392a4f09d',
      },
    ],
    summary: {
      files: 1,
      objects: 1,
      byAction: { audit: 0, warn: 1, fix: 0, deny: 0 },
      bySeverity: { error: 0, warning: 1, info: 0 },
      errors: 0,
      notJudged: {},
    },
    errors: [],
    notices: [],
    faults: [],
    skipped: [],
    sources: [],
  })
})

t.test('diagnostics of several documents are in order, each with the line in the file', async (t) => {
  const output = inspect([{ file: 'a.yaml', text: `${pod}---\n${pod}` }])
  t.strictSame(places(output.diagnostics), [
    { at: 'a.yaml:7:12', pointer: '/spec/containers/0/image' },
    { at: 'a.yaml:15:12', pointer: '/spec/containers/0/image' },
  ])
})

t.test('each item of a List is an object of its own; the line is that in the file', async (t) => {
  const indented = pod.replaceAll('\n', '\n  ').trimEnd()
  const text = `apiVersion: v1\nkind: List\nitems:\n- ${indented}\n- ${indented}\n`
  const output = inspect([{ file: 'list.yaml', text }])
  t.strictSame(places(output.diagnostics), [
    { at: 'list.yaml:10:14', pointer: '/spec/containers/0/image' },
    { at: 'list.yaml:17:14', pointer: '/spec/containers/0/image' },
  ])
})

t.test('a diagnostic about an absent key has the place of the nearest existing ancestor', async (t) => {
  const output = inspect([{ file: 'a.yaml', text: pod }], registryOf(absentRule))
  t.strictSame(places(output.diagnostics), [
    { at: 'a.yaml:6:5', pointer: '/spec/containers/0/imagePullPolicy' },
    { at: 'a.yaml:4:1', pointer: '/spec/restartPolicy' },
  ])
  t.equal(output.diagnostics[1]?.container, null)
})

t.test('an input without a file has no line in the JSON', async (t) => {
  const output = inspect([{ file: null, text: pod }])
  t.strictSame(places(output.diagnostics), [{ at: 'null:null:null', pointer: '/spec/containers/0/image' }])
})

t.test('invalid YAML in the middle: the documents around it are checked', async (t) => {
  const output = inspect([
    { file: 'a.yaml', text: `${pod}---\na: {\n---\n${pod}` },
    { file: 'b.yaml', text: pod },
  ])
  t.strictSame(
    output.diagnostics.map(({ file }) => file),
    ['a.yaml', 'a.yaml', 'b.yaml'],
  )
  t.match(output.errors, [{ file: 'a.yaml', line: Number, column: Number, message: String }])
  t.equal(output.errors.length, 1)
  t.match(output.summary, { files: 2, objects: 3, errors: 1 })
})

t.test('an input that could not be read is an error without a place', async (t) => {
  const output = inspect([
    { file: 'gone.yaml', text: '', unreadable: 'it is gone' },
    { file: 'b.yaml', text: pod },
  ])
  t.strictSame(output.errors, [{ file: 'gone.yaml', line: null, column: null, message: 'it is gone' }])
  t.match(output.summary, { files: 2, objects: 1, errors: 1 })
})

t.test('an input without workloads is not an error', async (t) => {
  const output = inspect([{ file: 'a.yaml', text: 'apiVersion: v1\nkind: ConfigMap\n' }])
  t.match(output, { diagnostics: [], errors: [], summary: { files: 1, objects: 0 } })
})

t.test('an AdmissionReview provides the old object, the user and the namespace', async (t) => {
  const policy = stubPolicy()
  const output = inspect([{ file: null, text: review }], registryOf(imageRule), { policy })
  t.match(output.diagnostics, [{ pointer: '/spec/containers/0/image', object: { namespace: 'shop' }, file: null, line: null }])
  const [request] = policy.requests
  t.equal(request?.user, 'ana')
  t.equal(request?.workload.old?.imageUses()[0]?.image, 'nginx:1')
})

t.test('an AdmissionReview without a request is an error, one for a deletion is not', async (t) => {
  const envelope = { apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview' }
  const broken = inspect([{ file: 'r.json', text: JSON.stringify(envelope) }])
  t.match(broken.errors, [{ file: 'r.json', line: 1, column: 1 }])
  const deletion = { ...envelope, request: { uid: 'u', operation: 'DELETE', object: null, oldObject: {} } }
  t.match(inspect([{ file: 'r.json', text: JSON.stringify(deletion) }]), { errors: [], summary: { objects: 0 } })
})

t.test('the labels of Namespace objects in any file reach the policy; other namespaces are unknown', async (t) => {
  const policy = stubPolicy()
  const namespace = 'apiVersion: v1\nkind: Namespace\nmetadata: {name: shop, labels: {tier: gold}}\n'
  const unlabeled = pod.replace('shop', 'unlabeled')
  inspect(
    [
      { file: 'a.yaml', text: `${pod}---\n${unlabeled}` },
      { file: 'ns.yaml', text: namespace },
    ],
    registryOf(imageRule),
    { policy },
  )
  t.strictSame(
    policy.requests.map(({ namespaceLabels }) => namespaceLabels && Object.fromEntries(namespaceLabels)),
    [{ 'kubernetes.io/metadata.name': 'shop', tier: 'gold' }, undefined],
  )
})

t.test('objects without a namespace get the given one', async (t) => {
  const output = inspect([{ file: null, text: pod.replace(', namespace: shop', '') }], registryOf(imageRule), { namespace: 'other' })
  t.equal(output.diagnostics[0]?.object.namespace, 'other')
})

t.test('a rule that throws is a fault, and the other rules still report', async (t) => {
  const seen: string[] = []
  const output = inspect([{ file: 'a.yaml', text: pod }], registryOf(brokenRule, imageRule), { onFault: ({ rule }) => seen.push(rule) })
  t.match(output.faults, [{ rule: 'broken-rule', file: 'a.yaml', object: { name: 'web' }, message: 'the rule is broken' }])
  t.strictSame(seen, ['broken-rule'])
  t.equal(output.diagnostics.length, 1)
})

t.test('exempted diagnostics are listed but not counted; those of rules that are off are not listed', async (t) => {
  const policy = stubPolicy({ exempted: { by: 'policy', reason: 'known' }, actions: { 'absent-key': 'off', 'every-image': 'deny' } })
  const output = inspect([{ file: 'a.yaml', text: pod }], registryOf(imageRule, absentRule), { policy })
  t.match(output.diagnostics, [{ rule: 'every-image', action: 'deny', exempted: { by: 'policy', reason: 'known' } }])
  t.equal(output.diagnostics.length, 1)
  t.strictSame(output.summary.byAction, { audit: 0, warn: 0, fix: 0, deny: 0 })
})

t.test('a part of a file that kubectl drops is a notice with its place', async (t) => {
  const text = 'kind: Pod\nmetadata: {name: a, name: b}\nspec: {containers: [{name: a}]}\n...\nkind: Pod\n'
  const output = inspect([{ file: 'a.yaml', text }], registryOf(imageRule))
  t.strictSame(output.errors, [])
  t.equal(output.summary.objects, 1)
  t.match(output.notices, [
    { file: 'a.yaml', line: 2, column: 21, object: null },
    { file: 'a.yaml', line: 4, column: 1, object: null },
  ])
})

t.test('notices name the object', async (t) => {
  const output = inspect([{ file: 'a.yaml', text: pod }], registryOf(imageRule), { policy: stubPolicy({ notices: ['ends soon'] }) })
  t.match(output.notices, [{ file: 'a.yaml', line: null, column: null, object: { kind: 'Pod', name: 'web' }, message: 'ends soon' }])
})
