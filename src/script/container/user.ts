/** The user of a container and its permissions, according to the manifest. */
import type { Container } from '../../model/containers.ts'
import { asArray, asString, at, type JsonObject } from '../../model/json.ts'
import { securitySetting } from '../../model/security-context.ts'

export interface User {
  /**
   * Whether file modes restrict the user: one that is not root, or root without CAP_DAC_OVERRIDE (capabilities(7)). If the image decides,
   * the user is assumed to be root.
   */
  readonly obeysModes: boolean
  /** Whether the kubelet may make files writable when a new pod mounts the volume (kubernetes pkg/volume/volume_linux.go, rwMask). */
  readonly hasGroup: boolean
  /**
   * The user's ID, null if it is only known not to be root: present if the user lacks CAP_CHOWN, so that it cannot give a file to another
   * user (capabilities(7)). Kubernetes sets no ambient capabilities, so that only root has those of the container (KEP-2763).
   */
  readonly cannotChown?: { readonly uid: number | null }
}

/** Reads the user of a container: its own securityContext takes precedence over the pod's. */
export function userOf({ raw }: Pick<Container, 'raw'>, podSpec: JsonObject): User {
  const id = securitySetting(raw, podSpec, 'runAsUser')
  const isOther = typeof id === 'number' ? id !== 0 : securitySetting(raw, podSpec, 'runAsNonRoot') === true
  const dropped = asArray(at(raw, 'securityContext', 'capabilities', 'drop')).some(overridesModes)
  const added = asArray(at(raw, 'securityContext', 'capabilities', 'add')).some(overridesModes)
  const isUnprivileged = dropped && !added && at(raw, 'securityContext', 'privileged') !== true
  const cannotChown = ownerOf(id, isOther, raw)
  return {
    obeysModes: isOther || isUnprivileged,
    hasGroup: typeof at(podSpec, 'securityContext', 'fsGroup') === 'number',
    ...(cannotChown === undefined ? {} : { cannotChown }),
  }
}

/** See `User.cannotChown`. Undefined if the user may have the capability. */
function ownerOf(id: unknown, isOther: boolean, raw: JsonObject): User['cannotChown'] {
  const capabilities = at(raw, 'securityContext', 'capabilities')
  const isAdded = asArray(at(capabilities, 'add')).some(changesOwners)
  if (isAdded || at(raw, 'securityContext', 'privileged') === true) return undefined
  if (isOther) return { uid: typeof id === 'number' ? id : null }
  return id === 0 && asArray(at(capabilities, 'drop')).some(changesOwners) ? { uid: 0 } : undefined
}

/** Whether a capability name includes the one that lets a user change the owner of any file. */
function changesOwners(name: unknown): boolean {
  return /^(ALL|(CAP_)?CHOWN)$/i.test(asString(name) ?? '')
}

/** Whether a capability name includes the one that lets root write everywhere. */
function overridesModes(name: unknown): boolean {
  return /^(ALL|(CAP_)?DAC_OVERRIDE)$/i.test(asString(name) ?? '')
}
