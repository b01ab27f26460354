import type { imageFaultSentences } from '../../model/image-fault.ts'
import type { Siblings } from '../../model/siblings.ts'
import { registries } from '../testing/context.ts'
import { deploymentOf, digest, pod, podOf, workload } from '../testing/objects.ts'
import { testRule } from '../testing/rule-tester.ts'
import { rule } from './rule.ts'

const image = '/spec/containers/0/image'
const volumeOf = (reference: string) => ({ containers: [], volumes: [{ name: 'files', image: { reference } }] })

const hex = 'a'.repeat(64)
/** One reference for each cause that the cases do not have; test/model/image-fault.test.ts has more. */
const others: readonly (readonly [keyof typeof imageFaultSentences, string])[] = [
  ['template', '{{ .Values.image }}'],
  ['variable', '$(IMAGE)'],
  ['unbuilt-ko', 'ko://example.com/cmd'],
  ['printed-object', 'map[repository:nginx]'],
  ['scheme', 'https://r.example/app:1'],
  ['no-repository', ':v1'],
  ['empty-tag', 'nginx:'],
  ['no-digest', 'nginx@'],
  ['two-digests', `nginx@sha256:${hex}@sha256:${hex}`],
  ['digest-joined', `nginx:sha256:${hex}`],
  ['tag-after-digest', `nginx@sha256:${hex}:1`],
  ['no-algorithm', `nginx@${hex}`],
  ['algorithm', `nginx@md5:${hex}`],
  ['digest-upper-case', `nginx@sha256:${'A'.repeat(64)}`],
  ['digest', `nginx@sha256:${'g'.repeat(64)}`],
  ['number-tag', 'app:2.4e+06'],
  ['plus-in-tag', 'app:1+2'],
  ['slash-in-tag', 'r.example/app:feature/login'],
  ['port', 'r.example:x/app'],
  ['character', 'app:1,2'],
  ['tag-start', 'app:-1'],
  ['tag-too-long', `app:${'1'.repeat(129)}`],
  ['empty-component', 'r.example//app'],
  ['separator', 'r.example/app-:1'],
  ['host', '-r.example/app:1'],
]

const inCluster = 'registry.infra.svc.cluster.local:5000/app:1'
const mirrored = registries({ 'registry.infra.svc.cluster.local:5000': { servedBy: 'harbor.example' } })
/** A Service named `registry`. */
const services = (namespace: string): Siblings => ({
  configMap: () => undefined,
  services: (of) => (of === namespace ? [{ name: 'registry', selector: new Map(), publishesNotReady: false, isHeadless: false }] : []),
})

testRule(rule, {
  valid: [
    { name: 'an image with a tag', object: podOf('nginx:1.27') },
    { name: 'an IPv6 registry', object: podOf('[::1]:5000/x') },
    { name: 'an image with a tag and a digest', object: podOf(`nginx:1.27@${digest}`) },
    { name: 'uppercase letters in the tag', object: podOf('nginx:LATEST') },
    { name: 'uppercase letters in a host with a dot', object: podOf('Registry.example/app:1') },
    {
      name: 'a placeholder in a template',
      object: deploymentOf('Auto Image'),
      context: { isPlaceholder: (text) => text === 'Auto Image' },
    },
    { name: 'an empty image, which pod-rejected reports', object: podOf('') },
    { name: 'an image volume with an empty reference in a template', object: workload('Deployment', volumeOf('')) },
    { name: 'a short name on containerd, which means Docker Hub', object: podOf('nginx:1.27'), context: { runtime: 'containerd' } },
    { name: 'a full name on CRI-O', object: podOf('docker.io/library/nginx:1.27'), context: { runtime: 'cri-o' } },
    { name: 'a registry in the DNS of the cluster that a mirror serves', object: podOf(inCluster), context: { registry: mirrored } },
    {
      name: 'an image of a registry in the DNS of the cluster that all nodes have',
      object: podOf(inCluster),
      context: { isPreloaded: () => true },
    },
    {
      name: 'an image of a registry in the DNS of the cluster that is never pulled',
      object: podOf(inCluster, { imagePullPolicy: 'Never' }),
    },
    { name: 'a public name that begins like one of the cluster', object: podOf('svc.cluster.local.example:5000/app:1') },
    { name: 'a Service of another namespace', object: podOf('registry:5000/app:1'), context: { siblings: services('infra') } },
    {
      name: 'a longer name than that of the Service',
      object: podOf('registry.default.example:5000/app:1'),
      context: { siblings: services('default') },
    },
    { name: 'localhost in a Deployment, which may run on one node', object: deploymentOf('localhost:5000/app:1') },
    {
      name: 'a NodePort on localhost in a DaemonSet',
      object: workload('DaemonSet', { containers: [{ name: 'main', image: 'localhost:32000/app:1' }] }),
    },
    { name: 'a container without an image', object: pod({ containers: [{ name: 'main' }] }) },
  ],
  invalid: [
    {
      name: 'a placeholder that is still in a Pod',
      object: podOf('Auto Image'),
      context: { isPlaceholder: (text) => text === 'Auto Image' },
      reports: [{ messageId: 'white-space', pointer: image }],
    },
    { name: 'trailing whitespace in a Pod', object: podOf('nginx:1 '), reports: [{ messageId: 'outerBlanks', pointer: image }] },
    {
      name: 'trailing whitespace in a template',
      object: deploymentOf('nginx:1 '),
      reports: [{ messageId: 'outerBlanksTemplate', pointer: '/spec/template/spec/containers/0/image' }],
    },
    {
      name: 'trailing whitespace in an image volume, which the API server accepts',
      object: pod(volumeOf('nginx:1 ')),
      reports: [{ messageId: 'white-space', pointer: '/spec/volumes/0/image/reference', data: { status: 'InvalidImageName' } }],
    },
    { name: 'whitespace inside the name', object: podOf('ngi nx:1'), reports: [{ messageId: 'white-space', pointer: image }] },
    { name: 'a name of 10,000 characters', object: podOf('a/'.repeat(5000)), reports: [{ messageId: 'too-long', pointer: image }] },
    { name: 'an image ID', object: podOf('a'.repeat(64)), reports: [{ messageId: 'identifier', pointer: image }] },
    {
      name: 'uppercase letters in the repository of an init container',
      object: pod({ initContainers: [{ name: 'init', image: 'docker.io/ROOT' }], containers: [] }),
      reports: [{ messageId: 'upper-case', pointer: '/spec/initContainers/0/image', data: { status: 'Init:InvalidImageName' } }],
    },
    { name: 'a short digest', object: podOf('a/b@sha256:abc'), reports: [{ messageId: 'digest-length', pointer: image }] },
    {
      name: 'a tag with a colon',
      object: podOf('nginx:1:2'),
      reports: [{ messageId: 'two-tags', pointer: image, data: { status: 'InvalidImageName', first: '1', second: '2' } }],
    },
    {
      name: 'an invisible character, which the message shows as an escape',
      object: podOf('nginx:1.25\u200b'),
      reports: [{ messageId: 'invisible-character', pointer: image, data: { image: 'nginx:1.25\\u200b', position: 11 } }],
    },
    {
      name: 'a legal name that is certainly not meant',
      object: podOf('null:null'),
      reports: [{ messageId: 'missing-value', pointer: image, data: { status: 'ErrImagePull and ImagePullBackOff' } }],
    },
    {
      name: 'an image ID as a name, with imagePullPolicy Never',
      object: podOf(`sha256:${'b'.repeat(64)}`, { imagePullPolicy: 'Never' }),
      reports: [{ messageId: 'image-id', pointer: image, data: { status: 'ErrImageNeverPull' } }],
    },
    ...others.map(([messageId, reference]) => ({
      name: `${messageId}: ${reference.slice(0, 40)}`,
      object: podOf(reference),
      reports: [{ messageId, pointer: image }],
    })),
    {
      name: 'a registry in the DNS of the cluster',
      object: podOf(inCluster),
      reports: [{ messageId: 'cluster-dns', pointer: image, data: { status: 'ErrImagePull and ImagePullBackOff' } }],
    },
    {
      name: 'the short form of such a name',
      object: podOf('registry.infra.svc/app:1'),
      reports: [{ messageId: 'cluster-dns', pointer: image }],
    },
    {
      name: 'a Service of the same input',
      object: podOf('registry:5000/app:1'),
      context: { siblings: services('default') },
      reports: [{ messageId: 'own-service', pointer: image, data: { service: 'registry' } }],
    },
    {
      name: 'a Service of another namespace of the same input',
      object: podOf('registry.infra:5000/app:1'),
      context: { siblings: services('infra') },
      reports: [{ messageId: 'own-service', pointer: image, data: { registry: 'registry.infra:5000' } }],
    },
    ...['localhost:5000', '127.0.0.1:5000', '[::1]:5000'].map((host) => ({
      name: `${host} in a DaemonSet`,
      object: workload('DaemonSet', { containers: [{ name: 'main', image: `${host}/app:1` }] }),
      reports: [{ messageId: 'localhost', pointer: '/spec/template/spec/containers/0/image', data: { port: '5000' } }],
    })),
    {
      name: 'a short name on CRI-O',
      object: podOf('nginx:1.27'),
      context: { runtime: 'cri-o' },
      reports: [{ messageId: 'short-name', pointer: image, data: { name: 'docker.io/library/nginx:1.27', status: 'ImageInspectError' } }],
    },
    {
      name: 'a short name on CRI-O with Always, for which the runtime is not asked whether it has the image',
      object: pod({ initContainers: [{ name: 'init', image: 'acme/tool', imagePullPolicy: 'Always' }], containers: [] }),
      context: { runtime: 'cri-o' },
      reports: [
        {
          messageId: 'short-name',
          pointer: '/spec/initContainers/0/image',
          data: { name: 'docker.io/acme/tool', status: 'Init:ErrImagePull and Init:ImagePullBackOff' },
        },
      ],
    },
    {
      name: 'uppercase letters before the first slash',
      object: podOf('Luksa/kiada:1'),
      reports: [{ messageId: 'upperCaseHost', pointer: image, data: { registry: 'Luksa', status: 'ErrImagePull and ImagePullBackOff' } }],
    },
    {
      name: 'uppercase letters before the first slash, with imagePullPolicy Never',
      object: podOf('Luksa/kiada:1', { imagePullPolicy: 'Never' }),
      reports: [{ messageId: 'upperCaseHost', pointer: image, data: { status: 'ErrImageNeverPull' } }],
    },
  ],
})
