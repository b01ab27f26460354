/** Images that the node does not get. */
import type { JsonObject } from '../../../../src/model/json.ts'
import { app, commonImage, owner, pod, type RecordedImage, script } from '../../record/scenario.ts'
import { pullSecret } from '../../support/registries.ts'
import { type Act, container, type Expected, podSpec, type StuckScenario } from '../scenario.ts'

const stuck = { status: 'ImagePullBackOff' } as const

/** A pod with one image. */
const withImage = (name: string, image: string, more: JsonObject = {}): JsonObject => pod(name, { containers: [app({ image })], ...more })

const inRegistry = (image: string): Readonly<Record<string, RecordedImage>> => ({ [image]: { at: 'registry' } })

const pull = (cause: string, waiting: Expected['waiting'] = 'no'): Expected => ({ cause, stage: 'image-pull', container: 'app', waiting })

/** A pull that succeeds as soon as something outside of the pod is repaired. */
function repaired(cause: string, waiting: Expected['waiting'], names: readonly string[], change: (lab: Lab, name: string) => unknown): Act {
  return {
    stuck,
    expected: pull(cause, waiting),
    names,
    next: 'pull',
    cure: { by: 'world', change: async (lab, name) => change(lab, name) },
  }
}

type Lab = Parameters<Extract<Act['cure'], { by: 'world' }>['change']>[0]

const wrongPassword: JsonObject = {
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'regcred' },
  type: 'kubernetes.io/dockerconfigjson',
  stringData: {
    '.dockerconfigjson': JSON.stringify({
      auths: { 'private.test': { username: 'shop', password: 'no', auth: Buffer.from('shop:no').toString('base64') } },
    }),
  },
}

const withSecret = { imagePullSecrets: [{ name: 'regcred' }] }

export const pulls: readonly StuckScenario[] = [
  {
    name: 'registry-stopped',
    isQuick: true,
    objects: [withImage('registry-stopped', 'stopped.test/shop/api:1.4')],
    images: inRegistry('stopped.test/shop/api:1.4'),
    acts: [
      repaired('connection-refused', 'unknown', ['start the server at 127.0.0.1:', 'stopped.test/shop/api:1.4'], ({ registries }) =>
        registries.set('stopped.test', 'up'),
      ),
    ],
  },
  {
    name: 'rate-limit',
    isQuick: true,
    objects: [withImage('rate-limit', 'redis:7.4')],
    images: inRegistry('docker.io/library/redis:7.4'),
    acts: [repaired('rate-limit', 'yes', ['keep the pod', 'docker.io'], ({ gates }) => gates.repair('docker.io'))],
  },
  {
    name: 'registry-error',
    objects: [withImage('registry-error', 'broken.test/shop/api:1')],
    images: inRegistry('broken.test/shop/api:1'),
    acts: [repaired('registry-5xx', 'yes', ['broken.test'], ({ gates }) => gates.repair('broken.test'))],
  },
  {
    name: 'other-platform',
    objects: [withImage('other-platform', 'platform.test/shop/api:1')],
    images: inRegistry('platform.test/shop/api:1'),
    acts: [
      repaired('platform-mismatch', 'no', ['build platform.test/shop/api:1 for the platform of node node1'], ({ gates }) =>
        gates.repair('platform.test'),
      ),
    ],
  },
  {
    name: 'pull-secret-missing',
    isQuick: true,
    objects: [withImage('pull-secret-missing', 'private.test/shop/db:1', withSecret)],
    images: inRegistry('private.test/shop/db:1'),
    acts: [
      repaired(
        'pull-secret-missing',
        'no',
        ['create secret regcred of type kubernetes.io/dockerconfigjson in namespace pull-secret-missing'],
        (lab, name) => lab.kubectl(name, ['create', '-f', '-'], pullSecret('regcred', 'private.test')),
      ),
    ],
  },
  {
    name: 'wrong-password',
    objects: [wrongPassword, withImage('wrong-password', 'private.test/shop/web:1', withSecret)],
    images: inRegistry('private.test/shop/web:1'),
    acts: [
      repaired('auth-or-missing', 'no', ['renew the pull secret (regcred)', 'private.test'], (lab, name) =>
        lab.kubectl(name, ['replace', '-f', '-'], pullSecret('regcred', 'private.test')),
      ),
    ],
  },
  {
    name: 'no-credentials',
    objects: [
      pullSecret('regcred', 'private.test') as JsonObject,
      owner('Deployment', 'no-credentials', { containers: [app({ image: 'private.test/shop/api:1' })] }),
    ],
    images: inRegistry('private.test/shop/api:1'),
    target: 'deployment/no-credentials',
    acts: [
      {
        stuck,
        expected: pull('auth-or-missing'),
        names: ['attach a pull secret for private.test'],
        cure: podSpec((spec) => ({ ...spec, ...withSecret })),
      },
    ],
  },
  {
    name: 'image-not-pushed',
    objects: [withImage('image-not-pushed', 'registry.test/shop/api:1.99')],
    acts: [
      repaired('image-not-found', 'no', ['correct the tag or digest of registry.test/shop/api:1.99, or push it'], (lab) =>
        lab.provide(inRegistry('registry.test/shop/api:1.99')),
      ),
    ],
  },
  {
    name: 'invalid-image',
    isQuick: true,
    objects: [withImage('invalid-image', 'registry.test/Tools:1')],
    acts: [
      {
        stuck: { status: 'InvalidImageName' },
        expected: pull('invalid-image-name'),
        names: ['registry.test/Tools:1', 'lowercase'],
        cure: container('app', { image: commonImage }),
      },
    ],
  },
  {
    name: 'never-pulled',
    objects: [pod('never-pulled', { containers: [app({ image: 'registry.test/shop/local:1', imagePullPolicy: 'Never' })] })],
    acts: [
      {
        stuck: { status: 'ErrImageNeverPull' },
        expected: pull('never-pull-absent'),
        names: ['load registry.test/shop/local:1 into the container runtime of node node1'],
        cure: { by: 'world', change: (lab) => lab.provide({ 'registry.test/shop/local:1': { at: 'node' } }) },
      },
    ],
  },
  {
    name: 'job-image-missing',
    objects: [
      owner('Job', 'job-image-missing', {
        restartPolicy: 'Never',
        containers: [script('work', 'true', { image: 'registry.test/jobs/work:2' })],
      }),
    ],
    target: 'job/job-image-missing',
    end: 'complete',
    acts: [
      {
        ...repaired('image-not-found', 'no', ['registry.test/jobs/work:2', 'activeDeadlineSeconds'], (lab) =>
          lab.provide(inRegistry('registry.test/jobs/work:2')),
        ),
        expected: { ...pull('image-not-found'), container: 'work' },
      },
    ],
  },
]
