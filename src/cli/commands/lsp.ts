import { resolve } from 'node:path'
import { type Command, Option } from 'commander'
import { configName } from '../adopt/config.ts'
import { type CommandContext, examples, namespaceOption, policyOption } from '../command.ts'
import { UsageError } from '../exit.ts'
import { actionsAt } from '../lsp/actions.ts'
import { checkText } from '../lsp/check.ts'
import { diagnosticsOf, source } from '../lsp/diagnostics.ts'
import { hoverAt } from '../lsp/hover.ts'
import { packageVersion } from '../package.ts'

interface LspCommandFlags {
  readonly policy: readonly string[]
  readonly namespace: string
}

/** Adds `lsp`. The server and the protocol are loaded only when the command runs. */
export function addLsp(program: Command, { io, finish }: CommandContext): void {
  program
    .command('lsp')
    .summary('run the language server for editors')
    .description(
      'Runs a language server on standard input and output, which editors start: findings as you type, the page of the rule and what kubectl will show on hover, and fixes and comments as code actions.\n\nReads .initlint.yaml from the directory of each document or above; --policy replaces its policy. Runs nothing and contacts nothing.',
    )
    .addOption(policyOption('that of .initlint.yaml, or the recommended preset'))
    .addOption(namespaceOption())
    .addOption(new Option('--stdio', 'use standard input and output, which is the default'))
    .addHelpText(
      'after',
      `${examples(['initlint lsp', 'for the configuration of an editor'])}\n\nExit codes: 0 after shutdown, 1 if the editor exits without it, 2 usage error, 3 internal error.`,
    )
    .action(async ({ policy, namespace }: LspCommandFlags) => {
      const { streams } = io
      if (io.isTerminal.stdin || streams === undefined)
        throw new UsageError('initlint lsp is started by an editor, which talks to it on standard input and output.')
      const settings = { policy: policy.map((file) => resolve(io.cwd, file)), namespace }
      const { serveEditor } = await import('../lsp/server.ts')
      finish(
        await serveEditor(streams, {
          name: source,
          version: packageVersion(),
          configName,
          check: (text) => checkText(text, settings, io),
          diagnosticsOf,
          hoverAt: (position, checked, document) => hoverAt(position, checked, document, namespace),
          actionsAt,
        }),
      )
    })
}
