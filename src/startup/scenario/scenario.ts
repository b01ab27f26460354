/**
 * A scenario: the circumstances under which a pod starts, as plain data. The defaults are those of an ordinary start without failures, see
 * `defaultRun` and `startup/node/world.ts`: registries are up, images are absent from the node and pullable if their registry is up, init
 * containers succeed after a second, and everything else runs forever.
 */
import type { JsonObject } from '../../model/json.ts'

/** What a process does in one execution. */
export interface Run {
  /** Seconds until it ends by itself, null for never. */
  readonly seconds: number | null
  /** Its exit code; 137 if it is OOM-killed. */
  readonly exit: number
  /** Killed by the kernel because it exceeded its memory limit. */
  readonly oom: boolean
  /** Why the process cannot be started (`command-not-found`), null if it can. */
  readonly startError: string | null
}

/** When an exec probe starts to succeed, in one execution of its container: seconds after the start, null for never. */
export interface ProbeRun {
  readonly succeedsAfterSeconds: number | null
}

/** How a process ends after SIGTERM. */
export interface OnTerm {
  readonly exit: number
  readonly withinSeconds: number
}

/** The probes of a container, by field name. */
export type ProbeName = 'startupProbe' | 'livenessProbe' | 'readinessProbe'

/** The behavior of one container, by execution over the life of the pod; the last entry of each list repeats. */
export interface ContainerBehavior {
  /** If empty, the default of the container's role applies. */
  readonly runs: readonly Run[]
  /** The runs by version of the image (1 is the version at creation); empty if the behavior does not depend on the version. */
  readonly runsOfVersion: ReadonlyMap<number, readonly Run[]>
  readonly probes: ReadonlyMap<ProbeName, readonly ProbeRun[]>
  /** null: it ignores SIGTERM and is killed when its grace period expires. */
  readonly onTerm: OnTerm | null
}

/** What the registry returns: the image, not found (`false`), or 401. */
export type Pullable = boolean | 'unauthorized'

/** The state of one image at the pod's creation. */
export interface ImageFacts {
  /** Whether the image is on the node. */
  readonly cached: boolean
  readonly pullable: Pullable
  /** Why it is not pullable; informational only. */
  readonly why: string | null
  /** How it came to the node: `preloaded` (it was not pulled), or a description of another pod with its pull secret. */
  readonly cachedBy: string
  /** The uid that the image runs as, null if unknown. */
  readonly user: number | null
}

/** Something the pod refers to that does not exist. */
export interface MissingObject {
  readonly kind: 'configMap' | 'secret' | 'hostPath' | 'runtimeHandler'
  readonly name: string
  /** The usage for which it is missing; null for all. */
  readonly as: 'env' | 'volume' | 'runtimeClass' | 'imagePullSecret' | null
}

/** When a change happens. Seconds since the pod's creation, or since the condition first held. */
export type When =
  | { readonly kind: 'after'; readonly seconds: number }
  | { readonly kind: 'status'; readonly status: string; readonly delaySeconds: number }
  | {
      readonly kind: 'container'
      readonly container: string
      readonly execution: number
      readonly event: 'running' | 'terminated'
      readonly delaySeconds: number
    }

/** A change that a scenario makes. */
export type Change =
  | { readonly do: 'registry-up' | 'registry-down'; readonly registry: string }
  /** The same reference is pushed again; `version` null keeps its content. */
  | { readonly do: 'image-pushed'; readonly image: string; readonly version: number | null }
  | { readonly do: 'image-cached' | 'image-evicted'; readonly image: string }
  | { readonly do: 'container-killed'; readonly container: string }
  | { readonly do: 'sandbox-lost' | 'kubelet-stopped' | 'kubelet-started' | 'node-reboot' }
  /** A strategic merge patch for the pod. */
  | { readonly do: 'pod-patched'; readonly patch: JsonObject }
  /** null: every missing ConfigMap (Secret). */
  | { readonly do: 'configmap-created' | 'secret-created'; readonly name: string | null }

/** A change and when it happens. */
export interface Action {
  readonly when: When
  readonly change: Change
}

/** Everything outside the pod's spec that its start depends on. */
export interface Scenario {
  readonly kubelet: {
    /** Upper limit of the restart back-off in seconds, by default 300 (KubeletConfiguration crashLoopBackOff.maxContainerRestartPeriod). */
    readonly crashLoopMaxSeconds: number
    readonly featureGates: ReadonlyMap<string, boolean>
    /** The minor version of Kubernetes, such as `1.37`; see `startup/node/kubernetes-versions.ts` for the default. */
    readonly kubernetes?: string
  }
  /** By the reference as written in the pod. */
  readonly images: ReadonlyMap<string, ImageFacts>
  /** By host, including the port. */
  readonly registries: ReadonlyMap<string, 'up' | 'down'>
  /** By container name. */
  readonly containers: ReadonlyMap<string, ContainerBehavior>
  readonly missing: readonly MissingObject[]
  /** Existing pull secrets, each with the registry that it is for. */
  readonly secrets: ReadonlyMap<string, string>
  /** Whether the container runtime can mount image volumes (containerd 2.1 and later can). */
  readonly runtime: {
    readonly imageVolumes: boolean
    /**
     * `ambiguous`: CRI-O resolves no image name without a registry, because its nodes search several registries (or none). Its default is
     * short_name_mode = "enforcing" since 1.34 (cri-o internal/storage/image.go, CandidatesForPotentiallyShortImageName).
     */
    readonly shortNames: 'resolved' | 'ambiguous'
  }
  readonly actions: readonly Action[]
}

/** KubeletConfiguration's default: pkg/kubelet/kubelet.go MaxCrashLoopBackOff. */
export const defaultCrashLoopMaxSeconds = 300

/** The default scenario, in which everything works. */
export const happyScenario: Scenario = Object.freeze({
  kubelet: Object.freeze({ crashLoopMaxSeconds: defaultCrashLoopMaxSeconds, featureGates: new Map<string, boolean>() }),
  images: new Map<string, ImageFacts>(),
  registries: new Map<string, 'up' | 'down'>(),
  containers: new Map<string, ContainerBehavior>(),
  missing: Object.freeze([]),
  secrets: new Map<string, string>(),
  runtime: Object.freeze({ imageVolumes: true, shortNames: 'resolved' }),
  actions: Object.freeze([]),
})

/** Runs forever. */
export const runsForever: Run = Object.freeze({ seconds: null, exit: 0, oom: false, startError: null })

/** Ends after the given number of seconds. */
export function endsAfter(seconds: number, exit: number): Run {
  return { seconds, exit, oom: false, startError: null }
}

/** The exit code of a process that SIGKILL ended: 128 + 9. */
export const killedExit = 137

/** What a container does unless the scenario specifies it: an init container succeeds after a second, all others run forever. */
export function defaultRun(role: 'init' | 'sidecar' | 'app'): Run {
  return role === 'init' ? endsAfter(1, 0) : runsForever
}
