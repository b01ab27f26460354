/**
 * A scenario: the world in which a pod starts, as plain facts. What is not said is the kindest ordinary world, see `defaultRun` and
 * `startup/node/world.ts`: registries are up, images are absent from the node and pullable where their registry is up, init containers
 * succeed after a second, everything else runs for ever.
 */
import type { JsonObject } from '../../model/json.ts'

/** What a process does in one execution. */
export interface Run {
  /** Seconds until it ends by itself, null for never. */
  readonly seconds: number | null
  /** Its exit code; 137 where it is killed for want of memory. */
  readonly exit: number
  /** Killed by the kernel because it took more memory than its limit. */
  readonly oom: boolean
  /** The process cannot be started at all (`command-not-found`), null where it can. */
  readonly startError: string | null
}

/** When an exec probe answers, in one execution of its container: seconds after the start, null for never. */
export interface ProbeRun {
  readonly succeedsAfterSeconds: number | null
}

/** How a process ends when it is told to (SIGTERM). */
export interface OnTerm {
  readonly exit: number
  readonly withinSeconds: number
}

/** The probes of a container, by their field. */
export type ProbeName = 'startupProbe' | 'livenessProbe' | 'readinessProbe'

/** The behaviour of one container, by execution; the last entry of each list repeats. Counted over the whole life of the pod. */
export interface ContainerBehaviour {
  /** Empty: the default of its role. */
  readonly runs: readonly Run[]
  /** Where the behaviour depends on the version of the image (1 = as of creation); empty where it does not. */
  readonly runsOfVersion: ReadonlyMap<number, readonly Run[]>
  readonly probes: ReadonlyMap<ProbeName, readonly ProbeRun[]>
  /** null: it ignores SIGTERM and is killed when its grace period is over. */
  readonly onTerm: OnTerm | null
}

/** What a registry would answer: the image, nothing (`false`), or 401. */
export type Pullable = boolean | 'unauthorized'

/** One image reference, as of the pod's creation. */
export interface ImageFacts {
  /** Whether the node has it. */
  readonly cached: boolean
  readonly pullable: Pullable
  /** For people: why it is not pullable. */
  readonly why: string | null
  /** Who brought it to the node: `preloaded` (nobody pulled it), or in words another pod with a pull secret. */
  readonly cachedBy: string
  /** The uid the image runs as, null where unknown. */
  readonly user: number | null
}

/** Something the pod refers to that does not exist. */
export interface MissingObject {
  readonly kind: 'configMap' | 'secret' | 'hostPath' | 'runtimeHandler'
  readonly name: string
  /** How the pod uses it; null: in whatever way. */
  readonly as: 'env' | 'volume' | 'runtimeClass' | 'imagePullSecret' | null
}

/** When a change of the world happens. Seconds since creation, or since the first moment at which the condition holds. */
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

/** A change of the world. */
export type Change =
  | { readonly do: 'registry-up' | 'registry-down'; readonly registry: string }
  /** The same reference, pushed again; `version` null: the content that it always had. */
  | { readonly do: 'image-pushed'; readonly image: string; readonly version: number | null }
  | { readonly do: 'image-cached' | 'image-evicted'; readonly image: string }
  | { readonly do: 'container-killed'; readonly container: string }
  | { readonly do: 'sandbox-lost' | 'kubelet-stopped' | 'kubelet-started' | 'node-reboot' }
  /** A strategic merge patch of the pod. */
  | { readonly do: 'pod-patched'; readonly patch: JsonObject }
  /** null: every ConfigMap (Secret) that is missing. */
  | { readonly do: 'configmap-created' | 'secret-created'; readonly name: string | null }

/** Something that happens to the world, and when. */
export interface Action {
  readonly when: When
  readonly change: Change
}

/** The whole world of one pod. */
export interface Scenario {
  readonly kubelet: {
    /** Upper limit of the restart back-off, seconds; 300 is the default (KubeletConfiguration crashLoopBackOff.maxContainerRestartPeriod). */
    readonly crashLoopMaxSeconds: number
    readonly featureGates: ReadonlyMap<string, boolean>
  }
  /** By the reference as the pod writes it. */
  readonly images: ReadonlyMap<string, ImageFacts>
  /** By host, with its port. */
  readonly registries: ReadonlyMap<string, 'up' | 'down'>
  /** By container name. */
  readonly containers: ReadonlyMap<string, ContainerBehaviour>
  readonly missing: readonly MissingObject[]
  /** Pull secrets that exist, and the registry that each is for. */
  readonly secrets: ReadonlyMap<string, string>
  /** Whether the container runtime can mount image volumes (containerd 2.1 and later can). */
  readonly runtime: { readonly imageVolumes: boolean }
  readonly actions: readonly Action[]
}

/** KubeletConfiguration's default: pkg/kubelet/kubelet.go MaxCrashLoopBackOff. */
export const defaultCrashLoopMaxSeconds = 300

/** The world in which nothing is said and everything works. */
export const happyScenario: Scenario = Object.freeze({
  kubelet: Object.freeze({ crashLoopMaxSeconds: defaultCrashLoopMaxSeconds, featureGates: new Map<string, boolean>() }),
  images: new Map<string, ImageFacts>(),
  registries: new Map<string, 'up' | 'down'>(),
  containers: new Map<string, ContainerBehaviour>(),
  missing: Object.freeze([]),
  secrets: new Map<string, string>(),
  runtime: Object.freeze({ imageVolumes: true }),
  actions: Object.freeze([]),
})

/** Runs for ever. */
export const runsForEver: Run = Object.freeze({ seconds: null, exit: 0, oom: false, startError: null })

/** Ends after so many seconds. */
export function endsAfter(seconds: number, exit: number): Run {
  return { seconds, exit, oom: false, startError: null }
}

/** What a container does where the scenario does not say: an init container succeeds after a second, all others run for ever. */
export function defaultRun(role: 'init' | 'sidecar' | 'app'): Run {
  return role === 'init' ? endsAfter(1, 0) : runsForEver
}
