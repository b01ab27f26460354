/** The abstract file system: what is known of each path, from the image, from the mounts, and from what the script did. */

import { type Mount, mountOf, type Rerun, type Storage, survives } from '../container/storage.ts'
import { maxEntries } from '../limits.ts'
import { derived, keyOf, type Value, volatileMark, withoutDates } from '../value/value.ts'
import { NotAnalyzed } from '../value/world.ts'
import { knownFolders, nodeRoot } from './known-folders.ts'
import { type Layer, layersKey, sublayer, under, upon } from './layers.ts'

export type Node =
  | { readonly kind: 'absent' }
  /**
   * `shared`: it has another name as well, and what is written to one is in the other. `readOnly`: its mode lets nobody write, its owner
   * either; only told where modes hold for the user (user.ts).
   */
  | {
      readonly kind: 'file'
      readonly content: Value
      readonly shared?: boolean
      readonly readOnly?: boolean
    }
  /**
   * `closed`: nothing is in it but what is listed. Where it is open, `layers` says where its other entries come from: archives, clones
   * and folders that were laid into it, the last on top. Without layers it is as the image or the node brought it.
   */
  | { readonly kind: 'folder'; readonly closed: boolean; readonly layers?: readonly Layer[] }
  | { readonly kind: 'link'; readonly target: string }
  /** Something that an unknown command may have touched: whoever looks at it cannot go on. */
  | { readonly kind: 'unknown' }

/**
 * Things of services (a table, a bucket, a Kubernetes object) stand as paths under this root, `//psql/table/users`: no path of a script
 * begins with two slashes once it is canonical.
 */
const externalRoot = '/'

/** The path that stands for a thing of a service. @param parts the tool's family, the kind of thing, its name */
export function externalPath(...parts: readonly string[]): string {
  return `/${parts.map((part) => `/${part.replaceAll('/', '\\')}`).join('')}`
}

/** Who wrote a path last: a step of the trace. */
export interface Entry {
  readonly node: Node
  readonly writer: number | null
  /** What was laid over it since: each may hold this path or not. */
  readonly pending?: readonly Layer[]
}

type Spend = (amount: number) => void

/** What it costs to pass an entry, or to compare it, in units of `World.spend`: only those are counted that are more than scripts usually have. */
const [costOfEntry, costOfComparison, usualEntries] = [30, 50, 100]

/**
 * Paths that were looked at or written, as absolute keys (unknown pieces stand between NULs). A path that is not listed is as its
 * nearest listed ancestor says: absent under what is absent, a file or a closed folder; not known under an open folder.
 */
export class FileSystem {
  readonly mounts: readonly Mount[]
  #entries: Map<string, Entry>
  readonly #spend: Spend

  constructor(mounts: readonly Mount[], entries: ReadonlyMap<string, Entry>, spend: Spend) {
    this.mounts = mounts
    this.#entries = new Map(entries)
    this.#spend = spend
  }

  /** As a first installation finds it: emptyDirs and claims empty, everything else open. @param spend counts the work of looking through it */
  static initial(mounts: readonly Mount[], spend: Spend = () => undefined): FileSystem {
    const entries = new Map<string, Entry>([
      ['', { node: { kind: 'folder', closed: false }, writer: null }],
      [externalRoot, { node: { kind: 'folder', closed: true }, writer: null }],
    ])
    for (const mount of mounts) {
      // One file of a ConfigMap, most likely: what it is shows when somebody uses it.
      if (mount.storage === 'read-only' && (mount.subPath !== '' || nameOf(mount.path).includes('.'))) continue
      if (mount.isFile === true) continue
      const closed = (mount.storage === 'pod' || mount.storage === 'claim') && mount.filled !== true
      entries.set(mount.path, { node: { kind: 'folder', closed }, writer: null })
    }
    return new FileSystem(mounts, entries, spend)
  }

  copy(): FileSystem {
    return new FileSystem(this.mounts, this.#entries, this.#spend)
  }

  storageOf(path: string): Storage {
    // Interfaces and packet filters live with the sandbox; what is mounted, with the container.
    if (path.startsWith('//sandbox/')) return 'sandbox'
    if (path.startsWith('//container/')) return 'container'
    if (path.startsWith('//')) return 'external'
    if (path === nodeRoot || path.startsWith(`${nodeRoot}/`)) return 'node'
    return mountOf(path, this.mounts)?.storage ?? 'container'
  }

  /** Number of paths of which something is known. */
  get size(): number {
    return this.#entries.size
  }

  /** Whether a run left something here. */
  get wasWritten(): boolean {
    return [...this.#entries.values()].some(({ writer }) => writer !== null)
  }

  /** The node at a path, undefined where nothing is known. Links on the way are the caller's. */
  look(path: string): Node | undefined {
    const entry = this.#entries.get(path)
    if (entry !== undefined) return seen(entry)
    for (let parent = parentOf(path); ; parent = parentOf(parent)) {
      const above = this.#entries.get(parent)?.node
      if (above?.kind === 'unknown') return above
      if (above !== undefined) {
        // Nobody else makes a name that is new in this run.
        const mayBe = !isNewName(path) && layersOf(above, parent).some((layer) => sublayer(layer, path.slice(parent.length)) !== undefined)
        if (!mayBe) return { kind: 'absent' }
        return knownFolders.has(path) ? openFolder : undefined
      }
      if (parent === '') return undefined
    }
  }

  /** What is listed for the path itself. */
  entry(path: string): Entry | undefined {
    return this.#entries.get(path)
  }

  writerOf(path: string): number | null {
    return this.#entries.get(path)?.writer ?? null
  }

  /** @throws NotAnalyzed where there are too many */
  set(path: string, node: Node, writer: number | null): void {
    if (this.#entries.size >= maxEntries) throw new NotAnalyzed('too many files')
    this.#entries.set(path, { node, writer })
  }

  /**
   * Lays the entries of a layer into a folder. What is listed there may be replaced by them, which shows when somebody looks.
   * @param beneath whether what is there already stays (`tar -k`, `cp -n`)
   * @param lacks whether the layer is known not to hold a path
   */
  addLayer(path: string, layer: Layer, writer: number, beneath: boolean, lacks: (layer: Layer) => boolean): void {
    const add = beneath ? under : upon
    let skipped = '\0'
    for (const key of [path, ...this.below(path).sort()]) {
      if (key.startsWith(skipped)) continue
      const entry = this.#entries.get(key)
      const part = sublayer(layer, key.slice(path.length))
      // Other volumes and the things of services keep what they hold.
      if (entry === undefined || this.storageOf(key) === 'external' || mountOf(key, this.mounts) !== mountOf(path, this.mounts)) continue
      if (part === undefined || (key !== path && lacks(part))) {
        skipped = `${key}/`
        continue
      }
      const { node } = entry
      if (node.kind === 'folder') {
        const folder = { kind: 'folder', closed: false, layers: add(layersOf(node, key), part) } as const
        this.#entries.set(key, { node: folder, writer: key === path ? writer : entry.writer })
      } else if (!beneath || node.kind === 'absent') this.#entries.set(key, { ...entry, pending: add(entry.pending ?? [], part) })
    }
  }

  /** Takes a path and everything under it away. */
  remove(path: string, writer: number | null): void {
    for (const key of this.below(path)) this.#entries.delete(key)
    this.#entries.set(path, { node: { kind: 'absent' }, writer })
  }

  /** Listed paths under a path, itself left out. */
  below(path: string): string[] {
    const prefix = `${path}/`
    this.#passAll(costOfEntry)
    return [...this.#entries.keys()].filter((key) => key.startsWith(prefix))
  }

  #passAll(cost: number): void {
    this.#spend(Math.max(0, this.#entries.size - usualEntries) * cost)
  }

  /** Listed names that exist in a folder; complete only where the folder is closed. */
  children(path: string): string[] {
    const names: string[] = []
    for (const key of this.below(path)) {
      const name = key.slice(path.length + 1)
      if (!name.includes('/') && this.#entries.get(key)?.node.kind !== 'absent') names.push(name)
    }
    return names.sort()
  }

  /** Whether the path is where a volume is mounted: such a folder cannot be removed or renamed. */
  isMountPoint(path: string): boolean {
    return this.mounts.some((mount) => mount.path === path)
  }

  /** What the init container finds when it runs again: what survives, on top of the start. */
  afterRerun(initial: FileSystem, rerun: Rerun): FileSystem {
    const next = initial.copy()
    for (const [path, entry] of this.#entries) {
      if (survives(this.storageOf(path), rerun)) next.#entries.set(path, entry)
    }
    for (const path of [...next.#entries.keys()]) {
      if (survives(this.storageOf(path), rerun) && !this.#entries.has(path)) next.#entries.delete(path)
    }
    return next
  }

  /** A text that is equal for what runs left behind that is equal for the next one; '' where they left nothing. */
  survivorsKey(rerun: Rerun): string {
    this.#passAll(costOfComparison)
    const left: string[] = []
    for (const [path, { node, writer, pending }] of this.#entries) {
      if (writer === null && pending === undefined) continue
      const mode = isReadOnly(node) ? 'read-only' : ''
      if (survives(this.storageOf(path), rerun))
        left.push(`${path} ${nodeKey(node)} ${mode} ${pending === undefined ? '' : layersKey(pending)}`)
    }
    return left.sort().join('\n')
  }

  /**
   * The first path where two results differ that another container or a later run can see.
   * @param isSame settles what the keys alone do not: both may hold what was laid over each other in another order
   * @returns undefined where they are the same
   */
  difference(other: FileSystem, isSame: (path: string) => boolean = () => false): string | undefined {
    const paths = [...new Set([...this.#entries.keys(), ...other.#entries.keys()])].sort()
    return paths.find((path) => {
      const storage = this.storageOf(path)
      if (storage === 'container' || storage === 'read-only') return false
      // What nobody wrote in either run is the same, looked at or not.
      if (this.writerOf(path) === null && other.writerOf(path) === null) return false
      return nodeKey(this.look(path), storage) !== nodeKey(other.look(path), storage) && !isSame(path)
    })
  }
}

/** The folder that holds a path; the root's is itself. */
export function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')))
}

/** The last component of a path. */
export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

/** Whether it is a file that nobody may open for writing whom modes hold for. */
export function isReadOnly(node: Node): boolean {
  return node.kind === 'file' && node.readOnly === true
}

/** Whether a name is a file's: a suffix of letters (but `.d`, as folders have it), or a program's in a folder called bin. */
export function isNamedLikeFile(path: string): boolean {
  return /\.(?!d$)[A-Za-z][A-Za-z0-9]{0,4}$/.test(path) || /\/s?bin\/[^/]+$/.test(path)
}

const openFolder: Node = { kind: 'folder', closed: false }

/** Whether a path holds a name as `mktemp` makes them. */
function isNewName(path: string): boolean {
  return path.includes(' of run ') && path.search(volatileMark) !== -1
}

/** Where the entries of a folder come from that are not listed; none where it is closed. */
export function layersOf(node: Node, path: string): readonly Layer[] {
  if (node.kind !== 'folder' || node.closed) return []
  return node.layers ?? [{ source: start, path }]
}

/** The source of all that the image and the node bring. */
export const start = 'the start'

/** A file that the image or the node brings: an empty one is nothing that scripts are written for. */
export function givenFile(path: string): Node {
  return { kind: 'file', content: [{ id: `${path} of the image`, filled: true }] }
}

/** What a pipe or a device holds. */
export const pipe: Value = [{ id: 'a pipe or device' }]

/** The node of an entry as far as it is certain. */
function seen({ node, pending }: Entry): Node | undefined {
  if (pending === undefined) return node
  if (node.kind === 'absent') return undefined
  return node.kind === 'file' ? { kind: 'file', content: derived(`${layersKey(pending)} over`, node.content) } : node
}

/** A text that is equal for nodes that a reader cannot tell apart. */
export function nodeKey(node: Node | undefined, storage: Storage = 'claim'): string {
  switch (node?.kind) {
    case undefined:
      return 'unknown'
    case 'absent':
      return 'absent'
    case 'file':
      // What is made anew each time (a key, a password) harms nobody where it is made anew for each pod. A date is of the last run.
      return `file ${storage === 'pod' || storage === 'unknown' ? keyOf(node.content).replace(volatileMark, '') : withoutDates(keyOf(node.content))}`
    case 'folder':
      if (node.closed) return 'folder'
      if (node.layers === undefined) return 'open folder'
      return `folder of ${storage === 'pod' ? layersKey(node.layers).replace(volatileMark, '') : layersKey(node.layers)}`
    case 'link':
      return `link ${node.target}`
    case 'unknown':
      return 'unknown'
  }
}
