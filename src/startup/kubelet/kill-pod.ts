/** Stopping containers: pkg/kubelet/kuberuntime/kuberuntime_container.go and kuberuntime_termination_order.go, 1.36. */
import type { Process } from '../node/clock.ts'
import { loseSandboxes, stopContainer } from '../node/runtime.ts'
import type { Snapshot } from '../node/snapshot.ts'
import type { Machine } from './machine-state.ts'

/** minimumGracePeriodInSeconds. */
const minimumGraceSeconds = 2

/**
 * killContainer.
 * @param graceSeconds null for the pod's own terminationGracePeriodSeconds
 */
export function* killContainer(machine: Machine, id: number, name: string, graceSeconds: number | null): Process<void> {
  machine.log.event(name, 'Killing')
  machine.log.moment(name, 'killing')
  const grace = graceSeconds ?? machine.pod.terminationGracePeriodSeconds
  yield* stopContainer(machine.runtime, id, Math.max(grace, minimumGraceSeconds))
}

/**
 * killPodWithSyncResult: stops everything that the kubelet believes to be running, then the sandbox. App and init containers are stopped
 * first; sidecars wait for them and for later sidecars, as long as the grace period allows.
 */
export function* killPod(machine: Machine, snapshot: Snapshot): Process<void> {
  const running = snapshot.containers.filter(({ state }) => state === 'running')
  for (const { name } of running) {
    machine.log.event(name, 'Killing')
    machine.log.moment(name, 'killing')
  }
  const sidecars = machine.pod.initContainers.filter(({ role }) => role === 'sidecar').map(({ name }) => name)
  const groups = [
    running.filter(({ name }) => !sidecars.includes(name)),
    ...sidecars.reverse().map((name) => running.filter((item) => item.name === name)),
  ]
  let grace = machine.pod.terminationGracePeriodSeconds
  for (const group of groups) {
    const started = machine.clock.now
    yield* together(group.map(({ id }) => stopContainer(machine.runtime, id, Math.max(grace, minimumGraceSeconds))))
    grace = Math.max(0, grace - Math.floor(machine.clock.now - started))
  }
  loseSandboxes(machine.runtime)
}

/** Runs processes concurrently until all have ended. */
function* together(processes: readonly Process<void>[]): Process<void> {
  let waits = processes.map((process) => ({ process, left: 0 }))
  while (waits.length > 0) {
    const shortest = Math.min(...waits.map(({ left }) => left))
    if (shortest > 0) yield shortest
    const next: typeof waits = []
    for (const { process, left } of waits) {
      if (left - shortest > 1e-9) {
        next.push({ process, left: left - shortest })
        continue
      }
      const { done, value } = process.next()
      if (!done) next.push({ process, left: value })
    }
    waits = next
  }
}
