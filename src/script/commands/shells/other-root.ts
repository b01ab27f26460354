/** Commands that run another command with a different root: on the node, or in a directory that looks like one. */

import { nodeRoot } from '../../machine/known-folders.ts'
import type { Machine } from '../../machine/machine.ts'
import { literal, textOf, type Value } from '../../value/value.ts'
import type { Call, CommandModel, OptionTable } from '../command.ts'
import { type Options, reading, readOptions, withTables } from '../kit/options.ts'
import { writtenPath } from '../kit/reading.ts'

/** Runs a command with a different root, starting in that root's top directory. */
function under(root: string, command: readonly Value[], { machine, run }: Call<Machine>): number {
  const before = { root: machine.root, folder: machine.shell.folder }
  machine.root = root
  machine.shell.folder = root
  try {
    return run(command)
  } finally {
    machine.root = before.root
    machine.shell.folder = before.folder
  }
}

const chrootOptions: OptionTable = { flags: ['--skip-chdir'], attached: ['--userspec', '--groups'], operandsEndOptions: true }

/** `chroot DIR COMMAND`. */
function chroot(call: Call<Machine>, options: Options): number {
  const [folder, ...command] = options.operands
  if (folder === undefined || command.length === 0) return call.notFollowed('what a shell under another root does')
  return under(writtenPath(folder, call.machine), command, call)
}

const namespaces = [
  '-m',
  '--mount',
  '-u',
  '--uts',
  '-i',
  '--ipc',
  '-n',
  '--net',
  '-p',
  '--pid',
  '-C',
  '--cgroup',
  '-U',
  '--user',
  '-T',
  '--time',
  '-a',
  '--all',
]

const nsenterOptions: OptionTable = {
  flags: [...namespaces, '-F', '--no-fork', '-r', '--root', '-w', '--wd', '-Z', '--preserve-credentials'],
  values: ['-t', '--target', '-S', '-G', '--setuid', '--setgid'],
  operandsEndOptions: true,
}

/**
 * `nsenter -t 1 -m -n -- COMMAND`: in the mount namespace of process 1, files are the node's; in its network namespace, packet filters and
 * routes are.
 */
function nsenter(call: Call<Machine>): number {
  const options = readOptions({ ...call, arguments: call.arguments.map(withoutNamespaceFile) }, nsenterOptions)
  if (options.operands.length === 0) return call.notFollowed('what a shell on the node does')
  const target = textOf(options.value('-t', '--target') ?? literal('1'))
  const [entersMount, entersNetwork] = [options.has('-m', '--mount', '-a', '--all'), options.has('-n', '--net', '-a', '--all')]
  if ((!entersMount && !entersNetwork) || target !== '1') return call.notFollowed(`what ${call.name} does outside of the container`)
  const { machine } = call
  const before = machine.isInHostNetwork
  machine.isInHostNetwork ||= entersNetwork
  try {
    return entersMount ? under(nodeRoot, options.operands, call) : call.run(options.operands)
  } finally {
    machine.isInHostNetwork = before
  }
}

/**
 * Drops the file from an option such as `--mount=/proc/1/ns/mnt`, which names a namespace of process 1. A file of any other process stays.
 */
function withoutNamespaceFile(word: Value): Value {
  const found = /^(--\w+|-[muinpCUT])=?\/(?:host\/?)?proc\/1\/ns\/\w+$/.exec(textOf(word) ?? '')
  return found?.[1] === undefined ? word : literal(found[1])
}

export const otherRootCommands: readonly CommandModel[] = [
  {
    names: ['chroot'],
    section: 'processes',
    forms: [
      {
        form: 'chroot DIR COMMAND, nsenter -t 1 -m COMMAND',
        again: 'same as COMMAND, on state that outlives the pod',
        safeWhen: 'as for COMMAND',
      },
    ],
    run: reading(chrootOptions, chroot),
  },
  { names: ['nsenter'], section: 'processes', forms: [], run: withTables([{ table: nsenterOptions }], nsenter) },
]
