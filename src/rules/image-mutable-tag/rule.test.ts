import { deploymentOf, digest, podOf } from '../testing/objects.ts'
import { testRule } from '../testing/rule-tester.ts'
import { rule } from './rule.ts'

const context = { isMutableTag: (tag: string) => tag === 'stable' }

testRule(rule, {
  valid: [
    { name: 'a tag that is not in the list', object: podOf('nginx:1.27'), context },
    { name: 'a policy with an empty list', object: podOf('nginx:stable') },
    { name: 'a moving tag with Always', object: podOf('nginx:stable', { imagePullPolicy: 'Always' }), context },
    { name: 'a moving tag with Never, which pull-never reports', object: podOf('nginx:stable', { imagePullPolicy: 'Never' }), context },
    { name: 'a moving tag with a digest', object: podOf(`nginx:stable@${digest}`), context },
    { name: 'an image without a tag', object: podOf('nginx', { imagePullPolicy: 'IfNotPresent' }), context },
    { name: 'the word stable in the path', object: podOf('stable/nginx:1.27'), context },
  ],
  invalid: [
    {
      name: 'a moving tag with a defaulted IfNotPresent',
      object: podOf('nginx:stable'),
      context,
      reports: [{ messageId: 'moving', pointer: '/spec/containers/0/image', data: { tag: 'stable' } }],
    },
    {
      name: 'a moving tag with an explicit IfNotPresent in a template',
      object: deploymentOf('nginx:stable', { imagePullPolicy: 'IfNotPresent' }),
      context,
      reports: [{ messageId: 'moving', pointer: '/spec/template/spec/containers/0/image' }],
    },
  ],
})
