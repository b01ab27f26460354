import type { Command } from 'commander'
import { imagesOfInputs, renderImagesText } from '../../inspect/index.ts'
import { type CommandContext, examples, formatOption, inspectsPaths, namespaceOption, printJson } from '../command.ts'

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
    .addOption(namespaceOption())
    .addOption(formatOption())
    .addHelpText(
      'after',
      `${examples(
        ['initlint images k8s/', 'all images of a folder'],
        ['helm template . | initlint images --format json -', 'for a mirror or a pre-pull job'],
      )}\n\nExit codes: 0 done, 2 usage or unreadable input, 3 a fault of initlint.`,
    )
  inspectsPaths(command, context, imagesOfInputs, (output, { format }: ImagesFlags) => {
    if (format === 'json') printJson(context.io, output)
    else context.io.stdout(renderImagesText(output))
  })
}
