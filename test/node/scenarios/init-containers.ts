/** How init containers run, fail and block the containers after them. */
import { commonImage, container, type NodeScenario, pod } from '../support/scenario.ts'

const chapter = 'Init containers'

const failsOnce = [
  { seconds: 2, exit: 1 },
  { seconds: 2, exit: 0 },
]
const failsForever = [{ seconds: 2, exit: 1 }]

/** A pod with one init container and one app container, both with an image that is on the node. */
function initAndApp(name: string, restartPolicy?: string, init: object = {}): NodeScenario['object'] {
  return pod(name, {
    ...(restartPolicy !== undefined && { restartPolicy }),
    initContainers: [{ ...container('init'), ...init }],
    containers: [container('app')],
  })
}

const order: readonly NodeScenario[] = [
  {
    name: 'in-order',
    claim: {
      chapter,
      sentence: 'Init containers run one at a time, in the order of the list; the image of each is pulled just before it runs.',
    },
    object: pod('in-order', {
      initContainers: ['first', 'second', 'third'].map((name) => ({ name, image: `registry.test/in-order-${name}:1` })),
      containers: [{ name: 'app', image: 'registry.test/in-order-app:1' }],
    }),
    world: {
      images: Object.fromEntries(
        ['first', 'second', 'third', 'app'].map((name) => [`registry.test/in-order-${name}:1`, { cached: false }]),
      ),
      containers: Object.fromEntries(['first', 'second', 'third'].map((name) => [name, { runs: [{ seconds: 2, exit: 0 }] }])),
    },
  },
  {
    name: 'app-waits-for-init',
    claim: { chapter, sentence: 'The app containers start only after all init containers have succeeded.' },
    object: pod('app-waits-for-init', {
      initContainers: [container('first'), container('endless')],
      containers: [{ name: 'app', image: 'registry.test/app-waits-for-init:1' }],
    }),
    world: {
      images: { 'registry.test/app-waits-for-init:1': { cached: false } },
      containers: { endless: { runs: [{ seconds: null }] } },
    },
    registry: { 'registry.test/app-waits-for-init:1': { resolved: 0, downloaded: 0 } },
  },
  {
    name: 'second-image-missing',
    claim: { chapter, sentence: 'A missing image of a later init container is not noticed until its turn comes.' },
    object: pod('second-image-missing', {
      initContainers: [container('first'), { name: 'second', image: 'registry.test/second-image-missing:1' }],
      containers: [container('app')],
    }),
    world: { images: { 'registry.test/second-image-missing:1': { cached: false, pullable: false } } },
  },
  {
    name: 'two-apps',
    object: pod('two-apps', {
      initContainers: [container('init')],
      containers: [container('app'), { name: 'other', image: 'registry.test/two-apps:1' }],
    }),
    world: { images: { 'registry.test/two-apps:1': { cached: false, pullable: false } } },
  },
]

const failures: readonly NodeScenario[] = [
  {
    name: 'fails-once-always',
    claim: { chapter, sentence: 'With restartPolicy Always, an init container that fails is restarted.' },
    object: initAndApp('fails-once-always', 'Always'),
    world: { containers: { init: { runs: failsOnce } } },
  },
  {
    name: 'fails-once-on-failure',
    claim: { chapter, sentence: 'With restartPolicy OnFailure, an init container that fails is restarted.' },
    object: initAndApp('fails-once-on-failure', 'OnFailure'),
    world: { containers: { init: { runs: failsOnce } } },
  },
  {
    name: 'fails-forever-always',
    claim: {
      chapter,
      sentence: 'An init container that fails on every attempt is restarted forever, with a back-off; the app containers never start.',
      but: 'Init:CrashLoopBackOff appears later than expected: never after the first failure, and then only shortly before the next attempt. STATUS is Init:Error during most of the back-off.',
    },
    object: initAndApp('fails-forever-always', 'Always'),
    world: { containers: { init: { runs: failsForever } } },
  },
  {
    name: 'fails-forever-on-failure',
    object: initAndApp('fails-forever-on-failure', 'OnFailure'),
    world: { containers: { init: { runs: failsForever } } },
  },
  {
    name: 'fails-twice-always',
    object: initAndApp('fails-twice-always', 'Always'),
    world: { containers: { init: { runs: [{ seconds: 2, exit: 1 }, ...failsOnce] } } },
  },
  {
    name: 'fails-never',
    claim: {
      chapter,
      sentence:
        'With restartPolicy Never, one failure is final: later init containers and the app containers never start, and the pod shows Init:Error until it is deleted.',
    },
    object: pod('fails-never', {
      restartPolicy: 'Never',
      initContainers: [container('first'), container('second'), container('third')],
      containers: [container('app')],
    }),
    world: { containers: { second: { runs: failsForever } } },
  },
  {
    name: 'no-such-command-always',
    object: initAndApp('no-such-command-always', 'Always'),
    world: { containers: { init: { runs: [{ startError: 'command-not-found' }] } } },
  },
  {
    name: 'no-such-command-never',
    object: initAndApp('no-such-command-never', 'Never'),
    world: { containers: { init: { runs: [{ startError: 'command-not-found' }] } } },
  },
  {
    name: 'init-deadline',
    object: pod('init-deadline', { activeDeadlineSeconds: 15, initContainers: [container('init')], containers: [container('app')] }),
    world: { containers: { init: { runs: [{ seconds: null }] } } },
  },
  {
    name: 'run-as-non-root',
    object: pod('run-as-non-root', {
      securityContext: { runAsNonRoot: true },
      initContainers: [{ name: 'init', image: 'registry.test/run-as-non-root:user' }, container('second')],
      containers: [container('app')],
    }),
    world: { images: { 'registry.test/run-as-non-root:user': { cached: false, user: 1000 }, [commonImage]: { cached: true, user: 0 } } },
  },
  {
    name: 'configmap-missing-env',
    claim: {
      chapter,
      sentence: 'With restartPolicy Never, the pod fails if an init container cannot be started.',
      but: 'Not if the container cannot be created, for example because a ConfigMap is missing: that is retried forever with any restartPolicy.',
    },
    object: initAndApp('configmap-missing-env', 'Never', { envFrom: [{ configMapRef: { name: 'lamp-env' } }] }),
    world: { missing: [{ configMap: 'lamp-env', as: 'env' }] },
  },
  {
    name: 'configmap-missing-volume',
    object: pod('configmap-missing-volume', {
      volumes: [{ name: 'settings', configMap: { name: 'lamp-volume' } }],
      initContainers: [{ ...container('init'), volumeMounts: [{ name: 'settings', mountPath: '/settings' }] }],
      containers: [container('app')],
    }),
    world: { missing: [{ configMap: 'lamp-volume', as: 'volume' }] },
  },
  {
    name: 'configmap-comes',
    object: initAndApp('configmap-comes', undefined, { envFrom: [{ configMapRef: { name: 'lamp-late' } }] }),
    world: {
      missing: [{ configMap: 'lamp-late', as: 'env' }],
      actions: [{ when: { status: 'Init:CreateContainerConfigError', delaySeconds: 3 }, do: 'configmap-created', configMap: 'lamp-late' }],
    },
  },
  {
    name: 'lifecycle-on-init',
    object: initAndApp('lifecycle-on-init', undefined, { lifecycle: { preStop: { exec: { command: ['true'] } } } }),
    world: {},
  },
]

export const initContainers: readonly NodeScenario[] = [...order, ...failures]
