/** Containers that cannot be created or started, and volumes that cannot be mounted. */
import type { JsonObject } from '../../../../src/model/json.ts'
import { app, commonImage, pod } from '../../record/scenario.ts'
import { armProgram } from '../../support/arm-program.ts'
import { container, type Expected, podSpec, type StuckScenario } from '../scenario.ts'

/** A pod with one container. */
const withApp = (name: string, more: JsonObject, spec: JsonObject = {}): JsonObject => pod(name, { containers: [app(more)], ...spec })

const withVolume = (name: string, volume: JsonObject): JsonObject =>
  withApp(name, { volumeMounts: [{ name: 'v', mountPath: '/v' }] }, { volumes: [{ name: 'v', ...volume }] })

const at = (stage: string, cause: string, waiting: Expected['waiting'] = 'no'): Expected => ({
  cause,
  stage,
  container: stage === 'volumes' ? null : 'app',
  waiting,
})

const configError = { status: 'CreateContainerConfigError' } as const
const startError = { status: 'CrashLoopBackOff' } as const
const mountError = { event: 'FailedMount' } as const

const configMap = (name: string, data: JsonObject): JsonObject => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data })

const claim = (name: string): JsonObject => ({
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name },
  spec: { accessModes: ['ReadWriteOnce'], storageClassName: '', resources: { requests: { storage: '1Gi' } } },
})

/** A volume on the node; below a directory that the cell hides from the machine. */
const volumeFor = (namespace: string): JsonObject => ({
  apiVersion: 'v1',
  kind: 'PersistentVolume',
  metadata: { name: namespace },
  spec: {
    accessModes: ['ReadWriteOnce'],
    capacity: { storage: '1Gi' },
    hostPath: { path: `/var/lib/${namespace}`, type: 'DirectoryOrCreate' },
    claimRef: { namespace, name: 'data' },
  },
})

export const creation: readonly StuckScenario[] = [
  {
    name: 'configmap-missing',
    isQuick: true,
    objects: [withApp('configmap-missing', { envFrom: [{ configMapRef: { name: 'settings' } }] })],
    acts: [
      {
        stuck: configError,
        expected: at('create-config', 'config-missing', 'unknown'),
        names: ['create ConfigMap settings in namespace configmap-missing'],
        cure: { by: 'world', change: (lab, name) => lab.kubectl(name, ['create', 'configmap', 'settings', '--from-literal=LEVEL=1']) },
      },
    ],
  },
  {
    name: 'secret-missing',
    objects: [withApp('secret-missing', { env: [{ name: 'TOKEN', valueFrom: { secretKeyRef: { name: 'token', key: 'value' } } }] })],
    acts: [
      {
        stuck: configError,
        expected: at('create-config', 'config-missing', 'unknown'),
        names: ['create Secret token in namespace secret-missing'],
        cure: { by: 'world', change: (lab, name) => lab.kubectl(name, ['create', 'secret', 'generic', 'token', '--from-literal=value=1']) },
      },
    ],
  },
  {
    name: 'key-missing',
    objects: [
      configMap('settings', { other: '1' }),
      withApp('key-missing', { env: [{ name: 'LEVEL', valueFrom: { configMapKeyRef: { name: 'settings', key: 'level' } } }] }),
    ],
    acts: [
      {
        stuck: configError,
        expected: at('create-config', 'config-key-missing'),
        names: ['add the key level to ConfigMap settings in namespace key-missing'],
        cure: {
          by: 'world',
          change: (lab, name) => lab.kubectl(name, ['patch', 'configmap', 'settings', '--type=merge', '-p', '{"data":{"level":"1"}}']),
        },
      },
    ],
  },
  {
    name: 'volume-configmap-missing',
    objects: [withVolume('volume-configmap-missing', { configMap: { name: 'files' } })],
    acts: [
      {
        stuck: mountError,
        expected: at('volumes', 'volume-object-missing', 'unknown'),
        names: ['create ConfigMap files in namespace volume-configmap-missing'],
        cure: { by: 'world', change: (lab, name) => lab.kubectl(name, ['create', 'configmap', 'files', '--from-literal=a=b']) },
      },
    ],
  },
  {
    name: 'volume-key-missing',
    objects: [
      configMap('files', { other: '1' }),
      withVolume('volume-key-missing', { configMap: { name: 'files', items: [{ key: 'site.conf', path: 'site.conf' }] } }),
    ],
    acts: [
      {
        stuck: mountError,
        expected: at('volumes', 'volume-key-missing'),
        names: ['add the key site.conf'],
        cure: {
          by: 'world',
          change: (lab, name) => lab.kubectl(name, ['patch', 'configmap', 'files', '--type=merge', '-p', '{"data":{"site.conf":"1"}}']),
        },
      },
    ],
  },
  {
    name: 'node-does-not-match',
    objects: [withApp('node-does-not-match', {}, { nodeSelector: { disk: 'ssd' } })],
    acts: [
      {
        stuck: { status: 'NodeAffinity' },
        expected: { cause: 'node-admission', stage: 'finished', container: null, waiting: 'no' },
        names: ['NodeAffinity', 'label node node1'],
        before: (lab, name) => lab.kubectl(name, ['label', 'node', 'node1', 'disk=ssd']),
        cure: { by: 'manifest', change: (manifest) => ({ ...manifest }) },
      },
    ],
  },
  {
    name: 'hostpath-missing',
    objects: [withVolume('hostpath-missing', { hostPath: { path: '/var/lib/shop', type: 'Directory' } })],
    acts: [
      {
        stuck: mountError,
        expected: at('volumes', 'hostpath-type'),
        names: ['/var/lib/shop', 'correct path or type'],
        cure: podSpec((spec) => ({ ...spec, volumes: [{ name: 'v', hostPath: { path: '/var/lib/shop', type: 'DirectoryOrCreate' } }] })),
      },
    ],
  },
  {
    name: 'claim-missing',
    objects: [withVolume('claim-missing', { persistentVolumeClaim: { claimName: 'data' } })],
    acts: [
      {
        stuck: mountError,
        expected: at('volumes', 'pvc-missing'),
        names: ['PersistentVolumeClaim data does not exist in namespace claim-missing', 'create the claim'],
        cure: {
          by: 'world',
          change: async (lab, name) => {
            await lab.kubectl(name, ['create', '-f', '-'], volumeFor(name))
            await lab.kubectl(name, ['create', '-f', '-'], claim('data'))
          },
        },
      },
    ],
  },
  {
    name: 'claim-unbound',
    objects: [claim('data'), withVolume('claim-unbound', { persistentVolumeClaim: { claimName: 'data' } })],
    acts: [
      {
        stuck: mountError,
        expected: at('volumes', 'pvc-unbound', 'unknown'),
        names: ['kubectl describe pvc -n claim-unbound'],
        cure: { by: 'world', change: (lab, name) => lab.kubectl(name, ['create', '-f', '-'], volumeFor(name)) },
      },
    ],
  },
  {
    name: 'run-as-non-root',
    isQuick: true,
    objects: [withApp('run-as-non-root', {}, { securityContext: { runAsNonRoot: true } })],
    acts: [
      {
        stuck: configError,
        expected: at('create-config', 'run-as-non-root'),
        names: ['set runAsUser to a number above 0'],
        cure: container('app', { securityContext: { runAsUser: 1000 } }),
      },
    ],
  },
  {
    name: 'run-as-non-root-name',
    objects: [withApp('run-as-non-root-name', { image: 'registry.test/named-user:1' }, { securityContext: { runAsNonRoot: true } })],
    images: { 'registry.test/named-user:1': { at: 'node', user: 'web' } },
    acts: [
      {
        stuck: configError,
        expected: at('create-config', 'run-as-non-root-name'),
        names: ['web', 'set runAsUser to the number of that user'],
        cure: container('app', { securityContext: { runAsUser: 1000 } }),
      },
    ],
  },
  {
    name: 'run-as-non-root-zero',
    objects: [withApp('run-as-non-root-zero', { securityContext: { runAsUser: 0 } }, { securityContext: { runAsNonRoot: true } })],
    acts: [
      {
        stuck: configError,
        expected: at('create-config', 'run-as-non-root-contradiction'),
        names: ['set another runAsUser'],
        cure: container('app', { securityContext: { runAsUser: 1000 } }),
      },
    ],
  },
  {
    name: 'command-not-found',
    isQuick: true,
    objects: [withApp('command-not-found', { command: ['/app/server'] })],
    acts: [
      {
        stuck: startError,
        expected: at('start', 'command-not-found'),
        names: ['/app/server', 'correct the command'],
        cure: container('app', { command: ['sleep', '100000'] }),
      },
    ],
  },
  {
    name: 'not-executable',
    objects: [withApp('not-executable', { command: ['/version'] })],
    acts: [
      {
        stuck: startError,
        expected: at('start', 'not-executable'),
        names: ['/version', 'set the x bit'],
        cure: container('app', { command: ['sh', '-c', 'cat /version; sleep 100000'] }),
      },
    ],
  },
  {
    name: 'other-architecture',
    isQuick: true,
    objects: [withApp('other-architecture', { image: 'registry.test/arm-binary:1', command: ['/app/server'] })],
    images: { 'registry.test/arm-binary:1': { at: 'node', files: { 'app/server': armProgram() } } },
    acts: [
      {
        stuck: { status: 'Error', restarts: 1 },
        expected: at('start', 'exec-format'),
        names: ['build the image for the platform of node node1'],
        next: 'restart',
        cure: {
          by: 'world',
          change: (lab) =>
            lab.provide({ 'registry.test/arm-binary:1': { at: 'node', files: { 'app/server': '#!/bin/sh\nexec sleep 100000\n' } } }),
        },
      },
    ],
  },
  {
    name: 'working-directory-is-file',
    objects: [withApp('working-directory-is-file', { workingDir: '/version' })],
    acts: [
      {
        stuck: startError,
        expected: at('start', 'wrong-cwd'),
        names: ['correct workingDir'],
        cure: container('app', { workingDir: '/tmp' }),
      },
    ],
  },
  {
    name: 'mount-over-file',
    objects: [
      withApp(
        'mount-over-file',
        { volumeMounts: [{ name: 'v', mountPath: '/version' }] },
        { volumes: [{ name: 'v', configMap: { name: 'kube-root-ca.crt', optional: true } }] },
      ),
    ],
    acts: [
      {
        stuck: startError,
        expected: at('start', 'mount-mismatch'),
        names: ['/version'],
        cure: container('app', { volumeMounts: [{ name: 'v', mountPath: '/v' }] }),
      },
    ],
  },
  {
    name: 'memory-limit-too-low',
    objects: [withApp('memory-limit-too-low', { image: commonImage, resources: { limits: { memory: '1Mi' } } })],
    acts: [
      {
        stuck: { event: 'FailedCreatePodSandBox' },
        expected: { cause: 'memory-limit-too-low', stage: 'sandbox', container: null, waiting: 'no' },
        names: ['limits.memory'],
        cure: container('app', { resources: { limits: { memory: '64Mi' } } }),
      },
    ],
  },
  {
    name: 'post-start-fails',
    objects: [withApp('post-start-fails', { lifecycle: { postStart: { exec: { command: ['sh', '-c', 'echo no peer; exit 5'] } } } })],
    acts: [
      {
        stuck: { event: 'FailedPostStartHook', restarts: 1 },
        expected: at('start', 'post-start-hook', 'unknown'),
        names: ['correct the postStart hook'],
        cure: container('app', { lifecycle: { postStart: { exec: { command: ['sh', '-c', 'exit 0'] } } } }),
      },
    ],
  },
]
