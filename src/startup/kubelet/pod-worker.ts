/** The pod's worker and its work queue: pkg/kubelet/pod_workers.go and the sync tick of pkg/kubelet/kubelet.go, 1.36. */
import { at, cancel, runProcess } from '../node/clock.ts'
import type { Kubelet, Machine, Worker } from './machine-state.ts'
import { expectRelist, requestRelist } from './pleg.ts'
import { terminateStatus } from './status-manager.ts'
import { type SyncOutcome, syncPod, syncTerminatedPod, syncTerminatingPod } from './sync-pod.ts'

/** The sync loop checks the work queue once a second (kubelet.go, syncLoop's ticker). */
const tickSeconds = 1
const tickPhase = 0.7
/** KubeletConfiguration's syncFrequency. */
const resyncSeconds = 60
/** backOffPeriod, kubelet.go: the delay after a failed sync that does not specify when to retry. */
const errorSeconds = 10
/** wait.Jitter adds up to half of the delay; the model uses the mean. */
const jitter = 1.25

/** A worker that has not synced the pod yet. */
export function newWorker(): Worker {
  return { phase: 'sync', working: false, pending: false, waiting: false, lastSync: -1, queued: null }
}

/** UpdatePod: there is something to do for the pod. */
export function notifyWorker(machine: Machine, kubelet: Kubelet): void {
  const { worker } = kubelet
  if (worker.phase === 'finished') return
  worker.pending = true
  if (!worker.working) begin(machine, kubelet)
}

/** The pod cache was refreshed: resumes a worker that waits for it (podCache.GetNewerThan). */
export function cacheRefreshed(machine: Machine, kubelet: Kubelet): void {
  if (!kubelet.worker.waiting) return
  if (kubelet.cacheTime <= kubelet.worker.lastSync) {
    expectRelist(machine, kubelet)
    return
  }
  kubelet.worker.waiting = false
  run(machine, kubelet)
}

function begin(machine: Machine, kubelet: Kubelet): void {
  const { worker } = kubelet
  worker.working = true
  worker.pending = false
  if (kubelet.cacheTime > worker.lastSync) {
    run(machine, kubelet)
    return
  }
  worker.waiting = true
  expectRelist(machine, kubelet)
}

function run(machine: Machine, kubelet: Kubelet): void {
  const { worker } = kubelet
  const alive = (): boolean => machine.kubelet === kubelet
  const done = (outcome: SyncOutcome): void => complete(machine, kubelet, outcome)
  if (worker.phase === 'sync') runProcess(machine.clock, syncPod(machine, kubelet), alive, done)
  else if (worker.phase === 'terminating') runProcess(machine.clock, syncTerminatingPod(machine, kubelet), alive, done)
  else runProcess(machine.clock, syncTerminatedPod(machine, kubelet), alive, done)
}

/** What follows a sync (podWorkerLoop): the next phase of a terminal pod, and when to sync again (completeWork). */
function complete(machine: Machine, kubelet: Kubelet, outcome: SyncOutcome): void {
  const { worker } = kubelet
  const { clock } = machine
  worker.lastSync = clock.now
  if (worker.phase === 'terminated') {
    terminateStatus(machine, kubelet)
    worker.phase = 'finished'
    worker.working = false
    cancel(worker.queued)
    return
  }
  const moved = worker.phase === 'terminating' || outcome.kind === 'terminal'
  if (moved) {
    worker.phase = worker.phase === 'sync' ? 'terminating' : 'terminated'
    worker.pending = true
  } else {
    if (outcome.kind === 'started') requestRelist(machine, kubelet)
    enqueue(machine, kubelet, outcome)
  }
  if (outcome.kind === 'again') worker.pending = true
  if (worker.pending) begin(machine, kubelet)
  else worker.working = false
}

function enqueue(machine: Machine, kubelet: Kubelet, outcome: SyncOutcome): void {
  const { worker } = kubelet
  const { clock } = machine
  const failed = outcome.kind === 'failed'
  let seconds = resyncSeconds
  if (failed) seconds = outcome.retryAt === null ? errorSeconds : Math.min(Math.max(0, outcome.retryAt - clock.now), resyncSeconds)
  const due = clock.now + seconds * jitter
  const turns = Math.ceil((due - kubelet.startedAt - tickPhase) / tickSeconds)
  cancel(worker.queued)
  worker.queued = at(
    clock,
    kubelet.startedAt + tickPhase + turns * tickSeconds,
    () => notifyWorker(machine, kubelet),
    () => !failed,
  )
}
