/**
 * Whether the API server accepts a workload and its pods, with its error message: the decoding, and ValidatePodCreate and ValidatePodTemplateSpec of
 * pkg/apis/core/validation/validation.go, 1.36, limited to what affects the start of a pod. Labels, ports, resources and affinity are
 * not validated.
 */
import { asArray, asString, at, isObject, type JsonObject, type JsonPointer, member } from '../../model/json.ts'
import { oncePer } from '../../model/once-per.ts'
import type { Workload } from '../../model/workload.ts'
import { customResource, groupOf, type KindOfWorkload } from '../../model/workload-kinds.ts'
import { checkContainers, checkImagesOfPod, checkInitContainers, checkLabel, checkPullPolicy } from './containers.ts'
import { isCertainInPods } from './copying-controllers.ts'
import { decode, isBuiltIn } from './decode.ts'
import { type ApiErrors, type FieldError, fieldPath, invalidMessage, isOneOf, newApiErrors } from './errors.ts'
import { type Meant, meantBy } from './unknown-fields.ts'
import { isWhole } from './whole.ts'

const podRestartPolicies = ['Always', 'OnFailure', 'Never']
/** int32. */
const maximumDeadline = 2_147_483_647

/** What the API server refuses: the object itself, or, once the object is stored, each pod that is created from it (FailedCreate). */
export interface Refusal {
  readonly of: 'object' | 'pods'
  readonly errors: readonly FieldError[]
  /** The message of the API server. */
  readonly message: string
}

/**
 * What the API server refuses; null if it accepts the workload and its pods. A wrong type ends its checks before the validation. To the API
 * server, a template in a custom resource is data: only the pods are refused, and only if the controller adds nothing (see
 * copying-controllers.ts).
 */
export function refusalOf(workload: Workload): Refusal | null {
  const { kind, apiVersion, name } = workload
  if (kind === customResource) return refusalOfCopies(workload)
  const [first, ...more] = decode(workload).wrongTypes
  if (first !== undefined) {
    const version = apiVersion.slice(apiVersion.indexOf('/') + 1)
    const message = `${kind} in version ${JSON.stringify(version)} cannot be handled as a ${kind}: ${first.message}`
    return { of: 'object', errors: [first, ...more].map(({ pointer, error }) => ({ pointer, field: fieldPath(pointer), error })), message }
  }
  const errors = validate(workload, newApiErrors(isWhole(workload) ? undefined : workload.object))
  const message = invalidMessage(errors, qualifiedKind(workload), name)
  // The template of a custom resource is validated only when a pod is created from it.
  if (message !== null) return { of: isBuiltIn(workload) ? 'object' : 'pods', errors, message }
  return kind === 'Pod' ? null : refusalOfPods(workload)
}

/** A field that the API server drops, with the field that was meant. */
export interface IgnoredField {
  readonly pointer: JsonPointer
  readonly key: string
  /** The object that it is in. */
  readonly owner: JsonPointer
  readonly meant: Meant
}

/** Unknown fields that clearly stand for a known one; found once for each workload. */
export const ignoredFieldsOf = oncePer((workload: Workload): readonly IgnoredField[] => {
  if (!workload.hasPodSpec) return []
  return decode(workload).unknownFields.flatMap((unknown) => {
    const meant = meantBy(unknown)
    return meant === undefined ? [] : [{ pointer: unknown.pointer, key: unknown.key, owner: unknown.owners.at(-1)?.pointer ?? '', meant }]
  })
})

/** @param path the field path of the PodSpec in the errors */
function validate(workload: Workload, errors: ApiErrors, path = fieldPath(workload.podSpecPointer)): readonly FieldError[] {
  const spec = workload.podSpec
  const isPod = workload.kind === 'Pod'
  const volumes = new Set([
    ...checkVolumes(errors, asArray(member(spec, 'volumes')), isPod, `${path}.volumes`),
    ...claimedVolumes(workload),
  ])
  const apps = asArray(member(spec, 'containers'))
  const inits = asArray(member(spec, 'initContainers'))
  checkContainers(errors, apps, volumes, `${path}.containers`)
  checkInitContainers(errors, inits, apps, volumes, `${path}.initContainers`)
  checkPod(errors, spec, path)
  const debuggers = asArray(member(spec, 'ephemeralContainers')).length > 0
  if (isPod) {
    checkImagesOfPod(errors, apps, `${path}.containers`)
    checkImagesOfPod(errors, inits, `${path}.initContainers`)
    // The containers of a pod that exists already came in by the subresource.
    if (debuggers && !isStored(workload)) errors.forbidden(`${path}.ephemeralContainers`, 'cannot be set on create')
  } else {
    if (debuggers) errors.forbidden(`${path}.ephemeralContainers`, 'ephemeral containers not allowed in pod template')
    checkTemplate(errors, workload, path)
  }
  return errors.list()
}

/** The checks that apply to pods, but not to templates. The name of a pod is known only when it is created. */
function refusalOfPods(workload: Workload): Refusal | null {
  const { podSpec } = workload
  const errors = newApiErrors()
  for (const list of ['containers', 'initContainers']) checkImagesOfPod(errors, asArray(member(podSpec, list)), `spec.${list}`)
  for (const [index, volume] of asArray(member(podSpec, 'volumes')).entries()) {
    if (lacksReference(volume)) errors.required(`spec.volumes[${index}].image.reference`)
  }
  return refusalOfPod(errors.list(), workload)
}

/** @param errors with the field paths of a Pod */
function refusalOfPod(errors: readonly FieldError[], { name, podSpecPointer }: Workload): Refusal | null {
  const message = invalidMessage(errors, 'Pod', `${name}-xxxxx`)
  if (message === null) return null
  const inTemplate = ({ pointer, ...rest }: FieldError): FieldError => ({
    ...rest,
    pointer: podSpecPointer + pointer.slice('/spec'.length),
  })
  return { of: 'pods', errors: errors.map(inTemplate), message }
}

/**
 * The pods of a custom resource whose controller copies the template. A volume that the template lacks may be added when a pod is created: by
 * volumeClaimTemplates, or by a webhook.
 */
function refusalOfCopies(workload: Workload): Refusal | null {
  const isCertain = isCertainInPods(workload)
  if (isCertain === undefined) return null
  const { podSpec, podSpecPointer, kindName } = workload
  const [first, ...more] = decode(workload).wrongTypes.filter(({ pointer }) => isCertain(pointer))
  if (first !== undefined) {
    const errors = [first, ...more].map(({ pointer, error }) => ({
      pointer,
      field: fieldPath(`/spec${pointer.slice(podSpecPointer.length)}`),
      error,
    }))
    return { of: 'pods', errors, message: `the template of the ${kindName} cannot be decoded: ${first.message}` }
  }
  const found = newApiErrors(isWhole(workload) ? undefined : { spec: podSpec })
  validate(workload, found, 'spec')
  for (const list of ['containers', 'initContainers']) checkImagesOfPod(found, asArray(member(podSpec, list)), `spec.${list}`)
  return refusalOfPod(
    found.list().filter(({ pointer, error }) => isCertain(pointer) && !error.startsWith('Not found')),
    workload,
  )
}

function isStored({ object }: Workload): boolean {
  return asString(at(object, 'metadata', 'uid')) !== undefined
}

/** Volumes that the pods of a StatefulSet get from volumeClaimTemplates. */
function claimedVolumes({ kind, object }: Workload): readonly string[] {
  if (kind !== 'StatefulSet') return []
  return asArray(at(object, 'spec', 'volumeClaimTemplates')).flatMap((claim) => asString(at(claim, 'metadata', 'name')) ?? [])
}

function qualifiedKind({ kindName: kind, apiVersion }: Workload): string {
  const group = groupOf(apiVersion)
  return group === '' ? kind : `${kind}.${group}`
}

/** The fields that volume sources require: validateSecretVolumeSource, validateConfigMapVolumeSource and similar. */
const requiredKeys = [
  ['hostPath', 'path'],
  ['secret', 'secretName'],
  ['persistentVolumeClaim', 'claimName'],
  ['configMap', 'name'],
] as const

/** ValidateVolumes. @returns the names of the valid volumes */
function checkVolumes(errors: ApiErrors, volumes: readonly unknown[], isPod: boolean, path: string): ReadonlySet<string> {
  const names = new Set<string>()
  for (const [index, volume] of volumes.entries()) {
    if (!isObject(volume)) continue
    const place = `${path}[${index}]`
    const name = asString(member(volume, 'name')) ?? ''
    const image = member(volume, 'image')
    const lacking = requiredKeys.filter(([source, key]) => lacks(member(volume, source), key)).map(([source, key]) => `${source}.${key}`)
    if (isPod && lacksReference(volume)) lacking.push('image.reference')
    for (const key of lacking) errors.required(`${place}.${key}`)
    if (isObject(image)) checkPullPolicy(errors, member(image, 'pullPolicy'), `${place}.image.pullPolicy`)
    if (name === '') errors.required(`${place}.name`)
    else checkLabel(errors, name, `${place}.name`)
    if (names.has(name)) errors.duplicate(`${place}.name`, name)
    if (lacking.length === 0) names.add(name)
  }
  return names
}

/** A template may omit the reference of an image volume (validateImageVolumeSource). */
function lacksReference(volume: unknown): boolean {
  return lacks(member(volume, 'image'), 'reference')
}

/** Whether a source of a volume is there, but not the field that it requires. */
function lacks(source: unknown, key: string): boolean {
  return isObject(source) && (asString(member(source, key)) ?? '') === ''
}

function checkPod(errors: ApiErrors, spec: JsonObject, path: string): void {
  const policy = member(spec, 'restartPolicy') || 'Always'
  if (!isOneOf(podRestartPolicies, policy)) errors.unsupported(`${path}.restartPolicy`, policy, podRestartPolicies)
  const seconds = member(spec, 'activeDeadlineSeconds')
  if (typeof seconds === 'number' && (seconds < 1 || seconds > maximumDeadline)) {
    errors.invalid(`${path}.activeDeadlineSeconds`, seconds, `must be between 1 and ${maximumDeadline}, inclusive`)
  }
}

/** Kinds whose pods must have restartPolicy Always, with the kind that the API server's message about a deadline names. */
const alwaysRestarted: ReadonlyMap<KindOfWorkload, string> = new Map([
  ['Deployment', 'ReplicaSet'],
  ['ReplicaSet', 'ReplicaSet'],
  ['StatefulSet', 'StatefulSet'],
  ['DaemonSet', 'DaemonSet'],
  ['ReplicationController', 'ReplicationController'],
])

/** Requirements of workload kinds for their pod template: pkg/apis/apps/validation, pkg/apis/batch/validation. */
function checkTemplate(errors: ApiErrors, { kind, podSpec }: Workload, path: string): void {
  const policy = member(podSpec, 'restartPolicy') || 'Always'
  const word = alwaysRestarted.get(kind)
  if (word !== undefined) {
    if (policy !== 'Always') errors.unsupported(`${path}.restartPolicy`, policy, ['Always'])
    if (typeof member(podSpec, 'activeDeadlineSeconds') === 'number') {
      errors.forbidden(`${path}.activeDeadlineSeconds`, `activeDeadlineSeconds in ${word} is not Supported`)
    }
  }
  if ((kind === 'Job' || kind === 'CronJob') && policy === 'Always') {
    errors.required(`${path}.restartPolicy`, 'valid values: "OnFailure", "Never"')
  }
}
