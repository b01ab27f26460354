/** Reads the files of directories, and those that match globs. */
import { readdirSync, realpathSync, statSync } from 'node:fs'
import { extname, join, resolve } from 'node:path'
import { FileRefused } from '../../server/keepers/bounded-file.ts'
import { type IgnoreLevel, isIgnored, levelsAbove, levelsIn } from './gitignore.ts'
import { globOf, globProblem, isGlob } from './patterns.ts'
import { addUnreadable, isMissing, readFile, type Walk } from './walk.ts'

const extensions: ReadonlySet<string> = new Set(['.yaml', '.yml', '.json'])
/** Directories whose files do not belong to the project. */
const skippedFolders: ReadonlySet<string> = new Set(['node_modules', '.git'])

/** Reads the manifests of a directory, recursively, sorted by name. @throws the error of the file system */
export function readDirectory(path: string, walk: Walk): void {
  visitFolder(path, rootedAt(resolve(walk.cwd, path), walk, hasExtension), walk)
}

/**
 * Reads the files that match a glob.
 * @returns false if the path is no glob
 * @throws FileRefused if no file matches
 */
export function readGlob(path: string, walk: Walk): boolean {
  if (!isGlob(path)) return false
  visitGlob(path, walk)
  return true
}

function visitGlob(pattern: string, walk: Walk): void {
  const problem = globProblem(pattern)
  if (problem !== undefined) throw new FileRefused(`no such file, and as a pattern ${problem}`)
  const { base, matches } = globOf(pattern, walk.cwd)
  const absolute = resolve(walk.cwd, base)
  const before = walk.files.size
  if (!isMissing(absolute)) visitFolder(base, rootedAt(absolute, walk, matches), walk)
  if (walk.files.size === before) throw new FileRefused('no file matches')
}

/** What is read below one directory. */
interface Search {
  readonly levels: readonly IgnoreLevel[]
  /** Whether the file at an absolute path is read. */
  readonly isWanted: (path: string) => boolean
}

function rootedAt(absolute: string, { gitignore }: Walk, isWanted: Search['isWanted']): Search {
  return { levels: gitignore ? levelsAbove(absolute) : [], isWanted }
}

function hasExtension(path: string): boolean {
  return extensions.has(extname(path).toLowerCase())
}

function visitFolder(path: string, search: Search, walk: Walk): void {
  const absolute = resolve(walk.cwd, path)
  const real = realpathSync.native(absolute)
  if (walk.folders.has(real)) return
  walk.folders.add(real)
  const entries = readdirSync(absolute, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))
  const levels = walk.gitignore ? levelsIn(absolute, search.levels) : search.levels
  for (const entry of entries) {
    if (walk.left < 0) return
    const child = join(path, entry.name)
    const isFolder = entry.isDirectory() || (entry.isSymbolicLink() && leadsToFolder(child, walk))
    const place = join(absolute, entry.name)
    if (isFolder ? skippedFolders.has(entry.name) : !search.isWanted(place)) continue
    if (walk.own.has(place) || walk.excludedBy(place) !== undefined || isIgnored(place, isFolder, levels)) continue
    if (isFolder) visitChildFolder(child, { ...search, levels }, walk)
    else readFile(child, 'found', walk)
  }
}

function visitChildFolder(path: string, search: Search, walk: Walk): void {
  try {
    visitFolder(path, search, walk)
  } catch (error) {
    addUnreadable(path, error, walk)
  }
}

/** A link to nothing counts as a file: if its name is wanted, reading it reports the cause. */
function leadsToFolder(path: string, walk: Walk): boolean {
  try {
    return statSync(resolve(walk.cwd, path)).isDirectory()
  } catch {
    return false
  }
}
