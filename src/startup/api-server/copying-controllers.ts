/** Custom resources whose controllers create pods from the template as it is, so that what the API server refuses in pods is certain. */
import type { Workload } from '../../model/workload.ts'
import { customResource, groupOf } from '../../model/workload-kinds.ts'

/**
 * API groups, each with the file that copies the template. Other controllers may fill in what a template lacks, such as the image, or
 * replace what is wrong in it.
 */
const groups: ReadonlySet<string> = new Set([
  // github.com/argoproj/argo-rollouts rollout/sync.go, createDesiredReplicaSet
  'argoproj.io',
  // github.com/openkruise/kruise pkg/controller/cloneset/core/cloneset_core.go, NewVersionedPods
  'apps.kruise.io',
  // github.com/kubernetes-sigs/jobset pkg/controllers/jobset_controller.go, constructJob
  'jobset.x-k8s.io',
  // github.com/kubernetes-sigs/lws pkg/controllers/leaderworkerset_controller.go, constructLeaderStatefulSetApplyConfiguration
  'leaderworkerset.x-k8s.io',
  // github.com/kedacore/keda pkg/scaling/executor/scale_jobs.go, generateJobs
  'keda.sh',
  // github.com/volcano-sh/volcano pkg/controllers/job/job_controller_util.go, createJobPod
  'batch.volcano.sh',
])

/**
 * github.com/knative/serving pkg/apis/serving/k8s_validation.go, validateContainer: it requires an image, but its defaults add names and
 * the handlers of probes.
 */
const knative = 'serving.knative.dev'
const knativeFields = /\/(?:image|imagePullPolicy)$/

/**
 * Whether an error in the template of a custom resource is one in its pods, too; undefined if nothing is known about its controller.
 */
export function isCertainInPods({ kind, apiVersion, hasPodSpec }: Workload): ((pointer: string) => boolean) | undefined {
  if (kind !== customResource || !hasPodSpec) return undefined
  const group = groupOf(apiVersion)
  if (groups.has(group)) return () => true
  return group === knative ? (pointer) => knativeFields.test(pointer) : undefined
}
