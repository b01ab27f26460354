/** Decides which pull policies the mutating webhook changes, so that a fix never causes a rollout, a rejection or a conflict. */
import type { Diagnostic, LintResult } from '../lint/diagnostic.ts'
import type { ImageUse } from '../model/image-use.ts'
import { at, type JsonObject, sameJson } from '../model/json.ts'
import type { Workload } from '../model/workload.ts'
import { customResource } from '../model/workload-kinds.ts'
import type { Policy } from '../policy/index.ts'
import { type LintPorts, lintAgain, lintWorkload, policyFor } from './linting.ts'
import type { JudgedReview } from './ports.ts'
import type { JsonPatchOperation } from './response.ts'
import { isMirrorPod } from './scope.ts'

/** A diagnostic whose fix is applied. */
export type FixedDiagnostic = Diagnostic & Required<Pick<Diagnostic, 'fix'>>

/**
 * Whether the pull policies of the request may be changed at all.
 * Pods only when they are created: the API server rejects later changes of the pull policy (kubernetes pkg/apis/core/validation,
 * ValidatePodUpdate). Templates only if the request itself changes the template, and never if another controller owns the object, if
 * it is an existing Job (its template is immutable) or if it is being deleted. Never custom resources: nothing is known about what their
 * controllers do with a changed template.
 */
function mayFix({ request, workload }: JudgedReview, policy: Policy): boolean {
  if (request.subResource !== '' || (workload.kind === 'Pod') !== (policy.fix.on === 'pods')) return false
  if (workload.kind === customResource) return false
  if (workload.kind === 'Pod') return request.operation === 'CREATE' && !isMirrorPod(workload)
  if (workload.controllerOwner !== null || at(workload.object, 'metadata', 'deletionTimestamp') !== undefined) return false
  if (request.operation === 'CREATE') return true
  const { old } = workload
  return request.operation === 'UPDATE' && workload.kind !== 'Job' && old !== null && !sameJson(template(old), template(workload))
}

function template(workload: Workload): unknown {
  return at(workload.object, ...workload.podSpecPath.slice(0, -1))
}

/** The fixes to apply, one per pull policy, and what failed on the way. */
export function fixesOf(
  judged: JudgedReview,
  ports: LintPorts,
): { readonly fixes: readonly FixedDiagnostic[]; readonly result?: LintResult } {
  const { request, workload } = judged
  const { policy } = ports
  if (!mayFix(judged, policy)) return { fixes: [] }
  const result = lintWorkload(workload, policyFor(workload, request, ports), ports, ports.registry.fixing)
  const mayChange = (diagnostic: Diagnostic): boolean => workload.kind === 'Pod' || policy.fix.force || isKnownDefault(workload, diagnostic)
  return { fixes: lastingFixes(result.diagnostics, judged, ports, mayChange), result }
}

/**
 * The findings of a template that /mutate will fix in its Pods, whatever the origin of their pull policies: an owned Pod's origin cannot be
 * known. None if the policy fixes templates.
 */
export function fixedInPods(diagnostics: readonly Diagnostic[], judged: JudgedReview, ports: LintPorts): readonly FixedDiagnostic[] {
  if (judged.workload.kind === 'Pod' || ports.policy.fix.on !== 'pods') return []
  return lastingFixes(diagnostics, judged, ports, () => true)
}

/**
 * Lints the object again with the fixes applied: a fix that a rule of higher precedence would revert is omitted, so that a second call
 * changes nothing (webhooks are called again after other webhooks, reinvocationPolicy IfNeeded).
 */
function lastingFixes(
  diagnostics: readonly Diagnostic[],
  judged: JudgedReview,
  ports: LintPorts,
  mayChange: (diagnostic: Diagnostic) => boolean,
): readonly FixedDiagnostic[] {
  const { policy, registry } = ports
  const rank = (rule: string): number => registry.fixing.findIndex(({ meta }) => meta.id === rule)
  const chosen = candidates(diagnostics, policy, rank, mayChange)
  if (chosen.size === 0) return []
  const after = candidates(lintAgain(withFixes(judged.workload.object, [...chosen.values()]), judged, ports), policy, rank, mayChange)
  return [...chosen.values()].filter((diagnostic) => {
    const next = after.get(diagnostic.fix.pointer)
    return next === undefined || rank(next.rule) > rank(diagnostic.rule)
  })
}

/** One fix per pull policy: the one of the rule with the lowest rank. */
function candidates(
  diagnostics: readonly Diagnostic[],
  policy: Policy,
  rank: (rule: string) => number,
  mayChange: (diagnostic: Diagnostic) => boolean,
): Map<string, FixedDiagnostic> {
  const byPointer = new Map<string, FixedDiagnostic>()
  for (const diagnostic of diagnostics) {
    if (!isFixable(diagnostic) || diagnostic.fix.from === diagnostic.fix.to) continue
    // Another webhook may still replace the image, and then another default applies.
    if (isPlaceholder(diagnostic, policy)) continue
    // The AlwaysPullImages plugin rejects pods with any other pull policy (kubernetes plugin/pkg/admission/alwayspullimages).
    if (policy.alwaysPullImages && diagnostic.fix.to !== 'Always') continue
    if (!mayChange(diagnostic)) continue
    const other = byPointer.get(diagnostic.fix.pointer)
    if (other === undefined || rank(diagnostic.rule) < rank(other.rule)) byPointer.set(diagnostic.fix.pointer, diagnostic)
  }
  return byPointer
}

function isPlaceholder({ subject }: Diagnostic, policy: Policy): boolean {
  return subject !== null && 'image' in subject && policy.isPlaceholder(subject.image)
}

function isFixable(diagnostic: Diagnostic): diagnostic is FixedDiagnostic {
  return diagnostic.fix !== undefined && diagnostic.action === 'fix' && diagnostic.exempted === undefined
}

/** In templates, explicit values are kept: only values that Kubernetes is known to have defaulted are changed, unless fix.force is set. */
function isKnownDefault(workload: Workload, { subject }: Diagnostic): boolean {
  return subject !== null && 'image' in subject && workload.origin(subject satisfies ImageUse).kind === 'defaulted'
}

/** The patch. It only sets pull policies, and applies to every object that has the same containers. */
export function patchOf(fixes: readonly FixedDiagnostic[]): readonly JsonPatchOperation[] {
  return fixes.map(({ fix }) => ({ op: 'add', path: fix.pointer, value: fix.to }))
}

/**
 * The object with the fixes applied. Only the objects and lists along the changed paths are copied, each once, however many fixes are
 * in it; the rest is shared.
 */
export function withFixes(object: JsonObject, fixes: readonly FixedDiagnostic[]): JsonObject {
  const copies = new Set<unknown>()
  const copyOf = (value: unknown): Changeable => {
    const copy = (copies.has(value) ? value : Array.isArray(value) ? [...value] : { ...(value as object) }) as Changeable
    copies.add(copy)
    return copy
  }
  const root = copyOf(object)
  for (const { fix } of fixes) {
    // The pointers of pull policies contain no escaped characters.
    const path = fix.pointer.split('/').slice(1)
    const last = path.pop() ?? ''
    let target = root
    for (const step of path) {
      const child = copyOf(target[step])
      target[step] = child
      target = child
    }
    target[last] = fix.to
  }
  return root
}

/** An object or a list, whose indexes are keys too. */
type Changeable = Record<string, unknown>
