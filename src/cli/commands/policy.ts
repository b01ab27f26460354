import type { Command } from 'commander'
import { safeText, shorten } from '../../lint/text.ts'
import type { CompiledPolicy } from '../../policy/compile.ts'
import { diffPolicies } from '../../policy/diff.ts'
import { reviewPolicy } from '../../policy/read.ts'
import { policyJsonSchema } from '../../policy/schema.ts'
import { showEffective, showPolicy } from '../../policy/show.ts'
import { defaultRegistry } from '../../rules/registry.ts'
import { policyId } from '../../server/keepers/policy-files.ts'
import { type CommandContext, examples, formatOption, printJson } from '../command.ts'
import { exitCode, UsageError } from '../exit.ts'
import { loadPolicy } from '../policy-files.ts'
import { policyTexts, problemLine, readPolicyFiles } from '../policy-reader.ts'
import { addPolicyTest } from './policy-test.ts'

/** Adds `policy check`, `policy show`, `policy diff`, `policy test` and `policy schema`. */
export function addPolicy(program: Command, context: CommandContext): void {
  const command = program
    .command('policy')
    .summary('check, show, compare or test policies, or print the schema')
    .description(
      'Checks, shows, compares and tests policies. A policy is a policy document, a ConfigMap with such documents, or a directory of them.',
    )
    .addHelpText(
      'after',
      examples(
        ['initlint policy check policy.yaml', 'check whether a policy is valid'],
        ['initlint policy show base.yaml cluster.yaml', 'merge two policies, with the source of each line'],
        ['initlint policy show policy.yaml --effective --namespace prod-eu', 'show the actions in a namespace'],
        ['initlint policy diff old.yaml new.yaml', 'show what a new policy changes'],
        ['initlint policy test policy-test/', 'compare the verdicts on manifests with the expected ones'],
        ['initlint policy schema > policy.schema.json', 'save the schema for an editor'],
      ),
    )
  addCheck(command, context)
  addShow(command, context)
  addDiff(command, context)
  addPolicyTest(command, context)
  command
    .command('schema')
    .summary('print the JSON Schema of policy documents')
    .description('Prints the JSON Schema of policy documents.')
    .addHelpText('after', examples(['initlint policy schema > policy.schema.json', 'save the schema for an editor']))
    .action(() => printJson(context.io, policyJsonSchema(defaultRegistry())))
}

function addCheck(command: Command, { io, finish }: CommandContext): void {
  command
    .command('check')
    .summary('check whether a policy is valid')
    .description(
      'Checks whether a policy is valid, and says what it does that its text does not show. Prints the file, line and key of each problem and how to fix it. Multiple files are merged in order.',
    )
    .argument('<files...>', 'policy documents, ConfigMaps or directories')
    .addHelpText(
      'after',
      `${examples(['initlint policy check policy.yaml', 'one file'], ['initlint policy check base.yaml cluster.yaml', 'two files, merged'])}\n\nExit codes: 0 valid, 1 invalid, 2 usage error or unreadable file, 3 internal error.`,
    )
    .action((files: readonly string[]) => {
      const texts = policyTexts(files, io)
      const { policy, problems } = reviewPolicy(texts, defaultRegistry(), { id: policyId(texts), now: io.now() })
      io.stdout(problems.map((problem) => `${problemLine(problem)}\n`).join(''))
      if (policy === undefined) finish(exitCode.diagnostics)
      else io.stdout(`The policy is valid${problems.some(({ level }) => level === 'warning') ? ', with the warnings above' : ''}.\n`)
    })
}

interface ShowFlags {
  readonly effective?: true
  readonly namespace?: string
  readonly namespaceLabels?: ReadonlyMap<string, string>
}

function addShow(command: Command, { io }: CommandContext): void {
  command
    .command('show')
    .summary('print a policy with the source of each line')
    .description(
      'Prints the complete policy including defaults, with the source of each line. Without a file, prints the recommended preset.',
    )
    .argument('[files...]', 'policy documents, ConfigMaps or directories, merged in order')
    .option('--effective', 'print the action of every rule in one namespace instead, with overrides applied')
    .option('--namespace <name>', 'namespace for --effective (default: "default")')
    .option('--namespace-labels <labels>', 'labels of the namespace, such as tier=gold,team=shop (default: unknown)', readLabels)
    .addHelpText(
      'after',
      examples(
        ['initlint policy show policy.yaml', 'the complete policy'],
        ['initlint policy show policy.yaml --effective --namespace prod-eu', 'the actions in a namespace'],
      ),
    )
    .action(async (files: readonly string[], { effective, namespace, namespaceLabels }: ShowFlags) => {
      const policy = await loadPolicy(files, defaultRegistry(), io)
      const inNamespace = effective === true || namespace !== undefined || namespaceLabels !== undefined
      const lines = inNamespace ? effectiveIn(policy, io.now(), namespace ?? 'default', namespaceLabels) : showPolicy(policy)
      io.stdout(lines.map((line) => `${line}\n`).join(''))
    })
}

function effectiveIn(policy: CompiledPolicy, now: number, namespace: string, labels?: ReadonlyMap<string, string>): readonly string[] {
  // The API server sets this label on every namespace.
  const all = labels === undefined ? undefined : new Map([...labels, ['kubernetes.io/metadata.name', namespace]])
  return showEffective(policy, namespace, all, now)
}

/** Reads `key=value,key=value`, added to those of earlier flags. */
function readLabels(text: string, earlier: ReadonlyMap<string, string> = new Map()): ReadonlyMap<string, string> {
  const labels = new Map(earlier)
  for (const pair of text.split(',').filter((part) => part !== '')) {
    const equals = pair.indexOf('=')
    if (equals < 1) throw new UsageError(`--namespace-labels: "${shorten(safeText(pair), 80)}" is not a label; write key=value`)
    labels.set(pair.slice(0, equals), pair.slice(equals + 1))
  }
  return labels
}

function addDiff(command: Command, { io, finish }: CommandContext): void {
  command
    .command('diff')
    .summary('compare two policies')
    .description(
      'Compares what two policies set, including defaults. Comments, the order of keys, and the split into documents do not count.',
    )
    .argument('<old>', 'policy document, ConfigMap or directory')
    .argument('<new>', 'policy document, ConfigMap or directory')
    .addOption(formatOption())
    .addHelpText(
      'after',
      `${examples(['initlint policy diff old.yaml new.yaml', 'in words'], ['initlint policy diff base/ site/ --format json', 'as JSON'])}\n\nExit codes: 0 same, 1 different, 2 usage error, or an unreadable or invalid policy, 3 internal error.`,
    )
    .action((before: string, after: string, { format }: { readonly format: 'text' | 'json' }) => {
      const [old, next] = [before, after].map((path) => readPolicyFiles([path], defaultRegistry(), io))
      const changes = old === undefined || next === undefined ? [] : diffPolicies(old, next)
      const same = changes.length === 0
      if (format === 'json') printJson(io, { same, changes })
      else io.stdout(same ? 'The policies are the same.\n' : changes.map(({ message }) => `${message}\n`).join(''))
      finish(same ? exitCode.ok : exitCode.diagnostics)
    })
}
