/** yq: jq filters on YAML; with -i it changes the file itself (github.com/mikefarah/yq, "Operators"). */

import { empty, textOf } from '../../value/value.ts'
import type { Call, CommandModel, OptionTable } from '../command.ts'
import { type Options, reading } from '../kit/options.ts'
import { argumentText, readAll, readFile, writtenPath } from '../kit/reading.ts'
import { filtered } from '../kit/settled.ts'
import { writeFile } from './text.ts'

/** `yq --help`; options of both yq programs (github.com/mikefarah/yq, github.com/kislyuk/yq). */
const yqOptions: OptionTable = {
  style: 'pflag',
  values: [
    ...['-o', '-p', '--output-format', '--input-format', '-I', '--indent', '--from-file', '--expression', '--header-preprocess'],
    ...['--xml-attribute-prefix', '--xml-content-name', '--front-matter', '-f', '--csv-separator'],
  ],
  flags: [
    ...['-i', '--inplace', '-y', '-Y', '-r', '-n', '-P', '-e', '-M', '-C', '-s', '-N', '--null-input', '--prettyPrint', '--exit-status'],
    ...[
      '--no-colors',
      '--colors',
      '--unwrapScalar',
      '--no-doc',
      '-v',
      '--verbose',
      '--yaml-output',
      '--raw-output',
      '-c',
      '-j',
      '--tojson',
    ],
    ...['--nul-output', '-0', '-V', '--version'],
  ],
}

function yq(call: Call, { has, operands }: Options): number {
  const { machine } = call
  const words = /^(e|eval|ea|eval-all)$/.test(textOf(operands[0] ?? empty) ?? '') ? operands.slice(1) : operands
  const [expression, ...files] = words
  if (expression === undefined || has('-s', '-f', '--from-file', '--expression')) return call.notFollowed('what this yq command does')
  // Whether the expression changes its own output is decided as for a jq program.
  const how = `yq ${argumentText([expression])}`
  const [first] = files
  if (has('-i', '--inplace')) {
    if (first === undefined) return 1
    const content = readFile(first, machine)
    if (content === undefined) {
      machine.misses(writtenPath(first, machine), 'edited')
      return 1
    }
    return writeFile(first, filtered(how, content, machine), false, call) ? 0 : 1
  }
  const { content, missing } = has('-n', '--null-input') ? { content: empty, missing: false } : readAll(files, machine)
  if (missing) return 1
  machine.print(filtered(how, content, machine))
  return 0
}

export const yqCommands: readonly CommandModel[] = [
  {
    names: ['yq'],
    onlyTouchesFiles: true,
    section: 'text',
    forms: [
      { form: "yq -i '.a = 1' FILE", again: 'no change', safeWhen: '' },
      { form: "yq -i '.list += [1]' FILE", again: 'adds the items again', safeWhen: 'recreate FILE first' },
    ],
    run: reading(yqOptions, yq),
  },
]
