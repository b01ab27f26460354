import { readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Command } from 'commander'
import { renderProblemsText } from '../../inspect/lint-text.ts'
import { defaultDocsBase } from '../../inspect/output.ts'
import { renderPolicyTestText, testPolicy } from '../../inspect/policy-test.ts'
import { defaultRegistry } from '../../rules/registry.ts'
import { fileFault } from '../../server/keepers/file-fault.ts'
import { type CommandContext, examples, formatOption, namespaceOption, policyOption, printJson } from '../command.ts'
import { exitCode, UsageError } from '../exit.ts'
import { readPaths } from '../inputs.ts'
import type { Io } from '../io.ts'
import { loadPolicy } from '../policy-files.ts'

interface TestFlags {
  readonly policy: readonly string[]
  readonly namespace: string
  readonly format: 'text' | 'json'
}

/** Adds `policy test`. */
export function addPolicyTest(command: Command, context: CommandContext): void {
  command
    .command('test')
    .summary('compare the verdicts of a policy with expected ones')
    .description(
      [
        'Compares the verdicts of a policy on manifests with those that comments in the manifests expect. The policy is the one of --policy, otherwise the files policy*.yaml of the directory, merged in the order of their names, otherwise the recommended preset.',
        'Comments, on lines of their own in the YAML document of the object:\n  # initlint-expect: ACTION RULE [CONTAINER]   ACTION is warn, fix, deny, audit or exempt\n  # initlint-expect: none                      no warning, fix or denial\n  # initlint-user: NAME                        the user who makes the request',
        'Every warning, fix and denial must be expected, and every expected finding must be found.',
      ].join('\n\n'),
    )
    .argument('<directory>', 'directory with manifests, searched recursively')
    .addOption(policyOption())
    .addOption(namespaceOption())
    .addOption(formatOption())
    .addHelpText(
      'after',
      `${examples(
        ['initlint policy test policy-test/', 'with the files policy*.yaml of the directory'],
        ['initlint policy test --policy policy.yaml policy-test/', 'with another policy'],
      )}\n\nExit codes: 0 all verdicts as expected, 1 another verdict, or an object without a comment, 2 usage error, no object to test, an unreadable input or comment, or an invalid policy, 3 internal error.`,
    )
    .action(async (directory: string, flags: TestFlags) => {
      context.finish(await test(directory, flags, context))
    })
}

async function test(directory: string, { policy, namespace, format }: TestFlags, { io }: CommandContext): Promise<number> {
  const registry = defaultRegistry()
  const files = policy.length > 0 ? policy : policyFilesIn(directory, io)
  const options = { policy: await loadPolicy(files, registry, io), registry, namespace, now: io.now(), docsBase: defaultDocsBase }
  const output = testPolicy(await readPaths([directory], io), options)
  const isEmpty = output.tests.length === 0 && output.errors.length === 0
  if (isEmpty) throw new UsageError(`${directory} has no object to test; put manifests with comments "# initlint-expect: …" into it`)
  if (format === 'json') printJson(io, output)
  else io.stdout(renderPolicyTestText(output))
  io.stderr(renderProblemsText(output))
  if (output.errors.length > 0) return exitCode.usage
  return output.summary.failed > 0 ? exitCode.diagnostics : exitCode.ok
}

/** @throws UsageError if the directory cannot be read */
function policyFilesIn(directory: string, io: Io): readonly string[] {
  try {
    const names = readdirSync(resolve(io.cwd, directory)).filter((name) => /^policy.*\.ya?ml$/.test(name))
    return names.sort().map((name) => join(directory, name))
  } catch (error) {
    throw new UsageError(`cannot read ${directory}: ${fileFault(error)}`)
  }
}
