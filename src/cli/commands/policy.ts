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
    .summary('check a policy, show what it says, print its schema')
    .description('Checks policies and shows what they say. A policy is a document, a ConfigMap that holds some, or a folder of them.')
    .addHelpText(
      'after',
      examples(
        ['initlint policy check policy.yaml', 'is it valid?'],
        ['initlint policy show base.yaml cluster.yaml', 'merged, with the source of each line'],
        ['initlint policy show policy.yaml --effective --namespace prod-eu', 'what holds in a namespace'],
        ['initlint policy schema > policy.schema.json', 'for an editor'],
      ),
    )
  addCheck(command, context)
  addShow(command, context)
  command
    .command('schema')
    .description('Prints the JSON Schema of a policy.')
    .addHelpText('after', examples(['initlint policy schema > policy.schema.json', 'for an editor']))
    .action(() => printJson(context.io, policyJsonSchema(defaultRegistry())))
}

function addCheck(command: Command, { io, finish }: CommandContext): void {
  command
    .command('check')
    .description(
      'Says whether a policy is valid: file, line, key and what to do for each problem. Several files are merged in their order.',
    )
    .argument('<files...>', 'policy documents, ConfigMaps or folders')
    .addHelpText(
      'after',
      `${examples(['initlint policy check policy.yaml', 'one file'], ['initlint policy check base.yaml cluster.yaml', 'as they are merged'])}\n\nExit codes: 0 valid, 1 invalid, 2 usage or unreadable file, 3 a fault of initlint.`,
    )
    .action((files: readonly string[]) => {
      const texts = policyTexts(files, io)
      const { policy, problems } = reviewPolicy(texts, defaultRegistry(), { id: policyId(texts), now: io.now() })
      io.stdout(problems.map((problem) => `${problemLine(problem)}\n`).join(''))
      if (policy === undefined) finish(exitCode.diagnostics)
      else io.stdout(`The policy is valid${problems.length === 0 ? '' : ', with the remarks above'}.\n`)
    })
}

interface ShowFlags {
  readonly effective?: true
  readonly namespace?: string
}

function addShow(command: Command, { io }: CommandContext): void {
  command
    .command('show')
    .description('Prints the whole policy, defaults filled in, with the source of each line; without a file, the preset recommended.')
    .argument('[files...]', 'policy documents, ConfigMaps or folders, merged in their order')
    .option('--effective', 'the action of every rule in one namespace instead, overrides applied')
    .option('--namespace <name>', 'that namespace; its labels are not known here (default: "default")')
    .addHelpText(
      'after',
      examples(
        ['initlint policy show policy.yaml', 'everything'],
        ['initlint policy show policy.yaml --effective --namespace prod-eu', 'what holds in a namespace'],
      ),
    )
    .action((files: readonly string[], { effective, namespace }: ShowFlags) => {
      const policy = loadPolicy(files, defaultRegistry(), io)
      const inNamespace = effective === true || namespace !== undefined
      const lines = inNamespace ? showEffective(policy, namespace ?? 'default', undefined) : showPolicy(policy)
      io.stdout(lines.map((line) => `${line}\n`).join(''))
    })
}
