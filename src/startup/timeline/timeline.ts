/** What the startup model answers: how a pod starts in a scenario. Plain data, JSON-ready but for the scenario (`scenarioJson`). */
import type { PullPolicy } from '../../model/pull-policy.ts'
import type { Scenario } from '../scenario/scenario.ts'

/**
 * How it ends, as far as the scenario goes:
 * running: the pod runs and nothing is being tried any more; completed: phase Succeeded; failed: phase Failed;
 * retrying: the kubelet keeps trying a pull, a create, a mount or a restart; waiting: a process runs and holds
 * everything behind it back, nothing is tried; rejected: the pod never existed.
 */
export type Verdict = 'running' | 'completed' | 'failed' | 'retrying' | 'waiting' | 'rejected'

/** A pod's phase (core/v1 PodPhase; Unknown is not modelled). */
export type Phase = 'Pending' | 'Running' | 'Succeeded' | 'Failed'

/** What `kubectl get pod` prints at a moment. */
export interface Columns {
  readonly status: string
  /** READY, `1/2`. */
  readonly ready: string
  readonly restarts: number
}

/**
 * What happens during a step.
 * - sandbox: the pod's sandbox is being made (detail.outcome failed: it cannot be); sandbox-lost: it is gone, with what runs in it
 * - mount: the kubelet waits for volumes that cannot be mounted
 * - wait: a container's turn has not come (detail.waitsFor says for which container)
 * - cached: the image is on the node, nobody asks a registry; pull: a registry is asked (detail.outcome)
 * - pull-error: the image cannot be had and no registry is asked (ErrImageNeverPull, InvalidImageName)
 * - pull-back-off: the kubelet waits before it asks the registry again
 * - create-error: the container cannot be created or configured; start-error: its process cannot be started
 * - run: the process runs (detail.exitCode once it ended)
 * - back-off: it ended, and the kubelet waits before it starts it again; done: it ended and is not started again
 * - unhealthy: a probe failed (detail.reason is the probe's name); killing: the kubelet stops it
 * - restart-all: a restart rule restarts all containers of the pod
 * - deadline: activeDeadlineSeconds is over; kubelet-down: from the kubelet's stop to its start
 * - world: a change that the scenario makes (detail.reason says which)
 * - pod: a Job makes a pod (detail.attempt is its number)
 */
export type StepKind =
  | 'sandbox'
  | 'sandbox-lost'
  | 'mount'
  | 'wait'
  | 'cached'
  | 'pull'
  | 'pull-error'
  | 'pull-back-off'
  | 'create-error'
  | 'start-error'
  | 'run'
  | 'back-off'
  | 'done'
  | 'unhealthy'
  | 'killing'
  | 'restart-all'
  | 'deadline'
  | 'kubelet-down'
  | 'world'
  | 'pod'

/** What is known of a step beside its time and kind. */
export interface StepDetail {
  /** The image reference, of steps about images. */
  readonly image?: string
  /** Which execution of the container (run), which try of the pull (pull), from 1. */
  readonly attempt?: number
  /** The exit code with which a run ended. */
  readonly exitCode?: number
  /** How a pull, a sandbox or a run ended, where it did: `stopped` = the kubelet or the world ended it. */
  readonly outcome?: 'ok' | 'failed' | 'stopped'
  /** The waiting or terminated reason that the status shows (`ErrImagePull`, `OOMKilled`), a probe's name, or a change of the world. */
  readonly reason?: string
  /** The container that this one waits for. */
  readonly waitsFor?: string
  /** Which version of the image a run is of, where the scenario tells versions apart. */
  readonly version?: number
}

/** One thing that happens, in the lane of one container or of the pod. Steps are in the order of `at`. */
export interface Step {
  /** Seconds since the pod's creation (since the Job's, for a Job). */
  readonly at: number
  /** When it was over; null where it was not within the time that the model looks at. A moment has `until` equal to `at`. */
  readonly until: number | null
  /** The container's (or image volume's) name, null for the pod itself. */
  readonly lane: string | null
  readonly kind: StepKind
  readonly detail: StepDetail
  /** What kubectl prints at that moment; the change that the step causes follows in `columns`, up to a second later. */
  readonly columns: Columns
}

/** From when on kubectl prints what. The first is at 0. */
export interface ColumnChange extends Columns {
  readonly at: number
  readonly phase: Phase
}

/** One lane of a picture: what starts, in the order in which the kubelet starts it. */
export interface Lane {
  readonly name: string
  readonly role: 'init' | 'sidecar' | 'app' | 'image-volume'
  readonly image: string
  readonly pullPolicy: PullPolicy | null
}

/** A pod of a Job. */
export interface JobPod {
  /** From 1. */
  readonly number: number
  /** Seconds since the Job's creation. */
  readonly at: number
  readonly until: number | null
  readonly statuses: readonly string[]
  readonly verdict: Verdict
}

/** What becomes of the Job around the pod. */
export interface JobTimeline {
  readonly pods: readonly JobPod[]
  readonly outcome: 'complete' | 'failed' | 'active'
  /** The reason of the Job's Failed condition: BackoffLimitExceeded, DeadlineExceeded, PodFailurePolicy; null where it has none. */
  readonly reason: string | null
  /** The Job's limit of failed pods (spec.backoffLimit, 6 where nobody wrote it). */
  readonly backoffLimit: number
}

/** The answer. For a Job or CronJob the verdict is the Job's and steps cover all its pods; everything else is about its first pod. */
export interface Timeline {
  readonly scenario: Scenario
  /** The STATUS column over time, repeats of loops folded into `...` (startup/timeline/fold.ts). Empty where the API rejects the pod. */
  readonly statuses: readonly string[]
  /** The same unfolded, without consecutive repeats. */
  readonly rawStatuses: readonly string[]
  readonly verdict: Verdict
  /** At the end of the time that the model looks at; null where the API rejects the pod. */
  readonly phase: Phase | null
  /** READY at the end, `1/2`; null where the API rejects the pod. */
  readonly ready: string | null
  /** Successful starts by container; 3 stands for three or more where the container is started again and again. */
  readonly executions: ReadonlyMap<string, number>
  /** After defaulting, by container. */
  readonly pullPolicies: ReadonlyMap<string, PullPolicy>
  /** Event reasons by container, sorted; those of the pod under `(pod)`. */
  readonly reasons: ReadonlyMap<string, readonly string[]>
  /** status.reason of the pod (DeadlineExceeded), null where it has none. */
  readonly podReason: string | null
  /** The API server's message, null where it accepts the pod. */
  readonly rejection: string | null
  /** By container, the version of the image that it ran last, where a push makes a difference. */
  readonly lastImageVersions: ReadonlyMap<string, number>
  readonly lanes: readonly Lane[]
  readonly steps: readonly Step[]
  readonly columns: readonly ColumnChange[]
  /** How many seconds the model looked at. */
  readonly seconds: number
  readonly job: JobTimeline | null
}
