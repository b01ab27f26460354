/** Builds live Pods and Events in the state that a test needs. */
import { type Diagnosis, sorted, type WhyOutput, why } from '../../src/diagnosis/index.ts'
import { builtInPolicy } from '../../src/policy/index.ts'
import { registry } from '../../src/rules/registry.ts'

export const now = Date.parse('2026-11-29T12:00:00Z')

/** An RFC 3339 time before `now`. */
export function ago(seconds: number): string {
  return new Date(now - seconds * 1000).toISOString().replace('.000Z', 'Z')
}

type Json = Readonly<Record<string, unknown>>

export interface Given {
  readonly metadata?: Json
  readonly spec?: Json
  /** Additional fields of the init container `init`; without it, there is only the app container `app`. */
  readonly init?: Json
  readonly app?: Json
  readonly status?: Json
  readonly initStatus?: Json
  readonly appStatus?: Json
}

const owner = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web-1', uid: 'rs', controller: true }

export function pod({ metadata = {}, spec = {}, init, app = {}, status = {}, initStatus, appStatus }: Given): Json {
  const base = { image: 'registry.example/web:1', imageID: '', ready: false, restartCount: 0, started: false, lastState: {} }
  const idle = { waiting: { reason: init === undefined ? 'ContainerCreating' : 'PodInitializing' } }
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web-1-a', namespace: 'shop', uid: 'u', creationTimestamp: ago(600), ownerReferences: [owner], ...metadata },
    spec: {
      nodeName: 'node-1',
      restartPolicy: 'Always',
      ...(init === undefined ? {} : { initContainers: [{ name: 'init', image: 'registry.example/init:1', ...init }] }),
      containers: [{ name: 'app', image: 'registry.example/web:1', ...app }],
      ...spec,
    },
    status: {
      phase: 'Pending',
      conditions: [
        { type: 'PodScheduled', status: 'True', lastTransitionTime: ago(600) },
        { type: 'PodReadyToStartContainers', status: 'True', lastTransitionTime: ago(598) },
      ],
      ...(init === undefined ? {} : { initContainerStatuses: [{ ...base, name: 'init', state: idle, ...initStatus }] }),
      containerStatuses: [{ ...base, name: 'app', state: idle, ...appStatus }],
      ...status,
    },
  }
}

/** An Event about the pod, or about one of its containers (`initContainers{init}`). */
export function event(
  reason: string,
  message: string,
  more: { readonly at?: number; readonly count?: number; readonly field?: string; readonly about?: Json } = {},
): Json {
  const { at = 10, count = 1, field, about = { kind: 'Pod', namespace: 'shop', name: 'web-1-a', uid: 'u' } } = more
  return {
    apiVersion: 'v1',
    kind: 'Event',
    type: ['Pulling', 'Pulled', 'Created', 'Started', 'Scheduled', 'SuccessfulCreate'].includes(reason) ? 'Normal' : 'Warning',
    reason,
    message,
    count,
    firstTimestamp: ago(at + 60),
    lastTimestamp: ago(at),
    involvedObject: { ...about, ...(field === undefined ? {} : { fieldPath: `spec.${field}` }) },
  }
}

/** A status of a container that crashed. */
export function crashed(exitCode: number, reason = 'Error', more: Json = {}, restartCount = 4): Json {
  return {
    restartCount,
    containerID: 'containerd://1',
    state: { waiting: { reason: 'CrashLoopBackOff', message: 'back-off 1m20s restarting failed container=x pod=web-1-a_shop(u)' } },
    lastState: { terminated: { exitCode, reason, startedAt: ago(40), finishedAt: ago(30), ...more } },
  }
}

/** A status of a container that waits. */
export function waiting(reason: string, message = ''): Json {
  return { state: { waiting: { reason, ...(message === '' ? {} : { message }) } } }
}

export function running(seconds: number, more: Json = {}): Json {
  return { containerID: 'containerd://1', imageID: 'i', state: { running: { startedAt: ago(seconds) } }, ...more }
}

export function whyOf(objects: readonly unknown[], logs: Readonly<Record<string, string>> = {}): WhyOutput {
  const policy = builtInPolicy('recommended', registry)
  return why(sorted(objects), { policy, registry, namespace: 'shop', now, logs: new Map(Object.entries(logs)) })
}

/** The only diagnosis. */
export function one(objects: readonly unknown[], logs: Readonly<Record<string, string>> = {}): Diagnosis {
  const { pods } = whyOf(objects, logs)
  if (pods.length !== 1 || pods[0] === undefined) throw new Error(`${pods.length} diagnoses`)
  return pods[0]
}
