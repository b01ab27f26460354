/**
 * Where a state is: in a file, or in a thing that a service keeps (a table, a bucket, a Kubernetes object). The two have no names in common,
 * so no text of a script can name a thing by a path.
 */
import { type Mount, mountOf, type Storage } from '../container/storage.ts'
import { nodeRoot } from './known-folders.ts'

export interface File {
  readonly kind: 'file'
  /** The path key: '' for the root, else absolute, without a slash at its end. */
  readonly path: string
}

export interface Thing {
  readonly kind: 'thing'
  /** The service that keeps it, such as `postgres`. */
  readonly service: string
  /** Tells the instances of the service apart, such as a host; all parts may be empty. */
  readonly scope: readonly string[]
  /** What it is and how it is named (`factName`); '' stands for everything that the instance keeps. */
  readonly name: string
}

export type Place = File | Thing

/**
 * The services that keep the settings of a network (interfaces, packet filters): those of the pod's own network live as long as the sandbox,
 * those of the node's network outlive every pod. All other services outlive every pod, too.
 */
export type Network = 'sandbox' | 'host'

export function file(path: string): File {
  return { kind: 'file', path }
}

/** A part of a name: slashes stand only between parts. */
export function namePart(part: string): string {
  return part.replaceAll('/', '\\')
}

/** Everything that a service keeps. @param scope what tells its instances apart */
export function everythingOf(service: string, ...scope: readonly string[]): Thing {
  return { kind: 'thing', service, scope: scope.map(namePart), name: '' }
}

/** A key for maps: equal keys mean the same place. That of a file is '' or begins with a slash, that of a thing begins with its service. */
export function keyOfPlace(place: Place): string {
  return place.kind === 'file' ? place.path : keyOfThing(place)
}

export function isSamePlace(place: Place, other: Place | null): boolean {
  return other !== null && keyOfPlace(place) === keyOfPlace(other)
}

/** A key among things. The number of parts keeps a scope and a name apart that have the same text. */
export function keyOfThing({ service, scope, name }: Thing): string {
  return [`${service}:${scope.length}`, ...scope, ...(name === '' ? [] : [name])].join('/')
}

export function storageOfThing({ service }: Thing): Storage {
  return service === 'sandbox' || service === 'host' ? service : 'external'
}

/** The storage of a path. */
export function storageOfFile(path: string, mounts: readonly Mount[]): Storage {
  if (path === nodeRoot || path.startsWith(`${nodeRoot}/`)) return 'node'
  return mountOf(path, mounts)?.storage ?? 'container'
}
