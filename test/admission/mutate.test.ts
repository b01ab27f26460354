import jsonpatch from 'fast-json-patch'
import t from 'tap'
import type { AdmissionPorts } from '../../src/admission/index.ts'
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

t.test('a Pod is fixed when it is made, and the warning says old -> new', async (t) => {
  const answer = ask('mutate', review({ object: pod(always) }), portsOf(fragile))
  t.same(answer.patch, [{ op: 'add', path: fixedPointer, value: 'IfNotPresent' }])
  t.same(answer.warnings, [
    '[pull-always-fragile-registry] containers "web": imagePullPolicy Always -> IfNotPresent: docker.io may be offline and the tag does not move',
  ])
  t.equal(answer.record.verdict, 'patched')
  t.equal(answer.response.patchType, 'JSONPatch')
})

t.test('validate judges the fixed object: nothing is left to say', async (t) => {
  const ports = portsOf(fragile)
  const object = patched(pod(always), ask('mutate', review({ object: pod(always) }), ports))
  t.same(ask('validate', review({ object }), ports).warned, [])
  t.same(
    ask('validate', review({ object: pod(always) }), ports).warned,
    ['pull-always-fragile-registry'],
    'without the mutating webhook it warns',
  )
})

t.test('what is never changed', async (t) => {
  const ports = portsOf(fragile)
  const noPatch = (body: object, name: string) => t.equal(ask('mutate', body, ports).patch, undefined, name)
  noPatch(
    review({ operation: 'UPDATE', object: pod(always), oldObject: pod({ image: 'nginx:1.26', imagePullPolicy: 'Always' }) }),
    'a Pod on UPDATE',
  )
  noPatch(review({ operation: 'UPDATE', subResource: 'ephemeralcontainers', object: pod(always), oldObject: pod({}) }), 'a subresource')
  noPatch(review({ object: pod(always, { metadata: { annotations: { 'kubernetes.io/config.mirror': 'x' } } }) }), 'a mirror pod')
  noPatch(review({ operation: 'DELETE', oldObject: pod(always) }), 'a deletion')
  noPatch(review({ object: deployment(always) }), 'a template, where the policy fixes pods')
  noPatch(review({ object: pod({ image: 'nginx', imagePullPolicy: 'Always' }) }), 'no fixed tag')
})

t.test('a registry that wants Always, and AlwaysPullImages', async (t) => {
  t.same(fixedOnCreate(pod(always), portsOf(`${fragile}\ncluster: {alwaysPullImages: true}`)), [])
  const required = portsOf('registries: [{match: "docker.io/**", pull: Always}]\nrules: {pull-always-required: fix}')
  t.same(fixedOnCreate(pod({ image: 'nginx:1.27', imagePullPolicy: 'IfNotPresent' }), required), [`${fixedPointer} Always`])
})

t.test('image volumes and every list of containers', async (t) => {
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

t.test('templates: only what Kubernetes is known to have set, unless forced', async (t) => {
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

t.test('templates: an UPDATE only if it changes the template, never what exists or is owned', async (t) => {
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

t.test('one value per image, and asking again changes nothing', async (t) => {
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

t.test('no template flips between two rules when it is updated', async (t) => {
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
