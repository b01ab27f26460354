/** ipset: sets of addresses of the network that the pod uses. */

import { concat, keyOf, literal } from '../../value/value.ts'
import type { Call } from '../command.ts'
import { factName, ServiceFacts } from '../kit/facts.ts'

/** ipset(8): sets and their entries. `-exist` makes a repeated command succeed. */
export function ipset(call: Call): number {
  const all = call.arguments.map(keyOf)
  const words = all.filter((word) => !/^(-!|-exist|--exist|-q|-quiet|--quiet|-s|-sorted|-o|-output)$/.test(word))
  const isTolerant = all.some((word) => /^(-!|--?exist)$/.test(word))
  const [action = '', set = '', entry = ''] = words
  const facts = new ServiceFacts(call.machine, call.machine.network, 'ipset')
  const [ownSet, ownEntry] = [factName('set', set), factName('entry', set, entry)]
  switch (action.replace(/^--?/, '')) {
    case 'create':
    case 'N':
    case 'n':
      return created(facts, ownSet, isTolerant)
    case 'add':
    case 'A':
      return created(facts, ownEntry, isTolerant)
    case 'del':
    case 'D':
      return removed(facts, ownEntry, isTolerant)
    case 'test':
    case 'T':
      return facts.exists(ownEntry) ? 0 : 1
    case 'destroy':
    case 'x':
    case 'X':
      // A set takes its entries with it.
      removeEntries(facts, set)
      if (set === '') for (const name of facts.names()) facts.remove(name)
      return set === '' ? 0 : removed(facts, ownSet, false)
    case 'flush':
    case 'F':
      if (set !== '' && !facts.ask(ownSet)) return 1
      removeEntries(facts, set)
      return 0
    case 'list':
    case 'L':
    case 'save':
    case 'S':
      if (set !== '' && !set.startsWith('-') && !facts.ask(ownSet)) return 1
      call.machine.print(concat(facts.output(literal(words.join(' '))), literal('\n'), literal(listedSets(facts, words))))
      return 0
    default:
      return call.notFollowed('what this ipset command does')
  }
}

function listedSets(facts: ServiceFacts, words: readonly string[]): string {
  const isShort = words.some((word) => /^--?n(ame)?$/.test(word))
  return facts
    .names()
    .map((name) => name.split('/'))
    .map(([kind, set = '', entry = '']) => (kind === 'set' ? `${isShort ? '' : 'Name: '}${set}\n` : isShort ? '' : `${entry}\n`))
    .join('')
}

function created(facts: ServiceFacts, name: string, isTolerant: boolean): number {
  if (isTolerant) facts.put(name)
  else if (!facts.create(name)) return 1
  return 0
}

function removed(facts: ServiceFacts, name: string, isTolerant: boolean): number {
  if (!isTolerant && !facts.ask(name)) return 1
  facts.remove(name)
  return 0
}

function removeEntries(facts: ServiceFacts, set: string): void {
  for (const name of facts.names())
    if (set === '' ? name.startsWith('entry/') : name.startsWith(`${factName('entry', set)}/`)) facts.remove(name)
}
