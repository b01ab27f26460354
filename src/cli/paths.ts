import { relative } from 'node:path'
import type { Io } from './io.ts'

/** The shorter way to write a path: relative if it is below the working directory, absolute otherwise. */
export function fromHere(path: string, io: Io): string {
  const way = relative(io.cwd, path)
  return way.startsWith('..') ? path : way
}
