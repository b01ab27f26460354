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
    .summary('list images with registry and effective pull policy')
    .description(
      'Lists every image in the manifests, of all kinds of containers and of image volumes, with its registry, its effective pull policy and the origin of that policy. With Always, every container start contacts the registry.',
    )
    .addOption(namespaceOption())
    .addOption(formatOption())
    .addHelpText(
      'after',
      `${examples(
        ['initlint images k8s/', 'all images in a directory'],
        ['helm template . | initlint images --format json -', 'as JSON, for a mirror or a pre-pull job'],
      )}\n\nExit codes: 0 success, 2 usage error or unreadable input, 3 internal error.`,
    )
  inspectsPaths(command, context, imagesOfInputs, (output, { format }: ImagesFlags) => {
    if (format === 'json') printJson(context.io, output)
    else context.io.stdout(renderImagesText(output))
  })
}
