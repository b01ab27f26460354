/** A live Pod as the diagnosis reads it: nothing in it is trusted, nothing throws. */
import type { Container } from '../../model/containers.ts'
import { asArray, asString, at, isObject, type JsonObject, member } from '../../model/json.ts'
import type { Siblings } from '../../model/siblings.ts'
import { readWorkload, type Workload } from '../../model/workload.ts'
import { InitScripts, plainAnalyst } from '../../script/index.ts'
import { type EventView, eventsAbout } from './events.ts'
import { countOf, timeOf } from './values.ts'

/** How a process ended. */
export interface TerminatedView {
  readonly kind: 'terminated'
  readonly reason: string
  readonly message: string
  readonly exitCode: number
  readonly startedAt: number | null
  readonly finishedAt: number | null
}

export type StateView =
  | { readonly kind: 'none' }
  | { readonly kind: 'waiting'; readonly reason: string; readonly message: string }
  | { readonly kind: 'running'; readonly startedAt: number | null }
  | TerminatedView

export interface ContainerView {
  readonly container: Container
  readonly name: string
  readonly role: 'init' | 'sidecar' | 'app'
  readonly image: string
  readonly state: StateView
  readonly last: TerminatedView | null
  readonly restarts: number
  readonly isReady: boolean
  readonly isStarted: boolean
  /** Whether the runtime has ever created it. */
  readonly wasCreated: boolean
  /** Its Events, the newest first. */
  readonly events: readonly EventView[]
}

export interface ConditionView {
  readonly status: string
  readonly reason: string
  readonly message: string
  readonly since: number | null
}

export interface PodView {
  readonly object: JsonObject
  readonly workload: Workload
  readonly scripts: InitScripts
  readonly siblings: Siblings
  readonly name: string
  readonly namespace: string
  readonly uid: string
  readonly node: string
  readonly phase: string
  readonly reason: string
  readonly message: string
  readonly createdAt: number | null
  readonly isBeingDeleted: boolean
  readonly conditions: ReadonlyMap<string, ConditionView>
  /** In the order in which the kubelet starts them. */
  readonly containers: readonly ContainerView[]
  /** Events of the pod and its containers, the newest first. */
  readonly events: readonly EventView[]
}

/** Maximum number of containers that are read; no real pod has more. */
const maxContainers = 200

/** @returns undefined if the object is no Pod */
export function readPodView(
  object: JsonObject,
  events: readonly EventView[],
  siblings: Siblings,
  defaultNamespace: string,
): PodView | undefined {
  const kind = asString(member(object, 'kind'))
  if (kind !== 'Pod') return undefined
  const typed = member(object, 'apiVersion') === 'v1' ? object : { ...object, apiVersion: 'v1' }
  const workload = readWorkload(typed, { namespace: defaultNamespace, source: 'review' })
  if (workload === undefined) return undefined
  const uid = asString(at(object, 'metadata', 'uid')) ?? ''
  const { name, namespace } = workload
  const own = eventsAbout(events, { kind: 'Pod', namespace, name, uid })
  const status = member(object, 'status')
  return {
    object,
    workload,
    scripts: new InitScripts(workload, siblings, plainAnalyst),
    siblings,
    name,
    namespace,
    uid,
    node: asString(member(workload.podSpec, 'nodeName')) ?? '',
    phase: asString(member(status, 'phase')) ?? '',
    reason: asString(member(status, 'reason')) ?? '',
    message: asString(member(status, 'message')) ?? '',
    createdAt: timeOf(at(object, 'metadata', 'creationTimestamp')),
    isBeingDeleted: at(object, 'metadata', 'deletionTimestamp') !== undefined,
    conditions: conditionsOf(status),
    containers: containersOf(workload, status, own),
    events: own,
  }
}

function conditionsOf(status: unknown): ReadonlyMap<string, ConditionView> {
  const conditions = new Map<string, ConditionView>()
  for (const condition of asArray(member(status, 'conditions')).slice(0, maxContainers)) {
    const text = (key: string) => asString(member(condition, key)) ?? ''
    conditions.set(text('type'), {
      status: text('status'),
      reason: text('reason'),
      message: text('message'),
      since: timeOf(member(condition, 'lastTransitionTime')),
    })
  }
  return conditions
}

function containersOf(workload: Workload, status: unknown, events: readonly EventView[]): readonly ContainerView[] {
  const statuses = new Map<string, unknown>()
  for (const list of ['initContainerStatuses', 'containerStatuses']) {
    for (const entry of asArray(member(status, list)).slice(0, maxContainers)) {
      const name = asString(member(entry, 'name'))
      if (name !== undefined && !statuses.has(name)) statuses.set(name, entry)
    }
  }
  const byContainer = Map.groupBy(events, ({ container }) => container)
  const views: ContainerView[] = []
  for (const container of workload.containers().slice(0, maxContainers)) {
    if (container.role === 'ephemeral') continue
    const entry = statuses.get(container.name)
    const state = stateOf(member(entry, 'state'))
    const last = stateOf(member(entry, 'lastState'))
    const own = byContainer.get(container.name) ?? []
    views.push({
      container,
      name: container.name,
      role: container.role,
      image: asString(member(container.raw, 'image')) ?? '',
      state,
      last: last.kind === 'terminated' ? last : null,
      restarts: countOf(member(entry, 'restartCount')),
      isReady: member(entry, 'ready') === true,
      isStarted: member(entry, 'started') === true,
      wasCreated:
        (asString(member(entry, 'containerID')) ?? '') !== '' ||
        state.kind === 'running' ||
        state.kind === 'terminated' ||
        last.kind === 'terminated',
      events: own,
    })
  }
  return views
}

function stateOf(raw: unknown): StateView {
  const text = (value: unknown, key: string) => asString(member(value, key)) ?? ''
  const terminated = member(raw, 'terminated')
  if (isObject(terminated)) {
    const exitCode = member(terminated, 'exitCode')
    return {
      kind: 'terminated',
      reason: text(terminated, 'reason'),
      message: text(terminated, 'message'),
      exitCode: typeof exitCode === 'number' && Number.isSafeInteger(exitCode) ? exitCode : 0,
      startedAt: timeOf(member(terminated, 'startedAt')),
      finishedAt: timeOf(member(terminated, 'finishedAt')),
    }
  }
  const running = member(raw, 'running')
  if (isObject(running)) return { kind: 'running', startedAt: timeOf(member(running, 'startedAt')) }
  const waiting = member(raw, 'waiting')
  if (isObject(waiting)) return { kind: 'waiting', reason: text(waiting, 'reason'), message: text(waiting, 'message') }
  return { kind: 'none' }
}

/** The newest end of a container's process; null if none is known. */
export function newestEnd({ state, last }: ContainerView): TerminatedView | null {
  return state.kind === 'terminated' ? state : last
}

/** Whether a plain init container has succeeded; one whose process was killed for memory has not, even with code 0 (kubernetes#104650). */
export function isDone({ role, state, isStarted, isReady }: ContainerView): boolean {
  if (role === 'sidecar') return isStarted || (isReady && state.kind === 'running')
  return state.kind === 'terminated' && state.exitCode === 0 && state.reason !== 'OOMKilled'
}
