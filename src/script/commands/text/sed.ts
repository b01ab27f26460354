/** sed: a filter if it writes to standard output; with -i it changes files, and a rerun may change them again. */

import type { CommandMachine } from '../../machine/command-machine.ts'
import { givenFile, isGivenText, isReadOnly } from '../../machine/file-system.ts'
import { globOf } from '../../machine/layers.ts'
import {
  applied,
  concat,
  editsOf,
  empty,
  identity,
  isNonEmpty,
  keyOf,
  literal,
  nestedKey,
  notEmpty,
  reworked,
  textOf,
  type Value,
  volatileMark,
} from '../../value/value.ts'
import { NotAnalyzed } from '../../value/world.ts'
import type { Call, CommandModel, OptionTable } from '../command.ts'
import { lineByLine } from '../kit/line-filters.ts'
import { findIn, readPattern } from '../kit/lines.ts'
import { knownOf, Opaques } from '../kit/opaque.ts'
import { type Options, reading } from '../kit/options.ts'
import { argumentText, counted, readAll, writtenPath } from '../kit/reading.ts'
import { isBusyBox } from '../kit/userland.ts'
import { type Again, again } from './sed-again.ts'
import { addedLines, exactly, isPerLine, linesOfValue, type Sed } from './sed-lines.ts'
import { readSed, type SedCommand } from './sed-script.ts'

const sedOptions: OptionTable = {
  flags: ['-n', '-E', '-r', '-u', '-s', '-z', '--quiet', '--silent', '--regexp-extended', '--posix', '--null-data', '--follow-symlinks'],
  values: ['-e', '-f', '--expression', '--file'],
  attached: ['-i', '--in-place'],
}

function sed(call: Call, options: Options): number {
  const { machine } = call
  const given = options.all('-e', '--expression')
  const isFile = options.has('-f', '--file')
  const scripts = given.length > 0 || isFile ? given : options.operands.slice(0, 1)
  const files = given.length > 0 || isFile ? options.operands : options.operands.slice(1)
  const opaques = new Opaques()
  const text = scripts.map((script) => opaques.textOf(script))
  const isExtended = options.has('-E', '-r', '--regexp-extended')
  const flags = `${isExtended ? '-E ' : ''}${options.has('-n', '--quiet', '--silent') ? '-n ' : ''}${options.has('-z', '--null-data') ? '-z ' : ''}`
  const isSupported = !isFile && !options.has('-z', '--null-data') && text.every((found) => found !== undefined)
  const how: Sed = {
    how: `sed ${flags}${argumentText([...scripts, ...options.all('-f', '--file')])}`,
    commands: isSupported ? readSed(text.join('\n')) : undefined,
    opaques,
    isExtended,
    isSilent: options.has('-n', '--quiet', '--silent'),
    spend: (work) => machine.world.spend(work),
  }
  if (options.has('-i', '--in-place')) return inPlace(files, how, options.value('-i', '--in-place'), call)
  const { content, missing } = readAll(files, machine)
  const exact = exactly(how, content)
  machine.print(exact ?? perLine(how, content) ?? wholeText(how, content, machine))
  return missing ? (isBusyBox(machine) ? 1 : 2) : 0
}

/** The output of sed for unknown text: not empty if no line is removed. */
function wholeText(how: Sed, content: Value, machine: CommandMachine): Value {
  const keepsLines = !how.isSilent && how.commands?.every(({ letter }) => /^[saicy]$/.test(letter)) === true
  const output = filtered(how, content, machine)
  return keepsLines && isNonEmpty(content) ? notEmpty(output) : output
}

/** The text that sed prints. The next run may get it as its input: `sed … FILE > NEW && mv NEW FILE`. */
function filtered(how: Sed, content: Value, machine: CommandMachine): Value {
  const { commands, isExtended, isSilent } = how
  const settles = !isSilent && commands?.every((command) => again(command, isExtended) !== 'changes') === true
  return settles ? changed(how, content, machine) : reworked(how.how, content)
}

function textIn(value: Value | undefined): string | undefined {
  return value === undefined ? undefined : textOf(value)
}

/** The output of sed for partly known text, if sed processes each line separately. */
function perLine(how: Sed, content: Value): Value | undefined {
  return isPerLine(how)
    ? lineByLine(
        content,
        (text) => textIn(exactly(how, literal(text))),
        (part) => reworked(how.how, part),
      )
    : undefined
}

function inPlace(files: readonly Value[], how: Sed, suffix: Value | undefined, call: Call): number {
  const { machine } = call
  let status = files.length === 0 ? 1 : 0
  for (const file of files) {
    if (globOf(file) !== undefined) throw new NotAnalyzed('sed -i on files with unknown names')
    const path = writtenPath(file, machine)
    const before = machine.suppose(path, givenFile(path))
    const node = before.kind === 'file' ? machine.node(path, 'file') : before
    if (node.kind !== 'file') {
      if (node.kind === 'absent') machine.misses(path, 'edited')
      status = isBusyBox(machine) ? 1 : 4
      if (node.kind === 'absent' && !isBusyBox(machine)) status = 2
      continue
    }
    if (suffix !== undefined && suffix.length > 0) machine.write(`${path}${keyOf(suffix)}`, node)
    const exact = exactly(how, counted(node.content, machine))
    machine.replace(path, {
      kind: 'file',
      content: exact ?? changed(how, node.content, machine),
      ...(isReadOnly(node) ? { readOnly: true } : {}),
    })
  }
  return status
}

/** The text after sed if something was added to a text that it edited before. Undefined if that is not so, or the added lines do not matter. */
function afterAdding(sed: Sed, [left, ...added]: Value, kinds: ReadonlySet<Again>, machine: CommandMachine): Value | undefined {
  if (typeof left !== 'object' || added.length === 0) return undefined
  const isEdited = editsOf([left]).length > 0
  // A script that adds to a file of the image, and edits it only when it runs again, has found nothing to edit there.
  if (!isEdited && (machine.isFirst || !isGivenText(left))) return undefined
  const lines = kinds.size === 1 && kinds.has('same') ? addedLines(sed, added) : undefined
  if (lines !== undefined) return concat(isEdited ? changed(sed, [left], machine) : [left], lines)
  const how = identity(sed.how)
  const deletes = !kinds.has('changes') && sed.commands?.some(({ letter }) => letter === 'd') !== false
  if (!deletes || editsOf([left]).every((edit) => edit.how !== how)) return undefined
  return decides(`whether ${how} removes what was added since`, machine) ? [left] : undefined
}

/** The text after sed if its input is not fully known: unchanged if sed was applied before and does not change its own output. */
function changed(sed: Sed, content: Value, machine: CommandMachine): Value {
  const { how, commands, isExtended } = sed
  const kinds = new Set<Again>(commands === undefined ? ['unsure'] : commands.map((command) => again(command, isExtended)))
  if (commands?.length === 0) return content
  const settled = afterAdding(sed, content, kinds, machine)
  if (settled !== undefined) return settled
  const edits = editsOf(content)
  if (kinds.has('changes')) {
    // A script that edits a file of the image finds what it looks for there; random text, or text left by other edits, may not contain it.
    const finds =
      (edits.length === 0 && !isRandom(content)) ||
      (commands ?? []).some((command) => again(command, isExtended) === 'changes' && isUnconditional(command))
    return finds || !decides(`whether ${identity(how)} no longer finds anything`, machine) ? reworked(how, content) : content
  }
  const place = edits.findLastIndex((edit) => edit.how === identity(how))
  if (place === -1 && isWritten(content)) {
    if (!decides(`whether ${identity(how)} finds something in ${identity(nestedKey(content))}`, machine)) return content
    if (commands?.every(({ letter }) => letter === 'd') === true && linesOfValue(content).length === 1) return empty
  }
  if (place === -1)
    return applied(how, content, knownOf((commands ?? []).map(({ first, second, letter }) => (letter === 's' ? second : first)).join('\n')))
  if (kinds.has('unsure') && decides(`whether ${identity(how)} changes its own output`, machine)) return reworked(how, content)
  // Other edits followed: what they inserted may match now.
  const finds = edits.slice(place + 1).some(({ made }) => mayFind(commands ?? [], made, isExtended))
  return finds && decides(`whether ${identity(how)} finds what other edits inserted`, machine) ? reworked(how, content) : content
}

/** Whether a script wrote all of a text, and a part of it is known: such a text is not made to be edited, as one of the image is. */
function isWritten(content: Value): boolean {
  return content.some((piece) => typeof piece === 'string') && !content.some((piece) => typeof piece !== 'string' && isGivenText(piece))
}

function isRandom(content: Value): boolean {
  return content.every((piece) => typeof piece !== 'string' && piece.id.search(volatileMark) !== -1)
}

function decides(question: string, machine: CommandMachine): boolean {
  return machine.world.decide(question) === 1
}

/** Whether the command changes every text that has lines. */
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
    failsIfReadOnly: true,
    onlyTouchesFiles: true,
    section: 'text',
    forms: [
      { form: 'sed SCRIPT FILE', again: 'no change', safeWhen: '' },
      { form: 'sed -i s/A/B/ FILE', again: 'no change if B does not contain A', safeWhen: 's/^key=.*/key=value/' },
      { form: "sed -i '/A/a TEXT' FILE", again: 'adds the line again', safeWhen: 'grep -q TEXT FILE ||' },
      { form: "sed -i '/A/d' FILE", again: 'no change', safeWhen: '' },
      { form: 'sed -i 1d FILE', again: 'deletes one more line', safeWhen: 'recreate FILE first' },
    ],
    run: reading(sedOptions, sed),
  },
]
