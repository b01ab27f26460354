/**
 * Objects that are thrown to unwind the interpreter within one run. They are not Errors, because a rehearsal throws thousands of them and
 * their stack traces would be wasted.
 */

/** The process was killed: no trap runs (a shell with PID 1 ignores SIGTERM, so SIGKILL ends it). */
export class Killed {}

/** A command failed because of an outside cause, and left part of its result. */
export class Failed {
  readonly status: number
  constructor(status: number) {
    this.status = status
  }
}

/** The script waits for something that never happens. */
export class Endless {}

/** `exit`, or `set -e` after a failure. */
export class Exit {
  readonly status: number
  constructor(status: number) {
    this.status = status
  }
}

/** `return`, `break` or `continue`, until the enclosing function or loop handles it. */
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
