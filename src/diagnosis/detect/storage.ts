/** Which volumes of a container outlive its pod. */
import { asArray, asString, isObject, member } from '../../model/json.ts'
import type { ContainerView, PodView } from '../view/pod-view.ts'

/** Whether a volume keeps its content when the pod is replaced. A generic ephemeral volume does not: its claim is deleted with the pod (KEP-1698). */
export function outlivesPod(volume: unknown): boolean {
  return ['persistentVolumeClaim', 'hostPath', 'nfs', 'csi', 'flexVolume', 'cephfs', 'glusterfs', 'iscsi', 'rbd', 'fc'].some((type) =>
    isObject(member(volume, type)),
  )
}

/** The volumes that a container mounts for writing. */
export function writableVolumes({ workload }: PodView, { container }: ContainerView): readonly unknown[] {
  const names = new Set(
    asArray(member(container.raw, 'volumeMounts'))
      .filter((mount) => member(mount, 'readOnly') !== true)
      .map((mount) => asString(member(mount, 'name'))),
  )
  return asArray(member(workload.podSpec, 'volumes')).filter((volume) => names.has(asString(member(volume, 'name'))))
}

/** Whether the container writes to storage that another pod may have written before. */
export function isPersistent(pod: PodView, container: ContainerView): boolean {
  return writableVolumes(pod, container).some(outlivesPod)
}

/** The mount that a path is on; undefined for the file system of the container. */
export function mountAt({ container }: ContainerView, path: string): unknown {
  return asArray(member(container.raw, 'volumeMounts'))
    .filter((mount) => {
      const at = asString(member(mount, 'mountPath'))
      return at !== undefined && (path === at || path.startsWith(`${at.replace(/\/$/, '')}/`))
    })
    .sort((a, b) => String(member(b, 'mountPath')).length - String(member(a, 'mountPath')).length)[0]
}

/** The volume that a path is on. */
export function volumeOf({ workload }: PodView, container: ContainerView, path: string): unknown {
  const name = asString(member(mountAt(container, path), 'name'))
  return name === undefined ? undefined : asArray(member(workload.podSpec, 'volumes')).find((volume) => member(volume, 'name') === name)
}
