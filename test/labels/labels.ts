/** Reads labels: init containers of real manifests, and what a reader says about running them again. CONTRIBUTING.md shows the format. */
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { LabeledScript } from './scripts.ts'

/** Whether a rerun after success, or after a crash, neither fails nor changes the result; `unclear` if the text does not tell. */
export type Verdict = 'safe' | 'unsafe' | 'unclear'

/** One labeled init container. */
export interface Label {
  readonly id: string
  /** Path of the manifest. */
  readonly manifest: string
  /** Kind and name of the workload; null if the label does not say. */
  readonly kind: string | null
  readonly name: string | null
  readonly container: string
  readonly verdict: Verdict
  /** What the script mainly does, in a word. */
  readonly operation: string
  /** Whether the script is in the manifest: only such scripts are scored. */
  readonly isReadable: boolean
  /** Whether it waits without a limit; undefined if the label does not say. */
  readonly waitsForever: boolean | undefined
  /** The script, if it is in a ConfigMap of another file. */
  readonly script: LabeledScript | undefined
}

const verdicts = new Map<unknown, Verdict>([
  ['safe', 'safe'],
  ['unsafe', 'unsafe'],
  ['unclear', 'unclear'],
  ['unknown', 'unclear'],
])

const readable = new Set<unknown>([undefined, 'inline', 'script-field'])

type Fields = Readonly<Record<string, unknown>>

const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value)

/**
 * Reads a file with one JSON object per line. Paths of manifests are relative to it.
 * @throws Error that names the line which is not a label
 */
export function readLabels(file: string): readonly Label[] {
  const lines = readFileSync(file, 'utf8').split('\n')
  return lines.flatMap((line, index) => (line.trim() === '' ? [] : [labelOf(line, `${file}:${index + 1}`, dirname(file))]))
}

function labelOf(line: string, place: string, directory: string): Label {
  const row: unknown = JSON.parse(line)
  if (!isFields(row) || !isFields(row.label)) throw new Error(`${place}: not an object with the field "label"`)
  const text = (name: string): string => {
    const value = row[name]
    if (typeof value !== 'string') throw new Error(`${place}: the field "${name}" is not a string`)
    return value
  }
  const { idempotent, operation, visible, waits } = row.label
  const verdict = verdicts.get(idempotent)
  if (verdict === undefined) throw new Error(`${place}: "label.idempotent" is none of ${[...verdicts.keys()].join(', ')}`)
  return {
    id: text('id'),
    manifest: join(directory, text('file')),
    kind: textOrNull(row.workload_kind),
    name: textOrNull(row.workload_name),
    container: text('container'),
    verdict,
    operation: typeof operation === 'string' ? operation : '',
    isReadable: readable.has(visible),
    waitsForever: typeof waits === 'string' ? waits === 'unbounded' : undefined,
    script: scriptOf(row),
  }
}

function scriptOf({ script, command, args, volumeMounts }: Fields): LabeledScript | undefined {
  if (typeof script !== 'string') return undefined
  const words = [command, args].flat().filter((word) => typeof word === 'string')
  return { text: script, words, volumeMounts: Array.isArray(volumeMounts) ? volumeMounts : [] }
}

const textOrNull = (value: unknown): string | null => (typeof value === 'string' ? value : null)
