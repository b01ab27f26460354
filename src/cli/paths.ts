import { relative } from 'node:path'
import type { Io } from './io.ts'

/** A path for display: relative if it is below the working directory, unchanged otherwise. */
export function fromHere(path: string, io: Io): string {
  const way = relative(io.cwd, path)
  return way.startsWith('..') ? path : way
}
