/** The READY, STATUS and RESTARTS columns of `kubectl get pods`: printPod of pkg/printers/internalversion/printers.go, 1.36. */
import type { PodModel } from '../node/pod-spec.ts'
import type { Columns } from '../timeline/timeline.ts'
import type { ContainerStatus, PodStatus } from './status.ts'

interface Row {
  status: string
  ready: number
  restarts: number
}

/**
 * The columns that kubectl prints for a pod.
 * @param deleted whether the pod is being deleted (deletionTimestamp)
 */
export function printPod(pod: PodModel, status: PodStatus, deleted = false): Columns {
  const sidecars = new Set(pod.initContainers.filter(({ role }) => role === 'sidecar').map(({ name }) => name))
  const row: Row = { status: status.reason === '' ? status.phase : status.reason, ready: 0, restarts: 0 }
  const sidecarRestarts = status.initContainers.reduce((sum, { name, restartCount }) => sum + (sidecars.has(name) ? restartCount : 0), 0)
  const initializing = printInitContainers(row, status.initContainers, sidecars)
  if (!initializing || status.initialized) {
    row.restarts = sidecarRestarts
    printContainers(row, status)
  }
  const terminating = deleted && status.phase !== 'Succeeded' && status.phase !== 'Failed'
  return {
    status: terminating ? 'Terminating' : row.status,
    ready: `${row.ready}/${pod.containers.length + sidecars.size}`,
    restarts: row.restarts,
  }
}

/** @returns whether an init container is not done or failed */
function printInitContainers(row: Row, statuses: readonly ContainerStatus[], sidecars: ReadonlySet<string>): boolean {
  for (const [index, { name, state, restartCount, started, ready }] of statuses.entries()) {
    row.restarts += restartCount
    if (state.kind === 'terminated' && state.exitCode === 0) continue
    if (sidecars.has(name) && started === true) {
      if (ready) row.ready++
      continue
    }
    if (state.kind === 'terminated') row.status = `Init:${state.reason === '' ? `ExitCode:${state.exitCode}` : state.reason}`
    else if (state.kind === 'waiting' && state.reason !== '' && state.reason !== 'PodInitializing') row.status = `Init:${state.reason}`
    else row.status = `Init:${index}/${statuses.length}`
    return true
  }
  return false
}

function printContainers(row: Row, status: PodStatus): void {
  let hasRunning = false
  let errorReason = ''
  for (const { state, ready, restartCount } of [...status.containers].reverse()) {
    row.restarts += restartCount
    if (state.kind === 'waiting' && state.reason !== '') row.status = state.reason
    else if (state.kind === 'terminated') {
      row.status = state.reason === '' ? `ExitCode:${state.exitCode}` : state.reason
      if (state.exitCode !== 0) errorReason = row.status
    } else if (state.kind === 'running' && ready) {
      hasRunning = true
      row.ready++
    }
  }
  if (row.status !== 'Completed') return
  if (hasRunning && status.ready) row.status = 'Running'
  else if (errorReason !== '') row.status = errorReason
  else if (hasRunning) row.status = 'NotReady'
}
