import { deploymentOf, pod, podOf, workload } from '../testing/objects.ts'
import { testRule } from '../testing/rule-tester.ts'
import { rule } from './rule.ts'

const image = '/spec/containers/0/image'
const podWith = (fields: object): object => podOf('nginx:1.27', fields)
const specWith = (fields: object): object => pod({ containers: [{ name: 'main', image: 'nginx:1.27' }], ...fields })
const whole = { selector: { matchLabels: { app: 'web' } }, template: { metadata: { labels: { app: 'web' } } } }
const deployment = (podSpec: object, spec: object = whole): object => workload('Deployment', podSpec, { spec })
const refused = (pointer: string, error: string) => ({ messageId: 'refused', pointer, data: { error } })
const ignored = (pointer: string, advice: string) => ({ messageId: 'ignoredField', pointer, data: { advice } })

testRule(rule, {
  valid: [
    { name: 'a valid Pod', object: podOf('nginx:1.27') },
    { name: 'a valid Deployment', object: deploymentOf('nginx:1.27') },
    {
      name: 'a review, which the API server has decoded and validates itself',
      object: podOf('', { pullPolicy: 'Always' }),
      source: 'review',
    },
    { name: 'a patch of a Deployment without an image', object: deployment({ containers: [{ name: 'main', env: [] }] }, {}) },
    { name: 'a patch of a Deployment with a selector', object: deployment({ nodeSelector: { disk: 'ssd' } }) },
    {
      name: 'a patch that mounts a volume of its target',
      object: deployment({ containers: [{ name: 'main', image: 'a:1', volumeMounts: [{ name: 'data', mountPath: '/d' }] }] }, {}),
    },
    {
      name: 'a patch of a probe',
      object: deployment({ containers: [{ name: 'main', livenessProbe: { initialDelaySeconds: 9 } }] }, {}),
    },
    {
      name: 'a patch that deletes a handler of a probe',
      object: deployment({
        containers: [{ name: 'main', image: 'a:1', livenessProbe: { exec: { command: ['a'] }, httpGet: { $patch: 'delete' } } }],
      }),
    },
    {
      name: 'a patch of resources with all that a whole Deployment has',
      object: deployment({ containers: [{ name: 'main', resources: { limits: { memory: '1Gi' } } }] }),
    },
    { name: 'a patch with an empty selector', object: deployment({ containers: [{ name: 'main' }] }, { selector: {} }) },
    {
      name: 'a patch without the labels of the pods',
      object: deployment({ containers: [{ name: 'main' }] }, { selector: { matchLabels: { app: 'a' } } }),
    },
    {
      name: 'a patch of a Job that sets the image and the environment',
      object: workload('Job', {
        containers: [{ name: 'main', image: 'a:1', imagePullPolicy: 'Always', env: [{ name: 'A', value: '1' }] }],
      }),
    },
    { name: 'a patch of a CronJob', object: workload('CronJob', { containers: [{ name: 'main', command: ['a'] }] }) },
    { name: 'a patch that removes a container', object: deployment({ containers: [{ name: 'main', $patch: 'delete' }] }) },
    { name: 'a Pod that Spark uses as a template', object: pod({ containers: [{ name: 'spark-kubernetes-driver' }] }) },
    { name: 'a patch of kubeadm for a static pod', object: pod({ containers: [{ name: 'kube-scheduler', resources: {} }] }) },
    { name: 'an unknown field without a near match', object: podWith({ checkpointing: true }) },
    { name: 'an unknown field with a short name', object: podWith({ foo: 1 }) },
    {
      name: 'a placeholder instead of a number',
      object: deployment({ containers: [{ name: 'm', image: 'a:1' }] }, { ...whole, replicas: '$REPLICAS' }),
    },
    { name: 'a placeholder instead of a pull policy', object: podWith({ imagePullPolicy: '<POLICY>' }) },
    { name: 'quantities as numbers', object: podWith({ resources: { limits: { cpu: 1, memory: ' 1Gi ' }, requests: { cpu: null } } }) },
    {
      name: 'ports as numbers and names',
      object: podWith({ readinessProbe: { httpGet: { port: 'http' } }, livenessProbe: { tcpSocket: { port: 80 } } }),
    },
    { name: 'null for values of every type', object: podWith({ env: null, resources: null, stdin: null, workingDir: null }) },
    { name: 'spaces around the image of a Pod, which image-invalid reports', object: podOf(' nginx:1.27') },
    { name: 'spaces around the image of a template, which image-invalid reports', object: deploymentOf('nginx:1.27 ') },
    {
      name: 'a reference of an image volume with spaces',
      object: deployment({ containers: [{ name: 'm', image: 'a:1' }], volumes: [{ name: 'v', image: { reference: ' a' } }] }),
    },
    {
      name: 'a live Pod with a debug container',
      object: pod({ containers: [{ name: 'm', image: 'a:1' }], ephemeralContainers: [{ name: 'd', image: 'b:1' }] }, { uid: 'u' }),
    },
  ],
  invalid: [
    {
      name: 'a Job with an image and a command, but without a restart policy',
      object: workload('Job', { containers: [{ name: 'main', image: 'a:1', command: ['a'] }] }),
      reports: [refused('/spec/template/spec/restartPolicy', 'Required value: valid values: "OnFailure", "Never"')],
    },
    { name: 'a null image', object: podWith({ image: null }), reports: [refused(image, 'Required value')] },
    { name: 'an empty image', object: podOf(''), reports: [refused(image, 'Required value')] },
    { name: 'a Pod without the key', object: pod({ containers: [{ name: 'main' }] }), reports: [refused(image, 'Required value')] },
    {
      name: 'a whole Deployment without the key, in an init container',
      object: deployment({ initContainers: [{ name: 'i' }], containers: [{ name: 'm', image: 'a:1' }] }),
      reports: [refused('/spec/template/spec/initContainers/0/image', 'Required value')],
    },
    {
      name: 'a null image in a patch',
      object: deployment({ containers: [{ name: 'm', image: null }] }, {}),
      reports: [refused('/spec/template/spec/containers/0/image', 'Required value')],
    },
    { name: 'an image that is a number', object: podWith({ image: 5 }), reports: [refused(image, 'a number instead of a string')] },
    {
      name: 'an image that is a mapping',
      object: podWith({ image: { repository: 'nginx' } }),
      reports: [refused(image, 'a mapping instead of a string')],
    },
    {
      name: 'an unknown pull policy',
      object: podWith({ imagePullPolicy: 'always' }),
      reports: [
        { messageId: 'refused', pointer: '/spec/containers/0/imagePullPolicy', data: { field: 'spec.containers[0].imagePullPolicy' } },
      ],
    },
    {
      name: 'containers as a mapping',
      object: pod({ containers: { name: 'm', image: 'a:1' } }),
      reports: [refused('/spec/containers', 'a mapping instead of a list')],
    },
    {
      name: 'a null container',
      object: pod({ containers: [null] }),
      reports: [refused('/spec/containers/0/name', 'Required value'), refused('/spec/containers/0/image', 'Required value')],
    },
    {
      name: 'pull secrets as strings',
      object: specWith({ imagePullSecrets: ['regcred'] }),
      reports: [refused('/spec/imagePullSecrets/0', 'a string instead of a mapping')],
    },
    {
      name: 'a startup probe with a successThreshold',
      object: podWith({ startupProbe: { exec: { command: ['a'] }, successThreshold: 2 } }),
      reports: [refused('/spec/containers/0/startupProbe/successThreshold', 'Invalid value: 2: must be 1')],
    },
    {
      name: 'unquoted values, and a wrong quantity',
      object: podWith({ args: ['-v', 2], env: [{ name: 'A', value: true }], resources: { limits: { memory: '512MB' } } }),
      reports: [
        { ...refused('/spec/containers/0/args/1', 'a number instead of a string'), data: { advice: 'quote it' } },
        refused('/spec/containers/0/env/0/value', 'a boolean instead of a string'),
        refused('/spec/containers/0/resources/limits/memory', '"512MB" is not a quantity'),
      ],
    },
    {
      name: 'a fraction of a second',
      object: specWith({ terminationGracePeriodSeconds: 1.5 }),
      reports: [refused('/spec/terminationGracePeriodSeconds', '1.5 is not an integer of type int64')],
    },
    {
      name: 'an image volume without a reference in a template, whose pods are rejected',
      object: deployment({ containers: [{ name: 'm', image: 'a:1' }], volumes: [{ name: 'v', image: {} }] }),
      reports: [
        {
          messageId: 'refused',
          pointer: '/spec/template/spec/volumes/0/image/reference',
          data: { rejected: 'the pods of this Deployment' },
        },
      ],
    },
    {
      name: 'a debug container in a template',
      object: deployment({ containers: [{ name: 'm', image: 'a:1' }], ephemeralContainers: [{ name: 'd', image: 'b:1' }] }),
      reports: [refused('/spec/template/spec/ephemeralContainers', 'Forbidden: ephemeral containers not allowed in pod template')],
    },
    {
      name: 'pullPolicy, and a pull policy in the wrong case',
      object: podWith({ pullPolicy: 'Always', imagePullpolicy: 'Always' }),
      reports: [
        ignored('/spec/containers/0/imagePullpolicy', 'use imagePullPolicy'),
        ignored('/spec/containers/0/pullPolicy', 'use imagePullPolicy'),
      ],
    },
    {
      name: 'fields one level off',
      object: workload(
        'Deployment',
        { imagePullPolicy: 'Always', containers: [{ name: 'm', image: 'a:1', imagePullSecrets: [], runAsUser: 0 }] },
        { spec: { ...whole, imagePullSecrets: [] } },
      ),
      reports: [
        ignored('/spec/imagePullSecrets', 'it belongs in spec.template.spec'),
        ignored('/spec/template/spec/containers/0/imagePullSecrets', 'it belongs in spec.template.spec'),
        ignored('/spec/template/spec/containers/0/runAsUser', 'it belongs in spec.template.spec.containers[0].securityContext'),
        ignored('/spec/template/spec/imagePullPolicy', 'it belongs in spec.template.spec.containers[*]'),
      ],
    },
    {
      name: 'a pull secret under the name that volumes use',
      object: specWith({ imagePullSecrets: [{ secretName: 'regcred' }] }),
      reports: [ignored('/spec/imagePullSecrets/0/secretName', 'use name')],
    },
    {
      name: 'volumes and variables without the fields that they require',
      object: pod({
        containers: [{ name: 'm', image: 'a:1', env: [{ value: 'x' }] }],
        volumes: [
          { name: 's', secret: { name: 'x' } },
          { name: 'c', configMap: {} },
          { name: 'p', persistentVolumeClaim: {} },
          { name: 'h', hostPath: { path: '' } },
        ],
      }),
      reports: [
        refused('/spec/volumes/0/secret/secretName', 'Required value'),
        refused('/spec/volumes/1/configMap/name', 'Required value'),
        refused('/spec/volumes/2/persistentVolumeClaim/claimName', 'Required value'),
        refused('/spec/volumes/3/hostPath/path', 'Required value'),
        refused('/spec/containers/0/env/0/name', 'Required value'),
      ],
    },
    {
      name: 'misspelt fields',
      object: specWith({ initContainer: [], image_pull_secrets: [], terminationGracePeriodSecond: 1 }),
      reports: [
        ignored('/spec/image_pull_secrets', 'use imagePullSecrets'),
        ignored('/spec/initContainer', 'use initContainers'),
        ignored('/spec/terminationGracePeriodSecond', 'use terminationGracePeriodSeconds'),
      ],
    },
  ],
})
