import { registries } from '../testing/context.ts'
import { deploymentOf, digest, pod, podOf, workload } from '../testing/objects.ts'
import { testRule } from '../testing/rule-tester.ts'
import { rule } from './rule.ts'

const image = '/spec/containers/0/image'
const always = { imagePullPolicy: 'Always' }
const fix = { pointer: '/spec/containers/0/imagePullPolicy', from: 'Always', to: 'IfNotPresent' } as const

testRule(rule, {
  valid: [
    { name: 'a fixed tag', object: podOf('nginx:1.27') },
    { name: 'a digest without a tag', object: podOf(`nginx@${digest}`) },
    { name: 'an explicit Always in a manifest', object: podOf('nginx', always) },
    {
      name: 'no tag with IfNotPresent in a review, which is not the default',
      object: podOf('nginx', { imagePullPolicy: 'IfNotPresent' }),
      source: 'review',
    },
    {
      name: 'Always owned by a server-side apply',
      object: deploymentOf('nginx', always, {
        managedFields: [
          {
            operation: 'Apply',
            fieldsV1: {
              'f:spec': { 'f:template': { 'f:spec': { 'f:containers': { 'k:{"name":"main"}': { 'f:imagePullPolicy': {} } } } } },
            },
          },
        ],
      }),
      source: 'review',
    },
    { name: 'a placeholder in a template', object: deploymentOf('auto') },
    { name: 'a pull policy under a misspelt name', object: podOf('nginx', { imagePullpolicy: 'Always' }) },
    { name: 'an invalid pull policy', object: podOf('nginx', { imagePullPolicy: 'always' }) },
    {
      name: 'a pull policy on the level of the pod template',
      object: workload('Deployment', { containers: [{ name: 'main', image: 'nginx' }] }, { spec: { imagePullPolicy: 'Always' } }),
    },
    {
      name: 'a pull policy of an image volume under the name that containers use',
      object: pod({ containers: [], volumes: [{ name: 'v', image: { reference: 'files', imagePullPolicy: 'Always' } }] }),
    },
    { name: 'a pull policy one level too deep', object: podOf('nginx', { resources: { imagePullPolicy: 'Always' } }) },
  ],
  invalid: [
    {
      name: 'no tag in a manifest',
      object: podOf('nginx'),
      reports: [{ messageId: 'untagged', pointer: image, data: { pullPolicy: 'IfNotPresent' }, fix }],
    },
    { name: 'latest in a manifest', object: podOf('nginx:latest'), reports: [{ messageId: 'latest', pointer: image, fix }] },
    { name: 'latest with a digest', object: podOf(`nginx:latest@${digest}`), reports: [{ messageId: 'latest', pointer: image, fix }] },
    {
      name: 'no tag with Always of unknown origin in a review',
      object: podOf('nginx', always),
      source: 'review',
      reports: [{ messageId: 'untaggedUnknown', pointer: image, fix }],
    },
    {
      name: 'latest with Always of unknown origin in a review',
      object: podOf('nginx:latest', always),
      source: 'review',
      reports: [{ messageId: 'latestUnknown', pointer: image, fix }],
    },
    {
      name: 'no tag with the option Always, without a fix',
      object: podOf('nginx'),
      options: { pullPolicy: 'Always' },
      reports: [{ messageId: 'untagged', pointer: image, data: { pullPolicy: 'Always' } }],
    },
    {
      name: 'no tag from a registry for which the policy requires Always, without a fix',
      object: podOf('nginx'),
      context: { registry: registries({ 'docker.io': { pull: 'Always' } }) },
      reports: [{ messageId: 'untagged', pointer: image }],
    },
    {
      name: 'no tag with AlwaysPullImages, which would reject the fix',
      object: podOf('nginx'),
      context: { alwaysPullImages: true },
      reports: [{ messageId: 'untagged', pointer: image }],
    },
  ],
})
