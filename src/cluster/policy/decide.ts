/** Decides which policy is in force and what the status contains. These are pure functions, so replicas that see the same state agree. */
import type { PolicyContent, Version } from './content.ts'
import { type AcceptedPolicy, fitsBeside, knownKeys, type PolicyStatus, type Refusal } from './status.ts'

/** What a replica sees and remembers. */
export interface Seen {
  /** The policy's ConfigMap; undefined if there is none. */
  readonly current: PolicyContent | undefined
  readonly status: PolicyStatus
  /** The last valid policy that this replica had in force. */
  readonly own: PolicyContent | undefined
}

/** Reads a policy and returns why it is refused, or undefined if this version of initlint accepts it. */
export type Judge = (content: PolicyContent) => readonly string[] | undefined

/** The exemptions of a policy that have expired, one line each. */
export type Ended = (content: PolicyContent) => readonly string[]

/** At most this many expired exemptions are stored: the status shares the space of a ConfigMap with the policy. */
const maxEnded = 20

/** The policy in force. Without content it is `audit-only`, because there is no ConfigMap or no valid policy to fall back to. */
export type Decision =
  | { readonly origin: 'configmap' | 'last-good'; readonly content: PolicyContent }
  | { readonly origin: 'built-in'; readonly because: 'missing' | 'refused' }

/**
 * Determines the policy in force: the current one if it is valid; otherwise the last good one, which is that of all replicas unless this
 * replica's own is known to be later; otherwise, after a rollback, the one that this version used before it was replaced; otherwise
 * `audit-only`. Without a ConfigMap it is `audit-only` immediately, because deleting the policy is a request for no more denials.
 */
export function decide({ current, status, own }: Seen, judge: Judge): Decision {
  if (current === undefined) return { origin: 'built-in', because: 'missing' }
  if (judge(current) === undefined) return { origin: 'configmap', content: current }
  // If this version cannot read what another version of initlint accepted, its age says nothing about the other policies.
  const shared = [status.good, status.previous].find((content) => content !== undefined && judge(content) === undefined)
  // If the two cannot be compared, the shared one takes precedence, because all replicas have it.
  const content = own !== undefined && isLater(own, shared, current) ? own : shared
  return content === undefined ? { origin: 'built-in', because: 'refused' } : { origin: 'last-good', content }
}

/**
 * Determines the content of the status.
 * @param version of this initlint
 * @returns undefined if nothing changes, if the status refers to a later version of the policy than is seen here, or if there is no policy
 */
export function nextStatus(
  { current, status, own }: Seen,
  judge: Judge,
  version: string,
  ended: Ended = () => [],
): PolicyStatus | undefined {
  if (current === undefined || isBehind(current.version, status.observed)) return undefined
  const errors = judge(current)
  const wanted = errors === undefined ? current : lastGood(current, status.good, own)
  const good = wanted === undefined ? status.good : accepted(wanted, status.good, version, current)
  // If another version of initlint accepted it, this one does not object: the two would overwrite each other until the rollout ends.
  const refused: Refusal | undefined = errors === undefined || good?.id === current.id ? undefined : { id: current.id, errors }
  const previous = good === undefined ? status.previous : keptForRollback(good, { current, status, own }, judge, version)
  const expired = good === undefined ? [] : endedBeside(good.id === status.good?.id ? status.ended : [], ended(good))
  const isSame = good?.id === status.good?.id && refused?.id === status.refused?.id && previous?.id === status.previous?.id
  if (isSame && expired.every((line) => status.ended.includes(line))) return undefined
  return { good, previous, refused, ended: expired, observed: current.version, keys: knownKeys(status, good) }
}

/**
 * An expired exemption stays in the status until the policy changes: otherwise, two replicas with different clocks (or versions, with
 * different texts) would overwrite each other.
 */
function endedBeside(stored: readonly string[], seen: readonly string[]): readonly string[] {
  return [...new Set([...stored, ...seen])].slice(0, maxEnded)
}

/**
 * The wanted policy as it is stored. If the policy is unchanged but was applied again after another one, its new version is stored too,
 * though that alone does not cause a write.
 */
function accepted(wanted: PolicyContent, good: AcceptedPolicy | undefined, version: string, current: PolicyContent): AcceptedPolicy {
  if (wanted.id !== good?.id) return { ...wanted, by: version }
  return isLater(wanted, good, current) ? { ...wanted, by: good.by } : good
}

/**
 * The policy that an older initlint, which may be unable to read `good`, finds after a rollback: the one it used last. A replica that
 * replaces the policy that another version accepted keeps that one; a replica that cannot read the new policy stores its own.
 */
function keptForRollback(
  good: AcceptedPolicy,
  { current, status, own }: Seen & { readonly current: PolicyContent },
  judge: Judge,
  version: string,
): AcceptedPolicy | undefined {
  const replaced = good.id !== status.good?.id && status.good !== undefined && status.good.by !== version
  const kept = replaced ? status.good : status.previous
  const passedOver = own !== undefined && own.id !== kept?.id && judge(good) !== undefined && isLater(own, kept, current)
  const previous = passedOver ? { ...own, by: version } : kept
  return previous !== undefined && fitsBeside(previous, good) ? previous : undefined
}

function lastGood(current: PolicyContent, shared: PolicyContent | undefined, own: PolicyContent | undefined): PolicyContent | undefined {
  if (shared?.id === current.id) return shared
  return own !== undefined && isLater(own, shared, current) ? own : shared
}

/** Whether the first policy is later than the second. A policy of the current ConfigMap is later than one of a deleted ConfigMap. */
function isLater(one: PolicyContent, other: PolicyContent | undefined, current: PolicyContent): boolean {
  if (other === undefined) return true
  if (one.version.uid !== other.version.uid) return one.version.uid === current.version.uid
  return compareVersions(one.version, other.version) > 0
}

/** Whether the status refers to a later version of the same ConfigMap than the current one. */
function isBehind(current: Version, observed: Version | undefined): boolean {
  return observed !== undefined && observed.uid === current.uid && compareVersions(current, observed) < 0
}

/**
 * Compares two versions of one object: resource versions are increasing numbers (KEP-5504, comparable resource versions).
 * @returns 0 also if one of them is not a number
 */
function compareVersions(one: Version, other: Version): number {
  const [left, right] = [number(one), number(other)]
  if (left === undefined || right === undefined || left === right) return 0
  return left < right ? -1 : 1
}

function number({ resourceVersion }: Version): bigint | undefined {
  return /^\d{1,20}$/.test(resourceVersion) ? BigInt(resourceVersion) : undefined
}
