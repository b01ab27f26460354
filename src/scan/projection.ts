/** What makes a Pod the same as its template, for the rules. */
import { fnv1a64 } from '../inspect/index.ts'
import { asArray, asObject, member } from '../model/json.ts'
import type { Workload } from '../model/workload.ts'

/**
 * A hash of what the rules read and what the API server and the controllers copy from a template to its Pods unchanged. A Pod with another
 * hash is of an older revision, or something changed it: an injected container, a pull policy that was fixed.
 */
export function projectionOf(workload: Workload): string {
  const uses = workload.imageUses()
  // Templates of custom resources have no defaults; those of Kubernetes have.
  const policies = new Map(uses.map(({ pointer, pullPolicy }) => [pointer, pullPolicy]))
  const containers = workload
    .containers()
    .map(({ list, name, raw, pointer }) => [
      list,
      name,
      policies.get(pointer) ?? member(raw, 'imagePullPolicy'),
      ...['image', 'command', 'args', 'restartPolicy'].map((key) => member(raw, key)),
      asArray(member(raw, 'env')).map(variableOf),
    ])
  const images = uses.flatMap(({ volume, image, pullPolicy }) => (volume === null ? [] : [[volume, image, pullPolicy]]))
  return fnv1a64(JSON.stringify([workload.restartPolicy, containers, images]))
}

/** An environment variable without what depends on how the API server stores it: the order of keys, and the default of a fieldRef. */
function variableOf(variable: unknown): unknown {
  const source = member(variable, 'valueFrom')
  if (source === undefined) return [member(variable, 'name'), member(variable, 'value') ?? '']
  const references = Object.entries(asObject(source)).map(([kind, reference]) => [
    kind,
    ...Object.entries(asObject(reference))
      .filter(([key]) => kind !== 'fieldRef' || key !== 'apiVersion')
      .sort(byKey),
  ])
  return [member(variable, 'name'), references]
}

function byKey([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1
}
