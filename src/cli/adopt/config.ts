/**
 * The configuration of a project, `.initlint.yaml`. It belongs to the tree that is checked, so it can only name files and select what is
 * reported; nothing in it runs a program or writes a file.
 */
import { statSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import type { Registry } from '../../lint/registry.ts'
import { repositoryOf } from '../files/repository.ts'
import type { Io } from '../io.ts'
import type { FailOn } from './config-schema.ts'

export const configName = '.initlint.yaml'

/** Paths are relative to the working directory. */
export interface Config {
  /** The directory of the file, to which `exclude` is relative. */
  readonly directory: string
  readonly policy: readonly string[]
  readonly paths: readonly string[]
  readonly exclude: readonly string[]
  readonly off: readonly string[]
  readonly baseline?: string
  readonly failOn?: FailOn
}

/**
 * The configuration for a working directory: the nearest one in it or above, up to the root of the repository, the home directory, or the
 * root of the file system. Undefined if there is none.
 * @throws UsageError with a line for each problem
 */
export async function findConfig(io: Io, registry: Registry): Promise<Config | undefined> {
  const last = new Set([repositoryOf(io.cwd), homedir()])
  for (let directory = resolve(io.cwd); ; directory = dirname(directory)) {
    const file = join(directory, configName)
    if (statSync(file, { throwIfNoEntry: false }) !== undefined) {
      const { readConfig } = await import('../on-demand.ts')
      return readConfig(file, io, registry)
    }
    if (last.has(directory) || dirname(directory) === directory) return undefined
  }
}
