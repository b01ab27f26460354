/** What a failed attach or mount means, by what the storage said. */
import type { Classified } from '../messages/classify.ts'
import { type Context, type Found, nodeText } from './context.ts'

interface Reason {
  /** What the storage says; the first that matches counts. */
  readonly says: RegExp
  readonly means: (node: string) => string
  readonly now: (node: string) => string
}

/** Texts of mount(8), mount.nfs(8), mount.cifs(8) and of the Go gRPC client of CSI drivers. */
const mountReasons: readonly Reason[] = [
  {
    says: /[Ff]ailed to resolve server|could not resolve address|Name or\s+service not known/,
    means: (node) => `${node} cannot resolve the name of the storage server`,
    now: () =>
      'name the storage server by its IP address, or by a name that the DNS of the node knows: the kubelet does not use the DNS of the cluster, so the name of a Service does not work',
  },
  {
    says: /special device \S{1,500} does not exist/,
    means: (node) => `the device or path of the volume does not exist on ${node}`,
    now: () => 'correct the path of the volume and its type (for NFS: server and path)',
  },
  {
    says: /access denied by server/,
    means: (node) => `the NFS server does not export the path to ${node}`,
    now: (node) => `allow ${node} in the export rules of the NFS server, and check the exported path`,
  },
  {
    says: /need a \/sbin\/mount\.|helper program|unknown filesystem type|executable file not found/,
    means: (node) => `${node} lacks the mount helper of this type of volume`,
    now: (node) => `install the mount helper on ${node}: nfs-common or nfs-utils for NFS, cifs-utils for SMB`,
  },
  {
    says: /Connection (?:timed out|refused)|No route to host|Network is unreachable|mount error\(11[0-9]\)/,
    means: (node) => `${node} cannot reach the storage server`,
    now: (node) => `check the address of the storage server, and the firewall between it and ${node}`,
  },
  {
    says: /mount\.nfs\d?: .{0,300}No such file or directory/,
    means: () => 'the NFS server has no such path',
    now: () => 'create the path on the NFS server, or correct the path of the volume',
  },
  {
    says: /already mounted or mount point busy/,
    means: (node) => `the device of the volume is in use on ${node}`,
    now: (node) =>
      `find what holds the device on ${node} (lsblk): multipathd often claims it, which a blacklist in multipath.conf prevents`,
  },
  {
    says: /wrong fs type|bad superblock|Structure needs cleaning|has errors which could not be fixed|fsck/,
    means: () => 'the file system of the volume is damaged, or of another type than fsType says',
    now: (node) => `check fsType of the volume, and its file system with fsck on ${node}`,
  },
  {
    says: /[Ss]tale (?:NFS )?file handle|[Tt]ransport endpoint is not connected/,
    means: (node) => `an earlier mount of the volume on ${node} is dead`,
    now: (node) => `unmount it on ${node} (umount -l), then restart the node pod of its CSI driver`,
  },
  {
    says: /mount error\(13\)|Permission denied/,
    means: () => 'the storage server refuses the credentials of the mount',
    now: () => 'renew the Secret that the volume names, and check the share',
  },
  {
    says: /DeadlineExceeded|deadline exceeded|[Tt]imeout|timed out/,
    means: (node) => `the driver on ${node} did not mount the volume in time`,
    now: (node) => `look at the log of the CSI node pod on ${node}, and whether its storage answers`,
  },
]

/** Texts of cloud APIs; Kubernetes counts the volumes of a node itself only if the driver reports its limit. */
const attachReasons: readonly Reason[] = [
  {
    says: /[Mm]aximum number of (?:disks|volumes|attach)|limitExceeded|AttachmentLimitExceeded|[Aa]ttachment limit|exceed.{0,40}(?:attach|volume) limit/,
    means: (node) => `${node} has as many volumes attached as it can have`,
    now: (node) => `move pods with volumes away from ${node}, or use a larger type of node`,
  },
  {
    says: /already attached|is in use|being detached|VolumeInUse/,
    means: () => 'the storage system thinks that the volume is attached to another node',
    now: () => 'detach the volume from the other node in the storage system, if no pod there uses it',
  },
  {
    says: /not found|NotFound|does not exist/,
    means: () => 'the storage system does not have the volume any more',
    now: () => 'restore the volume, or delete the claim and its PersistentVolume so that a new one is provided',
  },
  {
    says: /[Uu]nauthorized|UnauthorizedOperation|AccessDenied|[Pp]ermission|[Ff]orbidden/,
    means: () => 'the CSI controller may not attach volumes: its cloud credentials lack a right',
    now: () => 'give the CSI controller the rights that its documentation lists',
  },
]

/** What the storage said: the text after the name of the volume. */
export function storageSays(context: Context, base: Found, { groups, inner }: Classified): Found {
  const node = nodeText(context)
  const reasons = base.cause === 'attach-failed' ? attachReasons : mountReasons
  const reason = reasons.find(({ says }) => says.test(inner))
  if (reason !== undefined) return { ...base, message: reason.means(node), now: [reason.now(node)] }
  const [, name = groups[0] ?? '', text = ''] = /failed for volume "([^"]{1,253})" (?:: |.{0,300} with: )(.{1,2000})/s.exec(inner) ?? []
  if (text === '') return base
  // The commands of the kubelet stand before what they printed.
  const said = text.split('Output: ').at(-1)?.trim() || text
  const verb = base.cause === 'attach-failed' ? 'attached' : 'mounted'
  return { ...base, message: `volume ${context.quotes.of(name, 253)} cannot be ${verb}: ${context.quotes.of(said)}` }
}
