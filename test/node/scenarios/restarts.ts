/** Sidecars, and restart policies and rules of individual containers. */
import { container, type NodeScenario, pod } from '../support/scenario.ts'

const chapter = 'Sidecars'

const sidecar = (name: string, more: object = {}): object => ({ ...container(name), restartPolicy: 'Always', ...more })

const sidecars: readonly NodeScenario[] = [
  {
    name: 'sidecar-order',
    object: pod('sidecar-order', {
      initContainers: [container('before'), sidecar('side'), container('after')],
      containers: [container('app')],
    }),
    world: {},
  },
  {
    name: 'sidecar-crashes',
    claim: {
      chapter,
      sentence: 'The containers after a sidecar start once the sidecar has started.',
      but: 'A sidecar that crashes does not block them: it is enough that the sidecar was observed running.',
    },
    object: pod('sidecar-crashes', { initContainers: [sidecar('side'), container('init')], containers: [container('app')] }),
    world: { containers: { side: { runs: [{ seconds: 1, exit: 1 }, { seconds: null }] }, init: { runs: [{ seconds: 6, exit: 0 }] } } },
  },
  {
    name: 'sidecar-startup-probe',
    claim: { chapter, sentence: 'A startup probe of a sidecar blocks the containers after it until it succeeds.' },
    object: pod('sidecar-startup-probe', {
      initContainers: [sidecar('side', { startupProbe: { periodSeconds: 1, failureThreshold: 60 } })],
      containers: [container('app')],
    }),
    world: { containers: { side: { runs: [{ seconds: null }], startupProbe: [{ succeedsAfterSeconds: 8 }] } } },
  },
  {
    name: 'sidecar-fails-on-term',
    claim: {
      chapter,
      sentence: 'Sidecars are stopped after the app containers have ended, and their exit codes are ignored.',
    },
    object: pod('sidecar-fails-on-term', {
      restartPolicy: 'Never',
      terminationGracePeriodSeconds: 10,
      initContainers: [sidecar('side')],
      containers: [container('app')],
    }),
    world: {
      containers: { side: { runs: [{ seconds: null }], onTerm: { exit: 3, withinSeconds: 1 } }, app: { runs: [{ seconds: 4, exit: 0 }] } },
    },
  },
  {
    name: 'sidecar-ends-with-app',
    object: pod('sidecar-ends-with-app', {
      restartPolicy: 'Never',
      initContainers: [sidecar('side')],
      containers: [container('app')],
    }),
    world: { containers: { app: { runs: [{ seconds: 4, exit: 0 }] } } },
  },
  {
    name: 'sidecar-then-init-fails-never',
    object: pod('sidecar-then-init-fails-never', {
      restartPolicy: 'Never',
      initContainers: [sidecar('side'), container('init')],
      containers: [container('app')],
    }),
    world: { containers: { init: { runs: [{ seconds: 3, exit: 1 }] } } },
  },
  {
    name: 'sidecar-image-missing',
    object: pod('sidecar-image-missing', {
      initContainers: [{ ...sidecar('side'), image: 'registry.test/sidecar-image-missing:1' }],
      containers: [container('app')],
    }),
    world: { images: { 'registry.test/sidecar-image-missing:1': { cached: false, pullable: false } } },
  },
]

const rules: readonly NodeScenario[] = [
  {
    name: 'init-on-failure-in-never-pod',
    claim: {
      chapter: 'Init containers',
      sentence: 'The restartPolicy of the pod determines whether a failed init container is restarted.',
      but: 'The container may have a restartPolicy of its own (since 1.35): with OnFailure it is restarted even in a pod with Never.',
    },
    object: pod('init-on-failure-in-never-pod', {
      restartPolicy: 'Never',
      initContainers: [{ ...container('init'), restartPolicy: 'OnFailure' }],
      containers: [container('app')],
    }),
    world: {
      containers: {
        init: {
          runs: [
            { seconds: 2, exit: 1 },
            { seconds: 2, exit: 0 },
          ],
        },
      },
    },
  },
  {
    name: 'init-never-in-always-pod',
    object: pod('init-never-in-always-pod', {
      initContainers: [{ ...container('init'), restartPolicy: 'Never' }],
      containers: [container('app')],
    }),
    world: { containers: { init: { runs: [{ seconds: 2, exit: 1 }] } } },
  },
  {
    name: 'init-rule-matches',
    object: pod('init-rule-matches', {
      restartPolicy: 'Never',
      initContainers: [
        {
          ...container('init'),
          restartPolicy: 'Never',
          restartPolicyRules: [{ action: 'Restart', exitCodes: { operator: 'In', values: [42] } }],
        },
      ],
      containers: [container('app')],
    }),
    world: {
      containers: {
        init: {
          runs: [
            { seconds: 2, exit: 42 },
            { seconds: 2, exit: 0 },
          ],
        },
      },
    },
  },
  {
    name: 'rules-without-policy',
    object: pod('rules-without-policy', {
      containers: [{ ...container('app'), restartPolicyRules: [{ action: 'Restart', exitCodes: { operator: 'In', values: [42] } }] }],
    }),
    world: {},
  },
]

export const restarts: readonly NodeScenario[] = [...sidecars, ...rules]
