/** Reads the actions of a scenario from its JSON. */
import { isObject, member } from '../../model/json.ts'
import { noteUnknownKeys, quoted, type Reader, readSeconds, readText } from './reader.ts'
import type { Action, Change, When } from './scenario.ts'

/** Reads one entry of `actions`. */
export function readAction(reader: Reader, value: unknown, where: string): Action | undefined {
  if (!isObject(value)) {
    reader.problem(`${where} is not an object. Write {"when": {"afterSeconds": 20}, "do": "registry-down", "registry": HOST}.`)
    return undefined
  }
  noteUnknownKeys(reader, value, ['when', 'do', 'registry', 'image', 'version', 'container', 'patch', 'configMap', 'secret', 'name'], where)
  const when = readWhen(reader, member(value, 'when'), `${where}.when`)
  const change = readChange(reader, value, where)
  return when === undefined || change === undefined ? undefined : { when, change }
}

function readWhen(reader: Reader, value: unknown, where: string): When | undefined {
  noteUnknownKeys(reader, value, ['afterSeconds', 'status', 'container', 'execution', 'event', 'delaySeconds'], where)
  const delaySeconds = readSeconds(reader, member(value, 'delaySeconds'), `${where}.delaySeconds`, 0)
  const [status, container, event] = [member(value, 'status'), member(value, 'container'), member(value, 'event')]
  if (typeof status === 'string') return { kind: 'status', status, delaySeconds }
  if (typeof container === 'string' && (event === 'running' || event === 'terminated')) {
    const execution = member(value, 'execution') ?? 1
    if (typeof execution === 'number') return { kind: 'container', container, execution, event, delaySeconds }
  }
  const seconds = member(value, 'afterSeconds')
  if (seconds !== undefined) return { kind: 'after', seconds: readSeconds(reader, seconds, `${where}.afterSeconds`, 0) + delaySeconds }
  reader.problem(
    `${where} has no time. Write {"afterSeconds": 20}, {"status": "Running"} or {"container": NAME, "execution": 1, "event": "running"}.`,
  )
  return undefined
}

function readChange(reader: Reader, value: Readonly<Record<string, unknown>>, where: string): Change | undefined {
  const action = member(value, 'do')
  const text = (key: string, what: string): string | undefined => readText(reader, member(value, key), `${where}.${key}`, what)
  switch (action) {
    case 'registry-up':
    case 'registry-down': {
      const registry = text('registry', 'a registry host')
      return registry === undefined ? undefined : { do: action, registry }
    }
    case 'image-pushed':
    case 'image-cached':
    case 'image-evicted': {
      const image = text('image', 'an image reference as written in the pod')
      const version = member(value, 'version')
      if (image === undefined) return undefined
      return action === 'image-pushed'
        ? { do: action, image, version: typeof version === 'number' ? version : null }
        : { do: action, image }
    }
    case 'container-killed': {
      const container = text('container', 'a container name')
      return container === undefined ? undefined : { do: action, container }
    }
    case 'sandbox-lost':
    case 'kubelet-stopped':
    case 'kubelet-started':
    case 'node-reboot':
      return { do: action }
    case 'pod-patched': {
      const patch = member(value, 'patch')
      if (isObject(patch)) return { do: action, patch }
      reader.problem(`${where}.patch is not an object. Write a strategic merge patch for the pod.`)
      return undefined
    }
    case 'configmap-created':
    case 'secret-created': {
      const name = member(value, action === 'configmap-created' ? 'configMap' : 'secret') ?? member(value, 'name')
      return { do: action, name: typeof name === 'string' ? name : null }
    }
  }
  reader.problem(`${where}.do is ${typeof action === 'string' ? quoted(action) : 'not a string'}. Write one of ${changes.join(', ')}.`)
  return undefined
}

const changes: readonly Change['do'][] = [
  'registry-up',
  'registry-down',
  'image-pushed',
  'image-cached',
  'image-evicted',
  'sandbox-lost',
  'container-killed',
  'kubelet-stopped',
  'kubelet-started',
  'node-reboot',
  'pod-patched',
  'configmap-created',
  'secret-created',
]
