/** Command lines of services as data: which words create, change or remove which kind of thing. */

import { concat, empty, keyOf, literal, textOf, unknown, type Value, valueOfKey, volatileMark } from '../../value/value.ts'
import type { Call, CatalogueSection, CommandForm, CommandModel, OptionTable, Program, Run } from '../command.ts'
import { factName, ServiceFacts } from './facts.ts'
import { type Options, reading } from './options.ts'

/**
 * What a subcommand does to a thing:
 * - `reads`: no change; `asks`: its status tells whether the thing exists; `lists`: prints the names of the kind
 * - `creates`: creates it, fails if it exists; `puts`: creates or replaces it; `deletes`: removes it, fails if it does not exist
 * - `updates`: creates another version of it, fails if it does not exist
 * - `clears`: removes it if it exists; `appends`: adds one more each time; `unknown`: something that is not analyzed
 */
export type ServiceEffect = 'reads' | 'asks' | 'lists' | 'creates' | 'puts' | 'updates' | 'deletes' | 'clears' | 'appends' | 'unknown'

export interface ServiceRule {
  /** The words of the subcommand, in order. The first rule whose words match the start of the command line applies. */
  readonly words: readonly string[]
  readonly effect: ServiceEffect
  /** Kind of thing; the words if omitted. */
  readonly kind?: string
  /**
   * What names the thing: the number of operands after the words (1 if omitted), the first of these options that is given, or the entire
   * command line.
   */
  readonly name?: number | readonly string[] | 'all'
  /** Options that turn `creates` and `updates` into `puts`, and `deletes` into `clears`. */
  readonly lenient?: readonly string[]
  /** Exit status on failure, 1 if omitted. */
  readonly failure?: number
  /** Whether `lists` prints only names, or the options that make it do so. */
  readonly bare?: true | readonly string[]
  /** Whether a kill partway leaves something (a lock, a dirty version) that makes every later call fail. */
  readonly locks?: 'always' | 'perhaps'
}

export interface ServiceTool extends OptionTable {
  readonly names: readonly string[]
  readonly section: CatalogueSection
  readonly forms: readonly CommandForm[]
  /** The service that keeps the things; tools of the same service share them. */
  readonly service: string
  /** Options whose values distinguish otherwise equal names: a namespace, a host. */
  readonly scope?: readonly string[]
  readonly rules: readonly ServiceRule[]
  /** What else is known of the program. */
  readonly traits?: Omit<Program, 'run'>
}

/** Builds the model of a tool. */
export function serviceModel(tool: ServiceTool): CommandModel & { readonly run: Run } {
  const { names, section, forms, traits } = tool
  return { ...traits, names, section, forms, run: reading(tableOf(tool), (call, options) => runService(call, options, tool)) }
}

/** The table of a tool, without what is not about options. */
function tableOf({ style, flags, values, attached, operandsEndOptions, lenient }: ServiceTool): OptionTable {
  return { style, flags, values, attached, operandsEndOptions, lenient }
}

/** Runs a command line whose options are read. @returns the exit status */
export function runService(call: Call, options: Options, tool: ServiceTool): number {
  const rule = tool.rules.find(({ words }) => words.every((word, index) => textOf(options.operands[index] ?? empty) === word))
  call.fallible()
  if (rule === undefined) return call.notFollowed(`what this ${call.name} command does`)
  const scope = (tool.scope ?? []).map((name) => keyOf(options.value(name) ?? empty))
  const facts = new ServiceFacts(call.machine, tool.service)
  const kind = [...scope, rule.kind ?? rule.words.join(' ')]
  if (rule.effect === 'lists') return listNames(call, facts, kind, rule.bare === true || options.has(...(rule.bare ?? [])))
  const name = factName(...kind, ...nameOf(rule, options, call))
  return applyRule(call, facts, name, rule, options.has(...(rule.lenient ?? [])))
}

function nameOf({ name = 1, words }: ServiceRule, { value, operands }: Options, call: Call): string[] {
  if (name === 'all') return call.arguments.map(keyOf)
  if (typeof name === 'number') return operands.slice(words.length, words.length + name).map(keyOf)
  return [keyOf(value(...name) ?? empty)]
}

/**
 * Prints the known names of a kind, one per line, after an unknown text for the names that existed at the start.
 * @param isBare whether a line contains only the name; in a table, the rest of the line is unknown
 */
function listNames(call: Call, facts: ServiceFacts, kind: readonly string[], isBare: boolean): number {
  const prefix = `${factName(...kind)}/`
  const lines = facts
    .names()
    .filter((name) => name.startsWith(prefix))
    .map((name) =>
      concat(
        literal('\n'),
        valueOfKey(name.slice(prefix.length).replaceAll('/', ' ')),
        isBare ? empty : unknown(`after ${name}`),
        literal('\n'),
      ),
    )
  call.machine.print(concat([{ id: `the ${prefix} that ${call.name} lists at the start` }], ...lines))
  return 0
}

/** Applies an effect to a thing. @returns the exit status */
export function applyRule(call: Call, facts: ServiceFacts, name: string, rule: Omit<ServiceRule, 'words'>, isLenient: boolean): number {
  const { failure = 1 } = rule
  const text = call.arguments.reduce<Value>((all, word) => concat(all, literal(' '), word), literal(call.name))
  if (rule.locks !== undefined && !passesLock(call, facts, rule.locks)) return failure
  switch (rule.effect) {
    case 'reads':
    case 'lists':
      call.machine.print(facts.output(text))
      return 0
    case 'asks':
      if (!facts.ask(name)) return failure
      call.machine.print(concat(facts.output(text), literal('\n')))
      return 0
    case 'creates':
      if (!isLenient) return facts.create(name) ? 0 : failure
      if (facts.look(name) === undefined || facts.look(name) === null) facts.put(name)
      return 0
    case 'puts':
      put(facts, name, rule, text)
      return 0
    case 'updates':
      if (!isLenient && !facts.ask(name)) return failure
      put(facts, name, rule, text)
      return 0
    case 'deletes':
      if (!isLenient) return facts.destroy(name) ? 0 : failure
      facts.remove(name)
      return 0
    case 'clears':
      facts.remove(name)
      return 0
    case 'appends':
      facts.append(name, concat(literal('\n'), text))
      return 0
    case 'unknown':
      return call.notFollowed(`what this ${call.name} command does`)
  }
}

/**
 * Creates or replaces a thing. A setting (no kind of thing) that is the same each time is not tracked: `add_user … || change_password …`
 * leaves one state, whichever side ran. A value that is new each time is tracked.
 */
function put(facts: ServiceFacts, name: string, { kind }: Omit<ServiceRule, 'words'>, text: Value): void {
  const isNew = keyOf(text).search(volatileMark) !== -1
  if (isNew || kind !== undefined) facts.put(name, isNew ? text : empty)
}

/** The name of what a killed call leaves behind. */
const lock = 'left by a kill'

/** Whether no earlier call was killed partway; a kill in this call leaves the mark. */
function passesLock(call: Call, facts: ServiceFacts, locks: 'always' | 'perhaps'): boolean {
  const { machine } = call
  if (facts.isMade(lock)) return false
  call.partials(() => {
    const isUndone = locks === 'perhaps' && machine.world.decide(`whether ${call.name} rolls back after a kill`) === 0
    if (!isUndone) facts.put(lock)
  })
  return true
}
