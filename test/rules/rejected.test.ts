/** `lint` and `explain` agree on what the API server rejects. */
import { readdirSync, readFileSync } from 'node:fs'
import t from 'tap'
import { readManifest } from '../../src/manifest/index.ts'
import { readWorkload } from '../../src/model/workload.ts'
import { workloadKinds } from '../../src/model/workload-kinds.ts'
import { imageInvalid, podRejected } from '../../src/rules/index.ts'
import { fakeContext } from '../../src/rules/testing/context.ts'
import { workload as objectOf } from '../../src/rules/testing/objects.ts'
import { explainStart } from '../../src/startup/play/explain.ts'
import { happyScenario } from '../../src/startup/scenario/scenario.ts'
import { recordings } from '../startup/support/recordings.ts'
import * as fc from '../support/properties.ts'
import { examplesOfPages } from './pages.ts'

const outcomes = { rejected: 0, accepted: 0 }

/**
 * Checks both on one object.
 * @returns a sentence if they disagree
 */
function disagreement(object: unknown): string | undefined {
  const workload = readWorkload(object, { namespace: 'default', source: 'manifest' })
  if (workload === undefined) return undefined
  const context = fakeContext(workload)
  const refused = [...podRejected.check(workload, {}, context)].filter(({ messageId }) => messageId === 'refused')
  const spaced = [...imageInvalid.check(workload, {}, context)].filter(({ messageId }) => messageId.startsWith('outerBlanks'))
  const { verdict, rejection } = explainStart(workload, happyScenario)
  const isRejected = verdict === 'rejected'
  outcomes[isRejected ? 'rejected' : 'accepted']++
  if (isRejected === refused.length + spaced.length > 0) return undefined
  return `${workload.kind} ${workload.name}: explain has ${verdict} (${rejection}), lint ${refused.length} and ${spaced.length} reports`
}

t.test('the examples of all rule pages are rejected by both or by neither', async (t) => {
  const objects = examplesOfPages()
  t.strictSame(objects.map(({ object }) => disagreement(object)).filter(Boolean), [])
})

t.test('the pods of all recordings and the cases are rejected by both or by neither', async (t) => {
  const cases = new URL('../cases/', import.meta.url)
  const texts = readdirSync(cases).flatMap((name) => (name.endsWith('.yaml') ? readFileSync(new URL(name, cases), 'utf8') : []))
  const objects = [
    ...recordings().map(({ pod }) => pod),
    ...texts.flatMap((text) => readManifest(text).documents.map(({ value }) => value)),
  ]
  t.strictSame(objects.map(disagreement).filter(Boolean), [])
})

const odd = fc.oneof(fc.constant(null), fc.jsonValue({ maxDepth: 1 }))
/** Nearly always a good value, so that about every second workload has no fault. */
const nearlyAlways = (good: fc.Arbitrary<unknown>, ...bad: readonly unknown[]) =>
  fc.oneof({ weight: 60, arbitrary: good }, { weight: 1, arbitrary: fc.constantFrom(...bad, null) }, { weight: 1, arbitrary: odd })
const optional = (shape: Record<string, fc.Arbitrary<unknown>>, ...required: readonly string[]) =>
  fc.record(shape, { requiredKeys: [...required] })

const image = nearlyAlways(fc.constantFrom('nginx:1.27', 'nginx', 'a@b'), '', ' a', 'a\u0085', '\ufeffa', 'a\t', 7)
const policy = nearlyAlways(fc.constantFrom('Always', 'IfNotPresent', 'Never'), 'always')
const probe = optional(
  {
    exec: nearlyAlways(fc.constant({ command: ['a'] }), {}),
    successThreshold: nearlyAlways(fc.constant(1), 2),
    periodSeconds: nearlyAlways(fc.constant(5), -1),
  },
  'exec',
)
const container = (name: string) =>
  optional(
    {
      name: nearlyAlways(fc.constant(name), 'same', 'A'),
      image,
      imagePullPolicy: policy,
      restartPolicy: nearlyAlways(fc.constant('Always'), 'Sometimes'),
      startupProbe: probe,
      volumeMounts: nearlyAlways(fc.constant([{ name: 'v', mountPath: '/v' }]), [{ name: 'w', mountPath: '/w' }]),
      resources: nearlyAlways(fc.constant({ limits: { memory: '1Gi' } }), { limits: { memory: '1GB' } }),
    },
    'name',
    'image',
    'restartPolicy',
  )
const volumes = [
  { name: 'v', emptyDir: {} },
  { name: 'i', image: { reference: 'a:1' } },
]
const podSpec = optional(
  {
    restartPolicy: nearlyAlways(fc.constant('Always'), 'OnFailure'),
    initContainers: nearlyAlways(fc.tuple(container('i')), {}),
    containers: nearlyAlways(fc.tuple(container('a'), container('b')), [], {}),
    volumes: nearlyAlways(fc.constant(volumes), [...volumes, { name: 'w', image: {} }], [...volumes, { name: 'v' }]),
    imagePullSecrets: nearlyAlways(fc.constant([{ name: 'a' }]), ['a']),
    activeDeadlineSeconds: nearlyAlways(fc.constant(1), 0),
  },
  'containers',
  'volumes',
)
const generated = fc
  .tuple(fc.constantFrom(...workloadKinds), nearlyAlways(podSpec), fc.constantFrom({}, { selector: { matchLabels: { a: 'b' } } }))
  .map(([kind, spec, rest]) => objectOf(kind, spec as object, { spec: rest }))

t.test('generated workloads are rejected by both or by neither', async (t) => {
  outcomes.rejected = 0
  outcomes.accepted = 0
  fc.assert(
    fc.property(generated, (object) => {
      const found = disagreement(object)
      if (found !== undefined) throw new Error(found)
    }),
    { numRuns: 500 },
  )
  t.ok(outcomes.rejected > 100 && outcomes.accepted > 50, JSON.stringify(outcomes))
})
