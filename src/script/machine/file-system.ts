/** The abstract file system: what is known about each path, from the image, the mounts and the commands that ran. */

import { type Mount, mountOf, type Rerun, type Storage, survives } from '../container/storage.ts'
import { maxEntries } from '../limits.ts'
import { derived, keyOf, type Value, volatileMark, withoutDates } from '../value/value.ts'
import { NotAnalyzed } from '../value/world.ts'
import type { Footprint } from './footprint.ts'
import { knownFolders } from './known-folders.ts'
import { type Layer, layersKey, sublayer, under, upon } from './layers.ts'
import { keyOfThing, type Place, storageOfFile, storageOfThing, type Thing } from './place.ts'
import { SharedMap } from './shared-map.ts'

export type Node =
  | { readonly kind: 'absent' }
  /**
   * `shared`: it has several names (hard links), which have the same text here: a write to one also changes the others. `readOnly`: its mode does not let even its owner
   * write; this matters only if file modes restrict the user (user.ts).
   */
  | {
      readonly kind: 'file'
      readonly content: Value
      readonly shared?: string
      readonly readOnly?: boolean
    }
  /**
   * `closed`: it contains only what is listed. If it is open, `layers` tells where its other entries come from: archives, clones and
   * directories that were written into it, the latest on top. Without layers, it is as the image or the node provides it.
   */
  | { readonly kind: 'folder'; readonly closed: boolean; readonly layers?: readonly Layer[] }
  | { readonly kind: 'link'; readonly target: string }
  /** A path that an unknown command may have changed: a command that reads it cannot be analyzed. */
  | { readonly kind: 'unknown' }

/** What is known about one place. What a thing of a service contains is the content of a file, or it is absent. */
export interface Entry {
  readonly node: Node
  /** The step of the trace that wrote it last. */
  readonly writer: number | null
  /** Layers that were written over it since; each may contain this path or not. */
  readonly pending?: readonly Layer[]
}

export interface ThingEntry extends Entry {
  readonly thing: Thing
}

type Spend = (amount: number) => void

/** Longest path of a mount whose parents are listed: real ones are shorter. All runs of all cases copy the list. */
const maxMountPath = 128

/** The cost of visiting or comparing an entry, in units of `World.spend`. Only entries beyond the usual number count. */
const [costOfEntry, costOfComparison, usualEntries] = [30, 50, 100]

/** Looking up an ancestor of a path costs its length. Only the part beyond the usual length counts, so that real scripts pay nothing. */
const usualPath = 128

/**
 * Paths that were read or written, as absolute keys. The nearest listed ancestor decides about a path that is not listed: it is absent if
 * the ancestor is absent, a file or a closed directory, and not known if it is an open directory. The things of services that changed are
 * listed as well; they have no ancestors.
 */
export class FileSystem {
  readonly mounts: readonly Mount[]
  readonly #entries: SharedMap<Entry>
  /** By `keyOfThing`. */
  readonly #things: SharedMap<ThingEntry>
  readonly #spend: Spend
  /** The storage of each path that was asked for; all copies share it. */
  readonly #storages: Map<string, Storage>
  /** What is listed when the init container runs again, by what another run left: states have most of it in common. */
  #left: Map<ReadonlyMap<string, Entry>, Map<Rerun, ReadonlyMap<string, Entry>>> | undefined
  /** Receives what is read and changed. */
  footprint: Footprint | undefined

  constructor(
    mounts: readonly Mount[],
    entries: SharedMap<Entry>,
    things: SharedMap<ThingEntry>,
    spend: Spend,
    storages: Map<string, Storage> = new Map(),
  ) {
    this.mounts = mounts
    this.#storages = storages
    this.#entries = entries
    this.#things = things
    this.#spend = spend
  }

  /** The state before the first run: emptyDirs and claims are empty, everything else is open. @param spend counts work */
  static initial(mounts: readonly Mount[], spend: Spend = () => undefined): FileSystem {
    const entries = new Map<string, Entry>([['', { node: { kind: 'folder', closed: false }, writer: null }]])
    for (const mount of mounts) {
      // Most likely a single file of a ConfigMap. The first command that uses it decides.
      if (mount.storage === 'read-only' && (mount.subPath !== '' || nameOf(mount.path).includes('.'))) continue
      if (mount.isFile === true) continue
      const closed = (mount.storage === 'pod' || mount.storage === 'claim') && mount.filled !== true
      entries.set(mount.path, { node: { kind: 'folder', closed }, writer: null })
    }
    for (const { path } of mounts) if (path.length <= maxMountPath) addParents(path, mounts, entries)
    return new FileSystem(mounts, new SharedMap(entries), new SharedMap(new Map()), spend)
  }

  copy(): FileSystem {
    return new FileSystem(this.mounts, this.#entries.copy(), this.#things.copy(), this.#spend, this.#storages)
  }

  /** The storage of a path. */
  storageOf(path: string): Storage {
    let storage = this.#storages.get(path)
    if (storage === undefined) {
      storage = storageOfFile(path, this.mounts)
      this.#storages.set(path, storage)
    }
    return storage
  }

  storageAt(place: Place): Storage {
    return place.kind === 'file' ? this.storageOf(place.path) : storageOfThing(place)
  }

  /** Everything that is listed, by key, for the comparison of whole states. */
  get listed(): { readonly files: SharedMap<Entry>; readonly things: SharedMap<ThingEntry> } {
    return { files: this.#entries, things: this.#things }
  }

  /** Counts the work of a comparison. */
  countComparison(): void {
    this.#passAll(costOfComparison)
  }

  /** Number of listed paths and things. */
  get size(): number {
    return this.#entries.size + this.#things.size
  }

  /** Whether a run has written to it. */
  get wasWritten(): boolean {
    const isWritten = ({ writer }: Entry) => writer !== null
    return this.#entries.some(isWritten) || this.#things.some(isWritten)
  }

  /** What is listed under a key (`keyOfPlace`). */
  listedAs(key: string): Entry | undefined {
    return isKeyOfPath(key) ? this.#entries.get(key) : this.#things.get(key)
  }

  /** Everything that is listed under keys that begin so. */
  listedBelow(prefix: string): Map<string, Entry> {
    this.#passAll(costOfEntry)
    const isBelow = (key: string) => key.startsWith(prefix)
    return isKeyOfPath(prefix) ? this.#entries.where(isBelow) : this.#things.where(isBelow)
  }

  /** Whether a file is listed at a path whose text may be added to, and that has no other name. */
  isPlainFile(path: string): boolean {
    const entry = this.#entries.get(path)
    if (entry?.node.kind !== 'file' || entry.pending !== undefined) return false
    return entry.node.shared === undefined && entry.node.readOnly !== true
  }

  /** Makes a change that another run made. */
  apply(key: string, entry: Entry | undefined): void {
    if (isKeyOfPath(key)) {
      if (entry === undefined) this.#entries.delete(key)
      else this.#entries.set(key, entry)
    } else if (entry === undefined) this.#things.delete(key)
    else this.#things.set(key, entry as ThingEntry)
  }

  /** The keys under which two file systems list something else. */
  differsAt(other: FileSystem, isSame: (a: Entry | undefined, b: Entry | undefined) => boolean): string[] {
    return [...this.#entries.unlike(other.#entries, isSame), ...this.#things.unlike(other.#things, isSame)]
  }

  #entryOf(path: string): Entry | undefined {
    const entry = this.#entries.get(path)
    this.footprint?.read(path, entry)
    return entry
  }

  #put(path: string, entry: Entry): void {
    this.footprint?.changed(path, this.#entries.get(path), entry)
    this.#entries.set(path, entry)
  }

  /** The node at a path, undefined if nothing is known about it. The caller has to resolve links first. */
  look(path: string): Node | undefined {
    const entry = this.#entryOf(path)
    if (entry !== undefined) return seen(entry)
    for (let parent = parentOf(path); ; parent = parentOf(parent)) {
      this.#spend(Math.max(0, parent.length - usualPath))
      const entry = this.#entryOf(parent)
      const above = entry === undefined ? undefined : asFolder(entry)
      if (above?.kind === 'unknown') return above
      if (above !== undefined) {
        // A name that is generated in this run cannot come from elsewhere.
        const mayBe =
          !isNewName(path.slice(parent.length)) &&
          layersOf(above, parent).some((layer) => sublayer(layer, path.slice(parent.length)) !== undefined)
        if (!mayBe) return { kind: 'absent' }
        return knownFolders.has(path) ? openFolder : undefined
      }
      if (parent === '') return undefined
    }
  }

  /** What is listed for the path itself, undefined if nothing is. */
  entry(path: string): Entry | undefined {
    return this.#entryOf(path)
  }

  writerOf(path: string): number | null {
    return this.#entryOf(path)?.writer ?? null
  }

  /** @throws NotAnalyzed if there are too many paths */
  set(path: string, node: Node, writer: number | null): void {
    this.#makeRoom()
    this.#put(path, { node, writer })
  }

  #makeRoom(): void {
    if (this.size >= maxEntries) throw new NotAnalyzed('too many files')
  }

  /** Like `look`, for any place. A thing that is not listed is absent, unless everything of its service is unknown. */
  lookAt(place: Place): Node | undefined {
    if (place.kind === 'file') return this.look(place.path)
    const known = (this.entryAt(place) ?? this.entryAt({ ...place, name: '' }))?.node
    return known ?? { kind: 'absent' }
  }

  /** What is listed for a place, undefined if nothing is. */
  entryAt(place: Place): Entry | undefined {
    return place.kind === 'file' ? this.entry(place.path) : this.#thingOf(this.#key(place))
  }

  #thingOf(key: string): ThingEntry | undefined {
    const entry = this.#things.get(key)
    this.footprint?.read(key, entry)
    return entry
  }

  writerAt(place: Place): number | null {
    return this.entryAt(place)?.writer ?? null
  }

  /** @throws NotAnalyzed if there are too many things */
  setThing(thing: Thing, node: Node, writer: number | null): void {
    this.#makeRoom()
    const key = this.#key(thing)
    const entry = { thing, node, writer }
    this.footprint?.changed(key, this.#things.get(key), entry)
    this.#things.set(key, entry)
  }

  #key(thing: Thing): string {
    const key = keyOfThing(thing)
    this.#spend(Math.max(0, key.length - usualPath))
    return key
  }

  /** The listed things of the same service and scope, without the one that stands for all of them. */
  thingsBeside(all: Thing): Thing[] {
    const prefix = `${keyOfThing({ ...all, name: '' })}/`
    this.footprint?.readBelow(prefix)
    this.#passAll(costOfEntry)
    return [...this.#things.where((key) => key.startsWith(prefix)).values()].map(({ thing }) => thing)
  }

  /**
   * Adds a layer to a directory. Its entries may replace the listed ones, which stays open until a command reads them.
   * @param beneath whether existing entries are kept (`tar -k`, `cp -n`)
   * @param lacks whether the layer is known not to contain a path
   */
  addLayer(path: string, layer: Layer, writer: number, beneath: boolean, lacks: (layer: Layer) => boolean): void {
    const add = beneath ? under : upon
    let skipped: string | undefined
    // Other volumes keep their contents.
    const own = mountOf(path, this.mounts)
    const below = this.mounts.map((mount) => mount.path).filter((mounted) => mounted.startsWith(`${path}/`))
    const others = below.filter((mounted) => mountOf(mounted, this.mounts) !== own)
    for (const key of [path, ...this.below(path, others).sort()]) {
      if (skipped !== undefined && key.startsWith(skipped)) continue
      if (mountOf(key, this.mounts) !== own) continue
      const entry = this.#entryOf(key)
      const part = sublayer(layer, key.slice(path.length))
      if (entry === undefined) continue
      if (part === undefined || (key !== path && lacks(part))) {
        skipped = `${key}/`
        continue
      }
      const { node } = entry
      if (node.kind === 'folder') {
        const folder = { kind: 'folder', closed: false, layers: add(layersOf(node, key), part) } as const
        this.#put(key, { node: folder, writer: key === path ? writer : entry.writer })
      } else if (!beneath || node.kind === 'absent') this.#put(key, { ...entry, pending: add(entry.pending ?? [], part) })
    }
  }

  /** Removes a path and everything under it. */
  remove(path: string, writer: number | null): void {
    for (const key of this.below(path)) {
      this.footprint?.changed(key, this.#entries.get(key), undefined)
      this.#entries.delete(key)
    }
    this.#put(path, { node: { kind: 'absent' }, writer })
  }

  /** Listed paths under a path, without the path itself. @param others paths of other volumes, about which it makes no difference what is listed */
  below(path: string, others: readonly string[] = []): string[] {
    const prefix = `${path}/`
    this.footprint?.readBelow(prefix, others)
    this.#passAll(costOfEntry)
    return [...this.#entries.where((key) => key.startsWith(prefix)).keys()]
  }

  /** The listed names of a file with several hard links. */
  namesOf(shared: string): string[] {
    if (this.footprint !== undefined) this.footprint.readsAll = true
    this.#passAll(costOfEntry)
    const names: string[] = []
    this.#entries.each((path, { node }) => {
      if (node.kind === 'file' && node.shared === shared) names.push(path)
    })
    return names
  }

  #passAll(cost: number): void {
    this.#spend(Math.max(0, this.#entries.size - usualEntries) * cost)
  }

  /** Listed names that exist in a directory; complete only if the directory is closed. */
  children(path: string): string[] {
    const names: string[] = []
    for (const key of this.below(path)) {
      const name = key.slice(path.length + 1)
      if (!name.includes('/') && this.#entries.get(key)?.node.kind !== 'absent') names.push(name)
    }
    return names.sort()
  }

  /** Whether a volume is mounted at the path: such a directory cannot be removed or renamed. */
  isMountPoint(path: string): boolean {
    return this.mounts.some((mount) => mount.path === path)
  }

  /** What the init container finds when it runs again: the initial state with everything that survived. */
  afterRerun(initial: FileSystem, rerun: Rerun): FileSystem {
    const entries = new SharedMap(initial.#leftBy(this.#entries.base, rerun))
    this.#entries.eachChange((path, entry) => {
      if (!survives(this.storageOf(path), rerun)) return
      if (entry === undefined) entries.delete(path)
      else entries.set(path, entry)
    })
    const things = initial.#things.copy()
    this.#things.each((key, entry) => {
      if (survives(storageOfThing(entry.thing), rerun)) things.set(key, entry)
    })
    return new FileSystem(this.mounts, entries, things, this.#spend, this.#storages)
  }

  /** What is listed when the init container runs again after a run that left this. */
  #leftBy(left: ReadonlyMap<string, Entry>, rerun: Rerun): ReadonlyMap<string, Entry> {
    const known = this.#left?.get(left)?.get(rerun)
    if (known !== undefined) return known
    const next = new Map<string, Entry>()
    this.#entries.each((path, entry) => {
      if (left.has(path) || !survives(this.storageOf(path), rerun)) next.set(path, entry)
    })
    for (const [path, entry] of left) if (survives(this.storageOf(path), rerun)) next.set(path, entry)
    this.#left ??= new Map()
    const ofLeft = this.#left.get(left)
    if (ofLeft === undefined) this.#left.set(left, new Map([[rerun, next]]))
    else ofLeft.set(rerun, next)
    return next
  }
}

/** The directories above a mount exist: the container runtime creates those that the image, or the volume around it, lacks. */
function addParents(path: string, mounts: readonly Mount[], entries: Map<string, Entry>): void {
  for (let parent = parentOf(path); !entries.has(parent); parent = parentOf(parent)) {
    const around = entries.get(mountOf(parent, mounts)?.path ?? '')?.node
    entries.set(parent, { node: { kind: 'folder', closed: around?.kind === 'folder' && around.closed }, writer: null })
  }
}

/** Whether a key of a place is a path; that of a thing begins with its service. */
function isKeyOfPath(key: string): boolean {
  return key === '' || key.startsWith('/')
}

/** The directory that contains a path; the root contains itself. */
export function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')))
}

/** The last component of a path. */
export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

/** Whether it is a file that a user restricted by file modes cannot open for writing. */
export function isReadOnly(node: Node): boolean {
  return node.kind === 'file' && node.readOnly === true
}

/** Whether two nodes are one file with several hard links. */
export function areOneFile(one: Node | undefined, other: Node | undefined): boolean {
  return one?.kind === 'file' && other?.kind === 'file' && one.shared !== undefined && one.shared === other.shared
}

/** Whether a path looks like a file: it has an extension (other than `.d`, which is common for directories) or is in a bin directory. */
export function isNamedLikeFile(path: string): boolean {
  return /\.(?!d$)[A-Za-z][A-Za-z0-9]{0,4}$/.test(path) || /\/s?bin\/[^/]+$/.test(path)
}

const openFolder: Node = { kind: 'folder', closed: false }

/** Whether a path contains a generated name, such as one from `mktemp`. */
function isNewName(path: string): boolean {
  return path.includes(' of run ') && path.search(volatileMark) !== -1
}

/** Where the unlisted entries of a directory come from; none if it is closed. */
export function layersOf(node: Node, path: string): readonly Layer[] {
  if (node.kind !== 'folder' || node.closed) return []
  return node.layers ?? [{ source: start, path }]
}

/** The source of everything that the image and the node provide. */
export const start = 'the start'

/** Whether a piece of a text is a file that was given. It is assumed to end with a line feed, as text files do. */
export function isGivenText(piece: Value[number] | undefined): boolean {
  return typeof piece === 'object' && piece.id.endsWith(givenMark)
}

const givenMark = ' of the image'

/** A file that the image or the node provides. It is assumed not to be empty, since scripts do not rely on empty files. */
export function givenFile(path: string): Node {
  return { kind: 'file', content: [{ id: `${path}${givenMark}`, filled: true }] }
}

/** The content of a pipe or a device. */
export const pipe: Value = [{ id: 'a pipe or device' }]

/** The node of an entry if it is certain. */
function seen({ node, pending }: Entry): Node | undefined {
  if (pending === undefined) return node
  if (node.kind === 'absent') return undefined
  return node.kind === 'file' ? { kind: 'file', content: derived(`${layersKey(pending)} over`, node.content) } : node
}

/** The node of an entry for the paths below it: what was removed may be back as a directory of a layer. */
function asFolder({ node, pending }: Entry): Node {
  return node.kind === 'absent' && pending !== undefined ? { kind: 'folder', closed: false, layers: pending } : node
}

/** A key for a node: equal keys mean that a reader cannot tell the nodes apart. */
export function nodeKey(node: Node | undefined, storage: Storage = 'claim'): string {
  switch (node?.kind) {
    case undefined:
      return 'unknown'
    case 'absent':
      return 'absent'
    case 'file':
      // A generated key or password may differ between runs on storage that is new for each pod. A plain date may differ anywhere.
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
