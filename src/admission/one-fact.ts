/** Joins findings of two rules on one image that state one fact, so that a review has one line for it. */
import type { Diagnostic } from '../lint/diagnostic.ts'
import { fillTemplate, maxValueLength } from '../lint/text.ts'
import { type WarningText, withoutReason } from './warnings.ts'

const latest = 'image-latest'
const fragile = 'pull-always-fragile-registry'

/** What remains of the findings, and the text of each. */
export interface Joined {
  readonly diagnostics: readonly Diagnostic[]
  textOf(diagnostic: Diagnostic): WarningText
}

/**
 * An image without a fixed tag is pulled Always by default, so `image-latest` and `pull-always-fragile-registry` report the same cause and
 * advise the same. The line of the first one says both and names the second one; JSON, metrics and audit annotations keep both findings.
 * @param diagnostics those that are shown
 */
export function oneFact(diagnostics: readonly Diagnostic[]): Joined {
  const byPlace = new Map(diagnostics.filter(({ rule }) => rule === fragile).map((diagnostic) => [diagnostic.pointer, diagnostic]))
  const texts = new Map<Diagnostic, WarningText>()
  const hidden = new Set<Diagnostic>()
  for (const diagnostic of diagnostics) {
    const other = diagnostic.rule === latest ? byPlace.get(diagnostic.pointer) : undefined
    const text = other === undefined ? undefined : joinedText(diagnostic, other)
    if (other === undefined || text === undefined) continue
    texts.set(diagnostic, text)
    hidden.add(other)
  }
  return {
    diagnostics: diagnostics.filter((diagnostic) => !hidden.has(diagnostic)),
    textOf: (diagnostic) => texts.get(diagnostic) ?? diagnostic,
  }
}

/** The beginning of a message of `image-latest` about an image that is pulled Always; only the wording depends on the origin. */
const situations: Readonly<Record<string, { readonly cause: string; readonly advice: string }>> = {
  Defaulted: { cause: ', so Kubernetes set {{field}}: Always and every start', advice: 'pin a tag' },
  Unknown: { cause: ' and {{field}} is Always: every start', advice: 'pin a tag and set IfNotPresent' },
  Explicit: { cause: ' and {{field}} is Always: every start', advice: 'pin a tag and set IfNotPresent' },
}

function joinedText(one: Diagnostic, other: Diagnostic): WarningText | undefined {
  const [, tag, origin = ''] = /^(untagged|latest)(Defaulted|Unknown|Explicit)$/.exec(one.messageId) ?? []
  const situation = situations[origin]
  if (situation === undefined) return undefined
  const { image = '', registry = '', field = '' } = one.data
  const { why = '', servedBy } = other.data
  const start = `{{image}} has ${tag === 'untagged' ? 'no tag' : 'the tag latest'}`
  const served = servedBy === undefined ? '' : ' or use {{servedBy}}'
  const refused = one.refused ?? other.refused
  const refusal = refused === undefined ? '' : ` (its ${refused}s will be refused)`
  const plainWhy = withoutReason(other).data.why ?? ''
  const text = (cause: string, why: string | number, advice: string): WarningText => {
    const because = why === '' ? '' : ', which {{why}}'
    const template = `${start}${cause} needs {{registry}}${because} [${fragile}]${refusal}; ${advice}`
    const data = { image, registry, field, why, ...(advice.endsWith(served) && servedBy !== undefined ? { servedBy } : {}) }
    return { template, data, message: fillTemplate(template, data, maxValueLength) }
  }
  const shorter = [
    text(situation.cause, plainWhy, situation.advice + served),
    text(situation.cause, plainWhy, situation.advice),
    text(situation.cause, plainWhy, 'pin a tag'),
    text(', and with Always every start', plainWhy, 'pin a tag'),
    text(', and with Always every start', '', 'pin a tag'),
  ]
  return { ...text(situation.cause, why, situation.advice + served), shorter }
}
