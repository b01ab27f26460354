/** computeInitContainerActions of pkg/kubelet/kuberuntime/kuberuntime_container.go, 1.36. */

import type { ContainerSpec, PodModel } from '../node/pod-spec.ts'
import type { RuntimeContainer } from '../node/runtime.ts'
import { activeContainers, newest } from '../node/snapshot.ts'
import { willBeStarted } from '../status/container-statuses.ts'
import type { Kubelet } from './machine-state.ts'
import { type PodActions, probeGrace } from './planned.ts'
import { probeResult } from './probes.ts'

/**
 * Adds the actions for init containers and sidecars. Iterates from the last to the first, because the records of finished ones may be
 * gone: the last one with a record shows how far the pod has come.
 * @returns whether the pod is initialized, so that app containers may be considered
 */
export function addInitActions(actions: PodActions, pod: PodModel, kubelet: Kubelet): boolean {
  if (pod.initContainers.length === 0) return true
  const progress: Progress = {
    hasInitialized: isInitialized(pod, kubelet),
    wasInitialized: false,
    toStart: [],
  }
  progress.wasInitialized = progress.hasInitialized
  for (let index = pod.initContainers.length - 1; index >= 0; index--) {
    const container = pod.initContainers[index] as ContainerSpec
    const known = newest(kubelet.snapshot, container.name)
    if (known === undefined) {
      if (progress.wasInitialized && container.role === 'sidecar') progress.toStart.push(index)
      continue
    }
    if (progress.wasInitialized && container.role === 'init') continue
    const look: Look = { actions, pod, kubelet, container, index, known, progress }
    if (known.state === 'running') lookAtRunning(look)
    else if (!lookAtEnded(look)) return false
    progress.wasInitialized = true
  }
  if (!progress.wasInitialized) progress.toStart.push(0)
  actions.initContainersToStart = progress.toStart.reverse().flatMap((index) => pod.initContainers[index] ?? [])
  return progress.hasInitialized
}

/** podHasInitialized: what decides it depends on the version. */
function isInitialized({ containers }: PodModel, { version, snapshot }: Kubelet): boolean {
  if (version.initializedBy === 'running-app') return containers.some(({ name }) => newest(snapshot, name)?.state === 'running')
  const apps = new Set(containers.map(({ name }) => name))
  return activeContainers(snapshot).some(({ name }) => apps.has(name))
}

interface Progress {
  hasInitialized: boolean
  /** Whether everything before the current container is known to be done. */
  wasInitialized: boolean
  /** Indexes, from the last container to the first. */
  readonly toStart: number[]
}

/** One init container or sidecar, and where decisions about it go. */
interface Look {
  readonly actions: PodActions
  readonly pod: PodModel
  readonly kubelet: Kubelet
  readonly container: ContainerSpec
  readonly index: number
  readonly known: Readonly<RuntimeContainer>
  readonly progress: Progress
}

function advance({ pod, index, progress }: Look, isFirstTime: boolean): void {
  if (index === pod.initContainers.length - 1) progress.hasInitialized = true
  else if (isFirstTime) progress.toStart.push(index + 1)
}

/** A running sidecar lets the next container start after its startup probe succeeded; a running init container blocks the rest. */
function lookAtRunning(look: Look): void {
  const { kubelet, container, known, progress } = look
  if (container.role === 'init') return
  if (container.probes.has('startupProbe')) {
    const startup = probeResult(kubelet, 'startupProbe', known.id)
    if (startup === 'failure') restart(look, 'startupProbe')
    if (startup !== 'success') return
  }
  advance(look, !progress.wasInitialized)
  if (known.image !== container.image) restart(look, null)
  else if (probeResult(kubelet, 'livenessProbe', known.id) === 'failure') restart(look, 'livenessProbe')
}

function restart({ actions, container, index, known, progress }: Look, probe: 'startupProbe' | 'livenessProbe' | null): void {
  const graceSeconds = probe === null ? null : probeGrace(container, probe)
  actions.containersToKill.push({ id: known.id, name: container.name, graceSeconds })
  progress.toStart.push(index)
}

/** @returns false if the pod has failed permanently */
function lookAtEnded(look: Look): boolean {
  const { actions, pod, kubelet, container, index, known, progress } = look
  if (container.role === 'sidecar') {
    progress.toStart.push(index)
  } else if (known.exitCode !== 0 || known.reason === 'OOMKilled') {
    if (!willBeStarted(pod, kubelet.snapshot, container)) {
      actions.killPod = true
      actions.initContainersToStart = []
      return false
    }
    progress.toStart.push(index)
  } else {
    advance(look, true)
  }
  return true
}
