/** The JSON of `scan` (docs/scan.md). */

import { findingFields, type ObjectName } from '../inspect/index.ts'
import type { Diagnostic } from '../lint/diagnostic.ts'
import { docsUrl } from '../lint/docs.ts'
import { type ChangedRow, type FindingChange, findingChanges } from './difference.ts'
import { type Effect, effects } from './effect.ts'
import type { ScanResult, ScanRow } from './scan.ts'

/** A kind, or all of it in a namespace, that could not be listed. */
export interface NotLookedAt {
  /** `deployments.apps`, `pods in shop` */
  readonly what: string
  /** Why, as a clause. */
  readonly why: string
}

/** What a scan is about, apart from the workloads. */
export interface ScanSource {
  /** What was scanned: a context, a file. */
  readonly scanned: string
  /** Which policy it was, for people. */
  readonly policy: string
  readonly notLookedAt: readonly NotLookedAt[]
  /** Entries of the policy that depend on who makes a change, which is not known: `overrides[2]`. */
  readonly undecided: readonly string[]
}

/** A finding as `lint` prints it, without a file. */
export interface ScanFinding
  extends Pick<Diagnostic, 'rule' | 'severity' | 'action' | 'message' | 'messageId' | 'data' | 'pointer' | 'exempted'> {
  readonly container: string | null
  readonly object: ObjectName
  readonly docs: string
}

export interface ScannedWorkload {
  readonly object: ObjectName
  /** Set if these are Pods that differ from the template of this workload. */
  readonly owner?: ObjectName
  readonly pods: number
  readonly effect: Effect
  readonly diagnostics: readonly ScanFinding[]
}

export interface ScanOutput {
  readonly summary: {
    readonly scanned: string
    readonly policy: string
    readonly workloads: number
    readonly pods: number
    readonly namespaces: number
    /** Rows by effect. */
    readonly byEffect: Readonly<Record<Effect, number>>
    readonly undecided: readonly string[]
  }
  readonly workloads: readonly ScannedWorkload[]
  readonly notLookedAt: readonly NotLookedAt[]
}

/** The output of a scan. @param docsBase the base URL of the rule pages */
export function scanOutput({ rows, workloads, pods, namespaces }: ScanResult, source: ScanSource, docsBase: string): ScanOutput {
  const { scanned, policy, notLookedAt, undecided } = source
  const byEffect = Object.fromEntries(effects.map((effect) => [effect, rows.filter((row) => row.effect === effect).length]))
  return {
    summary: { scanned, policy, workloads, pods, namespaces, byEffect: byEffect as Record<Effect, number>, undecided },
    workloads: rows.map((row) => workloadOf(row, docsBase)),
    notLookedAt,
  }
}

function workloadOf({ object, owner, pods, effect, diagnostics }: ScanRow, docsBase: string): ScannedWorkload {
  return {
    object,
    ...(owner === null ? {} : { owner }),
    pods,
    effect,
    diagnostics: diagnostics.map((found) => findingOf(found, object, docsBase)),
  }
}

function findingOf(diagnostic: Diagnostic, object: ObjectName, docsBase: string): ScanFinding {
  const { rule, exempted } = diagnostic
  return { ...findingFields(diagnostic, object), docs: docsUrl(docsBase, rule), ...(exempted === undefined ? {} : { exempted }) }
}

/** A workload that two policies treat differently. */
export interface ChangedWorkload extends Omit<ScannedWorkload, 'effect' | 'diagnostics'> {
  /** The effect of the policy; null if it finds nothing. */
  readonly effect: Effect | null
  /** The effect of the policy that it is compared with. */
  readonly before: Effect | null
  readonly diagnostics: readonly (ScanFinding & { readonly change: FindingChange })[]
}

/** The output of `--against`. */
export interface ComparisonOutput {
  readonly summary: Omit<ScanOutput['summary'], 'byEffect'> & {
    /** The policy that it is compared with, for people. */
    readonly against: string
    /** Findings by change. */
    readonly byChange: Readonly<Record<FindingChange, number>>
  }
  readonly workloads: readonly ChangedWorkload[]
  readonly notLookedAt: readonly NotLookedAt[]
}

/** The output of a comparison. @param result of the scan with the new policy @param against the other policy, for people */
export function comparisonOutput(
  rows: readonly ChangedRow[],
  { workloads, pods, namespaces }: ScanResult,
  { scanned, policy, notLookedAt, undecided }: ScanSource,
  against: string,
  docsBase: string,
): ComparisonOutput {
  const changes = rows.flatMap((row) => row.changes)
  const byChange = Object.fromEntries(findingChanges.map((change) => [change, changes.filter((each) => each.change === change).length]))
  return {
    summary: { scanned, policy, against, workloads, pods, namespaces, byChange: byChange as Record<FindingChange, number>, undecided },
    workloads: rows.map(({ object, owner, pods, effect, before, changes }) => ({
      object,
      ...(owner === null ? {} : { owner }),
      pods,
      effect,
      before,
      diagnostics: changes.map(({ change, diagnostic }) => ({ change, ...findingOf(diagnostic, object, docsBase) })),
    })),
    notLookedAt,
  }
}
