import { deploymentOf, digest, podOf } from '../testing/objects.ts'
import { testRule } from '../testing/rule-tester.ts'
import { rule } from './rule.ts'

const always = { imagePullPolicy: 'Always' }
const image = '/spec/containers/0/image'
const fix = { pointer: '/spec/containers/0/imagePullPolicy', from: 'Always', to: 'IfNotPresent' } as const

testRule(rule, {
  valid: [
    { name: 'a digest without a policy', object: podOf(`nginx@${digest}`) },
    { name: 'a tag and a digest without a policy', object: podOf(`nginx:1.27@${digest}`) },
    { name: 'a digest with IfNotPresent', object: podOf(`nginx:latest@${digest}`, { imagePullPolicy: 'IfNotPresent' }) },
    {
      name: 'Always with a digest and AlwaysPullImages, which sets it everywhere',
      object: podOf(`nginx@${digest}`, always),
      context: { alwaysPullImages: true },
    },
    { name: 'Always without a digest', object: podOf('nginx:1.27', always) },
    { name: 'Always with an incomplete digest', object: podOf('nginx@sha256:abc', always) },
  ],
  invalid: [
    {
      name: 'an explicit Always with a digest',
      object: podOf(`nginx@${digest}`, always),
      reports: [{ messageId: 'pinned', pointer: image, data: { registry: 'docker.io' }, fix }],
    },
    {
      name: 'a defaulted Always with latest and a digest',
      object: podOf(`nginx:latest@${digest}`),
      reports: [{ messageId: 'latest', pointer: image, fix }],
    },
    {
      name: 'Always with a digest in a template, from a registry for which the policy requires Always',
      object: deploymentOf(`nginx:1.27@${digest}`, always),
      context: { registry: () => ({ fragile: false, pull: 'Always', allowed: true, servedBy: undefined, reason: undefined }) },
      reports: [
        {
          messageId: 'pinned',
          pointer: '/spec/template/spec/containers/0/image',
          fix: { ...fix, pointer: '/spec/template/spec/containers/0/imagePullPolicy' },
        },
      ],
    },
  ],
})
