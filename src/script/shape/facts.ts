/** What the text of a script shows without running it, as plain data for rules. */
import type { Statement, Word } from '../syntax/syntax.ts'
import { type Command, commandOf } from './commands.ts'
import { type Endless, endlessOf } from './endless.ts'
import { Contents, isAlways, type Loop, type LoopStatement, loopOf, readsFrom } from './loops.ts'
import { migrationOf } from './migrations.ts'
import { ownDomainIn } from './own-name.ts'
import type { Programs } from './program.ts'
import { certainStatements } from './reach.ts'
import { aliasesIn, serviceVariableIn } from './service-variables.ts'
import { childrenOf, statementsOf, wordOf } from './walk.ts'
import { constantsOf, type TextBudget, TooMuchText, WordReader } from './words.ts'

/** A command that contacts a server. */
export interface Contact {
  /** Line in the script, counted from 1. */
  readonly line: number
  /** Undefined if it is known only at run time. */
  readonly host: string | undefined
  readonly port: number | undefined
  /** Whether the command only looks up the name, so that no server has to listen. */
  readonly nameOnly: boolean
  /** Whether the script waits for the server: in a loop, or with a tool that only waits. */
  readonly waits: boolean
  /** Whether the command itself tries again: `curl --retry 5`. */
  readonly retries: boolean
  /** Whether the script reaches it in each run: no condition decides, and nothing ends the script before. */
  readonly certain: boolean
  /** If the host is the name of the pod and a domain (`$HOSTNAME.db`): the domain. */
  readonly ownDomain: string | undefined
}

/** A command that rules name. */
export interface NamedCommand {
  readonly line: number
  readonly command: string
}

/** A tool that waits without a limit. */
export interface PatientTool extends NamedCommand {
  /** Whether it has an option for a limit. */
  readonly hasLimit: boolean
}

export interface ScriptFacts {
  /** Whether every command only works on files, reads or prints. */
  readonly onlyTouchesFiles: boolean
  /** Whether it starts something in the background, which may be the server that it connects to. */
  readonly hasBackground: boolean
  /** In the order of the script, as `loops`. */
  readonly contacts: readonly Contact[]
  /** `while` and `until` loops, except those in the background, which the script does not wait for. */
  readonly loops: readonly Loop[]
  /** The first tool that waits without a limit. */
  readonly patientTool: PatientTool | undefined
  /** The first migration with a tool that takes no lock; undefined if a program of the script takes one. */
  readonly migration: NamedCommand | undefined
  /** The first command or loop that the script is certain to reach and that never completes. */
  readonly endless: Endless | undefined
}

/**
 * How many characters of words are read, with the values of variables: four times the longest script. A short word may stand for a long
 * value.
 */
export const maxWords = 256 * 1024

/** Maximum number of entries in each list. Real scripts have a tenth of that. */
const maxEntries = 200

/**
 * Reads the facts of a script in one pass, from the innermost statements outwards.
 * @param environment the variables of the container whose values are known
 * @param programs the records of programs by name
 * @param lineOf the line of an offset
 * @param budget what is left of it tells how much was read
 * @returns null if its words are too long in total
 */
export function factsOf(
  body: readonly Statement[],
  environment: ReadonlyMap<string, string>,
  programs: Programs,
  lineOf: (offset: number) => number,
  budget: TextBudget = { left: maxWords },
): ScriptFacts | null {
  try {
    return new FactReader(constantsOf(body, environment, budget), aliasesIn(body), budget, programs, lineOf).read(body)
  } catch (error) {
    if (error instanceof TooMuchText) return null
    throw error
  }
}

const noVariables: ReadonlyMap<string, string> = new Map()

class FactReader {
  readonly #reader: WordReader
  /** Reads words as written. */
  readonly #plain: WordReader
  readonly #records: Programs
  readonly #lineOf: (offset: number) => number
  readonly #commands = new Map<Statement, Command>()
  /** Every loop that does not run in the background. */
  readonly #loops = new Map<Statement, Loop | undefined>()
  readonly #contacts: (Omit<Contact, 'certain'> & { readonly statement: Statement })[] = []
  /** Variables that stand for another one: `HOST=$DB_SERVICE_HOST`. */
  readonly #aliases: ReadonlyMap<string, string>
  #onlyTouchesFiles = true
  #hasBackground = false
  #hasLock = false
  #kills = false
  #patientTool: PatientTool | undefined
  #migration: NamedCommand | undefined
  /** How many statements in the background, and how many loops in the foreground, contain the present statement. */
  #background = 0
  #waiting = 0

  constructor(
    variables: ReadonlyMap<string, string>,
    aliases: ReadonlyMap<string, string>,
    budget: TextBudget,
    programs: Programs,
    lineOf: (offset: number) => number,
  ) {
    this.#aliases = aliases
    this.#reader = new WordReader(variables, budget)
    this.#plain = new WordReader(noVariables, budget)
    this.#records = programs
    this.#lineOf = lineOf
  }

  read(body: readonly Statement[]): ScriptFacts {
    this.#readAll(body, new Contents())
    // A script that kills itself or its children after some time limits its loops in a way that their text does not show.
    const loops = [...this.#loops.values()].flatMap((loop) => (loop === undefined ? [] : [this.#kills ? { ...loop, bounded: true } : loop]))
    const isEndless = (statement: Statement): boolean => {
      const loop = this.#loops.get(statement)
      return loop?.always === true && !loop.leaves && !loop.bounded && !this.#kills
    }
    const reached = certainStatements(body, (statement) => this.#commands.get(statement))
    return {
      onlyTouchesFiles: this.#onlyTouchesFiles,
      hasBackground: this.#hasBackground,
      contacts: this.#contacts.map(({ statement, ...contact }) => ({ ...contact, certain: reached.has(statement) })),
      loops: loops.slice(0, maxEntries),
      patientTool: this.#patientTool,
      migration: this.#hasLock ? undefined : this.#migration,
      endless: endlessOf(body, {
        programs: this.#records,
        commandOf: (statement) => this.#commands.get(statement),
        isEndless,
        lineOf: this.#lineOf,
      }),
    }
  }

  #readAll(body: readonly Statement[], into: Contents): void {
    for (const statement of body) this.#readOne(statement, into)
  }

  #readOne(statement: Statement, into: Contents): void {
    if (statement.kind === 'loop') {
      this.#readLoop(statement, into)
      return
    }
    const command = commandOf(statement, this.#reader, this.#records)
    if (command !== undefined) this.#noteCommand(statement, command, into)
    into.note(statement, command, this.#plain)
    if (statement.kind === 'background') {
      this.#hasBackground = true
      this.#background++
    }
    if (statement.kind === 'simple') this.#readSimple(statement, into)
    else this.#readAll(childrenOf(statement), into)
    if (statement.kind === 'background') this.#background--
  }

  /** A variable with a value from `$(expr …)` counts. */
  #readSimple({ assignments, words, redirections }: Extract<Statement, { kind: 'simple' }>, into: Contents): void {
    for (const { name, value } of assignments) {
      const inner = new Contents()
      if (value !== null) this.#readWords([value], inner)
      if (inner.computes) into.count(name)
      into.merge(inner)
    }
    this.#readWords(words, into)
    this.#readWords(redirections.map(wordOf), into)
  }

  #readWords(words: readonly Word[], into: Contents): void {
    for (const word of words) this.#readAll(statementsOf(word), into)
  }

  #readLoop(statement: LoopStatement, into: Contents): void {
    const isForeground = this.#background === 0
    // Reserves its place: loops are in the order in which they begin.
    if (isForeground) this.#loops.set(statement, undefined)
    if (isForeground) this.#waiting++
    const contents = new Contents()
    this.#readAll(statement.condition, contents)
    const inCondition = contents.compared.size
    const inner = new Contents()
    this.#readAll(statement.body, inner)
    if (isForeground) this.#waiting--
    const [only] = statement.condition
    const always = statement.condition.length === 1 && only !== undefined && isAlways(statement, this.#commands.get(only))
    // What the body contacts does not end the wait if the condition does not depend on it.
    if (!always && !readsFrom(statement, inner)) inner.host = undefined
    contents.merge(inner)
    into.merge(contents)
    if (!isForeground) return
    const line = this.#lineOf(statement.span.start)
    this.#loops.set(statement, loopOf(contents, { line, always, inCondition }, this.#reader.variables))
  }

  #noteCommand(statement: Statement, command: Command, into: Contents): void {
    const { name, args, limited, offset } = command
    this.#commands.set(statement, command)
    if (name === 'kill' || name === 'pkill') this.#kills = true
    const record = this.#records.get(name)
    if (record?.onlyTouchesFiles !== true) this.#onlyTouchesFiles = false
    if (record?.takesLock === true) this.#hasLock = true
    const tool = migrationOf(command, this.#records)
    if (tool !== undefined) this.#migration ??= { line: this.#lineOf(offset), command: tool }
    const waitsForever = limited ? undefined : record?.waitsForever?.(args)
    if (waitsForever === true || waitsForever === 'always')
      this.#patientTool ??= { line: this.#lineOf(offset), command: name, hasLimit: waitsForever === true }
    const probe = record?.probe?.(args)
    if (probe === undefined) return
    if (!into.contacts) into.host = probe.host
    into.contacts = true
    if (!probe.nameOnly) into.serviceVariable ??= serviceVariableIn(statement, this.#aliases)
    if (this.#contacts.length === maxEntries) return
    const waits = this.#waiting > 0 || record?.waits === true
    const retries = args.some((text) => text.startsWith('--retry'))
    const ownDomain = probe.host === undefined ? ownDomainIn(statement) : undefined
    this.#contacts.push({ statement, line: this.#lineOf(offset), ...probe, waits, retries, ownDomain })
  }
}
