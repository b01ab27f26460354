/** ip: links, addresses, routes and rules of the network that the pod uses. */

import { concat, keyOf, literal } from '../../value/value.ts'
import type { Call } from '../command.ts'
import { factName, ServiceFacts } from '../kit/facts.ts'

/** The objects of ip, in the order in which it looks for one that begins with the given letters (iproute2, ip/ip.c, cmds). */
const objects = ['address', 'addrlabel', 'maddress', 'route', 'rule', 'neighbor', 'neighbour', 'ntable', 'link', 'l2tp', 'tunnel', 'tuntap']

/** The same kinds of things: what is created as a tunnel is deleted as a link. */
const kinds: ReadonlyMap<string, string> = new Map([
  ['address', 'address'],
  ['route', 'route'],
  ['rule', 'rule'],
  ['neighbor', 'neighbor'],
  ['neighbour', 'neighbor'],
  ['link', 'link'],
  ['tunnel', 'link'],
  ['tuntap', 'link'],
])

const verbs = ['show', 'list', 'lst', 'get', 'add', 'delete', 'replace', 'change', 'set', 'flush']

/** Options that neither select a network namespace nor read a file. */
const plainOption = /^-(4|6|0|o|br|s|d|j|p|c|f|brief|oneline|json|pretty|stats|statistics|details|color|color=\w+|c=\w+)$/

/** `ip link add`, `ip addr add`, `ip route add`, `ip rule add`, `ip route flush`. */
export function ip(call: Call): number {
  const all = call.arguments.map(keyOf)
  const start = all.findIndex((word) => !plainOption.test(word))
  const [asked = '', given = 'show', ...rest] = start === -1 ? [] : all.slice(start)
  const kind = kinds.get(objects.find((name) => asked !== '' && name.startsWith(asked)) ?? '')
  const verb = given === 'ls' ? 'list' : verbs.find((name) => name.startsWith(given))
  const facts = new ServiceFacts(call.machine, call.machine.network, all.slice(0, start).includes('-6') ? 'ip -6' : 'ip')
  switch (kind === undefined ? undefined : verb) {
    case 'show':
    case 'list':
    case 'lst':
    case 'get':
      if (kind === 'link' && !linkExists(rest, facts)) return 1
      call.machine.print(
        concat(facts.output(literal([asked, given, ...rest].join(' '))), literal('\n'), literal(listed(kind ?? '', facts))),
      )
      return 0
    case 'set':
      return 0
    case 'replace':
    case 'change':
      facts.put(nameFor(kind ?? '', rest), literal(rest.join(' ')))
      return 0
    case 'flush':
      flush(kind ?? '', rest, facts)
      return 0
    case 'add':
      return added(kind ?? '', rest, facts)
    case 'delete':
      return deleted(kind ?? '', rest, facts)
    default:
      return call.notFollowed(`what ip ${asked} ${given} does`)
  }
}

/** The lines of a list that show what the script added. */
function listed(kind: string, facts: ServiceFacts): string {
  return facts
    .names()
    .map((name) => name.split('/'))
    .filter(([ownKind]) => ownKind === kind)
    .map(([, name = '']) => {
      if (kind === 'link') return `${name}: \n`
      return kind === 'rule' ? `${name.replace(' table ', ' lookup ').replaceAll('\\', '/')}\n` : `${name.replaceAll('\\', '/')}\n`
    })
    .join('')
}

/** The word after any of these keywords. */
function after(words: readonly string[], ...keywords: readonly string[]): string {
  const index = words.findIndex((word) => keywords.includes(word))
  return index === -1 ? '' : (words[index + 1] ?? '')
}

/** What distinguishes a thing from others of its kind: a second one with the same name cannot be added. */
function nameFor(kind: string, words: readonly string[]): string {
  switch (kind) {
    case 'link': {
      // `ip link add link PARENT name NAME type TYPE …`: after the type, names are those of peers.
      const type = words.findIndex((word) => word === 'type' || word === 'mode')
      const head = type === -1 ? words : words.slice(0, type)
      return factName(kind, after(head, 'name', 'dev') || (head[0] ?? ''))
    }
    case 'route': {
      const [destination = ''] = words.filter(
        (word) => !/^(to|unicast|local|broadcast|multicast|blackhole|unreachable|prohibit)$/.test(word),
      )
      return factName(kind, destination, after(words, 'table') || 'main', after(words, 'metric', 'priority', 'preference'))
    }
    case 'rule':
      return factName(kind, words.map((word) => (word === 'lookup' ? 'table' : word)).join(' '))
    default:
      return factName(kind, (words[0] === 'local' ? words[1] : words[0]) ?? '', after(words, 'dev'))
  }
}

/** Whether the link that a query names exists. Each pod has a loopback interface, and nearly each one an eth0. */
function linkExists(words: readonly string[], facts: ServiceFacts): boolean {
  const link = after(words, 'dev') || words.find((word) => !/^(up|master|type|vrf|group)$/.test(word))
  return link === undefined || words[0] === 'type' || link === 'lo' || link === 'eth0' || facts.ask(factName('link', link))
}

/** A rule without a priority gets a new one each time (ip-rule(8)), so that it can be added twice. */
function added(kind: string, words: readonly string[], facts: ServiceFacts): number {
  const name = nameFor(kind, words)
  if (kind === 'rule' && after(words, 'pref', 'priority', 'preference', 'order') === '') facts.append(name, literal('+'))
  else if (!facts.create(name, literal(words.join(' ')))) return 2
  return 0
}

/** Deletes one thing that has all the given properties. */
function deleted(kind: string, words: readonly string[], facts: ServiceFacts): number {
  const name = nameFor(kind, words)
  const wanted = name.split(/[ /]/).filter((word) => word !== '')
  const found = facts.names().find((candidate) => candidate === name) ?? facts.names().find((candidate) => isSelected(candidate, wanted))
  const marks = found === undefined ? '' : keyOf(facts.look(found) ?? [])
  if (found !== undefined && /^\++$/.test(marks) && marks.length > 1) {
    facts.put(found, literal(marks.slice(1)))
    return 0
  }
  if (found === undefined && !facts.ask(name)) return kind === 'link' ? 1 : 2
  facts.remove(found ?? name)
  return 0
}

/**
 * Removes everything of a kind that has the given properties. Properties that are not tracked are taken to select it: a script removes what it
 * adds afterward.
 */
function flush(kind: string, words: readonly string[], facts: ServiceFacts): void {
  if (kind === 'route' && words.includes('cache')) return
  const pairs = ['table', 'dev'].map((key) => after(words, key)).filter((value) => value !== '' && value !== 'all')
  for (const name of facts.names()) {
    if (!name.startsWith(`${factName(kind)}/`)) continue
    const properties = `${name} ${keyOf(facts.look(name) ?? [])}`.split(/[ /]/)
    if (pairs.every((value) => properties.includes(value))) facts.remove(name)
  }
}

function isSelected(candidate: string, wanted: readonly string[]): boolean {
  const words = candidate.split(/[ /]/)
  return wanted.every((word) => words.includes(word))
}
