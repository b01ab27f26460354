/** tar: an archive always unpacks to the same files, and their names are unknown. */

import { type CommandMachine, parentFolder } from '../../machine/command-machine.ts'
import { layersOf, type Node } from '../../machine/file-system.ts'
import { globOf, layersKey } from '../../machine/layers.ts'
import {
  concat,
  derived,
  empty,
  identity,
  isPart,
  keyOf,
  literal,
  nestedKey,
  partOf,
  textOf,
  type Value,
  wholeOf,
} from '../../value/value.ts'
import { NotAnalyzed } from '../../value/world.ts'
import type { Call, CommandModel, OptionTable } from '../command.ts'
import { makeFolder } from '../files/files.ts'
import { type Options, readOptions, withTables } from '../kit/options.ts'
import { argumentText, folderValue, readFile, writtenPath } from '../kit/reading.ts'
import { fillFolder, lacksItself } from '../kit/trees.ts'
import { isBusyBox } from '../kit/userland.ts'
import { addMember, memberPaths } from './members.ts'

const tarValues = [
  ...[
    '-f',
    '-C',
    '-b',
    '-T',
    '-X',
    '-I',
    '-K',
    '-N',
    '-V',
    '--file',
    '--directory',
    '--strip-components',
    '--exclude',
    '--transform',
    '--xform',
  ],
  ...[
    '--use-compress-program',
    '--owner',
    '--group',
    '--mode',
    '--files-from',
    '--exclude-from',
    '--warning',
    '--mtime',
    '--sort',
    '--format',
    '--strip',
  ],
]
const tarFlags = [
  ...[
    '-x',
    '-c',
    '-t',
    '-r',
    '-u',
    '-z',
    '-v',
    '-j',
    '-J',
    '-p',
    '-k',
    '-m',
    '-O',
    '-h',
    '-P',
    '-S',
    '-a',
    '-w',
    '-U',
    '-o',
    '-W',
    '-Z',
    '-l',
    '-n',
    '-s',
  ],
  ...[
    '--extract',
    '--get',
    '--create',
    '--list',
    '--append',
    '--update',
    '--gzip',
    '--bzip2',
    '--xz',
    '--zstd',
    '--verbose',
    '--keep-old-files',
  ],
  ...[
    '--skip-old-files',
    '--keep-newer-files',
    '--overwrite',
    '--overwrite-dir',
    '--no-overwrite-dir',
    '--unlink-first',
    '--recursive-unlink',
  ],
  ...[
    '--no-same-owner',
    '--no-same-permissions',
    '--same-owner',
    '--same-permissions',
    '--preserve-permissions',
    '--touch',
    '--numeric-owner',
  ],
  ...[
    '--to-stdout',
    '--absolute-names',
    '--dereference',
    '--wildcards',
    '--no-wildcards',
    '--ignore-failed-read',
    '--delay-directory-restore',
  ],
  ...[
    '--auto-compress',
    '--no-recursion',
    '--keep-directory-symlink',
    '--no-xattrs',
    '--xattrs',
    '--acls',
    '--no-acls',
    '--selinux',
    '--totals',
    '--lzma',
  ],
  ...[
    '--anchored',
    '--no-anchored',
    '--one-file-system',
    '--sparse',
    '--exclude-vcs',
    '--wildcards-match-slash',
    '--no-ignore-command-error',
  ],
]

const tarOptions: OptionTable = { flags: tarFlags, values: tarValues, attached: ['--one-top-level', '--checkpoint'] }

/** `tar xzfC ARCHIVE DIR`: letters without a dash take their values in order. */
function dashed(words: readonly Value[]): readonly Value[] {
  const [first, ...rest] = words
  const letters = textOf(first ?? empty)
  if (letters === undefined || letters.startsWith('-') || !/^[A-Za-z]+$/.test(letters)) return words
  const values = [...rest]
  const options = [...letters].flatMap((letter) => {
    const value = 'fCbTXIK'.includes(letter) ? values.shift() : undefined
    return value === undefined ? [literal(`-${letter}`)] : [literal(`-${letter}`), value]
  })
  return [...options, ...values]
}

function tar(call: Call): number {
  const { machine } = call
  const options = readOptions({ ...call, arguments: dashed(call.arguments) }, tarOptions)
  const failure = () => (isBusyBox(machine) ? 1 : 2)
  const members = membersOf(options)
  const folder = folderOf(options, members, machine)
  if (options.has('-c', '--create', '-r', '--append', '-u', '--update')) return pack(options, folder, call)
  const archive = options.value('-f', '--file') ?? literal('-')
  const content = readFile(archive, machine)
  const source = tarSource(options, content ?? empty)
  const onlyReads = options.has('-t', '--list') || options.has('-O', '--to-stdout')
  lacksItself(archive, folder, source, machine)
  // Empty input is not a valid archive: this is what `| tar xz` gets from a failed download.
  if (content === undefined || content.length === 0 || isPart(content)) {
    if (!onlyReads && content !== undefined && content.length > 0 && machine.files.look(folder)?.kind === 'folder')
      machine.addLayer(folder, { source, path: '', part: true })
    return failure()
  }
  if (onlyReads) {
    machine.print(derived(`tar ${argumentText(options.operands)}`, content))
    return 0
  }
  const beneath = options.has('-k', '--keep-old-files')
    ? 'fail'
    : options.has('--skip-old-files', '--keep-newer-files')
      ? 'skip'
      : undefined
  return extract(source, topLevel(folder, options, machine), beneath, call, beneath === 'fail' ? undefined : members) ? 0 : failure()
}

/** The directory that the options `-C` lead to, each relative to the one before it. */
function folderOf(options: Options, members: readonly string[] | undefined, machine: CommandMachine): string {
  let path: string | undefined
  for (const value of options.all('-C', '--directory')) {
    const isRelative = path !== undefined && !keyOf(value).startsWith('/')
    path = machine.resolveWhole(machine.path(isRelative ? concat(literal(`${path}/`), value) : value))
  }
  return path ?? unpackFolder(members, machine)
}

/** The working directory, into which an archive is unpacked. @param members the paths of its members, if they are known */
export function unpackFolder(members: readonly string[] | undefined, machine: CommandMachine): string {
  const isAtRoot = (members ?? ['']).some((path) => machine.startsAtRoot(path))
  return isAtRoot ? '' : machine.path(literal('.'))
}

/** The paths of the members that are named, if nothing renames them. */
function membersOf(options: Options): readonly string[] | undefined {
  if (options.has('--transform', '--xform', '-T', '--files-from', '-X', '--exclude', '--exclude-from', '--wildcards')) return undefined
  const stripped = Number(textOf(options.value('--strip-components', '--strip') ?? literal('0')))
  return options.operands.length === 0 || !Number.isInteger(stripped) ? undefined : memberPaths(options.operands, stripped)
}

function topLevel(folder: string, options: Options, machine: CommandMachine): string {
  if (!options.has('--one-top-level')) return folder
  const name = options.value('--one-top-level')
  if (name === undefined) throw new NotAnalyzed('the directory for --one-top-level')
  const path = writtenPath(concat(literal(`${folder}/`), name), machine)
  makeFolder(path, machine, true)
  return path
}

function tarSource(options: Options, content: Value): string {
  const shape = [
    '--strip-components',
    '--strip',
    '--exclude',
    '--transform',
    '--xform',
    '-X',
    '-T',
    '--exclude-from',
    '--files-from',
  ].flatMap((name) => options.all(name).map((value) => `${name} ${nestedKey(value)}`))
  return sourceOf('tar', `${shape.join(' ')} ${argumentText(options.operands)}`, content)
}

/** The source of a layer: the complete archive, and the options that select or transform its entries. */
export function sourceOf(tool: string, how: string, content: Value): string {
  return identity(`${tool} ${how} of ${nestedKey(wholeOf(content))}`)
}

/**
 * Whether a directory contains entries of an archive. Both answers are assumed, one by one, if most entries have been removed since, or if
 * only one directory of the archive was added.
 */
export function holdsSome(source: string, node: Node, folder: string, machine: CommandMachine): boolean {
  const layers = layersOf(node, folder).filter((layer) => layer.source === source)
  if (layers.some(({ path, names }) => path === '' && names === undefined)) return true
  return layers.length > 0 && machine.world.decide(`whether ${folder} contains more of ${layersKey(layers)}`) === 1
}

/**
 * Unpacks an archive into a directory.
 * @param members the paths of its only members that are unpacked, if they are known
 * @returns false if an existing entry makes it fail
 */
export function extract(
  source: string,
  folder: string,
  existing: 'skip' | 'fail' | undefined,
  call: Call,
  members?: readonly string[],
): boolean {
  const { machine } = call
  const node = machine.files.look(folder) ?? machine.suppose(folder, { kind: 'folder', closed: false })
  if (node.kind !== 'folder') return false
  const collides = existing === 'fail' && holdsSome(source, node, folder, machine)
  const beneath = existing !== undefined
  if (members === undefined) fillFolder(folder, source, call, { beneath })
  else {
    const add = (part: boolean) => {
      for (const path of members) addMember(path, folder, source, part, beneath, machine)
    }
    call.partials(() => add(true))
    add(false)
  }
  return !collides
}

function pack(options: Options, folder: string, call: Call): number {
  const { machine } = call
  if (options.has('-u', '--update')) throw new NotAnalyzed('what tar -u does')
  const appends = options.has('-r', '--append')
  if (appends && isBusyBox(machine)) return 1
  const contents = options.operands.map((operand) => member(operand, folder, machine))
  if (contents.includes(undefined)) return isBusyBox(machine) ? 1 : 2
  const content = derived(`tar c ${argumentText(options.operands)}`, ...contents.map((value) => value ?? empty))
  const archive = options.value('-f', '--file')
  if (archive === undefined || textOf(archive) === '-') {
    machine.print(content)
    return 0
  }
  const path = writtenPath(archive, machine)
  if (!parentFolder(path, machine)) return isBusyBox(machine) ? 1 : 2
  const before = appends ? machine.node(path, 'file') : undefined
  call.partials(() => machine.write(path, { kind: 'file', content: partOf(content) }))
  machine.write(path, { kind: 'file', content: before?.kind === 'file' ? concat(before.content, content) : content })
  return 0
}

function member(operand: Value, folder: string, machine: CommandMachine): Value | undefined {
  const named = globOf(operand)?.folder ?? operand
  const path = keyOf(named).startsWith('/') ? machine.path(named) : machine.path(concat(literal(`${folder}/`), named))
  const whole = machine.resolve(path)
  return machine.files.look(whole)?.kind === 'absent' ? undefined : folderValue(whole, machine)
}

export const archiveCommands: readonly CommandModel[] = [
  {
    names: ['tar', 'bsdtar'],
    consumesInput: true,
    onlyTouchesFiles: true,
    section: 'archives',
    forms: [
      { form: 'tar xf ARCHIVE -C DIR', again: 'no change', safeWhen: '' },
      { form: 'tar xkf ARCHIVE', again: 'fails: the files already exist', safeWhen: '--skip-old-files (keeps files truncated by a kill)' },
      {
        form: 'tar xf ARCHIVE && rm ARCHIVE',
        again: 'fails: the archive no longer exists',
        safeWhen: 'create a marker file, then rm -f ARCHIVE',
      },
      { form: 'tar cf ARCHIVE', again: 'no change', safeWhen: '' },
      { form: 'tar rf ARCHIVE', again: 'adds the members again', safeWhen: 'tar cf' },
    ],
    run: withTables([{ table: tarOptions }], tar),
  },
]
