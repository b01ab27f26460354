import { Option } from 'commander'
import type { Io } from './io.ts'

/** What every command gets: the world outside, and a way to say how it ended. */
export interface CommandContext {
  readonly io: Io
  /** Sets the exit code; 0 where nobody calls it. */
  finish(code: number): void
}

/** `--format text|json`. */
export function formatOption(): Option {
  return new Option('--format <format>', 'how to print').choices(['text', 'json']).default('text')
}

/** `--namespace NS`. */
export function namespaceOption(): Option {
  return new Option('--namespace <name>', 'namespace of objects that name none').default('default')
}

/** `--policy FILE`, repeatable: `options.policy` is a list. */
export function policyOption(): Option {
  const collect = (file: string, files: readonly string[]): readonly string[] => [...files, file]
  const description = 'policy document or ConfigMap; repeat it to merge several, later keys win'
  return new Option('--policy <file>', description).argParser(collect).default([], 'the preset recommended')
}

/** What stands behind the options in `--help`. */
export function examples(...lines: readonly (readonly [command: string, meaning: string])[]): string {
  const width = Math.max(...lines.map(([command]) => command.length))
  return `\nExamples:\n${lines.map(([command, meaning]) => `  $ ${command.padEnd(width)}  ${meaning}`).join('\n')}`
}

/** Ends standard output for a program that reads it: two-space JSON and a line feed. */
export function printJson(io: Io, value: unknown): void {
  io.stdout(`${JSON.stringify(value, null, 2)}\n`)
}
