import { registries } from '../testing/context.ts'
import { deploymentOf, digest, pod, podOf } from '../testing/objects.ts'
import { testRule } from '../testing/rule-tester.ts'
import { rule } from './rule.ts'

const registry = registries({ 'docker.io': { fragile: true, reason: 'rate limited' } })
const context = { registry }
const failing = registries({ 'docker.io': { observed: { failures: 3, probes: 10 } } })
const image = '/spec/containers/0/image'
const always = { imagePullPolicy: 'Always' }
const fix = { pointer: '/spec/containers/0/imagePullPolicy', from: 'Always', to: 'IfNotPresent' } as const

testRule(rule, {
  valid: [
    { name: 'a registry that the policy does not declare fragile', object: podOf('nginx') },
    { name: 'an image from another registry', object: podOf('registry.example/nginx'), context },
    { name: 'a defaulted IfNotPresent', object: podOf('nginx:1.27'), context },
    { name: 'IfNotPresent on an untagged image', object: podOf('nginx', { imagePullPolicy: 'IfNotPresent' }), context },
    { name: 'Never', object: podOf('nginx', { imagePullPolicy: 'Never' }), context },
    { name: 'a placeholder in a template', object: deploymentOf('auto', always), context },
    {
      name: 'a registry that failed 2 of 10 probes, with threshold 3',
      object: podOf('nginx:1.27', always),
      context: { registry: registries({ 'docker.io': { observed: { failures: 2, probes: 10 } } }) },
    },
    {
      name: 'a registry that failed 3 of 10 probes, with threshold 4',
      object: podOf('nginx:1.27', always),
      context: { registry: failing },
      options: { probeFailures: 4 },
    },
    {
      name: 'a failing registry for which the policy requires Always',
      object: podOf('nginx:1.27', always),
      context: { registry: registries({ 'docker.io': { pull: 'Always', observed: { failures: 10, probes: 10 } } }) },
    },
  ],
  invalid: [
    {
      name: 'a registry that failed its probes, with a warning at most',
      object: podOf('nginx:1.27', always),
      context: { registry: failing },
      reports: [{ messageId: 'fixed', pointer: image, data: { why: 'was unreachable in 3 of the last 10 probes' }, fix, atMostWarn: true }],
    },
    {
      name: 'a registry that failed 1 of 1 probes, with threshold 1 and no tag',
      object: podOf('nginx'),
      context: { registry: registries({ 'docker.io': { observed: { failures: 1, probes: 1 } } }) },
      options: { probeFailures: 1 },
      reports: [{ messageId: 'moving', pointer: image, data: { why: 'was unreachable in 1 of the last 1 probes' }, atMostWarn: true }],
    },
    {
      name: 'a fragile registry that failed its probes, with the measurement and any action',
      object: podOf('nginx:1.27', always),
      context: { registry: registries({ 'docker.io': { fragile: true, reason: 'rate limited', observed: { failures: 9, probes: 10 } } }) },
      reports: [
        { messageId: 'fixed', pointer: image, data: { why: 'was unreachable in 9 of the last 10 probes', reason: 'rate limited' }, fix },
      ],
    },
    {
      name: 'a fragile registry that answers all probes',
      object: podOf('nginx:1.27', always),
      context: { registry: registries({ 'docker.io': { fragile: true, observed: { failures: 0, probes: 10 } } }) },
      reports: [{ messageId: 'fixed', pointer: image, data: { why: 'may be offline' }, fix }],
    },
    {
      name: 'a fixed tag from a fragile registry with a reason',
      object: podOf('nginx:1.27', always),
      context,
      reports: [{ messageId: 'fixed', pointer: image, data: { registry: 'docker.io', reason: 'rate limited' }, fix }],
    },
    {
      name: 'a fixed tag from a fragile registry without a reason',
      object: podOf('nginx:1.27', always),
      context: { registry: registries({ 'docker.io': { fragile: true } }) },
      reports: [{ messageId: 'fixed', pointer: image, data: { why: 'may be offline' }, fix }],
    },
    {
      name: 'a fixed tag from a fragile registry with a mirror',
      object: podOf('nginx:1.27', always),
      context: { registry: registries({ 'docker.io': { fragile: true, servedBy: 'harbor.example' } }) },
      reports: [{ messageId: 'fixedServedBy', pointer: image, data: { servedBy: 'harbor.example' }, fix }],
    },
    {
      name: 'a digest without a tag',
      object: podOf(`nginx@${digest}`, always),
      context,
      reports: [{ messageId: 'fixed', pointer: image, fix }],
    },
    {
      name: 'latest with a digest, and a defaulted Always',
      object: podOf(`nginx:latest@${digest}`),
      context,
      reports: [{ messageId: 'fixed', pointer: image, fix }],
    },
    { name: 'no tag, without a fix', object: podOf('nginx'), context, reports: [{ messageId: 'moving', pointer: image }] },
    { name: 'latest, without a fix', object: podOf('nginx:latest'), context, reports: [{ messageId: 'moving', pointer: image }] },
    {
      name: 'a moving tag, without a fix',
      object: podOf('nginx:stable', always),
      context: { registry, isMutableTag: (tag) => tag === 'stable' },
      reports: [{ messageId: 'moving', pointer: image }],
    },
    {
      name: 'no tag, from a fragile registry with a mirror',
      object: podOf('nginx'),
      context: { registry: registries({ 'docker.io': { fragile: true, servedBy: 'harbor.example' } }) },
      reports: [{ messageId: 'movingServedBy', pointer: image }],
    },
    {
      name: 'a fixed tag with AlwaysPullImages, which would reject the fix',
      object: podOf('nginx:1.27', always),
      context: { registry, alwaysPullImages: true },
      reports: [{ messageId: 'enforced', pointer: image }],
    },
    {
      name: 'a fixed tag with AlwaysPullImages, from a registry with a mirror',
      object: podOf('nginx:1.27', always),
      context: { registry: registries({ 'docker.io': { fragile: true, servedBy: 'harbor.example' } }), alwaysPullImages: true },
      reports: [{ messageId: 'enforcedServedBy', pointer: image }],
    },
    {
      name: 'a Pod that exists, whose pull policy cannot be changed',
      object: podOf('nginx:1.27', always),
      old: podOf('nginx:1.26', always),
      source: 'review',
      context,
      reports: [{ messageId: 'fixed', pointer: image, data: { advice: 'recreate the pod with IfNotPresent' } }],
    },
    {
      name: 'a fragile registry for which the policy requires Always, without a fix',
      object: podOf('nginx:1.27', always),
      context: { registry: registries({ 'docker.io': { fragile: true, pull: 'Always' } }) },
      reports: [{ messageId: 'required', pointer: image }],
    },
    {
      name: 'a fragile registry with a mirror, for which the policy requires Always',
      object: podOf('nginx:1.27', always),
      context: { registry: registries({ 'docker.io': { fragile: true, pull: 'Always', servedBy: 'harbor.example' } }) },
      reports: [{ messageId: 'requiredServedBy', pointer: image }],
    },
    {
      name: 'an init container and an image volume',
      object: pod({
        initContainers: [{ name: 'init', image: 'busybox:1.37', ...always }],
        containers: [],
        volumes: [{ name: 'files', image: { reference: 'library/nginx:1.27', pullPolicy: 'Always' } }],
      }),
      context,
      reports: [
        {
          messageId: 'fixed',
          pointer: '/spec/initContainers/0/image',
          fix: { ...fix, pointer: '/spec/initContainers/0/imagePullPolicy' },
        },
        {
          messageId: 'fixed',
          pointer: '/spec/volumes/0/image/reference',
          data: { field: 'pullPolicy' },
          fix: { ...fix, pointer: '/spec/volumes/0/image/pullPolicy' },
        },
      ],
    },
  ],
})
