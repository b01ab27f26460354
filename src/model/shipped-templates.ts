/**
 * Where well-known custom resources have their pod templates, if not at spec.template. Each entry names the file that declares the fields. A
 * policy adds others with `templates`.
 */
import type { TemplateEntry } from './pod-templates.ts'

/** github.com/argoproj/argo-workflows pkg/apis/workflow/v1alpha1/workflow_types.go, type Template. */
const argoTemplate = ['container', 'script', 'initContainers', 'sidecars', 'containerSet.containers']
const argoWorkflow = (spec: string) => argoTemplate.map((place) => `${spec}.templates[*].${place}`)

/** github.com/tektoncd/pipeline pkg/apis/pipeline/v1/task_types.go, type TaskSpec. */
const tektonTask = (spec: string) => [`${spec}.steps`, `${spec}.sidecars`]
/** github.com/tektoncd/pipeline pkg/apis/pipeline/v1/pipeline_types.go, type PipelineSpec. */
const tektonPipeline = (spec: string) => [...tektonTask(`${spec}.tasks[*].taskSpec`), ...tektonTask(`${spec}.finally[*].taskSpec`)]

/** github.com/ray-project/kuberay ray-operator/apis/ray/v1/raycluster_types.go, type RayClusterSpec. */
const rayCluster = (spec: string) => [`${spec}.headGroupSpec.template`, `${spec}.workerGroupSpecs[*].template`]

/** github.com/kubeflow/training-operator pkg/apis/kubeflow.org/v1/*_types.go: maps from a replica type to its ReplicaSpec. */
const kubeflowJobs: readonly (readonly [kind: string, key: string])[] = [
  ['PyTorchJob', 'pytorchReplicaSpecs'],
  ['TFJob', 'tfReplicaSpecs'],
  ['MPIJob', 'mpiReplicaSpecs'],
  ['XGBoostJob', 'xgbReplicaSpecs'],
  ['PaddleJob', 'paddleReplicaSpecs'],
  ['JAXJob', 'jaxReplicaSpecs'],
]

export const shippedTemplates: readonly TemplateEntry[] = [
  ...['Workflow', 'WorkflowTemplate', 'ClusterWorkflowTemplate'].map((kind) => ({
    apiVersion: 'argoproj.io/*',
    kind,
    paths: argoWorkflow('spec'),
  })),
  // pkg/apis/workflow/v1alpha1/cron_workflow_types.go
  { apiVersion: 'argoproj.io/*', kind: 'CronWorkflow', paths: argoWorkflow('spec.workflowSpec') },
  // github.com/argoproj/argo-rollouts pkg/apis/rollouts/v1alpha1/analysis_types.go, type JobMetric
  ...['AnalysisTemplate', 'ClusterAnalysisTemplate', 'AnalysisRun'].map((kind) => ({
    apiVersion: 'argoproj.io/*',
    kind,
    paths: ['spec.metrics[*].provider.job.spec.template'],
  })),
  ...['Task', 'ClusterTask'].map((kind) => ({ apiVersion: 'tekton.dev/*', kind, paths: tektonTask('spec') })),
  { apiVersion: 'tekton.dev/*', kind: 'TaskRun', paths: tektonTask('spec.taskSpec') },
  { apiVersion: 'tekton.dev/*', kind: 'Pipeline', paths: tektonPipeline('spec') },
  { apiVersion: 'tekton.dev/*', kind: 'PipelineRun', paths: tektonPipeline('spec.pipelineSpec') },
  // github.com/kubernetes-sigs/jobset api/jobset/v1alpha2/jobset_types.go, type ReplicatedJob
  { apiVersion: 'jobset.x-k8s.io/*', kind: 'JobSet', paths: ['spec.replicatedJobs[*].template.spec.template'] },
  // github.com/kubernetes-sigs/lws api/leaderworkerset/v1/leaderworkerset_types.go, type LeaderWorkerTemplate
  {
    apiVersion: 'leaderworkerset.x-k8s.io/*',
    kind: 'LeaderWorkerSet',
    paths: ['spec.leaderWorkerTemplate.leaderTemplate', 'spec.leaderWorkerTemplate.workerTemplate'],
  },
  // github.com/cloudnative-pg/cloudnative-pg api/v1/pooler_types.go, type PoolerSpec
  { apiVersion: 'postgresql.cnpg.io/*', kind: 'Pooler', paths: ['spec.template'] },
  // github.com/kedacore/keda apis/keda/v1alpha1/scaledjob_types.go, type ScaledJobSpec
  { apiVersion: 'keda.sh/*', kind: 'ScaledJob', paths: ['spec.jobTargetRef.template'] },
  { apiVersion: 'ray.io/*', kind: 'RayCluster', paths: rayCluster('spec') },
  { apiVersion: 'ray.io/*', kind: 'RayJob', paths: [...rayCluster('spec.rayClusterSpec'), 'spec.submitterPodTemplate'] },
  { apiVersion: 'ray.io/*', kind: 'RayService', paths: rayCluster('spec.rayClusterConfig') },
  ...kubeflowJobs.map(([kind, key]) => ({ apiVersion: 'kubeflow.org/*', kind, paths: [`spec.${key}.*.template`] })),
  // github.com/volcano-sh/apis pkg/apis/batch/v1alpha1/job.go, type TaskSpec
  { apiVersion: 'batch.volcano.sh/*', kind: 'Job', paths: ['spec.tasks[*].template'] },
  // github.com/openkruise/kruise apis/apps/v1alpha1/advancedcronjob_types.go, type CronJobTemplate
  {
    apiVersion: 'apps.kruise.io/*',
    kind: 'AdvancedCronJob',
    paths: ['spec.template.jobTemplate.spec.template', 'spec.template.broadcastJobTemplate.spec.template'],
  },
  // github.com/googleforgames/agones pkg/apis/agones/v1/fleet.go, gameserverset.go: a template of GameServers, which have a pod template
  ...['Fleet', 'GameServerSet'].map((kind) => ({ apiVersion: 'agones.dev/*', kind, paths: ['spec.template.spec.template'] })),
  // github.com/knative/serving pkg/apis/serving/v1/revision_types.go, type RevisionSpec
  { apiVersion: 'serving.knative.dev/*', kind: 'Revision', paths: ['spec'] },
  // github.com/kserve/kserve pkg/apis/serving/v1beta1/inference_service.go: each component embeds a PodSpec
  { apiVersion: 'serving.kserve.io/*', kind: 'InferenceService', paths: ['spec.predictor', 'spec.transformer', 'spec.explainer'] },
]
