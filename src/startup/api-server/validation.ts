/**
 * Whether the API server accepts a workload, with its error message: ValidatePodCreate and ValidatePodTemplateSpec of
 * pkg/apis/core/validation/validation.go, 1.36, limited to what affects the start of a pod. Labels, ports, resources and affinity are
 * not validated.
 */
import { asArray, asString, at, isObject, type JsonObject, member } from '../../model/json.ts'
import type { Workload } from '../../model/workload.ts'
import { customResource, type KindOfWorkload } from '../../model/workload-kinds.ts'
import { checkContainers, checkImagesOfPod, checkInitContainers, checkLabel, checkPullPolicy } from './containers.ts'
import { type ApiErrors, isOneOf, newApiErrors } from './errors.ts'

const podRestartPolicies = ['Always', 'OnFailure', 'Never']
/** int32. */
const maximumDeadline = 2_147_483_647

/**
 * The API server's message, null if it accepts the workload. To the API server, a template in a custom resource is data, and its controller
 * may add what a pod needs (Knative sets the names of containers), so nothing is known about it.
 */
export function rejectionOf(workload: Workload): string | null {
  if (workload.kind === customResource) return null
  const errors = newApiErrors()
  const spec = workload.podSpec
  const path = workload.podSpecPointer.slice(1).replaceAll('/', '.')
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
  if (isPod) {
    checkImagesOfPod(errors, apps, `${path}.containers`)
    checkImagesOfPod(errors, inits, `${path}.initContainers`)
    if (asArray(member(spec, 'ephemeralContainers')).length > 0) errors.forbidden(`${path}.ephemeralContainers`, 'cannot be set on create')
  } else {
    checkTemplate(errors, workload, path)
  }
  return errors.message(qualifiedKind(workload), workload.name)
}

/** Volumes that the pods of a StatefulSet get from volumeClaimTemplates. */
function claimedVolumes({ kind, object }: Workload): readonly string[] {
  if (kind !== 'StatefulSet') return []
  return asArray(at(object, 'spec', 'volumeClaimTemplates')).flatMap((claim) => asString(at(claim, 'metadata', 'name')) ?? [])
}

function qualifiedKind({ kindName: kind, apiVersion }: Workload): string {
  const slash = apiVersion.indexOf('/')
  return slash === -1 ? kind : `${kind}.${apiVersion.slice(0, slash)}`
}

/** ValidateVolumes. @returns the names of the valid volumes */
function checkVolumes(errors: ApiErrors, volumes: readonly unknown[], isPod: boolean, path: string): ReadonlySet<string> {
  const names = new Set<string>()
  for (const [index, volume] of volumes.entries()) {
    if (!isObject(volume)) continue
    const place = `${path}[${index}]`
    const name = asString(member(volume, 'name')) ?? ''
    const image = member(volume, 'image')
    const lacksReference = isPod && isObject(image) && (asString(member(image, 'reference')) ?? '') === ''
    if (lacksReference) errors.required(`${place}.image.reference`)
    if (isObject(image)) checkPullPolicy(errors, member(image, 'pullPolicy'), `${place}.image.pullPolicy`)
    if (name === '') errors.required(`${place}.name`)
    else checkLabel(errors, name, `${place}.name`)
    if (names.has(name)) errors.duplicate(`${place}.name`, name)
    if (!lacksReference) names.add(name)
  }
  return names
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
