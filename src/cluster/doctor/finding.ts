import type { Seen } from './facts.ts'

/** In the order in which a review passes through the cluster. */
export type FindingId =
  | 'installation'
  | 'validating-configuration'
  | 'mutating-configuration'
  | 'rules'
  | 'namespaces'
  | 'own-namespace'
  | 'failure-policy'
  | 'service-name'
  | 'service-port'
  | 'path'
  | 'endpoints'
  | 'ca-bundle'
  | 'certificate'
  | 'permissions'
  | 'replicas'
  | 'policy'
  | 'policy-keys'
  | 'trial'
  | 'network'

export interface Finding {
  readonly id: FindingId
  readonly level: 'ok' | 'warning' | 'error'
  /** What was found, as a sentence. */
  readonly message: string
  /** The object and the field, such as `Service initlint/initlint spec.ports`; empty if there is nothing to do. */
  readonly where: string
  /** What to do, as a sentence; empty if there is nothing to do. */
  readonly remedy: string
}

export function ok(id: FindingId, message: string): Finding {
  return { id, level: 'ok', message, where: '', remedy: '' }
}

export function warning(id: FindingId, where: string, message: string, remedy: string): Finding {
  return { id, level: 'warning', message, where, remedy }
}

export function error(id: FindingId, where: string, message: string, remedy: string): Finding {
  return { id, level: 'error', message, where, remedy }
}

/** What the user is not allowed to read was not checked. */
export function hidden(id: FindingId, where: string, problem: string): Finding {
  return warning(id, where, `Not checked: ${problem}`, 'Run initlint doctor as a user that is allowed to read it.')
}

/** The findings about an object if it was found, otherwise the one for its absence. */
export function judgeSeen<T>(
  seen: Seen<T>,
  id: FindingId,
  where: string,
  absent: readonly Finding[],
  found: (value: T) => readonly Finding[],
): readonly Finding[] {
  if (seen.state === 'found') return found(seen.value)
  return seen.state === 'hidden' ? [hidden(id, where, seen.problem)] : absent
}

export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`
}
