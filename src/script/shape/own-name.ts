/** Host names that begin with the name of the pod: `$HOSTNAME.db`, `$(hostname).db.shop.svc`. */
import type { Statement, Word } from '../syntax/syntax.ts'

/**
 * Variables with the name of the pod: the kubelet sets the host name of a container to it, and shells set HOSTNAME; the others are the usual
 * names for the field metadata.name.
 */
const ownNames = /^(?:HOSTNAME|(?:MY_|K8S_|KUBERNETES_)?POD_?NAME)$/

/** The rest of a host name after the name of the pod, without a port or a path; undefined if no word of the command contains such a name. */
export function ownDomainIn(statement: Statement): string | undefined {
  if (statement.kind !== 'simple') return undefined
  for (const word of statement.words) {
    const domain = domainOf(word)
    if (domain !== undefined) return domain
  }
  return undefined
}

function domainOf({ parts }: Word): string | undefined {
  const index = parts.findIndex((part) => isOwnName(part))
  const before = parts[index - 1]
  if (index === -1 || (before !== undefined && !(before.kind === 'literal' && /(^|\/\/|@|=)$/.test(before.text)))) return undefined
  const next = parts[index + 1]
  return next?.kind === 'literal' ? /^\.([a-z0-9](?:[a-z0-9.-]{0,252}[a-z0-9])?)\.?(?:[:/]|$)/.exec(next.text)?.[1] : undefined
}

function isOwnName(part: Word['parts'][number]): boolean {
  if (part.kind === 'parameter') return part.operation === null && ownNames.test(part.name)
  const [only] = part.kind === 'command' ? part.body : []
  if (part.kind !== 'command' || part.body.length !== 1 || only?.kind !== 'simple') return false
  const words = only.words.map((word) => word.parts.map((inner) => (inner.kind === 'literal' ? inner.text : '?')).join(''))
  return words[0] === 'hostname' && (words.length === 1 || (words.length === 2 && words[1] === '-s'))
}
