/** The files that Git ignores: `.gitignore` in each directory up to the root of the repository, and `.git/info/exclude` (gitignore(5)). */
import { dirname, join, relative, sep } from 'node:path'
import ignore, { type Ignore } from 'ignore'
import { readBoundedFile } from '../../server/keepers/bounded-file.ts'
import { patternProblem } from './patterns.ts'
import { repositoryOf } from './repository.ts'

/** The patterns of one directory. */
export interface IgnoreLevel {
  readonly directory: string
  readonly patterns: Ignore
}

/** Limits of one file of patterns, above those of any real one. Each pattern is compared with each path. */
const maxBytes = 256 * 1024
const maxPatterns = 2000

/** The levels above a directory; none if it is in no repository, or ignored itself, because then the user has named it on purpose. */
export function levelsAbove(directory: string): readonly IgnoreLevel[] {
  const root = repositoryOf(directory)
  if (root === undefined) return []
  const above: string[] = []
  for (let parent = directory; parent !== root; ) {
    parent = dirname(parent)
    above.unshift(parent)
  }
  const levels = [...levelOf(root, join('.git', 'info', 'exclude')), ...above.flatMap((each) => levelOf(each))]
  return directory !== root && isIgnored(directory, true, levels) ? [] : levels
}

/** The levels for the entries of a directory. */
export function levelsIn(directory: string, above: readonly IgnoreLevel[]): readonly IgnoreLevel[] {
  const own = levelOf(directory)
  return own.length === 0 ? above : [...above, ...own]
}

/** Whether Git ignores a path. The last pattern that matches decides, and those of deeper directories come last. */
export function isIgnored(path: string, isDirectory: boolean, levels: readonly IgnoreLevel[]): boolean {
  for (const { directory, patterns } of levels.toReversed()) {
    const { ignored, unignored } = patterns.test(relative(directory, path).split(sep).join('/') + (isDirectory ? '/' : ''))
    if (ignored || unignored) return ignored
  }
  return false
}

/** None if there is no such file, or if it is beyond the limits: then more files are read rather than fewer. */
function levelOf(directory: string, file = '.gitignore'): readonly IgnoreLevel[] {
  let text: string
  try {
    text = readBoundedFile(join(directory, file), maxBytes)
  } catch {
    return []
  }
  const lines = text.split(/\r?\n/).filter((line) => line !== '' && !line.startsWith('#'))
  if (lines.length === 0 || lines.length > maxPatterns || lines.some((line) => patternProblem(line) !== undefined)) return []
  return [{ directory, patterns: ignore({ allowRelativePaths: false }).add(lines) }]
}
