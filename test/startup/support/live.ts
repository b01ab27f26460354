/** Renders the state of the model as a Pod, as the API server would return it. */
import type { JsonObject } from '../../../src/model/json.ts'
import type { Workload } from '../../../src/model/workload.ts'
import type { Machine } from '../../../src/startup/kubelet/machine-state.ts'
import { readPod } from '../../../src/startup/node/pod-spec.ts'
import { runPod } from '../../../src/startup/play/machine.ts'
import { firstPod } from '../../../src/startup/play/run-options.ts'
import type { Scenario } from '../../../src/startup/scenario/scenario.ts'
import type { ContainerState, ContainerStatus, Terminated } from '../../../src/startup/status/status.ts'

/** When the pods of this file were created; a whole second, as in a real Pod. */
export const epoch = Date.parse('2026-01-01T00:00:00Z')

/** RFC 3339. */
export const timeText = (seconds: number): string => new Date(epoch + Math.round(seconds * 1000)).toISOString()
/** As in a status: cut to the second. */
const statusTime = (seconds: number): string => `${new Date(epoch + Math.floor(seconds) * 1000).toISOString().slice(0, 19)}Z`

/** A moment of a run: right after the status of the pod has changed. */
export interface Cut {
  readonly at: number
  readonly status: string
  readonly pod: JsonObject
}

interface Execution {
  readonly name: string
  readonly startedAt: number
  finishedAt: number
}

/** Runs the model, and renders the Pod after each change of what kubectl prints. */
export function runWithCuts(workload: Workload, scenario: Scenario): readonly Cut[] {
  const spec = workload.podSpec as JsonObject
  const executions = new Map<number, Execution>()
  const cuts: Cut[] = []
  const onStatus = (machine: Machine): void => {
    for (const { id, name, startedAt, finishedAt } of machine.runtime.containers) executions.set(id, { name, startedAt, finishedAt })
    const last = machine.log.changes.at(-1)
    if (last === undefined || (cuts.length > 0 && cuts.at(-1)?.at === last.at && cuts.at(-1)?.status === last.status)) return
    const pod = render(machine, workload.name, spec, executions)
    cuts.push({ at: machine.clock.now, status: last.status, pod })
  }
  runPod(readPod(workload.name, spec), scenario, { ...firstPod(scenario), onStatus })
  return cuts
}

function render(machine: Machine, name: string, spec: JsonObject, executions: ReadonlyMap<number, Execution>): JsonObject {
  const { status } = machine.api
  const condition = (type: string, isTrue: boolean): JsonObject => ({ type, status: isTrue ? 'True' : 'False' })
  const list = (statuses: readonly ContainerStatus[]) => statuses.map((each) => containerStatus(each, executions))
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, creationTimestamp: statusTime(0) },
    spec: { nodeName: 'node1', ...spec },
    status: {
      phase: status.phase,
      ...(status.reason !== '' && { reason: status.reason }),
      conditions: [
        condition('PodReadyToStartContainers', machine.runtime.sandboxes[0]?.ready === true),
        condition('Initialized', status.initialized),
        condition('Ready', status.ready),
        condition('AllContainersRestarting', status.restartingAll),
      ],
      ...(status.startTime !== null && { startTime: statusTime(status.startTime) }),
      initContainerStatuses: list(status.initContainers),
      containerStatuses: list(status.containers),
    },
  }
}

function containerStatus(status: ContainerStatus, executions: ReadonlyMap<number, Execution>): JsonObject {
  const { name, state, lastTermination, restartCount, containerId, started, ready } = status
  const ids = [...executions].flatMap(([id, execution]) => (execution.name === name ? [id] : [])).sort((a, b) => a - b)
  // A container that waits has its last execution as the last state; otherwise the one before.
  const lastId = state.kind === 'waiting' ? containerId : (ids.filter((id) => containerId !== null && id < containerId).at(-1) ?? null)
  return {
    name,
    ready,
    restartCount,
    ...(started !== null && { started }),
    ...(containerId !== null && { containerID: `containerd://${containerId}` }),
    state: renderState(state, containerId === null ? undefined : executions.get(containerId)),
    lastState: lastTermination === null ? {} : { terminated: ended(lastTermination, lastId === null ? undefined : executions.get(lastId)) },
  }
}

function renderState(state: ContainerState, execution: Execution | undefined): JsonObject {
  if (state.kind === 'waiting') return { waiting: { reason: state.reason } }
  if (state.kind === 'running') return { running: { startedAt: statusTime(state.startedAt) } }
  return { terminated: ended(state, execution) }
}

function ended({ reason, exitCode }: Terminated, execution: Execution | undefined): JsonObject {
  return {
    exitCode,
    reason,
    startedAt: execution === undefined ? null : statusTime(execution.startedAt),
    finishedAt: execution === undefined ? null : statusTime(execution.finishedAt),
  }
}
