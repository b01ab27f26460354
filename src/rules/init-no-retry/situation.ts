/** What happens to a pod after it has failed. */
import { at } from '../../model/json.ts'
import type { Workload } from '../../model/workload.ts'

/** What created the pod, and the data that the message needs about it. */
export interface Situation {
  readonly id: 'bare' | 'hook' | 'runner' | 'owned' | 'controller' | 'job' | 'indexedJob' | 'jobOnce' | 'cronJob'
  readonly data: Readonly<Record<string, string | number>>
}

/** The number of retries of a Job (kubernetes pkg/apis/batch/v1/defaults.go). */
const defaultBackoffLimit = 6

/** Annotations of tools that run a pod once and check its result. */
const hookAnnotations = ['helm.sh/hook', 'argocd.argoproj.io/hook']

/**
 * Labels and annotations that CI runners and workflow engines set on the pods that they create. They create another pod themselves, or
 * report the failed job to its owner.
 */
const runnerKeys: readonly (readonly [key: string, runner: string])[] = [
  ['job.runner.gitlab.com/pod', 'GitLab Runner'],
  ['job.runner.gitlab.com/id', 'GitLab Runner'],
  ['actions-ephemeral-runner', 'GitHub Actions'],
  ['actions.github.com/scale-set-name', 'GitHub Actions'],
  ['tekton.dev/taskRun', 'Tekton'],
  ['workflows.argoproj.io/workflow', 'Argo Workflows'],
  ['jenkins/label', 'Jenkins'],
  ['kubernetes.jenkins.io/controller', 'Jenkins'],
  ['prow.k8s.io/job', 'Prow'],
]

/** `test-success` and `test-failure` are the names of Helm 2, the first of which Helm 3 and 4 still accept. */
const testHooks = new Set(['test', 'test-success', 'test-failure'])

/**
 * Whether it is a test of a Helm chart and nothing else: `helm test` runs it once and reports its failure, so a test whose preparation
 * fails should fail (helm.sh/docs/topics/chart_tests, whose example has restartPolicy: Never).
 */
export function isHelmTest({ annotations }: Workload): boolean {
  const hooks = annotations.get('helm.sh/hook')?.split(',') ?? []
  return hooks.length > 0 && hooks.every((hook) => testHooks.has(hook.trim()))
}

/**
 * What happens after a pod of this workload has failed. Anyone can write the marks of hooks and runners, so only the wording and one step
 * of strictness depend on them.
 */
export function situationOf(workload: Workload): Situation {
  switch (workload.kind) {
    case 'Job':
      return jobSituation(at(workload.object, 'spec'))
    case 'CronJob':
      return { id: 'cronJob', data: { failedPods: backoffLimit(at(workload.object, 'spec', 'jobTemplate', 'spec')) + 1 } }
    case 'PodTemplate':
      return { id: 'bare', data: {} }
    case 'Pod':
      return podSituation(workload)
    default:
      return { id: 'controller', data: { owner: workload.kind } }
  }
}

function podSituation(workload: Workload): Situation {
  if (workload.controllerOwner !== null) return { id: 'owned', data: { owner: workload.controllerOwner.kind } }
  if (hookAnnotations.some((key) => workload.annotations.has(key))) return { id: 'hook', data: {} }
  const runner = runnerKeys.find(([key]) => workload.labels.has(key) || workload.annotations.has(key))
  return runner === undefined ? { id: 'bare', data: {} } : { id: 'runner', data: { runner: runner[1] } }
}

function jobSituation(spec: unknown): Situation {
  const perIndex = at(spec, 'backoffLimitPerIndex')
  if (typeof perIndex === 'number') return { id: 'indexedJob', data: { backoffLimit: perIndex } }
  const limit = backoffLimit(spec)
  return limit === 0 ? { id: 'jobOnce', data: {} } : { id: 'job', data: { backoffLimit: limit } }
}

function backoffLimit(jobSpec: unknown): number {
  const limit = at(jobSpec, 'backoffLimit')
  return typeof limit === 'number' ? limit : defaultBackoffLimit
}
