/** What the reading of several paths has in common: what was read so far, and how much more may be. */
import { statSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Input } from '../../inspect/output.ts'
import { FileRefused, NotText, readBoundedFile } from '../../server/keepers/bounded-file.ts'
import { fileFault } from '../../server/keepers/file-fault.ts'

/** Largest input that is read: several times the manifests of large charts. Parsing takes about 40 bytes of memory for each byte. */
export const maxInputBytes = 16 * 1024 * 1024

/** Largest size of all inputs of one command together; all of them are in memory at the same time. */
export const maxTotalBytes = 256 * 1024 * 1024

/** The path that stands for standard input. */
export const stdin = '-'

/** How paths are read, and which files of directories are. */
export interface Selection {
  /** Whether a given directory that is a Helm chart or a kustomization is rendered instead of read. The default is false. */
  readonly renders?: boolean
  /** The pattern that excludes an absolute path, if any. Named files are excluded as well, with a note on standard error. */
  readonly excludedBy?: (path: string) => string | undefined
  /** Absolute paths that are skipped in directories: initlint's own files. */
  readonly own?: ReadonlySet<string>
  /** Whether files that Git ignores are skipped in directories. The default is true. */
  readonly gitignore?: boolean
}

export interface Walk extends Required<Selection> {
  readonly cwd: string
  readonly inputs: Input[]
  /** Absolute paths of the files and real paths of the directories read so far. */
  readonly files: Set<string>
  readonly folders: Set<string>
  /** How much more text may be read, in UTF-16 units: never more than its bytes. Negative once there was too much. */
  left: number
}

/** @param origin whether the user named the file */
export function readFile(path: string, origin: 'named' | 'found', walk: Walk): void {
  const absolute = resolve(walk.cwd, path)
  if (walk.files.has(absolute)) return
  walk.files.add(absolute)
  try {
    addText({ file: path, text: readBoundedFile(absolute, maxInputBytes), origin }, walk)
  } catch (error) {
    // A link to nothing is found in many repositories, as test data or because a submodule is not checked out.
    if (origin === 'found' && (error instanceof NotText || isMissing(absolute)))
      walk.inputs.push({ file: path, text: '', origin, skipped: fileFault(error) })
    else addUnreadable(path, error, walk)
  }
}

/** Whether nothing is at the path. */
export function isMissing(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false }) === undefined
  } catch {
    return false
  }
}

/** @throws FileRefused if there is too much text */
export function addText(input: Input, walk: Walk): void {
  walk.left -= input.text.length
  if (walk.left < 0)
    throw new FileRefused(`all inputs together are larger than ${maxTotalBytes / 1024 / 1024} MiB; check fewer files at once`)
  walk.inputs.push(input)
}

export function addUnreadable(path: string, error: unknown, walk: Walk): void {
  const name = path === stdin ? 'standard input' : path
  walk.inputs.push({ file: path, text: '', unreadable: `cannot read ${name}: ${fileFault(error)}` })
}
