/** The state shared by the parts of the machine: pod, world, runtime, the API server's view and, while it is up, the kubelet. */
import type { BackOff } from '../node/back-off.ts'
import type { Clock, Timer } from '../node/clock.ts'
import type { Delay } from '../node/delay.ts'
import type { KubernetesVersion } from '../node/kubernetes-versions.ts'
import type { ContainerSpec, PodModel, ProbeSpec } from '../node/pod-spec.ts'
import type { Runtime } from '../node/runtime.ts'
import type { Snapshot } from '../node/snapshot.ts'
import type { World } from '../node/world.ts'
import type { ProbeName } from '../scenario/scenario.ts'
import type { PodStatus } from '../status/status.ts'
import type { Log } from '../timeline/log.ts'

/** The pod as stored by the API server. */
export interface ApiPod {
  status: PodStatus
  deleted: boolean
}

/** What a pod worker does next (pkg/kubelet/pod_workers.go, PodWorkerState). */
export type WorkerPhase = 'sync' | 'terminating' | 'terminated' | 'finished'

/** The state of the goroutine that syncs the pod. */
export interface Worker {
  phase: WorkerPhase
  working: boolean
  pending: boolean
  /** Waits for a relist that is newer than its last sync. */
  waiting: boolean
  lastSync: number
  /** Its entry in the work queue, null if none. */
  queued: Timer | null
}

/** pkg/kubelet/prober/results: Success, Failure, Unknown. */
export type ProbeResult = 'success' | 'failure' | 'unknown'

/** Runs one probe of one container (pkg/kubelet/prober/worker.go). */
export interface ProbeWorker {
  readonly container: ContainerSpec
  readonly probe: ProbeName
  readonly spec: ProbeSpec
  containerId: number | null
  lastResult: ProbeResult | null
  resultRun: number
  onHold: boolean
  timer: Timer | null
}

/** All probes of the pod. */
export interface ProbeManager {
  /** By `PROBE NAME`. */
  readonly workers: Map<string, ProbeWorker>
  /** By probe and id of the container. */
  readonly results: Readonly<Record<ProbeName, Map<number, ProbeResult>>>
}

/** The memory of a running kubelet; lost when it stops. */
export interface Kubelet {
  readonly startedAt: number
  /** Call when there is something to do for the pod (UpdatePod of the pod workers). */
  readonly wake: () => void
  /** Call after the pod cache was refreshed. */
  readonly refreshed: () => void
  /** The pod cache: the last snapshot and its time. */
  snapshot: Snapshot
  cacheTime: number
  /** PLEG's records: state by id of the container or sandbox. */
  records: ReadonlyMap<number, string>
  relist: Timer | null
  requestedRelist: Timer | null
  readonly version: KubernetesVersion
  /** How long the kubelet waits after a sync. */
  readonly delay: Delay
  readonly crashLoop: BackOff
  readonly pulls: BackOff
  /** The reason cache: why the last start of a container failed. */
  readonly reasons: Map<string, string>
  /** The status manager's view, null before the first sync. */
  status: PodStatus | null
  flush: Timer | null
  readonly worker: Worker
  readonly probes: ProbeManager
  /** When the next attempt to mount an unavailable volume is due, and the delay after it. */
  mountRetryAt: number
  mountDelay: number
}

/** The complete machine. */
export interface Machine {
  readonly clock: Clock
  readonly world: World
  readonly runtime: Runtime
  readonly log: Log
  readonly api: ApiPod
  /** The current spec: patches change it. */
  pod: PodModel
  /** null while it is down. */
  kubelet: Kubelet | null
  /** Called whenever the API server's view of the pod changes. */
  statusChanged: () => void
}
