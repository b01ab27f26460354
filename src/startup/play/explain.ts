/** The entry point of the startup model: how does this pod start in that scenario? */
import { asObject } from '../../model/json.ts'
import type { PullPolicy } from '../../model/pull-policy.ts'
import type { Workload } from '../../model/workload.ts'
import { type Refusal, refusalOf } from '../api-server/validation.ts'
import { allContainers, type ContainerSpec, type PodModel, readPod } from '../node/pod-spec.ts'
import type { Scenario } from '../scenario/scenario.ts'
import { foldStatuses, withoutRepeats } from '../timeline/fold.ts'
import { round } from '../timeline/log.ts'
import type { Lane, Timeline } from '../timeline/timeline.ts'
import { runJob } from './job.ts'
import { type FinishedRun, runPod } from './machine.ts'
import { verdictOf } from './verdict.ts'

/**
 * Models how a workload's pod starts in a scenario. Never throws, and ends after a bounded number of events for any pod and scenario.
 * @param workload of any of the nine kinds; for a Deployment or a similar kind, one of its pods is modeled
 * @param scenario see `readScenario` and `happyScenario`
 */
export function explainStart(workload: Workload, scenario: Scenario): Timeline {
  const read = readPod(workload.name, asObject(workload.podSpec))
  const refusal = refusalOf(workload)
  if (refusal !== null) return rejected(read, scenario, refusal)
  const pod = withTargetsImages(read)
  const job = runJob(workload, pod, scenario)
  if (job === undefined) return timelineOf(pod, scenario, runPod(pod, scenario))
  return { ...timelineOf(pod, scenario, job.first), verdict: job.verdict, steps: job.steps, job: job.timeline }
}

/** The image of a container of a patch that does not name one: whatever it is, nothing is known to be wrong with it. */
const imageOfTarget = 'image-of-the-patched-object'

/** The API server accepts a container without an image only in a patch, which changes an object that has one. */
function withTargetsImages(pod: PodModel): PodModel {
  const complete = (container: ContainerSpec): ContainerSpec =>
    container.image === '' ? { ...container, image: imageOfTarget } : container
  return { ...pod, initContainers: pod.initContainers.map(complete), containers: pod.containers.map(complete) }
}

/** The timeline of a run that has ended. */
function timelineOf(pod: PodModel, scenario: Scenario, run: FinishedRun): Timeline {
  const { machine } = run
  const { api, runtime, log, clock } = machine
  const rawStatuses = withoutRepeats(log.changes.map(({ status }) => status))
  const containers = allContainers(pod)
  return {
    scenario,
    statuses: foldStatuses(rawStatuses),
    rawStatuses,
    verdict: verdictOf(run),
    phase: api.status.phase,
    ready: log.changes.at(-1)?.ready ?? null,
    executions: new Map(containers.map(({ name }) => [name, executionsOf(run, name)])),
    pullPolicies: pullPolicies(pod),
    reasons: log.reasons(),
    podReason: api.status.reason === '' ? null : api.status.reason,
    rejection: null,
    rejectsOnlyPods: false,
    lastImageVersions: new Map(
      containers.flatMap(({ name }) => {
        const last = runtime.containers.find((container) => container.name === name)
        return last === undefined ? [] : [[name, last.version] as const]
      }),
    ),
    lanes: lanesOf(pod),
    steps: log.steps(),
    columns: log.changes.map((change) => ({ ...change, at: round(change.at) })),
    seconds: round(clock.now),
    job: null,
  }
}

/** The exact number of starts, except that 3 means three or more for a container that restarts in a loop. */
function executionsOf({ machine, recentStarts }: FinishedRun, name: string): number {
  const executions = machine.runtime.executions.get(name) ?? 0
  return (recentStarts.get(name) ?? 0) >= 2 ? Math.min(3, executions) : executions
}

function pullPolicies(pod: PodModel): ReadonlyMap<string, PullPolicy> {
  return new Map(allContainers(pod).map(({ name, pullPolicy }) => [name, pullPolicy]))
}

function lanesOf(pod: PodModel): readonly Lane[] {
  const volumes = pod.imageVolumes.map(({ name, image, pullPolicy }): Lane => ({ name, role: 'image-volume', image, pullPolicy }))
  return [...volumes, ...allContainers(pod).map(({ name, role, image, pullPolicy }): Lane => ({ name, role, image, pullPolicy }))]
}

function rejected(pod: PodModel, scenario: Scenario, { of, message }: Refusal): Timeline {
  return {
    scenario,
    statuses: [],
    rawStatuses: [],
    verdict: 'rejected',
    phase: null,
    ready: null,
    executions: new Map(),
    pullPolicies: new Map(),
    reasons: new Map(),
    podReason: null,
    rejection: message,
    rejectsOnlyPods: of === 'pods',
    lastImageVersions: new Map(),
    lanes: lanesOf(pod),
    steps: [],
    columns: [],
    seconds: 0,
    job: null,
  }
}
