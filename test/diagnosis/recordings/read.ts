/** The recordings of `npm run record`: pods on a real node, at each change of their status. */
import { readdirSync, readFileSync } from 'node:fs'
import { asObject, type JsonObject } from '../../../src/model/json.ts'
import { applied } from '../../node/record/difference.ts'
import type { PodRecording } from '../../node/record/recording.ts'

/** The versions of Kubernetes that were recorded. */
export const recordedVersions: readonly string[] = readdirSync(import.meta.dirname).flatMap(
  (name) => /^kubernetes-(.+)\.jsonl$/.exec(name)?.[1] ?? [],
)

/** All recordings of a version. @param kubernetes its minor */
export function readRecordings(kubernetes: string): readonly PodRecording[] {
  const text = readFileSync(new URL(`kubernetes-${kubernetes}.jsonl`, import.meta.url), 'utf8')
  return text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as PodRecording]))
}

/** The Pod after a change, as the API server returned it. @param index of the change */
export function podAt({ pod, changes }: PodRecording, index: number): JsonObject {
  let status: JsonObject = {}
  let metadata = asObject(pod.metadata)
  for (const change of changes.slice(0, index + 1)) {
    status = applied(status, change.status)
    metadata = applied(metadata, change.metadata ?? {})
  }
  return { ...pod, metadata, status }
}

/** The Events that existed at a time. @param seconds since the creation of the pod */
export function eventsAt({ events, pod }: PodRecording, seconds: number): readonly JsonObject[] {
  const { name: podName, namespace, uid } = asObject(pod.metadata)
  const known = new Map<string, JsonObject>()
  for (const { at, name, event } of events) if (at <= seconds) known.set(name, applied(known.get(name) ?? {}, event))
  return [...known].map(([name, event]) => ({
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: `${podName}.${name}`, namespace },
    ...event,
    involvedObject: { apiVersion: 'v1', kind: 'Pod', namespace, name: podName, uid, ...asObject(event.involvedObject) },
  }))
}

/** The owners at a time, the nearest first. */
export function ownersAt({ owners }: PodRecording, seconds: number): readonly JsonObject[] {
  const known = new Map<unknown, JsonObject>()
  for (const { at, object } of owners) if (at <= seconds) known.set(object.kind, object)
  return [...known.values()]
}

/** The log of a container's last execution that had ended at a time, undefined if there is none. */
export function logAt({ logs }: PodRecording, container: string, seconds: number): string | undefined {
  return logs.findLast((log) => log.container === container && log.at <= seconds)?.text
}

/** RFC 3339. @param seconds since the creation of the pod */
export function timeAt({ pod }: PodRecording, seconds: number): string {
  const created = Date.parse(String(asObject(pod.metadata).creationTimestamp))
  return new Date(created + Math.round(seconds * 1000)).toISOString()
}
