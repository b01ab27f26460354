/** The text about an image without a fixed tag whose registry may be offline: one cause, and one piece of advice. */
import type { Extended, Finding } from '../../lint/rule.ts'

const fragile = 'pull-always-fragile-registry'

/** The middle of a message about an image that is pulled Always; only the wording depends on the origin. */
interface Situation {
  readonly cause: string
  readonly advice: string
}

const situations: readonly (readonly [origin: string, Situation])[] = [
  ['Defaulted', { cause: ', so Kubernetes set {{field}}: Always and every start', advice: '{{advice}}' }],
  ['Unknown', { cause: ' and {{field}} is Always: every start', advice: 'pin a tag and {{change}}' }],
  ['Explicit', { cause: ' and {{field}} is Always: every start', advice: 'pin a tag and {{change}}' }],
]

/** Texts of which each has less in it than the one before. */
type Texts = readonly [full: string, ...shorter: string[]]

/** The texts of a message: without and with a registry that serves the image too. */
interface Variants {
  readonly plain: Texts
  readonly served: Texts
}

/** By the message of image-latest. Made once: new texts would be parsed again as templates. */
const variants: ReadonlyMap<string, Variants> = new Map(
  (['untagged', 'latest'] as const).flatMap((tag) =>
    situations.map(([origin, situation]): [string, Variants] => {
      const isUntagged = tag === 'untagged'
      return [`${tag}${origin}`, { plain: textsFor(situation, isUntagged, false), served: textsFor(situation, isUntagged, true) }]
    }),
  ),
)

/**
 * Says what both findings say, and names the other rule.
 * @param other a finding of pull-always-fragile-registry on the same image
 */
export function withFragile({ messageId }: Finding, other: Finding): Extended | undefined {
  const known = variants.get(messageId)
  if (known === undefined) return undefined
  const { why = '', reason, servedBy, advice: change = '' } = other.data
  const [template, ...shorter] = servedBy === undefined ? known.plain : known.served
  const less = { why: reason === undefined ? why : String(why).replace(` (${reason})`, '') }
  return {
    template,
    data: { why, change, ...(reason === undefined ? {} : { reason }), ...(servedBy === undefined ? {} : { servedBy }) },
    shorter: shorter.map((text) => ({ template: text, data: less })),
  }
}

function textsFor({ cause, advice }: Situation, isUntagged: boolean, isServed: boolean): Texts {
  const start = `{{image}} has ${isUntagged ? 'no tag' : 'the tag latest'}`
  const text = (reason: string, end: string, because = ', which {{why}}'): string =>
    `${start}${reason} needs {{registry}}${because} [${fragile}]; ${end}`
  const full = text(cause, advice + (isServed ? ' or use {{servedBy}}' : ''))
  const short = ', and with Always every start'
  // The second is the first without the reason that the policy gives.
  return [full, full, text(cause, advice), text(cause, 'pin a tag'), text(short, 'pin a tag'), text(short, 'pin a tag', '')]
}

/** Then the text already says that the default of the pull policy makes every start depend on the registry. */
export function ifFragile({ absorbed = [] }: Finding): Extended | undefined {
  return absorbed.some(({ rule }) => rule === fragile) ? {} : undefined
}
