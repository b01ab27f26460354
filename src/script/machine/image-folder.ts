/** The working directory of an image (WORKDIR) whose contents are not known. */
import { type Mount, survives } from '../container/storage.ts'
import { canonical } from '../value/paths.ts'
import { keyOf } from '../value/value.ts'
import type { World } from '../value/world.ts'

/** A directory of the image that no path of the script names. */
const elsewhere = keyOf(['/', { id: 'the working directory of the image', filled: true }])

/** Whether a path is in the working directory of the image, and was assumed not to be in a volume. */
export function isInImageFolder(path: string): boolean {
  return path === elsewhere || path.startsWith(`${elsewhere}/`)
}

/** Whether a relative path leads out of the working directory: `../x`. */
export function leavesImageFolder(path: string): boolean {
  return !canonical(`${elsewhere}/${path}`).startsWith(elsewhere)
}

/** Maximum number of volumes in which the working directory is assumed to be, one by one. */
const maxPlaces = 2

/**
 * The working directory as a path key: in the container's own file system, or a volume that is mounted there. Both are assumed, one by one,
 * so that a script whose result depends on it is unknown.
 */
export function imageFolder(mounts: readonly Mount[], world: World): string {
  // Those that outlive the pod come first.
  const places = [...mounts.filter(({ storage }) => survives(storage, 'replace')), ...mounts.filter(({ storage }) => storage === 'pod')]
    .slice(0, maxPlaces)
    .map(({ path }) => path)
  const choice = places.length === 0 ? 0 : world.decide('in which directory the image starts', places.length + 1)
  return choice === 0 ? elsewhere : (places[choice - 1] ?? elsewhere)
}
