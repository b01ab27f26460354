import t from 'tap'
import { readWorkload } from '../../../src/model/workload.ts'
import { explainStart } from '../../../src/startup/play/explain.ts'
import { happyScenario } from '../../../src/startup/scenario/scenario.ts'
import { readScenario } from '../../../src/startup/scenario/scenario-json.ts'
import { foldStatuses } from '../../../src/startup/timeline/fold.ts'
import type { Timeline } from '../../../src/startup/timeline/timeline.ts'
import * as fc from '../../support/properties.ts'
import { container, startPod } from '../support/recordings.ts'

/** More than any start produces: the machine stops after 10,000 events, and an event causes a few steps. */
const maximumSteps = 50_000

function isSound({ rejection, statuses, rawStatuses, steps, columns, executions, verdict }: Timeline): boolean {
  if (rejection !== null) return verdict === 'rejected' && steps.length === 0
  return (
    rawStatuses[0] === 'Pending' &&
    statuses.join() === foldStatuses(rawStatuses).join() &&
    steps.length < maximumSteps &&
    steps.every(({ at, until }, index) => at >= (steps[index - 1]?.at ?? 0) && (until === null || until >= at)) &&
    columns.every(({ at }, index) => at >= (columns[index - 1]?.at ?? 0)) &&
    [...executions.values()].every(Number.isInteger)
  )
}

const names = fc.constantFrom('a', 'b', 'c')
const images = fc.constantFrom('x.test/a:1', 'x.test/a:1', 'y.test/b', 'LUKSA/kiada:UP', 'Kiada:1', 'x.test/a@sha256:12')
const exitCodes = fc.constantFrom(0, 1, 42)
const policies = fc.constantFrom('Always', 'OnFailure', 'Never')
const optional = { requiredKeys: [] }

const rules = fc.array(
  fc.record({
    action: fc.constantFrom('Restart', 'RestartAllContainers'),
    exitCodes: fc.record({ operator: fc.constantFrom('In', 'NotIn'), values: fc.array(exitCodes, { maxLength: 2 }) }),
  }),
  { maxLength: 2 },
)
const probe = fc.record({
  exec: fc.constant({ command: ['x'] }),
  periodSeconds: fc.integer({ min: 1, max: 5 }),
  failureThreshold: fc.integer({ min: 1, max: 3 }),
})
const common = { imagePullPolicy: fc.constantFrom('Always', 'IfNotPresent', 'Never'), restartPolicy: policies, restartPolicyRules: rules }
const mounts = fc.array(fc.record({ name: fc.constantFrom('v', 'i'), mountPath: fc.constantFrom('/v', '/i') }), { maxLength: 1 })
const probes = { startupProbe: probe, livenessProbe: probe, readinessProbe: probe }
const environment = fc.constant([{ configMapRef: { name: 'cm' } }])

const plain = fc.record(
  { name: names, image: images, volumeMounts: mounts, envFrom: environment, ...common },
  { requiredKeys: ['name', 'image'] },
)
const probed = fc.record({ name: names, image: images, volumeMounts: mounts, ...common, ...probes }, { requiredKeys: ['name', 'image'] })
const sidecar = probed.map((raw) => ({ ...raw, restartPolicy: 'Always' }))

const pods = fc
  .record(
    {
      restartPolicy: policies,
      activeDeadlineSeconds: fc.integer({ min: 1, max: 100 }),
      runtimeClassName: fc.constant('rc'),
      initContainers: fc.uniqueArray(fc.oneof(plain, sidecar), { selector: ({ name }) => name, maxLength: 3 }),
      containers: fc.uniqueArray(probed, { selector: ({ name }) => name, minLength: 1, maxLength: 2 }),
    },
    { requiredKeys: ['containers'] },
  )
  .map((spec) => ({
    ...spec,
    containers: spec.containers.map((raw) => ({ ...raw, name: `m-${raw.name}` })),
    volumes: [
      { name: 'v', configMap: { name: 'cm' } },
      { name: 'i', image: { reference: 'x.test/a:1' } },
    ],
  }))

const seconds = fc.integer({ min: 0, max: 60 })
const run = fc.oneof(
  fc.record({ seconds: fc.oneof(seconds, fc.constant(null)), exit: exitCodes }),
  fc.constant({ seconds: 0, oom: true }),
  fc.constant({ startError: 'command-not-found' }),
)
const probeRun = fc.oneof(fc.record({ succeedsAfterSeconds: seconds }), fc.constant({ never: true }))
const behavior = fc.record(
  {
    runs: fc.array(run, { maxLength: 3 }),
    startupProbe: fc.array(probeRun, { maxLength: 2 }),
    livenessProbe: fc.array(probeRun, { maxLength: 2 }),
    readinessProbe: fc.array(probeRun, { maxLength: 2 }),
    onTerm: fc.record({ exit: exitCodes, withinSeconds: seconds }),
  },
  optional,
)
const when = fc.oneof(
  fc.record({ afterSeconds: seconds }),
  fc.record({ status: fc.constantFrom('Running', 'Init:Error', 'ErrImagePull'), delaySeconds: seconds }),
  fc.record({ container: names, execution: fc.integer({ min: 1, max: 3 }), event: fc.constantFrom('running', 'terminated') }),
)
const change = fc.oneof(
  fc.record({ do: fc.constantFrom('sandbox-lost', 'kubelet-stopped', 'kubelet-started', 'node-reboot', 'configmap-created') }),
  fc.record({ do: fc.constantFrom('registry-up', 'registry-down'), registry: fc.constantFrom('x.test', 'y.test') }),
  fc.record({
    do: fc.constantFrom('image-pushed', 'image-cached', 'image-evicted'),
    image: images,
    version: fc.integer({ min: 1, max: 2 }),
  }),
  fc.record({ do: fc.constant('container-killed'), container: names }),
  fc.record({
    do: fc.constant('pod-patched'),
    patch: fc.record({ spec: fc.record({ initContainers: fc.array(plain, { maxLength: 1 }) }) }),
  }),
)
const scenarios = fc.record(
  {
    kubelet: fc.record({ crashLoopMaxSeconds: fc.constantFrom(1, 3, 300) }),
    images: fc.dictionary(images, fc.record({ cached: fc.boolean(), pullable: fc.constantFrom(true, false, 'unauthorized') }), {
      maxKeys: 3,
    }),
    registries: fc.dictionary(fc.constantFrom('x.test', 'y.test'), fc.constantFrom('up', 'down')),
    containers: fc.dictionary(
      fc.oneof(
        names,
        names.map((name) => `m-${name}`),
      ),
      behavior,
      { maxKeys: 4 },
    ),
    missing: fc.array(fc.constantFrom({ configMap: 'cm' }, { configMap: 'cm', as: 'env' }, { runtimeHandler: 'rc' }), { maxLength: 1 }),
    runtime: fc.record({ imageVolumes: fc.boolean(), shortNames: fc.constantFrom('resolved', 'ambiguous') }),
    actions: fc.array(
      fc.tuple(when, change).map(([time, what]) => ({ when: time, ...what })),
      { maxLength: 3 },
    ),
  },
  optional,
)

function explain(spec: unknown, scenario: unknown, kind = 'Pod'): Timeline {
  const object = kind === 'Pod' ? { apiVersion: 'v1', kind, spec } : { apiVersion: 'batch/v1', kind, spec: { template: { spec } } }
  const workload = readWorkload(object, { namespace: 'default', source: 'manifest' })
  const read = readScenario(scenario)
  if (workload === undefined || !read.ok) throw new Error('the generator is wrong')
  return explainStart(workload, read.scenario)
}

t.test('any pod in any scenario has a sound timeline', async () => {
  fc.assert(
    fc.property(pods, scenarios, (spec, scenario) => isSound(explain(spec, scenario))),
    { numRuns: 400 },
  )
})

t.test('any Job in any scenario has a sound timeline', async () => {
  fc.assert(
    fc.property(pods, scenarios, (spec, scenario) => isSound(explain(spec, scenario, 'Job'))),
    { numRuns: 60 },
  )
})

t.test('no pod spec makes explainStart throw', async () => {
  const keys = fc.constantFrom(
    'containers',
    'initContainers',
    'volumes',
    'restartPolicy',
    'activeDeadlineSeconds',
    'imagePullSecrets',
    'securityContext',
  )
  const containers = fc.array(
    fc.dictionary(fc.constantFrom('name', 'image', 'env', 'envFrom', 'volumeMounts', 'startupProbe'), fc.anything({ maxDepth: 2 })),
  )
  fc.assert(
    fc.property(fc.dictionary(keys, fc.oneof(fc.anything({ maxDepth: 3 }), containers)), (spec) => {
      const workload = readWorkload({ apiVersion: 'v1', kind: 'Pod', spec }, { namespace: 'default', source: 'manifest' })
      return workload !== undefined && isSound(explainStart(workload, happyScenario))
    }),
  )
})

t.test('a pod with 20,000 containers and an endless crash loop have sound timelines', async (t) => {
  const many = Array.from({ length: 20_000 }, (_, index) => container(`c${index}`))
  t.ok(isSound(startPod({ containers: many.slice(0, 1), initContainers: many.slice(1) })))
  const crash = startPod(
    { activeDeadlineSeconds: 2_000_000, containers: [container('main')] },
    { containers: { main: { runs: [{ seconds: 0, exit: 1 }] } } },
  )
  t.equal(crash.verdict, 'retrying')
  t.ok(isSound(crash))
})
