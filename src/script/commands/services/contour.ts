/** contour bootstrap: writes the configuration with which Envoy starts. */
import { derived, textOf, type Value } from '../../value/value.ts'
import { type Call, type CommandModel, command, type OptionTable } from '../command.ts'
import { makeFolder } from '../files/files.ts'
import { type Options, reading } from '../kit/options.ts'
import { within, writtenPath } from '../kit/reading.ts'

/** github.com/projectcontour/contour, cmd/contour/bootstrap.go. */
const contourOptions: OptionTable = {
  values: [
    ...['--resources-dir', '--admin-address', '--admin-port', '--xds-address', '--xds-port', '--envoy-cafile', '--envoy-cert-file'],
    ...['--envoy-key-file', '--namespace', '--xds-resource-version', '--dns-lookup-family', '--overload-max-heap', '--log-format'],
    ...['--overload-dowstream-max-conn'],
  ],
}

/** The files below the resources directory (internal/envoy/bootstrap.go). */
const resources = ['xds-tls-certificate.json', 'xds-validation-context.json']

function contour(call: Call, options: Options): number {
  const { machine } = call
  const [verb = [], path, ...more] = options.operands
  if (textOf(verb) !== 'bootstrap' || path === undefined || more.length > 0) return call.notFollowed('what this contour command does')
  const content: Value = derived('contour bootstrap', ...call.arguments)
  const folder = options.value('--resources-dir')
  if (folder !== undefined) {
    const inner = within(writtenPath(folder, machine), 'sds')
    if (!makeFolder(inner, machine, true)) return 1
    for (const name of resources) machine.write(within(inner, name), { kind: 'file', content: derived(name, content) })
  }
  if (textOf(path) === '-') machine.print(content)
  else machine.write(writtenPath(path, machine), { kind: 'file', content })
  return 0
}

export const contourCommands: readonly CommandModel[] = [
  command(
    'network',
    ['contour'],
    { run: reading(contourOptions, contour), hasSubcommands: true },
    { form: 'contour bootstrap FILE', again: 'no change', safeWhen: '' },
  ),
]
