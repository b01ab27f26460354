import { pod, workload } from '../testing/objects.ts'
import { testRule } from '../testing/rule-tester.ts'
import { rule } from './rule.ts'

const requests = (cpu: string | number, memory: string) => ({ resources: { requests: { cpu, memory } } })
const init = (name: string, extra: object) => ({ name, image: 'tools:1', ...extra })
const sidecar = (name: string, extra: object) => ({ ...init(name, extra), restartPolicy: 'Always' })
const podSpec = (initContainers: object[], main: object, rest: object = {}) => ({
  initContainers,
  containers: [{ name: 'main', image: 'app:1', ...main }],
  ...rest,
})
const greedy = podSpec([init('load', requests('2', '4Gi'))], requests('500m', '1Gi'))
const owner = { apiVersion: 'batch/v1', kind: 'Job', name: 'j', controller: true }

testRule(rule, {
  valid: [
    { name: 'a pod without init containers', object: pod(podSpec([], requests('1', '1Gi'))) },
    { name: 'an init container that requests less', object: pod(podSpec([init('load', requests('100m', '64Mi'))], requests('1', '1Gi'))) },
    { name: 'an excess within the ratio', object: pod(podSpec([init('load', requests('3', '3Gi'))], requests('2', '2Gi'))) },
    { name: 'an excess below the minimum', object: pod(podSpec([init('load', requests('200m', '200Mi'))], requests('10m', '10Mi'))) },
    { name: 'app containers without requests', object: pod(podSpec([init('load', requests('2', '4Gi'))], {})) },
    {
      name: 'two init containers, whose requests are not added up',
      object: pod(podSpec([init('a', requests(1, '1Gi')), init('b', requests(1, '1Gi'))], requests(1, '1Gi'))),
    },
    {
      name: 'an earlier sidecar, which keeps running',
      object: pod(podSpec([sidecar('proxy', requests('4', '8Gi')), init('load', requests('2', '4Gi'))], requests('1', '1Gi'))),
    },
    { name: 'a Job', object: workload('Job', greedy) },
    { name: 'a CronJob', object: workload('CronJob', greedy) },
    { name: 'a Pod of a Job', object: pod(greedy, { ownerReferences: [owner] }) },
    { name: 'pod-level resources', object: pod({ ...greedy, resources: { requests: { cpu: '1' } } }) },
    { name: 'amounts that cannot be parsed', object: pod(podSpec([init('load', requests('much', '4 GB'))], requests('1m', '1Mi'))) },
    {
      name: 'ephemeral containers, whose requests do not count',
      object: pod({ ...podSpec([], requests('1m', '1Mi')), ephemeralContainers: [init('debug', requests('9', '9Gi'))] }),
    },
    { name: 'a higher threshold in the policy', object: pod(greedy), options: { threshold: 10 } },
    { name: 'higher minimums in the policy', object: pod(greedy), options: { minimumCpu: '4', minimumMemory: '8Gi' } },
  ],
  invalid: [
    {
      name: 'an excess of both resources',
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
      name: 'the largest init container, plus the sidecars before it but not those after it',
      object: workload(
        'Deployment',
        podSpec(
          [
            init('small', requests('1m', '1Mi')),
            sidecar('before', requests('1m', '1Gi')),
            init('large', requests('1m', '6Gi')),
            sidecar('after', requests('1m', '1Gi')),
          ],
          requests('1m', '1Gi'),
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
      name: 'limits without requests',
      object: pod(
        podSpec([init('load', { resources: { limits: { memory: '4Gi' } } })], { resources: { limits: { cpu: '1', memory: '1Gi' } } }),
      ),
      reports: [{ messageId: 'reserves', pointer: '/spec/initContainers/0/resources', data: { resource: 'memory', excess: '3Gi' } }],
    },
  ],
})
