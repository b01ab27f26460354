/**
 * Fingerprints of findings: what a finding is about, without the place where it is. They are equal in two runs if the user takes both
 * for the same finding, so that a baseline, and the services that read SARIF or the reports of GitLab, can tell new findings from old ones.
 */
import type { Diagnostic } from '../lint/diagnostic.ts'
import { subjectName } from '../lint/diagnostic.ts'
import { parseImageReference } from '../model/image-reference.ts'
import { asString, at } from '../model/json.ts'
import type { Workload } from '../model/workload.ts'

/** What the identity of a finding is read from. */
export interface Identified {
  readonly diagnostic: Pick<Diagnostic, 'rule' | 'messageId' | 'data' | 'pointer' | 'subject'>
  readonly workload: Pick<Workload, 'object' | 'kindName' | 'name'>
  readonly file: string | null
}

/**
 * Returns the fingerprints of the findings of one run: 16 hexadecimal digits each. Findings with the same identity are numbered in the order
 * of the calls, so that no two fingerprints of a run are equal.
 */
export function fingerprints(): (found: Identified) => string {
  const seen = new Map<string, number>()
  return (found) => {
    const identity = identityOf(found)
    const number = (seen.get(identity) ?? 0) + 1
    seen.set(identity, number)
    return fnv1a64(number === 1 ? identity : `${identity}${number}`)
  }
}

/**
 * The rule, the object, the container and what the finding is about, as JSON. The file counts only if the object has no name: an object
 * that moves to another file is still the same object.
 */
function identityOf({ diagnostic, workload, file }: Identified): string {
  const { rule, subject } = diagnostic
  const { kindName, name, object } = workload
  // The namespace of the manifest, not that of `--namespace`.
  const namespace = asString(at(object, 'metadata', 'namespace')) ?? ''
  const named = name === '' ? ['', baseName(file ?? '')] : [name]
  return JSON.stringify([rule, kindName, namespace, ...named, subjectName(subject), ...topicOf(diagnostic)])
}

/**
 * The values of `data` that say what a script does. The others depend on other parts of the object (`race`, `fix`, `resource` amounts) or
 * on the place (`at`, `scriptLine`).
 */
const topicKeys = ['command', 'what', 'path', 'storage', 'server', 'sidecar', 'variable', 'volume', 'resource']

/**
 * What the finding is about. Of an image, the tag and the digest do not count, which change with each release, nor does the message, which
 * depends on the pull policy. Otherwise the message and the field count; of the field, the indexes do not, which change when other
 * containers do.
 */
function topicOf({ messageId, data, pointer }: Identified['diagnostic']): readonly unknown[] {
  if (typeof data.image === 'string') {
    const parsed = parseImageReference(data.image)
    return [parsed.ok ? `${parsed.value.registry}/${parsed.value.repository}` : data.image]
  }
  const field = 'scriptLine' in data ? '' : pointer.replace(/\/\d+(?=\/|$)/g, '/*')
  return [messageId, field, ...topicKeys.map((key) => data[key] ?? '')]
}

function baseName(file: string): string {
  return file.slice(Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')) + 1)
}

/** The lower half of FNV_prime for 64 bits (RFC 9923, section 5); the upper half is 2^8. */
const lowPrime = 0x1b3

/** FNV-1a with 64 bits (RFC 9923) of the text in UTF-8, calculated in halves of 32 bits. Not for secrets: collisions can be constructed. */
export function fnv1a64(text: string): string {
  // FNV_offset_basis (RFC 9923, section 5).
  let high = 0xcbf29ce4
  let low = 0x84222325
  for (const byte of new TextEncoder().encode(text)) {
    low = (low ^ byte) >>> 0
    const product = low * lowPrime
    high = (Math.imul(high, lowPrime) + Math.floor(product / 2 ** 32) + (low << 8)) >>> 0
    low = product >>> 0
  }
  return [high, low].map((half) => half.toString(16).padStart(8, '0')).join('')
}
