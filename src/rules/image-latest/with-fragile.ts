/** The text about an image without a fixed tag whose registry may be offline: one cause, and one piece of advice. */
import type { Extended, Finding } from '../../lint/rule.ts'

const fragile = 'pull-always-fragile-registry'

/** The middle of a message about an image that is pulled Always; only the wording depends on the origin. */
const situations: Readonly<Record<string, { readonly cause: string; readonly advice: string }>> = {
  Defaulted: { cause: ', so Kubernetes set {{field}}: Always and every start', advice: '{{advice}}' },
  Unknown: { cause: ' and {{field}} is Always: every start', advice: 'pin a tag and {{change}}' },
  Explicit: { cause: ' and {{field}} is Always: every start', advice: 'pin a tag and {{change}}' },
}

/**
 * Says what both findings say, and names the other rule.
 * @param other a finding of pull-always-fragile-registry on the same image
 */
export function withFragile({ messageId }: Finding, other: Finding): Extended | undefined {
  const [, tag, origin = ''] = /^(untagged|latest)(Defaulted|Unknown|Explicit)$/.exec(messageId) ?? []
  const situation = situations[origin]
  if (situation === undefined) return undefined
  const { why = '', reason, servedBy, advice: change = '' } = other.data
  const start = `{{image}} has ${tag === 'untagged' ? 'no tag' : 'the tag latest'}`
  const text = (cause: string, advice: string, because = ', which {{why}}'): string =>
    `${start}${cause} needs {{registry}}${because} [${fragile}]; ${advice}`
  const plainWhy = reason === undefined ? why : String(why).replace(` (${reason})`, '')
  const served = servedBy === undefined ? '' : ' or use {{servedBy}}'
  const short = ', and with Always every start'
  const shorter = [
    text(situation.cause, situation.advice + served),
    text(situation.cause, situation.advice),
    text(situation.cause, 'pin a tag'),
    text(short, 'pin a tag'),
    text(short, 'pin a tag', ''),
  ]
  return {
    template: text(situation.cause, situation.advice + served),
    data: { why, change, ...(reason === undefined ? {} : { reason }), ...(servedBy === undefined ? {} : { servedBy }) },
    shorter: shorter.map((template) => ({ template, data: { why: plainWhy } })),
  }
}

/** Then the text already says that the default of the pull policy makes every start depend on the registry. */
export function ifFragile({ absorbed = [] }: Finding): Extended | undefined {
  return absorbed.some(({ rule }) => rule === fragile) ? {} : undefined
}
