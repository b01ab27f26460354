import { type Command, Option } from 'commander'
import {
  type DiagnosticEntry,
  defaultDocsBase,
  type LintOutput,
  lintInputs,
  renderLintText,
  renderProblemsText,
} from '../../inspect/index.ts'
import { strictness } from '../../lint/rule.ts'
import { defaultRegistry } from '../../rules/registry.ts'
import { colorFor } from '../color.ts'
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
    .summary('check how the pods in manifests will start')
    .description(
      'Checks how the pods in manifests will start.\n\nReads YAML and JSON: single objects, multiple documents, Lists and AdmissionReviews. Searches directories recursively for *.yaml, *.yml and *.json files. The labels of Namespace objects in the input apply to the policy.',
    )
    .argument('[paths...]', 'files, directories, or - for standard input')
    .addOption(policyOption())
    .addOption(namespaceOption())
    .addOption(formatOption())
    .addOption(
      new Option('--fail-on <action>', 'exit 1 if a finding has at least this action; error: fail only on unreadable input')
        .choices(['error', 'deny', 'warn', 'audit', 'never'])
        .default('warn'),
    )
    .addOption(new Option('--show <what>', 'also show audit and exempted findings (text)').choices(['audit']))
    .option('--quiet', 'print one line per finding, without excerpt and summary (text)')
    .addHelpText(
      'after',
      `${examples(
        ['initlint lint web.yaml', 'one file'],
        ['initlint lint --policy policy.yaml k8s/', 'a directory, with a policy'],
        ['helm template . | initlint lint -', 'the output of a chart'],
        ['initlint lint --format json --fail-on deny .', 'in a CI pipeline'],
      )}\n\nExit codes: 0 no findings at or above --fail-on, 1 findings, 2 usage error or unreadable input, 3 internal error.`,
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
  else io.stdout(renderLintText(output, inputs, { color: colorFor(io), showAudit: flags.show === 'audit', quiet: flags.quiet === true }))
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

/** The parts of the output that determine the exit code. */
type Outcome = Pick<LintOutput, 'faults' | 'errors'> & { readonly diagnostics: readonly Pick<DiagnosticEntry, 'action' | 'exempted'>[] }

/** The more of the input was not checked, the higher the code: an internal error beats unreadable input, which beats findings. */
export function lintExitCode({ faults, errors, diagnostics }: Outcome, failOn: FailOn): number {
  if (faults.length > 0) return exitCode.fault
  if (errors.length > 0 && failOn !== 'never') return exitCode.usage
  const fails = diagnostics.some(({ action, exempted }) => exempted === undefined && strictness[action] >= thresholds[failOn])
  return fails ? exitCode.diagnostics : exitCode.ok
}
