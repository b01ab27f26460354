/** What the API does not tell: which field is missing, and how to know. */
import { enumerate } from '../../inspect/index.ts'

/** Why the state of an image, or of a Pod, is not known. */
export type UnknownKind =
  /** The list of the node has as many images as the kubelet reports at most. */
  | 'list-full'
  /** An entry of the list has as many names as the kubelet reports at most. */
  | 'names-cut'
  /** Another Pod may have pulled the image with a secret that this one does not have. */
  | 'pulled-by'
  /** Nodes may not be listed. */
  | 'no-nodes'
  /** The policy names a mirror that serves the registry; whether it has the image is not known. */
  | 'mirror'
  /** The mirror that serves the registry is down; whether nodes fall back to the registry is not known. */
  | 'fallback'
  | 'node-not-ready'
  /** A container of the workload does not run now, for a reason that the drill does not assume. */
  | 'not-running-now'
  /** It starts on some nodes only. */
  | 'scheduler'
  /** A controller that is not built in may make the Pod again, or not. */
  | 'controller'
  /** A StatefulSet makes a Pod again only when the old one is gone, and the kubelet of a lost node cannot say so. */
  | 'stateful'
  /** The Pod is too large for the startup model, or the cluster for one drill. */
  | 'too-large'

/** A field that is missing. */
export interface Missing {
  readonly kind: UnknownKind
  /** What is missing: `status.images of node-2`. */
  readonly field: string
  /** Why it is not known, as a clause. */
  readonly why: string
  /** How to know, as an instruction. */
  readonly how: string
}

/** What an unknown is about. */
export interface UnknownSubject {
  readonly nodes?: readonly string[]
  readonly image?: string
  readonly mirror?: string
  readonly detail?: string
}

const maxNamed = 3

/** Node names for a text; the first few of many. */
export function someNodes(nodes: readonly string[]): string {
  if (nodes.length <= maxNamed) return enumerate(nodes)
  return `${nodes.slice(0, maxNamed).join(', ')} and ${nodes.length - maxNamed} more`
}

/** Describes what is missing. @param cap images that a kubelet reports at most */
export function missingOf(kind: UnknownKind, { nodes = [], image = '', mirror = '', detail = '' }: UnknownSubject, cap: number): Missing {
  const on = someNodes(nodes)
  const look = `run "crictl images" on ${nodes.length === 1 ? 'the node' : 'these nodes'}`
  switch (kind) {
    case 'list-full':
      return {
        kind,
        field: `status.images of ${on}`,
        why: `a kubelet lists only its ${cap} largest images, and ${image} is not among them`,
        how: `${look}, or set nodeStatusMaxImages: -1 in the kubelet configuration and pass --node-images -1`,
      }
    case 'names-cut':
      return {
        kind,
        field: `status.images[].names of ${on}`,
        why: `a kubelet lists only 5 names of an image, and ${image} may be a sixth`,
        how: look,
      }
    case 'pulled-by':
      return {
        kind,
        field: `who pulled ${image} on ${on}`,
        why: 'since Kubernetes 1.35, an image that was pulled with a secret is pulled again for a Pod that does not have that secret',
        how: `read /var/lib/kubelet/image_manager/pulled on ${nodes.length === 1 ? 'the node' : 'these nodes'}`,
      }
    case 'no-nodes':
      return {
        kind,
        field: 'nodes',
        why: 'the nodes and their images are not known',
        how: 'grant "list nodes", or save them with kubectl get nodes -o json',
      }
    case 'mirror':
      return {
        kind,
        field: `whether ${mirror} has ${image}`,
        why: `the policy says that ${mirror} serves it, but not whether it has the image while the registry is down`,
        how: `ask the mirror, for example with crane manifest ${mirror}/…`,
      }
    case 'fallback':
      return {
        kind,
        field: `whether nodes pull ${image} from its registry if ${mirror} is down`,
        why: 'the configuration of the container runtime is in no API',
        how: 'look for "server" in /etc/containerd/certs.d on a node',
      }
    case 'node-not-ready':
      return {
        kind,
        field: `the kubelet of ${on}`,
        why: 'the node is not ready',
        how: 'wait until the node is ready, or add --if node-lost',
      }
    case 'not-running-now':
      return { kind, field: 'why it does not run now', why: `${detail}, whatever the drill assumes`, how: 'repair the workload first' }
    case 'scheduler':
      return {
        kind,
        field: 'the node that the scheduler picks',
        why: `it starts ${detail}`,
        how: 'put the images on all nodes that may take it, or restrict the Pod to those that have them',
      }
    case 'controller':
      return { kind, field: `what ${detail} does`, why: 'its controller is not built in', how: 'try it with one Pod' }
    case 'stateful':
      return {
        kind,
        field: `whether the Pods of ${on} are deleted`,
        why: 'a StatefulSet makes a Pod again only when the old one is deleted, and the kubelet of a lost node cannot confirm that',
        how: 'delete the Node, or add the taint node.kubernetes.io/out-of-service to it',
      }
    case 'too-large':
      return { kind, field: 'the start of the Pod', why: detail, how: 'scan fewer workloads with -n or -l' }
  }
}
