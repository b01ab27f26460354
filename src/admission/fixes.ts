/** Decides which pull policies the mutating webhook changes, so that a fix never causes a rollout, a rejection or a conflict. */
import type { Diagnostic, LintResult } from '../lint/diagnostic.ts'
import type { Registry } from '../lint/registry.ts'
import type { ImageUse } from '../model/image-use.ts'
import { at, type JsonObject, pointerSteps, sameJson } from '../model/json.ts'
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
  return { fixes: lastingFixes(result.diagnostics, workload.object, choiceOf(judged, ports, mayChange)), result }
}

/**
 * The findings of a template that /mutate will fix in its Pods, whatever the origin of their pull policies: an owned Pod's origin cannot be
 * known. None if the policy fixes templates.
 */
export function fixedInPods(diagnostics: readonly Diagnostic[], judged: JudgedReview, ports: LintPorts): readonly FixedDiagnostic[] {
  if (judged.workload.kind === 'Pod' || ports.policy.fix.on !== 'pods') return []
  return lastingFixes(
    diagnostics,
    judged.workload.object,
    choiceOf(judged, ports, () => true),
  )
}

function choiceOf(judged: JudgedReview, ports: LintPorts, mayChange: (diagnostic: Diagnostic) => boolean): Choice {
  return {
    policy: ports.policy,
    rank: precedenceIn(ports.registry),
    mayChange: (diagnostic) => diagnostic.action === 'fix' && mayChange(diagnostic),
    lintAgain: (object) => lintAgain(object, judged, ports),
  }
}

/** The rank of a diagnostic by the precedence of its rule. */
export function precedenceIn({ fixing }: Registry): Choice['rank'] {
  return ({ rule }) => fixing.findIndex(({ meta }) => meta.id === rule)
}

/** How one of several fixes of a value is chosen. */
export interface Choice {
  readonly policy: Pick<Policy, 'alwaysPullImages' | 'isPlaceholder'>
  /** The fix with the lowest rank is applied. */
  rank(diagnostic: Pick<Diagnostic, 'rule' | 'action'>): number
  mayChange(diagnostic: FixedDiagnostic): boolean
  /** The findings on the changed object. */
  lintAgain(object: JsonObject): readonly Diagnostic[]
}

/**
 * The fixes to apply, one per pull policy. Lints the object again with them: a fix that a rule of higher precedence would revert is omitted,
 * so that a second run changes nothing (webhooks are called again after other webhooks, reinvocationPolicy IfNeeded).
 */
export function lastingFixes(diagnostics: readonly Diagnostic[], object: JsonObject, choice: Choice): readonly FixedDiagnostic[] {
  const chosen = candidates(diagnostics, choice)
  if (chosen.size === 0) return []
  const after = candidates(choice.lintAgain(withFixes(object, [...chosen.values()])), choice)
  return [...chosen.values()].filter((diagnostic) => {
    const next = after.get(diagnostic.fix.pointer)
    return next === undefined || choice.rank(next) > choice.rank(diagnostic)
  })
}

/** One fix per pull policy: the one of the rule with the lowest rank. */
function candidates(diagnostics: readonly Diagnostic[], { policy, rank, mayChange }: Choice): Map<string, FixedDiagnostic> {
  const byPointer = new Map<string, FixedDiagnostic>()
  for (const diagnostic of diagnostics) {
    if (!isFixable(diagnostic) || diagnostic.fix.from === diagnostic.fix.to) continue
    // Another webhook may still replace the image, and then another default applies.
    if (isPlaceholder(diagnostic, policy)) continue
    // The AlwaysPullImages plugin rejects pods with any other pull policy (kubernetes plugin/pkg/admission/alwayspullimages).
    if (policy.alwaysPullImages && diagnostic.fix.to !== 'Always') continue
    if (!mayChange(diagnostic)) continue
    const other = byPointer.get(diagnostic.fix.pointer)
    if (other === undefined || rank(diagnostic) < rank(other)) byPointer.set(diagnostic.fix.pointer, diagnostic)
  }
  return byPointer
}

function isPlaceholder({ subject }: Diagnostic, policy: Choice['policy']): boolean {
  return subject !== null && 'image' in subject && policy.isPlaceholder(subject.image)
}

function isFixable(diagnostic: Diagnostic): diagnostic is FixedDiagnostic {
  return diagnostic.fix !== undefined && diagnostic.exempted === undefined
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
    const path = [...pointerSteps(fix.pointer)]
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
