/** What a drill keeps of a PodSpec: the images and pull policies, and a Pod for the startup model that differs in nothing else that matters. */
import { hasUpperCaseHost, type ImageReference } from '../../model/image-reference.ts'
import { type ImageUse, useName } from '../../model/image-use.ts'
import { asArray, asString, type JsonObject, type JsonPointer, member } from '../../model/json.ts'
import type { PullPolicy } from '../../model/pull-policy.ts'
import type { Workload } from '../../model/workload.ts'
import { imageKey } from './node-images.ts'

/** A container or image volume of a Pod. */
export interface DrillUse {
  /** The container's name, or the volume's. */
  readonly name: string
  readonly role: ImageUse['role']
  readonly image: string
  /** Undefined if the kubelet cannot read the reference. */
  readonly reference: ImageReference | undefined
  readonly policy: PullPolicy
  /** Pointers within the object to the image and the pull policy. */
  readonly imagePointer: JsonPointer
  readonly policyPointer: JsonPointer
  /** Its position in `slots`: uses of the same image share one. */
  readonly slot: number
}

export interface PodShape {
  /** Equal for equal shapes. */
  readonly id: string
  readonly uses: readonly DrillUse[]
  /** The image keys of the slots; references that cannot be read have themselves. */
  readonly slots: readonly string[]
  /** Names of the pull secrets, sorted. */
  readonly secrets: readonly string[]
  readonly hasHostNetwork: boolean
  /** The same for Pods that start alike, whatever their images are called: the PodSpec for the startup model, as JSON. */
  readonly model: string
  /** Whether it has more containers than the startup model reads. */
  readonly isTooLarge: boolean
  /** Init containers whose scripts fail when they run again after a success, with the exit code and the command. */
  readonly reruns: readonly Rerun[]
}

/** What an init container does when it runs again in a new sandbox of the same Pod. */
export interface Rerun {
  /** Index in `uses`. */
  readonly use: number
  readonly exit: number
  /** `git clone (line 2)` */
  readonly at: string
}

/** The entries of a list that the startup model reads (startup/node/pod-spec.ts). */
const maximumEntries = 100

/**
 * Reads the shape of a Pod or of a template.
 * @param reruns by container, of the init containers whose scripts do not survive a rerun
 */
export function readPodShape(workload: Workload, reruns: ReadonlyMap<string, { readonly exit: number; readonly at: string }>): PodShape {
  const { podSpec } = workload
  const slots = new Map<string, number>()
  const uses = workload
    .imageUses()
    .filter(({ role }) => role !== 'ephemeral')
    .map((use): DrillUse => {
      const key = use.reference.ok ? imageKey(use.reference.value) : use.image
      const slot = slots.get(key) ?? slots.size
      slots.set(key, slot)
      return {
        name: useName(use),
        role: use.role,
        image: use.image,
        reference: use.reference.ok ? use.reference.value : undefined,
        policy: use.pullPolicy,
        imagePointer: use.imagePointer,
        policyPointer: use.policyPointer,
        slot,
      }
    })
  const secrets = asArray(member(podSpec, 'imagePullSecrets')).flatMap((item) => asString(member(item, 'name')) || [])
  const model = JSON.stringify(modelSpec(workload, uses))
  const shape = {
    uses,
    slots: [...slots.keys()],
    secrets: [...new Set(secrets)].sort(),
    hasHostNetwork: member(podSpec, 'hostNetwork') === true,
    model,
    isTooLarge: ['initContainers', 'containers', 'volumes'].some((key) => asArray(member(podSpec, key)).length > maximumEntries),
    reruns: uses.flatMap(({ name, role }, use): Rerun[] => {
      const rerun = role === 'init' ? reruns.get(name) : undefined
      return rerun === undefined ? [] : [{ use, exit: rerun.exit, at: rerun.at }]
    }),
  }
  return {
    id: JSON.stringify([
      model,
      shape.slots,
      uses.map(({ name, image }) => [name, image]),
      shape.secrets,
      shape.reruns,
      shape.hasHostNetwork,
    ]),
    ...shape,
  }
}

/** The name of a container or volume in the Pod of the model: the index of its use. */
export function modelName(use: number): string {
  return `u${use}`
}

/** The image of a slot in the Pod of the model, each with a registry of its own: one can be down while the others are up. */
export function modelImage(slot: number): string {
  return `${modelRegistry(slot)}/image:1`
}

export function modelRegistry(slot: number): string {
  return `r${slot}.example`
}

/** References that the kubelet cannot read (InvalidImageName), and whose host no DNS has. */
const invalidImage = 'registry.example/Invalid'
const upperCaseImage = 'UPPER/image:1'

/** The PodSpec for the startup model: restart policies, pull policies, and the volumes that are images. */
function modelSpec(workload: Workload, uses: readonly DrillUse[]): JsonObject {
  const rawByImage = new Map(workload.containers().map(({ pointer, raw }) => [`${pointer}/image`, raw]))
  const containers: JsonObject[] = []
  const initContainers: JsonObject[] = []
  const volumes: JsonObject[] = []
  const volumeNames = new Map<string, string>()
  for (const [index, use] of uses.entries()) {
    if (use.role !== 'image-volume') continue
    volumeNames.set(use.name, modelName(index))
    volumes.push({ name: modelName(index), image: { reference: imageInModel(use), pullPolicy: use.policy } })
  }
  for (const [index, use] of uses.entries()) {
    if (use.role === 'image-volume') continue
    const raw = rawByImage.get(use.imagePointer)
    const mounts = asArray(member(raw, 'volumeMounts')).flatMap((mount) => volumeNames.get(asString(member(mount, 'name')) ?? '') ?? [])
    const kept = ['restartPolicy', 'restartPolicyRules'].flatMap((key) => {
      const value = member(raw, key)
      return value === undefined ? [] : [[key, value] as const]
    })
    const container = {
      name: modelName(index),
      image: imageInModel(use),
      imagePullPolicy: use.policy,
      ...Object.fromEntries(kept),
      ...(mounts.length === 0 ? {} : { volumeMounts: [...new Set(mounts)].map((name) => ({ name, mountPath: `/${name}` })) }),
    }
    if (use.role === 'app') containers.push(container)
    else initContainers.push(container)
  }
  return { restartPolicy: workload.restartPolicy, initContainers, containers, volumes }
}

function imageInModel({ reference, slot }: DrillUse): string {
  if (reference === undefined) return invalidImage
  return hasUpperCaseHost(reference) ? upperCaseImage : modelImage(slot)
}

/** The shape with another pull policy for some of its uses. @param uses names of containers and volumes */
export function withPullPolicy(shape: PodShape, uses: ReadonlySet<string>, policy: PullPolicy): PodShape {
  const changed = shape.uses.map((use) => (uses.has(use.name) ? { ...use, policy } : use))
  const model = JSON.parse(shape.model)
  for (const [index, { name }] of shape.uses.entries()) {
    if (!uses.has(name)) continue
    for (const container of [...model.initContainers, ...model.containers]) {
      if (container.name === modelName(index)) container.imagePullPolicy = policy
    }
    for (const volume of model.volumes) if (volume.name === modelName(index)) volume.image.pullPolicy = policy
  }
  return { ...shape, uses: changed, model: JSON.stringify(model), id: JSON.stringify([shape.id, [...uses].sort(), policy]) }
}
