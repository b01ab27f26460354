/** Causes outside the containers: admission, scheduling, volumes, sandboxes, nodes and owners. */
import type { CauseRecord } from './cause.ts'

const isFinished = 'this pod is finished'

export const podCauses = {
  'waiting-normal': {
    waiting: 'yes',
    means: 'nothing is wrong so far',
    now: 'nothing',
    until: 'the current step is done',
  },
  'admission-denied': {
    waiting: 'no',
    means: 'the API server forbids the pods of {{owner}}, so there is none',
    now: 'change the template so that it is allowed, or change what forbids it (Pod Security, quota, limits)',
    until: 'the template or the restriction changes',
  },
  'webhook-refused-pods': {
    waiting: 'no',
    means: 'admission webhook {{object}} refuses the pods of {{owner}}, so there is none',
    now: 'change the template so that the webhook allows it, or correct the webhook',
    until: 'the webhook allows the pods',
  },
  'pod-rejected': {
    waiting: 'no',
    means: 'the API server rejects the pods of {{owner}} as invalid, so there is none',
    now: 'correct the field that the message names',
  },
  'scheduling-gated': {
    waiting: 'unknown',
    means: 'scheduling gates hold the pod back',
    now: 'look for the controller that owns the gates in spec.schedulingGates',
    until: 'the gates are removed',
  },
  'insufficient-resources': {
    waiting: 'unknown',
    means: 'no node has enough free {{resource}} for what the pod requests',
    now: 'lower the requests (those of a single init container count, too), or add nodes',
    until: 'other pods end, or a node is added',
  },
  taint: {
    waiting: 'unknown',
    means: 'the nodes have taints that the pod does not tolerate ({{taint}})',
    now: 'add a toleration, or remove the taint',
    until: 'the taint is removed',
  },
  affinity: {
    waiting: 'no',
    means: 'no node matches the node selector, affinity or topology spread of the pod',
    now: 'correct nodeSelector and affinity, or label a node',
    until: 'a node matches',
  },
  'host-port': {
    waiting: 'no',
    means: 'the host port of the pod is in use on every node that fits; a rolling update then waits for itself',
    now: 'remove hostPort, or use strategy: Recreate',
  },
  'volume-topology': {
    waiting: 'no',
    means: 'the volume of the pod can be used only on nodes that do not fit, or cannot be provided at all',
    now: 'compare the zone and node affinity of the PersistentVolume with the nodes that fit the pod',
  },
  'pvc-missing': {
    waiting: 'no',
    means: 'PersistentVolumeClaim {{object}} does not exist in namespace {{namespace}}',
    now: 'create the claim, or correct its name',
    until: 'the claim exists',
  },
  'pvc-unbound': {
    waiting: 'unknown',
    means: 'a PersistentVolumeClaim of the pod is not bound to a volume',
    now: '{{describeClaims}}',
    until: 'a volume is provisioned',
  },
  'attach-failed': {
    waiting: 'unknown',
    means: 'the volume cannot be attached to {{node}}',
    now: 'look at the log of the CSI controller',
    until: 'the storage system attaches the volume',
  },
  'multi-attach': {
    waiting: 'unknown',
    means: 'the volume is still in use by {{other}} on another node',
    now: 'find out why {{other}} still runs',
    until: '{{other}} is gone',
  },
  'multi-attach-stale': {
    waiting: 'unknown',
    means: 'the volume is still attached to another node, although no pod there uses it',
    now: 'wait six minutes for the forced detach, then look at the VolumeAttachments; taint a dead node with node.kubernetes.io/out-of-service',
    until: 'the volume is detached from the other node',
  },
  'volume-object-missing': {
    waiting: 'unknown',
    means: '{{object}}, which a volume of the pod needs, does not exist in namespace {{namespace}}',
    now: 'create {{object}} in namespace {{namespace}}; if a controller such as cert-manager should create it, check that it is installed',
    until: '{{object}} exists',
  },
  'volume-key-missing': {
    waiting: 'no',
    means: 'a volume of the pod needs the key {{key}}, which its ConfigMap or Secret does not have',
    now: 'add the key {{key}}, correct items[].key, or set optional: true',
    until: 'the key exists',
  },
  'volume-wait': {
    waiting: 'unknown',
    means: 'the kubelet waits for the volume {{volume}}; other events say why, or have expired',
    now: 'look for FailedAttachVolume and FailedMount events of the volume, and at its claim',
    until: 'the volume is mounted',
  },
  'hostpath-type': {
    waiting: 'no',
    means: '{{path}} on {{node}} is not of the type that the hostPath volume demands',
    now: 'correct path or type of the hostPath volume; {{node}} may be set up differently from other nodes',
  },
  'csi-driver-missing': {
    waiting: 'unknown',
    means: '{{node}} does not run the CSI driver {{object}}',
    now: 'check that the node pod of the CSI driver runs on {{node}}',
    until: 'the driver has registered',
  },
  'mount-failed': {
    waiting: 'no',
    means: 'mounting the volume fails on {{node}}',
    now: 'check the export rules, the file system and the mount helpers (nfs-common) of {{node}}',
  },
  'kubelet-cache': {
    waiting: 'yes',
    means: 'the kubelet has not read the ConfigMaps and Secrets of the pod yet; often the pod is being deleted',
    now: 'nothing: it takes seconds',
    until: 'the kubelet has read them',
  },
  cni: {
    waiting: 'unknown',
    means: 'the network of the pod cannot be set up on {{node}}',
    now: 'look at the CNI agent of {{node}}',
    until: 'the CNI plugin works',
  },
  'cni-credentials': {
    waiting: 'no',
    means: 'the CNI plugin of {{node}} cannot log in to the API server; nothing is wrong with the pod',
    now: 'restart the CNI agent pod of {{node}}, and let it renew its token',
  },
  'cni-not-ready': {
    waiting: 'unknown',
    means: 'the CNI agent of {{node}} has not written its configuration yet',
    now: 'look at the CNI agent pod of {{node}}, if this lasts longer than two minutes after the node started',
    until: 'the CNI agent is ready',
  },
  'cni-ip-exhausted': {
    waiting: 'unknown',
    means: 'there is no free IP address for a pod on {{node}}',
    now: 'enlarge the subnet, or lower the number of pods per node',
    until: 'other pods end',
  },
  'cni-agent-down': {
    waiting: 'unknown',
    means: 'the CNI plugin of {{node}} cannot reach its agent',
    now: 'look at the CNI agent pod of {{node}}',
    until: 'the agent runs again',
  },
  'cni-not-installed': {
    waiting: 'unknown',
    means: 'the network of {{node}} is not ready: there is no CNI configuration',
    now: 'install or repair the CNI plugin of {{node}}; pods with hostNetwork are not affected',
    until: 'the CNI plugin is installed',
  },
  'pause-image': {
    waiting: 'unknown',
    means: '{{node}} cannot pull the pause image {{image}}; nothing is wrong with the pod',
    now: 'preload or mirror the pause image, and set sandbox_image of the container runtime',
    until: '{{image}} can be pulled',
  },
  'node-admission': {
    waiting: 'no',
    means: `the kubelet of {{node}} refused the pod ({{reason}}); ${isFinished}`,
    now: 'create the pod again, unless a controller does',
  },
  'evicted-node-pressure': {
    waiting: 'no',
    means: `{{node}} evicted the pod because it ran low on {{resource}}; ${isFinished}`,
    now: 'find what uses the {{resource}} of {{node}}; a large image alone can fill its disk',
    later: 'set requests for {{resource}}, use a smaller image or a larger disk',
  },
  'evicted-own-limit': {
    waiting: 'no',
    means: `the pod exceeded its own storage limit and was evicted; every successor ends the same; ${isFinished}`,
    now: 'raise sizeLimit or limits.ephemeral-storage; what init containers download counts',
  },
  deadline: {
    waiting: 'no',
    means: 'the time limit (activeDeadlineSeconds) or the retry limit (backoffLimit) was reached; what happened before is the cause',
    now: 'look at what the containers waited for, or how they failed',
  },
  'cronjob-blocked': {
    waiting: 'no',
    means: 'concurrencyPolicy: Forbid skips every run while Job {{object}} is active',
    now: 'delete the Job that hangs',
    later: 'set activeDeadlineSeconds in the Job template: pods that cannot start never count against backoffLimit',
    until: 'the Job ends',
  },
  'statefulset-stuck-revision': {
    waiting: 'no',
    means: 'StatefulSet {{owner}} never replaces a pod of an old revision that is not ready (OrderedReady)',
    now: 'delete the pod by hand: the StatefulSet then creates it from the current template',
    later: 'podManagementPolicy: Parallel avoids this',
  },
  'node-lost': {
    waiting: 'unknown',
    means: '{{node}} does not respond',
    now: 'check {{node}}; delete a pod of a StatefulSet by force only if the node is surely dead',
    until: 'the node returns, or after five minutes the owner creates another pod (a StatefulSet never does)',
  },
  'node-shutdown': {
    waiting: 'no',
    means: `{{node}} was shut down; ${isFinished}`,
    now: 'nothing if a controller owns the pod; otherwise create it again',
  },
  preempted: {
    waiting: 'no',
    means: `a pod with a higher priority took its place; ${isFinished}`,
    now: 'check the priorities, or add nodes',
  },
} as const satisfies Record<string, CauseRecord>
