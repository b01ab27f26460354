/** cp and install. */

import { first, options } from '../../change/kit.ts'
import { type CommandMachine, parentFolder } from '../../machine/command-machine.ts'
import { givenFile, layersOf, nameOf } from '../../machine/file-system.ts'
import { globOf, layersKey } from '../../machine/layers.ts'
import { isProgramPath } from '../../machine/programs.ts'
import { isKeyOfUnknown, isUnknownStart, keyOf, literal, type Value } from '../../value/value.ts'
import { NotAnalyzed } from '../../value/world.ts'
import type { Call, CommandModel, OptionTable } from '../command.ts'
import { type Options, reading } from '../kit/options.ts'
import { endsWithSlash, isDevice, readFile, within, writtenPath } from '../kit/reading.ts'
import { type CopyStyle, copyContents, copyFolder, copyNode, eitherKind } from '../kit/trees.ts'
import { makeFolder } from './files.ts'
import { copyInto, keeping, overwriting } from './repairs.ts'

const copyFlags = [
  ...['-r', '-R', '-a', '-p', '-f', '-n', '-u', '-T', '-L', '-P', '-d', '-H', '-v', '-i', '-x', '-l', '-s', '-c'],
  ...['--recursive', '--archive', '--force', '--no-clobber', '--no-target-directory', '--dereference', '--no-dereference', '--verbose'],
  ...['--remove-destination', '--interactive', '--one-file-system', '--parents', '--link', '--symbolic-link'],
]

interface Destination {
  readonly path: string
  /** Whether sources are copied into it under their own names. */
  readonly isFolder: boolean
}

/** Whether a path is a directory, if that affects the result. The target of a copied file is assumed to be the file's new name. */
function isFolder(path: string, operand: Value, matters: boolean, machine: CommandMachine): boolean {
  const found = machine.files.look(path)
  if (found !== undefined) {
    if (found.kind === 'unknown') throw new NotAnalyzed(`what an unknown command did to ${path}`)
    return found.kind === 'folder'
  }
  if (endsWithSlash(operand)) return machine.suppose(path, { kind: 'folder', closed: false }).kind === 'folder'
  if (matters && machine.files.storageOf(path) !== 'container') return machine.node(path, 'absent').kind === 'folder'
  return machine.suppose(path, { kind: 'absent' }).kind === 'folder'
}

function destinationOf(
  options: Options,
  operands: readonly Value[],
  machine: CommandMachine,
): { destination: Destination; sources: readonly Value[] } | undefined {
  const given = options.value('-t', '--target-directory')
  const target = given ?? operands.at(-1)
  const sources = given === undefined ? operands.slice(0, -1) : operands
  if (target === undefined || sources.length === 0) return undefined
  const path = writtenPath(target, machine)
  const itself = machine.resolve(machine.path(target))
  if (options.has('-T', '--no-target-directory')) return { destination: { path: itself, isFolder: false }, sources }
  const isPattern = sources.length > 1 || sources.some((source) => globOf(source) !== undefined)
  const isSeveral = given !== undefined || (isPattern && !isOneForName(sources, path, machine))
  // A file is copied to the name; whether that is a directory would not change what a rerun does.
  const isRecursive = options.has('-r', '-R', '-a', '--recursive', '--archive')
  const matters = isRecursive && kindOf(sources[0] ?? target, machine) !== 'file'
  const folder = isSeveral
    ? machine.suppose(path, { kind: 'folder', closed: false }).kind === 'folder'
    : isFolder(path, target, matters, machine)
  if (isSeveral && !folder) return undefined
  // `cp f newname/`: the directory does not exist.
  if (!folder && endsWithSlash(target) && !options.has('-r', '-R', '-a', '--recursive', '--archive')) return undefined
  return { destination: { path: folder ? path : itself, isFolder: folder }, sources }
}

/** Whether a pattern is meant to match a single file, because the target is certain not to be a directory: `cp *.tgz /tmp/app.tgz`. */
export function isOneForName(sources: readonly Value[], path: string, machine: CommandMachine): boolean {
  if (sources.length !== 1) return false
  const kind = machine.files.look(path)?.kind
  return kind === 'absent' || kind === 'file'
}

function kindOf(source: Value, machine: CommandMachine): string | undefined {
  return isUnknownStart(source) ? undefined : machine.files.look(writtenPath(globOf(source)?.folder ?? source, machine))?.kind
}

/** Whether a source means the contents of a directory, not the directory: `src/.`, `.`. */
export function isContents(source: Value): boolean {
  return /(^|\/)\.\.?\/*$/.test(keyOf(source))
}

function copyOperand(source: Value, destination: Destination, isRecursive: boolean, style: CopyStyle, machine: CommandMachine): boolean {
  const glob = globOf(source)
  if (glob !== undefined && destination.isFolder)
    return copyContents(writtenPath(glob.folder, machine), destination.path, style, machine, glob.pattern)
  if (isDevice(source)) return copyDevice(source, destination, machine)
  if (isUnknownStart(source)) return copyFromUnknown(source, destination, isRecursive, style, machine)
  const from = style.keepsLinks && !endsWithSlash(source) ? machine.resolve(machine.path(source)) : writtenPath(source, machine)
  const known = machine.files.entry(from)?.pending === undefined ? machine.files.look(from) : undefined
  const node = known ?? (isRecursive ? supposedSource(source, from, machine) : machine.suppose(from, givenFile(from)))
  if (node.kind === 'absent') return false
  if (node.kind === 'folder') {
    if (!isRecursive) return false
    if (isContents(source) && destination.isFolder) return copyContents(from, destination.path, style, machine)
    if (!destination.isFolder) return copyFolder(from, destination.path, style, machine)
    const target = within(destination.path, nameOf(from))
    if (isCopyOf(from, destination.path, machine)) machine.suppose(target, { kind: 'absent' })
    return copyFolder(from, target, style, machine)
  }
  return copyNode(from, destination.isFolder ? within(destination.path, nameOf(from)) : destination.path, style, machine)
}

/** Whether a directory contains only a copy of another one. Such a copy is assumed to contain no directory with the name of its source. */
function isCopyOf(from: string, folder: string, machine: CommandMachine): boolean {
  const layers = layersOf(machine.files.look(folder) ?? { kind: 'absent' }, folder)
  const sources = layersOf(machine.files.look(from) ?? { kind: 'absent' }, from)
  return layers.length > 0 && layersKey(layers) === layersKey(sources)
}

/** Copies a source in an unknown directory: a file of the container, the same in every run. */
function copyFromUnknown(
  source: Value,
  { path, isFolder: into }: Destination,
  isRecursive: boolean,
  style: CopyStyle,
  machine: CommandMachine,
): boolean {
  const name = nameOf(keyOf(source))
  // `command -v` and `which` name a program, which is a file.
  if ((isRecursive && !isProgramPath(source)) || style.existing !== 'overwrite' || (into && (name === '' || isKeyOfUnknown(name))))
    throw new NotAnalyzed('a path that starts with an unknown value')
  const to = into ? within(path, name) : path
  if (!parentFolder(to, machine) || machine.files.look(to)?.kind === 'folder') return false
  machine.write(to, { kind: 'file', content: readFile(source, machine) ?? [] })
  return true
}

/**
 * The source of a `cp -r` from the image: assumed to be a directory, unless its name has a suffix or is among programs; then it may also
 * be a file.
 */
export function supposedSource(source: Value, path: string, machine: CommandMachine) {
  const looksLikeFile = nameOf(path).includes('.') || /\/s?bin\//.test(path)
  if (looksLikeFile && !endsWithSlash(source) && !isContents(source)) return eitherKind(path, machine)
  return machine.suppose(path, { kind: 'folder', closed: false })
}

function copyDevice(source: Value, { path, isFolder: into }: Destination, machine: CommandMachine): boolean {
  if (into || !parentFolder(path, machine)) return false
  machine.write(path, { kind: 'file', content: readFile(source, machine) ?? [] })
  return true
}

const cpOptions: OptionTable = {
  flags: copyFlags,
  values: ['-t', '--target-directory', '-S', '--suffix'],
  attached: ['--preserve', '--no-preserve', '--reflink', '--sparse', '--update', '--context'],
}

/** Whether an existing target is removed first. */
function removal(options: Options): Pick<CopyStyle, 'removes'> {
  if (options.has('--remove-destination')) return { removes: 'always' }
  return options.has('-a', '-d', '--archive', '--preserve') ? { removes: 'links' } : {}
}

function cp(call: Call, options: Options): number {
  const { machine } = call
  if (options.has('--parents', '-s', '--symbolic-link', '-H')) return rareCopy(options, call)
  const asked = options.has('-i', '--interactive') ? answerTo(machine) : 'yes'
  const found = destinationOf(options, options.operands, machine)
  if (found === undefined) return 1
  const isRecursive = options.has('-r', '-R', '-a', '--recursive', '--archive')
  const style: CopyStyle = {
    existing: options.has('-n', '--no-clobber') || asked === 'no' ? 'keep' : options.has('-u', '--update') ? 'newer' : 'overwrite',
    keepsLinks: !options.has('-L', '--dereference') && (isRecursive || options.has('-d', '-P', '--no-dereference')),
    force: options.has('-f', '--force', '--remove-destination'),
    keepsModes: options.has('-a', '-p', '--archive', '--preserve'),
    linksCollide: true,
    ...removal(options),
  }
  const { destination, sources } = found
  const copies = (part: CopyStyle) => sources.filter((source) => !copyOperand(source, destination, isRecursive, part, machine)).length
  call.partials(() => void copies({ ...style, budget: { left: 1 } }))
  if (copies(style) > 0) return 1
  // In a first run, the files of the target are assumed not to exist.
  return asked === 'no' && !machine.isFirst ? machine.world.decide('whether cp exits 1 if it was told not to overwrite a file') : 0
}

/**
 * What `cp -i` is told about each file that exists; without any input, that means no. Since coreutils 9.2, the answer `no` makes its exit status 1 (NEWS of coreutils), unlike
 * that of BusyBox and of older versions.
 */
function answerTo({ input = [] }: CommandMachine): 'yes' | 'no' {
  const [piece] = input
  // `yes` without an operand prints y.
  const said = typeof piece === 'string' ? piece : /^yes (.*)$/.exec(piece?.id ?? 'yes n')?.[1]
  if (said === undefined) throw new NotAnalyzed('what cp -i is told')
  const [letter = 'y'] = /[A-Za-z]/.exec(said) ?? []
  return letter.toLowerCase() === 'y' ? 'yes' : 'no'
}

/** `cp -s` creates links and fails if they exist; the other options are not supported. */
function rareCopy(options: Options, call: Call): number {
  if (!options.has('-s', '--symbolic-link')) throw new NotAnalyzed('what an unsupported option of cp does')
  const words = [literal('-s'), ...(options.has('-f', '--force') ? [literal('-f')] : []), ...options.operands]
  return call.run([literal('ln'), ...words])
}

const installOptions: OptionTable = {
  flags: [
    '-d',
    '-D',
    '-p',
    '-s',
    '-v',
    '-c',
    '-C',
    '-T',
    '--directory',
    '--verbose',
    '--compare',
    '--preserve-timestamps',
    '--no-target-directory',
  ],
  values: ['-m', '-o', '-g', '-t', '--mode', '--owner', '--group', '--target-directory', '-S', '--suffix'],
  attached: ['-b', '--backup'],
}

/** `install`: like cp, but an existing target is removed first. */
function install(call: Call, options: Options): number {
  const { machine } = call
  if (options.has('-b', '--backup')) throw new NotAnalyzed('the backup made by install')
  const { operands } = options
  if (options.has('-d', '--directory')) {
    return operands.filter((operand) => !makeFolder(writtenPath(operand, machine), machine, true)).length > 0 ? 1 : 0
  }
  if (options.has('-D')) {
    const target = options.value('-t', '--target-directory')
    const folder = target ?? parentOperand(operands.at(-1) ?? literal('.'))
    if (!makeFolder(writtenPath(folder, machine), machine, true)) return 1
  }
  const found = destinationOf(options, operands, machine)
  if (found === undefined) return 1
  const style: CopyStyle = { existing: 'overwrite', keepsLinks: false, force: true, removes: 'always', linksCollide: false }
  const copies = (part: CopyStyle) => found.sources.filter((source) => !copyOperand(source, found.destination, false, part, machine)).length
  call.partials(() => void copies({ ...style, budget: { left: 1 } }))
  return copies(style) > 0 ? 1 : 0
}

function parentOperand(operand: Value): Value {
  const key = keyOf(operand)
  const slash = key.lastIndexOf('/')
  const last = operand.at(-1)
  if (typeof last !== 'string') throw new NotAnalyzed('an unknown name')
  return slash === -1 ? literal('.') : [...operand.slice(0, -1), last.slice(0, last.lastIndexOf('/') + 1)]
}

export const copyCommands: readonly CommandModel[] = [
  {
    names: ['cp'],
    failsIfReadOnly: true,
    repairs: { failing: options('-f'), differing: copyInto, interrupted: first(overwriting, options('-f'), copyInto), keeping },
    onlyTouchesFiles: true,
    section: 'files',
    forms: [
      {
        form: 'cp FILE TARGET',
        again: 'no change; fails if the copy is read-only and the user is not root',
        safeWhen: '-f',
      },
      { form: 'cp -r SOURCE NEW', again: 'nests a second copy: NEW/SOURCE', safeWhen: 'cp -r SOURCE/. NEW, cp -rT, rm -rf NEW first' },
      {
        form: 'cp -a SOURCE/. TARGET',
        again: 'BusyBox: fails at the first link (every file of a ConfigMap volume is one); GNU: no change',
        safeWhen: '-f',
      },
      { form: 'cp -n, cp -u', again: 'no change; keeps a file truncated by a kill', safeWhen: '' },
      { form: 'cp -s FILE DIR', again: 'fails: the link already exists', safeWhen: '-f' },
    ],
    run: reading(cpOptions, cp),
  },
  {
    names: ['install'],
    failsIfReadOnly: true,
    onlyTouchesFiles: true,
    section: 'files',
    forms: [{ form: 'install FILE TARGET, install -d DIR', again: 'no change', safeWhen: '' }],
    run: reading(installOptions, install),
  },
]
