/** What runs again, and when: ends of containers, sandboxes and nodes. */
import { container, type NodeScenario, pod } from '../support/scenario.ts'

const chapter = 'What runs again'

function initAndApp(name: string, more: object = {}, app: object = {}): NodeScenario['object'] {
  return pod(name, { ...more, initContainers: [container('init')], containers: [{ ...container('app'), ...app }] })
}

const ends: readonly NodeScenario[] = [
  {
    name: 'app-ends-once',
    claim: { chapter, sentence: 'The end of an app container does not run the init containers again.' },
    object: initAndApp('app-ends-once'),
    world: { containers: { app: { runs: [{ seconds: 3, exit: 1 }, { seconds: null }] } } },
  },
  {
    name: 'app-ends-forever',
    claim: {
      chapter,
      sentence: 'STATUS Completed means that the pod is done.',
      but: 'Not under restartPolicy Always: it stands between two restarts of an app container that exits with 0.',
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
      but: 'Its STATUS does not tell: it stays Error, that of the dead app container, while they run.',
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
      sentence: 'An init container whose image is pulled with Always makes a running pod depend on the registry for good.',
      but: 'It does not show as such: the pod stays in Error, no pull error stands in its STATUS.',
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
      sentence: 'So init containers must be idempotent: one that fails at its second run keeps the pod from coming back.',
      but: 'kubectl shows Error and no Init: in front; CrashLoopBackOff stands only in initContainerStatuses.',
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
      sentence: 'A container that ends does not run init containers again.',
      but: 'Except by a rule with the action RestartAllContainers (since 1.36 without a feature gate): then all of them run again.',
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
      sentence: 'When the node reboots, the pod is restarted as a whole: its init containers run again, before its app containers.',
    },
    object: initAndApp('reboot-always'),
    world: { containers: { init: { runs: [{ seconds: 2, exit: 0 }] } }, actions: reboot },
  },
  {
    name: 'reboot-never',
    claim: { chapter, sentence: 'Under restartPolicy Never a pod does not come back after a reboot of the node: it has failed.' },
    object: initAndApp('reboot-never', { restartPolicy: 'Never' }),
    world: { actions: reboot },
  },
  {
    name: 'kubelet-restarts',
    claim: { chapter, sentence: 'A restart of the kubelet alone runs nothing again.' },
    object: initAndApp('kubelet-restarts'),
    world: { actions: kubeletRestart },
  },
]

export const again: readonly NodeScenario[] = [...ends, ...sandboxes, ...nodes]
