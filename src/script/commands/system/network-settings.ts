/** iptables and ip: settings that live as long as the pod's network. */

import { guarded, type Repairs } from '../../change/kit.ts'
import { isWritten } from '../../change/situation.ts'
import { keyOf, literal } from '../../value/value.ts'
import type { Call } from '../command.ts'
import { factName, ServiceFacts } from '../kit/facts.ts'

/** The rules of a table, in order. They live as long as the pod's network. */
export function iptables(call: Call): number {
  const words = call.arguments.map(keyOf)
  const facts = new ServiceFacts(call.machine, 'sandbox', call.name)
  const table = words[words.findIndex((word) => word === '-t' || word === '--table') + 1] ?? ''
  const action = words.findIndex((word) =>
    /^(-[ADICNFXPLSZE]|--(append|delete|insert|check|new-chain|flush|delete-chain|policy|list|list-rules))$/.test(word),
  )
  const chain = words[action + 1] ?? ''
  // `-I CHAIN 2 RULE` sets the position of the rule; `-C` and `-D` take only the rule (iptables(8)).
  const hasPosition = /^(-I|--insert)$/.test(words[action] ?? '') && /^\d+$/.test(words[action + 2] ?? '')
  const rule = factName('rule', words.includes('-t') ? table : 'filter', chain, words.slice(action + (hasPosition ? 3 : 2)).join(' '))
  switch (words[action]?.replace(/^--/, '')) {
    case '-A':
    case 'append':
    case '-I':
    case 'insert':
      facts.append(rule, literal('+'))
      return 0
    case '-C':
    case 'check':
      return facts.exists(rule) ? 0 : 1
    case '-D':
    case 'delete':
      return /^\d+$/.test(words[action + 2] ?? '') ? call.notFollowed('which rule is deleted') : dropOne(facts, rule)
    case '-N':
    case 'new-chain':
      return facts.create(factName('chain', chain)) ? 0 : 1
    case '-X':
    case 'delete-chain':
      return facts.destroy(factName('chain', chain)) ? 0 : 1
    case '-F':
    case 'flush':
      for (const name of facts.names()) if (isFlushed(name, chain)) facts.remove(name)
      return 0
    case '-P':
    case 'policy':
      facts.put(factName('policy', chain), literal(words[action + 2] ?? ''))
      return 0
    case '-L':
    case 'list':
    case '-S':
    case 'list-rules':
      call.machine.print(facts.output(literal(words.join(' '))))
      return 0
    default:
      return call.notFollowed(`what this ${call.name} command does`)
  }
}

function isFlushed(name: string, chain: string): boolean {
  const [kind, , ruleChain] = name.split('/')
  return kind === 'rule' && (chain === '' || ruleChain === chain)
}

function dropOne(facts: ServiceFacts, rule: string): number {
  const before = facts.look(rule)
  const count = before === undefined || before === null ? '' : keyOf(before)
  if (count.length > 1) {
    facts.put(rule, literal(count.slice(1)))
    return 0
  }
  return facts.destroy(rule) ? 0 : 1
}

/** `ip link add`, `ip addr add`, `ip route add`, `ip rule add`. */
export function ip(call: Call): number {
  const words = call.arguments.map(keyOf).filter((word) => !/^-(4|6|o|br|s|d|j|brief|oneline|json|batch)$/.test(word))
  const [object = '', verb = 'show', ...rest] = words
  const facts = new ServiceFacts(call.machine, 'sandbox', 'ip')
  const kind = object.startsWith('a') ? 'address' : object.startsWith('l') ? 'link' : object.startsWith('ru') ? 'rule' : 'route'
  const named = kind === 'link' ? rest.filter((word) => word !== 'dev' && word !== 'name')[0] : rest.join(' ')
  const name = factName(kind, named ?? '')
  if (/^(show|list|ls|get|s|sh)$/.test(verb)) {
    call.machine.print(facts.output(literal(words.join(' '))))
    return 0
  }
  if (verb === 'set') return 0
  if (verb === 'replace' || verb === 'change') {
    facts.put(name)
    return 0
  }
  if (/^(add|a)$/.test(verb)) {
    if (kind === 'rule') facts.append(name, literal('+'))
    else if (!facts.create(name)) return 2
    return 0
  }
  if (/^(del|delete|d)$/.test(verb)) return facts.destroy(name) ? 0 : 2
  return call.notFollowed(`what ip ${object} ${verb} does`)
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
