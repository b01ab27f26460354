/** A machine in the state that a Pod shows. What the Pod does not show is set to one end of its interval. */
import { runtimeChanged } from '../kubelet/kubelet.ts'
import type { Machine } from '../kubelet/machine-state.ts'
import { after, type Clock, newClock } from '../node/clock.ts'
import { allContainers, type ContainerSpec } from '../node/pod-spec.ts'
import {
  createSandbox,
  endContainer,
  newRuntime,
  type Runtime,
  type RuntimeContainer,
  type RuntimeListener,
  runOf,
} from '../node/runtime.ts'
import { changeWorld, newWorld } from '../node/world.ts'
import { newMachine } from '../play/machine.ts'
import { killedExit } from '../scenario/scenario.ts'
import { newLog } from '../timeline/log.ts'
import { createFailures, podFailures, pullFailures } from './assumed.ts'
import { timeStep } from './back-offs.ts'
import { type Ended, type LiveContainer, type LivePod, lastEnd, liveContainers, modelStatus } from './live-pod.ts'
import { isEarly, type Restored, restoreKubelet, type Variant } from './restore-kubelet.ts'

/** Notifications of a restored machine. */
export interface Watcher {
  readonly printed: () => void
  readonly started: (container: RuntimeContainer) => void
  readonly ended: (container: RuntimeContainer) => void
}

/** A machine whose clock shows `now`, with a kubelet that has synced the pod before. */
export function restoreMachine(from: Restored, variant: Variant, watcher: Watcher): Machine {
  const { pod, now, scenario } = from
  const clock: Clock = newClock()
  clock.now = now
  const log = newLog(clock)
  const listener: RuntimeListener = {
    changed: () => {
      runtimeChanged(machine)
    },
    started: (container) => {
      log.begin(container.name, 'run', { attempt: container.execution })
      watcher.started(container)
    },
    ended: (container) => {
      log.begin(container.name, 'back-off', { exitCode: container.exitCode, reason: container.reason })
      watcher.ended(container)
    },
  }
  const runtime = newRuntime(clock, scenario.containers, listener)
  const world = newWorld(scenario, {
    create: createFailures(pod, from.events),
    pull: pullFailures(pod, from.events),
    ...podFailures(pod, from.events),
  })
  for (const { image } of existing(pod)) changeWorld(world, { do: 'image-cached', image })
  const quiet = { value: true }
  const machine: Machine = newMachine({
    clock,
    world,
    runtime,
    log,
    pod: pod.model,
    status: modelStatus(pod, new Map()),
    printed: () => {
      if (!quiet.value) watcher.printed()
    },
  })
  const ids = restoreContainers(machine, from, variant)
  machine.api.status = modelStatus(pod, ids)
  machine.api.deleted = pod.deletedAt !== null
  machine.statusChanged()
  quiet.value = false
  restoreKubelet(machine, from, variant)
  return machine
}

/** The containers that the runtime has created: their images are on the node. */
function existing(pod: LivePod): readonly ContainerSpec[] {
  const names = new Set(liveContainers(pod).flatMap(({ name, exists }) => (exists ? [name] : [])))
  return allContainers(pod.model).filter(({ name }) => names.has(name))
}

/** The runtime's records. @returns the id of each container's newest one */
function restoreContainers({ runtime, pod }: Machine, from: Restored, variant: Variant): ReadonlyMap<string, number> {
  const ids = new Map<string, number>()
  const hasSandbox = from.pod.conditions.has('PodReadyToStartContainers') || liveContainers(from.pod).some(({ exists }) => exists)
  if (!hasSandbox) return ids
  const sandbox = createSandbox(runtime, 0)
  for (const spec of allContainers(pod)) {
    const live = liveContainers(from.pod).find(({ name }) => name === spec.name)
    if (live === undefined) continue
    runtime.attempts.set(spec.name, live.restartCount)
    if (!live.exists) continue
    const id = restoreContainer(runtime, spec, live, sandbox.id, from.now, variant)
    if (id !== null) ids.set(spec.name, id)
  }
  return ids
}

function restoreContainer(
  runtime: Runtime,
  spec: ContainerSpec,
  live: LiveContainer,
  sandbox: number,
  now: number,
  variant: Variant,
): number | null {
  const { state, restartCount } = live
  const end = lastEnd(live)
  if (state.kind !== 'running' && (end === null || end.reason === 'ContainerStatusUnknown')) return null
  const execution = restartCount + 1
  runtime.attempts.set(spec.name, execution)
  runtime.executions.set(spec.name, execution)
  runtime.logs.set(spec.name, restartCount)
  if (state.kind === 'running' && live.last !== null && restartCount > 0) {
    runtime.containers.unshift(record(runtime, spec, sandbox, restartCount - 1, live.last, now))
  }
  if (state.kind !== 'running') {
    const container = record(runtime, spec, sandbox, restartCount, end as Ended, now)
    runtime.containers.unshift(container)
    return container.id
  }
  const container: RuntimeContainer = {
    ...record(runtime, spec, sandbox, restartCount, null, now),
    state: 'running',
    startedAt: Math.min(state.startedAt, now),
  }
  runtime.containers.unshift(container)
  scheduleEnd(runtime, spec, container, now, variant)
  return container.id
}

function record(
  runtime: Runtime,
  spec: ContainerSpec,
  sandbox: number,
  restartCount: number,
  end: Ended | null,
  now: number,
): RuntimeContainer {
  const startedAt = end?.startedAt ?? end?.finishedAt ?? now
  return {
    id: runtime.nextId++,
    name: spec.name,
    sandbox,
    restartCount,
    image: spec.image,
    execution: restartCount + 1,
    version: 1,
    state: 'exited',
    startedAt,
    finishedAt: end?.finishedAt ?? startedAt,
    exitCode: end?.exitCode ?? 0,
    reason: end?.reason ?? '',
  }
}

function scheduleEnd(runtime: Runtime, spec: ContainerSpec, container: RuntimeContainer, now: number, variant: Variant): void {
  const run = runOf(runtime, spec, container.execution, container.version)
  if (run.seconds === null && !run.oom) return
  const exit = run.oom ? killedExit : run.exit
  const end = (): void => endContainer(runtime, container, exit, run.oom ? 'OOMKilled' : undefined)
  const due = container.startedAt + (run.seconds ?? 0) + (isEarly(variant) ? 0 : timeStep)
  runtime.ends.set(container.id, after(runtime.clock, Math.max(0, due - now), end))
}
