/** Files that a command writes: completely, or not at all. */
import { randomUUID } from 'node:crypto'
import { accessSync, chmodSync, constants, realpathSync, renameSync, rmSync, type Stats, statSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { safeText } from '../lint/text.ts'
import { fileFault } from '../server/keepers/file-fault.ts'
import { UsageError } from './exit.ts'

/** A file to write, checked before the work starts. */
export interface OutputFile {
  /** As given. */
  readonly path: string
  /** What is replaced: an absolute path without symbolic links. */
  readonly target: string
  /** Whether it is a pipe or a device, which cannot be replaced. */
  readonly isStream: boolean
  /** The permissions of the file that is replaced. */
  readonly mode: number | undefined
}

/**
 * Checks that a file can be written, without a change.
 * @throws UsageError if it cannot
 */
export function outputFile(path: string, cwd: string): OutputFile {
  return orUsageError(path, () => {
    const absolute = resolve(cwd, path)
    const found = statIfExists(absolute)
    if (found?.isDirectory() === true) throw Object.assign(new Error('is a directory'), { code: 'EISDIR' })
    // What /dev/stdout leads to belongs to the process that started this one, even if it is a regular file.
    const isStream = absolute.startsWith('/dev/') || (found !== undefined && !found.isFile())
    if (isStream) return { path, target: absolute, isStream, mode: undefined }
    const target =
      found === undefined ? join(realpathSync(dirname(absolute)), absolute.slice(dirname(absolute).length + 1)) : realpathSync(absolute)
    if (!statSync(dirname(target)).isDirectory()) throw Object.assign(new Error('not a directory'), { code: 'ENOTDIR' })
    accessSync(dirname(target), constants.W_OK)
    if (found !== undefined) accessSync(target, constants.W_OK)
    return { path, target, isStream, mode: found === undefined ? undefined : found.mode & 0o7777 }
  })
}

/**
 * Writes texts to files: first all of them to temporary files in the same directories, then each replaces its target. A library that writes
 * one file at a time would leave the first one changed if the second one fails.
 * @throws UsageError if one cannot be written; none of the targets has changed then, unless it is a pipe or a device
 */
export function writeOutputs(outputs: readonly { readonly file: OutputFile; readonly text: string }[]): void {
  const staged: { readonly file: OutputFile; readonly temporary: string }[] = []
  try {
    for (const { file, text } of outputs) {
      if (file.isStream) continue
      const temporary = join(dirname(file.target), `.initlint-${randomUUID()}.tmp`)
      staged.push({ file, temporary })
      orUsageError(file.path, () => {
        writeFileSync(temporary, text, { flag: 'wx', flush: true })
        if (file.mode !== undefined) chmodSync(temporary, file.mode)
      })
    }
    for (const { file, text } of outputs) if (file.isStream) orUsageError(file.path, () => writeFileSync(file.target, text))
    for (const { file, temporary } of staged) orUsageError(file.path, () => renameSync(temporary, file.target))
  } finally {
    for (const { temporary } of staged) rmSync(temporary, { force: true })
  }
}

function statIfExists(path: string): Stats | undefined {
  return statSync(path, { throwIfNoEntry: false })
}

function orUsageError<Value>(path: string, action: () => Value): Value {
  try {
    return action()
  } catch (error) {
    throw new UsageError(`cannot write ${safeText(path)}: ${fileFault(error)}`)
  }
}
