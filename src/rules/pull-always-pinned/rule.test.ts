import { deploymentOf, digest, podOf } from '../testing/objects.ts'
import { testRule } from '../testing/rule-tester.ts'
import { rule } from './rule.ts'

const always = { imagePullPolicy: 'Always' }
const image = '/spec/containers/0/image'
const fix = { pointer: '/spec/containers/0/imagePullPolicy', from: 'Always', to: 'IfNotPresent' } as const

testRule(rule, {
  valid: [
    { name: 'a digest without a policy', object: podOf(`nginx@${digest}`) },
    { name: 'a digest behind a tag, without a policy', object: podOf(`nginx:1.27@${digest}`) },
    { name: 'IfNotPresent', object: podOf(`nginx:latest@${digest}`, { imagePullPolicy: 'IfNotPresent' }) },
    { name: 'Always without a digest', object: podOf('nginx:1.27', always) },
    { name: 'a digest that is cut short', object: podOf('nginx@sha256:abc', always) },
  ],
  invalid: [
    {
      name: 'Always written',
      object: podOf(`nginx@${digest}`, always),
      reports: [{ messageId: 'pinned', pointer: image, data: { registry: 'docker.io' }, fix }],
    },
    {
      name: 'Always from the tag latest',
      object: podOf(`nginx:latest@${digest}`),
      reports: [{ messageId: 'latest', pointer: image, fix }],
    },
    {
      name: 'in a template, with a registry for which the policy wants Always: digests are excepted',
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
    {
      name: 'AlwaysPullImages: no fix',
      object: podOf(`nginx@${digest}`, always),
      context: { alwaysPullImages: true },
      reports: [{ messageId: 'pinned', pointer: image }],
    },
  ],
})
