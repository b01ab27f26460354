/** mount, mkfs and blkid. */

import { concat, empty, keyOf, literal, textOf } from '../../value/value.ts'
import type { Call, OptionTable } from '../command.ts'
import { factName, ServiceFacts } from '../kit/facts.ts'
import { mountList, recordMount, staysMounted } from '../kit/node-mounts.ts'
import { type Options, reading } from '../kit/options.ts'
import { writtenPath } from '../kit/reading.ts'

/** mount(8), options that change an existing mount. */
const changing = [
  '--make-private',
  '--make-rprivate',
  '--make-shared',
  '--make-rshared',
  '--make-slave',
  '--make-rslave',
  '--make-unbindable',
]

/** mount(8). */
const mountOptions: OptionTable = {
  values: ['-t', '-o', '--types', '--options', '-L', '-U', '--source', '--target', '-O', '--label', '--uuid', '-N', '--namespace'],
  flags: [
    ...['-a', '-r', '-w', '-v', '-n', '-f', '-s', '-B', '-R', '-M', '-l', '--bind', '--rbind', '--move', '--all', '--read-only'],
    ...['--verbose', '--no-mtab', '--rw', ...changing],
  ],
}

/** From here on, the target shows another volume with unknown contents; the mount ends with the container. */
function mount(call: Call, { operands, value, has }: Options): number {
  const { machine } = call
  const options = textOf(value('-o', '--options') ?? empty) ?? ''
  const isChange = /remount/.test(options) || has(...changing)
  const target = operands.at(-1)
  if (!isChange && operands.length === 0) machine.print(mountList(machine))
  if (isChange || operands.length < 2 || target === undefined) return 0
  const path = writtenPath(target, machine)
  const line = concat(
    ...[operands[0] ?? empty, literal(' on '), target, literal(' type '), value('-t', '--types') ?? empty, literal(' (rw)\n')],
  )
  // A second mount hides the first one, which stays below it.
  if (staysMounted(path, machine) && !recordMount(path, line, machine)) call.unknown('a second mount that stays on the node')
  machine.files.set(path, { kind: 'unknown' }, machine.step)
  for (const below of machine.files.below(path)) machine.files.set(below, { kind: 'unknown' }, machine.step)
  return 0
}

/** mke2fs(8), mkfs.xfs(8), mkfs.btrfs(8) and mkswap(8). */
const makeFileSystemOptions: OptionTable = {
  values: [
    '-t',
    '-L',
    '-O',
    '-E',
    '-b',
    '-m',
    '-i',
    '-N',
    '-U',
    '-n',
    '-d',
    '-s',
    '-l',
    '-I',
    '-J',
    '-T',
    '-G',
    '-g',
    '-C',
    '-e',
    '-o',
    '-M',
  ],
  flags: ['-F', '-f', '-q', '-v', '-j', '-c', '-K', '-D', '-S', '--force', '--quiet'],
}

/** A new file system: the data on the device is lost every time. */
function makeFileSystem(call: Call, { operands }: Options): number {
  const { machine } = call
  const device = operands[0]
  if (device === undefined) return 1
  new ServiceFacts(machine, 'device').put(factName('file system', keyOf(device)), machine.volatile('a new file system'))
  return 0
}

/** blkid(8). */
const blkidOptions: OptionTable = {
  values: ['-o', '-s', '-t', '-c', '-n', '-O', '-S', '-u', '--output', '--match-tag', '--match-token', '--cache-file'],
  flags: ['-p', '-i', '-k', '-l', '-d', '-D', '-g', '--probe', '--info', '--no-encoding'],
}

/** `blkid DEVICE`: exits 2 if the device has no file system. */
function blkid(call: Call, { operands }: Options): number {
  const { machine } = call
  const device = operands.at(-1)
  const facts = new ServiceFacts(machine, 'device')
  if (device !== undefined && !facts.exists(factName('file system', keyOf(device)))) return 2
  machine.print(facts.output(concat(literal('blkid '), device ?? empty)))
  return 0
}

export const mountRun = reading(mountOptions, mount)
export const makeFileSystemRun = reading(makeFileSystemOptions, makeFileSystem)
export const blkidRun = reading(blkidOptions, blkid)
