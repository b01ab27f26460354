/** Globs for paths: those of `--exclude` and `.initlint.yaml`, and quoted ones among the arguments. */
import { basename, isAbsolute, relative, resolve, sep } from 'node:path'
import picomatch from 'picomatch'

/** Patterns and the directory that they are relative to. */
export interface Patterns {
  readonly base: string
  readonly patterns: readonly string[]
}

/** picomatch's matchers are regular expressions, whose time grows with the length of a name to the power of the number of wildcards. */
const maxWildcards = { perName: 4, perPattern: 12 }
const maxLength = 1000

/** Why a pattern is not used, as a clause; undefined if it is. Patterns of `.gitignore` files have the same limits. */
export function patternProblem(pattern: string): string | undefined {
  if (pattern === '') return 'it is empty'
  if (pattern.length > maxLength) return `it is longer than ${maxLength} characters`
  if (pattern.includes('\0')) return 'it contains a NUL'
  const wildcards = (text: string): number => text.match(/\*+/g)?.length ?? 0
  if (wildcards(pattern) > maxWildcards.perPattern || pattern.split('/').some((name) => wildcards(name) > maxWildcards.perName))
    return `it has more than ${maxWildcards.perName} wildcards in a name, or ${maxWildcards.perPattern} in all`
  return undefined
}

/** Why a glob of the user is not used. picomatch passes parentheses to the regular expression. */
export function globProblem(pattern: string): string | undefined {
  return patternProblem(pattern) ?? (/[()]/.test(pattern) ? 'parentheses are not supported' : undefined)
}

const options = { dot: true, nonegate: true, noextglob: true } as const

/** Whether a path is a glob, not the name of a file. */
export function isGlob(path: string): boolean {
  return picomatch.scan(path, options).isGlob
}

/** The directory below which the matches of a glob are, as written, and whether an absolute path matches. */
export function globOf(pattern: string, cwd: string): { readonly base: string; matches(path: string): boolean } {
  const { base, glob } = picomatch.scan(pattern, options)
  const matches = picomatch(glob, options)
  const root = resolve(cwd, base)
  return { base: base === '' ? '.' : base, matches: (path) => matches(slashes(relative(root, path))) }
}

/**
 * Returns the pattern that excludes an absolute path. As in `.gitignore`, a pattern without a slash matches names at any depth, and what is
 * below a directory that matches is excluded as well.
 */
export function excluder(lists: readonly Patterns[]): (path: string) => string | undefined {
  const matchers = lists.flatMap(({ base, patterns }) => patterns.map((pattern) => ({ pattern, matches: matcherOf(pattern, base) })))
  if (matchers.length === 0) return () => undefined
  return (path) => matchers.find(({ matches }) => matches(path))?.pattern
}

function matcherOf(pattern: string, base: string): (path: string) => boolean {
  const written = pattern.replace(/^\.\/+/, '').replace(/\/+$/, '')
  const matches = picomatch(written, options)
  if (!written.includes('/')) return (path) => matches(basename(path))
  return isAbsolute(written) ? (path) => matches(slashes(path)) : (path) => matches(slashes(relative(base, path)))
}

function slashes(path: string): string {
  return sep === '/' ? path : path.split(sep).join('/')
}
