/** What is known about the first run of a container beyond all others: what the container refuses. */
import type { User } from '../container/user.ts'

export interface FirstRunSetting {
  /** See `User`. */
  readonly cannotChown: User['cannotChown']
  /** Whether no shell reads the words, so that a glob or an operator is the name of a file, which does not exist. */
  readonly isArguments: boolean
  /** See `Flavor`. */
  readonly isOldDash: boolean
  readonly isRootReadOnly: boolean
}

/**
 * What a container runtime mounts writable, and where images declare volumes of their own (Dockerfile reference, VOLUME), which the runtime
 * mounts writable, too.
 */
const mayBeWritable = /^\/(?:dev|proc|sys|run|var|data|srv|mnt|home|etc\/(?:hosts|hostname|resolv\.conf))(?:\/|$)/

/** A path that only a shell could read: its last component, or quotes around all of it. */
const noName = /\/(?:&&|\|\|?|;|[<>]+|2>&1|[^/]*(?:\*|\$[A-Za-z_{(])[^/]*)$|^\/(["'])[^"']+\1$/

/** Whether a path of the container's own file system is certain to be read-only. */
export function isSealed(path: string, first: FirstRunSetting | undefined): boolean {
  return first?.isRootReadOnly === true && path.startsWith('/') && !mayBeWritable.test(path)
}

/** Whether the name is meant for a shell that does not read it: an operator, a pattern, a variable or quotes. */
export function isNoName(path: string, first: FirstRunSetting | undefined): boolean {
  return first?.isArguments === true && noName.test(path)
}
