/** The exit codes of every command (docs/cli.md). */
export const exitCode = {
  /** Nothing at or above `--fail-on`. */
  ok: 0,
  diagnostics: 1,
  /** A usage error or unreadable input. */
  usage: 2,
  /** An internal error of initlint. */
  fault: 3,
} as const

/** Ends a command with a message for the user, without a stack trace. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** The message of a caught value. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
