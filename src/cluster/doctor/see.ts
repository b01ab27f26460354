import { StartError } from '../../server/keepers/start-error.ts'
import { clusterProblem, statusOf } from '../client.ts'
import type { Seen } from './facts.ts'

/** Looks something up. A denial by RBAC becomes a finding; without an API server, nothing else can be examined. */
export async function see<T>(action: string, read: () => Promise<T>): Promise<Seen<T>> {
  try {
    return { state: 'found', value: await read() }
  } catch (error) {
    const status = statusOf(error)
    if (status === 404) return { state: 'absent' }
    if (status === undefined || status === 401) throw new StartError(clusterProblem(error, action))
    return { state: 'hidden', problem: status === 403 ? `RBAC does not allow you to ${action}.` : clusterProblem(error, action) }
  }
}

/** Changes what was found. */
export function map<T, U>(seen: Seen<T>, change: (value: T) => U): Seen<U> {
  return seen.state === 'found' ? { state: 'found', value: change(seen.value) } : seen
}

/** What was found; undefined if it is absent or hidden. */
export function ifFound<T>(seen: Seen<T>): T | undefined {
  return seen.state === 'found' ? seen.value : undefined
}
