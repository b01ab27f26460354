import { deploymentOf, digest, pod, podOf, workload } from '../testing/objects.ts'
import { testRule } from '../testing/rule-tester.ts'
import { rule } from './rule.ts'

const image = '/spec/containers/0/image'
const volumeOf = (reference: string) => ({ containers: [], volumes: [{ name: 'files', image: { reference } }] })

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
    { name: 'a short digest', object: podOf('a/b@sha256:abc'), reports: [{ messageId: 'digest', pointer: image }] },
    {
      name: 'a URL scheme',
      object: podOf('http://x'),
      reports: [{ messageId: 'format', pointer: image, data: { cause: 'it has a URL scheme' } }],
    },
    {
      name: 'a tag with a colon',
      object: podOf('nginx:1:2'),
      reports: [{ messageId: 'format', pointer: image, data: { status: 'InvalidImageName', cause: 'the tag is malformed' } }],
    },
    {
      name: 'an empty path component',
      object: podOf('example.com:5000//nginx'),
      reports: [{ messageId: 'format', pointer: image, data: { cause: 'the name is malformed' } }],
    },
    { name: 'an unfilled placeholder of a template', object: podOf('$(IMAGE)'), reports: [{ messageId: 'upper-case', pointer: image }] },
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
