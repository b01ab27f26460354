/** What is in force and what the status should say: pure functions of what is seen, so that replicas that see the same agree. */
import type { PolicyContent, Version } from './content.ts'
import { type AcceptedPolicy, fitsBeside, type PolicyStatus, type Refusal } from './status.ts'

/** What a replica sees and remembers. */
export interface Seen {
  /** The policy's ConfigMap; undefined where there is none. */
  readonly current: PolicyContent | undefined
  readonly status: PolicyStatus
  /** The good one that this replica had in force last. */
  readonly own: PolicyContent | undefined
}

/** Reads a policy: why it is refused, or undefined where this version of initlint accepts it. */
export type Judge = (content: PolicyContent) => readonly string[] | undefined

/** The policy in force. Without content it is `audit-only`, because there is no ConfigMap, or nothing good to fall back on. */
export type Decision =
  | { readonly origin: 'configmap' | 'last-good'; readonly content: PolicyContent }
  | { readonly origin: 'built-in'; readonly because: 'missing' | 'refused' }

/**
 * Which policy is in force: the current one where it is good; else the last good one, of all replicas before the own one unless that is
 * known to be later; else, after a roll-back, the one that this version obeyed before it was replaced; else `audit-only`. Without a
 * ConfigMap `audit-only` at once: whoever deletes the policy wants no more denials.
 */
export function decide({ current, status, own }: Seen, judge: Judge): Decision {
  if (current === undefined) return { origin: 'built-in', because: 'missing' }
  if (judge(current) === undefined) return { origin: 'configmap', content: current }
  // What another version of initlint has accepted may be unreadable for this one: then its age says nothing about the others.
  const shared = [status.good, status.previous].find((content) => content !== undefined && judge(content) === undefined)
  // What cannot be compared with the own one comes before it, for that is what all share.
  const content = own !== undefined && isLater(own, shared, current) ? own : shared
  return content === undefined ? { origin: 'built-in', because: 'refused' } : { origin: 'last-good', content }
}

/**
 * What the status should say.
 * @param version of this initlint
 * @returns undefined where it says that already, where somebody has written about a later version than we see, or where there is no policy
 */
export function nextStatus({ current, status, own }: Seen, judge: Judge, version: string): PolicyStatus | undefined {
  if (current === undefined || isBehind(current.version, status.observed)) return undefined
  const errors = judge(current)
  const wanted = errors === undefined ? current : lastGood(current, status.good, own)
  const good = wanted === undefined ? status.good : accepted(wanted, status.good, version, current)
  // Where another version of initlint accepted it, that stands: the two would write over each other until the roll-out ends.
  const refused: Refusal | undefined = errors === undefined || good?.id === current.id ? undefined : { id: current.id, errors }
  const previous = good === undefined ? status.previous : keptForRollback(good, { current, status, own }, judge, version)
  if (good?.id === status.good?.id && refused?.id === status.refused?.id && previous?.id === status.previous?.id) return undefined
  return { good, previous, refused, observed: current.version }
}

/** What was applied again after another policy is as late as the last time: alone it is not worth a write, with one it is noted. */
function accepted(wanted: PolicyContent, good: AcceptedPolicy | undefined, version: string, current: PolicyContent): AcceptedPolicy {
  if (wanted.id !== good?.id) return { ...wanted, by: version }
  return isLater(wanted, good, current) ? { ...wanted, by: good.by } : good
}

/**
 * What an older initlint, which may be unable to read `good`, finds after a roll-back: what it obeyed last. Who replaces the policy that
 * another version accepted keeps that one; who is passed over because only the newer version can read the new one notes down its own.
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

/** Whether the first is a later policy than the second one. What belongs to the ConfigMap of now is later than what belonged to one before. */
function isLater(one: PolicyContent, other: PolicyContent | undefined, current: PolicyContent): boolean {
  if (other === undefined) return true
  if (one.version.uid !== other.version.uid) return one.version.uid === current.version.uid
  return compareVersions(one.version, other.version) > 0
}

/** Whether the status was written about a later version of the same ConfigMap than we see. */
function isBehind(current: Version, observed: Version | undefined): boolean {
  return observed !== undefined && observed.uid === current.uid && compareVersions(current, observed) < 0
}

/**
 * The order of two versions of one object: resource versions are numbers that grow (KEP-5504, comparable resource versions).
 * @returns 0 also where one of them is no number
 */
function compareVersions(one: Version, other: Version): number {
  const [left, right] = [number(one), number(other)]
  if (left === undefined || right === undefined || left === right) return 0
  return left < right ? -1 : 1
}

function number({ resourceVersion }: Version): bigint | undefined {
  return /^\d{1,20}$/.test(resourceVersion) ? BigInt(resourceVersion) : undefined
}
