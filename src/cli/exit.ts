/** The exit codes of every command (docs: interfaces). */
export const exitCode = {
  /** Nothing at or above `--fail-on`. */
  ok: 0,
  diagnostics: 1,
  /** Wrong usage, or input that cannot be read. */
  usage: 2,
  /** A fault of initlint. */
  fault: 3,
} as const

/** Ends a command with a sentence for the person who can act, without a stack. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** The sentence of a caught value. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

const fileFaults: ReadonlyMap<unknown, string> = new Map([
  ['ENOENT', 'there is no such file or folder'],
  ['EACCES', 'you have no permission to read it'],
  ['EPERM', 'you have no permission to read it'],
  ['ENOTDIR', 'a part of the path is no folder'],
  ['EISDIR', 'it is a folder; name a file in it'],
  ['ELOOP', 'its symbolic links lead in a circle'],
  ['ENAMETOOLONG', 'its name is too long'],
  ['ERR_FS_FILE_TOO_LARGE', 'it is larger than 2 GiB'],
])

/** Why the file system refused, as a clause: "there is no such file or folder". */
export function fileFault(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return fileFaults.get(code) ?? messageOf(error)
}
