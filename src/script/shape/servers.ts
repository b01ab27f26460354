/** When a server runs until it is stopped: for the records of programs. */

/** With certain words among its arguments: `crond -f`. */
export const runsWith =
  (...words: readonly string[]) =>
  (args: readonly string[]): boolean =>
    words.some((word) => args.includes(word))

/** With a subcommand: `vault server`. */
export const runsAs =
  (...subcommands: readonly string[]) =>
  (args: readonly string[]): boolean =>
    subcommands.includes(args[0] ?? '')

/** Without certain words: `--version`, `--mode=validate`. Those that all servers share need not be named. */
export const runsWithout =
  (...words: readonly string[]) =>
  (args: readonly string[]): boolean =>
    ![...asking, ...words].some((word) => args.some((text) => text === word || text.startsWith(`${word}=`)))

/** Options with which a server only prints something. */
const asking = ['--version', '--help', '-h']

/** Both. */
export const both =
  (one: (args: readonly string[]) => boolean, other: (args: readonly string[]) => boolean) =>
  (args: readonly string[]): boolean =>
    one(args) && other(args)
