import type { Registry } from '../lint/registry.ts'
import { builtInPolicy } from '../policy/built-in.ts'
import type { CompiledPolicy } from '../policy/compile.ts'
import type { Io } from './io.ts'

/**
 * The policy of the files, merged in order; the recommended preset if there are none. What reads policies is loaded only if there are files:
 * the validator is a seventh of all code of `lint`. Warnings go to standard error.
 * @throws UsageError with a line for each error
 */
export async function loadPolicy(paths: readonly string[], registry: Registry, io: Io): Promise<CompiledPolicy> {
  if (paths.length === 0) return builtInPolicy('recommended', registry)
  const { readPolicyFiles } = await import('./on-demand.ts')
  return readPolicyFiles(paths, registry, io)
}
