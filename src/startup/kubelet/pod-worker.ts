/** The pod's worker and its work queue: pkg/kubelet/pod_workers.go and the sync tick of pkg/kubelet/kubelet.go, 1.36. */
import { at, cancel, runProcess } from '../node/clock.ts'
import { pullReasons } from '../status/waiting-reasons.ts'
import type { Kubelet, Machine, Worker } from './machine-state.ts'
import { expectRelist, requestRelist } from './pleg.ts'
import { terminateStatus } from './status-manager.ts'
import { type SyncOutcome, syncPod, syncTerminatedPod, syncTerminatingPod } from './sync-pod.ts'

/** The offset of the checks of the work queue within a second: arbitrary, but fixed to make results reproducible. */
const tickPhase = 0.7
/** KubeletConfiguration's syncFrequency. */
const resyncSeconds = 60
/** backOffPeriod, kubelet.go: the delay after a failed sync that does not specify when to retry. */
const errorSeconds = 10
/** A worker that has not synced the pod yet. */
export function newWorker(): Worker {
  return { phase: 'sync', working: false, pending: false, waiting: false, lastSync: -1, queued: null }
}

/** Puts the pod into the work queue, for a sync at a time. */
export function queueSync(machine: Machine, kubelet: Kubelet, time: number): void {
  cancel(kubelet.worker.queued)
  kubelet.worker.queued = at(machine.clock, time, () => notifyWorker(machine, kubelet))
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

/** The seconds until the first back-off of a pull ends, null if no pull waits for one. */
function pullEnd({ pulls, reasons }: Kubelet, now: number): number | null {
  const isPulling = [...reasons.values()].some((reason) => pullReasons.has(reason))
  const ends = [...pulls.entries.values()].map(({ seconds, lastUpdate }) => lastUpdate + seconds - now).filter((left) => left > 0)
  return isPulling && ends.length > 0 ? Math.min(...ends) : null
}

function enqueue(machine: Machine, kubelet: Kubelet, outcome: SyncOutcome): void {
  const { worker } = kubelet
  const { clock } = machine
  const failed = outcome.kind === 'failed'
  let seconds = resyncSeconds
  if (failed) seconds = outcome.retryAt === null ? errorSeconds : Math.min(Math.max(0, outcome.retryAt - clock.now), resyncSeconds)
  const due =
    clock.now + kubelet.delay.after(seconds, outcome.kind === 'failed' && outcome.retryAt === null ? pullEnd(kubelet, clock.now) : null)
  const { tick } = kubelet.delay
  const turns = tick === 0 ? 0 : Math.ceil((due - kubelet.startedAt - tickPhase) / tick)
  cancel(worker.queued)
  worker.queued = at(
    clock,
    tick === 0 ? due : kubelet.startedAt + tickPhase + turns * tick,
    () => notifyWorker(machine, kubelet),
    () => !failed,
  )
}
