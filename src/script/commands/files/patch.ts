/** patch: a patch that was applied once does not apply again. */

import type { CommandMachine } from '../../machine/command-machine.ts'
import { derived, empty, keyOf, type Value } from '../../value/value.ts'
import { NotAnalyzed } from '../../value/world.ts'
import type { Call, CommandModel, OptionTable } from '../command.ts'
import { type Options, reading } from '../kit/options.ts'
import { readFile, writtenPath } from '../kit/reading.ts'
import { isBusyBox } from '../kit/userland.ts'

/** The mark of content that a patch was applied to. */
function markOf(diff: Value): string {
  return `patched by ${keyOf(derived('the patch', diff))}`
}

function isPatched(content: Value, mark: string): boolean {
  return content.some((piece) => typeof piece !== 'string' && piece.id === mark)
}

const patchOptions: OptionTable = {
  flags: [
    ...['-N', '-R', '-s', '-f', '-t', '-u', '-b', '-l', '-Z', '-E', '--forward', '--reverse', '--silent', '--quiet', '--force', '--batch'],
    ...['--dry-run', '--verbose', '--backup', '--unified'],
  ],
  values: ['-p', '-i', '-r', '-F', '-d', '-o', '--strip', '--input', '--reject-file', '--fuzz', '--directory', '--output'],
}

/** `patch FILE DIFF`. Without a FILE operand the patch names the file, and its text is rarely known. */
function patch(call: Call, options: Options): number {
  const { machine } = call
  const [file, named] = options.operands
  if (file === undefined || options.has('-d', '-o', '--directory', '--output')) throw new NotAnalyzed('which files patch changes')
  const input = options.value('-i', '--input') ?? named
  const diff = input === undefined ? (machine.input ?? empty) : readFile(input, machine)
  const content = readFile(file, machine)
  if (diff === undefined || content === undefined) return 1
  return patched(writtenPath(file, machine), content, markOf(diff), options, machine)
}

function patched(path: string, content: Value, mark: string, options: Options, machine: CommandMachine): number {
  const isReverse = options.has('-R', '--reverse')
  const isDry = options.has('--dry-run')
  if (isPatched(content, mark) !== isReverse) {
    // GNU patch writes the rejected parts to a file and keeps the target as it was.
    if (!isDry && !isBusyBox(machine) && options.value('-r', '--reject-file') === undefined)
      machine.write(`${path}.rej`, { kind: 'file', content: [{ id: mark, filled: true }] })
    return 1
  }
  if (isDry) return 0
  const rest = content.filter((piece) => typeof piece === 'string' || piece.id !== mark)
  machine.write(path, { kind: 'file', content: isReverse ? rest : [{ id: mark, filled: true }, ...rest] })
  return 0
}

export const patchCommands: readonly CommandModel[] = [
  {
    names: ['patch'],
    onlyTouchesFiles: true,
    section: 'text',
    forms: [{ form: 'patch FILE DIFF', again: 'fails: already applied', safeWhen: 'patch -R --dry-run FILE DIFF ||' }],
    run: reading(patchOptions, patch),
  },
]
