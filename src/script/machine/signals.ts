/**
 * What unwinds the interpreter: thrown and caught within one run. They are no Errors, because a rehearsal throws thousands of them and
 * nobody reads their stacks.
 */

/** The process was killed: no trap runs, nothing more happens (a shell that is PID 1 ignores SIGTERM, so SIGKILL ends it). */
export class Killed {}

/** The script waits for something that never comes. */
export class Endless {}

/** `exit`, or `set -e` after a failure. */
export class Exit {
  readonly status: number
  constructor(status: number) {
    this.status = status
  }
}

/** `return`, `break` or `continue` on its way up. */
export class Jump {
  readonly kind: 'return' | 'break' | 'continue'
  levels: number
  readonly status: number
  constructor(kind: 'return' | 'break' | 'continue', levels: number, status: number) {
    this.kind = kind
    this.levels = levels
    this.status = status
  }
}
