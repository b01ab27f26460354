/** The kubelet as a program: it starts, accepts the pod, and may be stopped and restarted, which clears its memory. */
import { crashLoopBackOff, imagePullBackOff } from '../node/back-off.ts'
import { after } from '../node/clock.ts'
import { type Delay, meanDelay } from '../node/delay.ts'
import { versionOf } from '../node/kubernetes-versions.ts'
import { emptySnapshot } from '../node/snapshot.ts'
import { isTerminal } from '../status/status.ts'
import type { Kubelet, Machine } from './machine-state.ts'
import { expectRelist, requestRelist } from './pleg.ts'
import { pastDeadline } from './pod-status.ts'
import { cacheRefreshed, newWorker, notifyWorker } from './pod-worker.ts'
import { newProbeManager } from './probes.ts'

/** From the pod's creation, or the kubelet's start, to the first sync. */
const noticeSeconds = 0.1
const bootSeconds = 1.5

/**
 * Starts a kubelet on the node.
 * @param ago for how many seconds it has been running when the pod arrives; 0 if it starts now and the pod already exists
 */
export function startKubelet(machine: Machine, ago: number): void {
  const { clock } = machine
  const kubelet = newKubelet(machine, ago > 0 ? -ago : clock.now + bootSeconds, meanDelay)
  kubelet.cacheTime = ago > 0 ? 0 : -1
  machine.kubelet = kubelet
  after(clock, ago > 0 ? noticeSeconds : bootSeconds, () => takePod(machine, kubelet))
}

/** A kubelet without any memory of the pod. @param startedAt the time of its start, seconds since the pod's creation */
export function newKubelet(machine: Machine, startedAt: number, delay: Delay): Kubelet {
  const kubelet: Kubelet = {
    startedAt,
    wake: () => notifyWorker(machine, kubelet),
    refreshed: () => cacheRefreshed(machine, kubelet),
    snapshot: emptySnapshot,
    cacheTime: -1,
    records: new Map(),
    relist: null,
    requestedRelist: null,
    version: versionOf(machine.world.scenario.kubelet.kubernetes),
    delay,
    crashLoop: crashLoopBackOff(machine.world.scenario.kubelet.crashLoopMaxSeconds),
    pulls: imagePullBackOff(),
    reasons: new Map(),
    status: null,
    flush: null,
    worker: newWorker(),
    probes: newProbeManager(),
    mountRetryAt: 0,
    mountDelay: 0,
  }
  return kubelet
}

function takePod(machine: Machine, kubelet: Kubelet): void {
  if (machine.kubelet !== kubelet) return
  if (isTerminal(machine.api.status.phase)) kubelet.worker.phase = 'terminating'
  kubelet.wake()
  requestRelist(machine, kubelet)
  watchDeadline(machine, kubelet)
}

/** The active deadline handler wakes the worker when the deadline has expired (kubelet.go, getPodsToSync, every second). */
export function watchDeadline(machine: Machine, kubelet: Kubelet): void {
  const seconds = machine.pod.activeDeadlineSeconds
  if (seconds === null) return
  const check = (): void => {
    if (machine.kubelet !== kubelet || kubelet.worker.phase !== 'sync' || machine.pod.activeDeadlineSeconds === null) return
    if (pastDeadline(machine, kubelet)) kubelet.wake()
    after(machine.clock, 1, check)
  }
  const startTime = machine.api.status.startTime ?? machine.clock.now
  after(machine.clock, Math.max(0, startTime + seconds - machine.clock.now) + 0.5, check)
}

/** Stops the kubelet: its syncs are aborted, containers keep running. */
export function stopKubelet(machine: Machine): void {
  machine.kubelet = null
  machine.log.begin(null, 'kubelet-down')
}

/** The runtime changed: schedules the relist that notices it. */
export function runtimeChanged(machine: Machine): void {
  if (machine.kubelet !== null && machine.clock.now >= machine.kubelet.startedAt) expectRelist(machine, machine.kubelet)
}
