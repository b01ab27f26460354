/** Jobs, whose pods kube-controller-manager creates one at a time. */
import { container, type NodeScenario } from '../support/scenario.ts'

function job(name: string, spec: object): NodeScenario['object'] {
  const template = { spec: { restartPolicy: 'Never', initContainers: [container('init')], containers: [container('app')] } }
  return { apiVersion: 'batch/v1', kind: 'Job', metadata: { name }, spec: { template, ...spec } }
}

const appSucceeds = { app: { runs: [{ seconds: 2, exit: 0 }] } }

export const jobs: readonly NodeScenario[] = [
  {
    name: 'job-init-fails',
    claim: {
      chapter: 'Jobs',
      sentence:
        'With restartPolicy Never, a Job whose init container fails creates another pod, and gives up after backoffLimit more pods.',
    },
    object: job('job-init-fails', { backoffLimit: 1 }),
    world: { containers: { init: { runs: [{ seconds: 2, exit: 1 }] }, ...appSucceeds } },
  },
  {
    name: 'job-second-pod-succeeds',
    object: job('job-second-pod-succeeds', { backoffLimit: 3 }),
    world: {
      containers: {
        init: {
          runs: [
            { seconds: 2, exit: 1 },
            { seconds: 2, exit: 0 },
          ],
        },
        ...appSucceeds,
      },
    },
  },
]
