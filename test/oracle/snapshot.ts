/** Snapshots of folders: taken, restored, and compared by what a reader can see. */
import { createHash } from 'node:crypto'
import {
  chmodSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { readableContent } from './content.ts'

export interface Item {
  /** Relative to the root. */
  readonly path: string
  readonly kind: 'file' | 'folder' | 'link' | 'other'
  readonly mode: number
  /** Seconds. */
  readonly modified: number
  readonly data: Buffer
  readonly target: string
  /** Inode number of a file with several links, 0 otherwise: files with the same one are linked. */
  readonly inode: number
}

export type Snapshot = readonly Item[]

const nothing = Buffer.alloc(0)

/** Takes a snapshot of the folders of a root, sorted by name. */
export function take(root: string, folders: readonly string[]): Snapshot {
  const items: Item[] = []
  const visit = (path: string) => {
    const full = join(root, path)
    const stat = lstatSync(full)
    const kind = stat.isDirectory() ? 'folder' : stat.isFile() ? 'file' : stat.isSymbolicLink() ? 'link' : 'other'
    items.push({
      path,
      kind,
      mode: stat.mode & 0o7777,
      modified: stat.mtimeMs / 1000,
      data: kind === 'file' ? readFileSync(full) : nothing,
      target: kind === 'link' ? readlinkSync(full) : '',
      inode: stat.nlink > 1 && kind === 'file' ? stat.ino : 0,
    })
    if (kind === 'folder') for (const name of readdirSync(full).sort()) visit(join(path, name))
  }
  for (const folder of folders) visit(folder)
  return items
}

/** Empties a folder, or creates it. */
export function empty(folder: string): void {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
}

/** Restores the folders from a snapshot; folders that it lacks are emptied. */
export function restore(root: string, folders: readonly string[], snapshot: Snapshot): void {
  for (const folder of folders) empty(join(root, folder))
  const byInode = new Map<number, string>()
  for (const item of snapshot) {
    const full = join(root, item.path)
    const twin = byInode.get(item.inode)
    if (item.kind === 'folder') mkdirSync(full, { recursive: true })
    else if (item.kind === 'link') symlinkSync(item.target, full)
    else if (item.kind === 'file' && item.inode !== 0 && twin !== undefined) linkSync(twin, full)
    else if (item.kind === 'file') {
      writeFileSync(full, item.data)
      if (item.inode !== 0) byInode.set(item.inode, full)
    }
  }
  for (const item of [...snapshot].reverse()) {
    if (item.kind !== 'folder' && item.kind !== 'file') continue
    chmodSync(join(root, item.path), item.mode)
    utimesSync(join(root, item.path), item.modified, item.modified)
  }
}

/** Only the items in one of the folders. */
export function within(snapshot: Snapshot, folders: readonly string[]): Snapshot {
  return snapshot.filter(({ path }) => folders.some((folder) => path === folder || path.startsWith(`${folder}/`)))
}

/** A key that is equal for snapshots that a script cannot distinguish (times are ignored). */
export function stateKey(snapshot: Snapshot): string {
  const hash = createHash('sha1')
  for (const { path, kind, mode, data, target } of snapshot)
    hash.update(`${path}\0${kind}\0${mode}\0${target}\0${data.length}\0`).update(data)
  return hash.digest('hex')
}

/** What a reader sees at each path: its type, a link's target, a file's content. Bookkeeping files of git are left out. */
export function result(snapshot: Snapshot): ReadonlyMap<string, string> {
  const seen = new Map<string, string>()
  for (const { path, kind, data, target } of snapshot) {
    if (isBookkeeping(path)) continue
    seen.set(path, kind === 'file' ? `file ${readableContent(data)}` : kind === 'link' ? `link ${target}` : kind)
  }
  return seen
}

/** Reflogs, index and objects of a repository change by themselves: branches, tags, remotes and the work tree are the result. */
function isBookkeeping(path: string): boolean {
  const inside = /(?:^|\/)\.git\/(.*)$/.exec(path)?.[1]
  return inside !== undefined && !/^(?:HEAD$|config$|packed-refs$|refs\/)/.test(inside)
}

/** The first path at which two results differ; undefined if they are equal. */
export function firstDifference(a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>): string | undefined {
  return [...new Set([...a.keys(), ...b.keys()])].sort().find((path) => a.get(path) !== b.get(path))
}
