/** What runs again, and when: after the end of a container, a sandbox or a node. */
import { container, type NodeScenario, pod } from '../support/scenario.ts'

const chapter = 'What runs again'

function initAndApp(name: string, more: object = {}, app: object = {}): NodeScenario['object'] {
  return pod(name, { ...more, initContainers: [container('init')], containers: [{ ...container('app'), ...app }] })
}

const ends: readonly NodeScenario[] = [
  {
    name: 'app-ends-once',
    claim: { chapter, sentence: 'When an app container ends, the init containers do not run again.' },
    object: initAndApp('app-ends-once'),
    world: { containers: { app: { runs: [{ seconds: 3, exit: 1 }, { seconds: null }] } } },
  },
  {
    name: 'app-ends-forever',
    claim: {
      chapter,
      sentence: 'STATUS Completed means that the pod is done.',
      but: 'Not with restartPolicy Always: kubectl also shows it between two restarts of an app container that exits with code 0.',
    },
    object: initAndApp('app-ends-forever'),
    world: { containers: { app: { runs: [{ seconds: 2, exit: 0 }] } } },
  },
  {
    name: 'liveness-fails-once',
    object: initAndApp('liveness-fails-once', {}, { livenessProbe: { periodSeconds: 1, failureThreshold: 8 } }),
    world: { containers: { app: { runs: [{ seconds: null }], livenessProbe: [{ never: true }, { succeedsAfterSeconds: 0 }] } } },
  },
  {
    name: 'app-killed',
    object: initAndApp('app-killed'),
    world: { actions: [{ when: { status: 'Running', delaySeconds: 3 }, do: 'container-killed', container: 'app' }] },
  },
  {
    name: 'app-succeeds-on-failure',
    object: initAndApp('app-succeeds-on-failure', { restartPolicy: 'OnFailure' }),
    world: {
      containers: {
        app: {
          runs: [
            { seconds: 2, exit: 1 },
            { seconds: 2, exit: 0 },
          ],
        },
      },
    },
  },
  {
    name: 'app-fails-never',
    object: initAndApp('app-fails-never', { restartPolicy: 'Never' }),
    world: { containers: { app: { runs: [{ seconds: 2, exit: 3 }] } } },
  },
]

const lost = [{ when: { status: 'Running', delaySeconds: 4 }, do: 'sandbox-lost' }]

const sandboxes: readonly NodeScenario[] = [
  {
    name: 'sandbox-lost-always',
    claim: {
      chapter,
      sentence: 'A pod that is restarted as a whole runs its init containers again.',
      but: 'STATUS does not show it: it remains Error, the status of the terminated app container, while they run.',
    },
    object: initAndApp('sandbox-lost-always'),
    world: { containers: { init: { runs: [{ seconds: 2, exit: 0 }] } }, actions: lost },
  },
  {
    name: 'sandbox-lost-on-failure',
    object: initAndApp('sandbox-lost-on-failure', { restartPolicy: 'OnFailure' }),
    world: { containers: { init: { runs: [{ seconds: 2, exit: 0 }] } }, actions: lost },
  },
  {
    name: 'sandbox-lost-registry-gone',
    claim: {
      chapter,
      sentence: 'An init container with imagePullPolicy Always makes a running pod permanently depend on the registry.',
      but: 'The cause is not visible: the pod stays in Error, and STATUS shows no pull error.',
    },
    object: pod('sandbox-lost-registry-gone', {
      initContainers: [{ name: 'init', image: 'gone.test/lamp:1', imagePullPolicy: 'Always' }],
      containers: [container('app')],
    }),
    world: {
      registries: { 'gone.test': 'up' },
      images: { 'gone.test/lamp:1': { cached: true } },
      actions: [{ when: { status: 'Running', delaySeconds: 2 }, do: 'registry-down', registry: 'gone.test' }, ...lost],
    },
  },
  {
    name: 'sandbox-lost-never',
    object: initAndApp('sandbox-lost-never', { restartPolicy: 'Never' }),
    world: { actions: lost },
  },
  {
    name: 'not-idempotent',
    claim: {
      chapter,
      sentence: 'So init containers must be idempotent: one that fails on its second run keeps the pod from recovering.',
      but: 'kubectl shows Error without the prefix Init:, and CrashLoopBackOff appears only in initContainerStatuses.',
    },
    object: initAndApp('not-idempotent'),
    world: {
      containers: {
        init: {
          runs: [
            { seconds: 1, exit: 0 },
            { seconds: 1, exit: 1 },
          ],
        },
      },
      actions: lost,
    },
  },
  {
    name: 'restart-all',
    fleeting: ['Error'],
    claim: {
      chapter,
      sentence: 'When a container ends, no init container runs again.',
      but: 'Except with a restart rule whose action is RestartAllContainers (since 1.36 without a feature gate): then all of them run again.',
    },
    object: initAndApp(
      'restart-all',
      {},
      {
        restartPolicy: 'Never',
        restartPolicyRules: [{ action: 'RestartAllContainers', exitCodes: { operator: 'In', values: [88] } }],
      },
    ),
    world: { containers: { app: { runs: [{ seconds: 3, exit: 88 }, { seconds: null }] } } },
  },
  {
    name: 'init-image-patched',
    object: initAndApp('init-image-patched'),
    world: {
      images: { 'registry.test/init-image-patched:2': { cached: true } },
      actions: [
        {
          when: { status: 'Running', delaySeconds: 3 },
          do: 'pod-patched',
          patch: { spec: { initContainers: [{ name: 'init', image: 'registry.test/init-image-patched:2' }] } },
        },
      ],
    },
  },
  {
    name: 'app-image-patched',
    object: initAndApp('app-image-patched'),
    world: {
      images: { 'registry.test/app-image-patched:2': { cached: true } },
      actions: [
        {
          when: { status: 'Running', delaySeconds: 3 },
          do: 'pod-patched',
          patch: { spec: { containers: [{ name: 'app', image: 'registry.test/app-image-patched:2' }] } },
        },
      ],
    },
  },
]

const reboot = [
  { when: { status: 'Running', delaySeconds: 5 }, do: 'kubelet-stopped' },
  { when: { status: 'Running', delaySeconds: 8 }, do: 'node-reboot' },
  { when: { status: 'Running', delaySeconds: 12 }, do: 'kubelet-started' },
]

const kubeletRestart = [
  { when: { status: 'Running', delaySeconds: 5 }, do: 'kubelet-stopped' },
  { when: { status: 'Running', delaySeconds: 10 }, do: 'kubelet-started' },
]

const nodes: readonly NodeScenario[] = [
  {
    name: 'reboot-always',
    claim: {
      chapter,
      sentence: 'When the node reboots, the pod is restarted as a whole: its init containers run again before its app containers.',
    },
    object: initAndApp('reboot-always'),
    world: { containers: { init: { runs: [{ seconds: 2, exit: 0 }] } }, actions: reboot },
  },
  {
    name: 'reboot-never',
    claim: { chapter, sentence: 'With restartPolicy Never, a pod does not recover after a reboot of the node: it has failed.' },
    object: initAndApp('reboot-never', { restartPolicy: 'Never' }),
    world: { actions: reboot },
  },
  {
    name: 'kubelet-restarts',
    claim: { chapter, sentence: 'A restart of only the kubelet does not rerun any container.' },
    object: initAndApp('kubelet-restarts'),
    world: { actions: kubeletRestart },
  },
]

export const again: readonly NodeScenario[] = [...ends, ...sandboxes, ...nodes]
