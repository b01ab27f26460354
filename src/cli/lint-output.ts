/** The formats of `lint`: which ones the user wants, and where they go. */
import { realpathSync } from 'node:fs'
import { isAbsolute, join, relative, resolve, sep } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Command, InvalidArgumentError, Option } from 'commander'
import { type LintFormat, lintFormats, ownFormats } from '../formats/format.ts'
import type { FileLocation, Report } from '../formats/index.ts'
import { renderProblemsText } from '../inspect/lint-text.ts'
import { type DiagnosticEntry, defaultDocsBase, type Input, type LintOutput } from '../inspect/output.ts'
import type { Registry } from '../lint/registry.ts'
import { type ColorChoice, colorFor, colorOption } from './color.ts'
import { UsageError } from './exit.ts'
import type { Io } from './io.ts'
import type { OutputFile } from './output-files.ts'
import { packageVersion, rulePage } from './package.ts'

/** `--output FORMAT=FILE`. */
interface OutputFlag {
  readonly format: LintFormat
  readonly path: string
}

export interface LintOutputFlags {
  /** Undefined if not given. */
  readonly format?: LintFormat
  readonly output: readonly OutputFlag[]
  readonly color: ColorChoice
  readonly show?: 'audit'
  readonly quiet?: true
}

/** Adds `--format`, `--output` and `--color`. */
export function addOutputOptions(command: Command): void {
  const collect = (value: string, outputs: readonly OutputFlag[]): readonly OutputFlag[] => [...outputs, outputFlag(value)]
  command
    .addOption(new Option('--format <format>', 'output format (default: text; github in GitHub Actions)').choices(lintFormats))
    .addOption(
      new Option('--output <format=file>', 'also write a format to a file; can be repeated').argParser(collect).default([], 'none'),
    )
    .addOption(colorOption())
}

function outputFlag(value: string): OutputFlag {
  const [, name, path] = /^([a-z]+)=(.+)$/s.exec(value) ?? []
  const format = lintFormats.find((each) => each === name)
  if (path === undefined) throw new InvalidArgumentError('Write FORMAT=FILE, such as sarif=initlint.sarif.')
  if (format === undefined) throw new InvalidArgumentError(`Allowed formats are ${lintFormats.join(', ')}.`)
  if (path === '-') throw new InvalidArgumentError(`For standard output, use --format ${format}.`)
  return { format, path }
}

/** What was found, and what the report needs to know about the run. */
export interface LintRun {
  readonly output: LintOutput
  readonly inputs: readonly Input[]
  readonly registry: Registry
  /** Whether a finding makes the run fail. */
  readonly fails: (entry: DiagnosticEntry) => boolean
  /** Text in front of the findings, for people. */
  readonly before?: string | undefined
  /** Prints the findings; to standard output if omitted. */
  readonly write?: ((text: string) => void) | undefined
}

/**
 * Checks the flags, before the work starts.
 * @returns prints what was found in all formats: to files, to standard output, and problems to standard error
 * @throws UsageError if a file cannot be written
 */
export async function lintPrinter(flags: LintOutputFlags, io: Io): Promise<(run: LintRun) => Promise<void>> {
  const write = await fileWriter(flags, io)
  const format = flags.format ?? defaultFormat(flags, io)
  const options = { showAudit: flags.show === 'audit', quiet: flags.quiet === true, color: colorFor(io, flags.color) }
  return async (run) => {
    await write(run)
    const { before = '', write: print = io.stdout } = run
    const text =
      format === 'text' || format === 'json'
        ? ownFormats[format](run, options)
        : (await import('./on-demand.ts')).renderReport(format, reportOf(run, options.showAudit, io), options)
    print(`${format === 'text' ? before : ''}${text}`)
    // In GitHub Actions, they are annotations. As plain text, the name of a file could be read as a workflow command.
    if (format !== 'github') io.stderr(renderProblemsText(run.output))
  }
}

/** Writes the files of `--output`. Loaded only if there are some. */
async function fileWriter({ output, show, quiet }: LintOutputFlags, io: Io): Promise<(run: LintRun) => Promise<void>> {
  if (output.length === 0) return async () => undefined
  const { outputFile, writeOutputs } = await import('./on-demand.ts')
  const files = output.map(({ format, path }) => ({ format, file: outputFile(path, io.cwd) }))
  const twice = files.find(({ file }, index) => files.findIndex((other) => isSameFile(other.file, file)) !== index)
  if (twice !== undefined) throw new UsageError(`--output names ${twice.file.path} twice`)
  const options = { showAudit: show === 'audit', quiet: quiet === true, color: false } as const
  return async (run) => {
    const { renderReport } = await import('./on-demand.ts')
    const report = reportOf(run, options.showAudit, io)
    writeOutputs(files.map(({ format, file }) => ({ file, text: renderReport(format, report, options) })))
  }
}

function isSameFile(one: OutputFile, other: OutputFile): boolean {
  return one.target === other.target
}

/** `--quiet` asks for text. */
function defaultFormat({ quiet }: LintOutputFlags, { env }: Io): LintFormat {
  return env.GITHUB_ACTIONS === 'true' && quiet !== true ? 'github' : 'text'
}

function reportOf(run: LintRun, showAudit: boolean, io: Io): Report {
  const root = projectRoot(io)
  return {
    ...run,
    version: packageVersion(),
    docsBase: defaultDocsBase,
    root: pathToFileURL(join(root, '/')).href,
    showAudit,
    page: rulePage,
    locate: (file) => locate(resolve(io.cwd, file), root),
  }
}

/** The variables in which GitHub Actions and GitLab CI have the root of the repository: paths in reports are relative to it. */
const rootVariables = ['GITHUB_WORKSPACE', 'CI_PROJECT_DIR'] as const

/** The root of the repository if the working directory is in it; otherwise the working directory. */
function projectRoot({ env, cwd }: Io): string {
  for (const name of rootVariables) {
    const given = env[name]
    if (given !== undefined && isAbsolute(given)) {
      const root = realPath(given)
      if (root === cwd || locate(cwd, root).isBelowRoot) return root
    }
  }
  return cwd
}

function realPath(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    return path
  }
}

function locate(path: string, root: string): FileLocation {
  const below = relative(root, path)
  const isBelowRoot = below !== '' && below !== '..' && !below.startsWith(`..${sep}`) && !isAbsolute(below)
  return { path: (isBelowRoot ? below : path).replaceAll(sep, '/'), isBelowRoot }
}
