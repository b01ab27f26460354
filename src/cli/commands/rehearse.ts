import type { Command } from 'commander'
import { rehearseInputs, renderRehearseText } from '../../inspect/index.ts'
import { colourFor } from '../colour.ts'
import { type CommandContext, examples, formatOption, inspectsPaths, namespaceOption, printJson } from '../command.ts'

interface RehearseFlags {
  readonly namespace: string
  readonly format: 'text' | 'json'
}

/** Adds `rehearse`. */
export function addRehearse(program: Command, context: CommandContext): void {
  const command = program
    .command('rehearse')
    .summary('run init scripts twice, on paper')
    .description(
      'Rehearses the script of every init container: interprets it over an abstract file system, once, and again\nafter every way in which the first run could have ended; says which command would then fail or change the\nresult. Nothing is executed.',
    )
    .addOption(namespaceOption())
    .addOption(formatOption())
    .addHelpText(
      'after',
      `${examples(
        ['initlint rehearse web.yaml', 'each script, line by line'],
        ['helm template . | initlint rehearse --format json -', 'for a program'],
      )}\n\nExit codes: 0 done, whatever the verdicts are (lint judges), 2 usage or unreadable input, 3 a fault of initlint.`,
    )
  inspectsPaths(command, context, rehearseInputs, (output, { format }: RehearseFlags) => {
    if (format === 'json') printJson(context.io, output)
    else context.io.stdout(renderRehearseText(output, colourFor(context.io)))
  })
}
