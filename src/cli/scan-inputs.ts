/** What scans read: saved lists, and the policy of files or of the cluster. */
import { resolve } from 'node:path'
import type { ScanReader } from '../cluster/index.ts'
import { builtInPolicy, type CompiledPolicy, readPolicy } from '../policy/index.ts'
import { defaultRegistry } from '../rules/registry.ts'
import { readSaved, type SavedObjects } from '../scan/index.ts'
import { readBoundedFile } from '../server/keepers/bounded-file.ts'
import { fileFault } from '../server/keepers/file-fault.ts'
import { policyId } from '../server/keepers/policy-files.ts'
import { UsageError } from './exit.ts'
import type { Io } from './io.ts'
import { largeList } from './large-list.ts'
import { loadPolicy } from './policy-files.ts'
import { problemLine } from './policy-reader.ts'

/** Largest saved list: a JavaScript string cannot be much longer. */
const maxSavedBytes = 480 * 1024 * 1024

/** A policy, and what it is called for people. */
export interface NamedPolicy {
  readonly policy: CompiledPolicy
  readonly name: string
}

/** The objects of a saved list, and its name for people. @param file a file, or `-` for standard input @throws UsageError with one sentence */
export async function savedObjects(file: string, io: Io): Promise<SavedObjects & { readonly name: string }> {
  const name = file === '-' ? 'standard input' : file
  const large = file === '-' ? undefined : fromFile(name, () => largeList(resolve(io.cwd, file)))
  if (large !== undefined) return { ...large, name }
  const saved = readSaved(await textOf(file, io))
  if (!saved.ok) throw new UsageError(`cannot read ${name}: ${saved.problem}`)
  return { ...saved.value, name }
}

function fromFile<T>(name: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    throw new UsageError(`cannot read ${name}: ${fileFault(error)}`)
  }
}

async function textOf(file: string, io: Io): Promise<string> {
  try {
    return file === '-' ? await io.readStdin(maxSavedBytes) : readBoundedFile(resolve(io.cwd, file), maxSavedBytes)
  } catch (error) {
    throw new UsageError(`cannot read ${file === '-' ? 'standard input' : file}: ${fileFault(error)}`)
  }
}

/** The policy of some files; the recommended one if there are none. */
export async function policyOfFiles(files: readonly string[], io: Io): Promise<NamedPolicy> {
  const policy = await loadPolicy(files, defaultRegistry(), io)
  return { policy, name: files.length === 0 ? 'the preset recommended' : `${files.join(' + ')} ${policy.id}` }
}

/** The policy of the cluster; the recommended one if it has none. @throws UsageError if it is invalid */
export async function policyOfCluster(reader: ScanReader): Promise<NamedPolicy> {
  const registry = defaultRegistry()
  const found = await reader.policy()
  if (found === undefined) {
    const name = 'the preset recommended, because there is no ConfigMap initlint/initlint-policy'
    return { policy: builtInPolicy('recommended', registry), name }
  }
  const { policy, problems } = readPolicy(found.texts, registry, { id: policyId(found.texts) })
  if (policy !== undefined) return { policy, name: found.name }
  throw new UsageError(
    `${problems.map(problemLine).join('\n')}\nThe policy of the cluster is invalid; initlint doctor shows which one is in force.`,
  )
}

/** What a cluster is called for people. In a Pod, client-node calls the context `inClusterContext` (its config.ts, loadFromCluster). */
export function nameOfCluster(context: string): string {
  return context === 'inClusterContext' ? 'this cluster' : context
}
