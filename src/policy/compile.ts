import type { LintRequest } from '../lint/policy-port.ts'
import type { Registry } from '../lint/registry.ts'
import { compileTemplatePaths } from '../model/pod-templates.ts'
import { decideFor } from './applied.ts'
import { compileDecisions, type Decisions, isEnforcing } from './effective.ts'
import { endedExemptions } from './exemptions.ts'
import { compileGlobs } from './glob.ts'
import { matchesAny } from './glob-index.ts'
import type { MergedPolicy } from './merge.ts'
import type { Policy } from './policy.ts'
import { defaultControllers } from './users.ts'

/** The effective policy and what `showPolicy` needs to explain it. */
export interface CompiledPolicy extends Policy {
  readonly merged: MergedPolicy
  readonly decisions: Decisions
  /** The version of the cluster, such as `1.36`, if the policy sets it. */
  readonly kubernetes: string | undefined
}

/** Compiles a merged, schema-validated document, including all of its patterns, into the effective policy. */
export function compilePolicy(merged: MergedPolicy, registry: Registry, id: string): CompiledPolicy {
  const { document } = merged
  const decisions = compileDecisions(document, registry)
  const silentUsers = compileGlobs(document.warnTo?.exceptUsers ?? [])
  const controllers = compileGlobs(document.controllers ?? defaultControllers)
  return Object.freeze({
    id,
    fix: Object.freeze({ on: document.fix?.on ?? 'pods', force: document.fix?.force ?? false }),
    alwaysPullImages: decisions.alwaysPullImages,
    allowsIgnores: decisions.annotations.allow,
    templates: compileTemplatePaths(document.templates ?? []),
    isPlaceholder: decisions.images.isPlaceholder,
    probes: Object.freeze([...new Set((document.registries ?? []).flatMap(({ probe }) => probe ?? []))]),
    kubernetes: document.cluster?.kubernetes,
    merged,
    decisions,
    forWorkload: (request: LintRequest) => decideFor(decisions, request),
    warns: (user: string) => !matchesAny(silentUsers, user),
    isController: (user: string) => matchesAny(controllers, user),
    endedExemptions: (now: number) => endedExemptions(merged, now),
    isEnforcing: (namespace: string, labels: ReadonlyMap<string, string> | undefined, isRestored?: boolean) =>
      isEnforcing(decisions, namespace, labels, isRestored),
  })
}
