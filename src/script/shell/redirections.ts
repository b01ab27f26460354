/** Redirections: where output goes, and which files they create. */

import { broughtTo } from '../machine/brought.ts'
import { parentFolder } from '../machine/command-machine.ts'
import { givenFile, nameOf } from '../machine/file-system.ts'
import type { Machine } from '../machine/machine.ts'
import type { CommandTarget } from '../machine/steps.ts'
import type { Redirection } from '../syntax/syntax.ts'
import { concat, derived, empty, hasUnknown, isUnknownStart, textOf, type Value } from '../value/value.ts'
import { NotAnalyzed } from '../value/world.ts'
import type { ShellContext } from './shell-context.ts'

interface Target {
  readonly path: string
  readonly append: boolean
}

/**
 * Runs something with redirections.
 * @param fail runs instead if a redirection fails; by default, the status is 1
 * @param targets receives the files that are opened
 * @returns its status
 */
export function withRedirections(
  redirections: readonly Redirection[],
  context: ShellContext,
  run: () => number,
  fail: () => number = () => 1,
  targets: CommandTarget[] = [],
): number {
  if (redirections.length === 0) return run()
  const { machine } = context
  const [outerInput, outerOutput] = [machine.input, machine.output]
  const opened = open(redirections, context, targets)
  if (opened === 'failed') {
    machine.input = outerInput
    return fail()
  }
  const { output } = opened
  const outerSink = machine.sink
  if (output !== 'inherit') {
    machine.output = empty
    machine.sink = output === 'nowhere' ? undefined : output.path
  }
  const isFile = typeof output !== 'string'
  if (isFile) machine.openFiles++
  try {
    return run()
  } finally {
    if (isFile) machine.openFiles--
    machine.input = outerInput
    machine.sink = outerSink
    if (output !== 'inherit') {
      if (output !== 'nowhere') writeOut(output, machine.output, machine)
      machine.output = outerOutput
    }
  }
}

/**
 * `exec` with redirections but no command: they apply to the rest of the shell.
 * @returns its status
 * @throws NotAnalyzed if it redirects standard output to a file
 */
export function redirectForGood(redirections: readonly Redirection[], context: ShellContext): number {
  const { machine } = context
  for (const redirection of redirections) {
    if (redirection.kind === 'duplicate') continue
    if (redirection.kind === 'here') machine.input = context.text(redirection.body)
    else {
      const name = context.text(redirection.target)
      const isInput = redirection.kind === 'file' && redirection.operator === '<'
      if (isInput && !openInput(name, machine)) return 1
      if (isInput || isDevice(textOf(name))) continue
      if (redirection.kind === 'both' || redirection.descriptor === 1)
        throw new NotAnalyzed('standard output that exec redirects to a file')
      if (create(name, redirection.operator === '>>', machine) === 'failed') return 1
    }
  }
  return 0
}

type Output = 'inherit' | 'nowhere' | Target

function open(
  redirections: readonly Redirection[],
  context: ShellContext,
  targets: CommandTarget[],
): { readonly output: Output } | 'failed' {
  const { machine } = context
  const nameOf = ({ target, operator }: Extract<Redirection, { operator: unknown }>) => {
    const value = context.text(target)
    targets.push({ operator, value, span: machine.fixedOffset === undefined ? target.span : null })
    return value
  }
  let output: Output = 'inherit'
  for (const redirection of redirections) {
    switch (redirection.kind) {
      case 'here':
        machine.input = context.text(redirection.body)
        break
      case 'duplicate':
        if (redirection.descriptor === 1) output = duplicate(context.text(redirection.target), output)
        break
      case 'both': {
        const target = create(nameOf(redirection), redirection.operator === '>>', machine)
        if (target === 'failed') return 'failed'
        output = target
        break
      }
      case 'file': {
        const name = nameOf(redirection)
        if (redirection.operator === '<') {
          if (!openInput(name, machine)) return 'failed'
          break
        }
        const target = create(name, redirection.operator === '>>', machine)
        if (target === 'failed') return 'failed'
        if (redirection.descriptor === 1) output = target
        break
      }
    }
  }
  return { output }
}

/** `>&2`: standard output is not captured. @throws NotAnalyzed for a descriptor that `exec` may have opened for a file */
function duplicate(target: Value, output: Output): Output {
  const text = textOf(target)
  if (text !== '1' && text !== '2' && text !== '-') throw new NotAnalyzed('a file descriptor that was opened earlier')
  return text === '1' ? output : 'nowhere'
}

function openInput(name: Value, machine: Machine): boolean {
  if (isDevice(textOf(name))) {
    machine.input = empty
    return true
  }
  if (isUnknownStart(name)) {
    // The first run needs the file, so it is assumed to exist.
    machine.input = derived('the file named', name)
    return true
  }
  const path = machine.resolveWhole(machine.path(name))
  const node = machine.suppose(path, givenFile(path))
  if (node.kind !== 'file') return false
  machine.input = node.content
  return true
}

/** Whether a file belongs to the kernel, so that it does not keep what is written to it. */
function isDevice(path: string | undefined): boolean {
  return path !== undefined && /^\/(dev|proc|sys)(\/|$)/.test(path) && !path.startsWith('/dev/shm')
}

/** Opens a file for writing, which creates it, and empties it unless `append` is set. */
function create(name: Value, append: boolean, machine: Machine): Target | 'nowhere' | 'failed' {
  if (isDevice(textOf(name))) return 'nowhere'
  const written = machine.path(name)
  return append ? machine.adding(written, empty, () => createAt(written, append, machine)) : createAt(written, append, machine)
}

/** Names of what only a script itself writes, to remember which version it installed. */
const markerName = /^\.[\w-]*(?:version|install|init|done|ready|complete|stamp|hash|checksum)[\w.-]*$/i

function createAt(written: string, append: boolean, machine: Machine): Target | 'failed' {
  const path = machine.resolveWhole(written)
  if (!parentFolder(path, machine)) return 'failed'
  // What was unpacked beside it does not contain it, so that only this line creates it.
  if (!append && markerName.test(nameOf(path))) for (const layer of broughtTo(path, machine)) machine.lacks(layer)
  const node = append ? machine.node(path, 'file') : (machine.files.look(path) ?? { kind: 'absent' })
  if (node.kind === 'folder' || !machine.mayOpen(path)) return 'failed'
  if (node.kind === 'absent' || !append) machine.write(path, { kind: 'file', content: empty })
  return { path, append }
}

function writeOut({ path, append }: Target, output: Value, machine: Machine): void {
  const write = () => {
    const node = machine.files.look(path)
    const before = append && node?.kind === 'file' ? node.content : empty
    machine.write(path, { kind: 'file', content: concat(before, output) })
  }
  if (append && !hasUnknown(output)) machine.adding(path, output, write)
  else write()
}
