/** yq: jq filters on YAML; with -i it changes the file itself (github.com/mikefarah/yq, "Operators"). */

import { empty, textOf } from '../../value/value.ts'
import type { Call, CommandModel } from '../command.ts'
import { argumentText, readAll, readFile } from '../kit/reading.ts'
import { readServiceOptions } from '../kit/service.ts'
import { filtered } from '../kit/settled.ts'
import { writeFile } from './text.ts'

function yq(call: Call): number {
  const { machine } = call
  const { given, operands } = readServiceOptions(call.arguments, {
    values: ['-o', '-p', '--output-format', '--input-format', '-I', '--indent', '--from-file'],
    flags: ['-i', '--inplace', '-y', '-Y', '-r', '-n', '-P', '-e', '-M', '-C', '-s', '-N'],
  })
  const words = /^(e|eval|ea|eval-all)$/.test(textOf(operands[0] ?? empty) ?? '') ? operands.slice(1) : operands
  const [expression, ...files] = words
  if (expression === undefined || given.has('-s') || given.has('--from-file')) return call.notFollowed('what this yq command does')
  // Whether the expression changes its own output is decided as for a jq program.
  const how = `jq ${argumentText([expression])}`
  const [first] = files
  if (given.has('-i') || given.has('--inplace')) {
    if (first === undefined) return 1
    const content = readFile(first, machine)
    if (content === undefined) return 1
    return writeFile(first, filtered(how, content, machine), false, call) ? 0 : 1
  }
  const { content, missing } = given.has('-n') ? { content: empty, missing: false } : readAll(files, machine)
  if (missing) return 1
  machine.print(filtered(how, content, machine))
  return 0
}

export const yqCommands: readonly CommandModel[] = [
  {
    names: ['yq'],
    section: 'text',
    forms: [
      { form: "yq -i '.a = 1' FILE", again: 'no change', safeWhen: '' },
      { form: "yq -i '.list += [1]' FILE", again: 'unknown: may add the items again', safeWhen: '' },
    ],
    run: yq,
  },
]
