import { registries } from '../testing/context.ts'
import { digest, podOf } from '../testing/objects.ts'
import { testRule } from '../testing/rule-tester.ts'
import { rule } from './rule.ts'

const context = { registry: registries({ 'registry.example': { pull: 'Always' } }) }
const image = '/spec/containers/0/image'
const pointer = '/spec/containers/0/imagePullPolicy'

testRule(rule, {
  valid: [
    { name: 'a registry for which the policy requires nothing', object: podOf('registry.example/app:1') },
    { name: 'an image from another registry', object: podOf('nginx:1.27'), context },
    { name: 'an explicit Always', object: podOf('registry.example/app:1', { imagePullPolicy: 'Always' }), context },
    { name: 'a defaulted Always', object: podOf('registry.example/app'), context },
    { name: 'a digest', object: podOf(`registry.example/app@${digest}`), context },
  ],
  invalid: [
    {
      name: 'a defaulted IfNotPresent',
      object: podOf('registry.example/app:1'),
      context,
      reports: [
        {
          messageId: 'required',
          pointer: image,
          data: { registry: 'registry.example', pullPolicy: 'IfNotPresent' },
          fix: { pointer, from: 'IfNotPresent', to: 'Always' },
        },
      ],
    },
    {
      name: 'Never with AlwaysPullImages',
      object: podOf('registry.example/app', { imagePullPolicy: 'Never' }),
      context: { ...context, alwaysPullImages: true },
      reports: [{ messageId: 'required', pointer: image, fix: { pointer, from: 'Never', to: 'Always' } }],
    },
  ],
})
