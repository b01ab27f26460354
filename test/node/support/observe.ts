/** Converts what a pod did on the node into the format of the model's predictions. Independent of the model. */
import { asArray, asString, at, isObject, type JsonObject } from '../../../src/model/json.ts'
import type { Observation } from '../../startup/support/compare.ts'
import { statusesWithout } from './compare.ts'
import { containerStatuses, type PodEvent, type SeenPod } from './watch.ts'

/** For a loop, the number of final lines from kubectl that are considered. */
const linesOfLoop = 8

/** Everything observed about a pod, without events. */
export interface PodSight {
  readonly pod: SeenPod
  /** By container: the versions of its image at each execution. */
  readonly executions: ReadonlyMap<string, readonly number[]>
  /** Containers whose behavior depends on the version of their image. */
  readonly versioned: ReadonlySet<string>
  /** Statuses to leave out, see NodeScenario. */
  readonly fleeting: readonly string[] | undefined
  /** Executions some time ago: a container with more executions since then is still restarting. */
  readonly earlier: ReadonlyMap<string, number>
}

/** The observation of a pod, as in a recording. */
export function observe({ pod, executions, versioned, fleeting, earlier }: PodSight, events: readonly PodEvent[]): Observation {
  const statuses = statusesWithout(
    pod.printed.map(({ status }) => status),
    fleeting,
  )
  const verdict = verdictOf(pod, executions, earlier, events)
  const last = pod.printed.slice(verdict === 'retrying' ? -linesOfLoop : -1)
  const podReason = asString(at(pod.object, 'status', 'reason'))
  return {
    statuses,
    verdict,
    phase: [...new Set(last.map(({ phase }) => phase))],
    ready: [...new Set(last.map(({ ready }) => ready))],
    executions: Object.fromEntries(
      [...executions].map(([name, { length }]) => [name, verdict === 'retrying' && length >= 3 ? '>=3' : length]),
    ),
    pullPolicies: Object.fromEntries(specContainers(pod.object).map((container) => [container.name, String(container.imagePullPolicy)])),
    reasons: reasonsOf(events),
    ...(podReason !== undefined && { podReason }),
    lastImageVersion: Object.fromEntries(
      [...executions].flatMap(([name, versions]) => (versioned.has(name) ? versions.slice(-1).map((version) => [name, version]) : [])),
    ),
  }
}

function reasonsOf(events: readonly PodEvent[]): Readonly<Record<string, readonly string[]>> {
  const reasons = new Map<string, Set<string>>()
  for (const { reason, container } of events) {
    const lane = container ?? '(pod)'
    reasons.set(lane, (reasons.get(lane) ?? new Set()).add(reason))
  }
  return Object.fromEntries([...reasons].map(([lane, set]) => [lane, [...set].sort()]))
}

function specContainers(object: unknown): readonly JsonObject[] {
  return [at(object, 'spec', 'initContainers'), at(object, 'spec', 'containers')].flatMap((list) => asArray(list)).filter(isObject)
}

/** Waiting reasons of containers that wait for their turn. */
const patient = ['PodInitializing', 'ContainerCreating']
/** Events of pods whose sandbox cannot be created. */
const podFailures = ['FailedMount', 'FailedCreatePodSandBox']

function verdictOf(
  { object, printed }: SeenPod,
  executions: PodSight['executions'],
  earlier: PodSight['earlier'],
  events: readonly PodEvent[],
): string {
  const phase = printed.at(-1)?.phase
  if (phase === 'Succeeded') return 'completed'
  if (phase === 'Failed') return 'failed'
  const statuses = containerStatuses(object)
  const isFailing = statuses.some((status) => {
    const reason = at(status, 'state', 'waiting', 'reason')
    return typeof reason === 'string' && !patient.includes(reason)
  })
  const isRepeating = [...executions].some(([name, { length }]) => length >= 3 && length > (earlier.get(name) ?? 0))
  const hasNoSandbox =
    events.some(({ reason }) => podFailures.includes(reason)) && [...executions.values()].every(({ length }) => length === 0)
  if (isFailing || isRepeating || hasNoSandbox) return 'retrying'
  const apps = specContainers({ spec: { containers: at(object, 'spec', 'containers') } })
  const isHeldBack = apps.some(({ name }) => {
    const status = statuses.find((each) => each.name === name)
    return !isObject(at(status, 'state', 'running')) && !isObject(at(status, 'state', 'terminated'))
  })
  return isHeldBack ? 'waiting' : 'running'
}
