/** What a run of `lint` uses: its flags and, for what they do not set, the configuration of the project. */
import { join, resolve } from 'node:path'
import type { Registry } from '../../lint/registry.ts'
import { UsageError } from '../exit.ts'
import type { Patterns } from '../files/patterns.ts'
import type { Selection } from '../files/walk.ts'
import type { Io } from '../io.ts'
import { type Config, configName, findConfig } from './config.ts'
import type { FailOn } from './config-schema.ts'
import { selectRules } from './rules.ts'

export interface AdoptFlags {
  readonly policy: readonly string[]
  /** Undefined if the flag is not given. */
  readonly failOn?: FailOn
  readonly baseline?: string
  readonly writeBaseline?: string
  readonly rule?: readonly string[]
  readonly off?: readonly string[]
  readonly exclude?: readonly string[]
  readonly gitignore: boolean
  readonly config: boolean
}

export interface Settings {
  readonly paths: readonly string[]
  /** Whether the paths are those of the command line: the configuration belongs to the tree, and nothing in it may run a program. */
  readonly areArguments: boolean
  readonly policy: readonly string[]
  /** The rules that run. */
  readonly registry: Registry
  readonly failOn: FailOn
  readonly baseline: string | undefined
  readonly selection: Selection
}

const defaultFailOn: FailOn = 'warn'

/**
 * Flags win over the configuration; `exclude` and `off` of both count, and a rule of `--rule` runs even if the configuration turns it off.
 * @param paths the arguments
 * @throws UsageError if a rule or a pattern is invalid, or the configuration is
 */
export async function settingsOf(paths: readonly string[], flags: AdoptFlags, rules: Registry, io: Io): Promise<Settings> {
  const config: Partial<Config> = (flags.config ? await findConfig(io, rules) : undefined) ?? {}
  const { directory = io.cwd, exclude = [], off = [] } = config
  const wanted = flags.rule ?? []
  const excludedBy = await excluderOf([
    { base: io.cwd, patterns: flags.exclude ?? [] },
    { base: directory, patterns: exclude },
  ])
  const baseline = flags.baseline ?? config.baseline
  const files = [flags.writeBaseline, baseline].flatMap((file) => (file === undefined ? [] : [resolve(io.cwd, file)]))
  const own = new Set([...files, join(directory, configName)])
  return {
    areArguments: paths.length > 0,
    // Standard input wins if it is a pipe: `helm template . | initlint lint` works in every directory.
    paths: paths.length === 0 && io.isTerminal.stdin ? (config.paths ?? []) : paths,
    policy: flags.policy.length > 0 ? flags.policy : (config.policy ?? []),
    registry: selectRules(rules, wanted, [...(flags.off ?? []), ...off.filter((id) => !wanted.includes(id))]),
    failOn: flags.failOn ?? config.failOn ?? defaultFailOn,
    baseline,
    selection: { excludedBy, gitignore: flags.gitignore, own },
  }
}

/** @throws UsageError if a pattern of the flags is invalid; those of the configuration were checked with it */
async function excluderOf(lists: readonly [Patterns, ...Patterns[]]): Promise<NonNullable<Selection['excludedBy']>> {
  if (lists.every(({ patterns }) => patterns.length === 0)) return () => undefined
  const { excluder, globProblem } = await import('../on-demand.ts')
  for (const pattern of lists[0].patterns) {
    const problem = globProblem(pattern)
    if (problem !== undefined) throw new UsageError(`--exclude ${pattern}: ${problem}`)
  }
  return excluder(lists)
}
