/** Container validation of the API server: pkg/apis/core/validation/validation.go, 1.36, limited to what affects a pod's start. */
import { asArray, asObject, asString, isObject, type JsonObject, member } from '../../model/json.ts'
import { type ApiErrors, isOneOf } from './errors.ts'
import { isPlaceholder } from './placeholders.ts'
import { checkProbes } from './probes.ts'

const maximumLabelLength = 63
const label = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?$/
const subdomain = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/
const labelMessage =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric " +
  "character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')"

const pullPolicies = ['Always', 'IfNotPresent', 'Never']
const containerRestartPolicies = ['Always', 'Never', 'OnFailure']
const ruleActions = ['Restart', 'RestartAllContainers']
const ruleOperators = ['In', 'NotIn']
const maximumRules = 20
const maximumExitCodes = 255

/** ValidateDNS1123Label. */
export function checkLabel(errors: ApiErrors, name: string, path: string): void {
  if (name.length > maximumLabelLength) errors.invalid(path, name, `must be no more than ${maximumLabelLength} characters`)
  if (name.length > maximumNameLooked || label.test(name) || isPlaceholder(name)) return
  errors.invalid(path, name, subdomain.test(name) ? 'must not contain dots' : labelMessage)
}

/** Longer names are invalid anyway and are not matched against the pattern. */
const maximumNameLooked = 1000

/** validatePullPolicy, after defaulting: an absent policy is not an error. */
export function checkPullPolicy(errors: ApiErrors, value: unknown, path: string): void {
  if (value === undefined || value === null || value === '') return
  if (!isOneOf(pullPolicies, value)) errors.unsupported(path, value, pullPolicies)
}

/** validateContainers. */
export function checkContainers(errors: ApiErrors, containers: readonly unknown[], volumes: ReadonlySet<string>, path: string): void {
  if (containers.length === 0) errors.required(path)
  const names = new Set<string>()
  for (const [index, item] of containers.entries()) {
    // A null item is a container without any field.
    const container = asObject(item)
    const place = `${path}[${index}]`
    checkContainer(errors, container, volumes, place)
    const name = asString(member(container, 'name')) ?? ''
    if (names.has(name)) errors.duplicate(`${place}.name`, name)
    names.add(name)
    checkProbes(errors, container, place)
    checkRestartPolicy(errors, container, place, false)
  }
}

const onlyForSidecars = ['lifecycle', 'livenessProbe', 'readinessProbe', 'startupProbe']

/** validateInitContainers. */
export function checkInitContainers(
  errors: ApiErrors,
  containers: readonly unknown[],
  apps: readonly unknown[],
  volumes: ReadonlySet<string>,
  path: string,
): void {
  const names = new Set(apps.map((container) => asString(member(container, 'name')) ?? ''))
  for (const [index, item] of containers.entries()) {
    // A null item is a container without any field.
    const container = asObject(item)
    const place = `${path}[${index}]`
    checkContainer(errors, container, volumes, place)
    checkRestartPolicy(errors, container, place, true)
    const name = asString(member(container, 'name')) ?? ''
    if (names.has(name)) errors.duplicate(`${place}.name`, name)
    else if (name !== '') names.add(name)
    if (member(container, 'restartPolicy') === 'Always') {
      checkProbes(errors, container, place)
      continue
    }
    for (const key of onlyForSidecars) {
      if (isObject(member(container, key)))
        errors.forbidden(`${place}.${key}`, 'may not be set for init containers without restartPolicy=Always')
    }
  }
}

/** validateContainerCommon. */
function checkContainer(errors: ApiErrors, container: JsonObject, volumes: ReadonlySet<string>, path: string): void {
  const name = asString(member(container, 'name')) ?? ''
  if (name === '') errors.required(`${path}.name`)
  else checkLabel(errors, name, `${path}.name`)
  if ((asString(member(container, 'image')) ?? '') === '') errors.required(`${path}.image`)
  checkMounts(errors, asArray(member(container, 'volumeMounts')), volumes, `${path}.volumeMounts`)
  checkPullPolicy(errors, member(container, 'imagePullPolicy'), `${path}.imagePullPolicy`)
}

/** ValidateVolumeMounts. */
function checkMounts(errors: ApiErrors, mounts: readonly unknown[], volumes: ReadonlySet<string>, path: string): void {
  const paths = new Set<string>()
  for (const [index, mount] of mounts.entries()) {
    const [name, mountPath] = [asString(member(mount, 'name')) ?? '', asString(member(mount, 'mountPath')) ?? '']
    if (name === '') errors.required(`${path}[${index}].name`)
    if (!volumes.has(name)) errors.notFound(`${path}[${index}].name`, name)
    if (mountPath === '') errors.required(`${path}[${index}].mountPath`)
    if (paths.has(mountPath)) errors.invalid(`${path}[${index}].mountPath`, mountPath, 'must be unique')
    paths.add(mountPath)
  }
}

/** validateContainerRestartPolicy, for app containers, init containers and sidecars. */
function checkRestartPolicy(errors: ApiErrors, container: JsonObject, path: string, isInit: boolean): void {
  const policy = member(container, 'restartPolicy')
  const rules = asArray(member(container, 'restartPolicyRules'))
  if (policy === undefined || policy === null) {
    if (rules.length === 0) return
    errors.required(`${path}.restartPolicy`, 'must specify restartPolicy when restart rules are used')
    // An init container without a policy is not validated further (validateInitContainerRestartPolicy).
    if (isInit) return
  } else if (!isOneOf(containerRestartPolicies, policy)) {
    errors.unsupported(`${path}.restartPolicy`, policy, containerRestartPolicies)
  }
  if (rules.length > maximumRules) errors.tooMany(`${path}.restartPolicyRules`, rules.length, maximumRules)
  for (const [index, rule] of rules.entries()) checkRule(errors, rule, `${path}.restartPolicyRules[${index}]`)
}

function checkRule(errors: ApiErrors, rule: unknown, path: string): void {
  const action = member(rule, 'action') ?? ''
  if (!isOneOf(ruleActions, action)) errors.unsupported(`${path}.action`, action, ruleActions)
  const exitCodes = member(rule, 'exitCodes')
  if (!isObject(exitCodes)) {
    errors.required(`${path}.exitCodes`, 'must be specified')
    return
  }
  const operator = member(exitCodes, 'operator') ?? ''
  if (!isOneOf(ruleOperators, operator)) errors.unsupported(`${path}.exitCodes.operator`, operator, ruleOperators)
  const { length } = asArray(member(exitCodes, 'values'))
  if (length > maximumExitCodes) errors.tooMany(`${path}.exitCodes.values`, length, maximumExitCodes)
}

/** What strings.TrimSpace of Go removes (Unicode White_Space); the `trim` of JavaScript differs in U+0085 and U+FEFF. */
const outerWhitespace =
  /^[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]|[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]$/u

/** Whether the image of a container starts or ends with whitespace. */
export function hasOuterWhitespace(image: string): boolean {
  return outerWhitespace.test(image)
}

/** validateContainersOnlyForPod: restrictions for pods that do not apply to templates. */
export function checkImagesOfPod(errors: ApiErrors, containers: readonly unknown[], path: string): void {
  for (const [index, container] of containers.entries()) {
    const image = asString(member(container, 'image')) ?? ''
    if (hasOuterWhitespace(image)) errors.invalid(`${path}[${index}].image`, image, 'must not have leading or trailing whitespace')
  }
}
