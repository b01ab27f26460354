/** The file of `--baseline` and `--write-baseline`. */
import { existsSync } from 'node:fs'
import { dirname, relative, resolve, sep } from 'node:path'
import { readBaseline, renderBaseline, withBaseline } from '../../inspect/baseline.ts'
import type { BaselineEntry, Input, LintOutput } from '../../inspect/output.ts'
import { readBoundedFile } from '../../server/keepers/bounded-file.ts'
import { fileFault } from '../../server/keepers/file-fault.ts'
import { UsageError } from '../exit.ts'
import { maxInputBytes } from '../files/walk.ts'
import type { Io } from '../io.ts'
import { outputFile, writeOutputs } from '../output-files.ts'

/**
 * The entries of a baseline.
 * @throws UsageError if it cannot be read
 */
export function loadBaseline(path: string, io: Io): readonly BaselineEntry[] {
  let text: string
  try {
    text = readBoundedFile(resolve(io.cwd, path), maxInputBytes)
  } catch (error) {
    throw new UsageError(`cannot read the baseline ${path}: ${fileFault(error)}; --write-baseline ${path} creates it`)
  }
  const entries = readBaseline(text)
  if (typeof entries === 'string') throw new UsageError(`${path} is not a baseline: ${entries}; --write-baseline ${path} replaces it`)
  return entries
}

/**
 * Marks what a baseline contains. An entry no longer occurs only if its rule ran and its file was read or does not exist anymore: a run
 * over some of the files says nothing about the others.
 */
export function applyBaseline(
  output: LintOutput,
  entries: readonly BaselineEntry[],
  { path, inputs, ran, io }: { path: string; inputs: readonly Input[]; ran: (rule: string) => boolean; io: Io },
): LintOutput {
  const pathOf = pathsFrom(path, io)
  const unread = new Set(output.errors.map(({ file }) => file))
  const read = new Set(inputs.flatMap(({ file }) => (file === null || unread.has(file) ? [] : [pathOf(file)])))
  const base = dirname(resolve(io.cwd, path))
  return withBaseline(output, entries, ({ rule, file }) => {
    if (!ran(rule)) return false
    return file === null || read.has(file) || (file !== '-' && !existsSync(resolve(base, file)))
  })
}

/**
 * Replaces a baseline with the findings of a run, completely or not at all.
 * @throws UsageError if it cannot be written
 */
export function saveBaseline(path: string, output: LintOutput, io: Io): readonly BaselineEntry[] {
  const text = renderBaseline(output, pathsFrom(path, io))
  writeOutputs([{ file: outputFile(path, io.cwd), text }])
  const entries = readBaseline(text)
  if (typeof entries === 'string') throw new Error(entries)
  return entries
}

/** Paths relative to the directory of the baseline, with slashes: the same in every clone and on every system. */
function pathsFrom(path: string, io: Io): (file: string) => string {
  const base = dirname(resolve(io.cwd, path))
  return (file) => (file === '-' ? file : relative(base, resolve(io.cwd, file)).split(sep).join('/'))
}
