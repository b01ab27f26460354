/** sed: to standard output a filter; with -i a change of files, which a second run may make again. */

import { givenFile, isReadOnly } from '../../machine/file-system.ts'
import { globOf } from '../../machine/layers.ts'
import type { Machine } from '../../machine/machine.ts'
import {
  applied,
  derived,
  editsOf,
  identity,
  isNonEmpty,
  keyOf,
  literal,
  notEmpty,
  textOf,
  type Value,
  volatileMark,
} from '../../value/value.ts'
import { NotAnalyzed } from '../../value/world.ts'
import type { Call, CommandModel } from '../command.ts'
import { lineByLine } from '../kit/line-filters.ts'
import { findIn, readPattern } from '../kit/lines.ts'
import { readOptions } from '../kit/options.ts'
import { argumentText, counted, readAll, writtenPath } from '../kit/reading.ts'
import { isBusyBox } from '../kit/userland.ts'
import { again, applySed, readSed, type SedCommand } from './sed-script.ts'

interface Sed {
  /** What tells this sed from others. */
  readonly how: string
  /** Undefined where the script is not followed. */
  readonly commands: readonly SedCommand[] | undefined
  readonly isExtended: boolean
  readonly isSilent: boolean
}

function sed(call: Call): number {
  const { machine } = call
  const options = readOptions(call, {
    flags: ['-n', '-E', '-r', '-u', '-s', '-z', '--quiet', '--silent', '--regexp-extended', '--posix', '--null-data', '--follow-symlinks'],
    values: ['-e', '-f', '--expression', '--file'],
    attached: ['-i', '--in-place'],
  })
  const given = options.all('-e', '--expression')
  const isFile = options.has('-f', '--file')
  const scripts = given.length > 0 || isFile ? given : options.operands.slice(0, 1)
  const files = given.length > 0 || isFile ? options.operands : options.operands.slice(1)
  const text = scripts.map((script) => textOf(script))
  const isExtended = options.has('-E', '-r', '--regexp-extended')
  const flags = `${isExtended ? '-E ' : ''}${options.has('-n', '--quiet', '--silent') ? '-n ' : ''}${options.has('-z', '--null-data') ? '-z ' : ''}`
  const isFollowed = !isFile && !options.has('-z', '--null-data') && text.every((found) => found !== undefined)
  const how: Sed = {
    how: `sed ${flags}${argumentText([...scripts, ...options.all('-f', '--file')])}`,
    commands: isFollowed ? readSed(text.join('\n')) : undefined,
    isExtended,
    isSilent: options.has('-n', '--quiet', '--silent'),
  }
  if (options.has('-i', '--in-place')) return inPlace(files, how, options.value('-i', '--in-place'), call)
  const { content, missing } = readAll(files, machine)
  const exact = exactly(how, content)
  machine.print(exact === undefined ? (perLine(how, content) ?? whole(how, content)) : literal(exact))
  return missing ? (isBusyBox(machine) ? 1 : 2) : 0
}

function exactly({ commands, isExtended, isSilent }: Sed, content: Value): string | undefined {
  const text = textOf(content)
  return text === undefined || commands === undefined ? undefined : applySed(commands, text, isExtended, isSilent)
}

/** What a sed makes of text that is not known: not empty where no line is taken away. */
function whole(how: Sed, content: Value): Value {
  const keepsLines = !how.isSilent && how.commands?.every(({ letter }) => /^[saicy]$/.test(letter)) === true
  return keepsLines && isNonEmpty(content) ? notEmpty(derived(how.how, content)) : derived(how.how, content)
}

/** What a sed makes of text that is known in part, where it takes each line by itself. */
function perLine(how: Sed, content: Value): Value | undefined {
  const isPerLine = how.commands?.every(({ address, letter }) => /^(all|match)$/.test(address.kind) && /^[sdpy]$/.test(letter))
  return isPerLine === true
    ? lineByLine(
        content,
        (text) => exactly(how, literal(text)),
        (part) => derived(how.how, part),
      )
    : undefined
}

function inPlace(files: readonly Value[], how: Sed, suffix: Value | undefined, call: Call): number {
  const { machine } = call
  let status = files.length === 0 ? 1 : 0
  for (const file of files) {
    if (globOf(file) !== undefined) throw new NotAnalyzed('sed -i over files that nobody lists')
    const path = writtenPath(file, machine)
    const before = machine.suppose(path, givenFile(path))
    const node = before.kind === 'file' ? machine.node(path, 'file') : before
    if (node.kind !== 'file') {
      status = isBusyBox(machine) ? 1 : 4
      if (node.kind === 'absent' && !isBusyBox(machine)) status = 2
      continue
    }
    if (suffix !== undefined && suffix.length > 0) machine.write(`${path}${keyOf(suffix)}`, node)
    const exact = exactly(how, counted(node.content, machine))
    machine.replace(path, {
      kind: 'file',
      content: exact === undefined ? changed(how, node.content, machine) : literal(exact),
      ...(isReadOnly(node) ? { readOnly: true } : {}),
    })
  }
  return status
}

/** The text after a sed whose input is not wholly known: the same once it was applied, where it does not change its own output. */
function changed({ how, commands, isExtended }: Sed, content: Value, machine: Machine): Value {
  const kinds = new Set(commands === undefined ? ['unsure'] : commands.map((command) => again(command, isExtended)))
  if (commands?.length === 0) return content
  const edits = editsOf(content)
  if (kinds.has('changes')) {
    // Who edits a file of the image finds there what he looks for; random text may hold none of it, nor what other edits left.
    const finds =
      (edits.length === 0 && !isRandom(content)) ||
      (commands ?? []).some((command) => again(command, isExtended) === 'changes' && isUnconditional(command))
    return finds || !decides(`whether ${identity(how)} finds nothing any more`, machine) ? derived(how, content) : content
  }
  const place = edits.findLastIndex((edit) => edit.how === identity(how))
  if (place === -1)
    return applied(how, content, (commands ?? []).map(({ first, second, letter }) => (letter === 's' ? second : first)).join('\n'))
  if (kinds.has('unsure') && decides(`whether ${identity(how)} changes its own output`, machine)) return derived(how, content)
  // Others edited the text since: what they put there may be found now.
  const finds = edits.slice(place + 1).some(({ made }) => mayFind(commands ?? [], made, isExtended))
  return finds && decides(`whether ${identity(how)} finds what other edits made`, machine) ? derived(how, content) : content
}

function isRandom(content: Value): boolean {
  return content.every((piece) => typeof piece !== 'string' && piece.id.search(volatileMark) !== -1)
}

function decides(question: string, machine: Machine): boolean {
  return machine.setting.world.decide(question) === 1
}

/** Whether the command does something to every text that has lines. */
function isUnconditional({ address, letter }: SedCommand): boolean {
  return letter !== 's' && address.kind !== 'match' && address.kind !== 'other'
}

function mayFind(commands: readonly SedCommand[], text: string, isExtended: boolean): boolean {
  return commands.some(({ address, letter, first }) => {
    const pattern = letter === 's' ? first : address.kind === 'match' ? address.text : ''
    const plain = readPattern(pattern, isExtended ? 'extended' : 'basic')
    return plain === undefined || findIn(text, { ...plain, start: false, end: false }) !== -1
  })
}

export const sedCommands: readonly CommandModel[] = [
  {
    names: ['sed'],
    section: 'text',
    forms: [
      { form: 'sed SCRIPT FILE', again: 'nothing', safeWhen: '' },
      { form: 'sed -i s/A/B/ FILE', again: 'nothing where B does not hold A', safeWhen: 's/^key=.*/key=value/' },
      { form: "sed -i '/A/a TEXT' FILE", again: 'one more line', safeWhen: 'grep -q TEXT FILE ||' },
      { form: "sed -i '/A/d' FILE", again: 'nothing', safeWhen: '' },
      { form: 'sed -i 1d FILE', again: 'takes one more line', safeWhen: 'FILE is made anew before it' },
    ],
    run: sed,
  },
]
