import { asString, member } from '../../model/json.ts'
import { configMapTexts, maxKeptBytes } from '../../policy/index.ts'
import { policyId } from '../../server/keepers/policy-files.ts'
import type { PolicyContent, Version } from './content.ts'

/** A refused policy. */
export interface Refusal {
  readonly id: string
  /** One line per problem. */
  readonly errors: readonly string[]
}

/** A policy that some version of initlint accepted. */
export interface AcceptedPolicy extends PolicyContent {
  /** That version. */
  readonly by: string
}

/** What the replicas share about the policy, stored in the ConfigMap `NAME-status`. */
export interface PolicyStatus {
  /** The last good policy; undefined if there was none yet or if its texts do not match its hash. */
  readonly good: AcceptedPolicy | undefined
  /** The last good policy of another version of initlint, in case of a rollback: that version may be unable to read `good`. */
  readonly previous: AcceptedPolicy | undefined
  /** The current policy if it is refused. */
  readonly refused: Refusal | undefined
  /** The exemptions of the last good policy that have expired, one line each. */
  readonly ended: readonly string[]
  /** The version of the policy's ConfigMap that this status refers to. */
  readonly observed: Version | undefined
  /**
   * The keys of all accepted policies, so that a key that was removed by mistake is noticed; undefined in the status of an older version and
   * after a user deleted the entry to confirm the removal.
   */
  readonly keys: readonly string[] | undefined
}

/** Maximum number of removed keys that are stored. */
const maxRemovedKeys = 20

/** Maximum number of characters of errors that are stored: enough to correct the first ones. */
const maxErrors = 4000

/** Reads the data of the status ConfigMap. Never throws, since a newer version or a user may have written anything there. */
export function readStatus(data: Readonly<Record<string, string>> | undefined): PolicyStatus {
  const get = (key: string): string | undefined => (data !== undefined && Object.hasOwn(data, key) ? data[key] : undefined)
  const refused = get('refused')
  return {
    good: readAccepted(data, get('hash'), get('accepted'), get('acceptedBy')),
    previous: readPrevious(get('previous')),
    refused: refused === undefined ? undefined : { id: refused, errors: linesOf(get('errors')) },
    ended: linesOf(get('exemptionsEnded')),
    observed: readVersion(get('observed')),
    // Keys of a ConfigMap contain no spaces (kubernetes apimachinery, validation.IsConfigMapKey).
    keys: get('keys')
      ?.split(' ')
      .filter((key) => key !== ''),
  }
}

/** The keys of all accepted policies after `good` was accepted. */
export function knownKeys({ good, keys }: Pick<PolicyStatus, 'good' | 'keys'>, accepted: PolicyContent | undefined): readonly string[] {
  const known = keys ?? good?.texts.map(({ file }) => file) ?? []
  const current = accepted?.texts.map(({ file }) => file) ?? []
  const removed = known.filter((key) => !current.includes(key)).sort()
  return [...current, ...removed.slice(0, maxRemovedKeys)].sort()
}

/** Keys of accepted policies that a policy lacks. */
export function missingKeys(status: PolicyStatus, { texts }: PolicyContent): readonly string[] {
  return knownKeys(status, undefined).filter((key) => !texts.some(({ file }) => file === key))
}

/**
 * Builds the data of the status ConfigMap.
 * @param version of the initlint that writes it
 * @param time ms since 1970
 */
export function statusData(
  { good, previous, refused, ended, observed, keys }: PolicyStatus,
  version: string,
  time: number,
): Readonly<Record<string, string>> {
  return {
    ...(good === undefined ? {} : { ...textsByFile(good), hash: good.id, accepted: writeVersion(good.version), acceptedBy: good.by }),
    ...(previous === undefined ? {} : { previous: writePrevious(previous) }),
    ...(refused === undefined ? {} : { refused: refused.id, errors: shortened(refused.errors) }),
    ...(ended.length === 0 ? {} : { exemptionsEnded: ended.map((line) => `${line}\n`).join('') }),
    ...(observed === undefined ? {} : { observed: writeVersion(observed) }),
    ...(keys === undefined ? {} : { keys: keys.join(' ') }),
    version,
    time: new Date(time).toISOString(),
  }
}

/** The merge patch (RFC 7396) that replaces `data` by exactly the new entries. */
export function dataPatch(
  before: Readonly<Record<string, string>> | undefined,
  after: Readonly<Record<string, string>>,
): Readonly<Record<string, string | null>> {
  const removed = Object.keys(before ?? {}).filter((key) => !Object.hasOwn(after, key))
  return { ...Object.fromEntries(removed.map((key) => [key, null])), ...after }
}

/** Whether there is room for both: together they must not exceed the limit for one policy. */
export function fitsBeside(previous: AcceptedPolicy, good: PolicyContent): boolean {
  const texts = good.texts.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0)
  return texts + Buffer.byteLength(writePrevious(previous)) <= maxKeptBytes
}

/** The value of the entry `previous`. A single entry suffices, because its key does not end in .yaml like those of the policy. */
function writePrevious(previous: AcceptedPolicy): string {
  const { id, version, by } = previous
  return JSON.stringify({ hash: id, accepted: writeVersion(version), acceptedBy: by, texts: textsByFile(previous) })
}

function readPrevious(text: string | undefined): AcceptedPolicy | undefined {
  if (text === undefined) return undefined
  try {
    const entry: unknown = JSON.parse(text)
    const get = (key: string): string | undefined => asString(member(entry, key))
    return readAccepted(member(entry, 'texts'), get('hash'), get('accepted'), get('acceptedBy'))
  } catch {
    return undefined
  }
}

/** @returns undefined if the texts do not match the hash */
function readAccepted(
  data: unknown,
  id: string | undefined,
  accepted: string | undefined,
  by: string | undefined,
): AcceptedPolicy | undefined {
  const texts = configMapTexts({ data })
  const version = readVersion(accepted)
  return version !== undefined && id !== undefined && policyId(texts) === id ? { texts, id, version, by: by ?? '' } : undefined
}

function linesOf(text = ''): readonly string[] {
  return text.split('\n').filter((line) => line !== '')
}

function textsByFile({ texts }: PolicyContent): Readonly<Record<string, string>> {
  return Object.fromEntries(texts.map(({ file, text }) => [file, text]))
}

function shortened(errors: readonly string[]): string {
  let text = ''
  for (const error of errors) {
    if (text.length + error.length > maxErrors) return `${text}…\n`
    text += `${error}\n`
  }
  return text
}

function writeVersion({ uid, resourceVersion }: Version): string {
  return `${uid}/${resourceVersion}`
}

function readVersion(text: string | undefined): Version | undefined {
  const slash = text?.indexOf('/') ?? -1
  if (text === undefined || slash < 0) return undefined
  return { uid: text.slice(0, slash), resourceVersion: text.slice(slash + 1) }
}
