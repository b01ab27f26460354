/** The pod as the startup model needs it: read once from the raw PodSpec, with the API server's defaults applied. */
import { type Container, containersOf } from '../../model/containers.ts'
import { type ImageUse, imageUsesOf } from '../../model/image-use.ts'
import { asArray, asObject, asString, at, isObject, type JsonObject, member } from '../../model/json.ts'
import type { PullPolicy } from '../../model/pull-policy.ts'
import { securitySetting } from '../../model/security-context.ts'
import type { ProbeName } from '../scenario/scenario.ts'

/** KEP-5307, KEP-5532: what an exit code of the container leads to; takes precedence over its restartPolicy. */
export interface RestartRule {
  readonly action: string
  readonly operator: string
  readonly values: readonly number[]
}

/** Seconds and counts of a probe, with the defaults of Kubernetes (pkg/apis/core/v1/defaults.go, SetDefaults_Probe). */
export interface ProbeSpec {
  readonly initialDelaySeconds: number
  readonly periodSeconds: number
  readonly successThreshold: number
  readonly failureThreshold: number
  readonly terminationGracePeriodSeconds: number | null
}

/** A ConfigMap or Secret that the pod needs. */
export interface ConfigReference {
  readonly kind: 'configMap' | 'secret'
  readonly name: string
}

/** One init container, sidecar or app container. */
export interface ContainerSpec {
  readonly role: 'init' | 'sidecar' | 'app'
  readonly name: string
  readonly image: string
  readonly pullPolicy: PullPolicy
  /** The container's own restartPolicy, null if it has none. */
  readonly restartPolicy: string | null
  readonly restartRules: readonly RestartRule[]
  readonly probes: ReadonlyMap<ProbeName, ProbeSpec>
  /** The ConfigMaps and Secrets of its environment, without optional ones, which never block a container. */
  readonly environment: readonly ConfigReference[]
  /** Names of the mounted volumes. */
  readonly mounts: readonly string[]
  /** Whether it must not run as root and no user is set (runAsNonRoot without runAsUser). */
  readonly mustNotBeRoot: boolean
  /** runAsNonRoot combined with runAsUser 0, which can never start. */
  readonly contradictsItself: boolean
}

/** A volume whose content is an image (KEP-4639). */
export interface ImageVolume {
  readonly name: string
  readonly image: string
  readonly pullPolicy: PullPolicy
}

/** A volume that may be impossible to mount. */
export interface VolumeSpec {
  readonly name: string
  /** ConfigMaps and Secrets that must exist. */
  readonly objects: readonly ConfigReference[]
  /** A path on the node that must exist, null if none must. */
  readonly hostPath: string | null
}

/** The parts of a pod that the model uses. */
export interface PodModel {
  readonly name: string
  readonly restartPolicy: string
  readonly initContainers: readonly ContainerSpec[]
  readonly containers: readonly ContainerSpec[]
  readonly imageVolumes: readonly ImageVolume[]
  readonly volumes: readonly VolumeSpec[]
  readonly activeDeadlineSeconds: number | null
  readonly terminationGracePeriodSeconds: number
  readonly runtimeClassName: string | null
  readonly pullSecrets: readonly string[]
  readonly hasReadinessGates: boolean
}

/** All containers of the pod, in the order in which the kubelet starts them. */
export function allContainers(pod: PodModel): readonly ContainerSpec[] {
  return [...pod.initContainers, ...pod.containers]
}

/** The default of terminationGracePeriodSeconds (core/v1 DefaultTerminationGracePeriodSeconds). */
const defaultGracePeriod = 30

/** At most this many entries of a list are read: no real pod has more, and the time to simulate a start grows with their square. */
const maximumEntries = 100

/**
 * Reads a PodSpec. Only the first 100 entries of a list are read.
 * @param name of the pod
 * @param spec the raw PodSpec, with or without the API server's defaults
 */
export function readPod(name: string, spec: JsonObject): PodModel {
  const all = containersOf(spec, '/spec')
  const uses = imageUsesOf(all, spec, '/spec')
  const usesByPointer = new Map(uses.map((use) => [use.pointer, use]))
  const read = (list: Container['list']): readonly ContainerSpec[] =>
    all
      .filter((container) => container.list === list)
      .slice(0, maximumEntries)
      .map((container) => readContainer(container, spec, usesByPointer.get(container.pointer)))
  return {
    name,
    restartPolicy: asString(member(spec, 'restartPolicy')) || 'Always',
    initContainers: read('initContainers'),
    containers: read('containers'),
    imageVolumes: uses
      .filter(({ role }) => role === 'image-volume')
      .slice(0, maximumEntries)
      .map(({ volume, image, pullPolicy }) => ({ name: volume ?? '', image, pullPolicy })),
    volumes: asArray(member(spec, 'volumes')).filter(isObject).slice(0, maximumEntries).map(readVolume),
    activeDeadlineSeconds: numberOr(member(spec, 'activeDeadlineSeconds'), null),
    terminationGracePeriodSeconds: numberOr(member(spec, 'terminationGracePeriodSeconds'), defaultGracePeriod),
    runtimeClassName: asString(member(spec, 'runtimeClassName')) ?? null,
    pullSecrets: asArray(member(spec, 'imagePullSecrets')).flatMap((item) => asString(member(item, 'name')) || []),
    hasReadinessGates: asArray(member(spec, 'readinessGates')).length > 0,
  }
}

function readContainer(container: Container, spec: JsonObject, use: ImageUse | undefined): ContainerSpec {
  const { raw, name } = container
  const runAsNonRoot = securitySetting(raw, spec, 'runAsNonRoot')
  const runAsUser = securitySetting(raw, spec, 'runAsUser')
  return {
    role: container.role === 'ephemeral' ? 'app' : container.role,
    name,
    image: use?.image ?? '',
    pullPolicy: use?.pullPolicy ?? 'IfNotPresent',
    restartPolicy: asString(member(raw, 'restartPolicy')) ?? null,
    restartRules: asArray(member(raw, 'restartPolicyRules')).filter(isObject).map(readRule),
    probes: readProbes(raw),
    environment: readEnvironment(raw),
    mounts: asArray(member(raw, 'volumeMounts')).flatMap((mount) => asString(member(mount, 'name')) ?? []),
    mustNotBeRoot: runAsNonRoot === true && typeof runAsUser !== 'number',
    contradictsItself: runAsNonRoot === true && runAsUser === 0,
  }
}

function readRule(rule: JsonObject): RestartRule {
  return {
    action: asString(member(rule, 'action')) ?? '',
    operator: asString(at(rule, 'exitCodes', 'operator')) ?? '',
    values: asArray(at(rule, 'exitCodes', 'values')).filter((value) => typeof value === 'number'),
  }
}

const probeNames: readonly ProbeName[] = ['startupProbe', 'livenessProbe', 'readinessProbe']

function readProbes(raw: JsonObject): ReadonlyMap<ProbeName, ProbeSpec> {
  const probes = new Map<ProbeName, ProbeSpec>()
  for (const name of probeNames) {
    const probe = member(raw, name)
    if (!isObject(probe)) continue
    probes.set(name, {
      initialDelaySeconds: numberOr(member(probe, 'initialDelaySeconds'), 0),
      periodSeconds: Math.max(1, numberOr(member(probe, 'periodSeconds'), 10) || 10),
      successThreshold: numberOr(member(probe, 'successThreshold'), 1) || 1,
      failureThreshold: numberOr(member(probe, 'failureThreshold'), 3) || 3,
      terminationGracePeriodSeconds: numberOr(member(probe, 'terminationGracePeriodSeconds'), null),
    })
  }
  return probes
}

function readEnvironment(raw: JsonObject): readonly ConfigReference[] {
  const references: ConfigReference[] = []
  for (const source of asArray(member(raw, 'envFrom'))) {
    addReference(references, 'configMap', member(source, 'configMapRef'))
    addReference(references, 'secret', member(source, 'secretRef'))
  }
  for (const variable of asArray(member(raw, 'env'))) {
    addReference(references, 'configMap', at(variable, 'valueFrom', 'configMapKeyRef'))
    addReference(references, 'secret', at(variable, 'valueFrom', 'secretKeyRef'))
  }
  return references
}

function addReference(references: ConfigReference[], kind: ConfigReference['kind'], source: unknown, key = 'name'): void {
  const name = asString(member(source, key))
  if (name !== undefined && member(source, 'optional') !== true) references.push({ kind, name })
}

/** hostPath types that must already exist; other types are created or not checked (pkg/volume/hostpath/host_path.go, checkType). */
const checkedHostPathTypes: ReadonlySet<unknown> = new Set(['Directory', 'File', 'Socket', 'CharDevice', 'BlockDevice'])

function readVolume(volume: JsonObject): VolumeSpec {
  const objects: ConfigReference[] = []
  addReference(objects, 'configMap', member(volume, 'configMap'))
  addReference(objects, 'secret', member(volume, 'secret'), 'secretName')
  for (const source of asArray(at(volume, 'projected', 'sources'))) {
    addReference(objects, 'configMap', member(source, 'configMap'))
    addReference(objects, 'secret', member(source, 'secret'))
  }
  const hostPath = asObject(member(volume, 'hostPath'))
  return {
    name: asString(member(volume, 'name')) ?? '',
    objects,
    hostPath: checkedHostPathTypes.has(member(hostPath, 'type')) ? (asString(member(hostPath, 'path')) ?? null) : null,
  }
}

function numberOr<T>(value: unknown, otherwise: T): number | T {
  return typeof value === 'number' && Number.isFinite(value) ? value : otherwise
}
