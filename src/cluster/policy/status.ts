import { configMapTexts } from '../../policy/index.ts'
import { policyId } from '../../server/policy-files.ts'
import type { PolicyContent, Version } from './content.ts'

/** A policy that was refused: its id and why. */
export interface Refusal {
  readonly id: string
  /** One line per problem. */
  readonly errors: readonly string[]
}

/** What all replicas know of the policy, kept in the ConfigMap `NAME-status`. */
export interface PolicyStatus {
  /** The last good policy; undefined where there was none yet, or what is written there does not belong together. */
  readonly good: PolicyContent | undefined
  /** The current policy, where it is refused. */
  readonly refused: Refusal | undefined
  /** The version of the policy's ConfigMap that this was written about. */
  readonly observed: Version | undefined
}

export const noStatus: PolicyStatus = Object.freeze({ good: undefined, refused: undefined, observed: undefined })

/** Most that is kept of the errors, characters: nobody repairs more at once. */
const maxErrors = 4000

/** Reads the data of the status ConfigMap. Never throws: whatever a newer version, or a person, has written there. */
export function readStatus(data: Readonly<Record<string, string>> | undefined): PolicyStatus {
  const get = (key: string): string | undefined => (data !== undefined && Object.hasOwn(data, key) ? data[key] : undefined)
  const texts = configMapTexts({ data })
  const accepted = readVersion(get('accepted'))
  const id = get('hash')
  const refused = get('refused')
  return {
    good: accepted !== undefined && id !== undefined && policyId(texts) === id ? { texts, id, version: accepted } : undefined,
    refused: refused === undefined ? undefined : { id: refused, errors: (get('errors') ?? '').split('\n').filter((line) => line !== '') },
    observed: readVersion(get('observed')),
  }
}

/**
 * The data of the status ConfigMap.
 * @param version of the initlint that writes it
 * @param time ms since 1970
 */
export function statusData({ good, refused, observed }: PolicyStatus, version: string, time: number): Readonly<Record<string, string>> {
  return {
    ...Object.fromEntries(good?.texts.map(({ file, text }) => [file, text]) ?? []),
    ...(good === undefined ? {} : { hash: good.id, accepted: writeVersion(good.version) }),
    ...(refused === undefined ? {} : { refused: refused.id, errors: shortened(refused.errors) }),
    ...(observed === undefined ? {} : { observed: writeVersion(observed) }),
    version,
    time: new Date(time).toISOString(),
  }
}

/** The merge patch (RFC 7396) of `data` that leaves exactly the new entries. */
export function dataPatch(
  before: Readonly<Record<string, string>> | undefined,
  after: Readonly<Record<string, string>>,
): Readonly<Record<string, string | null>> {
  const gone = Object.keys(before ?? {}).filter((key) => !Object.hasOwn(after, key))
  return { ...Object.fromEntries(gone.map((key) => [key, null])), ...after }
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
