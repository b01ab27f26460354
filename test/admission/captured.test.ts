/** Reviews as kube-apiserver 1.36 sends them, captured by test/cluster/reviews.test.ts: every kind and every way to write an object. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { asObject, at, isObject } from '../../src/model/json.ts'
import { readWorkload } from '../../src/model/workload.ts'
import { workloadKinds } from '../../src/model/workload-kinds.ts'
import { ask } from '../support/answers.ts'
import { portsOf, uid } from '../support/reviews.ts'

const folder = join(import.meta.dirname, '..', 'fixtures', 'reviews')
const names = readdirSync(folder)
const reviewOf = (name: string): unknown => JSON.parse(readFileSync(join(folder, name), 'utf8'))
const strict = portsOf('preset: strict\nregistries: [{match: "docker.io/**", fragile: true}]')
const fixing = portsOf('rules: {pull-always-fragile-registry: fix}\nregistries: [{match: "docker.io/**", fragile: true}]')

/** The workload of a review, as the admission layer reads it. */
function workloadOf(name: string) {
  const request = at(reviewOf(name), 'request')
  const context = { namespace: 'default', source: 'review' } as const
  const old = readWorkload(at(request, 'oldObject'), context) ?? null
  return readWorkload(at(request, 'object'), { ...context, old })
}

/** Container or volume -> origin. */
function originsOf(name: string): ReadonlyMap<string, string> {
  const workload = workloadOf(name)
  return new Map(workload?.imageUses().map((use) => [use.container ?? use.volume ?? '', workload.origin(use).kind]))
}

t.test('the fixtures cover every workload kind', async (t) => {
  t.same(new Set(names.map((name) => workloadOf(name)?.kind)), new Set(workloadKinds))
})

t.test('every fixture is answered with its uid, and no rule fails', async (t) => {
  for (const name of names) {
    for (const endpoint of ['validate', 'mutate'] as const) {
      const { response, record } = ask(endpoint, reviewOf(name), strict)
      t.equal(response.uid, uid, name)
      t.same(record.faults, [], name)
    }
  }
})

t.test('created objects are denied for their images; changes of labels or suspend are skipped', async (t) => {
  for (const name of names.filter((name) => name.startsWith('create-'))) {
    const { allowed, causes } = ask('validate', reviewOf(name), strict)
    t.notOk(allowed, name)
    t.equal(causes.filter(({ reason }) => reason === 'image-latest').length, 2, name)
  }
  for (const name of ['label.json', 'pod-labelled.json', 'job-suspended.json']) {
    t.match(ask('validate', reviewOf(name), strict), { allowed: true, warnings: [], record: { skipped: 'unchanged' } }, name)
  }
})

t.test('a dry run gets the same response as a real request', async (t) => {
  for (const name of ['dry-run.json', 'server-side-dry-run.json']) {
    const review = asObject(reviewOf(name))
    t.equal(at(review, 'request', 'dryRun'), true)
    const stored = { ...review, request: { ...asObject(review.request), dryRun: false } }
    t.same(ask('validate', review, strict).response, ask('validate', stored, strict).response)
    t.ok(ask('validate', review, strict).record.dryRun)
  }
})

t.test('the origin of a pull policy is never wrong: explicit ones are not defaulted, and vice versa', async (t) => {
  // In every fixture, only the containers `written` and `other` set a pull policy.
  const isWritten = (name: string) => name === 'written' || name === 'other'
  for (const file of names) {
    for (const [name, origin] of originsOf(file)) {
      t.not(origin, isWritten(name) ? 'defaulted' : 'explicit', `${file} ${name}`)
    }
  }
})

t.test('the origin is known after kubectl apply and server-side requests, but not after kubectl create', async (t) => {
  const known = new Map([
    ['defaulted', 'defaulted'],
    ['written', 'explicit'],
    ['other', 'explicit'],
  ])
  for (const name of [
    'apply-create',
    'apply-update',
    'save-config',
    'dry-run',
    'server-side-create',
    'server-side-update',
    'server-side-dry-run',
  ]) {
    t.same(originsOf(`${name}.json`), known, name)
  }
  t.same(
    originsOf('create-deployment.json'),
    new Map([...known, ['defaulted', 'unknown'], ['written', 'unknown']]),
    'kubectl create records nothing',
  )
  t.equal(originsOf('pod-applied.json').get('data'), 'defaulted', 'an image volume')
  t.equal(originsOf('pod-applied.json').get('sidecar'), 'defaulted', 'an init container')
})

t.test('fixes apply to Pods on CREATE, but not to subresources, updates and templates', async (t) => {
  const paths = (name: string) => ask('mutate', reviewOf(name), fixing).patch?.map(({ path }) => path)
  t.same(paths('create-pod.json'), ['/spec/containers/2/imagePullPolicy'])
  t.same(paths('pod-applied.json'), ['/spec/containers/2/imagePullPolicy'])
  for (const name of ['pod-debugged', 'pod-image-changed', 'pod-labelled', 'create-deployment', 'apply-update'])
    t.equal(paths(`${name}.json`), undefined, name)
})

t.test('the review of kubectl debug has subResource ephemeralcontainers and an ephemeral container', async (t) => {
  const review = reviewOf('pod-debugged.json')
  t.equal(at(review, 'request', 'subResource'), 'ephemeralcontainers')
  t.ok(isObject(at(review, 'request', 'oldObject')))
  t.ok(
    workloadOf('pod-debugged.json')
      ?.imageUses()
      .some(({ role }) => role === 'ephemeral'),
  )
})
