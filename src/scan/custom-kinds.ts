/** The custom resources that a scan lists in a cluster: those of which it is known that they have pod templates. */
import type { TemplateEntry } from '../model/pod-templates.ts'
import { shippedTemplates } from '../model/shipped-templates.ts'
import { groupOf } from '../model/workload-kinds.ts'

/** A kind of custom resources. */
export interface CustomKind {
  readonly group: string
  /** Undefined if any version has its templates at the same place. */
  readonly version?: string
  readonly kind: string
}

/**
 * Well-known kinds with a pod template at spec.template, where rules find it without an entry. Sources: argo-rollouts
 * pkg/apis/rollouts/v1alpha1/types.go, openshift/api apps/v1/types.go, knative/serving pkg/apis/serving/v1, kruise apis/apps/v1alpha1,
 * agones pkg/apis/agones/v1/gameserver.go, actions-runner-controller apis/actions.github.com/v1alpha1/autoscalingrunnerset_types.go,
 * kubeflow components/notebook-controller/api/v1/notebook_types.go.
 */
const atUsualPath: Readonly<Record<string, readonly string[]>> = {
  'argoproj.io': ['Rollout'],
  'apps.openshift.io': ['DeploymentConfig'],
  'serving.knative.dev': ['Service', 'Configuration'],
  'apps.kruise.io': ['CloneSet', 'StatefulSet', 'DaemonSet', 'BroadcastJob'],
  'agones.dev': ['GameServer'],
  'actions.github.com': ['AutoscalingRunnerSet'],
  'kubeflow.org': ['Notebook'],
}

/** The kinds of both lists and of `templates` in policies, by group and kind, each once. */
export function customKinds(ofPolicies: readonly TemplateEntry[]): readonly CustomKind[] {
  const usual = Object.entries(atUsualPath).flatMap(([group, kinds]) => kinds.map((kind) => ({ group, kind })))
  const all: readonly CustomKind[] = [...usual, ...[...shippedTemplates, ...ofPolicies].map(kindOf)]
  const byKey = new Map<string, CustomKind>()
  for (const each of all) {
    const key = `${each.group}/${each.kind}`
    // An entry for any version covers those for one.
    const known = byKey.get(key)
    if (known === undefined || (known.version !== undefined && each.version === undefined)) byKey.set(key, each)
  }
  return [...byKey].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, kind]) => kind)
}

function kindOf({ apiVersion, kind }: TemplateEntry): CustomKind {
  const group = groupOf(apiVersion)
  const version = apiVersion.slice(group.length + 1)
  return { group, kind, ...(version === '*' ? {} : { version }) }
}
