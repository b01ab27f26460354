/** stat, du, df, file and mountpoint. */

import { globOf } from '../../machine/layers.ts'
import { canonical } from '../../value/paths.ts'
import { concat, derived, empty, isUnknownStart, literal, type Value } from '../../value/value.ts'
import type { Call, OptionTable } from '../command.ts'
import { isMounted, staysMounted } from '../kit/node-mounts.ts'
import { byName, type Options, reading } from '../kit/options.ts'
import { argumentText, folderValue, writtenPath } from '../kit/reading.ts'

const mountpointOptions: OptionTable = { flags: ['-q', '-d', '-x', '-n', '--quiet', '--fs-devno', '--devno', '--nofollow'] }

/** `mountpoint`: the container's mounts are known, and those of the node are not. */
function mountpoint({ machine }: Call, { operands: [operand] }: Options): number {
  if (operand === undefined) return 1
  const path = writtenPath(operand, machine)
  return machine.files.isMountPoint(path) || (staysMounted(path, machine) && isMounted(path, machine)) ? 0 : 1
}

/** stat(1), du(1), df(1) and file(1), with the options of BusyBox. */
const inspections: ReadonlyMap<string, OptionTable> = new Map<string, OptionTable>([
  [
    'stat',
    {
      flags: ['-L', '-f', '-t', '-Z', '--dereference', '--file-system', '--terse'],
      values: ['-c', '--format', '--printf'],
      attached: ['--cached'],
    },
  ],
  [
    'du',
    {
      flags: [
        ...['-a', '-b', '-c', '-h', '-k', '-m', '-s', '-x', '-D'],
        ...['-H', '-L', '-P', '-S', '-l', '-0', '--all', '--apparent-size', '--bytes'],
        ...['--total', '--human-readable', '--summarize', '--one-file-system', '--si', '--separate-dirs', '--count-links'],
      ],
      values: ['-d', '-B', '-t', '-X', '--max-depth', '--block-size', '--exclude', '--threshold', '--exclude-from'],
      attached: ['--time'],
    },
  ],
  [
    'df',
    {
      flags: [
        ...['-a', '-h', '-H', '-i', '-k', '-l', '-m', '-P', '-T'],
        ...['-v', '--all', '--human-readable', '--inodes', '--local', '--portability', '--print-type', '--si', '--sync'],
        ...['--no-sync', '--total'],
      ],
      values: ['-B', '-t', '-x', '--block-size', '--type', '--exclude-type'],
      attached: ['--output'],
    },
  ],
  [
    'file',
    {
      flags: [
        ...['-b', '-i', '-L', '-h', '-z', '-k', '-r', '-s', '-N'],
        ...['-p', '-0', '--brief', '--mime', '--mime-type', '--mime-encoding', '--dereference', '--no-dereference', '--uncompress'],
      ],
      values: ['-F', '-f', '-m', '-e', '-P', '--separator'],
    },
  ],
])

/** `stat`, `du`, `file`: their output depends only on the path; they fail if it is absent. */
function inspect(call: Call, { operands }: Options): number {
  const { machine } = call
  let [status, printed]: [number, Value] = [0, empty]
  for (const operand of operands) {
    if (globOf(operand) !== undefined || isUnknownStart(operand)) continue
    const path = canonical(machine.resolve(machine.path(operand)))
    const node = machine.files.look(path) ?? machine.suppose(path, { kind: 'folder', closed: false })
    if (node.kind === 'absent') status = 1
    else printed = concat(printed, folderValue(path, machine))
  }
  machine.print(concat(derived(`${call.name} ${argumentText(call.arguments)}`, printed), literal('\n')))
  return status
}

export const inspectRun = byName(new Map([...inspections].map(([name, table]) => [name, reading(table, inspect)])))

export const mountpointRun = reading(mountpointOptions, mountpoint)
