/** Reads the paths of the command line. */
import { readdirSync, realpathSync, statSync } from 'node:fs'
import { extname, join, resolve } from 'node:path'
import type { Input } from '../inspect/index.ts'
import { FileRefused, readBoundedFile } from '../server/keepers/bounded-file.ts'
import { fileFault } from './exit.ts'
import type { Io } from './io.ts'

/** Largest input that is read: several times the manifests of large charts. Parsing takes about 40 bytes of memory for each byte. */
export const maxInputBytes = 16 * 1024 * 1024

/** Largest size of all inputs of one command together; all of them are in memory at the same time. */
const maxTotalBytes = 256 * 1024 * 1024

/** The path that stands for standard input. */
const stdin = '-'
const extensions: ReadonlySet<string> = new Set(['.yaml', '.yml', '.json'])
/** Directories whose files do not belong to the project. */
const skippedFolders: ReadonlySet<string> = new Set(['node_modules', '.git'])

/**
 * Reads files, directories (every *.yaml, *.yml and *.json file in them, recursively, sorted by name) and standard input.
 * A path that cannot be read becomes an input with the reason. A file that is reached twice by the same path is read once; each
 * directory is entered once, so symbolic links may form loops.
 * @param paths as given; none means standard input
 */
export async function readPaths(paths: readonly string[], io: Io): Promise<readonly Input[]> {
  const walk: Walk = { cwd: io.cwd, inputs: [], files: new Set(), folders: new Set(), left: maxTotalBytes }
  for (const path of paths.length === 0 ? [stdin] : new Set(paths)) {
    if (path === stdin) await readStdin(io, walk)
    else visit(path, walk)
  }
  return walk.inputs
}

interface Walk {
  readonly cwd: string
  readonly inputs: Input[]
  /** Absolute paths of the files and real paths of the directories read so far. */
  readonly files: Set<string>
  readonly folders: Set<string>
  /** How much more text may be read, in UTF-16 units: never more than its bytes. */
  left: number
}

async function readStdin(io: Io, walk: Walk): Promise<void> {
  try {
    const text = await io.readStdin(maxInputBytes)
    // The command before the pipe has failed, or there was nothing to print: a pipeline must not take that for a success.
    if (text.trim() === '') throw new FileRefused('it is empty')
    addText(stdin, text, walk)
  } catch (error) {
    addUnreadable(stdin, error, walk)
  }
}

function visit(path: string, walk: Walk): void {
  try {
    if (statSync(resolve(walk.cwd, path)).isDirectory()) visitFolder(path, walk)
    else readFile(path, walk)
  } catch (error) {
    addUnreadable(path, error, walk)
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
    } else if (extensions.has(extname(entry.name).toLowerCase())) readFile(child, walk)
  }
}

function visitChildFolder(path: string, walk: Walk): void {
  try {
    visitFolder(path, walk)
  } catch (error) {
    addUnreadable(path, error, walk)
  }
}

/** A dangling link counts as a file: if its extension matches, reading it reports the cause. */
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
    addText(path, readBoundedFile(absolute, maxInputBytes), walk)
  } catch (error) {
    addUnreadable(path, error, walk)
  }
}

function addText(file: string, text: string, walk: Walk): void {
  walk.left -= text.length
  if (walk.left < 0)
    throw new FileRefused(`all inputs together are larger than ${maxTotalBytes / 1024 / 1024} MiB; check fewer files at once`)
  walk.inputs.push({ file, text })
}

function addUnreadable(path: string, error: unknown, walk: Walk): void {
  const name = path === stdin ? 'standard input' : path
  walk.inputs.push({ file: path, text: '', unreadable: `cannot read ${name}: ${fileFault(error)}` })
}
