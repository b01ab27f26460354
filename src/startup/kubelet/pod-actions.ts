/** computePodActions of pkg/kubelet/kuberuntime/kuberuntime_manager.go, 1.36: what one sync does to the pod. */

import type { PodModel } from '../node/pod-spec.ts'
import { restartsAll } from '../node/restart-rules.ts'
import type { RuntimeContainer } from '../node/runtime.ts'
import { executionsOf, newest, type Snapshot, sandboxChange } from '../node/snapshot.ts'
import { anyAppCreated, willBeStarted } from '../status/container-statuses.ts'
import { addInitActions } from './init-actions.ts'
import type { Kubelet } from './machine-state.ts'
import { type PodActions, probeGrace } from './planned.ts'
import { probeResult } from './probes.ts'

/** @param restartAll whether the pod is marked for RestartAllContainers */
export function podActions(pod: PodModel, kubelet: Kubelet, restartAll: boolean): PodActions {
  const { snapshot } = kubelet
  const change = sandboxChange(snapshot)
  const actions: PodActions = {
    killPod: change.needed,
    createSandbox: change.needed,
    attempt: change.attempt,
    sandbox: change.sandbox,
    initContainersToStart: [],
    containersToStart: [],
    containersToKill: [],
    containersToReset: [],
  }
  if (restartAll) {
    actions.containersToReset = resetOrder(pod, snapshot)
    return { ...actions, killPod: false, createSandbox: false }
  }
  if (change.needed) {
    addSandboxActions(actions, pod, snapshot)
    return actions
  }
  const hasInitialized = addInitActions(actions, pod, kubelet)
  if (actions.killPod || !hasInitialized) return actions
  addAppActions(actions, pod, kubelet)
  return actions
}

/** The containers whose exit codes triggered the restart are removed last. */
function resetOrder(pod: PodModel, snapshot: Snapshot): readonly Readonly<RuntimeContainer>[] {
  const sources: Readonly<RuntimeContainer>[] = []
  const targets: Readonly<RuntimeContainer>[] = []
  for (const list of [pod.containers, pod.initContainers]) {
    for (const container of list) {
      for (const known of executionsOf(snapshot, container.name)) {
        const isSource = known.state === 'exited' && restartsAll(container, known.exitCode)
        ;(isSource ? sources : targets).push(known)
      }
    }
  }
  return [...targets, ...sources]
}

/** A new sandbox starts the pod from its first init container, unless none of its containers may restart. */
function addSandboxActions(actions: PodActions, pod: PodModel, snapshot: Snapshot): void {
  if (pod.restartPolicy === 'Never' && actions.attempt !== 0 && snapshot.containers.length > 0) {
    actions.createSandbox = false
    return
  }
  const toStart = pod.containers.filter((container) => {
    const runsOnce = (container.restartPolicy ?? pod.restartPolicy) === 'OnFailure'
    const known = newest(snapshot, container.name)
    return !(runsOnce && known?.state === 'exited' && known.exitCode === 0)
  })
  if (toStart.length === 0 && anyAppCreated(pod, snapshot)) {
    actions.createSandbox = false
    return
  }
  const [first] = pod.initContainers
  if (first !== undefined) actions.initContainersToStart = [first]
  else actions.containersToStart = toStart
}

function addAppActions(actions: PodActions, pod: PodModel, kubelet: Kubelet): void {
  let kept = 0
  for (const container of pod.containers) {
    const known = newest(kubelet.snapshot, container.name)
    if (known === undefined || known.state !== 'running') {
      if (willBeStarted(pod, kubelet.snapshot, container)) actions.containersToStart.push(container)
      continue
    }
    const changed = known.image !== container.image
    const probe = failedProbe(kubelet, known.id)
    if (!changed && probe === null) {
      kept++
      continue
    }
    if (changed || (container.restartPolicy ?? pod.restartPolicy) !== 'Never') actions.containersToStart.push(container)
    actions.containersToKill.push({
      id: known.id,
      name: known.name,
      graceSeconds: changed || probe === null ? null : probeGrace(container, probe),
    })
  }
  if (kept > 0 || actions.containersToStart.length > 0) return
  actions.killPod = true
  actions.initContainersToStart = []
}

function failedProbe(kubelet: Kubelet, id: number): 'livenessProbe' | 'startupProbe' | null {
  if (probeResult(kubelet, 'livenessProbe', id) === 'failure') return 'livenessProbe'
  return probeResult(kubelet, 'startupProbe', id) === 'failure' ? 'startupProbe' : null
}
