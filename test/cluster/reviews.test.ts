/**
 * The reviews that a real API server sends for every kind and every way to write an object: test/fixtures/reviews, which the unit tests
 * read. `npm run test:cluster -- --capture` writes them; without it, they are compared with what the API server sends now.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { asArray, asString, at, isObject } from '../../src/model/json.ts'
import { root, startControlPlane } from './support/control-plane.ts'
import { deploymentOf, everyKind, jobOf, podOf } from './support/objects.ts'
import { startRecorder } from './support/recorder.ts'

const folder = join(root, 'test/fixtures/reviews')
const isCapture = process.env.INITLINT_CAPTURE === '1'

const controlPlane = await startControlPlane(t, [])
const { mustKubectl } = controlPlane
const recorder = await startRecorder(t, controlPlane)
const captured = new Map<string, object>()

/** Fields that differ between runs, and their values in the fixtures. */
const volatile: Readonly<Record<string, unknown>> = {
  uid: '705ab4f5-6393-11e8-b7cc-42010a800002',
  resourceVersion: '1',
  time: '2026-11-22T00:00:00Z',
  creationTimestamp: '2026-11-22T00:00:00Z',
  deletionTimestamp: '2026-11-22T00:00:00Z',
  startTime: '2026-11-22T00:00:00Z',
  lastTransitionTime: '2026-11-22T00:00:00Z',
}
const volatileLabels = /controller-uid$/

function settled(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(settled)
  if (!isObject(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, child]) => {
      if (typeof child === 'string' && Object.hasOwn(volatile, key)) return [key, volatile[key]]
      if (typeof child === 'string' && volatileLabels.test(key)) return [key, volatile.uid]
      if (key === 'managedFields' && Array.isArray(child)) return [key, inStableOrder(child.map(settled))]
      if (key === 'authentication.kubernetes.io/credential-id') return [key, ['X509SHA256=0']]
      return [key, settled(child)]
    }),
  )
}

/** The API server sorts entries by a time in seconds: two steps of a test may or may not happen in the same second. */
function inStableOrder(entries: readonly unknown[]): unknown[] {
  return entries.toSorted((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b), 'en'))
}

/** Runs kubectl and keeps the only review that it causes. */
async function capture(name: string, args: readonly string[], input?: object): Promise<void> {
  await mustKubectl(args, input)
  const reviews = recorder.take()
  if (reviews.length !== 1) throw new Error(`${name}: ${reviews.length} reviews`)
  captured.set(`${name}.json`, settled(reviews[0]) as object)
}

/** Set and not set, the default and another value: the cases that the origin of a pull policy depends on. */
const containers = [
  { name: 'defaulted', image: 'nginx' },
  { name: 'written', image: 'nginx', imagePullPolicy: 'Always' },
  { name: 'other', image: 'nginx:1.27', imagePullPolicy: 'Always' },
]
const nextContainers = containers.map((container) => ({ ...container, image: 'nginx:1.28' }))
const stdin = ['-f', '-']

t.test('captures the creation of each kind', async () => {
  for (const object of everyKind(containers)) {
    await capture(`create-${String(at(object, 'kind')).toLowerCase()}`, ['create', ...stdin], object)
  }
})

t.test('captures every way to write a Deployment', async () => {
  await capture('apply-create', ['apply', ...stdin], deploymentOf('applied', containers))
  await capture('apply-update', ['apply', ...stdin], deploymentOf('applied', nextContainers))
  await capture('server-side-create', ['apply', '--server-side', ...stdin], deploymentOf('server-side', containers))
  await capture('server-side-update', ['apply', '--server-side', ...stdin], deploymentOf('server-side', nextContainers))
  await capture('save-config', ['create', '--save-config', ...stdin], deploymentOf('saved', containers))
  await capture('replace', ['replace', ...stdin], deploymentOf('saved', nextContainers))
  await capture('set-image', ['set', 'image', 'deployment/deployment', 'defaulted=nginx:1.28'])
  await capture('label', ['label', 'deployment/deployment', 'a=b'])
  await capture('dry-run', ['apply', '--dry-run=server', ...stdin], deploymentOf('dry', containers))
  await capture('server-side-dry-run', ['apply', '--server-side', '--dry-run=server', ...stdin], deploymentOf('dry', containers))
})

t.test('captures updates of Pods and Jobs', async () => {
  const spec = {
    restartPolicy: 'Never',
    initContainers: [
      { name: 'first', image: 'busybox', command: ['true'] },
      { name: 'sidecar', image: 'busybox', restartPolicy: 'Always' },
      {
        name: 'rules',
        image: 'busybox:1.36',
        restartPolicy: 'Never',
        restartPolicyRules: [{ action: 'Restart', exitCodes: { operator: 'In', values: [42] } }],
      },
    ],
    volumes: [{ name: 'data', image: { reference: 'ghcr.io/a/data' } }],
  }
  await capture('pod-applied', ['apply', ...stdin], podOf('everything', containers, spec))
  await capture('pod-debugged', [
    'debug',
    'pod/everything',
    '--image=busybox',
    '--container=debugger',
    '--attach=false',
    '--profile=general',
  ])
  await capture('pod-image-changed', ['set', 'image', 'pod/everything', 'defaulted=nginx:1.28'])
  await capture('pod-labelled', ['label', 'pod/everything', 'a=b'])
  await mustKubectl(['create', ...stdin], jobOf('suspended', containers))
  recorder.take()
  await capture('job-suspended', ['patch', 'job/suspended', '-p', '{"spec":{"suspend":true}}'])
})

t.test('the fixtures are what the API server sends', async (t) => {
  const text = (review: object) => `${JSON.stringify(review, null, 1)}\n`
  if (isCapture) {
    rmSync(folder, { recursive: true, force: true })
    mkdirSync(folder, { recursive: true })
    for (const [name, review] of captured) writeFileSync(join(folder, name), text(review))
  }
  t.same(readdirSync(folder).sort(), [...captured.keys()].sort())
  for (const [name, review] of captured) t.equal(text(review), readFileSync(join(folder, name), 'utf8'), name)
})

t.test('every review has a uid, and pull policies are defaulted before admission', async (t) => {
  for (const [name, review] of captured) {
    t.equal(at(review, 'apiVersion'), 'admission.k8s.io/v1', name)
    t.ok(asString(at(review, 'request', 'uid')), name)
  }
  const uses = asArray(at(captured.get('create-pod.json'), 'request', 'object', 'spec', 'containers'))
  t.same(
    uses.map((use) => at(use, 'imagePullPolicy')),
    ['Always', 'Always', 'Always'],
    'defaulted before admission',
  )
})
