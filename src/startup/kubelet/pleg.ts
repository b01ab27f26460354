/** The pod lifecycle event generator: pkg/kubelet/pleg/generic.go, 1.36. Looks at the runtime every second and wakes the pod's worker. */
import { after, at } from '../node/clock.ts'
import { removeContainer } from '../node/runtime.ts'
import { executionsOf, newest, takeSnapshot } from '../node/snapshot.ts'
import type { Kubelet, Machine } from './machine-state.ts'

/** genericPlegRelistPeriod, pkg/kubelet/kubelet.go. */
const relistSeconds = 1
/** A relist that a sync requested runs almost immediately, in the next iteration of the loop. */
const requestedRelistSeconds = 0.02
/** The offset of the relists within a second: arbitrary, but fixed to make results reproducible. */
const relistPhase = 0.45
/** Keeps the current relist from being counted as the next one. */
const rounding = 1e-6

/** Schedules the next periodic relist. Relists that would find nothing new are skipped to save time. */
export function expectRelist(machine: Machine, kubelet: Kubelet): void {
  if (kubelet.relist !== null) return
  const turns = Math.floor((machine.clock.now - kubelet.startedAt - relistPhase) / relistSeconds + rounding) + 1
  const next = kubelet.startedAt + relistPhase + Math.max(0, turns) * relistSeconds
  kubelet.relist = at(machine.clock, next, () => {
    kubelet.relist = null
    relist(machine, kubelet)
  })
}

/** RequestRelist, called after a sync that started something. */
export function requestRelist(machine: Machine, kubelet: Kubelet): void {
  kubelet.requestedRelist ??= after(machine.clock, requestedRelistSeconds, () => {
    kubelet.requestedRelist = null
    relist(machine, kubelet)
  })
}

function relist(machine: Machine, kubelet: Kubelet): void {
  if (machine.kubelet !== kubelet) return
  const { runtime } = machine
  const records = new Map<number, string>()
  for (const { id, ready } of runtime.sandboxes) records.set(id, ready ? 'running' : 'exited')
  for (const { id, state } of runtime.containers) records.set(id, state)
  const changed = [...records].filter(([id, state]) => kubelet.records.get(id) !== state).map(([id]) => id)
  const died = [...kubelet.records].some(([id, state]) => state === 'running' && !records.has(id))
  const removed = [...kubelet.records.keys()].some((id) => !records.has(id))
  kubelet.records = records
  if (changed.length > 0 || removed) kubelet.snapshot = takeSnapshot(runtime)
  kubelet.cacheTime = machine.clock.now
  for (const id of changed) if (records.get(id) === 'exited') cleanUp(machine, kubelet, id)
  if (changed.length > 0 || died) kubelet.wake()
  kubelet.refreshed()
}

/** cleanUpContainersInPod: keeps only the newest ended container with each name (MaxPerPodContainer 1). */
function cleanUp(machine: Machine, kubelet: Kubelet, id: number): void {
  const ended = kubelet.snapshot.containers.find((container) => container.id === id)
  if (ended === undefined || newest(kubelet.snapshot, ended.name) === undefined) return
  const candidates = executionsOf(kubelet.snapshot, ended.name).filter(({ state }) => state === 'exited')
  for (const { id: old } of candidates.slice(1)) removeContainer(machine.runtime, old)
}
