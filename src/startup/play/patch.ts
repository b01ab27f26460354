/** Applies a strategic merge patch to a pod, limited to what the API server allows: images and activeDeadlineSeconds. */
import { asArray, asString, at, type JsonObject, member } from '../../model/json.ts'
import type { ContainerSpec, PodModel } from '../node/pod-spec.ts'

/** The pod after the patch. Immutable fields (ValidatePodUpdate, pkg/apis/core/validation) are left unchanged. */
export function patchPod(pod: PodModel, patch: JsonObject): PodModel {
  const seconds = at(patch, 'spec', 'activeDeadlineSeconds')
  return {
    ...pod,
    initContainers: patchImages(pod.initContainers, at(patch, 'spec', 'initContainers')),
    containers: patchImages(pod.containers, at(patch, 'spec', 'containers')),
    activeDeadlineSeconds: typeof seconds === 'number' ? seconds : pod.activeDeadlineSeconds,
  }
}

function patchImages(containers: readonly ContainerSpec[], patches: unknown): readonly ContainerSpec[] {
  const images = new Map<unknown, string>()
  for (const item of asArray(patches)) {
    const image = asString(member(item, 'image'))
    if (image !== undefined) images.set(member(item, 'name'), image)
  }
  return containers.map((container) => ({ ...container, image: images.get(container.name) ?? container.image }))
}
