import { registries } from '../testing/context.ts'
import { deploymentOf, digest, podOf } from '../testing/objects.ts'
import { testRule } from '../testing/rule-tester.ts'
import { rule } from './rule.ts'

const source = 'review'
const always = { imagePullPolicy: 'Always' }
const ifNotPresent = { imagePullPolicy: 'IfNotPresent' }
const image = '/spec/template/spec/containers/0/image'
const pointer = '/spec/template/spec/containers/0/imagePullPolicy'
const toIfNotPresent = { pointer, from: 'Always', to: 'IfNotPresent' } as const
const toAlways = { pointer, from: 'IfNotPresent', to: 'Always' } as const

/** What a server-side apply leaves of the container `main`. */
const applied = (owned: object) => ({
  managedFields: [
    { operation: 'Apply', fieldsV1: { 'f:spec': { 'f:template': { 'f:spec': { 'f:containers': { 'k:{"name":"main"}': owned } } } } } },
  ],
})
const lastApplied = (object: object) => ({
  annotations: { 'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify(object) },
})

testRule(rule, {
  valid: [
    { name: 'a raw manifest says what it says', object: deploymentOf('nginx:1.27', always) },
    {
      name: 'the policy followed the tag',
      object: deploymentOf('nginx:1.27', ifNotPresent),
      old: deploymentOf('nginx', always),
      source,
    },
    { name: 'the image did not change', object: deploymentOf('nginx:1.27', always), old: deploymentOf('nginx:1.27', always), source },
    {
      name: 'both tags have the same default',
      object: deploymentOf('nginx:1.27', always),
      old: deploymentOf('nginx:1.26', always),
      source,
    },
    {
      name: 'the policy changed with the tag: a choice',
      object: deploymentOf('nginx:1.27', always),
      old: deploymentOf('nginx', ifNotPresent),
      source,
    },
    {
      name: 'a server-side apply wrote it',
      object: deploymentOf('nginx:1.27', always, applied({ 'f:image': {}, 'f:imagePullPolicy': {} })),
      old: deploymentOf('nginx', always),
      source,
    },
    {
      name: 'kubectl apply wrote it',
      object: deploymentOf('nginx:1.27', always, lastApplied(deploymentOf('nginx:1.27', always))),
      old: deploymentOf('nginx', always),
      source,
    },
    {
      name: 'the policy wants Always for the registry',
      object: deploymentOf('nginx:1.27', always),
      old: deploymentOf('nginx', always),
      source,
      context: { registry: registries({ 'docker.io': { pull: 'Always' } }) },
    },
    {
      name: 'AlwaysPullImages sets Always',
      object: podOf('nginx:1.27', always),
      old: podOf('nginx', always),
      source,
      context: { alwaysPullImages: true },
    },
    {
      name: 'IfNotPresent is right for a digest',
      object: deploymentOf(`nginx:latest@${digest}`, ifNotPresent),
      old: deploymentOf('nginx:1.27', ifNotPresent),
      source,
    },
    {
      name: 'Never is nobody’s default',
      object: deploymentOf('nginx', { imagePullPolicy: 'Never' }),
      old: deploymentOf('nginx:1'),
      source,
    },
    {
      name: 'a new object whose Always another webhook set',
      object: deploymentOf('nginx:1.27', always, applied({ 'f:image': {} })),
      source,
    },
    {
      name: 'a stored object whose IfNotPresent our own fix wrote',
      object: deploymentOf('nginx', ifNotPresent, { resourceVersion: '7', ...applied({ 'f:image': {} }) }),
      source,
    },
  ],
  invalid: [
    {
      name: 'from no tag to a fixed one',
      object: deploymentOf('nginx:1.27', always),
      old: deploymentOf('nginx', always),
      source,
      reports: [{ messageId: 'alwaysLeft', pointer: image, data: { oldImage: 'nginx', registry: 'docker.io' }, fix: toIfNotPresent }],
    },
    {
      name: 'from latest to a digest, by server-side apply',
      object: deploymentOf(`nginx@${digest}`, always, applied({ 'f:image': {} })),
      old: deploymentOf('nginx:latest', always),
      source,
      reports: [{ messageId: 'alwaysLeft', pointer: image, fix: toIfNotPresent }],
    },
    {
      name: 'from a fixed tag to none, by kubectl apply',
      object: deploymentOf('nginx', ifNotPresent, lastApplied(deploymentOf('nginx'))),
      old: deploymentOf('nginx:1.27', ifNotPresent),
      source,
      reports: [{ messageId: 'ifNotPresentLeft', pointer: image, data: { oldImage: 'nginx:1.27' }, fix: toAlways }],
    },
    {
      name: 'kubectl remembers the untagged image, someone set another one since',
      object: deploymentOf('nginx:1.27', always, lastApplied(deploymentOf('nginx'))),
      source,
      reports: [{ messageId: 'alwaysLeftEarlier', pointer: image, fix: toIfNotPresent }],
    },
    {
      name: 'kubectl remembers the tag, someone dropped it since',
      object: deploymentOf('nginx', ifNotPresent, lastApplied(deploymentOf('nginx:1.27'))),
      source,
      reports: [{ messageId: 'ifNotPresentLeftEarlier', pointer: image, fix: toAlways }],
    },
    {
      name: 'a stored object that is applied without a policy, left behind by an update before',
      object: deploymentOf('nginx:1.27', always, { resourceVersion: '7', ...applied({ 'f:image': {} }) }),
      source,
      reports: [{ messageId: 'alwaysLeftEarlier', pointer: image, fix: toIfNotPresent }],
    },
    {
      name: 'a Pod whose image was swapped',
      object: podOf('nginx:1.27', always),
      old: podOf('nginx', always),
      source,
      reports: [
        {
          messageId: 'alwaysLeft',
          pointer: '/spec/containers/0/image',
          fix: { pointer: '/spec/containers/0/imagePullPolicy', from: 'Always', to: 'IfNotPresent' },
        },
      ],
    },
  ],
})
