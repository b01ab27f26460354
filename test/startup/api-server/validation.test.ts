import t from 'tap'
import type { JsonObject } from '../../../src/model/json.ts'
import { describeEnd } from '../../../src/startup/timeline/describe.ts'
import type { Timeline } from '../../../src/startup/timeline/timeline.ts'
import { container, start } from '../support/recordings.ts'

const rejection = (spec: JsonObject): string | null => start({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' }, spec }, {}).rejection
const rule = (more: JsonObject): JsonObject => ({ action: 'Restart', exitCodes: { operator: 'In', values: [1] }, ...more })

t.test('invalid pods are rejected with the message of the API server', async (t) => {
  const main = container('main')
  t.equal(rejection({ containers: [main] }), null)
  t.equal(rejection({}), 'Pod "p" is invalid: spec.containers: Required value')
  t.equal(rejection({ containers: [main, main] }), 'Pod "p" is invalid: spec.containers[1].name: Duplicate value: "main"')
  t.equal(
    rejection({ containers: [main], initContainers: [main] }),
    'Pod "p" is invalid: spec.initContainers[0].name: Duplicate value: "main"',
  )
  t.equal(
    rejection({ containers: [container('main', { volumeMounts: [{ name: 'v', mountPath: '/v' }] })] }),
    'Pod "p" is invalid: spec.containers[0].volumeMounts[0].name: Not found: "v"',
  )
  t.equal(
    rejection({ containers: [container('a.b')] }),
    'Pod "p" is invalid: spec.containers[0].name: Invalid value: "a.b": must not contain dots',
  )
  t.equal(
    rejection({ activeDeadlineSeconds: 0, containers: [main] }),
    'Pod "p" is invalid: spec.activeDeadlineSeconds: Invalid value: 0: must be between 1 and 2147483647, inclusive',
  )
  t.equal(
    rejection({ containers: [container('main', { livenessProbe: {} })] }),
    'Pod "p" is invalid: spec.containers[0].livenessProbe: Required value: must specify a handler type',
  )
  t.equal(
    rejection({ containers: [main], ephemeralContainers: [main] }),
    'Pod "p" is invalid: spec.ephemeralContainers: Forbidden: cannot be set on create',
  )
})

t.test('several errors are listed in brackets', async (t) => {
  t.equal(
    rejection({ restartPolicy: 'Sometimes', containers: [{ name: 'main', image: '' }] }),
    'Pod "p" is invalid: [spec.containers[0].image: Required value, spec.restartPolicy: Unsupported value: "Sometimes": supported values: "Always", "OnFailure", "Never"]',
  )
})

t.test('invalid restart rules are rejected', async (t) => {
  const ruled = (...rules: readonly unknown[]): JsonObject => ({
    containers: [container('main', { restartPolicy: 'Never', restartPolicyRules: rules })],
  })
  t.equal(rejection(ruled(rule({}))), null)
  t.equal(
    rejection(ruled(rule({ action: 'Explode' }))),
    'Pod "p" is invalid: spec.containers[0].restartPolicyRules[0].action: Unsupported value: "Explode": supported values: "Restart", "RestartAllContainers"',
  )
  t.equal(
    rejection(ruled({ action: 'Restart' })),
    'Pod "p" is invalid: spec.containers[0].restartPolicyRules[0].exitCodes: Required value: must be specified',
  )
  t.equal(
    rejection(ruled(rule({ exitCodes: { operator: 'In', values: Array.from({ length: 256 }, (_, code) => code) } }))),
    'Pod "p" is invalid: spec.containers[0].restartPolicyRules[0].exitCodes.values: Too many: 256: must have at most 255 items',
  )
})

t.test('Deployments accept only restartPolicy Always, Jobs do not accept it', async (t) => {
  const owned = (apiVersion: string, kind: string, spec: JsonObject): string | null =>
    start({ apiVersion, kind, metadata: { name: 'x' }, spec: { template: { spec: { containers: [container('main')], ...spec } } } }, {})
      .rejection
  t.equal(owned('apps/v1', 'Deployment', {}), null)
  t.equal(
    owned('apps/v1', 'Deployment', { restartPolicy: 'Never' }),
    'Deployment.apps "x" is invalid: spec.template.spec.restartPolicy: Unsupported value: "Never": supported values: "Always"',
  )
  t.equal(
    owned('batch/v1', 'Job', {}),
    'Job.batch "x" is invalid: spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"',
  )
  t.equal(owned('batch/v1', 'Job', { restartPolicy: 'OnFailure' }), null)
})

t.test('values of a wrong type are rejected by the decoder, before any validation', async (t) => {
  t.equal(
    rejection({ containers: [{ name: 'A', image: 5 }], imagePullSecrets: ['a'] }),
    'Pod in version "v1" cannot be handled as a Pod: json: cannot unmarshal number into Go struct field Container.spec.containers.image of type string',
  )
  t.equal(
    rejection({ containers: { name: 'main' } }),
    'Pod in version "v1" cannot be handled as a Pod: json: cannot unmarshal object into Go struct field PodSpec.spec.containers of type []v1.Container',
  )
  t.equal(
    rejection({ containers: [container('main')], terminationGracePeriodSeconds: 0.5 }),
    'Pod in version "v1" cannot be handled as a Pod: json: cannot unmarshal number 0.5 into Go struct field PodSpec.spec.terminationGracePeriodSeconds of type int64',
  )
})

t.test('a template whose pods are rejected is stored', async (t) => {
  const spec = { selector: {}, template: { spec: { containers: [{ name: 'main', image: ' a:1' }] } } }
  const timeline = start({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'x' }, spec }, {})
  t.equal(timeline.verdict, 'rejected')
  t.equal(
    timeline.rejection,
    'Pod "x-xxxxx" is invalid: spec.containers[0].image: Invalid value: " a:1": must not have leading or trailing whitespace',
  )
  t.match(describeEnd(timeline), /stores it, but rejects each of its pods \(FailedCreate\)/)
})

t.test('a patch is not rejected for what it lacks, and its pod runs', async (t) => {
  const mount = { name: 'v', mountPath: '/v' }
  const patch = (container: JsonObject): Timeline =>
    start(
      { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'x' }, spec: { template: { spec: { containers: [container] } } } },
      {},
    )
  t.equal(patch({ name: 'main', volumeMounts: [mount] }).verdict, 'running')
  t.equal(patch({ name: 'main', image: null }).verdict, 'rejected')
})
