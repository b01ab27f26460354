import type { Command } from 'commander'
import { policyJsonSchema, reviewPolicy, showEffective, showPolicy } from '../../policy/index.ts'
import { defaultRegistry } from '../../rules/registry.ts'
import { policyId } from '../../server/keepers/policy-files.ts'
import { type CommandContext, examples, printJson } from '../command.ts'
import { exitCode } from '../exit.ts'
import { loadPolicy, policyTexts, problemLine } from '../policy-files.ts'

/** Adds `policy check`, `policy show` and `policy schema`. */
export function addPolicy(program: Command, context: CommandContext): void {
  const command = program
    .command('policy')
    .summary('check or show a policy, or print the schema')
    .description('Checks and shows policies. A policy is a policy document, a ConfigMap with such documents, or a directory of them.')
    .addHelpText(
      'after',
      examples(
        ['initlint policy check policy.yaml', 'check whether a policy is valid'],
        ['initlint policy show base.yaml cluster.yaml', 'merge two policies, with the source of each line'],
        ['initlint policy show policy.yaml --effective --namespace prod-eu', 'show the actions in a namespace'],
        ['initlint policy schema > policy.schema.json', 'save the schema for an editor'],
      ),
    )
  addCheck(command, context)
  addShow(command, context)
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
    .option('--namespace <name>', 'namespace for --effective; its labels are unknown (default: "default")')
    .addHelpText(
      'after',
      examples(
        ['initlint policy show policy.yaml', 'the complete policy'],
        ['initlint policy show policy.yaml --effective --namespace prod-eu', 'the actions in a namespace'],
      ),
    )
    .action((files: readonly string[], { effective, namespace }: ShowFlags) => {
      const policy = loadPolicy(files, defaultRegistry(), io)
      const inNamespace = effective === true || namespace !== undefined
      const lines = inNamespace ? showEffective(policy, namespace ?? 'default', undefined) : showPolicy(policy)
      io.stdout(lines.map((line) => `${line}\n`).join(''))
    })
}
