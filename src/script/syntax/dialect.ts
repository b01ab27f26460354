/** Which shell reads a script, and whose command-line tools it finds. */

/** How a shell reads: `posix` is dash, `unknown` a `sh` of an unknown image. */
export type Dialect = 'bash' | 'ash' | 'posix' | 'unknown'

export interface ShellOptions {
  errexit: boolean
  nounset: boolean
  pipefail: boolean
}

/** What a shell starts with where nothing is said. */
export const noOptions: Readonly<ShellOptions> = { errexit: false, nounset: false, pipefail: false }

/** Whose command-line tools an image has; `unknown` if GNU and BusyBox differ and the image does not tell which it has. */
export type Userland = 'gnu' | 'busybox' | 'unknown'
