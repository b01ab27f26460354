/** What is over: it makes no more Pods, so a policy changes nothing for it. */
import { asArray, asString, at, type JsonObject, member } from '../model/json.ts'
import type { Workload } from '../model/workload.ts'
import { customResource, groupOf } from '../model/workload-kinds.ts'

/** Conditions that end a custom resource which runs once, if their status is True. */
const ended = ['Complete', 'Completed', 'Failed', 'Succeeded']

/**
 * The custom resources that run once, by group. Each sets `completionTime`, `finishedAt`, an end time or one of the conditions above.
 * Sources: argo-workflows pkg/apis/workflow/v1alpha1/workflow_types.go (WorkflowStatus), argo-rollouts analysis_types.go (AnalysisRunStatus),
 * tektoncd/pipeline pkg/apis/pipeline/v1 (TaskRunStatusFields, PipelineRunStatusFields), jobset api/jobset/v1alpha2 (JobSetStatus), kuberay
 * ray-operator/apis/ray/v1/rayjob_types.go (RayJobStatus), kubeflow training-operator common_types.go (JobStatus), volcano-sh/apis
 * pkg/apis/batch/v1alpha1/job.go (JobPhase), kruise apis/apps/v1alpha1/broadcastjob_types.go (BroadcastJobStatus).
 */
const runsOnce: ReadonlySet<string> = new Set([
  'argoproj.io/Workflow',
  'argoproj.io/AnalysisRun',
  'tekton.dev/TaskRun',
  'tekton.dev/PipelineRun',
  'jobset.x-k8s.io/JobSet',
  'ray.io/RayJob',
  ...['PyTorchJob', 'TFJob', 'MPIJob', 'XGBoostJob', 'PaddleJob', 'JAXJob'].map((kind) => `kubeflow.org/${kind}`),
  'batch.volcano.sh/Job',
  'apps.kruise.io/BroadcastJob',
])

/** Phases in which nothing is started any more; of volcano's Job, in status.state.phase; of a RayJob, in jobDeploymentStatus. */
const lastPhases: ReadonlySet<string> = new Set([
  'Succeeded',
  'Successful',
  'Failed',
  'Error',
  'Completed',
  'Complete',
  'Terminated',
  'Aborted',
])

/** Whether it makes no more Pods: an old ReplicaSet that a user kept, a Job that has ended, a workflow that has finished. */
export function isHistory({ kind, kindName, apiVersion, object }: Workload): boolean {
  if (kind === 'ReplicaSet') return at(object, 'spec', 'replicas') === 0
  if (kind === 'Job') return hasCondition(object, ['Complete', 'Failed'])
  if (kind !== customResource || !runsOnce.has(`${groupOf(apiVersion)}/${kindName}`)) return false
  const status = member(object, 'status')
  const times = [member(status, 'completionTime'), member(status, 'finishedAt'), member(status, 'endTime')]
  const phases = [member(status, 'phase'), at(status, 'state', 'phase'), member(status, 'jobDeploymentStatus')]
  return (
    times.some((time) => asString(time)) || phases.some((phase) => lastPhases.has(asString(phase) ?? '')) || hasCondition(object, ended)
  )
}

function hasCondition(object: JsonObject, types: readonly string[]): boolean {
  return asArray(at(object, 'status', 'conditions')).some(
    (condition) => types.includes(asString(member(condition, 'type')) ?? '') && member(condition, 'status') === 'True',
  )
}

/** Whether all containers of the Pod have ended and will not run again. */
export function isFinished(pod: JsonObject): boolean {
  const phase = at(pod, 'status', 'phase')
  return phase === 'Succeeded' || phase === 'Failed'
}
