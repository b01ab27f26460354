/** What a scan reads of stored objects: names and owners. */
import type { ObjectName } from '../inspect/index.ts'
import { asString, at, type JsonObject } from '../model/json.ts'
import type { Workload } from '../model/workload.ts'

/** Identifies an object: its uid, or in files without one its kind and name. */
export function uidOf(object: JsonObject): string {
  return (
    asString(at(object, 'metadata', 'uid')) ||
    JSON.stringify([object.kind, at(object, 'metadata', 'namespace'), at(object, 'metadata', 'name')])
  )
}

/** The name of the object of a workload. */
export function nameOf(workload: Workload | undefined): ObjectName {
  const { apiVersion = '', kindName = '', namespace = '', name = '' } = workload ?? {}
  return { apiVersion, kind: kindName, namespace, name }
}

/** The name of the controller that owns an object. */
export function ownerName({ controllerOwner, namespace }: Workload): ObjectName | undefined {
  if (controllerOwner === null) return undefined
  const { apiVersion, kind, name } = controllerOwner
  return { apiVersion, kind, namespace, name }
}
