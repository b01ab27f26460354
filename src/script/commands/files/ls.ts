/** ls, dir and tree. */

import type { CommandMachine } from '../../machine/command-machine.ts'
import { layersOf } from '../../machine/file-system.ts'
import { globOf, layersKey } from '../../machine/layers.ts'
import { pathValue } from '../../value/paths.ts'
import { concat, derived, identity, isUnknownStart, literal, type Value } from '../../value/value.ts'
import type { Call, OptionTable } from '../command.ts'
import { byName, type Options, reading } from '../kit/options.ts'
import { folderValue, writtenPath } from '../kit/reading.ts'
import { fullness, isFilled } from '../kit/trees.ts'
import { isBusyBox } from '../kit/userland.ts'

/** ls(1), with the options of BusyBox. */
const lsOptions: OptionTable = {
  flags: [
    ...['-a', '-A', '-l', '-h', '-1', '-d', '-R', '-r', '-t'],
    ...['-S', '-F', '-L', '-i', '-s', '-n', '-g', '-o', '-p'],
    ...['-q', '-U', '-c', '-u', '-b', '-B', '-C', '-x', '-k'],
    ...['-m', '-N', '-Q', '-v', '-X', '-Z', '-G', '-f', '-H'],
    ...[
      '-e',
      '--all',
      '--almost-all',
      '--human-readable',
      '--recursive',
      '--reverse',
      '--directory',
      '--full-time',
      '--group-directories-first',
    ],
    ...['--inode', '--size', '--numeric-uid-gid', '--no-group', '--dereference', '--literal', '--quote-name', '--escape', '--zero'],
  ],
  values: [
    '-I',
    '-w',
    '-T',
    '--ignore',
    '--hide',
    '--width',
    '--sort',
    '--time',
    '--time-style',
    '--format',
    '--block-size',
    '--indicator-style',
  ],
  attached: ['--color', '--classify', '--hyperlink'],
}

/** tree(1), without `-o FILE`. */
const treeOptions: OptionTable = {
  flags: [
    ...['-a', '-d', '-f', '-h', '-s', '-p', '-u', '-g', '-D'],
    ...['-F', '-C', '-n', '-i', '-l', '-x', '-q', '-N', '-Q'],
    ...['-r', '-t', '-c', '-U', '-v', '-A', '-S', '-J', '-X'],
    ...['--dirsfirst', '--noreport', '--prune', '--du', '--si', '--inodes', '--device'],
  ],
  values: ['-L', '-I', '-P', '--filelimit', '--timefmt', '--sort', '--charset'],
}

/** `ls`: the known names. A long listing also shows times, which are unknown. */
function ls(call: Call, { has, operands }: Options): number {
  const { machine } = call
  const shown = {
    hidden: has('-a', '-A', '-f', '--all', '--almost-all'),
    long: has('-l', '-s', '-i', '-n', '-g', '-o', '--full-time', '--inode', '--size', '--numeric-uid-gid'),
    itself: has('-d', '--directory'),
  }
  let status = 0
  for (const operand of operands.length === 0 ? [literal('.')] : operands)
    if (!listOperand(operand, shown, machine)) status = isBusyBox(machine) ? 1 : 2
  return status
}

interface Shown {
  readonly hidden: boolean
  readonly long: boolean
  readonly itself: boolean
}

function listOperand(operand: Value, shown: Shown, machine: CommandMachine): boolean {
  if (globOf(operand) !== undefined || isUnknownStart(operand)) {
    machine.print(derived('ls', operand))
    return true
  }
  const path = writtenPath(operand, machine)
  const node = machine.node(path, 'folder')
  if (node.kind === 'absent') return false
  if (shown.long) machine.print(concat(derived('ls -l', folderValue(path, machine)), literal('\n')))
  else if (node.kind !== 'folder' || shown.itself) machine.print(concat(operand, literal('\n')))
  else machine.print(namesOf(path, shown.hidden, machine))
  return true
}

/** The names in a directory, one per line; the unknown ones are a single unknown text. */
function namesOf(path: string, hidden: boolean, machine: CommandMachine): Value {
  const names = machine.files.children(path).filter((name) => hidden || !name.startsWith('.'))
  const listed = concat(...names.map((name) => concat(pathValue(name), literal('\n'))))
  const node = machine.files.look(path)
  const layers = node === undefined ? [] : layersOf(node, path)
  if (layers.length === 0 || fullness(path, machine) === 'empty') return listed
  const others = { id: identity(`names in ${layersKey(layers)}${hidden ? ', hidden ones too' : ''}`) }
  return concat(listed, [layers.some((layer) => isFilled(layer, path)) ? { ...others, filled: true, lines: true } : others])
}

export const lsRun = byName(
  new Map([
    ['ls', reading(lsOptions, ls)],
    ['dir', reading(lsOptions, ls)],
    ['tree', reading(treeOptions, ls)],
  ]),
)
