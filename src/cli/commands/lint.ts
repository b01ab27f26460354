import { type Command, Option } from 'commander'
import type { FixScope } from '../../fixer/index.ts'
import { lintInputs } from '../../inspect/lint.ts'
import { type DiagnosticEntry, defaultDocsBase, type Input, isSilenced, type LintOutput } from '../../inspect/output.ts'
import type { Registry } from '../../lint/registry.ts'
import { strictness } from '../../lint/rule.ts'
import { defaultRegistry } from '../../rules/registry.ts'
import { configName } from '../adopt/config.ts'
import { type FailOn, failOnActions } from '../adopt/config-schema.ts'
import { repeatable } from '../adopt/rules.ts'
import { type AdoptFlags, type Settings, settingsOf } from '../adopt/settings.ts'
import { type CommandContext, examples, namespaceOption, policyOption, type RenderFlag, renderOption } from '../command.ts'
import { exitCode } from '../exit.ts'
import { fixOption, requireFix } from '../fix-flags.ts'
import { readPaths } from '../inputs.ts'
import { addOutputOptions, type LintOutputFlags, lintPrinter } from '../lint-output.ts'
import { loadPolicy } from '../policy-files.ts'
import { progressOf } from '../progress.ts'

interface LintFlags extends AdoptFlags, LintOutputFlags, RenderFlag {
  readonly namespace: string
  readonly fix?: FixScope
  readonly dryRun?: true
}

/** Adds `lint`. */
export function addLint(program: Command, context: CommandContext): void {
  const command = program
    .command('lint')
    .summary('check how the pods in manifests will start')
    .description(
      'Checks how the pods in manifests will start.\n\nReads YAML and JSON: single objects, multiple documents, Lists and AdmissionReviews. Searches directories recursively for *.yaml, *.yml and *.json files that Git does not ignore. The labels of Namespace objects in the input apply to the policy.\n\nReads .initlint.yaml from the working directory or above, up to the root of the repository; its keys are policy, paths, exclude, off, baseline and failOn. Flags win.',
    )
    .argument('[paths...]', 'files, directories, quoted globs, or - for standard input')
    .addOption(policyOption())
    .addOption(namespaceOption())
    .addOption(
      new Option(
        '--fail-on <action>',
        'exit 1 if a finding has at least this action, by default warn; error: fail only on unreadable input',
      ).choices(failOnActions),
    )
    .addOption(new Option('--show <what>', 'also list audit and silenced findings; json and sarif always do').choices(['audit']))
    .addOption(renderOption())
    .option('--quiet', 'print one line per finding, without excerpt and summary (text)')
    .addOption(repeatable('--rule <id>', 'check only this rule; can be repeated'))
    .addOption(repeatable('--off <id>', 'do not check this rule; can be repeated'))
    .addOption(repeatable('--exclude <glob>', 'do not read these files and directories; can be repeated'))
    .option('--no-gitignore', 'also read files in directories that Git ignores')
    .option('--no-config', `do not use ${configName}`)
    .option('--baseline <file>', 'do not show, and do not fail on, the findings in this file')
    .option('--write-baseline <file>', 'write all findings to this file; later runs with --baseline show only new ones')
    .addOption(fixOption())
    .option('--dry-run', 'with --fix: change nothing, print a diff')
    .addHelpText(
      'after',
      `${examples(
        ['initlint lint web.yaml', 'one file'],
        ['initlint lint --policy policy.yaml k8s/', 'a directory, with a policy'],
        ['initlint lint charts/web', 'a chart or kustomization, rendered by helm or kubectl'],
        ['helm template . -f prod.yaml | initlint lint -', 'the output of a chart, with values'],
        ['initlint lint --fail-on deny --output sarif=initlint.sarif .', 'in a CI pipeline'],
        ['initlint lint --fix k8s/', 'fix pull policies in the files'],
      )}\n\nExit codes: 0 no findings at or above --fail-on, 1 findings, 2 usage error or unreadable input, 3 internal error.`,
    )
  addOutputOptions(command)
  command.action(async (paths: readonly string[], flags: LintFlags) => {
    const rules = defaultRegistry()
    const settings = await settingsOf(paths, flags, rules, context.io)
    if (settings.paths.length === 0 && context.io.isTerminal.stdin) command.help({ error: true })
    context.finish(await lint(settings, flags, rules, context))
  })
}

async function lint(settings: Settings, flags: LintFlags, allRules: Registry, { io }: CommandContext): Promise<number> {
  requireFix(flags)
  const print = await lintPrinter(flags, io)
  const { paths, registry, selection } = settings
  const policy = await loadPolicy(settings.policy, allRules, io)
  const path = flags.writeBaseline ?? settings.baseline
  const files = path === undefined ? undefined : await import('../on-demand.ts')
  const known = flags.writeBaseline === undefined && path !== undefined ? files?.loadBaseline(path, io) : undefined
  // What a renderer printed cannot be fixed: its sources are.
  const given = await readPaths(paths, io, { ...selection, renders: settings.areArguments && flags.render && flags.fix === undefined })
  const progress = progressOf(io)
  const lintAll = (inputs: readonly Input[], only?: ReadonlySet<number>): LintOutput =>
    lintInputs(inputs, {
      onInput: (input) => progress.show(input, inputs.length),
      policy,
      registry,
      allRules,
      namespace: flags.namespace,
      now: io.now(),
      docsBase: defaultDocsBase,
      onFault: ({ rule, error }) => {
        if (io.env.INITLINT_DEBUG && error instanceof Error) io.stderr(`${rule}: ${error.stack ?? error.message}\n`)
      },
      ...(only === undefined ? {} : { only }),
    })
  const ran = (rule: string): boolean => registry.get(rule) !== undefined
  const withKnown = (found: LintOutput, entries: typeof known, inputs: readonly Input[]): LintOutput =>
    path === undefined || entries === undefined ? found : (files?.applyBaseline(found, entries, { path, inputs, ran, io }) ?? found)
  // What the baseline contains is not reported, so it is not fixed.
  const context = {
    cwd: io.cwd,
    paths,
    lint: (inputs: readonly Input[], only?: ReadonlySet<number>) => withKnown(lintAll(inputs, only), known, inputs),
  }
  const fixed = flags.fix === undefined ? undefined : (await import('../on-demand.ts')).fixAndShow(given, flags, context, io)
  const { inputs, output: found } = fixed ?? { inputs: given, output: lintAll(given) }
  progress.clear()
  const baseline = flags.writeBaseline === undefined ? known : files?.saveBaseline(flags.writeBaseline, found, io)
  const output = withKnown(found, baseline, inputs)
  const { failOn } = settings
  await print({ output, inputs, registry: allRules, fails: (entry) => fails(entry, failOn), before: fixed?.before, write: fixed?.write })
  return lintExitCode(output, failOn)
}

const thresholds: Readonly<Record<FailOn, number>> = {
  error: Number.POSITIVE_INFINITY,
  deny: strictness.deny,
  warn: strictness.warn,
  audit: strictness.audit,
  never: Number.POSITIVE_INFINITY,
}

/** Whether a finding makes the run fail. */
function fails(entry: Pick<DiagnosticEntry, 'action' | 'exempted' | 'baselined'>, failOn: FailOn): boolean {
  return !isSilenced(entry) && strictness[entry.action] >= thresholds[failOn]
}

/** The parts of the output that determine the exit code. */
type Outcome = Pick<LintOutput, 'faults' | 'errors'> & {
  readonly diagnostics: readonly Pick<DiagnosticEntry, 'action' | 'exempted' | 'baselined'>[]
}

/** The more of the input was not checked, the higher the code: an internal error beats unreadable input, which beats findings. */
export function lintExitCode({ faults, errors, diagnostics }: Outcome, failOn: FailOn): number {
  if (faults.length > 0) return exitCode.fault
  if (errors.length > 0 && failOn !== 'never') return exitCode.usage
  return diagnostics.some((entry) => fails(entry, failOn)) ? exitCode.diagnostics : exitCode.ok
}
