/** The working directory of an image (WORKDIR) whose contents are not known. */
import { type Mount, mountOf, survives } from '../container/storage.ts'
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
  if (choice > 0) return places[choice - 1] ?? elsewhere
  return world.supposed(rootQuestion) === 1 ? '' : elsewhere
}

const rootQuestion = 'whether the image starts in the root directory'

/**
 * Whether the working directory is assumed to be the root directory, now that a relative path would then lead to a volume: for the other
 * paths it makes no difference.
 * @param folder what `imageFolder` assumes
 * @param path the path if it is the root directory; '' for the members of an archive, whose names are not known
 */
export function isRoot(folder: string, path: string, mounts: readonly Mount[], world: World): boolean {
  if (folder === '') return true
  const mount = path === '' ? mounts.find(({ storage }) => survives(storage, 'retry')) : mountOf(path, mounts)
  if (mount === undefined || !survives(mount.storage, 'retry')) return false
  world.assume(leadsTo(path), 0)
  return folder === elsewhere && world.decide(rootQuestion) === 1
}

/** The note that a relative path was used which leads to this path from the root directory. */
function leadsTo(path: string): string {
  return `that a relative path leads to ${path}`
}

/**
 * Whether the script uses a path on a volume also as a relative path, or one above it, while the working directory is assumed to be another
 * one than the root directory.
 */
export function isMeantFromRoot(path: string, world: World): boolean {
  if (world.supposed(rootQuestion) === 1) return false
  for (let above = path; above !== ''; above = above.slice(0, above.lastIndexOf('/'))) {
    world.spend(above.length)
    if (world.supposed(leadsTo(above)) !== undefined) return true
  }
  return false
}
