/** The container runtime: sandboxes, containers and processes, as the kubelet sees them over CRI. Independent of the kubelet. */

import { type ContainerBehavior, defaultRun, killedExit, type ProbeName, type ProbeRun, type Run } from '../scenario/scenario.ts'
import { after, type Clock, cancel, type Process, type Timer } from './clock.ts'
import type { ContainerSpec } from './pod-spec.ts'

/** A running or ended container that has not been removed. */
export interface RuntimeContainer {
  readonly id: number
  readonly name: string
  readonly sandbox: number
  readonly restartCount: number
  /** The image reference that it was created with: if the reference changes, the container has changed (HashContainer). */
  readonly image: string
  /** The number of the execution in the life of the pod, from 1; failed starts count. */
  readonly execution: number
  readonly version: number
  state: 'running' | 'exited'
  startedAt: number
  finishedAt: number
  exitCode: number
  /** Completed, Error, OOMKilled, StartError. */
  reason: string
}

/** A pod sandbox; `attempt` counts from 0. */
export interface Sandbox {
  readonly id: number
  readonly attempt: number
  ready: boolean
}

/** Receives the runtime's notifications. */
export interface RuntimeListener {
  /** Something changed that a relist would see. */
  changed(): void
  started(container: RuntimeContainer): void
  ended(container: RuntimeContainer): void
}

/** The state of the runtime, and how its processes behave. */
export interface Runtime {
  readonly clock: Clock
  readonly behaviors: ReadonlyMap<string, ContainerBehavior>
  readonly listener: RuntimeListener
  nextId: number
  /** Newest first. */
  sandboxes: Sandbox[]
  /** Newest first. */
  containers: RuntimeContainer[]
  /** Attempts to start, by container name. */
  readonly attempts: Map<string, number>
  /** Successful starts, by container name. */
  readonly executions: Map<string, number>
  /** The highest restart count in the name of a log file of the container, as long as log files are kept. */
  readonly logs: Map<string, number>
  readonly ends: Map<number, Timer>
}

/** A runtime without sandboxes and containers. */
export function newRuntime(clock: Clock, behaviors: ReadonlyMap<string, ContainerBehavior>, listener: RuntimeListener): Runtime {
  return {
    clock,
    behaviors,
    listener,
    nextId: 1,
    sandboxes: [],
    containers: [],
    attempts: new Map(),
    executions: new Map(),
    logs: new Map(),
    ends: new Map(),
  }
}

/** The shortest life of a process: long enough for the kubelet's relist after a start, too short for a second start. */
const shortestRunSeconds = 0.08

/** Exit code of a container that could not be started (containerd's CRI plugin, errorStartExitCode). */
const startErrorExitCode = 128

/** What a container does in an execution with a version of its image. */
export function runOf(runtime: Runtime, container: ContainerSpec, execution: number, version: number): Run {
  const behavior = runtime.behaviors.get(container.name)
  const runs = behavior?.runsOfVersion.get(version) ?? lastOf(behavior?.runsOfVersion) ?? behavior?.runs ?? []
  return entryOf(runs, execution) ?? defaultRun(container.role)
}

/** How a probe of a container behaves in an execution; by default it succeeds immediately. */
export function probeRunOf(runtime: Runtime, container: string, probe: ProbeName, execution: number): ProbeRun {
  return entryOf(runtime.behaviors.get(container)?.probes.get(probe) ?? [], execution) ?? { succeedsAfterSeconds: 0 }
}

function entryOf<Entry>(list: readonly Entry[], execution: number): Entry | undefined {
  return list[Math.min(execution, list.length) - 1]
}

function lastOf<Value>(map: ReadonlyMap<number, Value> | undefined): Value | undefined {
  return map === undefined ? undefined : [...map.values()].at(-1)
}

/** Creates a sandbox; earlier ones are kept as records. */
export function createSandbox(runtime: Runtime, attempt: number): Sandbox {
  const sandbox: Sandbox = { id: runtime.nextId++, attempt, ready: true }
  runtime.sandboxes.unshift(sandbox)
  runtime.listener.changed()
  return sandbox
}

/** Marks all sandboxes as not ready: stopped, or their pause process was killed. Does not touch their containers. */
export function loseSandboxes(runtime: Runtime): void {
  for (const sandbox of runtime.sandboxes) sandbox.ready = false
  runtime.listener.changed()
}

/**
 * Creates and starts a container.
 * @returns the container; exited with StartError if its process cannot be started
 */
export function startContainer(
  runtime: Runtime,
  spec: ContainerSpec,
  sandbox: number,
  restartCount: number,
  version: number,
): RuntimeContainer {
  const { clock, listener } = runtime
  const execution = (runtime.attempts.get(spec.name) ?? 0) + 1
  runtime.attempts.set(spec.name, execution)
  runtime.logs.set(spec.name, Math.max(restartCount, runtime.logs.get(spec.name) ?? 0))
  const run = runOf(runtime, spec, execution, version)
  const container: RuntimeContainer = {
    id: runtime.nextId++,
    name: spec.name,
    sandbox,
    restartCount,
    image: spec.image,
    execution,
    version,
    state: 'running',
    startedAt: clock.now,
    finishedAt: clock.now,
    exitCode: 0,
    reason: '',
  }
  runtime.containers.unshift(container)
  if (run.startError !== null) {
    Object.assign(container, { state: 'exited', exitCode: startErrorExitCode, reason: 'StartError' })
    listener.changed()
    return container
  }
  runtime.executions.set(spec.name, (runtime.executions.get(spec.name) ?? 0) + 1)
  if (run.oom || run.seconds !== null) {
    const end = (): void => endContainer(runtime, container, run.oom ? killedExit : run.exit, run.oom ? 'OOMKilled' : undefined)
    runtime.ends.set(container.id, after(clock, Math.max(run.seconds ?? 0, shortestRunSeconds), end))
  }
  listener.started(container)
  listener.changed()
  return container
}

/** Ends the process of a container. */
export function endContainer(runtime: Runtime, container: RuntimeContainer, exitCode: number, reason?: string): void {
  if (container.state === 'exited') return
  cancel(runtime.ends.get(container.id) ?? null)
  runtime.ends.delete(container.id)
  container.state = 'exited'
  container.finishedAt = runtime.clock.now
  container.exitCode = exitCode
  container.reason = reason ?? (exitCode === 0 ? 'Completed' : 'Error')
  runtime.listener.ended(container)
  runtime.listener.changed()
}

/** SIGKILL from outside: one container's process, or all of them (null) when the node goes down. */
export function killProcesses(runtime: Runtime, name: string | null): void {
  for (const container of runtime.containers) {
    if (name === null || container.name === name) endContainer(runtime, container, killedExit)
  }
}

/** CRI StopContainer: SIGTERM, then SIGKILL when the grace period expires. Returns when the process has ended. */
export function* stopContainer(runtime: Runtime, id: number, graceSeconds: number): Process<void> {
  const container = runtime.containers.find((other) => other.id === id)
  if (container === undefined || container.state === 'exited') return
  const onTerm = runtime.behaviors.get(container.name)?.onTerm ?? null
  const obeys = onTerm !== null && onTerm.withinSeconds <= graceSeconds
  yield Math.max(obeys ? onTerm.withinSeconds : graceSeconds, shortestRunSeconds)
  endContainer(runtime, container, obeys ? onTerm.exit : killedExit)
}

/** CRI RemoveContainer. */
export function removeContainer(runtime: Runtime, id: number): void {
  const index = runtime.containers.findIndex((container) => container.id === id)
  if (index === -1) return
  runtime.containers.splice(index, 1)
  runtime.listener.changed()
}
