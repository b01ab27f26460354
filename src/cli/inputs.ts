/** Reads the paths of the command line. */
import { statSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Input } from '../inspect/output.ts'
import { safeText } from '../lint/text.ts'
import { FileRefused } from '../server/keepers/bounded-file.ts'
import { addText, addUnreadable, maxInputBytes, maxTotalBytes, readFile, type Selection, stdin, type Walk } from './files/walk.ts'
import type { Io } from './io.ts'

/**
 * Reads files, directories (every *.yaml, *.yml and *.json file in them, recursively, sorted by name), the matches of globs, and standard
 * input. A path that cannot be read becomes an input with the reason. A file that is reached twice by the same path is read once; each
 * directory is entered once, so symbolic links may form loops.
 * @param paths as given; none means standard input
 */
export async function readPaths(paths: readonly string[], io: Io, selection: Selection = {}): Promise<readonly Input[]> {
  const walk: Walk = {
    cwd: io.cwd,
    renders: selection.renders ?? false,
    excludedBy: selection.excludedBy ?? (() => undefined),
    gitignore: selection.gitignore ?? true,
    own: selection.own ?? new Set(),
    inputs: [],
    files: new Set(),
    folders: new Set(),
    left: maxTotalBytes,
  }
  for (const path of paths.length === 0 ? [stdin] : new Set(paths)) {
    if (path === stdin) await readStdin(io, walk)
    else await visit(path, walk, io)
    if (walk.left < 0) break
  }
  return walk.inputs
}

async function readStdin(io: Io, walk: Walk): Promise<void> {
  try {
    const text = await io.readStdin(maxInputBytes)
    // The command before the pipe has failed, or there was nothing to print: a pipeline must not take that for a success.
    if (text.trim() === '') throw new FileRefused('it is empty')
    addText({ file: stdin, text }, walk)
  } catch (error) {
    addUnreadable(stdin, error, walk)
  }
}

async function visit(path: string, walk: Walk, io: Io): Promise<void> {
  const absolute = resolve(walk.cwd, path)
  const pattern = walk.excludedBy(absolute)
  if (pattern !== undefined) {
    io.stderr(`${safeText(path)} is not read: it is excluded by ${safeText(pattern)}\n`)
    return
  }
  try {
    const stats = statSync(absolute, { throwIfNoEntry: false })
    // Loaded when needed: most runs in an editor or a hook read a few files.
    if (stats?.isDirectory() === true) {
      if (!walk.renders || !(await addRendered(path, io, walk))) (await import('./on-demand.ts')).readDirectory(path, walk)
    } else if (stats !== undefined || !(await import('./on-demand.ts')).readGlob(path, walk)) readFile(path, 'named', walk)
  } catch (error) {
    addUnreadable(path, error, walk)
  }
}

/** @returns false if there is nothing to render, so the path is to be read as it is */
async function addRendered(path: string, io: Io, walk: Walk): Promise<boolean> {
  const { render } = await import('./on-demand.ts')
  const rendered = await render(path, io, maxInputBytes)
  if (rendered !== undefined) addText({ file: rendered.name, text: rendered.text }, walk)
  return rendered !== undefined
}
