import t from 'tap'
import { answerReview } from '../../src/admission/index.ts'
import { ask } from '../support/answers.ts'
import * as fc from '../support/properties.ts'
import { pod, portsOf, review, uid } from '../support/reviews.ts'

const ports = portsOf('preset: strict\nrules: {pull-always-fragile-registry: fix}\nregistries: [{match: "docker.io/**", fragile: true}]')
const refusing = portsOf(
  'rules: {image-latest: off}\noverrides: [{match: {kinds: [Pod]}, rules: {"image-latest": {action: deny, everyPod: true}}}]',
)
const latest = { image: 'luksa/kiada', imagePullPolicy: 'Always' }

/** Keys that PodSpecs, reviews and attackers use. */
const key = fc.constantFrom(
  'metadata',
  'spec',
  'template',
  'volumeClaimTemplates',
  'jobTemplate',
  'containers',
  'initContainers',
  'ephemeralContainers',
  'volumes',
  'image',
  'name',
  'imagePullPolicy',
  'restartPolicy',
  'restartPolicyRules',
  'resources',
  'requests',
  'annotations',
  'labels',
  'ownerReferences',
  'managedFields',
  'fieldsV1',
  'f:spec',
  'env',
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'reference',
)
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 7, depthSize: 'large' },
    fc.constantFrom('nginx', 'nginx:latest', 'Always', 'Never', 'x', '', null, true, 0, -1, 1e300),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(key, tie('value'), { maxKeys: 6 }),
    fc.string(),
  ),
}))
const kind = fc.constantFrom('Pod', 'Deployment', 'StatefulSet', 'Job', 'CronJob', 'PodTemplate', 'Service', 'constructor')
const apiVersion = fc.constantFrom('v1', 'apps/v1', 'batch/v1', '')

t.test('arbitrary objects: every well-formed review gets its uid and a valid response', async (t) => {
  const object = fc.tuple(kind, apiVersion, fc.dictionary(key, value)).map(([kind, apiVersion, body]) => ({ ...body, kind, apiVersion }))
  const parts = fc.record({
    object: fc.option(object),
    oldObject: fc.option(object),
    operation: fc.constantFrom('CREATE', 'UPDATE', 'DELETE', 'CONNECT', 'X'),
  })
  fc.assert(
    fc.property(
      parts,
      fc.constantFrom('validate' as const, 'mutate' as const),
      fc.constantFrom(ports, refusing),
      (parts, endpoint, ports) => {
        const answer = answerReview(endpoint, JSON.parse(JSON.stringify(review(parts))), ports)
        if (!answer.ok || answer.record.faults.length > 0) throw new Error(JSON.stringify(answer))
        const { response } = JSON.parse(JSON.stringify(answer.review))
        if (response.uid !== uid || typeof response.allowed !== 'boolean') throw new Error('no verdict')
        if (endpoint === 'validate' && ('patch' in response || 'patchType' in response)) throw new Error('a patch from /validate')
        if ('patch' in response !== 'patchType' in response) throw new Error('patch without patchType or vice versa')
      },
    ),
    { numRuns: 3000 },
  )
  t.same(Object.keys(Object.prototype), [])
  t.equal(({} as Record<string, unknown>).image, undefined)
})

t.test('hostile metadata does not change the verdict of a pod', async (t) => {
  const plain = ask('validate', review({ object: pod(latest) }), ports)
  t.notOk(plain.allowed)
  const deep = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`
  const wrappers: Record<string, string> = {
    proto: '"__proto__": {"spec": {"containers": []}}',
    constructor: '"constructor": {"prototype": {"image": "nginx:1"}}',
    'deep managedFields': `"managedFields": [{"operation": "Apply", "fieldsV1": ${deep(50_000)}}]`,
    'lone surrogate': '"annotations": {"a": "\\ud800"}',
    'control characters': '"annotations": {"a\\u0000": "\\u001b[2J"}',
    padding: `"annotations": {"a": "${'x'.repeat(300_000)}"}`,
    'broken last-applied': '"annotations": {"kubectl.kubernetes.io/last-applied-configuration": "{{{"}',
  }
  for (const [name, member] of Object.entries(wrappers)) {
    const text = JSON.stringify(review({ object: pod(latest) })).replaceAll('"metadata":{', `"metadata":{${member},`)
    t.same(ask('validate', JSON.parse(text), ports).causes, plain.causes, name)
  }
})
