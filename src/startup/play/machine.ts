/** Runs the start of one pod in a scenario, from its acceptance by the API server until nothing new happens. */

import { runtimeChanged, startKubelet } from '../kubelet/kubelet.ts'
import type { Machine } from '../kubelet/machine-state.ts'
import { at, cancel, isBusy, newClock, nextTime, step } from '../node/clock.ts'
import { allContainers, type PodModel } from '../node/pod-spec.ts'
import { shouldRestart } from '../node/restart-rules.ts'
import { newRuntime, type RuntimeContainer, type RuntimeListener } from '../node/runtime.ts'
import type { Scenario } from '../scenario/scenario.ts'
import { printPod } from '../status/columns.ts'
import { isTerminal, newPodStatus, type PodStatus } from '../status/status.ts'
import { type Log, newLog } from '../timeline/log.ts'
import { firstPod, type RunOptions } from './run-options.ts'
import { setTriggers, type Triggers } from './triggers.ts'

/** A machine that has finished its run. */
export interface FinishedRun {
  readonly machine: Machine
  /** Starts of each container since something new last happened: two or more are a loop. */
  readonly recentStarts: ReadonlyMap<string, number>
}

/** The machine continues for this long after something new last happened, to distinguish a loop from an end. */
const settleSeconds = 150
/** The shorter time that is enough once every looping container has started `turns` times. */
const shortSettleSeconds = 60
/** Hard limits for any scenario: a month, and 10,000 events. */
const maximumSeconds = 31 * 24 * 3600
const maximumEvents = 10_000

/** Runs a pod. Without options it is the first pod of its owner, and nothing deletes it. */
export function runPod(pod: PodModel, scenario: Scenario, options: RunOptions = firstPod(scenario)): FinishedRun {
  const recentStarts = new Map<string, number>()
  let novelty = 0
  const clock = newClock()
  const log = newLog(clock)
  let triggers: Triggers | undefined
  const listener: RuntimeListener = {
    changed: () => runtimeChanged(machine),
    started: (container) => {
      if (isNew(machine, container)) {
        novelty = clock.now
        recentStarts.clear()
      }
      recentStarts.set(container.name, (recentStarts.get(container.name) ?? 0) + 1)
      log.begin(container.name, 'run', { attempt: container.execution, ...versionOf(machine, container) })
      triggers?.container(container, 'running')
    },
    ended: (container) => {
      ended(machine, container)
      triggers?.container(container, 'terminated')
    },
  }
  const machine: Machine = newMachine({
    clock,
    world: options.world,
    runtime: newRuntime(clock, scenario.containers, listener),
    log,
    pod,
    status: newPodStatus,
    printed: (status) => {
      triggers?.status(status)
      options.onStatus?.(machine)
    },
  })
  beginWaiting(log, pod)
  triggers = setTriggers(machine, options, () => {
    novelty = clock.now
    recentStarts.clear()
  })
  machine.statusChanged()
  startKubelet(machine, 3600)
  if (options.askAt !== null) at(clock, options.askAt, () => undefined)
  while (shouldContinue(machine, novelty, recentStarts, options)) {
    step(clock)
    if (!options.deleteWhen(machine)) continue
    machine.api.deleted = true
    machine.statusChanged()
    break
  }
  for (const timer of clock.timers) cancel(timer)
  return { machine, recentStarts }
}

/** What a machine is made of. */
export interface MachineParts extends Pick<Machine, 'clock' | 'world' | 'runtime' | 'log' | 'pod'> {
  readonly status: PodStatus
  /** Called with the STATUS column after each change of the status. */
  readonly printed: (status: string) => void
}

/** A machine without a kubelet, which logs the columns that kubectl prints. */
export function newMachine({ status, printed, ...parts }: MachineParts): Machine {
  const { clock, log } = parts
  const machine: Machine = {
    ...parts,
    api: { status, deleted: false },
    kubelet: null,
    statusChanged: () => {
      const columns = printPod(machine.pod, machine.api.status, machine.api.deleted)
      const last = log.changes.at(-1)
      const { phase } = machine.api.status
      const same =
        last?.status === columns.status && last.ready === columns.ready && last.restarts === columns.restarts && last.phase === phase
      if (!same) log.columns({ at: clock.now, phase, ...columns })
      if (isTerminal(phase)) log.endAll()
      printed(columns.status)
    },
  }
  return machine
}

/** Initially all containers wait: each init container for the previous one, app containers for the last init container. */
function beginWaiting(log: Log, { initContainers, containers }: PodModel): void {
  const waitFor = (name: string, previous: string | undefined): void =>
    void log.begin(name, 'wait', previous === undefined ? {} : { waitsFor: previous })
  for (const [index, { name }] of initContainers.entries()) waitFor(name, initContainers[index - 1]?.name)
  for (const { name } of containers) waitFor(name, initContainers.at(-1)?.name)
}

/** Whether the scenario describes this execution, instead of repeating the last entry of a list. */
function isNew({ runtime }: Machine, { name, execution }: RuntimeContainer): boolean {
  const behavior = runtime.behaviors.get(name)
  const lists = [behavior?.runs ?? [], ...(behavior?.runsOfVersion.values() ?? []), ...(behavior?.probes.values() ?? [])]
  return execution <= Math.max(1, ...lists.map(({ length }) => length))
}

function versionOf({ runtime }: Machine, { name, version }: RuntimeContainer): { version?: number } {
  return (runtime.behaviors.get(name)?.runsOfVersion.size ?? 0) > 0 || version > 1 ? { version } : {}
}

function ended({ log, pod }: Machine, { name, exitCode, reason }: RuntimeContainer): void {
  log.end(log.current(name), { exitCode, reason, outcome: exitCode === 0 ? 'ok' : 'failed' })
  const spec = allContainers(pod).find((container) => container.name === name)
  if (spec === undefined) return
  const isDone = spec.role === 'init' && exitCode === 0 && reason !== 'OOMKilled'
  log.begin(name, isDone || !shouldRestart(spec, pod, exitCode) ? 'done' : 'back-off', { exitCode, reason })
}

/** Whether to continue: something is still due, and loops have not turned often enough. */
function shouldContinue(machine: Machine, novelty: number, recentStarts: ReadonlyMap<string, number>, options: RunOptions): boolean {
  const { clock, kubelet } = machine
  const next = nextTime(clock)
  if (next === null || next > maximumSeconds || clock.events > maximumEvents || !isBusy(clock)) return false
  if (hasActions(machine, options.offset)) return true
  if (kubelet?.worker.phase === 'finished' && kubelet.flush === null) return false
  const loops = [...recentStarts.values()].filter((starts) => starts >= 2)
  const hasTurned = loops.length > 0 && loops.every((starts) => starts >= options.turns)
  if (next <= novelty + (hasTurned ? shortSettleSeconds : settleSeconds)) return true
  return (
    machine.pod.activeDeadlineSeconds !== null ||
    next <= (options.askAt ?? 0) ||
    (loops.length > 0 && !hasTurned) ||
    runsSomethingNew(machine)
  )
}

/** Whether a process is running that the scenario describes and that will end. */
function runsSomethingNew(machine: Machine): boolean {
  const { runtime } = machine
  return runtime.containers.some((container) => runtime.ends.has(container.id) && isNew(machine, container))
}

function hasActions({ world, clock }: Machine, offset: number): boolean {
  return world.scenario.actions.some(({ when }) => when.kind === 'after' && when.seconds - offset >= clock.now)
}
