import { pod, workload } from '../testing/objects.ts'
import { testRule } from '../testing/rule-tester.ts'
import { rule } from './rule.ts'

const asks = (cpu: string | number, memory: string) => ({ resources: { requests: { cpu, memory } } })
const init = (name: string, extra: object) => ({ name, image: 'tools:1', ...extra })
const sidecar = (name: string, extra: object) => ({ ...init(name, extra), restartPolicy: 'Always' })
const podSpec = (initContainers: object[], main: object, rest: object = {}) => ({
  initContainers,
  containers: [{ name: 'main', image: 'app:1', ...main }],
  ...rest,
})
const greedy = podSpec([init('load', asks('2', '4Gi'))], asks('500m', '1Gi'))
const owner = { apiVersion: 'batch/v1', kind: 'Job', name: 'j', controller: true }

testRule(rule, {
  valid: [
    { name: 'no init containers', object: pod(podSpec([], asks('1', '1Gi'))) },
    { name: 'the init container asks for less', object: pod(podSpec([init('load', asks('100m', '64Mi'))], asks('1', '1Gi'))) },
    { name: 'within the ratio', object: pod(podSpec([init('load', asks('3', '3Gi'))], asks('2', '2Gi'))) },
    { name: 'within the least amount', object: pod(podSpec([init('load', asks('200m', '200Mi'))], asks('10m', '10Mi'))) },
    { name: 'app containers without requests', object: pod(podSpec([init('load', asks('2', '4Gi'))], {})) },
    { name: 'init containers do not add up', object: pod(podSpec([init('a', asks(1, '1Gi')), init('b', asks(1, '1Gi'))], asks(1, '1Gi'))) },
    {
      name: 'a sidecar before it runs on',
      object: pod(podSpec([sidecar('proxy', asks('4', '8Gi')), init('load', asks('2', '4Gi'))], asks('1', '1Gi'))),
    },
    { name: 'a Job', object: workload('Job', greedy) },
    { name: 'a CronJob', object: workload('CronJob', greedy) },
    { name: 'a Pod of a Job', object: pod(greedy, { ownerReferences: [owner] }) },
    { name: 'pod-level resources', object: pod({ ...greedy, resources: { requests: { cpu: '1' } } }) },
    { name: 'amounts that cannot be read', object: pod(podSpec([init('load', asks('much', '4 GB'))], asks('1m', '1Mi'))) },
    {
      name: 'ephemeral containers ask for nothing',
      object: pod({ ...podSpec([], asks('1m', '1Mi')), ephemeralContainers: [init('debug', asks('9', '9Gi'))] }),
    },
    { name: 'a threshold of the policy', object: pod(greedy), options: { threshold: 10 } },
    { name: 'least amounts of the policy', object: pod(greedy), options: { minimumCpu: '4', minimumMemory: '8Gi' } },
  ],
  invalid: [
    {
      name: 'both resources',
      object: pod(greedy),
      reports: [
        {
          messageId: 'reserves',
          pointer: '/spec/initContainers/0/resources',
          data: { resource: 'cpu', init: '2', running: '500m', excess: '1500m' },
        },
        {
          messageId: 'reserves',
          pointer: '/spec/initContainers/0/resources',
          data: { resource: 'memory', init: '4Gi', running: '1Gi', excess: '3Gi' },
        },
      ],
    },
    {
      name: 'the greatest init container, with the sidecars before it but not those after it',
      object: workload(
        'Deployment',
        podSpec(
          [
            init('small', asks('1m', '1Mi')),
            sidecar('before', asks('1m', '1Gi')),
            init('large', asks('1m', '6Gi')),
            sidecar('after', asks('1m', '1Gi')),
          ],
          asks('1m', '1Gi'),
        ),
      ),
      reports: [
        {
          messageId: 'reserves',
          pointer: '/spec/template/spec/initContainers/2/resources',
          data: { resource: 'memory', init: '7Gi', running: '3Gi', excess: '4Gi' },
        },
      ],
    },
    {
      name: 'limits count where requests are absent',
      object: pod(
        podSpec([init('load', { resources: { limits: { memory: '4Gi' } } })], { resources: { limits: { cpu: '1', memory: '1Gi' } } }),
      ),
      reports: [{ messageId: 'reserves', pointer: '/spec/initContainers/0/resources', data: { resource: 'memory', excess: '3Gi' } }],
    },
  ],
})
