/** split and csplit: files that are cut into pieces. */

import { parentFolder } from '../../machine/command-machine.ts'
import { concat, derived, empty, literal, textOf, type Value } from '../../value/value.ts'
import { type Call, type CommandModel, command, type OptionTable } from '../command.ts'
import { type Options, reading } from '../kit/options.ts'
import { argumentText, readFile, writtenPath } from '../kit/reading.ts'

const splitOptions: OptionTable = {
  flags: ['-d', '-x', '--verbose'],
  values: ['-l', '-b', '-n', '-a', '-C', '--lines', '--bytes', '--additional-suffix'],
}

function split(call: Call, options: Options): number {
  const [file = literal('-'), prefix = literal('x')] = options.operands
  const end = options.value('--additional-suffix') ?? empty
  const isNumbered = options.has('-d')
  return writePieces(
    call,
    file,
    [isNumbered ? '00' : 'aa', isNumbered ? '01' : 'ab'].map((mark) => concat(prefix, literal(mark), end)),
  )
}

/** csplit(1). */
const csplitOptions: OptionTable = {
  flags: ['-z', '-k', '-s', '-q', '--elide-empty-files', '--keep-files', '--quiet', '--silent', '--suppress-matched'],
  values: ['-f', '-b', '-n', '--prefix', '--suffix-format', '--digits'],
}

function csplit(call: Call, options: Options): number {
  const [file = literal('-')] = options.operands
  const prefix = options.value('-f', '--prefix') ?? literal('xx')
  const digits = Number(textOf(options.value('-n', '--digits') ?? empty) || '2')
  const format = textOf(options.value('-b', '--suffix-format') ?? literal(`%0${digits}d`))
  if (format === undefined || !/^[^%]*%0?\d{0,2}d[^%]*$/.test(format)) return call.notFollowed('the names of the pieces of csplit')
  const width = Number(/%0?(\d*)d/.exec(format)?.[1] ?? 0)
  const names = ['0', '1'].map((number) => literal(format.replace(/%0?\d*d/, number.padStart(width, '0'))))
  return writePieces(
    call,
    file,
    names.map((name) => concat(prefix, name)),
  )
}

/**
 * An unknown number of pieces, the same for the same input; two stand for all of them, as a loop does the same with each. On a volume, pieces
 * of an input that had more of them stay.
 */
function writePieces(call: Call, file: Value, names: readonly Value[]): number {
  const { machine } = call
  const content = readFile(file, machine)
  if (content === undefined) return 1
  for (const name of names) {
    const path = writtenPath(name, machine)
    if (!parentFolder(path, machine)) return 1
    const text = derived(`${call.name} ${argumentText(call.arguments)} ${textOf(name) ?? ''}`, content)
    machine.write(path, { kind: 'file', content: text })
    if (machine.files.storageOf(path) !== 'container') call.unknown(`how many pieces ${call.name} creates`)
  }
  return 0
}

export const pieceCommands: readonly CommandModel[] = [
  command(
    'text',
    ['split'],
    { run: reading(splitOptions, split), onlyTouchesFiles: true },
    { form: 'split', again: 'no change if the input is the same', safeWhen: '' },
  ),
  command(
    'text',
    ['csplit'],
    { run: reading(csplitOptions, csplit), onlyTouchesFiles: true },
    { form: 'csplit', again: 'no change if the input is the same', safeWhen: '' },
  ),
]
