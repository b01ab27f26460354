/** What surrounds the kubelet: images on the node, registries, objects in the cluster. The scenario's actions change it. */
import { hasUpperCaseHost, isShortName, parseImageReference } from '../../model/image-reference.ts'
import { comparedHost, comparedName } from '../../model/registry-host.ts'
import type { Change, ImageFacts, Scenario } from '../scenario/scenario.ts'

interface ImageState {
  readonly facts: ImageFacts
  cachedVersion: number | null
  registryVersion: number
  inRegistry: boolean
  /** Whether this pod may use the node's copy regardless of `cachedBy`: it pulled the image, or the image was imported since. */
  freeToUse: boolean
}

/** The current state; `scenario` holds the initial one. */
export interface World {
  readonly scenario: Scenario
  readonly images: Map<string, ImageState>
  /** Hosts in the form in which they are compared. */
  readonly registriesDown: Set<string>
  /** Keys of missing objects, see `missingKey`. */
  readonly missing: Set<string>
  /** What fails for a reason that the scenario does not describe. */
  readonly failing: Failing
}

/** Failures that were observed, whatever their cause. */
export interface Failing {
  /** The reason for which a container cannot be created, by its name. */
  readonly create: ReadonlyMap<string, string>
  /** The reason for which the pull of a container's image fails, by its name, if it is not ErrImagePull. */
  readonly pull: ReadonlyMap<string, string>
  readonly mounts: boolean
  readonly sandbox: boolean
}

const nothingFails: Failing = { create: new Map(), pull: new Map(), mounts: false, sandbox: false }

/** The default for an image that the scenario does not name: absent from the node, available in its registry. */
const unnamedImage: ImageFacts = { cached: false, pullable: true, why: null, cachedBy: 'preloaded', user: null }

/** The state at the creation of the pod. */
export function newWorld(scenario: Scenario, failing: Failing = nothingFails): World {
  const world: World = { scenario, images: new Map(), registriesDown: new Set(), missing: new Set(), failing }
  for (const [host, state] of scenario.registries) if (state === 'down') world.registriesDown.add(comparedHost(host))
  for (const [reference, facts] of scenario.images) world.images.set(imageKey(reference), newImage(world, reference, facts))
  for (const { kind, name, as } of scenario.missing) world.missing.add(missingKey(kind, name, as))
  return world
}

function newImage(world: World, reference: string, facts: ImageFacts): ImageState {
  // If its registry is down, an image that is not pullable is assumed to be in the registry.
  const hidden = facts.pullable === false && world.registriesDown.has(registryOf(reference))
  return {
    facts,
    cachedVersion: facts.cached ? 1 : null,
    registryVersion: 1,
    inRegistry: facts.pullable !== false || hidden,
    freeToUse: false,
  }
}

/** References that mean the same image share a key; an invalid reference is its own key. */
function imageKey(reference: string): string {
  const parsed = parseImageReference(reference)
  if (!parsed.ok) return reference
  const { tag, digest } = parsed.value
  return `${comparedName(parsed.value)}:${tag ?? (digest === null ? 'latest' : '')}@${digest ?? ''}`
}

function registryOf(reference: string): string {
  const parsed = parseImageReference(reference)
  return parsed.ok ? comparedHost(parsed.value.registry) : ''
}

function missingKey(kind: string, name: string, as: string | null): string {
  return JSON.stringify([kind, name, as])
}

function imageState(world: World, reference: string): ImageState {
  const key = imageKey(reference)
  let image = world.images.get(key)
  if (image === undefined) {
    image = newImage(world, reference, unnamedImage)
    world.images.set(key, image)
  }
  return image
}

/** Whether the kubelet can use the reference at all (pkg/kubelet/images/image_manager.go, applyDefaultImageTag). */
export function isUsable(reference: string): boolean {
  return parseImageReference(reference).ok
}

/** Whether the runtime cannot tell which registry the name without a registry means. */
export function isAmbiguous(world: World, reference: string): boolean {
  return world.scenario.runtime.shortNames === 'ambiguous' && isShortName(reference)
}

/** Whether the node has the image. */
export function isCached(world: World, reference: string): boolean {
  return imageState(world, reference).cachedVersion !== null
}

/** The version of the image on the node, 1 if it has none. */
export function cachedVersion(world: World, reference: string): number {
  return imageState(world, reference).cachedVersion ?? 1
}

/** The uid that the image runs as, null if unknown. */
export function imageUser(world: World, reference: string): number | null {
  return imageState(world, reference).facts.user
}

/**
 * Whether this pod may use the cached image without contacting a registry (pkg/kubelet/images/pullmanager, MustAttemptImagePull): it was
 * preloaded, this pod pulled it, or another pod pulled it with a secret that this pod has too. Gate KubeletEnsureSecretPulledImages.
 */
export function mayUseCached(world: World, reference: string, pullSecrets: readonly string[]): boolean {
  if (world.scenario.kubelet.featureGates.get('KubeletEnsureSecretPulledImages') === false) return true
  const { facts, freeToUse } = imageState(world, reference)
  if (freeToUse || !facts.cachedBy.includes('secret')) return true
  if (facts.pullable === 'unauthorized') return false
  const host = registryOf(reference)
  return pullSecrets.some((name) => {
    const registry = world.scenario.secrets.get(name)
    return (registry !== undefined && comparedHost(registry) === host) || facts.cachedBy.split(/\s+/).includes(name)
  })
}

/**
 * Pulls an image from its registry.
 * @returns `downloaded` if the node has it only now, `current` if its copy is up to date, so that only the manifest was requested
 */
export function pull(world: World, reference: string): 'downloaded' | 'current' | 'failed' {
  const parsed = parseImageReference(reference)
  if (!parsed.ok || isAmbiguous(world, reference) || hasUpperCaseHost(parsed.value) || world.registriesDown.has(registryOf(reference)))
    return 'failed'
  const image = imageState(world, reference)
  if (!image.inRegistry || image.facts.pullable === 'unauthorized') return 'failed'
  const isCurrent = image.cachedVersion === image.registryVersion
  image.cachedVersion = image.registryVersion
  image.freeToUse = true
  return isCurrent ? 'current' : 'downloaded'
}

/** Whether an object that the pod refers to is missing. */
export function isMissing(world: World, kind: string, name: string, as: string): boolean {
  return world.missing.has(missingKey(kind, name, as)) || world.missing.has(missingKey(kind, name, null))
}

/** Applies a change of an image, registry or object; changes of processes, sandboxes or the kubelet are handled elsewhere. */
export function changeWorld(world: World, change: Change): void {
  switch (change.do) {
    case 'registry-up':
      world.registriesDown.delete(comparedHost(change.registry))
      break
    case 'registry-down':
      world.registriesDown.add(comparedHost(change.registry))
      break
    case 'image-pushed': {
      const image = imageState(world, change.image)
      image.inRegistry = true
      image.registryVersion = change.version ?? image.registryVersion
      break
    }
    case 'image-cached': {
      const image = imageState(world, change.image)
      image.cachedVersion = image.registryVersion
      image.freeToUse = true
      break
    }
    case 'image-evicted':
      imageState(world, change.image).cachedVersion = null
      break
    case 'configmap-created':
      create(world, 'configMap', change.name)
      break
    case 'secret-created':
      create(world, 'secret', change.name)
      break
  }
}

function create(world: World, kind: string, name: string | null): void {
  for (const missing of world.scenario.missing) {
    if (missing.kind === kind && (name === null || missing.name === name)) world.missing.delete(missingKey(kind, missing.name, missing.as))
  }
}
