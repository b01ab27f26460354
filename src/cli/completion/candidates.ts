/** What can follow the words of a command line, read from the commands and options themselves. */
import type { Argument, Command, Option } from 'commander'

/** A word that can be inserted, and what it means. */
export interface Candidate {
  readonly value: string
  readonly description: string
}

/** The values of options and arguments that have no fixed choices, by `--long-name`, or `command [argument]`. */
export type ValueSource = Readonly<Record<string, () => readonly Candidate[]>>

/**
 * The candidates for the last word. None means that the shell should offer file names.
 * @param program the command with all its subcommands
 * @param words the words after the program name; the last one is being typed and may be empty. Bash splits `--format=json` into three words.
 * @param values of options and arguments without fixed choices
 */
export function candidates(program: Command, words: readonly string[], values: ValueSource): readonly Candidate[] {
  const current = words.at(-1) === '=' ? '' : (words.at(-1) ?? '')
  const state = read(program, joined(words))
  return expected(state, current, values).filter(({ value }) => value.startsWith(current))
}

/** Where the last word stands. */
interface State {
  readonly command: Command
  /** The option whose value the last word is. */
  readonly option?: Option
  /** The number of arguments before it. */
  readonly position: number
  /** Whether `--` stands before it. */
  readonly optionsEnded: boolean
}

function read(program: Command, before: readonly string[]): State {
  let command = program
  let option: Option | undefined
  let position = 0
  let optionsEnded = false
  for (const word of before) {
    const subcommand: Command | undefined = command.commands.find((each) => each.name() === word)
    if (option !== undefined) option = undefined
    else if (optionsEnded) position++
    else if (word === '--') optionsEnded = true
    else if (word.startsWith('-')) option = valueFollows(command, word)
    else if (subcommand !== undefined && position === 0) command = subcommand
    else position++
  }
  return { command, position, optionsEnded, ...(option === undefined ? {} : { option }) }
}

/** The words before the last one, with `--format`, `=` joined to `--format`: an option whose value follows. */
function joined(words: readonly string[]): readonly string[] {
  return words
    .slice(0, -1)
    .concat(words.at(-1) === '=' ? ['='] : [])
    .filter((word) => word !== '=')
}

function valueFollows(command: Command, word: string): Option | undefined {
  const option = optionsOf(command).find(({ long, short }) => word === long || word === short)
  return option?.required ? option : undefined
}

function expected(state: State, current: string, values: ValueSource): readonly Candidate[] {
  const { command, option, position, optionsEnded } = state
  if (option !== undefined) return valuesOf(option, values)
  const [, name, withEquals] = /^(--[^=]+)(=)/.exec(current) ?? []
  if (name !== undefined && withEquals !== undefined && !optionsEnded) {
    const named = optionsOf(command).find(({ long }) => long === name)
    const inOption = named === undefined ? [] : valuesOf(named, values)
    return inOption.map(({ value, description }) => ({ value: `${name}=${value}`, description }))
  }
  if (current.startsWith('-') && !optionsEnded) {
    return optionsOf(command).flatMap(({ long, description }) =>
      long === undefined || long === null ? [] : [{ value: long, description }],
    )
  }
  const help = command.createHelp()
  const subcommands = position > 0 ? [] : help.visibleCommands(command)
  if (subcommands.length > 0) return subcommands.map((each) => ({ value: each.name(), description: each.summary() || each.description() }))
  const argument = argumentAt(command, position)
  return argument === undefined ? [] : (choicesOf(argument) ?? values[`${command.name()} [${argument.name()}]`]?.() ?? [])
}

function optionsOf(command: Command): readonly Option[] {
  return command.createHelp().visibleOptions(command)
}

function valuesOf(option: Option, values: ValueSource): readonly Candidate[] {
  return choicesOf(option) ?? values[option.long ?? '']?.() ?? []
}

function argumentAt({ registeredArguments }: Command, position: number): Argument | undefined {
  const last = registeredArguments.at(-1)
  return registeredArguments[position] ?? (last?.variadic ? last : undefined)
}

function choicesOf({ argChoices }: Option | Argument): readonly Candidate[] | undefined {
  return argChoices?.map((value) => ({ value, description: '' }))
}
