/** Executable examples of the catalogue: the rehearsal must predict the result, and the oracle really runs them to confirm it. */
import type { Dialect, Userland } from '../../../src/script/syntax/dialect.ts'

/** The result of the second run: its exit status, and whether it changes what the first run left. */
export interface SecondRun {
  readonly status: number
  readonly changed: boolean
}

/** A shell with its tools: `dash` has those of GNU. */
export type ExampleShell = 'bash' | 'busybox' | 'dash'

/** The shells in which examples about shell behavior run. */
export const everyShell: readonly ExampleShell[] = ['bash', 'busybox', 'dash']

export interface Example {
  /** The row: a form in the catalogue's table, or a construct of the shell. */
  readonly form: string
  /** Runs once, in the empty folder where the script then runs twice. What it creates outlives both runs. */
  readonly setup: string
  readonly script: string
  /** The second run, per userland or per shell if they differ; null if the tool or option is missing there. */
  readonly run2:
    | SecondRun
    | { readonly gnu: SecondRun | null; readonly busybox: SecondRun | null }
    | { readonly bash: SecondRun | null; readonly busybox: SecondRun | null; readonly dash: SecondRun | null }
  /** Needs the server http://example.org; the oracle replaces it by a local one. */
  readonly network?: true
  /** The rehearsal cannot know the result: it assumes several outcomes. */
  readonly supposed?: true
  /** The rehearsal does not analyze it, so the verdict is unknown. */
  readonly notFollowed?: true
  /** What the rehearsal predicts instead, because of its assumptions: that the user is root, that the server answers. */
  readonly rehearsed?: SecondRun
  /** The first run fails too. */
  readonly firstRunFails?: true
  /** Also runs in dash: the example is about shell behavior. */
  readonly inEveryShell?: true
  /** The folder `etc` on the volume is mounted at /etc, and initially contains the machine's users. */
  readonly etc?: true
  /** Both runs share a separate network, and the output of this command is part of the result. */
  readonly observed?: string
  /** Each run has its own mounts, which end with it. */
  readonly mounts?: true
  /** Runs as a user other than root. */
  readonly user?: 'other'
  /** Needs a PostgreSQL server with an empty database `app`; its contents are part of the result. */
  readonly service?: 'postgres'
}

/** Succeeds again without a change. */
export const same: SecondRun = { status: 0, changed: false }

/** Fails without a change. */
export function fails(status = 1): SecondRun {
  return { status, changed: false }
}

/** Succeeds with a different result. */
export const changes: SecondRun = { status: 0, changed: true }

/** For tools that are not applets of BusyBox. */
export function only(gnu: SecondRun): Example['run2'] {
  return { gnu, busybox: null }
}

/** The expected second run in a shell; null if the example does not run there. */
export function expected({ run2, inEveryShell }: Example, shell: ExampleShell): SecondRun | null {
  if (shell === 'dash' && inEveryShell !== true) return null
  if ('bash' in run2) return run2[shell]
  if ('gnu' in run2) return shell === 'busybox' ? run2.busybox : run2.gnu
  return run2
}

/** The userland and dialect of a shell, as the rehearsal names them. */
export const flavors: Readonly<Record<ExampleShell, { readonly userland: Userland; readonly dialect: Dialect }>> = {
  bash: { userland: 'gnu', dialect: 'bash' },
  busybox: { userland: 'busybox', dialect: 'ash' },
  dash: { userland: 'gnu', dialect: 'posix' },
}
