/** Images that the node does not get. */
import type { JsonObject } from '../../../../src/model/json.ts'
import { app, owner, pod, type RecordedScenario, script } from '../scenario.ts'

const seconds = 110

/** A pod with one container whose image cannot be pulled. */
function pull(
  name: string,
  image: string,
  cause: string,
  remedy: string,
  waiting: 'yes' | 'no' | 'unknown' = 'no',
  more: JsonObject = {},
): RecordedScenario {
  return {
    name,
    objects: [pod(name, { containers: [app({ image, ...more })] })],
    seconds,
    truth: { cause, stage: 'image-pull', container: 'app', waiting, remedy },
  }
}

export const pulls: readonly RecordedScenario[] = [
  pull('registry-stopped', 'stopped.test/shop/api:1.4', 'registry-unavailable', 'start the registry', 'unknown'),
  {
    ...pull('registry-stopped-init', 'registry.test/tools:1', 'registry-unavailable', 'start the registry', 'unknown'),
    objects: [
      pod('registry-stopped-init', {
        initContainers: [script('fetch', 'true', { image: 'stopped.test/shop/fetch:2' })],
        containers: [app()],
      }),
    ],
    truth: { cause: 'registry-unavailable', stage: 'image-pull', container: 'fetch', waiting: 'unknown', remedy: 'start the registry' },
  },
  { ...pull('pull-growing', 'registry.test/shop/absent:9.9', 'image-not-found', 'correct the tag, or push the image'), seconds: 330 },
  pull('image-not-found', 'registry.test/shop/api:1.99', 'image-not-found', 'correct the tag, or push the image'),
  pull('hub-rate-limit', 'redis:7.4', 'rate-limit', 'add a pull secret, or mirror the image', 'yes'),
  pull('hub-private', 'shop/internal:3', 'auth-or-missing', 'correct the name, or add a pull secret'),
  pull('ghcr-anonymous', 'ghcr.io/shop/api:3', 'auth-or-missing', 'add a pull secret for ghcr.io'),
  pull('private-no-secret', 'private.test/shop/api:1', 'auth-missing', 'add a pull secret for private.test'),
  {
    ...pull('wrong-password', 'private.test/shop/web:1', 'credentials-rejected', 'correct the password in the Secret'),
    objects: [
      {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name: 'wrong-password' },
        type: 'kubernetes.io/dockerconfigjson',
        stringData: {
          '.dockerconfigjson': JSON.stringify({
            auths: { 'private.test': { username: 'shop', password: 'no', auth: Buffer.from('shop:no').toString('base64') } },
          }),
        },
      },
      pod('wrong-password', { imagePullSecrets: [{ name: 'wrong-password' }], containers: [app({ image: 'private.test/shop/web:1' })] }),
    ],
  },
  {
    ...pull('pull-secret-missing', 'private.test/shop/db:1', 'pull-secret-missing', 'create the Secret regcred'),
    objects: [
      pod('pull-secret-missing', { imagePullSecrets: [{ name: 'regcred' }], containers: [app({ image: 'private.test/shop/db:1' })] }),
    ],
  },
  pull('registry-500', 'broken.test/shop/api:1', 'registry-5xx', 'repair the registry', 'yes'),
  pull('registry-503', 'maintenance.test/shop/api:1', 'registry-5xx', 'wait for the registry', 'yes'),
  pull('tls-unknown-ca', 'untrusted.test/shop/api:1', 'tls-untrusted', 'install the CA of the registry on the node'),
  pull('tls-expired', 'expired.test/shop/api:1', 'tls-expired', 'renew the certificate of the registry'),
  pull('tls-other-name', 'othername.test/shop/api:1', 'tls-name', 'issue a certificate for the name of the registry'),
  pull('http-registry', 'plain.test/shop/api:1', 'http-registry', 'configure the registry as insecure, or give it a certificate'),
  pull('wrong-platform', 'arm.test/shop/api:1', 'platform-mismatch', 'build the image for amd64'),
  pull('layer-corrupt', 'corrupt.test/shop/api:1', 'layer-corrupt', 'push the image again'),
  pull('dns-nxdomain', 'no-such-registry.invalid/shop/api:1', 'dns-broken', 'correct the name of the registry'),
  pull('network-unreachable', '192.0.2.10:5000/shop/api:1', 'network-unreachable', 'repair the route to the registry'),
  pull('invalid-name', 'registry.test/Shop/API:1', 'invalid-image-name', 'write the name in lower case'),
  pull('invalid-tag', 'registry.test/shop/api:', 'invalid-image-name', 'write a tag'),
  pull('never-absent', 'registry.test/shop/local:1', 'never-pull-absent', 'load the image onto the node, or allow pulls', 'no', {
    imagePullPolicy: 'Never',
  }),
  {
    name: 'image-restored',
    objects: [pod('image-restored', { containers: [app({ image: 'later.test/shop/api:1' })] })],
    images: { 'later.test/shop/api:1': { at: 'registry' } },
    seconds: 150,
    truth: {
      cause: 'registry-unavailable',
      stage: 'image-pull',
      container: 'app',
      waiting: 'yes',
      remedy: 'the registry starts after 45 s',
    },
  },
  {
    name: 'sidecar-image-missing',
    objects: [
      pod('sidecar-image-missing', {
        initContainers: [
          script('migrate', 'sleep 3'),
          script('proxy', 'sleep 100000', { image: 'registry.test/mesh/proxy:0', restartPolicy: 'Always' }),
        ],
        containers: [app()],
      }),
    ],
    seconds,
    truth: { cause: 'image-not-found', stage: 'image-pull', container: 'proxy', waiting: 'no', remedy: 'correct the image of the sidecar' },
  },
  {
    name: 'second-container-image-missing',
    objects: [
      pod('second-container-image-missing', { containers: [app(), script('web', 'sleep 100000', { image: 'registry.test/shop/web:0' })] }),
    ],
    seconds,
    truth: { cause: 'image-not-found', stage: 'image-pull', container: 'web', waiting: 'no', remedy: 'correct the image' },
  },
  {
    name: 'job-image-missing',
    objects: [
      owner('Job', 'job-image-missing', {
        restartPolicy: 'Never',
        containers: [script('work', 'true', { image: 'registry.test/jobs/work:0' })],
      }),
    ],
    seconds,
    truth: {
      cause: 'image-not-found',
      stage: 'image-pull',
      container: 'work',
      waiting: 'no',
      remedy: 'delete the Job and correct its image: backoffLimit never counts',
    },
  },
  {
    name: 'deadline-while-pulling',
    objects: [
      pod('deadline-while-pulling', {
        activeDeadlineSeconds: 40,
        restartPolicy: 'Never',
        containers: [app({ image: 'registry.test/shop/slow:0' })],
      }),
    ],
    seconds: 60,
    truth: {
      cause: 'deadline',
      stage: 'finished',
      container: null,
      waiting: 'no',
      remedy: 'raise activeDeadlineSeconds and correct the image',
    },
  },
]
