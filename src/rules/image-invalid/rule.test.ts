import { deploymentOf, digest, pod, podOf, workload } from '../testing/objects.ts'
import { testRule } from '../testing/rule-tester.ts'
import { rule } from './rule.ts'

const image = '/spec/containers/0/image'
const volumeOf = (reference: string) => ({ containers: [], volumes: [{ name: 'files', image: { reference } }] })

testRule(rule, {
  valid: [
    { name: 'an ordinary image', object: podOf('nginx:1.27') },
    { name: 'an IPv6 registry', object: podOf('[::1]:5000/x') },
    { name: 'tag and digest', object: podOf(`nginx:1.27@${digest}`) },
    { name: 'upper case in the tag', object: podOf('nginx:LATEST') },
    { name: 'upper case in a host with a dot', object: podOf('Registry.example/app:1') },
    { name: 'a placeholder', object: podOf('Auto Image'), context: { isPlaceholder: (text) => text === 'Auto Image' } },
    { name: 'an image volume of a template without a reference', object: workload('Deployment', volumeOf('')) },
    { name: 'a container without an image', object: pod({ containers: [{ name: 'main' }] }) },
  ],
  invalid: [
    { name: 'empty', object: podOf(''), reports: [{ messageId: 'empty', pointer: image }] },
    {
      name: 'empty in an image volume of a Pod',
      object: pod(volumeOf('')),
      reports: [{ messageId: 'empty', pointer: '/spec/volumes/0/image/reference' }],
    },
    { name: 'a blank after the name', object: podOf('nginx:1 '), reports: [{ messageId: 'outerBlanks', pointer: image }] },
    {
      name: 'a blank after the name in a template',
      object: deploymentOf('nginx:1 '),
      reports: [{ messageId: 'outerBlanksTemplate', pointer: '/spec/template/spec/containers/0/image' }],
    },
    {
      name: 'a blank after the reference of an image volume, which the API server takes',
      object: pod(volumeOf('nginx:1 ')),
      reports: [{ messageId: 'white-space', pointer: '/spec/volumes/0/image/reference', data: { status: 'InvalidImageName' } }],
    },
    { name: 'a blank within', object: podOf('ngi nx:1'), reports: [{ messageId: 'white-space', pointer: image }] },
    { name: 'a name beyond any limit', object: podOf('a/'.repeat(5000)), reports: [{ messageId: 'too-long', pointer: image }] },
    { name: 'an image ID', object: podOf('a'.repeat(64)), reports: [{ messageId: 'identifier', pointer: image }] },
    {
      name: 'upper case in the repository of an init container',
      object: pod({ initContainers: [{ name: 'init', image: 'docker.io/ROOT' }], containers: [] }),
      reports: [{ messageId: 'upper-case', pointer: '/spec/initContainers/0/image', data: { status: 'Init:InvalidImageName' } }],
    },
    { name: 'a short digest', object: podOf('a/b@sha256:abc'), reports: [{ messageId: 'digest', pointer: image }] },
    { name: 'a scheme', object: podOf('http://x'), reports: [{ messageId: 'format', pointer: image }] },
    {
      name: 'two colons',
      object: podOf('nginx:1:2'),
      reports: [{ messageId: 'format', pointer: image, data: { status: 'InvalidImageName' } }],
    },
    { name: 'a template that nobody filled', object: podOf('$(IMAGE)'), reports: [{ messageId: 'upper-case', pointer: image }] },
    {
      name: 'upper case where a host is looked for',
      object: podOf('Luksa/kiada:1'),
      reports: [{ messageId: 'upperCaseHost', pointer: image, data: { registry: 'Luksa', status: 'ErrImagePull and ImagePullBackOff' } }],
    },
    {
      name: 'the same with Never',
      object: podOf('Luksa/kiada:1', { imagePullPolicy: 'Never' }),
      reports: [{ messageId: 'upperCaseHost', pointer: image, data: { status: 'ErrImageNeverPull' } }],
    },
  ],
})
