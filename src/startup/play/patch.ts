/** A strategic merge patch of a pod, as far as the API server lets a pod be changed: images and activeDeadlineSeconds. */
import { asArray, asString, at, type JsonObject, member } from '../../model/json.ts'
import type { ContainerSpec, PodModel } from '../node/pod-spec.ts'

/** The pod after the patch. Fields that may not be changed (ValidatePodUpdate, pkg/apis/core/validation) stay as they are. */
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
