/** To which namespace and which owner an object of a cluster belongs. */
import { asString, member } from '../model/json.ts'
import { workloadKind } from '../model/workload-kinds.ts'

/**
 * The namespace of an object; '' if its kind has none. Stored objects, which have a uid, have a namespace unless their kind has none; those of
 * a manifest without one are created in `default`.
 */
export function namespaceOf(object: unknown): string {
  const metadata = member(object, 'metadata')
  const isOfKubernetes = workloadKind(asString(member(object, 'apiVersion')) ?? '', asString(member(object, 'kind')) ?? '') !== undefined
  const isStored = asString(member(metadata, 'uid')) !== undefined
  return asString(member(metadata, 'namespace')) || (isStored && !isOfKubernetes ? '' : 'default')
}

/**
 * For each object, the outermost of its owners that is known. Objects whose owners are not known, or form a circle, are left out. Each owner
 * is looked at once.
 * @param owners the uid of the owner of each object
 */
export function outermostOwners<T>(owners: ReadonlyMap<string, string>, known: ReadonlyMap<string, T>): ReadonlyMap<string, T> {
  /** undefined: there is none. */
  const found = new Map<string, T | undefined>()
  for (const start of owners.keys()) {
    const path = new Set<string>()
    let uid = start
    while (owners.has(uid) && !found.has(uid) && !path.has(uid)) {
      path.add(uid)
      uid = owners.get(uid) ?? ''
    }
    const isCircle = path.has(uid)
    // What is above the last object of the path.
    let outermost = isCircle ? undefined : (found.get(uid) ?? known.get(uid))
    for (const passed of [...path].reverse()) {
      found.set(passed, outermost)
      if (!isCircle) outermost ??= known.get(passed)
    }
  }
  return new Map([...found].flatMap(([uid, owner]) => (owner === undefined ? [] : [[uid, owner] as const])))
}
