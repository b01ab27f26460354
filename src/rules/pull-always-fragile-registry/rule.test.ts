import { registries } from '../testing/context.ts'
import { digest, pod, podOf } from '../testing/objects.ts'
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
    { name: 'no registry is fragile unless the policy says so', object: podOf('nginx') },
    { name: 'another registry', object: podOf('registry.example/nginx'), context },
    { name: 'IfNotPresent by default', object: podOf('nginx:1.27'), context },
    { name: 'IfNotPresent on an untagged image', object: podOf('nginx', { imagePullPolicy: 'IfNotPresent' }), context },
    { name: 'Never', object: podOf('nginx', { imagePullPolicy: 'Never' }), context },
    { name: 'a placeholder', object: podOf('auto', always), context },
    {
      name: 'a registry that failed fewer probes than the threshold',
      object: podOf('nginx:1.27', always),
      context: { registry: registries({ 'docker.io': { observed: { failures: 2, probes: 10 } } }) },
    },
    {
      name: 'a higher threshold',
      object: podOf('nginx:1.27', always),
      context: { registry: failing },
      options: { probeFailures: 4 },
    },
    {
      name: 'a registry that fails, where the policy demands Always',
      object: podOf('nginx:1.27', always),
      context: { registry: registries({ 'docker.io': { pull: 'Always', observed: { failures: 10, probes: 10 } } }) },
    },
  ],
  invalid: [
    {
      name: 'a registry that failed its probes: measured by one replica, so it never denies',
      object: podOf('nginx:1.27', always),
      context: { registry: failing },
      reports: [{ messageId: 'fixed', pointer: image, data: { why: 'was unreachable in 3 of the last 10 probes' }, fix, atMostWarn: true }],
    },
    {
      name: 'a lower threshold, no tag',
      object: podOf('nginx'),
      context: { registry: registries({ 'docker.io': { observed: { failures: 1, probes: 1 } } }) },
      options: { probeFailures: 1 },
      reports: [{ messageId: 'moving', pointer: image, data: { why: 'was unreachable in 1 of the last 1 probes' }, atMostWarn: true }],
    },
    {
      name: 'called fragile and failing: what was measured is said, and the policy may deny',
      object: podOf('nginx:1.27', always),
      context: { registry: registries({ 'docker.io': { fragile: true, reason: 'rate limited', observed: { failures: 9, probes: 10 } } }) },
      reports: [
        { messageId: 'fixed', pointer: image, data: { why: 'was unreachable in 9 of the last 10 probes', reason: 'rate limited' }, fix },
      ],
    },
    {
      name: 'called fragile and answering: the policy has the word',
      object: podOf('nginx:1.27', always),
      context: { registry: registries({ 'docker.io': { fragile: true, observed: { failures: 0, probes: 10 } } }) },
      reports: [{ messageId: 'fixed', pointer: image, data: { why: 'may be offline' }, fix }],
    },
    {
      name: 'a fixed tag',
      object: podOf('nginx:1.27', always),
      context,
      reports: [{ messageId: 'fixed', pointer: image, data: { registry: 'docker.io', reason: 'rate limited' }, fix }],
    },
    {
      name: 'no reason given',
      object: podOf('nginx:1.27', always),
      context: { registry: registries({ 'docker.io': { fragile: true } }) },
      reports: [{ messageId: 'fixed', pointer: image, data: { why: 'may be offline' }, fix }],
    },
    {
      name: 'a mirror to go to',
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
      name: 'latest with a digest: Always by default',
      object: podOf(`nginx:latest@${digest}`),
      context,
      reports: [{ messageId: 'fixed', pointer: image, fix }],
    },
    { name: 'no tag: no fix', object: podOf('nginx'), context, reports: [{ messageId: 'moving', pointer: image }] },
    { name: 'latest: no fix', object: podOf('nginx:latest'), context, reports: [{ messageId: 'moving', pointer: image }] },
    {
      name: 'a moving tag: no fix',
      object: podOf('nginx:stable', always),
      context: { registry, isMutableTag: (tag) => tag === 'stable' },
      reports: [{ messageId: 'moving', pointer: image }],
    },
    {
      name: 'no tag, a mirror to go to',
      object: podOf('nginx'),
      context: { registry: registries({ 'docker.io': { fragile: true, servedBy: 'harbor.example' } }) },
      reports: [{ messageId: 'movingServedBy', pointer: image }],
    },
    {
      name: 'AlwaysPullImages would refuse the fixed pod',
      object: podOf('nginx:1.27', always),
      context: { registry, alwaysPullImages: true },
      reports: [{ messageId: 'fixed', pointer: image }],
    },
    {
      name: 'the policy wants Always all the same: no fix to fight over',
      object: podOf('nginx:1.27', always),
      context: { registry: registries({ 'docker.io': { fragile: true, pull: 'Always' } }) },
      reports: [{ messageId: 'fixed', pointer: image }],
    },
    {
      name: 'init container and image volume',
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
