/** The edits of pull policies in the JSON of `lint`: the values that /mutate would set, each one once. */
import t from 'tap'
import { lintInputs } from '../../src/inspect/index.ts'
import { optionsFor } from '../fixer/fixing.ts'
import { ask } from '../support/answers.ts'
import { portsOf, review } from '../support/reviews.ts'

const digest = `sha256:${'a'.repeat(64)}`

interface PodOptions {
  readonly image?: string
  readonly policy?: string
  readonly metadata?: object
}

const podSpec = ({ image = 'nginx:1.27', policy }: PodOptions) => ({
  containers: [{ name: 'app', image, ...(policy === undefined ? {} : { imagePullPolicy: policy }) }],
})
const pod = (options: PodOptions) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web', ...options.metadata },
  spec: podSpec(options),
})

/** The findings about pull policies in an object, as `rule: value` or `rule: reason`. */
function edits(object: object, policy: string, file: string | null = 'a.json'): readonly string[] {
  const { diagnostics } = lintInputs([{ file, text: JSON.stringify(object) }], optionsFor(policy))
  return diagnostics.flatMap(({ rule, edits: found, notEdited }) => {
    const value = /Always|IfNotPresent/.exec(found?.[0]?.text ?? '')?.[0] ?? notEdited
    return value === undefined ? [] : [`${rule}: ${value}`]
  })
}

const fragile = 'registries: [{match: "docker.io/**", fragile: true}]\n'

t.test('one finding of each image has the edits, by the precedence of the rules; an action fix goes first', async (t) => {
  const image = `nginx:latest@${digest}`
  t.strictSame(edits(pod({ image }), ''), ['pull-always-pinned: IfNotPresent'])
  t.strictSame(edits(pod({ image }), 'rules: {pull-policy-defaulted: fix}\n'), ['pull-policy-defaulted: IfNotPresent'])
  t.strictSame(edits(pod({ image }), 'rules: {pull-policy-defaulted: fix, pull-always-pinned: fix}\n'), [
    'pull-always-pinned: IfNotPresent',
  ])
  t.strictSame(edits(pod({ policy: 'Always' }), fragile), ['pull-always-fragile-registry: IfNotPresent'])
  t.strictSame(edits(pod({}), 'registries: [{match: "docker.io/**", pull: Always}]\n'), ['pull-always-required: Always'])
  t.strictSame(edits(pod({ policy: 'Always' }), 'registries: [{match: "docker.io/**", pull: Always}]\n'), [])
})

t.test('the value is the one that /mutate sets', async (t) => {
  const rules =
    'rules: {pull-always-required: fix, pull-always-fragile-registry: fix, pull-always-pinned: fix, pull-policy-defaulted: fix}\n'
  const policies = [
    rules,
    `${rules}${fragile}`,
    `${rules}registries: [{match: "docker.io/**", pull: Always}]\n`,
    `${rules}${fragile}cluster: {alwaysPullImages: true}\n`,
    `${rules}placeholders: [nginx]\n`,
  ]
  let set = 0
  for (const policy of policies) {
    for (const image of ['nginx', 'nginx:1.27', `nginx@${digest}`, `nginx:latest@${digest}`, 'ghcr.io/a/b:1']) {
      for (const written of ['Always', 'IfNotPresent', 'Never']) {
        const object = pod({ image, policy: written })
        const mutated = ask('mutate', review({ object }), portsOf(policy)).patch?.map(({ value }) => value) ?? []
        const own = edits(object, policy).map((text) => text.replace(/^.*: /, ''))
        // Without the origin of a value, /mutate may take it for a default.
        if (own.length > 0 || image !== 'nginx') t.strictSame(own, mutated, `${policy} ${image} ${written}`)
        set += own.length
      }
    }
  }
  t.ok(set > 10, String(set))
})

t.test('IfNotPresent for a tag that moves only if the policy asks for it', async (t) => {
  t.match(edits(pod({ image: 'nginx' }), ''), [/^pull-policy-defaulted: .*tag that moves/])
  for (const action of ['warn', 'fix', 'deny'])
    t.strictSame(edits(pod({ image: 'nginx' }), `rules: {pull-policy-defaulted: ${action}}\n`), ['pull-policy-defaulted: IfNotPresent'])
})

t.test('objects of which the manifest is not the source', async (t) => {
  const always = { policy: 'Always' }
  const owner = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'r', uid: '1', controller: true }
  t.match(edits(pod({ ...always, metadata: { ownerReferences: [owner] } }), fragile), [/ReplicaSet r/])
  t.match(edits(pod({ ...always, metadata: { annotations: { 'kubernetes.io/config.mirror': 'x' } } }), fragile), [/static pod/])
  t.match(edits(pod({ ...always, metadata: { deletionTimestamp: '2026-01-01T00:00:00Z' } }), fragile), [/deleted/])
  const job = (metadata: object) => ({
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata,
    spec: { template: { spec: { ...podSpec(always), restartPolicy: 'Never' } } },
  })
  t.strictSame(edits(job({ name: 'j' }), fragile), ['pull-always-fragile-registry: IfNotPresent'])
  t.match(edits(job({ name: 'j', resourceVersion: '7' }), fragile), [/existing Job/])
  t.match(edits(review({ object: pod(always) }), fragile), [/AdmissionReview/])
  t.strictSame(edits(pod(always), fragile, null), [], 'a text without a file')
})

t.test('custom resources: only those that embed a PodSpec', async (t) => {
  const rollout = {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Rollout',
    metadata: { name: 'r' },
    spec: { template: { spec: podSpec({}) } },
  }
  t.strictSame(edits(rollout, 'registries: [{match: "docker.io/**", pull: Always}]\n'), ['pull-always-required: Always'])
  const task = { apiVersion: 'tekton.dev/v1', kind: 'Task', metadata: { name: 't' }, spec: { steps: [{ name: 's', image: 'nginx:1.27' }] } }
  t.match(edits(task, 'registries: [{match: "docker.io/**", pull: Always}]\n'), [/fields of the containers of a Task/])
})

t.test('image volumes have their own field', async (t) => {
  const object = {
    ...pod({}),
    spec: { ...podSpec({}), volumes: [{ name: 'v', image: { reference: `nginx@${digest}`, pullPolicy: 'Always' } }] },
  }
  const { diagnostics } = lintInputs([{ file: 'a.json', text: JSON.stringify(object) }], optionsFor(''))
  const [found] = diagnostics.filter(({ rule }) => rule === 'pull-always-pinned')
  const start = JSON.stringify(object).indexOf('Always')
  t.strictSame(found?.edits, [{ file: 'a.json', start, end: start + 6, text: 'IfNotPresent' }])
})
