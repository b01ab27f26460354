/** Probe workers and their results: pkg/kubelet/prober/worker.go and results/results_manager.go, 1.36. */
import { after, cancel } from '../node/clock.ts'
import { allContainers } from '../node/pod-spec.ts'
import { restartsAll, shouldRestart } from '../node/restart-rules.ts'
import { probeRunOf } from '../node/runtime.ts'
import type { ProbeName } from '../scenario/scenario.ts'
import { type ContainerStatus, isTerminal, statusOf } from '../status/status.ts'
import type { Kubelet, Machine, ProbeManager, ProbeResult, ProbeWorker } from './machine-state.ts'
import { lastStatus } from './readiness.ts'
import { setReadiness, setStarted } from './status-manager.ts'

/** No probes yet. */
export function newProbeManager(): ProbeManager {
  return { workers: new Map(), results: { startupProbe: new Map(), livenessProbe: new Map(), readinessProbe: new Map() } }
}

/** The initial results for a new container (newWorker): alive and not ready until a probe has run. */
const initialResults: Readonly<Record<ProbeName, ProbeResult>> = {
  startupProbe: 'unknown',
  livenessProbe: 'success',
  readinessProbe: 'failure',
}

/** The last probe result of a container, undefined if no probe has run. */
export function probeResult(kubelet: Kubelet, probe: ProbeName, containerId: number | null): ProbeResult | undefined {
  return containerId === null ? undefined : kubelet.probes.results[probe].get(containerId)
}

/** Whether a worker runs this probe of the container. */
export function hasProbeWorker(kubelet: Kubelet, probe: ProbeName, name: string): boolean {
  return kubelet.probes.workers.has(`${probe} ${name}`)
}

/** AddPod: starts a worker for each probe of app containers and sidecars. */
export function startProbes(machine: Machine, kubelet: Kubelet): void {
  for (const container of allContainers(machine.pod)) {
    if (container.role === 'init') continue
    for (const [probe, spec] of container.probes) {
      const key = `${probe} ${container.name}`
      if (kubelet.probes.workers.has(key)) continue
      const worker: ProbeWorker = { container, probe, spec, containerId: null, lastResult: null, resultRun: 0, onHold: false, timer: null }
      kubelet.probes.workers.set(key, worker)
      // A kubelet that just started spreads its probes over their period; the model uses the mean, half of it.
      const delay = spec.periodSeconds > machine.clock.now - kubelet.startedAt ? spec.periodSeconds / 2 : 0
      schedule(machine, kubelet, worker, delay)
    }
  }
}

/** What is known of a running container's probe. */
export interface KnownProbe {
  readonly containerId: number
  readonly result: ProbeResult
  /** How often in a row the result came. */
  readonly run: number
  /** Seconds until the next probe. */
  readonly next: number
}

/** Continues probes of containers that run already. @param known what is known of a worker's probe, undefined if nothing */
export function resumeProbes(machine: Machine, kubelet: Kubelet, known: (worker: ProbeWorker) => KnownProbe | undefined): void {
  startProbes(machine, kubelet)
  for (const worker of kubelet.probes.workers.values()) {
    const state = known(worker)
    if (state === undefined) continue
    worker.containerId = state.containerId
    worker.lastResult = state.result
    worker.resultRun = state.run
    worker.onHold = worker.probe === 'startupProbe' && state.result === 'success'
    kubelet.probes.results[worker.probe].set(
      state.containerId,
      state.run >= threshold(worker, state.result) ? state.result : initialResults[worker.probe],
    )
    cancel(worker.timer)
    schedule(machine, kubelet, worker, state.next)
  }
}

function threshold({ spec }: ProbeWorker, result: ProbeResult): number {
  return result === 'success' ? spec.successThreshold : spec.failureThreshold
}

/** StopLivenessAndStartup (only for app containers), or all probes if the pod is gone. */
export function stopProbes(kubelet: Kubelet, all: boolean): void {
  for (const [key, worker] of kubelet.probes.workers) {
    const kept = worker.probe === 'readinessProbe' || worker.container.role !== 'app'
    if (kept && !all) continue
    cancel(worker.timer)
    kubelet.probes.workers.delete(key)
  }
}

/** A readiness probe runs ahead of schedule when a status is written before it has succeeded. */
export function triggerReadiness(machine: Machine, kubelet: Kubelet, name: string): void {
  const worker = kubelet.probes.workers.get(`readinessProbe ${name}`)
  if (worker === undefined) return
  cancel(worker.timer)
  schedule(machine, kubelet, worker, 0.01)
}

function tick(machine: Machine, kubelet: Kubelet, worker: ProbeWorker): void {
  if (machine.kubelet !== kubelet) return
  const isNeeded = doProbe(machine, kubelet, worker)
  if (!isNeeded) {
    if (worker.containerId !== null) kubelet.probes.results[worker.probe].delete(worker.containerId)
    kubelet.probes.workers.delete(`${worker.probe} ${worker.container.name}`)
    return
  }
  schedule(machine, kubelet, worker, worker.spec.periodSeconds)
}

function schedule(machine: Machine, kubelet: Kubelet, worker: ProbeWorker, seconds: number): void {
  const run = (): void => tick(machine, kubelet, worker)
  worker.timer = after(machine.clock, seconds, run, () => isSteady(machine, worker))
}

/** Whether the next probes will have the same result as the last ones, so that the run need not wait for them. */
function isSteady(machine: Machine, worker: ProbeWorker): boolean {
  const container = machine.runtime.containers.find(({ name }) => name === worker.container.name)
  if (container === undefined || container.state === 'exited') return true
  if (container.id !== worker.containerId) return false
  if (worker.onHold) return true
  const seconds = probeRunOf(machine.runtime, worker.container.name, worker.probe, container.execution).succeedsAfterSeconds
  const answer: ProbeResult = seconds !== null && machine.clock.now - container.startedAt >= seconds ? 'success' : 'failure'
  const threshold = answer === 'success' ? worker.spec.successThreshold : worker.spec.failureThreshold
  return worker.lastResult === answer && worker.resultRun >= threshold && (answer === 'success' || seconds === null)
}

/** doProbe: one turn of a worker; false if the worker is no longer needed. */
function doProbe(machine: Machine, kubelet: Kubelet, worker: ProbeWorker): boolean {
  if (kubelet.status === null) return true
  const status = lastStatus(machine, kubelet)
  if (isTerminal(status.phase)) return false
  const container = statusOf(status.containers, worker.container.name) ?? statusOf(status.initContainers, worker.container.name)
  if (container === undefined || container.containerId === null) return true
  if (worker.containerId !== container.containerId) adopt(machine, kubelet, worker, container)
  if (worker.onHold) return true
  if (container.state.kind !== 'running') {
    setResult(machine, kubelet, worker, 'failure')
    if (container.state.kind !== 'terminated') return true
    const { exitCode } = container.state
    return shouldRestart(worker.container, machine.pod, exitCode) || status.restartingAll || restartsAll(worker.container, exitCode)
  }
  if (Math.floor(machine.clock.now - container.state.startedAt) < worker.spec.initialDelaySeconds) return true
  if ((container.started === true) === (worker.probe === 'startupProbe')) return true
  record(machine, kubelet, worker)
  return true
}

/** Resets the results for a new container. A restarted kubelet trusts containers that were running before it (worker.go, isRestart). */
function adopt(machine: Machine, kubelet: Kubelet, worker: ProbeWorker, status: ContainerStatus): void {
  if (worker.containerId !== null) kubelet.probes.results[worker.probe].delete(worker.containerId)
  worker.containerId = status.containerId
  worker.onHold = false
  const isRestart = status.state.kind === 'running' && status.state.startedAt < kubelet.startedAt - kubeletRestartGraceSeconds
  if (worker.probe === 'startupProbe' && worker.container.role === 'sidecar' && status.started === true) {
    setResult(machine, kubelet, worker, 'success')
  }
  if (!isRestart) setResult(machine, kubelet, worker, initialResults[worker.probe])
}

/** kubeletRestartGracePeriod, pkg/kubelet/prober/prober_manager.go. */
export const kubeletRestartGraceSeconds = 10

function record(machine: Machine, kubelet: Kubelet, worker: ProbeWorker): void {
  const result = probeContainer(machine, worker)
  if (result === null) return
  if (result === 'failure') {
    machine.log.event(worker.container.name, 'Unhealthy')
    machine.log.moment(worker.container.name, 'unhealthy', { reason: worker.probe })
  }
  worker.resultRun = worker.lastResult === result ? worker.resultRun + 1 : 1
  worker.lastResult = result
  if (result === 'failure' && worker.resultRun < worker.spec.failureThreshold) return
  if (result === 'success' && worker.resultRun < worker.spec.successThreshold) return
  setResult(machine, kubelet, worker, result)
  if (worker.probe === 'startupProbe' || (worker.probe === 'livenessProbe' && result === 'failure')) {
    worker.onHold = true
    worker.resultRun = 0
  }
}

/** The probe's result, null if the process is gone and the probe itself fails. */
function probeContainer(machine: Machine, worker: ProbeWorker): ProbeResult | null {
  const container = machine.runtime.containers.find(({ id }) => id === worker.containerId)
  if (container === undefined || container.state === 'exited') return null
  const seconds = probeRunOf(machine.runtime, worker.container.name, worker.probe, container.execution).succeedsAfterSeconds
  return seconds !== null && machine.clock.now - container.startedAt >= seconds ? 'success' : 'failure'
}

/** results_manager.Set and the sync loop's reaction (syncLoopIteration, handleProbeSync). */
function setResult(machine: Machine, kubelet: Kubelet, worker: ProbeWorker, result: ProbeResult): void {
  const results = kubelet.probes.results[worker.probe]
  const id = worker.containerId
  if (id === null || results.get(id) === result) return
  results.set(id, result)
  if (worker.probe === 'readinessProbe') setReadiness(machine, kubelet, id, result === 'success')
  else if (worker.probe === 'startupProbe') setStarted(machine, kubelet, id, result === 'success')
  else if (result !== 'failure') return
  kubelet.wake()
}
