/** Generated pods, and scenarios that name their images and containers. */
import * as fc from '../../support/properties.ts'

const names = fc.constantFrom('a', 'b', 'c')
const images = fc.constantFrom('x.test/a:1', 'x.test/a:1', 'y.test/b', 'LUKSA/kiada:UP', 'Kiada:1', 'x.test/a@sha256:12')
const exitCodes = fc.constantFrom(0, 1, 42)
const policies = fc.constantFrom('Always', 'OnFailure', 'Never')
/** No member is required. */
export const optional = { requiredKeys: [] }

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

/** Specs of pods. */
export const pods = fc
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
/** Scenarios for these pods, as JSON. */
export const scenarios = fc.record(
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
