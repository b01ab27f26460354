/** `--fix[=all]` and `--dry-run` of `lint`. */
import { Option } from 'commander'
import type { FixScope } from '../fixer/index.ts'
import { UsageError } from './exit.ts'
import type { FixContext } from './fix.ts'

export interface FixFlags {
  readonly fix?: FixScope
  readonly dryRun?: true
  readonly quiet?: true
  readonly show?: 'audit'
  readonly format?: string
}

/** The scope of `--fix` without a value. */
const defaultScope: FixScope = 'pull-policies'

/** `--fix` takes a value only after an equals sign, so that `--fix k8s/` fixes a directory; see `withFixScope`. */
export function fixOption(): Option {
  const description = 'change the files: correct pull policies; all: also apply tried repairs of init scripts'
  return new Option('--fix [scope]', description).choices([defaultScope, 'all']).preset(defaultScope)
}

/** The arguments with the scope of `--fix` written out. Without this, commander takes the next argument for the scope. */
export function withFixScope(argv: readonly string[]): readonly string[] {
  const end = argv.indexOf('--')
  return argv.map((argument, index) => (argument === '--fix' && (end === -1 || index < end) ? `--fix=${defaultScope}` : argument))
}

/** @throws UsageError for `--dry-run` alone, which would be ignored */
export function requireFix({ fix, dryRun }: FixFlags): void {
  if (dryRun === true && fix === undefined) throw new UsageError('--dry-run has no effect without --fix')
}

export function fixFlags({ fix = defaultScope, dryRun }: FixFlags): Pick<FixContext, 'scope' | 'isDryRun'> {
  return { scope: fix, isDryRun: dryRun === true }
}
