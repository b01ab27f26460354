/** Where git keeps its settings, and `git config`. */

import { type CommandMachine, parentFolder } from '../../machine/command-machine.ts'
import { layersOf, parentOf } from '../../machine/file-system.ts'
import { applied, concat, derived, empty, literal, type Value } from '../../value/value.ts'
import { NotAnalyzed } from '../../value/world.ts'
import { argumentText, writtenPath } from '../kit/reading.ts'
import type { GitCall } from './git-options.ts'

/** Exit status of git for a fatal error. */
export const fatal = 128

/** The `.git` directory that git finds, searching upward from the working directory. It may be incomplete. */
export function repository(machine: CommandMachine): { readonly path: string; readonly isComplete: boolean } | undefined {
  let folder = machine.folder
  if (folder === undefined) throw new NotAnalyzed('git in an unknown directory')
  for (; ; folder = parentOf(folder)) {
    const path = `${folder}/.git`
    const node =
      machine.files.look(path) ?? (folder === machine.folder ? machine.suppose(path, { kind: 'folder', closed: false }) : undefined)
    if (node?.kind === 'folder') return { path, isComplete: !layersOf(node, path).some(({ part }) => part === true) }
    if (folder === '') return undefined
  }
}

/** `git config`: setting a value gives the same result every time, `--add` adds another line. */
export function config({ call, options }: GitCall): number {
  const { machine } = call
  const [name, value] = options.operands
  if (
    options.has('--get', '--get-all', '--list', '-l', '--get-regexp') ||
    (name !== undefined && value === undefined && !options.has('--unset', '--unset-all'))
  ) {
    machine.print([{ id: `git config ${argumentText(call.arguments)}` }])
    return 0
  }
  const path = configFile(options, machine)
  if (path === undefined) return fatal
  if (!parentFolder(path, machine)) return 4
  const node = machine.node(path, 'absent')
  const before = node.kind === 'file' ? node.content : empty
  const how = `git config ${argumentText(options.operands)}`
  const grows = options.has('--add')
  const content = options.has('--unset', '--unset-all')
    ? applied(`${how} unset`, before)
    : grows
      ? concat(before, derived(how))
      : set(before, how)
  machine.replace(path, { kind: 'file', content })
  return 0
}

/** Other settings made since then do not matter. */
function set(before: Value, how: string): Value {
  const [line] = derived(how)
  const id = typeof line === 'object' ? line.id : ''
  return before.some((piece) => typeof piece === 'object' && piece.id === id) ? before : concat(before, derived(how))
}

function configFile(options: GitCall['options'], machine: CommandMachine): string | undefined {
  const file = options.value('-f', '--file')
  if (file !== undefined) return writtenPath(file, machine)
  if (options.has('--system')) return '/etc/gitconfig'
  if (!options.has('--global')) return repository(machine) === undefined ? undefined : `${repository(machine)?.path ?? ''}/config`
  // Without HOME, it is a directory in the container's own file system.
  return writtenPath(concat(machine.variable('HOME') ?? literal('/root'), literal('/.gitconfig')), machine)
}
