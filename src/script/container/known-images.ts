/** Public images whose only purpose is an init container: which program of the catalogue they run. */
import { parseImageReference } from '../../model/image-reference.ts'

interface KnownImage {
  /** The end of the repository: mirrors keep it. */
  readonly repository: string
  /** The tags for which it is true; all if omitted. */
  readonly tags?: RegExp
  /** What the ENTRYPOINT runs, with the names of the catalogue. */
  readonly entrypoint?: readonly string[]
  /** What other programs of the image are, by their paths or names. */
  readonly programs?: Readonly<Record<string, readonly string[]>>
}

/** Copies its plugin into the directory of plugins (Dockerfiles of vmware-tanzu/velero-plugin-for-*). */
const veleroPlugin = (name: string): KnownImage => ({
  repository: `velero/${name}`,
  entrypoint: ['cp', `/plugins/${name}`, '/target/.'],
})

const knownImages: readonly KnownImage[] = [
  // https://opendev.org/airship/kubernetes-entrypoint, Dockerfile
  { repository: 'airshipit/kubernetes-entrypoint', entrypoint: ['kubernetes-entrypoint'] },
  { repository: 'stackanetes/kubernetes-entrypoint', entrypoint: ['kubernetes-entrypoint'] },
  // https://github.com/groundnuty/k8s-wait-for, Dockerfile
  {
    repository: 'groundnuty/k8s-wait-for',
    entrypoint: ['k8s-wait-for'],
    programs: { 'wait_for.sh': ['k8s-wait-for'], '/usr/local/bin/wait_for.sh': ['k8s-wait-for'] },
  },
  // https://github.com/onap/oom-readiness, readiness-python/ready.py
  {
    repository: 'onap/oom/readiness',
    entrypoint: ['onap-readiness'],
    programs: { '/app/ready.py': ['onap-readiness'], '/app/ready': ['onap-readiness'], '/root/ready.py': ['onap-readiness'] },
  },
  // https://github.com/linkerd/linkerd2-proxy-init, Dockerfile. Version 1 added its rules again.
  { repository: 'linkerd/proxy-init', tags: /^v?2\./, entrypoint: ['linkerd2-proxy-init'] },
  // https://github.com/istio/istio, pilot/docker/Dockerfile.proxyv2. Pull request 50328, of 2024, changed what istio-iptables does again;
  // 1.22 is from before, 1.25 from after it.
  { repository: 'istio/proxyv2', tags: /^1\.(?:2[5-9]|[3-9]\d)(?:\D|$)/, entrypoint: ['pilot-agent'] },
  { repository: 'istio/proxyv2', tags: /^1\.(?:\d|1\d|2[0-2])(?:\D|$)/, entrypoint: [] },
  // https://github.com/projectcalico/calico, cni-plugin/Dockerfile
  { repository: 'calico/cni', programs: { '/opt/cni/bin/install': ['calico-cni-install'] } },
  { repository: 'rancher/mirrored-calico-cni', programs: { '/opt/cni/bin/install': ['calico-cni-install'] } },
  // https://github.com/cilium/cilium, images/cilium/Dockerfile
  {
    repository: 'cilium/cilium',
    programs: { '/init-container.sh': ['cilium-init-container'], '/install-plugin.sh': ['cilium-install-plugin'] },
  },
  ...['velero-plugin-for-aws', 'velero-plugin-for-gcp', 'velero-plugin-for-microsoft-azure', 'velero-plugin-for-csi'].map(veleroPlugin),
  // https://github.com/prometheus-operator/prometheus-operator, cmd/prometheus-config-reloader/Dockerfile
  { repository: 'prometheus-operator/prometheus-config-reloader', entrypoint: ['prometheus-config-reloader'] },
  // https://github.com/kubernetes/git-sync, Dockerfile.in
  { repository: 'git-sync/git-sync', entrypoint: ['git-sync'], programs: { '/git-sync': ['git-sync'] } },
  // https://github.com/kubernetes/ingress-nginx, images/kube-webhook-certgen/rootfs/Dockerfile
  { repository: 'ingress-nginx/kube-webhook-certgen', entrypoint: ['kube-webhook-certgen'] },
]

function knownImage(image: string): KnownImage | undefined {
  const parsed = parseImageReference(image)
  if (!parsed.ok) return undefined
  const { repository, tag } = parsed.value
  return knownImages.find(
    (known) => (repository === known.repository || repository.endsWith(`/${known.repository}`)) && known.tags?.test(tag ?? '') !== false,
  )
}

/** What the ENTRYPOINT of a known image runs, even without arguments; undefined for other images. */
export function knownEntrypointOf(image: string): readonly string[] | undefined {
  return knownImage(image)?.entrypoint
}

/** What a program of a known image is, by the name in the catalogue; undefined if it is not known. @param program as the command names it */
export function knownProgramOf(image: string, program: string): readonly string[] | undefined {
  const programs = knownImage(image)?.programs
  return programs !== undefined && Object.hasOwn(programs, program) ? programs[program] : undefined
}
