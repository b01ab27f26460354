/** Scheduling. */
import type { MessagePattern } from './pattern.ts'

export const scheduling: readonly MessagePattern[] = [
  {
    id: 'sch-pvc',
    rank: 50,
    pattern: /pod has unbound (?:immediate )?PersistentVolumeClaims|PersistentVolumeClaim is not bound: |binding volumes: /,
    cause: 'pvc-unbound',
    waiting: 'unknown',
    certainty: 'possible',
    runtime: 'any',
    source:
      'kubernetes/website#26943; kubernetes@v1.36.3 pkg/scheduler/framework/plugins/volumebinding/volume_binding.go, PreBind; carlossg/kubernetes-jenkins#11 (1.8)',
    example:
      '0/3 nodes are available: pod has unbound immediate PersistentVolumeClaims. preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.',
  },
  {
    id: 'sch-pvc-missing',
    rank: 50,
    pattern: /persistentvolumeclaim "([^"]+)" (?:not found|bound to non-existent persistentvolume)/,
    cause: 'pvc-missing',
    waiting: 'no',
    certainty: 'certain',
    runtime: 'any',
    source: 'mariadb-operator/mariadb-operator#374',
    example: '0/1 nodes are available: persistentvolumeclaim "data" not found.',
  },
  {
    id: 'sch-resources',
    rank: 50,
    pattern:
      /\bInsufficient ([^\s(,.][^\s(,]*?)(?:[\s(,.]|$)|(Too many pods)|cannot allocate all (claims)|(no nodes available to schedule pods)/,
    cause: 'insufficient-resources',
    waiting: 'unknown',
    certainty: 'certain',
    runtime: 'any',
    source: 'kubernetes@v1.36.3 pkg/scheduler/framework/plugins/noderesources/fit.go and dynamicresources; sentry-kubernetes/charts#31',
    example: '0/3 nodes are available: 3 Insufficient memory.',
  },
  {
    id: 'sch-taint',
    rank: 50,
    pattern: /node\(s\) had (?:untolerated )?taint\(?s?\)? ?\{?([^}]*)\}?|node\(s\) were (unschedulable)/,
    cause: 'taint',
    waiting: 'unknown',
    certainty: 'certain',
    runtime: 'any',
    source:
      'hystax/optscale#568; kubernetes@v1.36.3 plugins/nodeunschedulable and tainttoleration; until 1.23 without the word untolerated',
    example: '0/1 nodes are available: 1 node(s) had untolerated taint {node.kubernetes.io/disk-pressure: }.',
  },
  {
    id: 'sch-affinity',
    rank: 50,
    pattern:
      /didn't match (?:Pod's node affinity|node selector|pod affinity\/anti-affinity|pod (?:anti-)?affinity|pod topology spread constraints|the requested node name)|didn't satisfy (?:existing pods anti-affinity rules|plugin)|\b(?:MatchInterPodAffinity|MatchNodeSelector|ExistingPodsAntiAffinityRulesNotMatch|CheckServiceAffinity)\b/,
    cause: 'affinity',
    waiting: 'no',
    certainty: 'certain',
    runtime: 'any',
    source:
      'kubernetes@v1.36.3 pkg/scheduler/framework/plugins/nodeaffinity, interpodaffinity, podtopologyspread, nodename; hashicorp/consul-helm#243 (1.14)',
    example: "0/3 nodes are available: 3 node(s) didn't match Pod's node affinity/selector.",
  },
  {
    id: 'sch-volume',
    rank: 50,
    pattern:
      /(?:had volume node affinity conflict|didn't match PersistentVolume's node affinity|didn't find available persistent volumes to bind|exceed max volume count|had no available volume zone|did not have enough free storage|had no available disk)/,
    cause: 'volume-topology',
    waiting: 'no',
    certainty: 'certain',
    runtime: 'any',
    source: 'kubernetes@v1.36.3 pkg/scheduler/framework/plugins/volumebinding/binder.go:64',
    example: "0/3 nodes are available: 3 node(s) didn't match PersistentVolume's node affinity.",
  },
  {
    id: 'sch-ports',
    rank: 50,
    pattern: /didn't have free ports for the requested pod ports/,
    cause: 'host-port',
    waiting: 'no',
    certainty: 'certain',
    runtime: 'any',
    source: 'kubernetes@v1.36.3 pkg/scheduler/framework/plugins/nodeports/node_ports.go:51',
    example: "0/1 nodes are available: 1 node(s) didn't have free ports for the requested pod ports.",
  },
  {
    id: 'sch-gated',
    rank: 50,
    pattern: /Scheduling is blocked due to non-empty scheduling gates/,
    cause: 'scheduling-gated',
    waiting: 'unknown',
    certainty: 'certain',
    runtime: 'any',
    source: 'API',
    example: 'Scheduling is blocked due to non-empty scheduling gates',
  },
  {
    id: 'sch-read-write-once-pod',
    rank: 40,
    pattern: /ReadWriteOncePod access mode already in-use by another pod/,
    cause: 'multi-attach',
    waiting: 'unknown',
    certainty: 'certain',
    runtime: 'any',
    source: 'kubernetes@v1.36.3 pkg/scheduler/framework/plugins/volumerestrictions/volume_restrictions.go',
    example:
      '0/3 nodes are available: 3 node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode already in-use by another pod.',
  },
]
