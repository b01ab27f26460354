/** rsync: mirrors directories. */

import type { CommandMachine } from '../../machine/command-machine.ts'
import { layersOf, nameOf } from '../../machine/file-system.ts'
import { globOf, layersKey } from '../../machine/layers.ts'
import { identity, keyOf, readableKey, type Value } from '../../value/value.ts'
import { NotAnalyzed } from '../../value/world.ts'
import type { Call, CommandModel, OptionTable } from '../command.ts'
import { type Options, reading } from '../kit/options.ts'
import { endsWithSlash, within, writtenPath } from '../kit/reading.ts'
import { type CopyStyle, copyContents, copyNode, fillFolder } from '../kit/trees.ts'
import { isContents, supposedSource } from './copy.ts'
import { empties, makeFolder } from './files.ts'

const remote = /^(rsync:\/\/|[\w.-]+@?[\w.-]*:)/

const rsyncOptions: OptionTable = {
  flags: [
    ...[
      '-a',
      '-r',
      '-l',
      '-p',
      '-t',
      '-g',
      '-o',
      '-D',
      '-v',
      '-z',
      '-h',
      '-u',
      '-c',
      '-H',
      '-A',
      '-X',
      '-x',
      '-P',
      '-q',
      '-L',
      '-W',
      '-i',
      '-O',
      '-E',
      '-K',
      '-k',
    ],
    ...[
      '--archive',
      '--recursive',
      '--delete',
      '--delete-after',
      '--delete-before',
      '--delete-excluded',
      '--progress',
      '--stats',
      '--ignore-existing',
    ],
    ...[
      '--checksum',
      '--links',
      '--perms',
      '--times',
      '--verbose',
      '--compress',
      '--update',
      '--quiet',
      '--no-owner',
      '--no-group',
      '--no-perms',
      '--no-o',
    ],
    ...[
      '--no-g',
      '--no-p',
      '--copy-links',
      '--inplace',
      '--partial',
      '--size-only',
      '--numeric-ids',
      '--no-times',
      '--human-readable',
      '--omit-dir-times',
      '--append-verify',
      '--ignore-errors',
      '--no-motd',
      '--safe-links',
      '--hard-links',
      '--whole-file',
      '--prune-empty-dirs',
      '-m',
      '-s',
    ],
  ],
  values: [
    '--exclude',
    '--include',
    '-e',
    '--rsh',
    '--chmod',
    '--chown',
    '--timeout',
    '--port',
    '--bwlimit',
    '-f',
    '--filter',
    '--exclude-from',
    '--password-file',
  ],
  attached: ['--info', '--out-format', '--log-file'],
}

/** More files than a tree has: none of them is cut off. */
const wholeFiles = Number.POSITIVE_INFINITY

/** `rsync`: it replaces each file atomically, so a mirror is the same after every run. */
function rsync(call: Call, options: Options): number {
  const { machine } = call
  const target = options.operands.at(-1)
  const sources = options.operands.slice(0, -1)
  if (target === undefined || sources.length === 0) return 1
  if (remote.test(keyOf(target))) {
    call.fallible()
    call.unknown('what rsync changes on a remote host')
    return 0
  }
  const path = writtenPath(target, machine)
  if (!makeFolder(path, machine, false) && machine.suppose(path, { kind: 'folder', closed: false }).kind !== 'folder') return 1
  if (options.has('--delete', '--delete-after', '--delete-before', '--delete-excluded')) {
    // The mirror ends equal to the source, whatever existed before: it is emptied and filled in one step.
    if (sources.length > 1 || !endsWithSlash(sources[0] ?? [])) throw new NotAnalyzed('rsync --delete with several directories')
    empties(path, machine)
  }
  const existing = options.has('--ignore-existing') ? 'keep' : options.has('-u', '--update') ? 'newer' : 'overwrite'
  const filter = options.all('--exclude', '--include', '-f', '--filter', '--exclude-from').map(keyOf).join(' ')
  const style: CopyStyle = { existing, keepsLinks: !options.has('-L', '--copy-links'), force: true, linksCollide: false }
  // Each file is renamed into place, so a kill leaves complete files of an incomplete tree.
  const locals = filter === '' ? sources.filter((source) => !remote.test(keyOf(source))) : []
  if (locals.length > 0)
    call.partials(() => locals.forEach((source) => void mirror(source, path, { ...style, budget: { left: wholeFiles } }, machine)))
  let status = 0
  for (const source of sources) {
    if (remote.test(keyOf(source))) {
      call.fallible()
      // "Error in socket I/O" (the manual page of rsync, EXIT VALUES).
      fillFolder(path, `rsync ${filter} ${readableKey(source)}`, call, { beneath: existing !== 'overwrite', failing: 10 })
    } else if (filter !== '') {
      const selected = selectedOf(source, filter, options, machine)
      fillFolder(path, selected, call, { beneath: existing !== 'overwrite' })
    } else if (!mirror(source, path, style, machine)) status = 23
  }
  return status
}

/** The files that filters select in a directory that no command wrote to: the same in each run. */
function selectedOf(source: Value, filter: string, options: Options, machine: CommandMachine): string {
  const isKnown = globOf(source) === undefined && endsWithSlash(source) && !options.names.some((name) => name.startsWith('--delete'))
  const from = isKnown ? writtenPath(source, machine) : ''
  const node = isKnown ? (machine.files.look(from) ?? supposedSource(source, from, machine)) : undefined
  const isWritten = [from, ...machine.files.below(from)].some((path) => machine.files.writerOf(path) !== null)
  if (node?.kind !== 'folder' || isWritten) throw new NotAnalyzed('which files the rsync filters select')
  return identity(`rsync ${filter} ${layersKey(layersOf(node, from))}`)
}

function mirror(source: Value, to: string, style: CopyStyle, machine: CommandMachine): boolean {
  const glob = globOf(source)
  if (glob !== undefined) return copyContents(writtenPath(glob.folder, machine), to, style, machine, glob.pattern)
  const from = writtenPath(source, machine)
  const node = machine.files.look(from) ?? supposedSource(source, from, machine)
  if (node.kind === 'folder' && (endsWithSlash(source) || isContents(source))) return copyContents(from, to, style, machine)
  return node.kind !== 'absent' && copyNode(from, within(to, nameOf(from)), style, machine)
}

export const mirrorCommands: readonly CommandModel[] = [
  {
    names: ['rsync'],
    section: 'files',
    forms: [{ form: 'rsync -a SOURCE/ TARGET/', again: 'no change', safeWhen: '' }],
    run: reading(rsyncOptions, rsync),
  },
]
