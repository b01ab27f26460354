/** Why a container waits: values of `state.waiting.reason`, by what has happened. */

/** Nothing was tried yet: pkg/kubelet/kubelet_pods.go, convertToAPIContainerStatuses; empty until the kubelet reports one. */
export const initialReasons: ReadonlySet<string> = new Set(['', 'PodInitializing', 'ContainerCreating'])

/** A pull failed: pkg/kubelet/images/types.go and evalCRIPullErr. */
export const pullReasons: ReadonlySet<string> = new Set([
  'ErrImagePull',
  'ImagePullBackOff',
  'RegistryUnavailable',
  'SignatureValidationFailed',
])

/** No pull is tried, at each sync again and without a back-off: pkg/kubelet/images/types.go. */
const noPullReasons: ReadonlySet<string> = new Set(['ErrImageNeverPull', 'InvalidImageName', 'ImageInspectError'])

/** The container has no image, for one reason or another. */
export const imageReasons: ReadonlySet<string> = new Set([...pullReasons, ...noPullReasons])
