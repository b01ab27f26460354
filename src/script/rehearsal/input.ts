/** What a rehearsal is about, and how much it may cost. */
import type { Mount, Rerun } from '../container/storage.ts'
import type { User } from '../container/user.ts'
import type { KnownUnits } from '../shell/known-units.ts'
import type { Dialect, ShellOptions, Userland } from '../syntax/dialect.ts'
import type { Script } from '../syntax/syntax.ts'
import { keyOf, type Value } from '../value/value.ts'

export interface RehearsalInput {
  readonly script: Script
  /** Positional parameters of the script, without `$0`. */
  readonly positional: readonly Value[]
  /** `set` options that the shell is started with: `sh -ec`. */
  readonly options: Readonly<ShellOptions>
  readonly mounts: readonly Mount[]
  /** Mounted files whose text is known, by path. */
  readonly texts?: ReadonlyMap<string, string>
  /** Variables of the container; an unknown value has an unknown piece. */
  readonly environment: ReadonlyMap<string, string | Value>
  /** The working directory as a path key; null if the image decides, and what it decides is not known. */
  readonly workingFolder: string | null
  /** The user that runs the script; root by default. */
  readonly user?: User
  readonly userland: Userland
  readonly dialect: Dialect
  /** See `Flavor`. */
  readonly isOldDash?: true
  /** The ways in which this container can run again; all by default. */
  readonly reruns?: readonly Rerun[]
  /** Whether the text is a program with its arguments, which no shell reads. */
  readonly isArguments?: true
  /** Whether the container's own file system is read-only. */
  readonly isRootReadOnly?: true
  /** Names of commands that do not exist: variables that Kubernetes leaves as `$(NAME)`, which a shell runs. */
  readonly unset?: readonly string[]
  /** Whether the pod shares the network of its node. */
  readonly isOnHostNetwork?: true
  /** Maximum number of commands over all runs; `maxTotalSteps` by default. */
  readonly maxSteps?: number
  /** What units of the script did in other rehearsals, which differ from this one only in the shell, the tools and the data on claims. */
  readonly known?: KnownUnits
  /** Whether only reruns matter, as for a change that is tried: not whether the first run can succeed, and not what it hides. */
  readonly onlyReruns?: true
}

/**
 * Maximum number of commands over all runs of one rehearsal. Real scripts need a few hundred. An admission review waits for the
 * rehearsal, and at this limit the slowest script that was tried (800 times cp -r) takes a second on a slow machine.
 */
export const maxTotalSteps = 3_000

/** Everything that the script can know of names: its own text, its mounts, mounted files and its environment. */
export function mentionsOf({ script, mounts, texts = new Map(), environment, positional }: RehearsalInput): string {
  const variables = [...environment].flatMap(([name, value]) => [name, typeof value === 'string' ? value : keyOf(value)])
  return [script.text, ...mounts.map(({ path }) => path), ...[...texts].flat(), ...variables, ...positional.map(keyOf)].join('\n')
}
