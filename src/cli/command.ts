import { type Command, Option } from 'commander'
import { renderProblemsText } from '../inspect/lint-text.ts'
import type { Input, InputError } from '../inspect/output.ts'
import { exitCode } from './exit.ts'
import { readPaths } from './inputs.ts'
import type { Io } from './io.ts'

/** What every command receives: input and output, and a way to set the exit code. */
export interface CommandContext {
  readonly io: Io
  /** Sets the exit code; 0 if not called. */
  finish(code: number): void
}

/** `--format text|json`. */
export function formatOption(): Option {
  return new Option('--format <format>', 'output format').choices(['text', 'json']).default('text')
}

/** `--namespace NS`. */
export function namespaceOption(): Option {
  return new Option('--namespace <name>', 'namespace of objects that do not set one').default('default')
}

/** `--policy FILE`, repeatable: `options.policy` is a list. @param otherwise what is used without it */
export function policyOption(otherwise = 'the recommended preset'): Option {
  const collect = (file: string, files: readonly string[]): readonly string[] => [...files, file]
  const description = 'policy document or ConfigMap; repeat to merge several, later keys win'
  return new Option('--policy <file>', description).argParser(collect).default([], otherwise)
}

/** What `renderOption` sets: true without the option. */
export interface RenderFlag {
  readonly render: boolean
}

/** `--no-render`. */
export function renderOption(): Option {
  return new Option('--no-render', 'read the files of a Helm chart or kustomization instead of rendering it')
}

/** The examples after the options in `--help`. */
export function examples(...lines: readonly (readonly [command: string, meaning: string])[]): string {
  const width = Math.max(...lines.map(([command]) => command.length))
  return `\nExamples:\n${lines.map(([command, meaning]) => `  $ ${command.padEnd(width)}  ${meaning}`).join('\n')}`
}

/** Prints JSON, indented by two spaces, with a line feed at the end. */
export function printJson(io: Io, value: unknown): void {
  io.stdout(`${JSON.stringify(value, null, 2)}\n`)
}

/**
 * Lets a command read manifests: adds `[paths...]`, prints the help if there is no input, and reports what cannot be read.
 * @param inspect computes the result; its `errors` become exit code 2
 * @param print writes the result to standard output
 */
export function inspectsPaths<Flags, Output extends { readonly errors: readonly InputError[] }>(
  command: Command,
  { io, finish }: CommandContext,
  inspect: (inputs: readonly Input[], flags: Flags) => Output,
  print: (output: Output, flags: Flags) => void,
): void {
  command.argument('[paths...]', 'files, directories, or - for standard input').addOption(renderOption())
  command.action(async (paths: readonly string[], flags: Flags & RenderFlag) => {
    if (paths.length === 0 && io.isTerminal.stdin) command.help({ error: true })
    const output = inspect(await readPaths(paths, io, { renders: flags.render }), flags)
    print(output, flags)
    io.stderr(renderProblemsText(output))
    finish(output.errors.length > 0 ? exitCode.usage : exitCode.ok)
  })
}
