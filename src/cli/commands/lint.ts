import { type Command, Option } from 'commander'
import {
  type DiagnosticEntry,
  defaultDocsBase,
  type LintOutput,
  lintInputs,
  renderLintText,
  renderProblemsText,
} from '../../inspect/index.ts'
import { strictness } from '../../lint/engine.ts'
import { defaultRegistry } from '../../rules/registry.ts'
import { colourFor } from '../colour.ts'
import { type CommandContext, examples, formatOption, namespaceOption, policyOption, printJson } from '../command.ts'
import { exitCode } from '../exit.ts'
import { readPaths } from '../inputs.ts'
import { loadPolicy } from '../policy-files.ts'

type FailOn = 'error' | 'deny' | 'warn' | 'audit' | 'never'

interface LintFlags {
  readonly policy: readonly string[]
  readonly namespace: string
  readonly format: 'text' | 'json'
  readonly failOn: FailOn
  readonly show?: 'audit'
  readonly quiet?: true
}

/** Adds `lint`. */
export function addLint(program: Command, context: CommandContext): void {
  const command = program
    .command('lint')
    .summary('judge how the pods of manifests will start')
    .description(
      'Judges how the pods of manifests will start.\n\nReads YAML and JSON: single objects, several documents, Lists and AdmissionReviews. Folders are searched for\n*.yaml, *.yml and *.json. Namespace objects among them give their labels to the policy.',
    )
    .argument('[paths...]', 'files, folders, or - for standard input')
    .addOption(policyOption())
    .addOption(namespaceOption())
    .addOption(formatOption())
    .addOption(
      new Option('--fail-on <action>', 'mildest action that makes the exit code 1; error: only unreadable input fails')
        .choices(['error', 'deny', 'warn', 'audit', 'never'])
        .default('warn'),
    )
    .addOption(new Option('--show <what>', 'show audit findings and exempted ones as well (text)').choices(['audit']))
    .option('--quiet', 'one line per finding, no excerpt, no summary (text)')
    .addHelpText(
      'after',
      `${examples(
        ['initlint lint web.yaml', 'one file'],
        ['initlint lint --policy policy.yaml k8s/', 'a folder, under the policy of the cluster'],
        ['helm template . | initlint lint -', 'what a chart renders'],
        ['initlint lint --format json --fail-on deny .', 'for a pipeline'],
      )}\n\nExit codes: 0 nothing at or above --fail-on, 1 diagnostics, 2 usage or unreadable input, 3 a fault of initlint.`,
    )
  command.action(async (paths: readonly string[], flags: LintFlags) => {
    if (paths.length === 0 && context.io.isTerminal.stdin) command.help({ error: true })
    context.finish(await lint(paths, flags, context))
  })
}

async function lint(paths: readonly string[], flags: LintFlags, { io }: CommandContext): Promise<number> {
  const registry = defaultRegistry()
  const policy = loadPolicy(flags.policy, registry, io)
  const inputs = await readPaths(paths, io)
  const output = lintInputs(inputs, {
    policy,
    registry,
    namespace: flags.namespace,
    now: io.now(),
    docsBase: defaultDocsBase,
    onFault: ({ rule, error }) => {
      if (io.env.INITLINT_DEBUG && error instanceof Error) io.stderr(`${rule}: ${error.stack ?? error.message}\n`)
    },
  })
  if (flags.format === 'json') printJson(io, output)
  else io.stdout(renderLintText(output, inputs, { colour: colourFor(io), showAudit: flags.show === 'audit', quiet: flags.quiet === true }))
  io.stderr(renderProblemsText(output))
  return lintExitCode(output, flags.failOn)
}

const thresholds: Readonly<Record<FailOn, number>> = {
  error: Number.POSITIVE_INFINITY,
  deny: strictness.deny,
  warn: strictness.warn,
  audit: strictness.audit,
  never: Number.POSITIVE_INFINITY,
}

/** What the exit code looks at. */
type Outcome = Pick<LintOutput, 'faults' | 'errors'> & { readonly diagnostics: readonly Pick<DiagnosticEntry, 'action' | 'exempted'>[] }

/** A fault of ours is worse than input that nobody could read, and that is worse than diagnostics: less was judged. */
export function lintExitCode({ faults, errors, diagnostics }: Outcome, failOn: FailOn): number {
  if (faults.length > 0) return exitCode.fault
  if (errors.length > 0 && failOn !== 'never') return exitCode.usage
  const fails = diagnostics.some(({ action, exempted }) => exempted === undefined && strictness[action] >= thresholds[failOn])
  return fails ? exitCode.diagnostics : exitCode.ok
}
