import type { Command } from 'commander'
import { rehearseInputs } from '../../inspect/rehearse.ts'
import { renderRehearseText } from '../../inspect/rehearse-text.ts'
import { colorFor } from '../color.ts'
import { type CommandContext, examples, formatOption, inspectsPaths, namespaceOption, printJson } from '../command.ts'

interface RehearseFlags {
  readonly namespace: string
  readonly format: 'text' | 'json'
}

/** Adds `rehearse`. */
export function addRehearse(program: Command, context: CommandContext): void {
  const command = program
    .command('rehearse')
    .summary('check whether init scripts are safe to run again')
    .description(
      'Rehearses the script of every init container: a dry run in an abstract interpreter, once from the beginning and again after every way in which the first run can end. Prints which commands then fail or produce a different result. Runs nothing and contacts nothing.',
    )
    .addOption(namespaceOption())
    .addOption(formatOption())
    .addHelpText(
      'after',
      `${examples(
        ['initlint rehearse web.yaml', 'each script, line by line'],
        ['helm template . | initlint rehearse --format json -', 'as JSON'],
      )}\n\nExit codes: 0 success, whatever the verdicts, 2 usage error or unreadable input, 3 internal error.`,
    )
  inspectsPaths(command, context, rehearseInputs, (output, { format }: RehearseFlags) => {
    if (format === 'json') printJson(context.io, output)
    else context.io.stdout(renderRehearseText(output, colorFor(context.io)))
  })
}
