/** Whose rights a container's commands have, as far as the manifest says. */
import type { Container } from '../../model/containers.ts'
import { asArray, asString, at, type JsonObject } from '../../model/json.ts'
import { securitySetting } from '../../model/security-context.ts'

export interface User {
  /**
   * Whether the modes of files hold for him: he is not root, or root without CAP_DAC_OVERRIDE (capabilities(7)). Where the image decides,
   * he is taken to be root.
   */
  readonly obeysModes: boolean
  /** Whether the kubelet may give the files of a volume the right to be written to when a new pod mounts it (kubernetes pkg/volume/volume_linux.go, rwMask). */
  readonly hasGroup: boolean
}

/** Reads the user of a container: its own securityContext goes before the pod's. */
export function userOf({ raw }: Container, podSpec: JsonObject): User {
  const id = securitySetting(raw, podSpec, 'runAsUser')
  const isOther = typeof id === 'number' ? id !== 0 : securitySetting(raw, podSpec, 'runAsNonRoot') === true
  const dropped = asArray(at(raw, 'securityContext', 'capabilities', 'drop')).some(overridesModes)
  const added = asArray(at(raw, 'securityContext', 'capabilities', 'add')).some(overridesModes)
  const isUnprivileged = dropped && !added && at(raw, 'securityContext', 'privileged') !== true
  return { obeysModes: isOther || isUnprivileged, hasGroup: typeof at(podSpec, 'securityContext', 'fsGroup') === 'number' }
}

/** Whether a name of capabilities takes the one in that lets root write everywhere. */
function overridesModes(name: unknown): boolean {
  return /^(ALL|(CAP_)?DAC_OVERRIDE)$/i.test(asString(name) ?? '')
}
