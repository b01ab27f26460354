/** Workloads of all nine kinds for the tests of patches: all kinds of images in every field, and items that are not containers. */

import { type WorkloadKind, workloadKinds, workloadShapes } from '../../../src/model/workload-kinds.ts'
import * as fc from '../../support/properties.ts'

const digest = `sha256:${'a'.repeat(64)}`

const image = fc.constantFrom(
  ...['nginx', 'nginx:latest', 'nginx:1.27', `nginx@${digest}`, `nginx:latest@${digest}`, `nginx:1.27@${digest}`, 'luksa/kiada'],
  ...[
    'ghcr.io/a/b',
    'ghcr.io/a/b:1',
    'registry.corp.example/a:1',
    'registry.corp.example/a',
    'BAD image',
    '',
    'localhost:5000/x',
    'x:main',
  ],
)
/** Absent, valid, empty (which Kubernetes treats as absent) and unknown values. */
const pullPolicy = fc.constantFrom(undefined, 'Always', 'IfNotPresent', 'Never', '', 'Sometimes')
const name = fc.constantFrom('a', 'b', 'c', 'a/b', '~1', '')

const withoutUndefined = (object: object): object => Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined))

const container = fc
  .record({ name, image, imagePullPolicy: pullPolicy, restartPolicy: fc.constantFrom(undefined, 'Always') })
  .map(withoutUndefined)
const imageVolume = fc.record({ reference: image, pullPolicy }).map(withoutUndefined)
const volume = fc.oneof(fc.record({ name, image: imageVolume }), fc.constantFrom({ name: 'e', emptyDir: {} }, { name: 'n', image: null }))
/** Items that an API server would reject, but that another client of the webhook can send. */
const invalidItem = fc.constantFrom(null, 'x', 7, [], {}, [[]])
const items = (item: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
  fc.oneof(
    { weight: 12, arbitrary: fc.array(fc.oneof({ weight: 12, arbitrary: item }, { weight: 1, arbitrary: invalidItem }), { maxLength: 4 }) },
    { weight: 1, arbitrary: fc.constantFrom(null, undefined, {}, 'x') },
  )

const podSpec = fc
  .record({
    containers: items(container),
    initContainers: items(container),
    ephemeralContainers: items(container),
    volumes: items(volume),
    restartPolicy: fc.constantFrom('Always', 'OnFailure', 'Never'),
  })
  .map(withoutUndefined)

function workload(kind: WorkloadKind, spec: object): object {
  const { group, template } = workloadShapes[kind]
  const podTemplate: object = { metadata: { labels: { app: 'x' } }, spec }
  const body = [...template].reverse().reduce((inner: object, key) => ({ [key]: inner }), podTemplate)
  return { ...body, apiVersion: group === '' ? 'v1' : `${group}/v1`, kind, metadata: { name: 'x', namespace: 'default' } }
}

/** @returns the same workloads on every call */
export function generatedWorkloads(count: number): readonly object[] {
  const arbitrary = fc.tuple(fc.constantFrom(...workloadKinds), podSpec).map(([kind, spec]) => workload(kind, spec))
  return fc.sample(arbitrary, { numRuns: count, seed: 1_360_003 })
}
