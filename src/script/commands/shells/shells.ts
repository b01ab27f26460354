/** Shells started by the script: `sh -c TEXT`, `bash FILE`, `… | sh`. */

import type { ShellOptions } from '../../syntax/dialect.ts'
import { empty, textOf, type Value } from '../../value/value.ts'
import { NotAnalyzed } from '../../value/world.ts'
import type { Call, CommandModel } from '../command.ts'
import { writtenPath } from '../kit/reading.ts'

interface Invocation {
  readonly options: Partial<ShellOptions>
  /** Whether `-c` was given: the first operand is the text. */
  readonly takesText: boolean
  readonly operands: readonly Value[]
}

const longOptions: ReadonlyMap<string, Partial<ShellOptions>> = new Map([
  ['errexit', { errexit: true }],
  ['nounset', { nounset: true }],
  ['pipefail', { pipefail: true }],
])

function readInvocation(call: Call): Invocation {
  const rest = [...call.arguments]
  let [options, takesText]: [Partial<ShellOptions>, boolean] = [{}, false]
  for (let word = optionAt(rest); word !== undefined; word = optionAt(rest)) {
    rest.shift()
    if (word === '--') break
    if (word.startsWith('--')) {
      if (!['--login', '--norc', '--noprofile', '--posix'].includes(word)) throw new NotAnalyzed(`what option ${word} of ${call.name} does`)
      continue
    }
    takesText ||= word.includes('c')
    for (const letter of word.slice(1)) options = { ...options, ...letterOption(letter, rest, call.name) }
  }
  return { options, takesText, operands: rest }
}

/** The next option; undefined if the next word is an operand. */
function optionAt(rest: readonly Value[]): string | undefined {
  const word = textOf(rest[0] ?? empty)
  return word !== undefined && /^[-+]./.test(word) ? word : undefined
}

/** The effect of one letter of `-ec`; `-o` takes its name from the next word. */
function letterOption(letter: string, rest: Value[], name: string): Partial<ShellOptions> {
  if (letter === 'e') return { errexit: true }
  if (letter === 'u') return { nounset: true }
  if (letter === 'o') return longOptions.get(textOf(rest.shift() ?? empty) ?? '') ?? {}
  if ('clixvpsmn'.includes(letter)) return {}
  throw new NotAnalyzed(`what option -${letter} of ${name} does`)
}

function shell(call: Call): number {
  const { machine } = call
  const { options, takesText, operands } = readInvocation(call)
  const [first, ...rest] = operands
  if (takesText) return first === undefined ? 2 : call.runShell(first, rest.slice(1), options, call.name)
  if (first === undefined) {
    if (machine.input === undefined || textOf(machine.input) !== undefined)
      return call.runShell(machine.input ?? empty, [], options, call.name)
    return call.notFollowed(whatItDoes(machine.input))
  }
  const node = machine.suppose(writtenPath(first, machine), { kind: 'file', content: [{ id: 'a script of the image' }] })
  if (node.kind !== 'file') return 127
  if (textOf(node.content) !== undefined) return call.runShell(node.content, rest, options, call.name)
  return call.notFollowed(whatItDoes(node.content))
}

/** What a URL serves (`served` in downloads/). */
const fromUrl = /^content of (https?:\/\/[\x21-\x7e]{1,100})$/

/** The reason for a script whose text is not known: where it comes from, if it was downloaded. */
function whatItDoes(text: Value): string {
  const [piece, ...more] = text
  const source = more.length === 0 && typeof piece === 'object' ? fromUrl.exec(piece.id)?.[1] : undefined
  return source === undefined ? 'what a script with unknown text does' : `what the script at ${source} does`
}

export const shellCommands: readonly CommandModel[] = [
  {
    names: ['sh', 'bash', 'ash', 'dash', 'ksh', 'zsh'],
    section: 'processes',
    forms: [
      { form: "sh -c 'TEXT'", again: 'same as TEXT', safeWhen: 'as for TEXT' },
      { form: 'sh FILE', again: 'unknown if the text of FILE is unknown', safeWhen: '' },
    ],
    run: shell,
  },
]
