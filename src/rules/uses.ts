/** The image uses that rules about tags and pull policies judge. */
import type { RuleContext } from '../lint/rule.ts'
import { hasUpperCaseHost, type ImageReference } from '../model/image-reference.ts'
import type { ImageUse } from '../model/image-use.ts'
import type { Workload } from '../model/workload.ts'

/** An image use whose reference could be parsed. */
export interface NamedUse {
  readonly use: ImageUse
  readonly reference: ImageReference
}

/** Every image use of any role that names an image: not what cannot be parsed (image-invalid speaks), not placeholders. */
export function* namedUses(workload: Workload, context: RuleContext): Generator<NamedUse> {
  for (const use of workload.imageUses()) {
    if (use.reference.ok && !context.isPlaceholder(use.image)) yield { use, reference: use.reference.value }
  }
}

/** The named uses that a node could pull: not those whose upper-case host never answers (image-invalid speaks). */
export function* pullableUses(workload: Workload, context: RuleContext): Generator<NamedUse> {
  for (const named of namedUses(workload, context)) if (!hasUpperCaseHost(named.reference)) yield named
}

/** What the tag says about how long it means the same image. */
export type TagState = 'untagged' | 'latest' | 'tagged'

/** The state of the tag alone, whether or not a digest stands beside it. `latest` is case-sensitive, as in Kubernetes. */
export function tagState(reference: ImageReference): TagState {
  if (reference.tag === null) return 'untagged'
  return reference.tag === 'latest' ? 'latest' : 'tagged'
}

/** Whether the reference always means the same image, as far as the policy knows: a digest, or a tag that nobody moves. */
export function isFixed(reference: ImageReference, context: RuleContext): boolean {
  if (reference.digest !== null) return true
  return reference.tag !== null && reference.tag !== 'latest' && !context.isMutableTag(reference.tag)
}

/** Whether the policy wants Always for this image. Digests are excepted: their content cannot change. */
export function wantsAlways(reference: ImageReference, context: RuleContext): boolean {
  return reference.digest === null && context.registry(reference).pull === 'Always'
}
