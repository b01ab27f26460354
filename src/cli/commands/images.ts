import { type Command, Option } from 'commander'
import { imagesOfInputs } from '../../inspect/images.ts'
import { renderImageLines, renderImagesText } from '../../inspect/images-text.ts'
import { type CommandContext, examples, inspectsPaths, namespaceOption, printJson } from '../command.ts'

interface ImagesFlags {
  readonly namespace: string
  readonly format: 'text' | 'json' | 'lines'
}

/** Adds `images`. */
export function addImages(program: Command, context: CommandContext): void {
  const command = program
    .command('images')
    .summary('list images with registry and effective pull policy')
    .description(
      'Lists every image in the manifests, of all kinds of containers and of image volumes, with its registry, its effective pull policy and the origin of that policy. With Always, every container start contacts the registry. Also lists containers without an image, and images that only arguments, environment variables or custom resources mention.\n\nWith --format lines, it prints each image once, without those that are only mentioned or invalid.',
    )
    .addOption(namespaceOption())
    .addOption(new Option('--format <format>', 'output format; lines: one image a line').choices(['text', 'json', 'lines']).default('text'))
    .addHelpText(
      'after',
      `${examples(
        ['initlint images k8s/', 'all images in a directory'],
        ['helm template . | initlint images --format lines -', 'one image a line, for a mirror or a pre-pull job'],
        ['initlint images --format json k8s/', 'as JSON, with the place of each image'],
      )}\n\nExit codes: 0 success, 2 usage error or unreadable input, 3 internal error.`,
    )
  inspectsPaths(command, context, imagesOfInputs, (output, { format }: ImagesFlags) => {
    if (format === 'json') printJson(context.io, output)
    else context.io.stdout(format === 'lines' ? renderImageLines(output) : renderImagesText(output))
  })
}
