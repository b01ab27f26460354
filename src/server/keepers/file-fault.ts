/** File system errors in words. */

const fileFaults: ReadonlyMap<unknown, string> = new Map([
  ['ENOENT', 'no such file or directory'],
  ['EACCES', 'permission denied'],
  ['EPERM', 'permission denied'],
  ['ENOTDIR', 'a component of the path is not a directory'],
  ['EISDIR', 'it is a directory; name a file in it'],
  ['ELOOP', 'too many levels of symbolic links'],
  ['EROFS', 'the file system is read-only'],
  ['ENOSPC', 'no space left on the device'],
  ['ENAMETOOLONG', 'the file name is too long'],
  ['ERR_FS_FILE_TOO_LARGE', 'the file is larger than 2 GiB'],
])

/** The cause of a file system error: "no such file or directory". */
export function fileFault(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return fileFaults.get(code) ?? (error instanceof Error ? error.message : String(error))
}
