/** An executable example of the catalogue: the rehearsal must predict it, and really running it must show it. */
import type { Dialect, Userland } from '../../../src/script/syntax/dialect.ts'

/** How the second run ends: with which status, and whether it changes what the first one left. */
export interface Again {
  readonly status: number
  readonly changed: boolean
}

/** A shell, with the tools that belong to it: `dash` with GNU's. */
export type ExampleShell = 'bash' | 'busybox' | 'dash'

/** The shells of the examples that are about shells. */
export const everyShell: readonly ExampleShell[] = ['bash', 'busybox', 'dash']

export interface Example {
  /** The row: a form of the catalogue's table, or a shape of a shell. */
  readonly form: string
  /** Run once, in the empty folder where the script then runs twice; what it makes outlives both runs. */
  readonly setup: string
  readonly script: string
  /** The second run; per userland or per shell where they differ, null where one lacks the tool or the option. */
  readonly run2:
    | Again
    | { readonly gnu: Again | null; readonly busybox: Again | null }
    | { readonly bash: Again | null; readonly busybox: Again | null; readonly dash: Again | null }
  /** Needs a server, http://example.org: really run with one of our own in its place. */
  readonly network?: true
  /** The rehearsal cannot know it: it supposes one outcome and the other. */
  readonly supposed?: true
  /** The rehearsal does not follow it: nothing is said about the script. */
  readonly notFollowed?: true
  /** What the rehearsal says instead, where it takes something for granted: that the user is root, that nothing is left of a run. */
  readonly rehearsed?: Again
  /** The first run fails too. */
  readonly fromTheFirst?: true
  /** Really run in dash too: the example is about shells. */
  readonly inEveryShell?: true
  /** The folder `etc` of the kept ones stands at /etc, with the users of the machine at first. */
  readonly etc?: true
  /** Both runs share a network of their own, and what this command prints of it belongs to the result. */
  readonly observed?: string
  /** Each run has mounts of its own, which end with it. */
  readonly mounts?: true
  /** Runs as a user that is not root. */
  readonly user?: 'other'
  /** Needs a server of PostgreSQL, with an empty database `app`; what is in it belongs to the result. */
  readonly service?: 'postgres'
}

/** Succeeds again, and nothing changes. */
export const same: Again = { status: 0, changed: false }

/** Fails again and again. */
export function fails(status = 1): Again {
  return { status, changed: false }
}

/** Succeeds, and the result is another one. */
export const changes: Again = { status: 0, changed: true }

/** With tools that are no applets of BusyBox. */
export function only(gnu: Again): Example['run2'] {
  return { gnu, busybox: null }
}

/** What a script does in a shell; null where it is not run there. */
export function expected({ run2, inEveryShell }: Example, shell: ExampleShell): Again | null {
  if (shell === 'dash' && inEveryShell !== true) return null
  if ('bash' in run2) return run2[shell]
  if ('gnu' in run2) return shell === 'busybox' ? run2.busybox : run2.gnu
  return run2
}

/** How the rehearsal names a shell and its tools. */
export const flavours: Readonly<Record<ExampleShell, { readonly userland: Userland; readonly dialect: Dialect }>> = {
  bash: { userland: 'gnu', dialect: 'bash' },
  busybox: { userland: 'busybox', dialect: 'ash' },
  dash: { userland: 'gnu', dialect: 'posix' },
}
