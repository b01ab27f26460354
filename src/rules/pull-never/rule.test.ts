import { deploymentOf, pod, podOf } from '../testing/objects.ts'
import { testRule } from '../testing/rule-tester.ts'
import { rule } from './rule.ts'

const never = { imagePullPolicy: 'Never' }

testRule(rule, {
  valid: [
    { name: 'a container without a policy', object: podOf('nginx:1.27') },
    { name: 'IfNotPresent', object: podOf('nginx:1.27', { imagePullPolicy: 'IfNotPresent' }) },
    {
      name: 'a preloaded image',
      object: podOf('base/app:1', never),
      context: { isPreloaded: ({ repository }) => repository === 'base/app' },
    },
    { name: 'an invalid policy', object: podOf('nginx:1.27', { imagePullPolicy: 'never' }) },
    { name: 'a placeholder in a template', object: deploymentOf('auto', never) },
  ],
  invalid: [
    {
      name: 'an app container whose image is not preloaded',
      object: podOf('nginx:1.27', never),
      context: { isPreloaded: ({ repository }) => repository === 'base/app' },
      reports: [{ messageId: 'never', pointer: '/spec/containers/0/image', data: { status: 'ErrImageNeverPull' } }],
    },
    {
      name: 'a sidecar and an image volume',
      object: pod({
        initContainers: [{ name: 'proxy', image: 'envoy:1', restartPolicy: 'Always', ...never }],
        containers: [],
        volumes: [{ name: 'files', image: { reference: 'files:1', pullPolicy: 'Never' } }],
      }),
      reports: [
        { messageId: 'never', pointer: '/spec/initContainers/0/image', data: { status: 'Init:ErrImageNeverPull' } },
        { messageId: 'never', pointer: '/spec/volumes/0/image/reference', data: { field: 'pullPolicy', status: 'ErrImageNeverPull' } },
      ],
    },
  ],
})
