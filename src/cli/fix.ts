/** `lint --fix`: fixes the files that were linted. */
import { realpathSync } from 'node:fs'
import { resolve } from 'node:path'
import {
  type FixedEntry,
  type FixReport,
  type FixResult,
  type FixScope,
  fixInputs,
  notFixedIn,
  renderDiff,
  waitingFor,
} from '../fixer/index.ts'
import type { FaultEntry, Input, InputError, LintOutput } from '../inspect/output.ts'
import { FileRefused } from '../server/keepers/bounded-file.ts'
import { fileFault } from '../server/keepers/file-fault.ts'
import { type Original, originalOf, replaceText } from './originals.ts'

/** What the fixes depend on. */
export interface FixContext {
  readonly scope: FixScope
  /** Whether nothing is written. */
  readonly isDryRun: boolean
  readonly cwd: string
  /** The paths of the command line. */
  readonly paths: readonly string[]
  /** Lints inputs, or some of them by their index; all of them say how each is judged. */
  readonly lint: (inputs: readonly Input[], only?: ReadonlySet<number>) => LintOutput
}

export interface FixRun {
  /** The inputs as they are now. */
  readonly inputs: readonly Input[]
  /** The findings that are left, and what could not be written. */
  readonly output: LintOutput
  readonly report: FixReport
  /** The number of findings that only `--fix=all` fixes. */
  readonly scripts: number
  /** What is printed to standard output instead of the findings: the diff of a dry run, or the text of standard input. */
  readonly text?: string
}

/** Fixes what can be fixed. A file that cannot be written is an error, and the others are fixed. */
export function fixRun(inputs: readonly Input[], context: FixContext): FixRun {
  const { scope, isDryRun, lint } = context
  const first = lint(inputs)
  const targets = new Targets(inputs, context)
  const result = fixInputs(inputs, first, { scope, mayFix: (index) => targets.of(index).reason === undefined, lint })
  const unwritten = isDryRun ? new Map<number, string>() : targets.write(result.inputs)
  const current = isDryRun ? inputs : targets.current(result.inputs, unwritten)
  const isChanged = current.some((input, index) => input !== inputs[index])
  const output = isChanged ? lint(current) : first
  const faulty = new Set(result.faults.map(({ input }) => input))
  const reasonOf = (index: number): string | undefined =>
    unwritten.get(index) ?? (faulty.has(index) ? 'the edits would change more than that' : targets.of(index).reason)
  const report = {
    ...reportOf(inputs, result, unwritten),
    notFixed: notFixedIn(output.diagnostics, scope, reasonOf),
    ...(isDryRun ? { diff: renderDiff(inputs, result.inputs) } : {}),
  }
  const text = report.diff ?? textOfStdin(current)
  return {
    inputs: current,
    output: withFailures(output, [...targets.failures(unwritten), ...undecodable(inputs)], faultsOf(result)),
    report,
    scripts: waitingFor(output.diagnostics, scope),
    ...(text === undefined ? {} : { text }),
  }
}

const stdin = '-'

/** An input that is to be changed, or why it is not; standard input has no file. */
type Target = { readonly original?: Original; readonly reason?: undefined } | { readonly original?: undefined; readonly reason: string }

/** The files behind the inputs that have fixes; each is looked at once. */
class Targets {
  readonly #inputs: readonly Input[]
  readonly #context: FixContext
  readonly #known = new Map<number, Target>()

  constructor(inputs: readonly Input[], context: FixContext) {
    this.#inputs = inputs
    this.#context = context
  }

  of(index: number): Target {
    const known = this.#known.get(index) ?? this.#find(this.#inputs[index])
    this.#known.set(index, known)
    return known
  }

  /** Only sources are changed: not templates, which are rendered first, and not what a renderer printed, of which no file has the text. */
  #find(input: Input | undefined): Target {
    if (input === undefined || input.file === null || input.unreadable !== undefined) return { reason: 'it is not a file' }
    if (input.text.includes('{{')) return { reason: 'it contains {{, so it may be a template' }
    if (input.file === stdin) return {}
    try {
      return { original: originalOf(input.file, input.text, this.#context.paths, this.#context.cwd) }
    } catch (error) {
      return { reason: reasonOf(error) }
    }
  }

  /** Writes the changed texts. @returns why files could not be written, by the index of the input */
  write(changed: readonly Input[]): ReadonlyMap<number, string> {
    const unwritten = new Map<number, string>()
    for (const [index, { original }] of this.#known) {
      const input = changed[index]
      if (original === undefined || input === undefined || input === this.#inputs[index]) continue
      try {
        replaceText(original, input.text)
      } catch (error) {
        unwritten.set(index, reasonOf(error))
      }
    }
    return unwritten
  }

  /** The inputs as they are after writing; a file that a link leads to has changed for the link, too. */
  current(changed: readonly Input[], unwritten: ReadonlyMap<number, string>): readonly Input[] {
    const current = changed.map((input, index) => (unwritten.has(index) ? (this.#inputs[index] ?? input) : input))
    const texts = new Map<string, string>()
    for (const [index, { original }] of this.#known) {
      const input = current[index]
      if (original !== undefined && input !== undefined && input !== this.#inputs[index]) texts.set(realPath(original.path), input.text)
    }
    for (const [index, { reason }] of this.#known) {
      const input = current[index]
      const text = reason === undefined || !input?.file ? undefined : texts.get(realPath(resolve(this.#context.cwd, input.file)))
      if (input !== undefined && text !== undefined) current[index] = { ...input, text }
    }
    return current
  }

  failures(unwritten: ReadonlyMap<number, string>): readonly InputError[] {
    return [...unwritten].map(([index, reason]) => errorOf(this.#inputs[index]?.file ?? stdin, `cannot be fixed: ${reason}`))
  }
}

function reasonOf(error: unknown): string {
  return error instanceof FileRefused ? error.message : fileFault(error)
}

function realPath(path: string): string {
  try {
    return realpathSync.native(path)
  } catch {
    return path
  }
}

function errorOf(file: string, message: string): InputError {
  return { file, line: null, column: null, message }
}

/** Bytes that are not UTF-8 are lost when standard input is decoded, so it must not be printed as if it were the same text. */
function isUndecodable({ file, text }: Input): boolean {
  return file === stdin && text.includes('\uFFFD')
}

function undecodable(inputs: readonly Input[]): readonly InputError[] {
  return inputs.filter(isUndecodable).map(() => errorOf(stdin, 'cannot be fixed: it is not valid UTF-8 (or contains U+FFFD)'))
}

function textOfStdin(inputs: readonly Input[]): string | undefined {
  const input = inputs.find(({ file, unreadable }) => file === stdin && unreadable === undefined)
  return input === undefined ? undefined : isUndecodable(input) ? '' : input.text
}

function reportOf(
  inputs: readonly Input[],
  { fixed }: FixResult,
  unwritten: ReadonlyMap<number, string>,
): Pick<FixReport, 'fixed' | 'files'> {
  const done = [...fixed].filter(([index]) => !unwritten.has(index))
  const byLine = (entries: readonly FixedEntry[]) => [...entries].sort((a, b) => (a.line ?? 0) - (b.line ?? 0))
  return { fixed: done.flatMap(([, entries]) => byLine(entries)), files: done.flatMap(([index]) => inputs[index]?.file ?? []) }
}

function faultsOf({ faults }: FixResult): readonly FaultEntry[] {
  return faults.map(({ entry: { rule, file, object }, message }) => ({
    rule,
    file,
    object,
    message: `its fix was not applied, because ${message}`,
  }))
}

function withFailures(output: LintOutput, errors: readonly InputError[], faults: readonly FaultEntry[]): LintOutput {
  return {
    ...output,
    errors: [...output.errors, ...errors],
    faults: [...output.faults, ...faults],
    summary: { ...output.summary, errors: output.summary.errors + errors.length },
  }
}
