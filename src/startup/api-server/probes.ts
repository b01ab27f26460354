/** Validation of probes and hooks by the API server: validateProbe, validateHandler of pkg/apis/core/validation/validation.go, 1.36. */
import { asArray, isObject, type JsonObject, member } from '../../model/json.ts'
import type { ApiErrors } from './errors.ts'

const counts = ['initialDelaySeconds', 'timeoutSeconds', 'periodSeconds', 'successThreshold', 'failureThreshold']
const probeHandlers = ['exec', 'httpGet', 'tcpSocket', 'grpc']
const hookHandlers = ['exec', 'httpGet', 'tcpSocket', 'sleep']

/** Validates the lifecycle hooks and probes of an app container or sidecar. */
export function checkProbes(errors: ApiErrors, container: JsonObject, path: string): void {
  const lifecycle = member(container, 'lifecycle')
  for (const hook of ['postStart', 'preStop']) {
    const handler = member(lifecycle, hook)
    if (isObject(handler)) checkHandler(errors, handler, hookHandlers, `${path}.lifecycle.${hook}`)
  }
  for (const name of ['livenessProbe', 'readinessProbe', 'startupProbe']) {
    const probe = member(container, name)
    if (isObject(probe)) checkProbe(errors, probe, name, `${path}.${name}`)
  }
}

function checkProbe(errors: ApiErrors, probe: JsonObject, name: string, path: string): void {
  checkHandler(errors, probe, probeHandlers, path)
  for (const key of counts) {
    const value = member(probe, key)
    if (typeof value === 'number' && value < 0) errors.invalid(`${path}.${key}`, value, 'must be greater than or equal to 0')
  }
  const grace = member(probe, 'terminationGracePeriodSeconds')
  if (typeof grace === 'number' && grace <= 0) errors.invalid(`${path}.terminationGracePeriodSeconds`, grace, 'must be greater than 0')
  if (name === 'readinessProbe') {
    if (typeof grace === 'number') errors.invalid(`${path}.terminationGracePeriodSeconds`, grace, 'must not be set for readinessProbes')
    return
  }
  const threshold = member(probe, 'successThreshold') || 1
  if (threshold !== 1) errors.invalid(`${path}.successThreshold`, threshold, 'must be 1')
}

function checkHandler(errors: ApiErrors, handler: JsonObject, kinds: readonly string[], path: string): void {
  // A patch with the directive $patch deletes the handler of its target.
  const [first, ...more] = kinds.filter((kind) => {
    const value = member(handler, kind)
    return isObject(value) && member(value, '$patch') === undefined
  })
  if (first === undefined) errors.required(path, 'must specify a handler type')
  if (first === 'exec' && asArray(member(member(handler, 'exec'), 'command')).length === 0) errors.required(`${path}.exec.command`)
  for (const kind of more) errors.forbidden(`${path}.${kind}`, 'may not specify more than 1 handler type')
}
