/** When the kubelet contacts a registry, and what happens if the image is not available there. */
import { container, type NodeScenario, pod } from '../support/scenario.ts'

const chapter = 'Which image runs: the pull policy'

/** An image reference that only this scenario uses. */
const own = (name: string, tag = ':1'): string => `registry.test/${name}${tag}`

/** A pod with one container. */
function single(name: string, image: string, more: object = {}): NodeScenario['object'] {
  return pod(name, { containers: [{ name: 'app', image, ...more }] })
}

const table: readonly NodeScenario[] = [
  {
    name: 'unset-with-tag-absent',
    claim: { chapter, sentence: 'Policy not set, image with a tag: the image is pulled if it is not on the node.' },
    object: single('unset-with-tag-absent', own('unset-with-tag-absent')),
    world: { images: { [own('unset-with-tag-absent')]: { cached: false } } },
    registry: { [own('unset-with-tag-absent')]: { resolved: 1, downloaded: 1 } },
  },
  {
    name: 'unset-with-tag-cached',
    claim: { chapter, sentence: 'Policy not set, image with a tag: an image that is on the node runs, and the registry is not contacted.' },
    object: single('unset-with-tag-cached', own('unset-with-tag-cached')),
    world: { images: { [own('unset-with-tag-cached')]: { cached: true } } },
    registry: { [own('unset-with-tag-cached')]: { resolved: 0, downloaded: 0 } },
  },
  {
    name: 'unset-latest-cached',
    claim: { chapter, sentence: 'Policy not set, tag `latest`: the registry is contacted although the image is on the node.' },
    object: single('unset-latest-cached', own('unset-latest-cached', ':latest')),
    world: { images: { [own('unset-latest-cached', ':latest')]: { cached: true } } },
    registry: { [own('unset-latest-cached', ':latest')]: { resolved: 1, downloaded: 0 } },
  },
  {
    name: 'unset-no-tag-cached',
    claim: { chapter, sentence: 'Policy not set, no tag: the same as with the tag `latest`.' },
    object: single('unset-no-tag-cached', own('unset-no-tag-cached', '')),
    world: { images: { [own('unset-no-tag-cached', '')]: { cached: true } } },
    registry: { [own('unset-no-tag-cached', '')]: { resolved: 1, downloaded: 0 } },
  },
  {
    name: 'unset-latest-offline',
    object: single('unset-latest-offline', 'down.test/unset-latest-offline:latest'),
    world: { registries: { 'down.test': 'down' }, images: { 'down.test/unset-latest-offline:latest': { cached: true } } },
  },
  {
    name: 'always-restarts',
    claim: {
      chapter,
      sentence:
        'Always: the registry is contacted every time the container starts or restarts, and nothing is downloaded if the image on the node is up to date.',
    },
    object: single('always-restarts', own('always-restarts'), { imagePullPolicy: 'Always' }),
    world: {
      images: { [own('always-restarts')]: { cached: true } },
      containers: { app: { runs: [{ seconds: 2, exit: 1 }, { seconds: 2, exit: 1 }, { seconds: null }] } },
    },
    registry: { [own('always-restarts')]: { resolved: 3, downloaded: 0 } },
  },
  {
    name: 'always-init-restarts',
    claim: {
      chapter,
      sentence: 'Always, for an init container: the registry is contacted on every attempt, and the image is downloaded once.',
    },
    object: pod('always-init-restarts', {
      initContainers: [{ name: 'init', image: own('always-init-restarts'), imagePullPolicy: 'Always' }],
      containers: [container('app')],
    }),
    world: {
      images: { [own('always-init-restarts')]: { cached: false } },
      containers: {
        init: {
          runs: [
            { seconds: 2, exit: 1 },
            { seconds: 2, exit: 1 },
            { seconds: 2, exit: 0 },
          ],
        },
      },
    },
    registry: { [own('always-init-restarts')]: { resolved: 3, downloaded: 1 } },
  },
  {
    name: 'always-offline',
    claim: { chapter, sentence: 'Always, registry offline: the container does not start although its image is on the node.' },
    object: single('always-offline', 'down.test/always-offline:1', { imagePullPolicy: 'Always' }),
    world: { registries: { 'down.test': 'down' }, images: { 'down.test/always-offline:1': { cached: true } } },
  },
  {
    name: 'always-offline-restart',
    claim: {
      chapter,
      sentence:
        'A registry that is offline keeps an application from restarting: a container with Always that ran and ended is not restarted.',
    },
    object: single('always-offline-restart', 'restart.test/lamp:1', { imagePullPolicy: 'Always' }),
    world: {
      registries: { 'restart.test': 'up' },
      images: { 'restart.test/lamp:1': { cached: true } },
      containers: { app: { runs: [{ seconds: 8, exit: 1 }, { seconds: null }] } },
      actions: [{ when: { status: 'Running', delaySeconds: 1 }, do: 'registry-down', registry: 'restart.test' }],
    },
  },
  {
    name: 'never-cached',
    claim: { chapter, sentence: 'Never: an image that is on the node runs, and the registry is not contacted.' },
    object: single('never-cached', own('never-cached'), { imagePullPolicy: 'Never' }),
    world: { images: { [own('never-cached')]: { cached: true } } },
    registry: { [own('never-cached')]: { resolved: 0, downloaded: 0 } },
  },
  {
    name: 'never-absent',
    claim: { chapter, sentence: 'Never: an image that is not on the node is not pulled, and the container does not start.' },
    object: single('never-absent', own('never-absent'), { imagePullPolicy: 'Never' }),
    world: { images: { [own('never-absent')]: { cached: false } } },
    registry: { [own('never-absent')]: { resolved: 0, downloaded: 0 } },
  },
  {
    name: 'if-not-present-absent',
    claim: {
      chapter,
      sentence: 'IfNotPresent: the image is pulled the first time it is needed, and not when the container restarts.',
    },
    object: single('if-not-present-absent', own('if-not-present-absent', ':latest'), { imagePullPolicy: 'IfNotPresent' }),
    world: {
      images: { [own('if-not-present-absent', ':latest')]: { cached: false } },
      containers: { app: { runs: [{ seconds: 3, exit: 1 }, { seconds: null }] } },
    },
    registry: { [own('if-not-present-absent', ':latest')]: { resolved: 1, downloaded: 1 } },
  },
  {
    name: 'if-not-present-offline',
    claim: { chapter, sentence: 'IfNotPresent, registry offline: an image that is on the node runs.' },
    object: single('if-not-present-offline', 'down.test/if-not-present-offline:1', { imagePullPolicy: 'IfNotPresent' }),
    world: { registries: { 'down.test': 'down' }, images: { 'down.test/if-not-present-offline:1': { cached: true } } },
  },
  {
    name: 'if-not-present-absent-offline',
    object: single('if-not-present-absent-offline', 'down.test/if-not-present-absent-offline:1', { imagePullPolicy: 'IfNotPresent' }),
    world: { registries: { 'down.test': 'down' }, images: { 'down.test/if-not-present-absent-offline:1': { cached: false } } },
  },
]

/** An init container that fails in version 1 of its image and succeeds in version 2, which is pushed during its second attempt. */
function repushed(name: string, imagePullPolicy: string): Pick<NodeScenario, 'name' | 'object' | 'world'> {
  return {
    name,
    object: pod(name, { initContainers: [{ name: 'init', image: own(name), imagePullPolicy }], containers: [container('app')] }),
    world: {
      images: { [own(name)]: { cached: false } },
      containers: { init: { runsOfVersion: { 1: [{ seconds: 5, exit: 1 }], 2: [{ seconds: 1, exit: 0 }] } } },
      actions: [{ when: { container: 'init', execution: 2, event: 'running' }, do: 'image-pushed', image: own(name), version: 2 }],
    },
  }
}

const repairs: readonly NodeScenario[] = [
  {
    ...repushed('repaired-always', 'Always'),
    claim: { chapter, sentence: 'Always: a fixed image that is pushed under the same tag is used after the next restart.' },
    registry: { [own('repaired-always')]: { resolved: 3, downloaded: 2 } },
  },
  {
    ...repushed('repaired-if-not-present', 'IfNotPresent'),
    claim: {
      chapter,
      sentence: 'IfNotPresent: a fixed image that is pushed under the same tag is not used, and the container keeps failing.',
    },
    registry: { [own('repaired-if-not-present')]: { resolved: 1, downloaded: 1 } },
  },
  {
    name: 'registry-comes-back',
    claim: { chapter, sentence: 'A failed pull is retried until it succeeds.' },
    object: pod('registry-comes-back', {
      initContainers: [{ name: 'init', image: 'comes-back.test/lamp:1' }],
      containers: [container('app')],
    }),
    world: {
      registries: { 'comes-back.test': 'down' },
      images: { 'comes-back.test/lamp:1': { cached: false } },
      actions: [{ when: { status: 'Init:ImagePullBackOff', delaySeconds: 2 }, do: 'registry-up', registry: 'comes-back.test' }],
    },
  },
  {
    name: 'missing-then-pushed',
    object: single('missing-then-pushed', own('missing-then-pushed')),
    world: {
      images: { [own('missing-then-pushed')]: { cached: false, pullable: false } },
      actions: [{ when: { status: 'ImagePullBackOff', delaySeconds: 2 }, do: 'image-pushed', image: own('missing-then-pushed') }],
    },
  },
  {
    name: 'missing-under-restart-never',
    claim: {
      chapter,
      sentence: 'A failed pull is also retried with restartPolicy Never.',
      but: 'Contrary to what many expect, the pod does not fail but stays Pending.',
    },
    object: pod('missing-under-restart-never', {
      restartPolicy: 'Never',
      initContainers: [{ name: 'init', image: own('missing-under-restart-never') }],
      containers: [container('app')],
    }),
    world: { images: { [own('missing-under-restart-never')]: { cached: false, pullable: false } } },
  },
  {
    name: 'upper-case-host',
    claim: {
      chapter,
      sentence: 'An image reference with uppercase letters is invalid.',
      but: 'Not if they are before the first slash: that part is taken for a registry host, which is contacted.',
    },
    object: single('upper-case-host', 'LAMPS/lamp:1'),
    world: { images: { 'LAMPS/lamp:1': { cached: false, pullable: false } } },
  },
  {
    name: 'invalid-name',
    object: pod('invalid-name', { initContainers: [{ name: 'init', image: 'registry.test/Lamp:1' }], containers: [container('app')] }),
    world: { images: { 'registry.test/Lamp:1': { cached: false, pullable: false } } },
  },
]

const privateImage = (name: string): string => `private.test/${name}:1`
const secret = { secrets: { 'private-registry': 'private.test' }, registries: { 'private.test': 'up' } }

const privateImages: readonly NodeScenario[] = [
  {
    name: 'private-without-secret',
    object: single('private-without-secret', privateImage('private-without-secret')),
    world: {
      registries: { 'private.test': 'up' },
      images: { [privateImage('private-without-secret')]: { cached: false, pullable: 'unauthorized' } },
    },
  },
  {
    name: 'private-with-secret',
    object: pod('private-with-secret', {
      imagePullSecrets: [{ name: 'private-registry' }],
      containers: [{ name: 'app', image: privateImage('private-with-secret') }],
    }),
    world: { ...secret, images: { [privateImage('private-with-secret')]: { cached: false } } },
  },
  {
    name: 'private-pulled-by-another-pod',
    claim: {
      chapter,
      sentence: 'Never: an image that another pod pulled to the node can be used.',
      but: 'Not if that pod pulled it with a secret that this pod does not have (since 1.35, KubeletEnsureSecretPulledImages).',
    },
    object: single('private-pulled-by-another-pod', privateImage('private-pulled-by-another-pod'), { imagePullPolicy: 'Never' }),
    world: {
      ...secret,
      images: {
        [privateImage('private-pulled-by-another-pod')]: {
          cached: true,
          pullable: 'unauthorized',
          cachedBy: 'another pod, with pull secret private-registry',
        },
      },
    },
  },
]

export const pullPolicies: readonly NodeScenario[] = [...table, ...repairs, ...privateImages]
