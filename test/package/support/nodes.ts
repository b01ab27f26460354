/** The versions of Node that SUPPORT.md names, from the packages that the package `node` of npm installs. */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'

/** The oldest one that package.json allows, and one of each line. */
export const nodeVersions = ['22.19.0', '22.23.3', '24.21.0', '26.9.0'] as const

/** git ignores it; a version is downloaded once. */
const cache = join(import.meta.dirname, '../.nodes')

/**
 * The path of a Node, which is downloaded if it is missing.
 * @throws if the registry does not have it
 */
export function nodeOf(version: string): string {
  const home = join(cache, version)
  const program = join(home, 'bin/node')
  if (existsSync(program)) return program
  mkdirSync(cache, { recursive: true })
  // Renamed when it is complete, so that an interrupted download is no Node.
  const part = mkdtempSync(join(cache, 'part-'))
  try {
    const name = `node-${process.platform}-${process.arch}@${version}`
    const file = execFileSync('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', part, name], {
      encoding: 'utf8',
    }).trim()
    execFileSync('tar', ['-xzf', join(part, file), '-C', part, 'package/bin/node'])
    if (!existsSync(program)) renameSync(join(part, 'package'), home)
    return program
  } finally {
    rmSync(part, { recursive: true, force: true })
  }
}
