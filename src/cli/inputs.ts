/** Paths of the command line to texts. */
import { readdirSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { extname, join, resolve } from 'node:path'
import type { Input } from '../inspect/index.ts'
import { fileFault } from './exit.ts'
import type { Io } from './io.ts'

/** The path that stands for standard input. */
const stdin = '-'
const extensions: ReadonlySet<string> = new Set(['.yaml', '.yml', '.json'])
/** Folders that hold other people's files or none that a person wrote. */
const skippedFolders: ReadonlySet<string> = new Set(['node_modules', '.git'])

/**
 * Reads files, folders (all *.yaml, *.yml and *.json in them, recursively, in the order of their names) and standard input.
 * What cannot be read becomes an input that says so. A file that is reached twice by the same path is read once; a folder is entered
 * once, so symbolic links may form loops.
 * @param paths as given; none means standard input
 */
export async function readPaths(paths: readonly string[], io: Io): Promise<readonly Input[]> {
  const walk: Walk = { cwd: io.cwd, inputs: [], files: new Set(), folders: new Set() }
  for (const path of paths.length === 0 ? [stdin] : new Set(paths)) {
    if (path === stdin) await readStdin(io, walk)
    else visit(path, walk)
  }
  return walk.inputs
}

interface Walk {
  readonly cwd: string
  readonly inputs: Input[]
  /** Absolute paths of files and real paths of folders that were read. */
  readonly files: Set<string>
  readonly folders: Set<string>
}

async function readStdin(io: Io, walk: Walk): Promise<void> {
  try {
    walk.inputs.push({ file: stdin, text: await io.readStdin() })
  } catch (error) {
    refuse(stdin, error, walk)
  }
}

function visit(path: string, walk: Walk): void {
  try {
    if (statSync(resolve(walk.cwd, path)).isDirectory()) visitFolder(path, walk)
    else readFile(path, walk)
  } catch (error) {
    refuse(path, error, walk)
  }
}

function visitFolder(path: string, walk: Walk): void {
  const absolute = resolve(walk.cwd, path)
  const real = realpathSync.native(absolute)
  if (walk.folders.has(real)) return
  walk.folders.add(real)
  const entries = readdirSync(absolute, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))
  for (const entry of entries) {
    const child = join(path, entry.name)
    const isLink = entry.isSymbolicLink()
    if (entry.isDirectory() || (isLink && leadsToFolder(child, walk))) {
      if (!skippedFolders.has(entry.name)) visitChildFolder(child, walk)
    } else if (extensions.has(extname(entry.name).toLowerCase())) {
      if (isLink || entry.isFile()) readFile(child, walk)
    }
  }
}

function visitChildFolder(path: string, walk: Walk): void {
  try {
    visitFolder(path, walk)
  } catch (error) {
    refuse(path, error, walk)
  }
}

/** A link that leads nowhere is taken for a file: reading it then says why, if its name counts at all. */
function leadsToFolder(path: string, walk: Walk): boolean {
  try {
    return statSync(resolve(walk.cwd, path)).isDirectory()
  } catch {
    return false
  }
}

function readFile(path: string, walk: Walk): void {
  const absolute = resolve(walk.cwd, path)
  if (walk.files.has(absolute)) return
  walk.files.add(absolute)
  try {
    walk.inputs.push({ file: path, text: readFileSync(absolute, 'utf8') })
  } catch (error) {
    refuse(path, error, walk)
  }
}

function refuse(path: string, error: unknown, walk: Walk): void {
  walk.inputs.push({ file: path, text: '', unreadable: `it cannot be read: ${fileFault(error)}` })
}
