/** cat, tee, dd, envsubst, split, yes: text from one place to another. */

import { one, type Repairs } from '../../change/kit.ts'
import { removed } from '../../change/situation.ts'
import { type CommandMachine, parentFolder } from '../../machine/command-machine.ts'
import {
  applied,
  concat,
  derived,
  empty,
  isNonEmpty,
  keyOf,
  literal,
  partOf,
  textOf,
  unknown,
  type Value,
  volatileMark,
} from '../../value/value.ts'
import { unpack } from '../archives/compression.ts'
import type { Call, CommandModel, OptionTable } from '../command.ts'
import { byName, type Options, reading } from '../kit/options.ts'
import { argumentText, isDevice, readAll, readFile, writtenPath } from '../kit/reading.ts'
import { filtered } from '../kit/settled.ts'

const catOptions: OptionTable = { flags: ['-n', '-b', '-s', '-v', '-e', '-t', '-A', '-E', '-T', '-u'] }

function cat(call: Call, options: Options): number {
  const { content, missing } = readAll(options.operands, call.machine)
  const isPlain = !options.has('-n', '-b', '-s', '-v', '-e', '-t', '-A', '-E', '-T')
  call.machine.print(isPlain ? content : derived(`cat ${argumentText(call.arguments)}`, content))
  return missing ? 1 : 0
}

/** Writes a complete file. @returns false on failure */
export function writeFile(operand: Value, content: Value, append: boolean, call: Call): boolean {
  const { machine } = call
  if (isDevice(operand)) return true
  const path = writtenPath(operand, machine)
  if (!parentFolder(path, machine)) return false
  const node = append ? machine.node(path, 'absent') : machine.files.look(path)
  if (node?.kind === 'folder' || !machine.mayOpen(path)) return false
  const before = append && node?.kind === 'file' ? node.content : empty
  machine.write(path, { kind: 'file', content: concat(before, content) })
  return true
}

const teeOptions: OptionTable = { flags: ['-a', '--append', '-i', '-p'] }

function tee(call: Call, options: Options): number {
  const { machine } = call
  const content = machine.input ?? empty
  const append = options.has('-a', '--append')
  machine.print(content)
  call.partials(() => options.operands.forEach((operand) => void writeFile(operand, partOf(content), append, call)))
  return options.operands.filter((operand) => !writeFile(operand, content, append, call)).length > 0 ? 1 : 0
}

function dd(call: Call): number {
  const { machine } = call
  const settings = new Map(
    call.arguments.map((word) => {
      const [head = '', ...tail] = word
      const text = typeof head === 'string' ? head : ''
      const equals = text.indexOf('=')
      return [text.slice(0, equals), concat(literal(text.slice(equals + 1)), tail)] as const
    }),
  )
  const from = settings.get('if')
  const read = from === undefined ? (machine.input ?? empty) : readFile(from, machine)
  if (read === undefined) return 1
  const shape = ['bs', 'count', 'skip', 'ibs', 'conv']
    .flatMap((name) => (settings.has(name) ? [`${name}=${keyOf(settings.get(name) ?? empty)}`] : []))
    .join(' ')
  const content = /count|skip/.test(shape) ? filled(derived(`dd ${shape}`, read), isNonEmpty(read)) : read
  const target = settings.get('of')
  if (target === undefined) {
    machine.print(content)
    return 0
  }
  const isAppended = /append/.test(keyOf(settings.get('oflag') ?? empty))
  const keepsRest = /notrunc/.test(shape) || settings.has('seek')
  call.partials(() => void writeFile(target, partOf(content), isAppended, call))
  const written = keepsRest && !isAppended ? overlaid(target, content, keyOf(settings.get('seek') ?? empty), machine) : content
  return writeFile(target, written, isAppended, call) ? 0 : 1
}

/** Marks a text as not empty if `isFilled`. */
function filled(value: Value, isFilled: boolean): Value {
  return value.map((piece) => (typeof piece === 'object' && isFilled ? { ...piece, filled: true } : piece))
}

/** The content after overwriting the beginning of a file and keeping the rest. */
function overlaid(target: Value, content: Value, seek: string, machine: CommandMachine): Value {
  const node = isDevice(target) ? undefined : machine.files.look(writtenPath(target, machine))
  if (node?.kind !== 'file' || (seek === '' && keyOf(node.content) === keyOf(content))) return content
  return applied(`dd seek=${seek} of ${argumentText([content])}`, node.content)
}

const envsubstOptions: OptionTable = { flags: ['-v', '--variables'] }

/** `envsubst`: replaces environment variables in text. */
function envsubst(call: Call, { operands }: Options): number {
  const { machine } = call
  const input = machine.input ?? empty
  const text = textOf(input)
  const listed = operands.length === 0 ? undefined : textOf(operands[0] ?? empty)
  if (text === undefined || (operands.length > 0 && listed === undefined)) {
    // Only values that are new in every run could make a difference between runs.
    const fresh = [...machine.variables].filter(([, value]) => keyOf(value).match(volatileMark) !== null).map(([, value]) => value)
    const how = `envsubst ${argumentText(operands)}`
    machine.print(fresh.length === 0 ? filtered(how, input, machine) : derived(how, input, ...fresh))
    return 0
  }
  machine.print(substituted(text, listed === undefined ? undefined : new Set(listed.match(/[A-Za-z_]\w*/g)), machine))
  return 0
}

function substituted(text: string, listed: ReadonlySet<string> | undefined, machine: CommandMachine): Value {
  const pieces: Value[] = []
  let from = 0
  for (const match of text.matchAll(/\$(?:\{([A-Za-z_]\w*)\}|([A-Za-z_]\w*))/g)) {
    const name = match[1] ?? match[2] ?? ''
    if (listed !== undefined && !listed.has(name)) continue
    pieces.push(literal(text.slice(from, match.index)), machine.variable(name) ?? unknown(`$${name}`))
    from = match.index + match[0].length
  }
  return concat(...pieces, literal(text.slice(from)))
}

/** `yes` prints endlessly, until its reader exits. */
function yes(call: Call): number {
  call.machine.print([{ id: `yes ${argumentText(call.arguments)}`, filled: true }])
  return 0
}

const unpackedOptions: OptionTable = { flags: ['-f', '-k', '-q', '-v'], values: ['-T'] }

function unpacked(call: Call, { operands }: Options): number {
  const { content, missing } = readAll(operands, call.machine)
  const suffix = call.name.endsWith('bzcat') ? '.bz2' : call.name.endsWith('xzcat') ? '.xz' : '.gz'
  call.machine.print(unpack(suffix, content))
  return missing ? 1 : 0
}

/** Empties a file instead of adding to it. */
const overwrites: Repairs = (situation) => {
  const word = situation.writtenRest.find(({ value }) => textOf(value) === '-a')
  return word === undefined ? [] : one([removed(word, situation.text)])
}

export const textCommands: readonly CommandModel[] = [
  {
    names: ['cat', 'zcat', 'bzcat', 'xzcat'],
    onlyTouchesFiles: true,
    section: 'text',
    forms: [
      { form: 'cat', again: 'no change', safeWhen: '' },
      { form: '> FILE', again: 'no change if the command prints the same; a kill leaves FILE empty or truncated', safeWhen: '' },
      { form: '>> FILE', again: 'appends the text again', safeWhen: 'grep -q TEXT FILE ||; write > FILE first' },
    ],
    run: byName(
      new Map([
        ['cat', reading(catOptions, cat)],
        ['zcat', reading(unpackedOptions, unpacked)],
        ['bzcat', reading(unpackedOptions, unpacked)],
        ['xzcat', reading(unpackedOptions, unpacked)],
      ]),
    ),
  },
  {
    names: ['tee'],
    failsIfReadOnly: true,
    repairs: { differing: overwrites },
    onlyTouchesFiles: true,
    section: 'text',
    forms: [
      { form: 'tee FILE', again: 'no change', safeWhen: '' },
      { form: 'tee -a FILE', again: 'appends the text again', safeWhen: 'grep -q TEXT FILE ||' },
    ],
    run: reading(teeOptions, tee),
  },
  {
    names: ['dd'],
    onlyTouchesFiles: true,
    section: 'files',
    forms: [
      { form: 'dd of=FILE', again: 'no change', safeWhen: '' },
      { form: 'dd of=FILE oflag=append conv=notrunc', again: 'appends the data again', safeWhen: '' },
    ],
    run: dd,
  },
  {
    names: ['envsubst'],
    onlyTouchesFiles: true,
    section: 'text',
    forms: [{ form: 'envsubst < TEMPLATE > FILE', again: 'no change', safeWhen: '' }],
    run: reading(envsubstOptions, envsubst),
  },
  {
    names: ['yes'],
    section: 'text',
    onlyTouchesFiles: true,
    forms: [{ form: 'yes | COMMAND', again: 'same as COMMAND', safeWhen: '' }],
    run: yes,
  },
]
