/** What `lint --fix` prints in addition to the findings. Loaded only for `--fix`. */
import { type FixReport, renderFixText } from '../fixer/index.ts'
import type { Input, LintOutput } from '../inspect/output.ts'
import { safeText } from '../lint/text.ts'
import { type FixContext, type FixRun, fixRun } from './fix.ts'
import { type FixFlags, fixFlags } from './fix-flags.ts'
import type { Io } from './io.ts'

export interface Fixed {
  /** The inputs as they are now. */
  readonly inputs: readonly Input[]
  /** The findings that are left, and what was fixed. */
  readonly output: LintOutput & FixReport
  /** Text in front of the findings. */
  readonly before: string
  /** Prints the findings. */
  readonly write: (text: string) => void
}

/** Fixes the inputs, and prints the fixed text or the diff if there is one. */
export function fixAndShow(inputs: readonly Input[], flags: FixFlags, context: Pick<FixContext, 'cwd' | 'paths' | 'lint'>, io: Io): Fixed {
  const run = fixRun(inputs, { ...fixFlags(flags), ...context })
  return { inputs: run.inputs, output: { ...run.output, ...run.report }, before: textOf(run, flags), write: printerOf(run, flags, io) }
}

function textOf({ report, scripts }: FixRun, { dryRun, quiet, show }: FixFlags): string {
  return quiet === true ? '' : renderFixText(report, { isDryRun: dryRun === true, showAudit: show === 'audit', scripts })
}

/** How to print the findings: to standard error if standard output has something else. JSON contains the diff. */
function printerOf(run: FixRun, { format, dryRun }: FixFlags, io: Io): (text: string) => void {
  if (run.text === undefined || (dryRun === true && format === 'json')) return (text) => io.stdout(text)
  io.stdout(dryRun === true && io.isTerminal.stdout ? safeLines(run.text) : run.text)
  return (text) => io.stderr(text)
}

/** A diff that cannot send control sequences to a terminal. */
function safeLines(text: string): string {
  return text.replaceAll(/[^\n\t]+/g, safeText)
}
