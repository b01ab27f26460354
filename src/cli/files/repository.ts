import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** The nearest directory at or above with a `.git`, which is a file in a worktree. */
export function repositoryOf(directory: string): string | undefined {
  for (let current = directory; ; ) {
    if (existsSync(join(current, '.git'))) return current
    const parent = dirname(current)
    if (parent === current) return undefined
    current = parent
  }
}
