/** The image uses that rules about tags and pull policies check. */
import type { RuleContext } from '../lint/rule.ts'
import type { ImageReference } from '../model/image-reference.ts'
import type { ImageUse, NamedUse } from '../model/image-use.ts'
import { asString, at, type JsonPointer } from '../model/json.ts'
import { oncePer } from '../model/once-per.ts'
import type { PullPolicy } from '../model/pull-policy.ts'
import type { Workload } from '../model/workload.ts'
import { customResource, groupOf } from '../model/workload-kinds.ts'
import { hasOuterWhitespace } from '../startup/api-server/containers.ts'
import { ignoredFieldsOf } from '../startup/api-server/validation.ts'
import { policyField } from './wording.ts'

export type { NamedUse } from '../model/image-use.ts'

/**
 * Every image use that names an image. Skips references that cannot be parsed, which image-invalid reports, and placeholders in templates.
 * An uppercase host is not skipped: it is looked up in the node's DNS, which knows no case, so the pull may succeed.
 */
export function namedUses(workload: Workload, context: RuleContext): readonly NamedUse[] {
  const { shared } = context
  if (shared === undefined) return readNamedUses(workload, context)
  shared.namedUses ??= readNamedUses(workload, context)
  return shared.namedUses
}

function readNamedUses(workload: Workload, context: RuleContext): readonly NamedUse[] {
  const named: NamedUse[] = []
  for (const use of workload.imageUses()) {
    if (use.reference.ok && !isReplacedLater(use, workload, context)) named.push({ use, reference: use.reference.value })
  }
  return named
}

/**
 * Whether the image is a placeholder that an injector replaces. Injectors act on Pods, and validating webhooks are called after all mutating
 * ones, so the kubelet would pull a placeholder that is still in a Pod.
 */
export function isReplacedLater({ image }: ImageUse, workload: Workload, context: RuleContext): boolean {
  if (workload.kind === 'Pod') return false
  return context.isPlaceholder(image) || (workload.kind === customResource && parameter.test(image))
}

/**
 * A parameter that the controller of a custom resource fills in: `{{inputs.parameters.image}}` of Argo Workflows, `$(params.image)` of Tekton.
 */
const parameter = /\{\{|\$\(/

/** Containers whose image starts or ends with whitespace: the API server rejects the pod, as image-invalid says. */
export function spacedUses(workload: Workload, context: RuleContext): readonly ImageUse[] {
  return workload
    .imageUses()
    .filter((use) => use.role !== 'image-volume' && hasOuterWhitespace(use.image) && !isReplacedLater(use, workload, context))
}

/**
 * Whether the manifest sets a pull policy that Kubernetes does not use: it is invalid, misspelt, or on the wrong level. Then no rule may
 * state that it is not set; pod-rejected reports what is wrong with it.
 */
export function hasUnusedPolicy(workload: Workload, use: ImageUse): boolean {
  if (use.written !== undefined || workload.source === 'review') return false
  if (use.hasInvalidPolicy) return true
  const places = unusedPolicies(workload)
  return places.has(placeOfPolicy(policyField(use), use.pointer)) || places.has(placeOfPolicy(policyField(use), ''))
}

/** Where a manifest has a misspelt or misplaced pull policy. An index, because hostile objects have tens of thousands of containers. */
const unusedPolicies = oncePer((workload: Workload): ReadonlySet<string> => {
  const { podSpecPointer } = workload
  // A field above the containers concerns all of them; one within a container or volume, only that one.
  const item = (owner: JsonPointer): JsonPointer =>
    owner.startsWith(`${podSpecPointer}/`) ? podSpecPointer + owner.slice(podSpecPointer.length).split('/').slice(0, 3).join('/') : ''
  return new Set(ignoredFieldsOf(workload).map(({ meant, owner }) => placeOfPolicy(meant.field, item(owner))))
})

function placeOfPolicy(field: string, pointer: JsonPointer): string {
  return `${field} ${pointer}`
}

/**
 * Whether a controller turns each tag into a digest before it creates pods, so that the tag and the pull policy that follows from it never
 * reach a pod. Knative does so for each revision (github.com/knative/serving pkg/deployment/config.go, registries-skipping-tag-resolving).
 */
export function resolvesTags({ kind, apiVersion }: Workload): boolean {
  return kind === customResource && groupOf(apiVersion) === 'serving.knative.dev'
}

/** Whether there is a tag, and whether it is the moving tag `latest`. */
export type TagState = 'untagged' | 'latest' | 'tagged'

/** The state of the tag, regardless of a digest. `latest` is case-sensitive, as in Kubernetes. */
export function tagState(reference: ImageReference): TagState {
  if (reference.tag === null) return 'untagged'
  return reference.tag === 'latest' ? 'latest' : 'tagged'
}

/** Whether the reference always names the same image, as far as the policy knows: it has a digest, or a tag that does not move. */
export function isFixed(reference: ImageReference, context: RuleContext): boolean {
  if (reference.digest !== null) return true
  return reference.tag !== null && reference.tag !== 'latest' && !context.isMutableTag(reference.tag)
}

/**
 * Whether the object is a Pod that exists: the API server rejects a change of its pull policies, but allows one of its images
 * (kubernetes pkg/apis/core/validation, ValidatePodUpdate). Debug containers are added to an existing Pod with any pull policy.
 */
export function isExistingPod({ role }: ImageUse, workload: Workload): boolean {
  return (
    workload.kind === 'Pod' &&
    role !== 'ephemeral' &&
    (workload.old !== null || Boolean(asString(at(workload.object, 'metadata', 'resourceVersion'))))
  )
}

/** The advice to use another pull policy, as the end of a message. */
export function adviceToSet(pullPolicy: PullPolicy, use: ImageUse, workload: Workload): string {
  return isExistingPod(use, workload) ? `recreate the pod with ${pullPolicy}` : `set ${pullPolicy}`
}

/** Whether the policy requires Always for this image. Digests are exempt, because their content cannot change. */
export function wantsAlways(reference: ImageReference, context: RuleContext): boolean {
  return reference.digest === null && context.registry(reference).pull === 'Always'
}
