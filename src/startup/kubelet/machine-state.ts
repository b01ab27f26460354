/** What the parts of the machine share: the pod, the world, the runtime, the API server's view and, while it is up, the kubelet. */
import type { BackOff } from '../node/back-off.ts'
import type { Clock, Timer } from '../node/clock.ts'
import type { ContainerSpec, PodModel, ProbeSpec } from '../node/pod-spec.ts'
import type { Runtime } from '../node/runtime.ts'
import type { Snapshot } from '../node/snapshot.ts'
import type { World } from '../node/world.ts'
import type { ProbeName } from '../scenario/scenario.ts'
import type { PodStatus } from '../status/status.ts'
import type { Log } from '../timeline/log.ts'

/** The pod as the API server has it. */
export interface ApiPod {
  status: PodStatus
  deleted: boolean
}

/** What a pod worker does next (pkg/kubelet/pod_workers.go, PodWorkerState). */
export type WorkerPhase = 'sync' | 'terminating' | 'terminated' | 'finished'

/** The goroutine that syncs the pod, and what it waits for. */
export interface Worker {
  phase: WorkerPhase
  working: boolean
  pending: boolean
  /** Waits for a relist that is newer than its last sync. */
  waiting: boolean
  lastSync: number
  /** The entry of the work queue, null for none. */
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

/** What a running kubelet has in memory; gone when it stops. */
export interface Kubelet {
  readonly startedAt: number
  /** There is something to do for the pod (UpdatePod of the pod workers). */
  readonly wake: () => void
  /** The pod cache was just refreshed. */
  readonly refreshed: () => void
  /** The pod cache: the last snapshot, and since when it is known to hold. */
  snapshot: Snapshot
  cacheTime: number
  /** PLEG's record: state by id of container or sandbox. */
  records: ReadonlyMap<number, string>
  relist: Timer | null
  requestedRelist: Timer | null
  readonly crashLoop: BackOff
  readonly pulls: BackOff
  /** The reason cache: why the last start of a container failed. */
  readonly reasons: Map<string, string>
  /** The status manager's view, null before the first sync. */
  status: PodStatus | null
  flush: Timer | null
  readonly worker: Worker
  readonly probes: ProbeManager
  /** When the next mount of a volume that cannot be mounted is tried, and the delay after it. */
  mountRetryAt: number
  mountDelay: number
}

/** Everything together. */
export interface Machine {
  readonly clock: Clock
  readonly world: World
  readonly runtime: Runtime
  readonly log: Log
  readonly api: ApiPod
  /** The spec as of now: patches change it. */
  pod: PodModel
  /** null while it is down. */
  kubelet: Kubelet | null
  /** Told whenever the API server's view of the pod changes. */
  statusChanged: () => void
}
