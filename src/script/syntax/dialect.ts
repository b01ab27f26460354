/** Which shell runs a script, and which command-line tools it finds. */

/** The shell's language: `posix` is dash, `unknown` is the `sh` of an unknown image. */
export type Dialect = 'bash' | 'ash' | 'posix' | 'unknown'

export interface ShellOptions {
  errexit: boolean
  nounset: boolean
  pipefail: boolean
}

/** The options of a shell that is started without any. */
export const noOptions: Readonly<ShellOptions> = { errexit: false, nounset: false, pipefail: false }

/** The command-line tools of an image: GNU, BusyBox, or `unknown` if the image does not tell which. */
export type Userland = 'gnu' | 'busybox' | 'unknown'

/** A question about the shell and the tools of a container: if two of them give the same answers, a script does the same with both. */
export type FlavorQuestion = `the shell is ${Dialect}` | `the tools are ${Userland}`

export type FlavorAnswers = ReadonlyMap<FlavorQuestion, boolean>

/** The answer that a combination of shell and tools gives. */
export function flavorAnswer(
  question: FlavorQuestion,
  { dialect, userland }: { readonly dialect: Dialect; readonly userland: Userland },
): boolean {
  return question === `the shell is ${dialect}` || question === `the tools are ${userland}`
}
