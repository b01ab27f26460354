/** Where the compiled code of initlint is kept between two runs: loading it takes half as long as compiling it. */
import { lstatSync, mkdirSync, readdirSync } from 'node:fs'
import { enableCompileCache } from 'node:module'
import { isAbsolute, join } from 'node:path'
import { setFlagsFromString } from 'node:v8'

/** The parts of `process` that determine the directory. */
export interface CacheOwner {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly platform: string
  readonly getuid?: (() => number) | undefined
}

/** Whether earlier runs kept their code, so that later ones probably will use what this one keeps. */
let hasEarlierRuns = false

/** Keeps what is compiled from now on. Without effect if NODE_COMPILE_CACHE or NODE_DISABLE_COMPILE_CACHE is set. */
export function keepCompiledCode(owner: CacheOwner): void {
  const directory = compileCacheDirectory(owner)
  if (directory === undefined) return
  hasEarlierRuns = readdirSync(directory).length > 0
  enableCompileCache(directory)
}

/**
 * Loads modules so that the code of all their functions is kept: Node keeps what is compiled when a module is loaded, and V8 compiles most
 * functions when they are first called. This takes longer, once, so it is not done in the first run, which may be the only one, as in CI.
 */
export async function loadWhole<T>(load: () => Promise<T>): Promise<T> {
  if (!hasEarlierRuns) return load()
  setFlagsFromString('--no-lazy')
  try {
    return await load()
  } finally {
    // Node's own code was compiled with this flag; V8 rejects it while the flags differ.
    setFlagsFromString('--lazy')
  }
}

/**
 * The directory of the cache, which is created if it does not exist. Node's default is a directory in /tmp with a name that others can guess:
 * the user who creates it first can put other code into it. So the cache is in the user's own cache directory, and only if no other user can
 * write to it.
 * @returns undefined if there is no such directory; then initlint runs without a cache
 */
export function compileCacheDirectory(owner: CacheOwner): string | undefined {
  const directory = placeOf(owner)
  if (directory === undefined) return undefined
  try {
    // XDG Base Directory Specification: directories that do not exist are created with the mode 0700.
    mkdirSync(directory, { recursive: true, mode: 0o700 })
    return isOwn(directory, owner) ? directory : undefined
  } catch {
    return undefined
  }
}

/** @returns undefined if the environment names no home: as in some containers */
function placeOf({ env, platform }: CacheOwner): string | undefined {
  const { HOME = '', XDG_CACHE_HOME = '', LOCALAPPDATA = '' } = env
  if (platform === 'win32') return inside(LOCALAPPDATA)
  if (platform === 'darwin') return inside(HOME, 'Library', 'Caches')
  // XDG Base Directory Specification: a relative path is invalid and ignored.
  return inside(XDG_CACHE_HOME) ?? inside(HOME, '.cache')
}

function inside(home: string, ...path: readonly string[]): string | undefined {
  return isAbsolute(home) ? join(home, ...path, 'initlint', 'compiled') : undefined
}

function isOwn(directory: string, { getuid }: CacheOwner): boolean {
  // Windows has no user ids; its directory for local data is private.
  if (getuid === undefined) return true
  const { uid, mode } = lstatSync(directory)
  return uid === getuid() && (mode & 0o022) === 0
}
