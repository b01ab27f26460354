/** Command lines of services as data: which words make, change or take away which kind of thing. */

import { concat, empty, keyOf, known, textOf, unknown, type Value, valueOfKey, volatileMark } from '../../value/value.ts'
import type { Call, CommandFamily, CommandForm, CommandModel } from '../command.ts'
import { factName, ServiceFacts } from './facts.ts'

/**
 * What a subcommand does to a thing:
 * - `reads`: nothing; `asks`: its status says whether the thing is there; `lists`: prints the names of the kind
 * - `creates`: makes it, fails where it is; `puts`: makes it be there; `deletes`: takes it away, fails where it is not
 * - `updates`: makes another version of it, fails if it is not there
 * - `clears`: takes it away, there or not; `appends`: adds one more each time; `unknown`: something that nobody follows
 */
export type ServiceEffect = 'reads' | 'asks' | 'lists' | 'creates' | 'puts' | 'updates' | 'deletes' | 'clears' | 'appends' | 'unknown'

export interface ServiceRule {
  /** The words of the subcommand, in order; the first rule whose words come first on the command line is taken. */
  readonly words: readonly string[]
  readonly effect: ServiceEffect
  /** Kind of thing; the words where left out. */
  readonly kind?: string
  /**
   * What names the thing: so many operands behind the words (1 where left out), the first of these options that is given, or the whole
   * command line.
   */
  readonly name?: number | readonly string[] | 'all'
  /** Options that turn `creates` and `updates` into `puts`, and `deletes` into `clears`. */
  readonly lenient?: readonly string[]
  /** Exit status of the failure, 1 where left out. */
  readonly failure?: number
  /** Whether `lists` prints nothing but names, or the options that make it do so. */
  readonly bare?: true | readonly string[]
  /** Whether a kill in the middle leaves something (a lock, a dirty version) that makes every later call fail. */
  readonly locks?: 'always' | 'perhaps'
}

export interface ServiceTool {
  readonly names: readonly string[]
  readonly family: CommandFamily
  readonly forms: readonly CommandForm[]
  /** The service that keeps the things; tools of one service see the same. */
  readonly service: string
  /** Options with a value. */
  readonly values?: readonly string[]
  /** Options without one. */
  readonly flags?: readonly string[]
  /** Options whose values tell otherwise equal names apart: a namespace, a host. */
  readonly scope?: readonly string[]
  readonly rules: readonly ServiceRule[]
}

/** The model of a tool. */
export function serviceModel(tool: ServiceTool): CommandModel {
  return { names: tool.names, family: tool.family, forms: tool.forms, run: (call) => runService(call, tool) }
}

export interface ServiceOptions {
  readonly given: ReadonlyMap<string, Value>
  readonly operands: readonly Value[]
  /** An option that nobody knows: whether a value stands behind it is open. */
  readonly strange: string | null
}

/** Takes the arguments of a service's tool apart. Unknown options that carry their value (`--name=value`) are no harm. */
export function readServiceOptions(
  rest: readonly Value[],
  { values = [], flags = [] }: { readonly values?: readonly string[]; readonly flags?: readonly string[] },
): ServiceOptions {
  const given = new Map<string, Value>()
  const operands: Value[] = []
  let strange: string | null = null
  for (let index = 0; index < rest.length; index++) {
    const value = rest[index] ?? empty
    const head = typeof value[0] === 'string' ? value[0] : ''
    if (head === '--' && value.length === 1) {
      operands.push(...rest.slice(index + 1))
      break
    }
    const equals = head.indexOf('=')
    if (!head.startsWith('-') || head === '-') operands.push(value)
    else if (equals > 0) given.set(head.slice(0, equals), concat(known(head.slice(equals + 1)), value.slice(1)))
    else if (values.includes(head) && value.length === 1) given.set(head, rest[++index] ?? empty)
    else if (flags.includes(head) && value.length === 1) given.set(head, empty)
    else if (values.includes(head.slice(0, 2)) && !head.startsWith('--'))
      given.set(head.slice(0, 2), concat(known(head.slice(2)), value.slice(1)))
    else strange ??= head
  }
  return { given, operands, strange }
}

function runService(call: Call, tool: ServiceTool): number {
  const options = readServiceOptions(call.arguments, tool)
  const rule = tool.rules.find(({ words }) => words.every((word, index) => textOf(options.operands[index] ?? empty) === word))
  call.fallible()
  if (rule === undefined) return call.notFollowed(`what ${call.name} does here`)
  if (options.strange !== null && rule.effect !== 'reads') return call.notFollowed(`the option ${options.strange} of ${call.name}`)
  const scope = (tool.scope ?? []).map((name) => keyOf(options.given.get(name) ?? empty))
  const facts = new ServiceFacts(call.machine, tool.service)
  const kind = [...scope, rule.kind ?? rule.words.join(' ')]
  if (rule.effect === 'lists')
    return listNames(call, facts, kind, rule.bare === true || rule.bare?.some((option) => options.given.has(option)) === true)
  const name = factName(...kind, ...nameOf(rule, options, call))
  return applyRule(call, facts, name, rule, rule.lenient?.some((option) => options.given.has(option)) === true)
}

function nameOf({ name = 1, words }: ServiceRule, { given, operands }: ServiceOptions, call: Call): string[] {
  if (name === 'all') return call.arguments.map(keyOf)
  if (typeof name === 'number') return operands.slice(words.length, words.length + name).map(keyOf)
  return [keyOf(name.map((option) => given.get(option)).find((value) => value !== undefined) ?? empty)]
}

/**
 * Prints the names of a kind, one a line, as far as they are known, behind those that nobody knows.
 * @param isBare whether nothing else stands in the line; where it may be a table, nobody follows what stands behind the name
 */
function listNames(call: Call, facts: ServiceFacts, kind: readonly string[], isBare: boolean): number {
  const prefix = `${factName(...kind)}/`
  const lines = facts
    .names()
    .filter((name) => name.startsWith(prefix))
    .map((name) =>
      concat(
        known('\n'),
        valueOfKey(name.slice(prefix.length).replaceAll('/', ' ')),
        isBare ? empty : unknown(`behind ${name}`),
        known('\n'),
      ),
    )
  call.machine.print(concat([{ id: `the ${prefix} that ${call.name} lists from the start` }], ...lines))
  return 0
}

/** Carries an effect out on a thing. @returns the exit status */
export function applyRule(call: Call, facts: ServiceFacts, name: string, rule: Omit<ServiceRule, 'words'>, isLenient: boolean): number {
  const { failure = 1 } = rule
  const text = call.arguments.reduce<Value>((all, word) => concat(all, known(' '), word), known(call.name))
  if (rule.locks !== undefined && !passesLock(call, facts, rule.locks)) return failure
  switch (rule.effect) {
    case 'reads':
    case 'lists':
      call.machine.print(facts.output(text))
      return 0
    case 'asks':
      if (!facts.ask(name)) return failure
      call.machine.print(concat(facts.output(text), known('\n')))
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
      facts.append(name, concat(known('\n'), text))
      return 0
    case 'unknown':
      return call.notFollowed(`what ${call.name} does here`)
  }
}

/**
 * Makes a thing be there. A setting (no kind of thing) that is the same each time is taken for granted: `add_user … || change_password …`
 * leaves one state, whichever half was carried out. What is new each time shows.
 */
function put(facts: ServiceFacts, name: string, { kind }: Omit<ServiceRule, 'words'>, text: Value): void {
  const isNew = keyOf(text).search(volatileMark) !== -1
  if (isNew || kind !== undefined) facts.put(name, isNew ? text : empty)
}

/** The name of what a killed call leaves behind. */
const lock = 'left by a kill'

/** Whether no earlier call was killed half-way; a kill in this one leaves its mark. */
function passesLock(call: Call, facts: ServiceFacts, locks: 'always' | 'perhaps'): boolean {
  const { machine } = call
  if (machine.files.look(facts.path(lock))?.kind === 'file') return false
  call.partials(() => {
    const isUndone = locks === 'perhaps' && machine.setting.world.decide(`whether ${call.name} takes back what was cut off`) === 0
    if (!isUndone) facts.put(lock)
  })
  return true
}
