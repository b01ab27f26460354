/**
 * The one reader of options, with a table for each program. It fails closed: an option that the table does not list could change anything,
 * so the command is not analyzed.
 */

import type { CommandMachine } from '../../machine/command-machine.ts'
import { nameOf } from '../../machine/file-system.ts'
import { concat, literal, textOf, type Value } from '../../value/value.ts'
import { NotAnalyzed } from '../../value/world.ts'
import type { Call, OptionTable, OptionUse, Run } from '../command.ts'

export interface Options {
  /** Whether any of the names was given. */
  has(...names: readonly string[]): boolean
  /** The last value of the first of these names that was given. */
  value(...names: readonly string[]): Value | undefined
  /** The names of the options that were given. */
  readonly names: readonly string[]
  /** Every value given for these names, in order. */
  all(...names: readonly string[]): readonly Value[]
  readonly operands: readonly Value[]
}

/**
 * Parses the arguments of a call.
 * @throws NotAnalyzed for an option that the table does not list, unless the table says why it cannot matter
 */
export function readOptions(call: Pick<Call, 'name' | 'arguments'>, table: OptionTable): Options {
  return new Reader(call.name, table).read(call.arguments)
}

/** The function of a program whose arguments are read with one table; the table is part of the record. */
export function reading<M extends CommandMachine = CommandMachine>(
  table: OptionTable,
  run: (call: Call<M>, options: Options) => number,
): Run<M> {
  return Object.assign((call: Call<M>) => run(call, readOptions(call, table)), { options: [{ table }] })
}

/** The function of a program whose table depends on its name or subcommand; it reads its arguments itself. */
export function withTables<M extends CommandMachine = CommandMachine>(
  options: readonly OptionUse[],
  run: (call: Call<M>) => number,
): Run<M> {
  return Object.assign((call: Call<M>) => run(call), { options })
}

/** The function of a model whose names run different programs. */
export function byName(programs: ReadonlyMap<string, Run>): Run {
  const uses = [...programs].flatMap(([name, { options = [] }]) => options.map(({ table, after }) => ({ table, after: after ?? name })))
  return withTables(uses, (call) => {
    const run = programs.get(nameOf(call.name))
    return run === undefined ? call.notFollowed(`what ${call.name} does`) : run(call)
  })
}

/** The name that `--name=value` starts with, and the offset of the value; -1 if there is none. */
function splitAtEquals(text: string): { readonly name: string; readonly equals: number } {
  const equals = text.indexOf('=')
  return { name: equals === -1 ? text : text.slice(0, equals), equals }
}

function leadingText(value: Value): string {
  return typeof value[0] === 'string' ? value[0] : ''
}

/** The rest of an argument from an offset in its leading text. */
function restOf(value: Value, text: string, offset: number): Value {
  return concat(literal(text.slice(offset)), value.slice(1))
}

class Reader {
  readonly #program: string
  readonly #table: Required<Pick<OptionTable, 'style' | 'flags' | 'values' | 'attached'>> & OptionTable
  readonly #given = new Map<string, Value[]>()
  #rest: Value[] = []

  constructor(program: string, table: OptionTable) {
    this.#program = program
    this.#table = {
      ...table,
      style: table.style ?? 'getopt',
      flags: table.flags ?? [],
      values: table.values ?? [],
      attached: table.attached ?? [],
    }
  }

  read(words: readonly Value[]): Options {
    const operands: Value[] = []
    this.#rest = [...words]
    for (let value = this.#rest.shift(); value !== undefined; value = this.#rest.shift()) {
      const text = leadingText(value)
      if (text === '--' && value.length === 1) {
        operands.push(...this.#rest)
        break
      }
      if (text.startsWith('-') && text !== '-') {
        if (this.#hasWords) this.#readWord(value, text)
        else if (!this.#readLong(value, text)) this.#readCluster(value, text)
        continue
      }
      operands.push(value)
      if (this.#table.operandsEndOptions === true) {
        operands.push(...this.#rest)
        break
      }
    }
    const given = this.#given
    return {
      has: (...names) => names.some((name) => given.has(name)),
      value: (...names) => names.map((name) => given.get(name)?.at(-1)).find((found) => found !== undefined),
      all: (...names) => names.flatMap((name) => given.get(name) ?? []),
      names: [...given.keys()],
      operands,
    }
  }

  get #hasWords(): boolean {
    return this.#table.style === 'words' || this.#table.style === 'separate'
  }

  #give(option: string, found?: Value): void {
    this.#given.set(option, [...(this.#given.get(option) ?? []), ...(found === undefined ? [] : [found])])
  }

  /** An option with a whole word after one dash or two. */
  #readWord(value: Value, text: string): void {
    const { flags, values, attached, style } = this.#table
    const { name, equals } = style === 'separate' ? { name: text, equals: -1 } : splitAtEquals(text)
    const other = name.startsWith('--') ? name.slice(1) : `-${name}`
    const listed = [name, other].find((option) => [flags, values, attached].some((names) => names.includes(option)))
    if (listed === undefined || (value.length > 1 && equals === -1)) return void this.#unlisted(name)
    if (values.includes(listed)) return void this.#give(listed, equals === -1 ? this.#rest.shift() : restOf(value, text, equals + 1))
    if (attached.includes(listed)) return void this.#give(listed, equals === -1 ? undefined : restOf(value, text, equals + 1))
    this.#readFlag(listed, equals === -1 ? undefined : restOf(value, text, equals + 1))
  }

  /** An option with two dashes, or one that the table lists as a whole. @returns false if it is a cluster of short ones */
  #readLong(value: Value, text: string): boolean {
    const { flags, values, attached, style, pairs = [] } = this.#table
    const { name, equals } = splitAtEquals(text)
    const attachedValue = () => (equals === -1 ? undefined : restOf(value, text, equals + 1))
    const isWhole = equals !== -1 || value.length === 1
    if (value.length === 1 && pairs.includes(text)) for (const part of this.#rest.splice(0, 2)) this.#give(text, part)
    else if (isWhole && values.includes(name) && (name.startsWith('--') || equals === -1))
      this.#give(name, attachedValue() ?? this.#rest.shift())
    else if (isWhole && attached.includes(name) && name.startsWith('--')) this.#give(name, attachedValue())
    else if (value.length === 1 && flags.includes(text)) this.#give(text)
    else if (style === 'pflag' && equals !== -1 && flags.includes(name)) this.#readFlag(name, attachedValue())
    else if (text.startsWith('--')) this.#unlisted(name)
    else return false
    return true
  }

  /** A flag; Go's packages also accept `--flag=false`. */
  #readFlag(name: string, value: Value | undefined): void {
    const text = value === undefined ? 'true' : textOf(value)
    // The texts that strconv.ParseBool accepts.
    if (/^(1|t|T|TRUE|true|True)$/.test(text ?? '')) this.#give(name)
    else if (!/^(0|f|F|FALSE|false|False)$/.test(text ?? '')) this.#unlisted(name)
  }

  /** Short options that share one dash; the rest of the argument is the value of the first one that takes one. */
  #readCluster(value: Value, text: string): void {
    const { flags, values, attached, style } = this.#table
    for (let index = 1; index < text.length; index++) {
      const short = `-${text[index]}`
      const isEqual = style === 'pflag' && text[index + 1] === '='
      const more = restOf(value, text, index + (isEqual ? 2 : 1))
      if (values.includes(short)) return void this.#give(short, more.length > 0 ? more : this.#rest.shift())
      if (attached.includes(short)) return void this.#give(short, more.length > 0 ? more : undefined)
      if (!flags.includes(short)) return void this.#unlisted(short)
      this.#give(short)
    }
    if (value.length > 1) this.#unlisted('an unknown letter')
  }

  /** @throws NotAnalyzed unless the table says why the option cannot matter */
  #unlisted(option: string): void {
    if (this.#table.lenient === undefined || this.#table.harmful?.includes(option) === true)
      throw new NotAnalyzed(`what option ${option} of ${this.#program} does`)
  }
}
