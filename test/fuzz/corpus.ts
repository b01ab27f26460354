/** Inputs that are kept: one file each, named after its content. */
import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Inputs that earlier runs found or that were written by hand, per target. */
export const corpusDirectory = join(import.meta.dirname, 'corpus')
/** Inputs that violated a property. Not committed: each becomes a test. */
export const failureDirectory = join(import.meta.dirname, 'failures')

export interface CorpusEntry {
  readonly file: string
  readonly input: Buffer
}

/** The inputs of a target in a constant order. */
export function readCorpus(target: string): readonly CorpusEntry[] {
  const directory = join(corpusDirectory, target)
  return readdirSync(directory)
    .sort()
    .map((name) => ({ file: join(directory, name), input: readFileSync(join(directory, name)) }))
}

/** Whether the fuzzer wrote the file; the others were written by hand and have names. */
export function isFind(file: string): boolean {
  return /[/][0-9a-f]{12}[.]txt$/.test(file)
}

/** Writes an input. @returns its path */
export function keep(directory: string, target: string, input: Buffer): string {
  const path = join(directory, target)
  mkdirSync(path, { recursive: true })
  const file = join(path, `${createHash('sha256').update(input).digest('hex').slice(0, 12)}.txt`)
  writeFileSync(file, input)
  return file
}
