import { pod, workload } from '../testing/objects.ts'
import { type InvalidCase, testRule } from '../testing/rule-tester.ts'
import { rule } from './rule.ts'

const init = (name: string, extra: object = {}) => ({ name, image: 'tools:1', ...extra })
const spec = (restartPolicy: string | undefined, ...initContainers: object[]) => ({
  ...(restartPolicy === undefined ? {} : { restartPolicy }),
  initContainers,
  containers: [{ name: 'main', image: 'app:1' }],
})
const never = spec('Never', init('demo'))
const ownNever = { restartPolicy: 'Never' }
const exitCodes = (operator: string, values: number[], action = 'Restart') => ({ action, exitCodes: { operator, values } })
const restarting = (...restartPolicyRules: object[]) => ({ restartPolicy: 'Never', restartPolicyRules })
const ownedBy = (kind: string) => ({ ownerReferences: [{ apiVersion: 'x/v1', kind, name: 'o', controller: true }] })

const milderPods: InvalidCase[] = [
  { name: 'a Helm hook', object: pod(never, { annotations: { 'helm.sh/hook': 'pre-install' } }), messageId: 'hook' },
  {
    name: 'a Helm hook that is also a test',
    object: pod(never, { annotations: { 'helm.sh/hook': 'post-install,test' } }),
    messageId: 'hook',
  },
  { name: 'an Argo CD hook', object: pod(never, { annotations: { 'argocd.argoproj.io/hook': 'PreSync' } }), messageId: 'hook' },
  { name: 'a pod of GitLab Runner', object: pod(never, { labels: { 'job.runner.gitlab.com/pod': 'runner-x' } }), messageId: 'runner' },
  { name: 'a pod of Jenkins', object: pod(never, { labels: { 'jenkins/label': 'agent' } }), messageId: 'runner' },
  { name: 'a pod of Argo Workflows', object: pod(never, { labels: { 'workflows.argoproj.io/workflow': 'w' } }), messageId: 'runner' },
  {
    name: 'a pod of Tekton with an owner',
    object: pod(never, { ...ownedBy('TaskRun'), labels: { 'tekton.dev/taskRun': 't' } }),
    messageId: 'owned',
  },
  { name: 'a pod of a Job', object: pod(never, ownedBy('Job')), messageId: 'owned' },
].map(({ name, object, messageId }) => ({ name, object, reports: [{ messageId, pointer: '/spec/restartPolicy', milder: true }] }))

testRule(rule, {
  valid: [
    { name: 'no init containers', object: pod(spec('Never')) },
    { name: 'only a sidecar, which always restarts', object: pod(spec('Never', init('proxy', { restartPolicy: 'Always' }))) },
    { name: 'a pod without restartPolicy, which defaults to Always', object: pod(spec(undefined, init('demo'))) },
    { name: 'a pod with restartPolicy OnFailure', object: pod(spec('OnFailure', init('demo'))) },
    { name: 'an init container with OnFailure in a Never pod', object: pod(spec('Never', init('demo', { restartPolicy: 'OnFailure' }))) },
    { name: 'a rule that restarts every failure', object: pod(spec('Never', init('demo', restarting(exitCodes('NotIn', [0]))))) },
    {
      name: 'two rules that together restart every failure',
      object: pod(spec('Never', init('demo', restarting(exitCodes('NotIn', [3]), exitCodes('In', [3], 'RestartAllContainers'))))),
    },
    { name: 'a Deployment with Never, which the API server rejects', object: workload('Deployment', never) },
    { name: 'a test of a Helm chart', object: pod(never, { annotations: { 'helm.sh/hook': 'test' } }) },
    {
      name: 'a test of a Helm chart under its former names',
      object: pod(never, { annotations: { 'helm.sh/hook': 'test-success, test-failure' } }),
    },
    { name: 'a Job that tests a Helm chart', object: workload('Job', never, { metadata: { annotations: { 'helm.sh/hook': 'test' } } }) },
    { name: 'an invalid restartPolicy', object: pod(spec('never', init('demo'))) },
    { name: 'a Job with restartPolicy OnFailure', object: workload('Job', spec('OnFailure', init('demo'))) },
  ],
  invalid: [
    {
      name: 'a bare Pod with one init container',
      object: pod(never),
      reports: [{ messageId: 'bare', pointer: '/spec/restartPolicy', data: { init: 'init container "demo"' } }],
    },
    {
      name: 'two init containers, in one report',
      object: pod(spec('Never', init('a'), init('b'))),
      reports: [{ messageId: 'bare', pointer: '/spec/restartPolicy', data: { init: 'init container "a" or "b"' } }],
    },
    {
      name: 'three init containers and a sidecar',
      object: pod(spec('Never', init('a'), init('b'), init('c'), init('proxy', { restartPolicy: 'Always' }))),
      reports: [{ messageId: 'bare', pointer: '/spec/restartPolicy', data: { init: 'init container "a", "b" or "c"' } }],
    },
    {
      name: 'four init containers, as a number',
      object: pod(spec('Never', init('a'), init('b'), init('c'), init('d'))),
      reports: [{ messageId: 'bare', pointer: '/spec/restartPolicy', data: { init: 'one of 4 init containers' } }],
    },
    {
      name: 'restartPolicyRules of the app container only',
      object: pod({
        ...never,
        containers: [{ name: 'main', image: 'app:1', ...restarting(exitCodes('NotIn', [0], 'RestartAllContainers')) }],
      }),
      reports: [{ messageId: 'bare', pointer: '/spec/restartPolicy' }],
    },
    {
      name: 'restartPolicyRules without a restartPolicy, which the API server rejects',
      object: pod(spec('Never', init('demo', { restartPolicyRules: [exitCodes('NotIn', [0])] }))),
      reports: [{ messageId: 'bare', pointer: '/spec/restartPolicy' }],
    },
    {
      name: 'rules that restart only exit code 0',
      object: pod(spec('Never', init('demo', restarting(exitCodes('In', [0]))))),
      reports: [{ messageId: 'bare', pointer: '/spec/restartPolicy' }],
    },
    {
      name: 'Never on an init container of an Always pod',
      object: pod(spec('Always', init('ok'), init('demo', ownNever))),
      reports: [{ messageId: 'bare', pointer: '/spec/initContainers/1/restartPolicy', data: { init: 'it' } }],
    },
    {
      name: 'rules that restart some exit codes',
      object: pod(spec('Never', init('demo', restarting(exitCodes('In', [42]))))),
      reports: [{ messageId: 'someExitCodes', pointer: '/spec/initContainers/0/restartPolicy', milder: true }],
    },
    {
      name: 'rules that do not restart one exit code',
      object: pod(spec('OnFailure', init('demo', restarting(exitCodes('NotIn', [3], 'RestartAllContainers'))))),
      reports: [{ messageId: 'someExitCodes', pointer: '/spec/initContainers/0/restartPolicy', milder: true }],
    },
    ...milderPods,
    {
      name: 'a PodTemplate',
      object: workload('PodTemplate', never),
      reports: [{ messageId: 'bare', pointer: '/template/spec/restartPolicy', milder: true }],
    },
    {
      name: 'Never on an init container of a Deployment',
      object: workload('Deployment', spec(undefined, init('demo', ownNever))),
      reports: [
        {
          messageId: 'controller',
          pointer: '/spec/template/spec/initContainers/0/restartPolicy',
          data: { owner: 'Deployment' },
          milder: true,
        },
      ],
    },
    {
      name: 'a Job',
      object: workload('Job', never),
      reports: [{ messageId: 'job', pointer: '/spec/template/spec/restartPolicy', data: { backoffLimit: 6 }, milder: true }],
    },
    {
      name: 'a Job with backoffLimit 2',
      object: workload('Job', never, { spec: { backoffLimit: 2 } }),
      reports: [{ messageId: 'job', pointer: '/spec/template/spec/restartPolicy', data: { backoffLimit: 2 }, milder: true }],
    },
    {
      name: 'a Job with backoffLimit 0',
      object: workload('Job', never, { spec: { backoffLimit: 0 } }),
      reports: [{ messageId: 'jobOnce', pointer: '/spec/template/spec/restartPolicy', milder: true }],
    },
    {
      name: 'a Job with backoffLimitPerIndex',
      object: workload('Job', never, { spec: { backoffLimitPerIndex: 3 } }),
      reports: [{ messageId: 'indexedJob', pointer: '/spec/template/spec/restartPolicy', data: { backoffLimit: 3 }, milder: true }],
    },
    {
      name: 'a CronJob',
      object: workload('CronJob', never, { spec: { backoffLimit: 3 } }),
      reports: [
        { messageId: 'cronJob', pointer: '/spec/jobTemplate/spec/template/spec/restartPolicy', data: { failedPods: 4 }, milder: true },
      ],
    },
  ],
})
