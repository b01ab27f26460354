/** The actions of a scenario: when they are due and what they do. */

import { startKubelet, stopKubelet, watchDeadline } from '../kubelet/kubelet.ts'
import type { Machine } from '../kubelet/machine-state.ts'
import { after, at } from '../node/clock.ts'
import { killProcesses, loseSandboxes, type RuntimeContainer } from '../node/runtime.ts'
import { changeWorld } from '../node/world.ts'
import type { Action, Change, When } from '../scenario/scenario.ts'
import { patchPod } from './patch.ts'
import type { RunOptions } from './run-options.ts'

/** Notifications from the machine for actions that wait for a condition. */
export interface Triggers {
  /** Reports the status that kubectl prints now. */
  status(status: string): void
  /** Reports what a container did. */
  container(container: RuntimeContainer, event: 'running' | 'terminated'): void
}

/**
 * Schedules all actions of the scenario.
 * @param options when the pod is created, and which actions happened before that
 * @param acted called after each action
 */
export function setTriggers(machine: Machine, options: RunOptions, acted: () => void): Triggers {
  const waiting = new Set<Action>()
  const act = (action: Action): void => {
    options.done.add(action)
    acted()
    apply(machine, action.change)
  }
  for (const action of machine.world.scenario.actions) {
    if (options.done.has(action)) continue
    if (action.when.kind === 'after') at(machine.clock, action.when.seconds - options.offset, () => act(action))
    else waiting.add(action)
  }
  const fire = (holds: (when: When) => boolean): void => {
    for (const action of waiting) {
      if (!holds(action.when)) continue
      waiting.delete(action)
      after(machine.clock, action.when.kind === 'after' ? 0 : action.when.delaySeconds, () => act(action))
    }
  }
  return {
    status: (status) => fire((when) => when.kind === 'status' && when.status === status),
    container: ({ name, execution }, event) =>
      fire((when) => when.kind === 'container' && when.container === name && when.event === event && when.execution === execution),
  }
}

function apply(machine: Machine, change: Change): void {
  note(machine, change)
  switch (change.do) {
    case 'sandbox-lost':
      loseSandboxes(machine.runtime)
      break
    case 'container-killed':
      killProcesses(machine.runtime, change.container)
      break
    case 'node-reboot':
      reboot(machine)
      break
    case 'kubelet-stopped':
      if (machine.kubelet !== null) stopKubelet(machine)
      break
    case 'kubelet-started':
      start(machine)
      break
    case 'pod-patched':
      machine.pod = patchPod(machine.pod, change.patch)
      if (machine.kubelet !== null) {
        watchDeadline(machine, machine.kubelet)
        machine.kubelet.wake()
      }
      break
    default:
      changeWorld(machine.world, change)
  }
}

/** The kubelet is down during a reboot and comes back after this time, unless the scenario itself stopped the kubelet and restarts it. */
const rebootSeconds = 30

function reboot(machine: Machine): void {
  const wasUp = machine.kubelet !== null
  if (wasUp) stopKubelet(machine)
  killProcesses(machine.runtime, null)
  loseSandboxes(machine.runtime)
  if (wasUp) after(machine.clock, rebootSeconds, () => start(machine))
}

function start(machine: Machine): void {
  if (machine.kubelet !== null) return
  machine.log.end(machine.log.current(null))
  startKubelet(machine, 0)
}

/** Records a change. A lost sandbox has its own kind of step; a stopped kubelet shows up as a `kubelet-down` step. */
function note({ log }: Machine, change: Change): void {
  if (change.do === 'sandbox-lost') log.moment(null, 'sandbox-lost')
  else if (change.do !== 'kubelet-stopped' && change.do !== 'kubelet-started') {
    log.moment(null, 'world', { reason: change.do, ...('image' in change && { image: change.image }) })
  }
}
