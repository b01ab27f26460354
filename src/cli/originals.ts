/** The files behind inputs that may be changed: what they contain, and writing a new text in their place. */
import { randomBytes } from 'node:crypto'
import {
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fsyncSync,
  lstatSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeFileSync,
} from 'node:fs'
import { basename, dirname, join, relative, resolve, sep } from 'node:path'
import { FileRefused } from '../server/keepers/bounded-file.ts'
import { globOf, isGlob } from './files/patterns.ts'
import { maxInputBytes } from './files/walk.ts'

/** A file as it was when it was read. */
export interface Original {
  /** Its absolute path; no link is on the way below the path that the user named. */
  readonly path: string
  readonly bytes: Uint8Array
  readonly encoding: Encoding
}

type Encoding = 'utf8' | 'utf16le' | 'utf16be'

/**
 * The file that a text was read from. If it has another text by now, it will not be replaced, either.
 * @throws FileRefused with the reason as a clause if the file must not be changed, or the error of the file system
 */
export function originalOf(file: string, text: string, paths: readonly string[], cwd: string): Original {
  const path = resolve(cwd, file)
  const stats = regularFile(path)
  if (!isReachedDirectly(path, paths, cwd)) throw new FileRefused('it is reached through a symbolic link')
  const bytes = stats.size > maxInputBytes ? Buffer.alloc(0) : readFileSync(path)
  const encoding = (['utf8', 'utf16le', 'utf16be'] as const).find((each) => encoded(text, each).equals(bytes))
  if (encoding !== undefined) return { path, bytes, encoding }
  if (bytes.toString('utf8') === text) throw new FileRefused('it is not valid UTF-8')
  return { path, bytes: encoded(text, 'utf8'), encoding: 'utf8' }
}

function regularFile(path: string): Stats {
  const stats = lstatSync(path)
  if (stats.isSymbolicLink()) throw new FileRefused('it is a symbolic link')
  if (!stats.isFile()) throw new FileRefused('it is not a regular file')
  return stats
}

/** Whether no component below a path that the user named is a link: those lead to files that have names of their own. */
function isReachedDirectly(path: string, paths: readonly string[], cwd: string): boolean {
  return paths.some((named) => {
    const root = rootOf(named, cwd)
    if (path === root) return true
    if (!path.startsWith(root.endsWith(sep) ? root : `${root}${sep}`)) return false
    return realpathSync.native(path) === join(realpathSync.native(root), relative(root, path))
  })
}

/** The file or directory that a path names; of a glob, the directory that it searches. */
function rootOf(named: string, cwd: string): string {
  const path = resolve(cwd, named)
  const isGlobHere = isGlob(named) && statSync(path, { throwIfNoEntry: false }) === undefined
  return isGlobHere ? resolve(cwd, globOf(named, cwd).base) : path
}

function encoded(text: string, encoding: Encoding): Buffer {
  const bytes = Buffer.from(text, encoding === 'utf8' ? 'utf8' : 'utf16le')
  return encoding === 'utf16be' ? bytes.swap16() : bytes
}

/**
 * Replaces the text of a file at once: readers see the old text or the new one. The new file has the mode and the owner of the old one.
 * A file is not replaced if that would lose something: an owner that cannot be set, other hard links, a change since it was read.
 * @throws FileRefused with the reason as a clause, or the error of the file system
 */
export function replaceText({ path, bytes, encoding }: Original, text: string): void {
  const stats = regularFile(path)
  requireReplaceable(stats)
  // The write is done here and not by write-file-atomic, which calls write(2) once: on a full disk, this can write a part without an error.
  const temporary = join(dirname(path), `.${basename(path).slice(0, 200)}.${randomBytes(6).toString('hex')}`)
  const file = openSync(temporary, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o600)
  try {
    try {
      writeFileSync(file, encoded(text, encoding))
      setOwner(file, stats)
      // After the owner, because a change of the owner clears the set-user-ID bit (chown(2)).
      fchmodSync(file, stats.mode & 0o7777)
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
    if (!readFileSync(path).equals(bytes)) throw new FileRefused('it changed after it was read')
    renameSync(temporary, path)
  } catch (error) {
    rmSync(temporary, { force: true })
    throw error
  }
}

/** Root may write to any file, but a file without any permission to write is meant to stay as it is. */
function requireReplaceable({ mode, nlink, uid, gid }: Stats): void {
  if ((mode & 0o222) === 0 || !mayWrite(mode, uid, gid)) throw new FileRefused('it is read-only')
  if (nlink > 1) throw new FileRefused(`it has ${nlink} hard links, and the others would keep the old text`)
}

/** Whether the process may write to a file, by its mode (path_resolution(7)). Systems without user ids decide when it is written. */
function mayWrite(mode: number, uid: number, gid: number): boolean {
  const user = process.geteuid?.()
  if (user === undefined || user === 0) return true
  if (user === uid) return (mode & 0o200) !== 0
  const isInGroup = process.getegid?.() === gid || process.getgroups?.().includes(gid) === true
  return (mode & (isInGroup ? 0o020 : 0o002)) !== 0
}

function setOwner(file: number, { uid, gid }: Stats): void {
  if (process.geteuid === undefined) return
  try {
    fchownSync(file, uid, gid)
  } catch {
    throw new FileRefused('it belongs to another user or group, which the new file would not')
  }
}
