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

/** The managedFields after a server-side apply of the container `main`. */
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
    { name: 'a raw manifest, where the policy is always explicit', object: deploymentOf('nginx:1.27', always) },
    {
      name: 'a policy that changed to the new default',
      object: deploymentOf('nginx:1.27', ifNotPresent),
      old: deploymentOf('nginx', always),
      source,
    },
    { name: 'an image that did not change', object: deploymentOf('nginx:1.27', always), old: deploymentOf('nginx:1.27', always), source },
    {
      name: 'two tags with the same default',
      object: deploymentOf('nginx:1.27', always),
      old: deploymentOf('nginx:1.26', always),
      source,
    },
    {
      name: 'a policy that changed to another value than the default',
      object: deploymentOf('nginx:1.27', always),
      old: deploymentOf('nginx', ifNotPresent),
      source,
    },
    {
      name: 'a policy that a server-side apply owns',
      object: deploymentOf('nginx:1.27', always, applied({ 'f:image': {}, 'f:imagePullPolicy': {} })),
      old: deploymentOf('nginx', always),
      source,
    },
    {
      name: 'a policy in the last-applied manifest',
      object: deploymentOf('nginx:1.27', always, lastApplied(deploymentOf('nginx:1.27', always))),
      old: deploymentOf('nginx', always),
      source,
    },
    {
      name: 'a registry for which the policy requires Always',
      object: deploymentOf('nginx:1.27', always),
      old: deploymentOf('nginx', always),
      source,
      context: { registry: registries({ 'docker.io': { pull: 'Always' } }) },
    },
    {
      name: 'a change from no tag to a moving one, for which Always is right',
      object: deploymentOf('nginx:stable', always),
      old: deploymentOf('nginx', always),
      source,
      context: { isMutableTag: (tag) => tag === 'stable' },
    },
    {
      name: 'Always with AlwaysPullImages',
      object: podOf('nginx:1.27', always),
      old: podOf('nginx', always),
      source,
      context: { alwaysPullImages: true },
    },
    {
      name: 'IfNotPresent with a digest',
      object: deploymentOf(`nginx:latest@${digest}`, ifNotPresent),
      old: deploymentOf('nginx:1.27', ifNotPresent),
      source,
    },
    {
      name: 'Never, which is not a default',
      object: deploymentOf('nginx', { imagePullPolicy: 'Never' }),
      old: deploymentOf('nginx:1'),
      source,
    },
    {
      name: 'a new object in which another webhook has set Always',
      object: deploymentOf('nginx:1.27', always, applied({ 'f:image': {} })),
      source,
    },
    {
      name: "a stored object in which initlint's own fix has set IfNotPresent",
      object: deploymentOf('nginx', ifNotPresent, { resourceVersion: '7', ...applied({ 'f:image': {} }) }),
      source,
    },
  ],
  invalid: [
    {
      name: 'a change from no tag to a fixed one',
      object: deploymentOf('nginx:1.27', always),
      old: deploymentOf('nginx', always),
      source,
      reports: [{ messageId: 'alwaysLeft', pointer: image, data: { oldImage: 'nginx', registry: 'docker.io' }, fix: toIfNotPresent }],
    },
    {
      name: 'a change from latest to a digest by server-side apply',
      object: deploymentOf(`nginx@${digest}`, always, applied({ 'f:image': {} })),
      old: deploymentOf('nginx:latest', always),
      source,
      reports: [{ messageId: 'alwaysLeft', pointer: image, fix: toIfNotPresent }],
    },
    {
      name: 'a change from a fixed tag to none by kubectl apply',
      object: deploymentOf('nginx', ifNotPresent, lastApplied(deploymentOf('nginx'))),
      old: deploymentOf('nginx:1.27', ifNotPresent),
      source,
      reports: [{ messageId: 'ifNotPresentLeft', pointer: image, data: { oldImage: 'nginx:1.27' }, fix: toAlways }],
    },
    {
      name: 'a last-applied manifest without a tag, and a fixed tag in the object',
      object: deploymentOf('nginx:1.27', always, lastApplied(deploymentOf('nginx'))),
      source,
      reports: [{ messageId: 'alwaysLeftEarlier', pointer: image, fix: toIfNotPresent }],
    },
    {
      name: 'a last-applied manifest with a fixed tag, and no tag in the object',
      object: deploymentOf('nginx', ifNotPresent, lastApplied(deploymentOf('nginx:1.27'))),
      source,
      reports: [{ messageId: 'ifNotPresentLeftEarlier', pointer: image, fix: toAlways }],
    },
    {
      name: 'a stored object with Always that a server-side apply does not own',
      object: deploymentOf('nginx:1.27', always, { resourceVersion: '7', ...applied({ 'f:image': {} }) }),
      source,
      reports: [{ messageId: 'alwaysLeftEarlier', pointer: image, fix: toIfNotPresent }],
    },
    {
      name: 'a Pod whose image changed: an UPDATE of its pull policy would be rejected, so it must be recreated',
      object: podOf('nginx:1.27', always),
      old: podOf('nginx', always),
      source,
      reports: [{ messageId: 'alwaysLeft', pointer: '/spec/containers/0/image', data: { advice: 'recreate the pod with IfNotPresent' } }],
    },
    {
      name: 'a Pod whose image lost its tag',
      object: podOf('nginx', ifNotPresent),
      old: podOf('nginx:1.27', ifNotPresent),
      source,
      reports: [{ messageId: 'ifNotPresentLeft', pointer: '/spec/containers/0/image', data: { advice: '' } }],
    },
    {
      name: 'a change to no tag, from a registry that may be offline',
      object: deploymentOf('nginx', ifNotPresent),
      old: deploymentOf('nginx:1.27', ifNotPresent),
      source,
      context: { registry: registries({ 'docker.io': { fragile: true } }) },
      reports: [{ messageId: 'ifNotPresentLeft', pointer: image, data: { advice: '' } }],
    },
  ],
})
