import { registries } from '../testing/context.ts'
import { deploymentOf, pod, podOf } from '../testing/objects.ts'
import { testRule } from '../testing/rule-tester.ts'
import { rule } from './rule.ts'

const context = { registry: registries({ 'docker.io': { allowed: false }, Luksa: { allowed: false } }) }

const frozen = {
  match: 'docker.io/**',
  state: 'frozen',
  since: '2023-04-03',
  instead: 'registry.example',
  source: 'https://example.com/freeze',
} as const
const frozenHub = { registry: registries({ 'docker.io': { frozen } }) }
const removed = { ...frozen, state: 'removed', onlyVersions: true } as const
const removedHub = { registry: registries({ 'docker.io': { frozen: removed } }) }
const image = '/spec/containers/0/image'

testRule(rule, {
  valid: [
    { name: 'any registry if the policy allows none explicitly', object: podOf('nginx') },
    { name: 'an allowed registry', object: podOf('registry.example/app:1'), context },
    { name: 'a reference that cannot be parsed, which is never pulled', object: podOf('NGINX'), context },
    { name: 'a placeholder in a template', object: deploymentOf('auto'), context },
    { name: 'latest, if only the versions were removed', object: podOf('nginx:latest'), context: removedHub },
    { name: 'no tag, if only the versions were removed', object: podOf('nginx'), context: removedHub },
  ],
  invalid: [
    {
      name: 'a placeholder that is still in a Pod',
      object: podOf('auto'),
      context,
      reports: [{ messageId: 'notAllowed', pointer: '/spec/containers/0/image', data: { registry: 'docker.io', entry: 'any entry' } }],
    },
    {
      name: 'containers of every role in a Pod',
      object: pod({
        initContainers: [{ name: 'init', image: 'busybox:1.37' }],
        containers: [{ name: 'main', image: 'registry.example/app:1' }],
        ephemeralContainers: [{ name: 'debug', image: 'index.docker.io/library/busybox' }],
        volumes: [{ name: 'files', image: { reference: 'files:1' } }],
      }),
      context,
      reports: [
        { messageId: 'notAllowed', pointer: '/spec/initContainers/0/image', data: { registry: 'docker.io' } },
        { messageId: 'notAllowed', pointer: '/spec/ephemeralContainers/0/image', data: { registry: 'docker.io' } },
        { messageId: 'notAllowed', pointer: '/spec/volumes/0/image/reference' },
      ],
    },
    {
      name: 'an uppercase host, which is a separate registry',
      object: podOf('Luksa/kiada:1'),
      context,
      reports: [{ messageId: 'notAllowed', pointer: '/spec/containers/0/image', data: { registry: 'Luksa' } }],
    },
    {
      name: 'an entry that forbids the registry, with its reason',
      object: podOf('nginx:1.27'),
      context: { registry: registries({ 'docker.io': { allowed: false, allowedBy: { match: 'docker.io/**', reason: 'rate limits' } } }) },
      reports: [
        {
          messageId: 'notAllowed',
          pointer: image,
          data: { entry: 'its entry docker.io/** (rate limits)', match: 'docker.io/**', reason: 'rate limits' },
        },
      ],
    },
    {
      name: 'a frozen registry, one step milder because it still serves its images',
      object: deploymentOf('nginx:1.27'),
      context: frozenHub,
      reports: [
        {
          messageId: 'frozen',
          pointer: '/spec/template/spec/containers/0/image',
          data: { place: 'docker.io', since: '2023-04-03', instead: 'registry.example', source: 'https://example.com/freeze' },
          milder: true,
        },
      ],
    },
    {
      name: 'a removed image in a Pod',
      object: podOf('nginx:1.27'),
      context: removedHub,
      reports: [{ messageId: 'removed', pointer: image }],
    },
    {
      name: 'a removed image in a template',
      object: deploymentOf('nginx:1.27'),
      context: removedHub,
      reports: [{ messageId: 'removed', pointer: '/spec/template/spec/containers/0/image', podsDecide: true }],
    },
    {
      name: 'a template, whose Pods decide',
      object: deploymentOf('nginx:1.27'),
      context,
      reports: [{ messageId: 'notAllowed', pointer: '/spec/template/spec/containers/0/image', podsDecide: true }],
    },
    {
      name: 'a template of images that a mirror serves',
      object: deploymentOf('nginx:1.27'),
      context: { registry: registries({ 'docker.io': { allowed: false, servedBy: 'harbor.example' } }) },
      reports: [
        {
          messageId: 'servedBy',
          pointer: '/spec/template/spec/containers/0/image',
          data: { servedBy: 'harbor.example' },
          podsDecide: true,
        },
      ],
    },
  ],
})
