/**
 * A scan as policy reports, for dashboards that read them: `Report` of openreports.io and `PolicyReport` of wgpolicyk8s.io, which have the same
 * results. They are only printed: reports that a tool writes by itself have filled etcd elsewhere
 * (kyverno/kyverno#10761).
 */
import type { ScanFinding, ScanOutput } from './output.ts'

/** The API groups of policy reports. */
export const reportGroups = ['openreports.io', 'wgpolicyk8s.io'] as const
export type ReportGroup = (typeof reportGroups)[number]

/**
 * The kind of a namespace's reports; that of objects without a namespace has the prefix Cluster. Source: config/crd of
 * github.com/openreports/reports-api, and policy-report/crd of github.com/kubernetes-sigs/wg-policy-prototypes.
 */
const kinds: Readonly<Record<ReportGroup, { readonly apiVersion: string; readonly kind: string }>> = {
  'openreports.io': { apiVersion: 'openreports.io/v1alpha1', kind: 'Report' },
  'wgpolicyk8s.io': { apiVersion: 'wgpolicyk8s.io/v1alpha2', kind: 'PolicyReport' },
}

/** Results of one report; a namespace with more has several. An object of etcd has at most 1.5 MiB. */
const maxResults = 1000

type Outcome = 'fail' | 'warn' | 'skip'

/** A List of reports: those of each namespace. @param now ms since 1970 */
export function policyReports({ workloads }: ScanOutput, group: ReportGroup, now: number): object {
  const byNamespace = new Map<string, object[]>()
  for (const { diagnostics } of workloads) {
    for (const finding of diagnostics) {
      const results = byNamespace.get(finding.object.namespace) ?? []
      byNamespace.set(finding.object.namespace, results)
      results.push(resultOf(finding, now))
    }
  }
  const items = [...byNamespace].flatMap(([namespace, results]) =>
    Array.from({ length: Math.ceil(results.length / maxResults) }, (_, index) =>
      reportOf(namespace, index, results.slice(index * maxResults, (index + 1) * maxResults), group),
    ),
  )
  return { apiVersion: 'v1', kind: 'List', items }
}

function reportOf(namespace: string, index: number, results: readonly object[], group: ReportGroup): object {
  const count = (outcome: Outcome): number => results.filter((each) => 'result' in each && each.result === outcome).length
  const { apiVersion, kind } = kinds[group]
  return {
    apiVersion,
    kind: namespace === '' ? `Cluster${kind}` : kind,
    metadata: {
      name: index === 0 ? 'initlint' : `initlint-${index + 1}`,
      ...(namespace === '' ? {} : { namespace }),
      labels: { 'app.kubernetes.io/managed-by': 'initlint' },
    },
    ...(group === 'openreports.io' ? { source: 'initlint' } : {}),
    summary: { pass: 0, fail: count('fail'), warn: count('warn'), error: 0, skip: count('skip') },
    results,
  }
}

const severities = { error: 'high', warning: 'medium', info: 'low' } as const

function resultOf({ rule, severity, message, action, exempted, object, container, pointer, docs }: ScanFinding, now: number): object {
  const result: Outcome = exempted !== undefined ? 'skip' : action === 'deny' ? 'fail' : 'warn'
  const { namespace, kind, name, apiVersion } = object
  return {
    source: 'initlint',
    policy: 'initlint',
    rule,
    result,
    // Audited findings are counted only.
    scored: action !== 'audit',
    severity: severities[severity],
    message: container === null ? message : `${container}: ${message}`,
    resources: [{ apiVersion, kind, ...(namespace === '' ? {} : { namespace }), name, fieldPath: pointer }],
    timestamp: { seconds: Math.floor(now / 1000), nanos: 0 },
    properties: { docs },
  }
}
