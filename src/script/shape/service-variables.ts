/** The variables that the kubelet sets for Services: DB_SERVICE_HOST, DB_PORT_5432_TCP_ADDR, … */
import type { Statement, Word } from '../syntax/syntax.ts'
import { statementsIn } from './walk.ts'

/** Source: kubernetes pkg/kubelet/envvars/envvars.go, FromServices and makeLinkVariables. */
const serviceVariable = /^([A-Z_][A-Z0-9_]*?)_(?:SERVICE_(?:HOST|PORT(?:_[A-Z0-9_]+)?)|PORT_\d+_(?:TCP|UDP|SCTP)(?:_(?:ADDR|PORT|PROTO))?)$/

/** The API server has a Service in each cluster, and the kubelet sets its variables in each container. */
const always = 'KUBERNETES'

/** The Service that a variable belongs to, as far as its name tells; undefined if it is no such variable. */
export function serviceOfVariable(name: string): string | undefined {
  const service = serviceVariable.exec(name.slice(0, maxName))?.[1]
  return service === undefined || service === always ? undefined : service.toLowerCase().replaceAll('_', '-')
}

/** Longest name that is read: that of a Service has at most 63 characters (RFC 1035 label), and that of its port as many. */
const maxName = 160

/** Maximum number of aliases that are noted. */
const maxAliases = 100

/** The variables that are assigned once, to nothing but the value of another variable. */
export function aliasesIn(body: readonly Statement[]): ReadonlyMap<string, string> {
  const aliases = new Map<string, string>()
  const assigned = new Set<string>()
  for (const statement of statementsIn(body)) {
    if (statement.kind === 'for') assigned.add(statement.name)
    if (statement.kind !== 'simple') continue
    for (const { name, value } of statement.assignments) {
      const other = value === null ? undefined : onlyVariable(value)
      if (assigned.has(name)) aliases.delete(name)
      else if (other !== undefined && aliases.size < maxAliases) aliases.set(name, other)
      assigned.add(name)
    }
  }
  // A script that sets such a variable itself does not depend on the kubelet.
  for (const [name, other] of aliases) if (assigned.has(other)) aliases.delete(name)
  for (const name of assigned) if (serviceOfVariable(name) !== undefined && !aliases.has(name)) aliases.set(name, '')
  return aliases
}

function onlyVariable({ parts }: Word): string | undefined {
  const [part] = parts
  return parts.length === 1 && part?.kind === 'parameter' && part.operation === null ? part.name : undefined
}

/** The first variable of a Service in the words of a command, unless it has a default value. */
export function serviceVariableIn(statement: Statement, aliases: ReadonlyMap<string, string>): string | undefined {
  if (statement.kind !== 'simple') return undefined
  for (const { parts } of statement.words) {
    for (const part of parts) {
      if (part.kind !== 'parameter' || part.operation !== null) continue
      const name = aliases.get(part.name) ?? part.name
      if (serviceOfVariable(name) !== undefined) return name
    }
  }
  return undefined
}
