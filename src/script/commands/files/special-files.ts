/** truncate, fallocate, mkfifo, mknod, mktemp. */

import { parentFolder } from '../../machine/command-machine.ts'
import { pipe } from '../../machine/file-system.ts'
import { applied, concat, derived, empty, keyOf, literal, textOf } from '../../value/value.ts'
import { NotAnalyzed } from '../../value/world.ts'
import type { Call, CommandModel, OptionTable } from '../command.ts'
import { byName, type Options, reading } from '../kit/options.ts'
import { writtenPath } from '../kit/reading.ts'
import { isBusyBox } from '../kit/userland.ts'
import { ensureFile } from './files.ts'

const truncateOptions: OptionTable = { flags: ['-c', '--no-create', '-o'], values: ['-s', '--size', '-r', '--reference'] }

function truncate(call: Call, options: Options): number {
  const { machine } = call
  const size = textOf(options.value('-s', '--size') ?? empty)
  if (size === undefined || size === '') throw new NotAnalyzed('the size set by truncate')
  const isRelative = /^[+\-<>/%]/.test(size)
  if (isRelative && isBusyBox(machine)) return 1
  let status = 0
  for (const operand of options.operands) {
    const path = writtenPath(operand, machine)
    if (options.has('-c', '--no-create') && machine.node(path, 'file').kind !== 'file') continue
    if (!ensureFile(path, machine)) {
      status = 1
      continue
    }
    const node = machine.node(path, 'file')
    if (node.kind !== 'file') return 1
    const content = isRelative
      ? derived(`truncate ${size}`, node.content)
      : size === '0'
        ? empty
        : applied(`truncate ${size}`, node.content)
    machine.write(path, { kind: 'file', content })
  }
  return status
}

const makeSpecialOptions: OptionTable = { flags: [], values: ['-m', '--mode'] }

function makeSpecial(call: Call, { operands }: Options): number {
  const { machine } = call
  let status = operands.length === 0 ? 1 : 0
  for (const operand of call.name.endsWith('mkfifo') ? operands : operands.slice(0, 1)) {
    const path = machine.resolve(machine.path(operand))
    if (!parentFolder(path, machine) || machine.suppose(path, { kind: 'absent' }).kind !== 'absent') status = 1
    else machine.write(path, { kind: 'file', content: pipe })
  }
  return status
}

const mktempOptions: OptionTable = {
  flags: ['-d', '--directory', '-u', '--dry-run', '-q', '--quiet', '-t'],
  values: ['-p', '--suffix'],
  attached: ['--tmpdir'],
}

/** `mktemp` creates a name that no other run creates. */
function mktemp(call: Call, options: Options): number {
  const { machine } = call
  const template = textOf(options.operands[0] ?? literal('tmp.XXXXXXXXXX'))
  if (template === undefined) throw new NotAnalyzed('the template for mktemp')
  const marks = /X{3,}(?!.*X{3})/.exec(template)
  if (marks === null || (marks[0].length < 6 && isBusyBox(machine))) return 1
  const isPlaced = options.operands.length === 0 || options.has('-t', '-p', '--tmpdir')
  const folder = isPlaced ? concat(options.value('-p', '--tmpdir') ?? machine.variable('TMPDIR') ?? literal('/tmp'), literal('/')) : empty
  const head = literal(template.slice(0, marks.index))
  const tail = literal(template.slice(marks.index + marks[0].length))
  const name = concat(folder, head, machine.volatile('name'), tail, options.value('--suffix') ?? empty)
  const path = writtenPath(name[0] === undefined || typeof name[0] !== 'string' ? concat(literal('./'), name) : name, machine)
  if (!parentFolder(path, machine)) return 1
  if (!options.has('-u', '--dry-run'))
    machine.write(path, options.has('-d', '--directory') ? { kind: 'folder', closed: true } : { kind: 'file', content: empty })
  machine.print(concat(name, literal('\n')))
  return 0
}

const fallocateOptions: OptionTable = { flags: ['-n', '-x'], values: ['-l', '-o', '--length'] }

function fallocate(call: Call, options: Options): number {
  const { machine } = call
  const path = writtenPath(options.operands[0] ?? empty, machine)
  if (!ensureFile(path, machine)) return 1
  const node = machine.node(path, 'file')
  if (node.kind !== 'file') return 1
  machine.write(path, { kind: 'file', content: applied(`fallocate ${keyOf(options.value('-l', '--length') ?? empty)}`, node.content) })
  return 0
}

export const specialFileCommands: readonly CommandModel[] = [
  {
    names: ['truncate', 'fallocate'],
    failsIfReadOnly: true,
    onlyTouchesFiles: true,
    section: 'files',
    forms: [
      { form: 'truncate -s SIZE FILE', again: 'no change', safeWhen: '' },
      { form: 'truncate -s +SIZE FILE', again: 'changes the file (GNU)', safeWhen: 'use an absolute size' },
    ],
    run: byName(
      new Map([
        ['truncate', reading(truncateOptions, truncate)],
        ['fallocate', reading(fallocateOptions, fallocate)],
      ]),
    ),
  },
  {
    names: ['mkfifo', 'mknod'],
    failsIfReadOnly: true,
    onlyTouchesFiles: true,
    section: 'files',
    forms: [{ form: 'mkfifo PIPE', again: 'fails: already exists', safeWhen: '[ -p PIPE ] ||' }],
    run: reading(makeSpecialOptions, makeSpecial),
  },
  {
    names: ['mktemp'],
    onlyTouchesFiles: true,
    section: 'files',
    forms: [
      {
        form: 'mktemp DIR/NAME.XXXXXX',
        again: 'creates another file',
        safeWhen: "a directory of the container's own file system, such as /tmp",
      },
    ],
    run: reading(mktempOptions, mktemp),
  },
]
