/** The output of the startup model: how a pod starts in a scenario. Plain data; all but the scenario (`scenarioJson`) is JSON-ready. */
import type { PullPolicy } from '../../model/pull-policy.ts'
import type { Scenario } from '../scenario/scenario.ts'

/**
 * The outcome in the scenario:
 * running: the pod runs and nothing is being retried; completed: phase Succeeded; failed: phase Failed;
 * retrying: the kubelet keeps retrying a pull, a create, a mount or a restart; waiting: a running process blocks
 * everything after it, and nothing is retried; rejected: the API server did not accept the pod.
 */
export type Verdict = 'running' | 'completed' | 'failed' | 'retrying' | 'waiting' | 'rejected'

/** A pod's phase (core/v1 PodPhase; Unknown is not modeled). */
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
 * - sandbox: the pod sandbox is being created (detail.outcome `failed` if it cannot be); sandbox-lost: it is gone, with its containers
 * - mount: the kubelet waits for volumes that cannot be mounted
 * - wait: it is not yet the container's turn (detail.waitsFor is the container it waits for)
 * - cached: the image is on the node and no registry is contacted; pull: a registry is contacted (detail.outcome)
 * - pull-error: the image is not available and no registry is contacted (ErrImageNeverPull, InvalidImageName, ImageInspectError)
 * - pull-back-off: the kubelet waits before it contacts the registry again
 * - create-error: the container cannot be created or configured; start-error: its process cannot be started
 * - run: the process runs (detail.exitCode after it ends)
 * - back-off: it ended, and the kubelet waits before it restarts it; done: it ended and is not restarted
 * - unhealthy: a probe failed (detail.reason is the probe's name); killing: the kubelet stops it
 * - restart-all: a restart rule restarts all containers of the pod
 * - deadline: activeDeadlineSeconds expired; kubelet-down: from the kubelet's stop to its start
 * - world: a change that the scenario makes (detail.reason is its name)
 * - pod: a Job creates a pod (detail.attempt is its number)
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

/** Details of a step in addition to its time and kind. */
export interface StepDetail {
  /** The image reference, for steps about images. */
  readonly image?: string
  /** The number of the execution (run) or of the pull attempt (pull), from 1. */
  readonly attempt?: number
  /** The exit code with which a run ended. */
  readonly exitCode?: number
  /** How a pull, a sandbox or a run ended, if it did: `stopped` means that the kubelet or the scenario ended it. */
  readonly outcome?: 'ok' | 'failed' | 'stopped'
  /** Whether a pull that succeeded downloaded the image; false if the copy on the node was up to date. */
  readonly downloaded?: boolean
  /** The waiting or terminated reason in the status (`ErrImagePull`, `OOMKilled`), the name of a probe, or of a change in the scenario. */
  readonly reason?: string
  /** The container that this one waits for. */
  readonly waitsFor?: string
  /** The version of the image that a run uses, if the scenario distinguishes versions. */
  readonly version?: number
}

/** Something that happens in the lane of a container or of the pod. Steps are sorted by `at`. */
export interface Step {
  /** Seconds since the pod's creation (since the Job's, for a Job). */
  readonly at: number
  /** When it ended; null if it did not end within the modeled time. For an instantaneous step, `until` equals `at`. */
  readonly until: number | null
  /** The container's (or image volume's) name, null for the pod itself. */
  readonly lane: string | null
  readonly kind: StepKind
  readonly detail: StepDetail
  /** What kubectl prints at that moment; the change that the step causes appears in the timeline's `columns` up to a second later. */
  readonly columns: Columns
}

/** What kubectl prints from a moment on. The first one is at 0. */
export interface ColumnChange extends Columns {
  readonly at: number
  readonly phase: Phase
}

/** One lane of a picture. Lanes are in the order in which the kubelet starts them. */
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

/** What happens to the Job that owns the pod. */
export interface JobTimeline {
  readonly pods: readonly JobPod[]
  readonly outcome: 'complete' | 'failed' | 'active'
  /** The reason of the Job's Failed condition: BackoffLimitExceeded, DeadlineExceeded, PodFailurePolicy; null if there is none. */
  readonly reason: string | null
  /** The Job's limit of failed pods (spec.backoffLimit, 6 by default). */
  readonly backoffLimit: number
}

/** The result. For a Job or CronJob, `verdict` is the Job's and `steps` cover all its pods; everything else is about its first pod. */
export interface Timeline {
  readonly scenario: Scenario
  /** The STATUS column over time, with loops folded into `...` (startup/timeline/fold.ts). Empty if the API server rejects the pod. */
  readonly statuses: readonly string[]
  /** The unfolded statuses, without consecutive repeats. */
  readonly rawStatuses: readonly string[]
  readonly verdict: Verdict
  /** At the end of the modeled time; null if the API server rejects the pod. */
  readonly phase: Phase | null
  /** READY at the end, `1/2`; null if the API server rejects the pod. */
  readonly ready: string | null
  /** Successful starts by container; for a container that restarts in a loop, 3 means three or more. */
  readonly executions: ReadonlyMap<string, number>
  /** After defaulting, by container. */
  readonly pullPolicies: ReadonlyMap<string, PullPolicy>
  /** Sorted event reasons by container; those of the pod are under `(pod)`. */
  readonly reasons: ReadonlyMap<string, readonly string[]>
  /** status.reason of the pod (DeadlineExceeded), null if there is none. */
  readonly podReason: string | null
  /** The API server's message, null if it accepts the pod. */
  readonly rejection: string | null
  /** Whether the object itself is stored, but each pod that is created from it is rejected. */
  readonly rejectsOnlyPods: boolean
  /** By container, the version of the image that it ran last. */
  readonly lastImageVersions: ReadonlyMap<string, number>
  readonly lanes: readonly Lane[]
  readonly steps: readonly Step[]
  readonly columns: readonly ColumnChange[]
  /** The modeled time in seconds. */
  readonly seconds: number
  readonly job: JobTimeline | null
}
