import jsonpatch from 'fast-json-patch'
import t from 'tap'
import type { AdmissionPorts } from '../../src/admission/index.ts'
import { createRegistry } from '../../src/lint/registry.ts'
import { defineRule } from '../../src/lint/rule.ts'
import { ask, type ReadAnswer } from '../support/answers.ts'
import { deployment, pod, portsOf, review } from '../support/reviews.ts'

const digest = `sha256:${'a'.repeat(64)}`
const fragile = 'registries: [{match: "docker.io/**", fragile: true}]\nrules: {pull-always-fragile-registry: fix}'
const onTemplates = `${fragile}\nfix: {on: templates}`
const always = { image: 'nginx:1.27', imagePullPolicy: 'Always' }
const fixedPointer = '/spec/containers/0/imagePullPolicy'
const templatePointer = '/spec/template/spec/containers/0/imagePullPolicy'

/** Applies the patch of an answer as the API server does. */
function patched(object: object, answer: ReadAnswer): object {
  if (answer.patch === undefined) return object
  return jsonpatch.applyPatch(structuredClone(object), answer.patch as jsonpatch.Operation[], true).newDocument
}

/** The paths that /mutate sets on a CREATE of the object. */
const fixedOnCreate = (object: object, ports: AdmissionPorts) =>
  ask('mutate', review({ object }), ports).patch?.map(({ path, value }) => `${path} ${value}`) ?? []

t.test('a fragile registry with Always: a Pod is patched on CREATE, with a warning old -> new', async (t) => {
  const answer = ask('mutate', review({ object: pod(always) }), portsOf(fragile))
  t.same(answer.patch, [{ op: 'add', path: fixedPointer, value: 'IfNotPresent' }])
  t.same(answer.warnings, [
    '[pull-always-fragile-registry] containers "web": imagePullPolicy Always -> IfNotPresent: docker.io may be offline and the tag does not move',
  ])
  t.equal(answer.record.verdict, 'patched')
  t.equal(answer.response.patchType, 'JSONPatch')
})

t.test('validate after mutate: the patched object has no findings', async (t) => {
  const ports = portsOf(fragile)
  const object = patched(pod(always), ask('mutate', review({ object: pod(always) }), ports))
  t.same(ask('validate', review({ object }), ports).warned, [])
  t.same(
    ask('validate', review({ object: pod(always) }), ports).warned,
    ['pull-always-fragile-registry'],
    'a warning without the mutating webhook',
  )
})

t.test('fix on pods: the warning about a template says that its Pods will be fixed, and they are', async (t) => {
  const line = (object: object, policy = fragile) => ask('validate', review({ object }), portsOf(policy)).warnings[0]
  t.equal(
    line(deployment(always)),
    '[pull-always-fragile-registry] containers "web": every start needs docker.io, which may be offline: ErrImagePull even if cached; set IfNotPresent (its Pods will be fixed)',
  )
  t.equal(ask('mutate', review({ object: pod(always) }), portsOf(fragile)).patch?.length, 1)
  const unfixed = (object: object, policy: string, name: string) => t.notMatch(line(object, policy) ?? '', /will be fixed/, name)
  unfixed(deployment({ image: 'nginx', imagePullPolicy: 'Always' }), fragile, 'a moving tag')
  unfixed(deployment(always), onTemplates, 'the policy fixes templates')
  unfixed(pod(always), fragile, 'a Pod, after /mutate')
  unfixed(deployment(always), fragile.replace('fix', 'warn'), 'the policy only warns')
  unfixed(deployment(always), `${fragile}\ncluster: {alwaysPullImages: true}`, 'AlwaysPullImages rejects the fix')
  const reason = 'reason: anonymous pulls are rate limited by the provider'
  t.match(line(deployment(always), fragile.replace('true}', `true, ${reason}}`)), /which may be offline: .*\(its Pods will be fixed\)$/)
})

t.test('no patch: updates, subresources, mirror pods, deletions, templates and moving tags', async (t) => {
  const ports = portsOf(fragile)
  const noPatch = (body: object, name: string) => t.equal(ask('mutate', body, ports).patch, undefined, name)
  noPatch(
    review({ operation: 'UPDATE', object: pod(always), oldObject: pod({ image: 'nginx:1.26', imagePullPolicy: 'Always' }) }),
    'a Pod on UPDATE',
  )
  noPatch(review({ operation: 'UPDATE', subResource: 'ephemeralcontainers', object: pod(always), oldObject: pod({}) }), 'a subresource')
  noPatch(review({ object: pod(always, { metadata: { annotations: { 'kubernetes.io/config.mirror': 'x' } } }) }), 'a mirror pod')
  noPatch(review({ operation: 'DELETE', oldObject: pod(always) }), 'a deletion')
  noPatch(review({ object: deployment(always) }), 'a template, although the policy fixes pods')
  noPatch(review({ object: pod({ image: 'nginx', imagePullPolicy: 'Always' }) }), 'a moving tag')
})

t.test('no patch with cluster.alwaysPullImages; a registry with pull: Always gets Always', async (t) => {
  t.same(fixedOnCreate(pod(always), portsOf(`${fragile}\ncluster: {alwaysPullImages: true}`)), [])
  const required = portsOf('registries: [{match: "docker.io/**", pull: Always}]\nrules: {pull-always-required: fix}')
  t.same(fixedOnCreate(pod({ image: 'nginx:1.27', imagePullPolicy: 'IfNotPresent' }), required), [`${fixedPointer} Always`])
})

t.test('containers, init containers and image volumes are patched', async (t) => {
  const spec = {
    initContainers: [{ name: 'i', ...always }],
    volumes: [{ name: 'v', image: { reference: 'data:1', pullPolicy: 'Always' } }],
  }
  t.same(
    fixedOnCreate(pod(always, { spec }), portsOf(fragile)).sort(),
    [
      `${fixedPointer} IfNotPresent`,
      '/spec/initContainers/0/imagePullPolicy IfNotPresent',
      '/spec/volumes/0/image/pullPolicy IfNotPresent',
    ].sort(),
  )
})

const lastApplied = (container: object) => ({
  annotations: {
    'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify({
      spec: { template: { spec: { containers: [{ name: 'web', ...container }] } } },
    }),
  },
})

t.test('templates: only defaulted pull policies are patched, unless fix.force is set', async (t) => {
  const rule = 'rules: {pull-always-pinned: fix}\nfix: {on: templates}'
  const image = `nginx:latest@${digest}`
  const container = { image, imagePullPolicy: 'Always' }
  t.same(fixedOnCreate(deployment(container), portsOf(rule)), [], 'unknown')
  t.same(
    fixedOnCreate(deployment(container, { metadata: lastApplied({ image }) }), portsOf(rule)),
    [`${templatePointer} IfNotPresent`],
    'defaulted',
  )
  t.same(fixedOnCreate(deployment(container, { metadata: lastApplied(container) }), portsOf(rule)), [], 'explicit')
  t.same(
    fixedOnCreate(
      deployment(container, { metadata: lastApplied(container) }),
      portsOf(`${rule.replace('templates}', 'templates, force: true}')}`),
    ),
    [`${templatePointer} IfNotPresent`],
    'forced',
  )
  t.same(fixedOnCreate(pod(container), portsOf(rule)), [], 'not the pods')
})

t.test('templates: an UPDATE is patched only if it changes the template, and never if deleted, owned or a Job', async (t) => {
  const ports = portsOf(onTemplates.replace('templates}', 'templates, force: true}'))
  const update = (object: object, oldObject: object) =>
    ask('mutate', review({ operation: 'UPDATE', object, oldObject }), ports).patch !== undefined
  const before = deployment({ ...always, image: 'nginx:1.26' })
  t.ok(update(deployment(always), before))
  t.notOk(update(deployment(always, { metadata: { labels: { a: 'b' } } }), deployment(always)), 'a label')
  t.notOk(update(deployment(always, { metadata: { deletionTimestamp: 'x' } }), before), 'a deletion')
  const owned = { ownerReferences: [{ apiVersion: 'apps/v1', kind: 'Deployment', name: 'd', controller: true }] }
  t.notOk(update(deployment(always, { metadata: owned }), before), 'owned')
  const job = (container: object) => ({ ...deployment(container), apiVersion: 'batch/v1', kind: 'Job' })
  t.notOk(update(job(always), job({ ...always, image: 'nginx:1.26' })), 'a Job')
  t.same(fixedOnCreate(job(always), ports), [`${templatePointer} IfNotPresent`], 'a new Job')
})

t.test('all fixing rules at once: one patch per image, and a second call patches nothing', async (t) => {
  const everything =
    'rules: {pull-always-required: fix, pull-always-fragile-registry: fix, pull-always-pinned: fix, pull-policy-defaulted: fix, pull-policy-stale: fix}\n'
  const registries = 'registries: [{match: "docker.io/**", fragile: true}, {match: "corp.example/**", pull: Always}]'
  const ports = portsOf(everything + registries)
  const images = [
    'nginx',
    'nginx:1',
    `nginx@${digest}`,
    `nginx:latest@${digest}`,
    'corp.example/a',
    'corp.example/a:1',
    `corp.example/a@${digest}`,
    'BAD name',
  ]
  for (const image of images) {
    for (const imagePullPolicy of ['Always', 'IfNotPresent', 'Never']) {
      const object = pod({ image, imagePullPolicy })
      const first = ask('mutate', review({ object }), ports)
      t.ok((first.patch ?? []).length <= 1)
      const again = ask('mutate', review({ object: patched(object, first) }), ports)
      t.equal(again.patch, undefined, `${image} ${imagePullPolicy} -> ${JSON.stringify(first.patch)} -> ${JSON.stringify(again.patch)}`)
    }
  }
})

t.test('pull-always-required beats pull-policy-stale, and a second call patches nothing', async (t) => {
  const policy =
    'rules: {pull-always-required: fix, pull-policy-stale: fix}\nregistries: [{match: "docker.io/**", pull: Always}]\nfix: {on: templates, force: true}'
  const ports = portsOf(policy)
  const oldObject = deployment({ image: 'nginx', imagePullPolicy: 'Always' })
  for (const imagePullPolicy of ['Always', 'IfNotPresent']) {
    const object = deployment({ image: 'nginx:1.27', imagePullPolicy })
    const first = ask('mutate', review({ operation: 'UPDATE', object, oldObject }), ports)
    const after = patched(object, first)
    t.match(after, { spec: { template: { spec: { containers: [{ imagePullPolicy: 'Always' }] } } } }, 'required wins')
    t.equal(ask('mutate', review({ operation: 'UPDATE', object: after, oldObject }), ports).patch, undefined)
  }
})

t.test('mutate runs only rules that can fix: another rule that throws causes no fault', async (t) => {
  const ports = portsOf(fragile)
  const imageLatest = ports.registry.get('image-latest')
  const fixing = ports.registry.get('pull-always-fragile-registry')
  if (imageLatest === undefined || fixing === undefined) throw new Error('rules are missing')
  const broken = defineRule({
    meta: imageLatest.meta,
    // biome-ignore lint/correctness/useYield: it throws first.
    *check() {
      throw new Error('asked')
    },
  })
  const registry = createRegistry([broken, fixing])
  const answer = ask('mutate', review({ object: pod(always) }), { ...ports, registry })
  t.equal(answer.record.verdict, 'patched')
  t.same(answer.record.faults, [])
  t.equal(ask('validate', review({ object: pod(always) }), { ...ports, registry }).record.faults.length, 1)
})
