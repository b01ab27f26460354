import t from 'tap'
import type { AnyRule, RuleContext } from '../../src/lint/rule.ts'
import { fillTemplate } from '../../src/lint/text.ts'
import { readWorkload, type Workload } from '../../src/model/workload.ts'
import { workloadKinds } from '../../src/model/workload-kinds.ts'
import { registry } from '../../src/rules/registry.ts'
import { fakeContext } from '../../src/rules/testing/context.ts'
import { workload as objectOf } from '../../src/rules/testing/objects.ts'
import * as fc from '../support/properties.ts'

const image = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.stringMatching(/^[a-zA-Z0-9./:@_ {}-]{0,40}$/),
  fc.constantFrom('nginx', 'nginx:latest', 'Luksa/kiada', 'a.b:5000/x@sha256:abc', '__proto__', '{{image}}'),
)
const policy = fc.oneof(fc.constantFrom('Always', 'IfNotPresent', 'Never', 'OnFailure', 'never', null), fc.jsonValue({ maxDepth: 1 }))
const odd = fc.jsonValue({ maxDepth: 2 })

/** A record in which some keys have arbitrary values. */
const mostly = (shape: Record<string, fc.Arbitrary<unknown>>) =>
  fc.record(Object.fromEntries(Object.entries(shape).map(([key, value]) => [key, fc.oneof({ weight: 9, arbitrary: value }, odd)])), {
    requiredKeys: [],
  })

const amounts = mostly({ cpu: fc.oneof(fc.string(), fc.double()), memory: fc.constantFrom('1Gi', '9'.repeat(100), '-1', '1e999') })
const restartRule = mostly({
  action: fc.constantFrom('Restart', 'RestartAllContainers'),
  exitCodes: mostly({ operator: fc.constantFrom('In', 'NotIn'), values: fc.array(fc.integer()) }),
})
const script = fc.constantFrom(
  'set -e\nmkdir /data/x',
  'until nc -z localhost 80; do sleep 1; done',
  'while true; do sleep 1; done',
  'echo a >> /data/f',
  'git clone u /data/r',
  '[ -f /data/f ] || curl -o /data/f http://x/',
  'python manage.py migrate',
  '{{ .Values.x }}',
  '',
)
const command = fc.oneof(
  fc.array(fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('sh', '-c', '-ec', 'tini', '--', 'sleep', 'infinity'))),
  script.map((text) => ['sh', '-c', text]),
)
const container = mostly({
  command,
  args: fc.array(fc.string()),
  env: fc.array(mostly({ name: fc.string(), value: fc.constantFrom('$(A)', 'localhost:80', '$(', '__proto__'), valueFrom: odd })),
  volumeMounts: fc.array(
    mostly({ name: fc.constantFrom('a', 'b'), mountPath: fc.constantFrom('/data', '/', '', '//x/'), subPath: fc.string() }),
  ),
  ports: fc.array(mostly({ containerPort: fc.integer() })),
  name: fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('main', '__proto__', '{{init}}')),
  image,
  imagePullPolicy: policy,
  restartPolicy: policy,
  restartPolicyRules: fc.array(restartRule),
  resources: mostly({ requests: amounts, limits: amounts }),
})
const containers = fc.array(fc.oneof({ weight: 9, arbitrary: container }, odd), { maxLength: 4 })
const podSpec = mostly({
  restartPolicy: policy,
  initContainers: containers,
  containers,
  ephemeralContainers: containers,
  volumes: fc.array(
    mostly({
      name: fc.constantFrom('a', 'b', '__proto__'),
      emptyDir: odd,
      persistentVolumeClaim: odd,
      image: mostly({ reference: image, pullPolicy: policy }),
    }),
  ),
  resources: odd,
})
const metadata = mostly({
  annotations: mostly({ 'kubectl.kubernetes.io/last-applied-configuration': fc.json(), 'helm.sh/hook': fc.string() }),
  labels: fc.dictionary(fc.string(), fc.string()),
  ownerReferences: fc.array(mostly({ kind: fc.string(), controller: fc.boolean() })),
  managedFields: fc.array(odd),
})
const object = fc
  .tuple(fc.constantFrom(...workloadKinds), fc.oneof({ weight: 9, arbitrary: podSpec }, odd), metadata, odd)
  .map(([kind, spec, meta, backoffLimit]) => objectOf(kind, spec as object, { metadata: meta, spec: { backoffLimit } }))

const contexts: readonly Partial<RuleContext>[] = [
  {},
  {
    registry: () => ({ fragile: true, pull: 'Always', allowed: false, servedBy: 'mirror', reason: 'because' }),
    isMutableTag: () => true,
    alwaysPullImages: true,
  },
]

t.test('rules on generated objects: nothing throws, and every report has all its data', async (t) => {
  let reports = 0
  fc.assert(
    fc.property(object, object, fc.constantFrom('manifest', 'review'), (present, before, source) => {
      const old = readWorkload(before, { namespace: 'default', source }) ?? null
      const workload = readWorkload(present, { namespace: 'default', source, old })
      if (workload === undefined) throw new Error('the generated object is not a workload')
      for (const parts of contexts) {
        const context = fakeContext(workload, parts)
        for (const rule of registry.rules) reports += countReports(rule, workload, context)
      }
    }),
    { numRuns: 300 },
  )
  t.ok(reports > 1000, `${reports} reports were checked`)
})

t.test('an update of 50,000 containers is checked within the time limit of the test', async (t) => {
  const containers = (image: string) =>
    Array.from({ length: 50_000 }, (_, index) => ({ name: `c${index}`, image, imagePullPolicy: 'Always' }))
  const old = readWorkload(objectOf('Pod', { containers: containers('x:2') }), { namespace: 'default', source: 'review' }) ?? null
  const workload = readWorkload(objectOf('Pod', { containers: containers('x:1') }), { namespace: 'default', source: 'review', old })
  if (workload === undefined) throw new Error('no workload')
  // Quadratic time would take minutes and exceed the time limit of the test file.
  let reports = 0
  const context = fakeContext(workload)
  for (const rule of registry.rules) reports += countReports(rule, workload, context)
  t.equal(reports, 0, 'a change from one fixed tag to another leaves nothing stale')
})

/** Runs a rule and counts its reports. Throws if one has an unfilled placeholder or a pointer outside of its subject. */
function countReports(rule: AnyRule, workload: Workload, context: RuleContext): number {
  let count = 0
  for (const { messageId, data, pointer, subject } of rule.check(workload, rule.meta.defaultOptions, context)) {
    count++
    const blanks = Object.fromEntries(Object.keys(data).map((key) => [key, '']))
    const text = fillTemplate(rule.meta.messages[messageId] ?? '{{message}}', blanks, 100)
    if (text.includes('{{')) throw new Error(`${rule.meta.id}/${messageId}: a placeholder is not filled`)
    // The API server also rejects what is wrong outside of the PodSpec.
    const pod = rule.meta.id === 'pod-rejected' ? '' : workload.podSpecPointer
    if (!pointer.startsWith(subject === null ? pod : subject.pointer)) {
      throw new Error(`${rule.meta.id}/${messageId}: ${pointer} is outside of the subject`)
    }
  }
  return count
}
