import type { Command } from 'commander'
import { imagesOfInputs, renderImagesText, renderProblemsText } from '../../inspect/index.ts'
import { type CommandContext, examples, formatOption, namespaceOption, printJson } from '../command.ts'
import { exitCode } from '../exit.ts'
import { readPaths } from '../inputs.ts'

interface ImagesFlags {
  readonly namespace: string
  readonly format: 'text' | 'json'
}

/** Adds `images`. */
export function addImages(program: Command, context: CommandContext): void {
  const command = program
    .command('images')
    .summary('list every image, its registry and its effective pull policy')
    .description(
      'Lists every image that manifests name, of containers of all roles and of image volumes: registry, effective pull policy\nand where that came from. Always means: a node must reach the registry at every start.',
    )
    .argument('[paths...]', 'files, folders, or - for standard input')
    .addOption(namespaceOption())
    .addOption(formatOption())
    .addHelpText(
      'after',
      `${examples(
        ['initlint images k8s/', 'all images of a folder'],
        ['helm template . | initlint images --format json -', 'for a mirror or a pre-pull job'],
      )}\n\nExit codes: 0 done, 2 usage or unreadable input, 3 a fault of initlint.`,
    )
  command.action(async (paths: readonly string[], flags: ImagesFlags) => {
    const { io } = context
    if (paths.length === 0 && io.isTerminal.stdin) command.help({ error: true })
    const output = imagesOfInputs(await readPaths(paths, io), flags)
    if (flags.format === 'json') printJson(io, output)
    else io.stdout(renderImagesText(output))
    io.stderr(renderProblemsText(output))
    context.finish(output.errors.length > 0 ? exitCode.usage : exitCode.ok)
  })
}
