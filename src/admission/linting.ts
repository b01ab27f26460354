/** Runs the rules on the object of a review, with the policy as it applies to the request. */
import type { Diagnostic, LintResult } from '../lint/diagnostic.ts'
import { lint } from '../lint/engine.ts'
import type { WorkloadPolicy } from '../lint/policy-port.ts'
import type { AnyRule } from '../lint/rule.ts'
import type { JsonObject } from '../model/json.ts'
import { noSiblings, type Siblings } from '../model/siblings.ts'
import { readWorkload, type Workload } from '../model/workload.ts'
import { InitScripts } from '../script/index.ts'
import { isFromBuiltInController } from './built-in-controllers.ts'
import type { AdmissionRequest } from './envelope.ts'
import { masked } from './masking.ts'
import type { AdmissionPorts, JudgedReview } from './ports.ts'

/** What a judgment of one object depends on. The command line has other objects of the same input. */
export type LintPorts = Omit<AdmissionPorts, 'docsBase' | 'takesNotes'> & { readonly siblings?: Siblings }

/** Runs the rules on one version of the object. */
export function lintWorkload(workload: Workload, policy: WorkloadPolicy, ports: LintPorts, rules: readonly AnyRule[]): LintResult {
  return masked(lint(workload, policy, rules, ports.timeIsUp), ports.registry)
}

/** The policy as it applies to one version of the object. */
export function policyFor(workload: Workload, request: AdmissionRequest, ports: LintPorts): WorkloadPolicy {
  return ports.policy.forWorkload({
    workload,
    scripts: new InitScripts(workload, ports.siblings ?? noSiblings, ports.analyst),
    namespaceLabels: ports.namespaceLabels(workload.namespace),
    user: request.user,
    isRestored: isFromBuiltInController(request, workload),
    now: ports.now,
    registryHealth: ports.registryHealth,
  })
}

/** The findings of the rules that can fix on a changed version of the object. */
export function lintAgain(object: JsonObject, { request, workload: { old } }: JudgedReview, ports: LintPorts): readonly Diagnostic[] {
  const changed = readWorkload(object, { namespace: request.namespace, source: 'review', old })
  if (changed === undefined) return []
  return lintWorkload(changed, policyFor(changed, request, ports), ports, ports.registry.fixing).diagnostics
}
