import type { Command } from 'commander'
import { rehearseInputs, renderProblemsText, renderRehearseText } from '../../inspect/index.ts'
import { colourFor } from '../colour.ts'
import { type CommandContext, examples, formatOption, namespaceOption, printJson } from '../command.ts'
import { exitCode } from '../exit.ts'
import { readPaths } from '../inputs.ts'

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
    .argument('[paths...]', 'files, folders, or - for standard input')
    .addOption(namespaceOption())
    .addOption(formatOption())
    .addHelpText(
      'after',
      `${examples(
        ['initlint rehearse web.yaml', 'each script, line by line'],
        ['helm template . | initlint rehearse --format json -', 'for a program'],
      )}\n\nExit codes: 0 done, whatever the verdicts are (lint judges), 2 usage or unreadable input, 3 a fault of initlint.`,
    )
  command.action(async (paths: readonly string[], flags: RehearseFlags) => {
    const { io } = context
    if (paths.length === 0 && io.isTerminal.stdin) command.help({ error: true })
    const output = rehearseInputs(await readPaths(paths, io), flags)
    if (flags.format === 'json') printJson(io, output)
    else io.stdout(renderRehearseText(output, colourFor(io)))
    io.stderr(renderProblemsText(output))
    context.finish(output.errors.length > 0 ? exitCode.usage : exitCode.ok)
  })
}
