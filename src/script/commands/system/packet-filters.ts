/** iptables, ebtables and arptables: rules and chains of the network that the pod uses. */

import { guarded, type Repairs } from '../../change/kit.ts'
import { isWritten } from '../../change/situation.ts'
import { nameOf } from '../../machine/file-system.ts'
import { concat, keyOf, literal } from '../../value/value.ts'
import type { Call } from '../command.ts'
import { factName, ServiceFacts } from '../kit/facts.ts'

/** The commands of iptables(8), ebtables(8) and arptables(8), by their long names. */
const actions: ReadonlyMap<string, string> = new Map([
  ['append', '-A'],
  ['check', '-C'],
  ['delete', '-D'],
  ['insert', '-I'],
  ['replace', '-R'],
  ['list', '-L'],
  ['list-rules', '-S'],
  ['flush', '-F'],
  ['zero', '-Z'],
  ['new-chain', '-N'],
  ['new', '-N'],
  ['delete-chain', '-X'],
  ['policy', '-P'],
  ['rename-chain', '-E'],
  ['version', '-V'],
  ['help', '-h'],
])

const shortActions = new Set(actions.values())

/** Other names of options that select packets: a rule is the same with either (iptables(8)). */
const shortOptions: ReadonlyMap<string, string> = new Map([
  ['--protocol', '-p'],
  ['--proto', '-p'],
  ['--source', '-s'],
  ['--src', '-s'],
  ['--destination', '-d'],
  ['--dst', '-d'],
  ['--in-interface', '-i'],
  ['--out-interface', '-o'],
  ['--jump', '-j'],
  ['--goto', '-g'],
  ['--match', '-m'],
])

/** Chains that the kernel has (iptables(8), TABLES). */
const builtIn = /^(INPUT|OUTPUT|FORWARD|PREROUTING|POSTROUTING|BROUTING)$/

interface Invocation {
  readonly table: string
  readonly action: string | undefined
  readonly chain: string
  /** The position of the rule in its chain, if it is set by number: `-I CHAIN 2 …`, `-D CHAIN 2`. */
  readonly position: boolean
  /** The words after the chain and the position. */
  readonly rest: readonly string[]
}

function read(words: readonly string[]): Invocation {
  const index = words.findIndex((word) => shortActions.has(word) || actions.has(word.replace(/^--/, '')))
  const word = words[index] ?? ''
  const action = index === -1 ? undefined : (actions.get(word.replace(/^--/, '')) ?? word)
  const next = words[index + 1] ?? ''
  const chain = index === -1 || next.startsWith('-') ? '' : next
  const position = /^\d+$/.test(words[index + 2] ?? '') && action !== '-P'
  return { table: tableOf(words), action, chain, position, rest: words.slice(index + (chain === '' ? 1 : position ? 3 : 2)) }
}

function tableOf(words: readonly string[]): string {
  for (const [index, word] of words.entries()) {
    if (word === '-t' || word === '--table') return words[index + 1] ?? ''
    const attached = /^(?:--table=|-t)(\w+)$/.exec(word)?.[1]
    if (attached !== undefined) return attached
  }
  return 'filter'
}

/** Options that say how the command runs, not what the rule is, with their values. */
const running = new Set([
  '-w',
  '--wait',
  '-W',
  '--wait-interval',
  '-v',
  '--verbose',
  '-n',
  '--numeric',
  '-t',
  '--table',
  '-c',
  '--set-counters',
])

/** The order in which readers expect options. */
function rankOf([first, second]: readonly string[]): number {
  const option = first === '!' ? second : first
  return option === '-p' ? 0 : option === '-j' || option === '-g' ? 2 : 1
}

/**
 * A rule without regard to the order and the spelling of its options, so that `-C` finds what `-A` added. The match of a protocol that `-p`
 * names is implied.
 */
function ruleText(words: readonly string[]): string {
  const groups: string[][] = []
  let isNegated = false
  for (const word of words) {
    const last = groups.at(-1)
    if (word === '!') isNegated = true
    else if (/^-\D/.test(word) || last === undefined) {
      groups.push([...(isNegated ? ['!'] : []), shortOptions.get(word) ?? word])
      isNegated = false
    } else last.push(...(isNegated ? ['!', word] : [word]))
  }
  const protocol = groups.find(([option]) => option === '-p')?.[1]
  return groups
    .filter(
      ([option = '', value]) => !running.has(option) && !/^--(table|wait)=|^-t\w/.test(option) && !(option === '-m' && value === protocol),
    )
    .map((group) => ({ text: group.join(' '), rank: rankOf(group) }))
    .sort((a, b) => a.rank - b.rank || (a.text < b.text ? -1 : 1))
    .map(({ text }) => text)
    .join(' ')
}

/** The rules of a table, in order, and its chains. They live as long as the network. */
export function iptables(call: Call): number {
  const { table, action, chain, position, rest } = read(call.arguments.map(keyOf))
  const facts = new ServiceFacts(call.machine, call.machine.network, nameOf(call.name))
  const rule = factName('rule', table, chain, ruleText(rest))
  const ownChain = factName('chain', table, chain)
  switch (action) {
    case '-A':
    case '-I':
      facts.append(rule, literal('+'))
      return 0
    case '-C':
      return facts.exists(rule) ? 0 : 1
    case '-D':
      return position ? call.notFollowed('which rule is deleted') : dropOne(facts, rule)
    case '-N':
      return facts.create(ownChain) ? 0 : 1
    case '-X':
      if (chain === '') removeAll(facts, 'chain', table, '')
      else if (!facts.ask(ownChain)) return 1
      else facts.remove(ownChain)
      return 0
    case '-F':
      if (chain !== '' && !builtIn.test(chain) && !facts.ask(ownChain)) return 1
      removeAll(facts, 'rule', table, chain)
      return 0
    case '-P':
      facts.put(factName('policy', table, chain), literal(rest[0] ?? ''))
      return 0
    case '-L':
    case '-S':
      if (chain !== '' && !builtIn.test(chain) && !facts.ask(ownChain)) return 1
      call.machine.print(
        concat(
          facts.output(literal([action, table, chain, ...rest].join(' '))),
          literal('\n'),
          literal(listed(facts, table, action === '-S')),
        ),
      )
      return 0
    case '-Z':
    case '-V':
    case '-h':
      return 0
    default:
      return call.notFollowed(`what this ${call.name} command does`)
  }
}

/** The lines of a list that show what the script added. @param asCommands in the form of `-S`, which shows rules as well */
function listed(facts: ServiceFacts, table: string | undefined, asCommands: boolean): string {
  return facts
    .names()
    .map((name) => name.split('/'))
    .filter(([, ownTable]) => table === undefined || ownTable === table)
    .map(([kind, , chain = '', rule = '']) => {
      if (!asCommands) return kind === 'chain' ? `Chain ${chain} (0 references)\n` : ''
      return kind === 'chain' ? `-N ${chain}\n` : kind === 'rule' ? `-A ${chain} ${rule}\n` : ''
    })
    .join('')
}

/** Removes everything of one kind from a table, or from one of its chains. */
function removeAll(facts: ServiceFacts, kind: 'rule' | 'chain', table: string, chain: string): void {
  for (const name of facts.names()) {
    const [ownKind, ownTable, ownChain] = name.split('/')
    if (ownKind === kind && ownTable === table && (chain === '' || ownChain === chain)) facts.remove(name)
  }
}

function dropOne(facts: ServiceFacts, rule: string): number {
  const before = facts.look(rule)
  const count = before === undefined || before === null ? '' : keyOf(before)
  if (/^\++$/.test(count) && count.length > 1) {
    facts.put(rule, literal(count.slice(1)))
    return 0
  }
  if (!facts.ask(rule)) return 1
  facts.remove(rule)
  return 0
}

/** `iptables-restore`: replaces the tables that its input names. With `--noflush`, it adds to them. */
export function restoreRules(call: Call): number {
  const words = call.arguments.map(keyOf)
  if (words.some((word) => /^(-\w*[nt]|--noflush|--test)$/.test(word))) return call.notFollowed(`what ${call.name} adds`)
  const facts = new ServiceFacts(call.machine, call.machine.network, nameOf(call.name).replace(/-restore$/, ''))
  // The input may name any table, and what it names is the same after each run.
  facts.forget()
  return 0
}

/** `iptables-save`: prints all rules. */
export function saveRules(call: Call): number {
  const facts = new ServiceFacts(call.machine, call.machine.network, nameOf(call.name).replace(/-save$/, ''))
  call.machine.print(
    concat(facts.output(literal(call.arguments.map(keyOf).join(' '))), literal('\n'), literal(listed(facts, undefined, true))),
  )
  return 0
}

/** Asks with -C whether the rule is there already. */
export const askedFirst: Repairs = (situation) => {
  const { texts, rest, name, text } = situation
  const action = texts.findIndex((word) => word === '-A' || word === '-I')
  const [flag, last] = [rest[action], rest.at(-1)]
  if (name === undefined || flag === undefined || !isWritten(flag) || last === undefined || !isWritten(last)) return []
  const position = rest[action + 2]
  const isNumbered = /^\d+$/.test(texts[action + 2] ?? '') && position !== undefined && isWritten(position)
  const chain = rest[action + 1]
  if (chain === undefined || !isWritten(chain)) return []
  const tail = text.slice(isNumbered ? position.span.end : chain.span.end, last.span.end)
  return guarded(situation, `${text.slice(name.span.start, flag.span.start)}-C ${situation.raw(chain)}${tail} 2> /dev/null`)
}
