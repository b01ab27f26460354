/** Pods that are not scheduled, whose volumes or sandbox fail, or whose containers cannot be created or started. */
import type { JsonObject } from '../../../../src/model/json.ts'
import { armProgram } from '../../support/arm-program.ts'
import { app, forScheduler, owner, pod, type RecordedScenario, script, type Truth } from '../scenario.ts'

const seconds = 75

function one(name: string, spec: JsonObject, truth: Truth, more: Partial<RecordedScenario> = {}): RecordedScenario {
  return { name, objects: [pod(name, spec)], seconds, truth, ...more }
}

const configuration = (cause: string, remedy: string): Truth => ({ cause, stage: 'create-config', container: 'app', waiting: 'no', remedy })
const volumes = (cause: string, remedy: string): Truth => ({ cause, stage: 'volumes', container: null, waiting: 'no', remedy })
const create = (cause: string, remedy: string, container = 'app'): Truth => ({ cause, stage: 'create', container, waiting: 'no', remedy })
const start = (cause: string, remedy: string, container = 'app'): Truth => ({ cause, stage: 'start', container, waiting: 'no', remedy })
const scheduling = (cause: string, remedy: string): Truth => ({ cause, stage: 'scheduling', container: null, waiting: 'unknown', remedy })
const mounted = (volume: JsonObject): JsonObject => ({
  volumes: [{ name: 'v', ...volume }],
  containers: [app({ volumeMounts: [{ name: 'v', mountPath: '/v' }] })],
})

const scheduled = (name: string, spec: JsonObject, truth: Truth, before: readonly JsonObject[] = []): RecordedScenario => ({
  name,
  objects: [...before, pod(name, spec, { annotations: { [forScheduler]: 'true' } })],
  seconds: 40,
  truth,
})

const configMap = (name: string, data: JsonObject): JsonObject => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data })

export const creation: readonly RecordedScenario[] = [
  one(
    'configmap-missing-env',
    { containers: [app({ envFrom: [{ configMapRef: { name: 'settings' } }] })] },
    configuration('config-missing', 'create the ConfigMap settings'),
  ),
  one(
    'secret-missing-env',
    { containers: [app({ env: [{ name: 'TOKEN', valueFrom: { secretKeyRef: { name: 'token', key: 'value' } } }] })] },
    configuration('config-missing', 'create the Secret token'),
  ),
  {
    ...one('configmap-key-missing', {}, configuration('config-key-missing', 'add the key level')),
    objects: [
      configMap('has-no-level', { other: '1' }),
      pod('configmap-key-missing', {
        containers: [app({ env: [{ name: 'LEVEL', valueFrom: { configMapKeyRef: { name: 'has-no-level', key: 'level' } } }] })],
      }),
    ],
  },
  {
    ...one('configmap-created-later', {}, { ...configuration('config-missing', 'the ConfigMap is created after 30 s'), waiting: 'yes' }),
    objects: [pod('configmap-created-later', { containers: [app({ envFrom: [{ configMapRef: { name: 'late-settings' } }] })] })],
    actions: [{ after: 30, do: 'apply', object: configMap('late-settings', { a: 'b' }) }],
  },
  one(
    'configmap-missing-volume',
    mounted({ configMap: { name: 'files' } }),
    volumes('volume-object-missing', 'create the ConfigMap files'),
    { seconds: 150 },
  ),
  one(
    'secret-missing-volume',
    mounted({ secret: { secretName: 'certificate' } }),
    volumes('volume-object-missing', 'create the Secret certificate'),
    { seconds: 150 },
  ),
  {
    ...one('configmap-key-missing-volume', {}, volumes('volume-key-missing', 'add the key site.conf')),
    objects: [
      configMap('has-no-site', { other: '1' }),
      pod(
        'configmap-key-missing-volume',
        mounted({ configMap: { name: 'has-no-site', items: [{ key: 'site.conf', path: 'site.conf' }] } }),
      ),
    ],
  },
  one(
    'hostpath-missing',
    mounted({ hostPath: { path: '/srv/missing', type: 'Directory' } }),
    volumes('hostpath-type', 'create the directory on the node'),
  ),
  one(
    'hostpath-not-a-socket',
    mounted({ hostPath: { path: '/etc/hostname', type: 'Socket' } }),
    volumes('hostpath-type', 'correct the type'),
  ),
  one('claim-missing-on-node', mounted({ persistentVolumeClaim: { claimName: 'data' } }), volumes('pvc-missing', 'create the claim data')),
  one(
    'runtime-class-handler',
    { runtimeClassName: 'gvisor', containers: [app()] },
    { cause: 'runtime-class', stage: 'sandbox', container: null, waiting: 'no', remedy: 'install the runtime on the node' },
    {
      objects: [
        { apiVersion: 'node.k8s.io/v1', kind: 'RuntimeClass', metadata: { name: 'gvisor' }, handler: 'runsc' },
        pod('runtime-class-handler', { runtimeClassName: 'gvisor', containers: [app()] }),
      ],
    },
  ),
  one(
    'no-network-plugin',
    { hostNetwork: false, containers: [app()] },
    { cause: 'cni-not-installed', stage: 'sandbox', container: null, waiting: 'unknown', remedy: 'install a network plugin' },
  ),
  one(
    'run-as-non-root',
    { securityContext: { runAsNonRoot: true }, containers: [app()] },
    configuration('run-as-non-root', 'set runAsUser, or change the user of the image'),
  ),
  one(
    'run-as-non-root-name',
    { securityContext: { runAsNonRoot: true }, containers: [app({ image: 'registry.test/named-user:1' })] },
    configuration('run-as-non-root-name', 'set runAsUser'),
    {
      images: { 'registry.test/named-user:1': { at: 'node', user: 'web' } },
    },
  ),
  one(
    'run-as-non-root-zero',
    { securityContext: { runAsNonRoot: true, runAsUser: 0 }, containers: [app()] },
    configuration('run-as-non-root-contradiction', 'remove one of the two settings'),
  ),
  one('no-command', { containers: [{ name: 'app', image: 'registry.test/no-command:1' }] }, create('command-not-found', 'set command'), {
    images: { 'registry.test/no-command:1': { at: 'node', command: null } },
  }),
  one('command-not-found', { containers: [app({ command: ['/app/server'] })] }, start('command-not-found', 'correct the command'), {
    seconds: 130,
  }),
  one(
    'init-command-not-found',
    { initContainers: [script('setup', '', { command: ['setup.sh'] })], containers: [app()] },
    start('command-not-found', 'correct the command', 'setup'),
    { seconds: 60 },
  ),
  one('command-not-executable', { containers: [app({ command: ['/version'] })] }, start('not-executable', 'make the file executable'), {
    seconds: 60,
  }),
  one(
    'wrong-architecture',
    { containers: [app({ image: 'registry.test/arm-binary:1', command: ['/app/server'] })] },
    { ...start('exec-format', 'build the program for amd64'), stage: 'app-run' },
    {
      images: { 'registry.test/arm-binary:1': { at: 'node', files: { 'app/server': armProgram() } } },
      seconds: 60,
    },
  ),
  one('working-directory-is-file', { containers: [app({ workingDir: '/version' })] }, start('wrong-cwd', 'correct workingDir'), {
    seconds: 60,
  }),
  one(
    'mount-over-file',
    { volumes: [{ name: 'v', emptyDir: {} }], containers: [app({ volumeMounts: [{ name: 'v', mountPath: '/version' }] })] },
    start('mount-mismatch', 'correct mountPath'),
    { seconds: 60 },
  ),
  one(
    'subpath-in-file',
    {
      volumes: [{ name: 'v', emptyDir: {} }],
      initContainers: [script('prepare', 'touch /v/a', { volumeMounts: [{ name: 'v', mountPath: '/v' }] })],
      containers: [app({ volumeMounts: [{ name: 'v', mountPath: '/v', subPath: 'a/b' }] })],
    },
    configuration('subpath', 'correct subPath'),
    { seconds: 60 },
  ),
  one(
    'node-selector-on-node',
    { nodeSelector: { disk: 'ssd' }, containers: [app()] },
    { cause: 'node-admission', stage: 'finished', container: null, waiting: 'no', remedy: 'correct the selector and delete the pod' },
    { seconds: 20 },
  ),
  scheduled(
    'node-selector',
    { nodeSelector: { disk: 'ssd' }, containers: [app()] },
    scheduling('affinity', 'label a node, or correct the selector'),
  ),
  scheduled(
    'too-much-cpu',
    { containers: [app({ resources: { requests: { cpu: '400' } } })] },
    scheduling('insufficient-resources', 'request less CPU'),
  ),
  scheduled('taint', { tolerations: [], containers: [app()] }, scheduling('taint', 'tolerate the taint, or remove it')),
  scheduled(
    'claim-missing',
    mounted({ persistentVolumeClaim: { claimName: 'absent' } }),
    scheduling('pvc-missing', 'create the claim absent'),
  ),
  scheduled(
    'claim-unbound',
    mounted({ persistentVolumeClaim: { claimName: 'unbound' } }),
    scheduling('pvc-unbound', 'create a volume for the claim'),
    [
      {
        apiVersion: 'v1',
        kind: 'PersistentVolumeClaim',
        metadata: { name: 'unbound' },
        spec: { accessModes: ['ReadWriteOnce'], storageClassName: '', resources: { requests: { storage: '1Gi' } } },
      },
    ],
  ),
  scheduled(
    'scheduling-gate',
    { schedulingGates: [{ name: 'shop.test/quota' }], containers: [app()] },
    scheduling('scheduling-gated', 'remove the gate'),
  ),
  {
    name: 'deployment-configmap-missing',
    objects: [
      owner('Deployment', 'deployment-configmap-missing', {
        containers: [app({ envFrom: [{ configMapRef: { name: 'shop-settings' } }] })],
      }),
    ],
    seconds,
    truth: configuration('config-missing', 'create the ConfigMap shop-settings'),
  },
]
