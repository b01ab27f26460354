import { deploymentOf, digest, podOf } from '../testing/objects.ts'
import { testRule } from '../testing/rule-tester.ts'
import { rule } from './rule.ts'

const context = { isMutableTag: (tag: string) => tag === 'stable' }

testRule(rule, {
  valid: [
    { name: 'a tag that is not on the list', object: podOf('nginx:1.27'), context },
    { name: 'an empty list', object: podOf('nginx:stable') },
    { name: 'Always follows the tag', object: podOf('nginx:stable', { imagePullPolicy: 'Always' }), context },
    { name: 'Never, which pull-never reports', object: podOf('nginx:stable', { imagePullPolicy: 'Never' }), context },
    { name: 'a digest', object: podOf(`nginx:stable@${digest}`), context },
    { name: 'no tag', object: podOf('nginx', { imagePullPolicy: 'IfNotPresent' }), context },
    { name: 'the word in the path, not in the tag', object: podOf('stable/nginx:1.27'), context },
  ],
  invalid: [
    {
      name: 'defaulted IfNotPresent',
      object: podOf('nginx:stable'),
      context,
      reports: [{ messageId: 'moving', pointer: '/spec/containers/0/image', data: { tag: 'stable' } }],
    },
    {
      name: 'written IfNotPresent in a template',
      object: deploymentOf('nginx:stable', { imagePullPolicy: 'IfNotPresent' }),
      context,
      reports: [{ messageId: 'moving', pointer: '/spec/template/spec/containers/0/image' }],
    },
  ],
})
