/**
 * The Job that owns the pod: pkg/controller/job/job_controller.go, 1.36, for one completion at a time (completions and parallelism are
 * ignored). Each pod starts with the images, registries and objects as the previous pod left them; its containers continue their lists of
 * runs.
 */
import { asArray, asObject, asString, at, isObject, type JsonObject, member } from '../../model/json.ts'
import type { Workload } from '../../model/workload.ts'
import type { Machine } from '../kubelet/machine-state.ts'
import type { PodModel } from '../node/pod-spec.ts'
import type { ContainerBehavior, Scenario } from '../scenario/scenario.ts'
import type { PodStatus } from '../status/status.ts'
import { withoutRepeats } from '../timeline/fold.ts'
import { round } from '../timeline/log.ts'
import type { JobPod, JobTimeline, Step, Verdict } from '../timeline/timeline.ts'
import { type FinishedRun, runPod } from './machine.ts'
import { firstPod } from './run-options.ts'
import { verdictOf } from './verdict.ts'

/** batch/v1 defaults.go. */
const defaultBackoffLimit = 6
/** DefaultJobPodFailureBackOff and MaxJobPodFailureBackOff, seconds. */
const firstBackOff = 10
const longestBackOff = 600
/** At most this many pods are modeled, regardless of the limit. */
const maximumPods = 12
/** At most this many restarts of one pod. */
const maximumTurns = 20

interface JobSpec {
  readonly backoffLimit: number
  readonly activeDeadlineSeconds: number | null
  readonly failureRules: readonly JsonObject[]
}

/** A Job's pods, run one at a time. */
export interface JobRun {
  readonly first: FinishedRun
  readonly timeline: JobTimeline
  readonly verdict: Verdict
  /** The steps of all pods, in seconds since the Job's creation. */
  readonly steps: readonly Step[]
}

/** The relevant fields of a Job, or of the Jobs of a CronJob; undefined for other workloads. */
function jobSpecOf({ kind, object }: Workload): JobSpec | undefined {
  if (kind !== 'Job' && kind !== 'CronJob') return undefined
  const spec = kind === 'Job' ? member(object, 'spec') : at(object, 'spec', 'jobTemplate', 'spec')
  const limit = member(spec, 'backoffLimit')
  const deadline = member(spec, 'activeDeadlineSeconds')
  return {
    backoffLimit: typeof limit === 'number' && limit >= 0 ? limit : defaultBackoffLimit,
    activeDeadlineSeconds: typeof deadline === 'number' ? deadline : null,
    failureRules: asArray(at(spec, 'podFailurePolicy', 'rules')).filter(isObject),
  }
}

/** What the Job controller does after a pod has ended. */
type Decision =
  | { readonly kind: 'end'; readonly outcome: JobTimeline['outcome']; readonly reason: string | null }
  | { readonly kind: 'next'; readonly counts: boolean }

/** Runs the pods of a Job or CronJob; undefined for other workloads. */
export function runJob(workload: Workload, pod: PodModel, scenario: Scenario): JobRun | undefined {
  const spec = jobSpecOf(workload)
  if (spec === undefined) return undefined
  const pods: JobPod[] = []
  const steps: Step[] = []
  const runs: FinishedRun[] = []
  let options = firstPod(scenario)
  let failures = 0
  for (;;) {
    const { offset } = options
    const deleteWhen = (machine: Machine): boolean => isPastLimit(spec, pod, machine) || isPastDeadline(spec, offset + machine.clock.now)
    const askAt = spec.activeDeadlineSeconds === null ? null : Math.max(0, spec.activeDeadlineSeconds - offset)
    const turns = Math.max(options.turns, Math.min(spec.backoffLimit, maximumTurns) + 2)
    const run = runPod(pod, withoutDone(scenario, runs), { ...options, deleteWhen, askAt, turns })
    runs.push(run)
    const decision = decide(spec, run, offset, failures)
    pods.push(jobPod(run, pods.length + 1, offset))
    steps.push(...shifted(run, pods.length, offset))
    if (decision.kind === 'end' || pods.length >= maximumPods) {
      const { outcome, reason } = decision.kind === 'end' ? decision : { outcome: 'active' as const, reason: null }
      const timeline: JobTimeline = { pods, outcome, reason, backoffLimit: spec.backoffLimit }
      return { first: runs[0] as FinishedRun, timeline, verdict: jobVerdict(timeline, run), steps }
    }
    if (decision.counts) failures++
    const wait = failures === 0 ? 0 : Math.min(firstBackOff * 2 ** (failures - 1), longestBackOff)
    options = { ...options, offset: offset + run.machine.clock.now + wait }
  }
}

function jobVerdict({ outcome }: JobTimeline, last: FinishedRun): Verdict {
  if (outcome === 'complete') return 'completed'
  return outcome === 'failed' ? 'failed' : verdictOf(last)
}

function decide(spec: JobSpec, { machine }: FinishedRun, offset: number, failures: number): Decision {
  const { status, deleted } = machine.api
  if (deleted) {
    const reason = isPastDeadline(spec, offset + machine.clock.now) ? 'DeadlineExceeded' : 'BackoffLimitExceeded'
    return { kind: 'end', outcome: 'failed', reason }
  }
  if (status.phase === 'Succeeded') return { kind: 'end', outcome: 'complete', reason: null }
  if (status.phase !== 'Failed') return { kind: 'end', outcome: 'active', reason: null }
  const action = failureAction(spec, status)
  if (action === 'FailJob') return { kind: 'end', outcome: 'failed', reason: 'PodFailurePolicy' }
  const counts = action !== 'Ignore'
  if (counts && failures + 1 > spec.backoffLimit) return { kind: 'end', outcome: 'failed', reason: 'BackoffLimitExceeded' }
  return { kind: 'next', counts }
}

/** matchPodFailurePolicy, pkg/controller/job/pod_failure_policy.go: the action of the first rule that matches the pod's exit codes. */
function failureAction({ failureRules }: JobSpec, { containers, initContainers }: PodStatus): string | undefined {
  const rule = failureRules.find((candidate) => {
    const codes = asObject(member(candidate, 'onExitCodes'))
    const [name, operator] = [asString(member(codes, 'containerName')), member(codes, 'operator')]
    const values = asArray(member(codes, 'values'))
    return [...containers, ...initContainers].some((status) => {
      if (status.state.kind !== 'terminated' || status.state.exitCode === 0) return false
      if (name !== undefined && name !== status.name) return false
      return operator === 'In' ? values.includes(status.state.exitCode) : operator === 'NotIn' && !values.includes(status.state.exitCode)
    })
  })
  return asString(member(rule, 'action'))
}

/** pastBackoffLimitOnFailure: under OnFailure the kubelet retries, so restarts count; past the limit, the Job deletes the pod. */
function isPastLimit({ backoffLimit }: JobSpec, pod: PodModel, { api }: Machine): boolean {
  if (pod.restartPolicy !== 'OnFailure' || api.status.phase === 'Succeeded' || api.status.phase === 'Failed') return false
  const restarts = [...api.status.initContainers, ...api.status.containers].reduce((sum, { restartCount }) => sum + restartCount, 0)
  return backoffLimit === 0 ? restarts > 0 : restarts >= backoffLimit
}

function isPastDeadline({ activeDeadlineSeconds }: JobSpec, seconds: number): boolean {
  return activeDeadlineSeconds !== null && seconds >= activeDeadlineSeconds
}

/** The scenario for the next pod: runs that already happened are removed from the lists, except for the last entry. */
function withoutDone(scenario: Scenario, runs: readonly FinishedRun[]): Scenario {
  const left = <Entry>(list: readonly Entry[], done: number): readonly Entry[] => list.slice(Math.min(done, Math.max(0, list.length - 1)))
  const containers = new Map<string, ContainerBehavior>()
  for (const [name, behavior] of scenario.containers) {
    const done = runs.reduce((sum, { machine }) => sum + (machine.runtime.attempts.get(name) ?? 0), 0)
    const runsOfVersion = new Map([...behavior.runsOfVersion].map(([version, list]) => [version, left(list, done)] as const))
    containers.set(name, { ...behavior, runs: left(behavior.runs, done), runsOfVersion })
  }
  return { ...scenario, containers }
}

function jobPod(run: FinishedRun, number: number, offset: number): JobPod {
  const { machine } = run
  const ended = machine.api.deleted || machine.api.status.phase === 'Succeeded' || machine.api.status.phase === 'Failed'
  return {
    number,
    at: round(offset),
    until: ended ? round(offset + machine.clock.now) : null,
    statuses: withoutRepeats(machine.log.changes.map(({ status }) => status)),
    verdict: machine.api.deleted ? 'failed' : verdictOf(run),
  }
}

function shifted({ machine }: FinishedRun, number: number, offset: number): readonly Step[] {
  const steps = machine.log.steps()
  const columns = steps[0]?.columns ?? { status: 'Pending', ready: '', restarts: 0 }
  const moved = steps.map((step) => ({
    ...step,
    at: round(step.at + offset),
    until: step.until === null ? null : round(step.until + offset),
  }))
  return [{ at: round(offset), until: round(offset), lane: null, kind: 'pod', detail: { attempt: number }, columns }, ...moved]
}
