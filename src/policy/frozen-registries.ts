/**
 * Registries and repositories that get no new images or were removed, for the policy key `frozenRegistries`. Every entry has the date
 * from which it holds and the page that says so. Checked on 2026-11-30.
 */
import type { FrozenRegistry } from '../lint/rule.ts'

/** An entry; the first that matches wins. */
export interface FrozenEntry extends FrozenRegistry {
  /** Repositories that are not concerned. */
  readonly except?: readonly string[]
}

export const frozenRegistries: readonly FrozenEntry[] = [
  {
    match: 'k8s.gcr.io/**',
    state: 'frozen',
    since: '2023-04-03',
    instead: 'registry.k8s.io',
    source: 'https://kubernetes.io/blog/2023/02/06/k8s-gcr-io-freeze-announcement/',
  },
  ...['gcr.io/google-containers/**', 'gcr.io/google_containers/**'].map(
    (match): FrozenEntry => ({
      match,
      state: 'frozen',
      // The registry behind k8s.gcr.io was replaced on this day.
      since: '2020-07-13',
      instead: 'registry.k8s.io',
      source: 'https://github.com/kubernetes/k8s.io/pull/1014',
    }),
  ),
  {
    match: 'docker.io/bitnami/**',
    except: ['docker.io/bitnami/minideb', 'docker.io/bitnami/minideb-*'],
    state: 'removed',
    since: '2025-09-29',
    // A few images remain, under the tag latest only.
    onlyVersions: true,
    instead: 'another image; docker.io/bitnamilegacy has the last versions',
    source: 'https://github.com/bitnami/containers/issues/83267',
  },
  {
    match: 'docker.io/bitnamilegacy/**',
    state: 'frozen',
    since: '2025-08-28',
    instead: 'another image',
    source: 'https://github.com/bitnami/containers/issues/83267',
  },
  {
    match: 'quay.io/k8scsi/**',
    state: 'removed',
    // Reported on this day.
    since: '2025-10-19',
    instead: 'registry.k8s.io/sig-storage',
    source: 'https://github.com/ofek/csi-gcs/issues/186',
  },
  {
    match: 'quay.io/coreos/kube-state-metrics',
    state: 'frozen',
    since: '2021-04-13',
    instead: 'registry.k8s.io/kube-state-metrics',
    source: 'https://kubernetes.io/blog/2021/04/13/kube-state-metrics-v-2-0/',
  },
  ...['quay.io/coreos/prometheus-operator', 'quay.io/coreos/prometheus-config-reloader'].map(
    (match): FrozenEntry => ({
      match,
      state: 'frozen',
      // Version 0.43.0 and later are elsewhere.
      since: '2020-11-12',
      instead: 'quay.io/prometheus-operator',
      source: 'https://github.com/prometheus-operator/prometheus-operator/issues/3672',
    }),
  ),
  {
    match: 'quay.io/coreos/flannel',
    state: 'frozen',
    since: '2022-02-01',
    instead: 'docker.io/flannel',
    source: 'https://github.com/kubernetes-sigs/kubespray/issues/8499',
  },
  {
    match: 'quay.io/kubernetes-ingress-controller/**',
    state: 'frozen',
    since: '2020-07-10',
    instead: 'registry.k8s.io/ingress-nginx',
    source: 'https://github.com/helm/charts/issues/23152',
  },
]
