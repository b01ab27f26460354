/** Causes that keep an image from being there. */
import type { CauseRecord } from './cause.ts'

export const imageCauses = {
  'access-denied': {
    waiting: 'no',
    means: '{{host}} forbids the pull of {{image}} (403): the account that asks lacks the right, or the repository does not exist',
    now: 'grant the account of the pull secret, or of the node, the right to pull {{image}}; check the account, the region and the name',
  },
  'auth-missing': {
    waiting: 'no',
    means: '{{host}} requires credentials for {{image}}, and none were sent',
    now: 'attach a pull secret for {{registry}} (imagePullSecrets of the pod or of its ServiceAccount), or configure the credential provider of the node',
  },
  'auth-or-missing': {
    waiting: 'no',
    means: '{{host}} refused {{image}}: the repository does not exist or is private; the registry does not tell these apart',
    now: 'check the name {{image}} first; if it is right, make the repository public or attach a pull secret for {{registry}}',
    later: 'to find out which it is, run `docker pull` or `skopeo inspect` with an account that may list the repository',
  },
  'credentials-rejected': {
    waiting: 'no',
    means: '{{host}} rejected the credentials for {{image}}: the password or token is wrong or has expired',
    now: 'renew the pull secret for {{registry}} in namespace {{namespace}}; wrong credentials block public images, too',
  },
  'credentials-verification': {
    waiting: 'no',
    means: '{{image}} is on the node, but another pod pulled it with credentials, and this pod may not use it without its own',
    now: 'add the pull secret for {{registry}} to this pod, or preload the image on the node',
  },
  'pull-secret-missing': {
    waiting: 'no',
    means: 'pull secret {{object}} does not exist in namespace {{namespace}}, and {{host}} refused {{image}} without it',
    now: 'create secret {{object}} of type kubernetes.io/dockerconfigjson in namespace {{namespace}}, or correct the name in imagePullSecrets',
    until: 'the secret exists',
  },
  'image-not-found': {
    waiting: 'no',
    means:
      '{{host}} does not have {{image}} (404): the tag or digest is misspelled, deleted, moved or not pushed yet; the answer does not say which',
    now: 'correct the tag or digest of {{image}}, or push it',
    later: 'to find out which it is, list the tags of the repository and check whether the publisher has moved it',
    until: 'the image is pushed under this name',
  },
  'invalid-image-name': {
    waiting: 'no',
    means: '{{image}} is not a valid image reference',
    now: 'correct the reference: [registry/]repository[:tag][@digest] in lowercase, without a scheme and without an empty tag',
  },
  'short-name': {
    waiting: 'no',
    means: '{{image}} names no registry, and the runtime of the node does not choose one',
    now: 'write the registry into the reference, such as docker.io/{{image}}',
  },
  'never-pull-absent': {
    waiting: 'no',
    means: '{{image}} is not in the image store of {{node}}, and imagePullPolicy: Never forbids pulling it',
    now: 'load {{image}} into the container runtime of {{node}} (containerd: namespace k8s.io; images of Docker on the host do not count), or use imagePullPolicy: IfNotPresent',
    later:
      'from Kubernetes 1.35 on, an image that another pod pulled with credentials also counts as absent; then add the pull secret to this pod',
  },
  'inspect-error': {
    waiting: 'unknown',
    means: 'the container runtime of {{node}} cannot look up {{image}}',
    now: 'look at the log of the container runtime on {{node}}',
  },
  'rate-limit': {
    waiting: 'yes',
    means: '{{host}} limits the rate of pulls (429)',
    now: 'keep the pod: a new one pulls at once and counts again; log in with a pull secret, or pull {{image}} from a mirror',
    later: 'use a registry mirror or a pull secret for {{registry}}, and imagePullPolicy: IfNotPresent with a fixed tag',
    until: 'the time window of the limit ends (hours on Docker Hub)',
  },
  'registry-5xx': {
    waiting: 'yes',
    means: '{{host}} answers with a server error for {{image}}',
    now: 'check the status of {{host}} and of a proxy in between, or use a mirror',
    until: '{{host}} works again',
  },
  'registry-unavailable': {
    waiting: 'yes',
    means: '{{host}} is not available',
    now: 'start the registry or its local proxy, or correct host and port of {{image}}',
    until: '{{host}} answers again',
  },
  signature: {
    waiting: 'no',
    means: 'the signature policy of the node rejects {{image}}',
    now: 'sign the image, or change the policy of the node (policy.json, ClusterImagePolicy)',
  },
  'kubelet-throttle': {
    waiting: 'yes',
    means: 'the kubelet of {{node}} limits its own rate of pulls (registryPullQPS)',
    now: 'nothing: the kubelet pulls {{image}} shortly',
    until: 'fewer pulls run on {{node}}',
  },
  'dns-nxdomain': {
    waiting: 'unknown',
    means: 'the node cannot resolve {{host}}: there is no such host',
    now: 'correct the host of {{image}}; nodes do not resolve Service names of the cluster',
    until: 'a DNS record for {{host}} exists',
  },
  'dns-broken': {
    waiting: 'unknown',
    means: 'the DNS resolver of {{node}} does not answer, so {{host}} cannot be resolved',
    now: 'repair DNS on {{node}} (/etc/resolv.conf, systemd-resolved)',
    until: 'the resolver answers again',
  },
  'connection-refused': {
    waiting: 'unknown',
    means: 'nothing listens at {{address}}, so the connection is refused',
    now: 'start the server at {{address}}, or correct host and port of {{image}}; a firewall can also refuse',
    until: 'a server listens at {{address}}',
  },
  'network-timeout': {
    waiting: 'unknown',
    means: 'there is no answer from {{host}}: a firewall drops the packets, a proxy is missing, or the network is slow',
    now: 'connect to {{host}} from {{node}}; check its proxy settings and egress rules',
    until: '{{host}} can be reached from {{node}}',
  },
  'network-unreachable': {
    waiting: 'no',
    means: '{{node}} has no route to {{host}}',
    now: 'give {{node}} a route to {{host}}; if the address is IPv6 and the node is not, disable IPv6 answers',
  },
  'connection-broken': {
    waiting: 'yes',
    means: 'the connection to {{host}} broke while {{image}} was pulled',
    now: 'let the kubelet try again; if it always breaks at the same layer, check the size limit of the proxy',
    until: 'one pull gets through',
  },
  proxy: {
    waiting: 'unknown',
    means: 'the proxy that the container runtime uses does not work',
    now: 'correct HTTPS_PROXY and NO_PROXY of the container runtime on {{node}}; 127.0.0.1 there is the node itself',
    until: 'the proxy answers',
  },
  'tls-untrusted': {
    waiting: 'no',
    means: 'the container runtime does not trust the certificate of {{host}}',
    now: 'check that {{host}} is the right host, then install its CA for the container runtime on {{node}}',
  },
  'tls-expired': {
    waiting: 'no',
    means: 'the certificate of {{host}} has expired or is not valid yet',
    now: 'renew the certificate of {{host}}',
  },
  'tls-expired-or-clock': {
    waiting: 'no',
    means:
      'the certificate of {{host}} is outside its validity for the clock of {{node}}: the certificate has expired or the clock is wrong',
    now: 'compare the clock of {{node}} with the time first (timedatectl); if it is right, renew the certificate of {{host}}',
  },
  'tls-name': {
    waiting: 'no',
    means: 'the certificate that {{host}} presents is for another name',
    now: 'check where DNS and the ingress send {{host}}; the certificate must name it',
  },
  'http-registry': {
    waiting: 'no',
    means: '{{host}} and the container runtime disagree about TLS: one speaks HTTP, the other HTTPS',
    now: 'check that {{host}} is the right host and port; for a registry without TLS, configure plain HTTP in the container runtime',
  },
  'platform-mismatch': {
    waiting: 'no',
    means: '{{image}} exists, but not for the architecture or operating system of {{node}}',
    now: 'build {{image}} for the platform of {{node}}, or select matching nodes with nodeSelector kubernetes.io/arch',
  },
  'image-format-old': {
    waiting: 'no',
    means: '{{image}} has a manifest format that the container runtime no longer supports',
    now: 'push {{image}} again with a current tool',
  },
  'disk-full': {
    waiting: 'unknown',
    means: 'the disk of {{node}} is full, so {{image}} cannot be stored',
    now: 'free or enlarge the disk of {{node}}',
    later: 'use a smaller image; one that is larger than the free disk never fits',
    until: 'the kubelet deletes unused images or pods are evicted',
  },
  'layer-truncated': {
    waiting: 'no',
    means: 'an empty download of {{image}} is stuck in the container runtime of {{node}}',
    now: 'clear the incomplete download on {{node}} (ctr -n k8s.io content active), and check the size limit of the proxy',
  },
  'layer-corrupt': {
    waiting: 'unknown',
    means: 'a layer of {{image}} arrived damaged',
    now: 'remove the image content on {{node}}, check proxies between it and {{host}}, and let the kubelet pull again',
    until: 'one download is complete',
  },
  'pull-timeout': {
    waiting: 'unknown',
    means: 'the pull of {{image}} takes longer than the container runtime allows',
    now: 'pre-pull {{image}} on {{node}}, or raise the time limit (runtimeRequestTimeout)',
    until: 'one pull is fast enough',
  },
  'pull-stalled': {
    waiting: 'unknown',
    means: 'the download of {{image}} stalled and was canceled, or the container runtime restarted',
    now: 'check the network between {{node}} and {{host}}',
    until: 'one download makes progress',
  },
  'runtime-down': {
    waiting: 'yes',
    means: 'the kubelet of {{node}} cannot reach the container runtime',
    now: 'restart the container runtime on {{node}}',
    until: 'the container runtime answers',
  },
  'image-volume-pull': {
    waiting: 'no',
    means: 'the image {{image}} of a volume cannot be pulled',
    now: 'correct image.reference of the volume; see the message for why it cannot be pulled',
  },
  'image-volume-mount': {
    waiting: 'no',
    means: 'the container runtime cannot mount the image of a volume',
    now: 'correct subPath of the mount, or use an image instead of an artifact',
  },
  'image-volume-unsupported': {
    waiting: 'no',
    means: 'the container runtime of {{node}} cannot mount images as volumes',
    now: 'update the container runtime (containerd 2.1 or later), or copy the files with an init container',
  },
  'sidecar-not-injected': {
    waiting: 'no',
    means: '{{image}} is a placeholder that an injection webhook replaces when the pod is created; it was not replaced',
    now: 'repair the injection (labels of the namespace and the pod, the webhook), then replace the pod: the image of an existing pod is never injected later',
  },
} as const satisfies Record<string, CauseRecord>
