import { deploymentOf, digest, pod, podOf, workload } from '../testing/objects.ts'
import { testRule } from '../testing/rule-tester.ts'
import { rule } from './rule.ts'

const image = '/spec/containers/0/image'
const lastApplied = (object: object) => ({ 'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify(object) })

testRule(rule, {
  valid: [
    { name: 'a fixed tag', object: podOf('nginx:1.27') },
    { name: 'a tag after a registry with a port', object: podOf('localhost:5000/busybox:1') },
    { name: 'a digest', object: podOf(`img@${digest}`) },
    { name: 'the tag latest with a digest', object: podOf(`img:latest@${digest}`) },
    { name: 'the tag LATEST, which is not latest', object: podOf('nginx:LATEST') },
    { name: 'a placeholder in a template', object: deploymentOf('auto') },
    {
      name: 'a placeholder that the policy lists',
      object: deploymentOf('injected'),
      context: { isPlaceholder: (text) => text === 'injected' },
    },
    { name: 'a reference that cannot be parsed, which image-invalid reports', object: podOf('NGINX') },
    { name: 'an image volume without a reference', object: pod({ containers: [], volumes: [{ name: 'v', image: {} }] }) },
    { name: 'a pod without containers', object: pod({}) },
  ],
  invalid: [
    {
      name: 'a placeholder in a Pod, which the kubelet would pull',
      object: podOf('auto'),
      reports: [{ messageId: 'untaggedDefaulted', pointer: image, data: { image: 'auto', registry: 'docker.io' } }],
    },
    {
      name: 'an uppercase host, and no tag',
      object: podOf('REGISTRY/app'),
      reports: [{ messageId: 'untaggedDefaulted', pointer: image, data: { registry: 'REGISTRY' } }],
    },
    {
      name: 'no tag, policy absent',
      object: podOf('luksa/kiada'),
      reports: [
        { messageId: 'untaggedDefaulted', pointer: image, data: { image: 'luksa/kiada', registry: 'docker.io', pullPolicy: 'Always' } },
      ],
    },
    {
      name: 'no tag, and a pull policy under a misspelt name',
      object: podOf('nginx', { pullPolicy: 'IfNotPresent' }),
      reports: [{ messageId: 'untaggedUnknown', pointer: image }],
    },
    {
      name: 'the tag latest, and a pull policy on the level of the pod',
      object: pod({ imagePullPolicy: 'IfNotPresent', containers: [{ name: 'main', image: 'nginx:latest' }] }),
      reports: [{ messageId: 'latestUnknown', pointer: image }],
    },
    {
      name: 'no tag, and an invalid pull policy',
      object: podOf('nginx', { imagePullPolicy: 'ifnotpresent' }),
      reports: [{ messageId: 'untaggedUnknown', pointer: image }],
    },
    {
      name: 'no tag, and a misspelt pull policy in another container',
      object: pod({
        containers: [
          { name: 'main', image: 'nginx' },
          { name: 'b', image: 'b:1', imagePullpolicy: 'Never' },
        ],
      }),
      reports: [{ messageId: 'untaggedDefaulted', pointer: image }],
    },
    {
      name: 'a registry with a port, and no tag',
      object: podOf('localhost:5000/busybox'),
      reports: [{ messageId: 'untaggedDefaulted', pointer: image, data: { registry: 'localhost:5000' } }],
    },
    {
      name: 'an IPv6 registry with a port, and no tag',
      object: podOf('[::1]:5000/x'),
      reports: [{ messageId: 'untaggedDefaulted', pointer: image, data: { registry: '[::1]:5000' } }],
    },
    {
      name: 'no tag, Always in a review without evidence',
      object: podOf('nginx', { imagePullPolicy: 'Always' }),
      source: 'review',
      reports: [{ messageId: 'untaggedUnknown', pointer: image }],
    },
    {
      name: 'no tag, Always in a review, and a last-applied manifest without a policy',
      object: pod(
        { containers: [{ name: 'main', image: 'nginx', imagePullPolicy: 'Always' }] },
        { annotations: lastApplied(podOf('nginx')) },
      ),
      source: 'review',
      reports: [{ messageId: 'untaggedDefaulted', pointer: image }],
    },
    {
      name: 'no tag, Always set in the manifest',
      object: podOf('nginx', { imagePullPolicy: 'Always' }),
      reports: [{ messageId: 'untaggedExplicit', pointer: image }],
    },
    {
      name: 'no tag, IfNotPresent',
      object: podOf('nginx', { imagePullPolicy: 'IfNotPresent' }),
      reports: [{ messageId: 'untaggedIfNotPresent', pointer: image }],
    },
    {
      name: 'no tag, Never',
      object: podOf('nginx', { imagePullPolicy: 'Never' }),
      reports: [{ messageId: 'untaggedNever', pointer: image }],
    },
    { name: 'latest, policy absent', object: podOf('nginx:latest'), reports: [{ messageId: 'latestDefaulted', pointer: image }] },
    {
      name: 'latest, Always in a review without evidence',
      object: podOf('nginx:latest', { imagePullPolicy: 'Always' }),
      source: 'review',
      reports: [{ messageId: 'latestUnknown', pointer: image }],
    },
    {
      name: 'latest, Always set in the manifest',
      object: podOf('nginx:latest', { imagePullPolicy: 'Always' }),
      reports: [{ messageId: 'latestExplicit', pointer: image }],
    },
    {
      name: 'latest, IfNotPresent',
      object: podOf('nginx:latest', { imagePullPolicy: 'IfNotPresent' }),
      reports: [{ messageId: 'latestIfNotPresent', pointer: image }],
    },
    {
      name: 'latest, Never',
      object: podOf('nginx:latest', { imagePullPolicy: 'Never' }),
      reports: [{ messageId: 'latestNever', pointer: image }],
    },
    {
      name: 'containers of every role and an image volume in a CronJob',
      object: workload('CronJob', {
        initContainers: [
          { name: 'init', image: 'a' },
          { name: 'sidecar', image: 'b', restartPolicy: 'Always' },
        ],
        containers: [{ name: 'main', image: 'c' }],
        ephemeralContainers: [{ name: 'debug', image: 'd' }],
        volumes: [{ name: 'files', image: { reference: 'e' } }],
      }),
      reports: [
        { messageId: 'untaggedDefaulted', pointer: '/spec/jobTemplate/spec/template/spec/initContainers/0/image' },
        { messageId: 'untaggedDefaulted', pointer: '/spec/jobTemplate/spec/template/spec/initContainers/1/image' },
        { messageId: 'untaggedDefaulted', pointer: '/spec/jobTemplate/spec/template/spec/containers/0/image' },
        { messageId: 'untaggedDefaulted', pointer: '/spec/jobTemplate/spec/template/spec/ephemeralContainers/0/image' },
        {
          messageId: 'untaggedDefaulted',
          pointer: '/spec/jobTemplate/spec/template/spec/volumes/0/image/reference',
          data: { field: 'pullPolicy' },
        },
      ],
    },
  ],
})
