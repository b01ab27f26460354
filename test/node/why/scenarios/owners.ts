/** Controllers whose pods are refused, cannot start, or are never replaced. */
import type { JsonObject } from '../../../../src/model/json.ts'
import { app, commonImage, owner, pod, script } from '../../record/scenario.ts'
import { container, type Expected, type StuckScenario } from '../scenario.ts'

const refused = { event: 'FailedCreate' } as const

const noPod = (cause: string, waiting: Expected['waiting'] = 'no'): Expected => ({ cause, stage: 'admission', container: null, waiting })

/** What selects the objects of one namespace. */
const inNamespace = (name: string): JsonObject => ({ matchLabels: { 'kubernetes.io/metadata.name': name } })

const rules = [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] }]

const deployment = (name: string): JsonObject => owner('Deployment', name, { containers: [app()] })

export const owners: readonly StuckScenario[] = [
  {
    name: 'quota',
    refusesPods: true,
    isQuick: true,
    objects: [{ apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'pods' }, spec: { hard: { pods: '0' } } }, deployment('quota')],
    target: 'deployment/quota',
    acts: [
      {
        stuck: refused,
        expected: noPod('admission-denied', 'unknown'),
        names: ['quota', 'raise the ResourceQuota'],
        cure: {
          by: 'world',
          change: (lab, name) =>
            lab.kubectl(name, ['patch', 'resourcequota', 'pods', '--type=merge', '-p', '{"spec":{"hard":{"pods":"5"}}}']),
        },
      },
    ],
  },
  {
    name: 'pod-security',
    refusesPods: true,
    namespaceLabels: { 'pod-security.kubernetes.io/enforce': 'baseline' },
    objects: [deployment('pod-security')],
    target: 'deployment/pod-security',
    acts: [
      {
        stuck: refused,
        expected: noPod('admission-denied'),
        names: ['Pod Security'],
        cure: {
          by: 'world',
          change: (lab, name) =>
            lab.kubectl(name, ['label', 'namespace', name, '--overwrite', 'pod-security.kubernetes.io/enforce=privileged']),
        },
      },
    ],
  },
  {
    name: 'admission-policy',
    refusesPods: true,
    objects: [
      {
        apiVersion: 'admissionregistration.k8s.io/v1',
        kind: 'ValidatingAdmissionPolicy',
        metadata: { name: 'team-label' },
        spec: {
          matchConstraints: { namespaceSelector: inNamespace('admission-policy'), resourceRules: rules },
          validations: [{ expression: '"team" in object.metadata.labels', message: 'pods need a label team' }],
        },
      },
      {
        apiVersion: 'admissionregistration.k8s.io/v1',
        kind: 'ValidatingAdmissionPolicyBinding',
        metadata: { name: 'team-label' },
        spec: { policyName: 'team-label', validationActions: ['Deny'] },
      },
      deployment('admission-policy'),
    ],
    target: 'deployment/admission-policy',
    acts: [
      {
        stuck: refused,
        expected: noPod('admission-denied'),
        names: ['team-label', 'change the template'],
        cure: {
          by: 'manifest',
          change: (manifest) => {
            const spec = manifest.spec as JsonObject
            const template = spec.template as JsonObject
            return {
              ...manifest,
              spec: { ...spec, template: { ...template, metadata: { labels: { app: 'admission-policy', team: 'shop' } } } },
            }
          },
        },
      },
    ],
  },
  {
    name: 'webhook-down',
    refusesPods: true,
    isQuick: true,
    objects: [
      {
        apiVersion: 'admissionregistration.k8s.io/v1',
        kind: 'ValidatingWebhookConfiguration',
        metadata: { name: 'checks' },
        webhooks: [
          {
            name: 'checks.shop.test',
            admissionReviewVersions: ['v1'],
            sideEffects: 'None',
            failurePolicy: 'Fail',
            timeoutSeconds: 1,
            namespaceSelector: inNamespace('webhook-down'),
            rules,
            // Nothing listens at the port tcpmux.
            clientConfig: { url: 'https://127.0.0.1:1/check' },
          },
        ],
      },
      deployment('webhook-down'),
    ],
    target: 'deployment/webhook-down',
    acts: [
      {
        stuck: refused,
        expected: noPod('webhook-refused-pods', 'unknown'),
        names: ['checks.shop.test', 'failurePolicy: Ignore'],
        cure: {
          by: 'world',
          change: (lab, name) =>
            lab.kubectl(name, [
              'patch',
              'validatingwebhookconfiguration',
              'checks',
              '--type=json',
              '-p',
              '[{"op":"replace","path":"/webhooks/0/failurePolicy","value":"Ignore"}]',
            ]),
        },
      },
    ],
  },
  {
    name: 'stateful-set',
    isQuick: true,
    objects: [
      owner(
        'StatefulSet',
        'stateful-set',
        { containers: [app({ image: 'registry.test/shop/db:0' })] },
        { replicas: 2, serviceName: 'stateful-set' },
      ),
    ],
    target: 'statefulset/stateful-set',
    acts: [
      {
        stuck: { status: 'ImagePullBackOff' },
        expected: { cause: 'image-not-found', stage: 'image-pull', container: 'app', waiting: 'no' },
        names: ['correct the tag or digest of registry.test/shop/db:0'],
        cure: container('app', { image: commonImage }),
      },
      {
        stuck: { status: 'ImagePullBackOff' },
        // The controller has seen the new template.
        before: (lab, name) =>
          lab.kubectl(name, ['wait', `statefulset/${name}`, '--for=jsonpath={.status.observedGeneration}=2', '--timeout=60s']),
        expected: { cause: 'statefulset-stuck-revision', stage: 'image-pull', container: 'app', waiting: 'no' },
        names: ['kubectl delete pod stateful-set-0 -n stateful-set', 'podManagementPolicy: Parallel'],
        cure: { by: 'now' },
      },
    ],
  },
  {
    name: 'job-deadline',
    objects: [
      owner(
        'Job',
        'job-deadline',
        { restartPolicy: 'Never', containers: [script('work', 'until wget -q --spider http://10.250.0.2:7821/; do sleep 1; done')] },
        { activeDeadlineSeconds: 8 },
      ),
    ],
    target: 'job/job-deadline',
    end: 'complete',
    acts: [
      {
        stuck: { event: 'DeadlineExceeded' },
        before: (lab) => lab.listen(7821),
        expected: noPod('deadline'),
        names: ['look at what the containers waited for'],
        cure: { by: 'manifest', change: (manifest) => ({ ...manifest }) },
      },
    ],
  },
  {
    name: 'pod-deadline',
    objects: [
      pod('pod-deadline', {
        activeDeadlineSeconds: 8,
        initContainers: [script('wait', 'until wget -q --spider http://10.250.0.2:7822/; do sleep 1; done')],
        containers: [app()],
      }),
    ],
    acts: [
      {
        stuck: { status: 'Init:Error', phase: 'Failed' },
        before: (lab) => lab.listen(7822),
        expected: { cause: 'deadline', stage: 'finished', container: null, waiting: 'no' },
        names: ['look at what the containers waited for'],
        cure: {
          by: 'manifest',
          change: (manifest) => ({ ...manifest, spec: { ...(manifest.spec as JsonObject), activeDeadlineSeconds: 600 } }),
        },
      },
    ],
  },
  {
    name: 'job-init-fails',
    isQuick: true,
    objects: [
      owner('Job', 'job-init-fails', {
        restartPolicy: 'OnFailure',
        initContainers: [script('migrate', 'wget -O /tmp/schema http://10.250.0.2:7823/schema')],
        containers: [script('work', 'true')],
      }),
    ],
    target: 'job/job-init-fails',
    end: 'complete',
    acts: [
      {
        stuck: { status: 'Init:Error', restarts: 1 },
        expected: { cause: 'application', stage: 'init-run', container: 'migrate', waiting: 'unknown' },
        names: ['cannot connect'],
        next: 'restart',
        cure: { by: 'world', change: (lab) => lab.listen(7823) },
      },
    ],
  },
  {
    name: 'cron-job',
    objects: [
      {
        apiVersion: 'batch/v1',
        kind: 'CronJob',
        metadata: { name: 'cron-job' },
        spec: {
          schedule: '* * * * *',
          concurrencyPolicy: 'Forbid',
          jobTemplate: {
            spec: {
              template: {
                metadata: {},
                spec: { restartPolicy: 'Never', containers: [script('work', 'true', { image: 'registry.test/jobs/report:0' })] },
              },
            },
          },
        },
      },
    ],
    target: 'cronjob/cron-job',
    end: 'complete',
    acts: [
      {
        stuck: { event: 'JobAlreadyActive' },
        expected: { cause: 'image-not-found', stage: 'image-pull', container: 'work', waiting: 'no' },
        names: ['registry.test/jobs/report:0', 'kubectl delete job'],
        cure: container('work', { image: commonImage }),
      },
      {
        stuck: { status: 'ImagePullBackOff' },
        expected: { cause: 'image-not-found', stage: 'image-pull', container: 'work', waiting: 'no' },
        names: ['kubectl delete job'],
        cure: { by: 'now' },
      },
    ],
  },
]
