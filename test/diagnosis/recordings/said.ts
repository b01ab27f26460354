/** What `why` says of a recorded pod. */
import { type Diagnosis, sorted, why } from '../../../src/diagnosis/index.ts'
import { builtInPolicy } from '../../../src/policy/index.ts'
import { registry } from '../../../src/rules/registry.ts'
import type { PodRecording } from '../../node/record/recording.ts'
import { eventsAt, logAt, ownersAt, podAt, timeAt } from './read.ts'

const policy = builtInPolicy('recommended', registry)

/**
 * What is said at a time, with the version of the node and with the logs that it had written.
 * @param index of the newest change @param seconds since the creation of the pod
 */
export function saidAt(recording: PodRecording, index: number, seconds: number): Diagnosis {
  const pod = { apiVersion: 'v1', kind: 'Pod', ...podAt(recording, index) }
  const objects = sorted([pod, ...ownersAt(recording, seconds), ...recording.others, ...eventsAt(recording, seconds)])
  const names = new Set(recording.logs.map(({ container }) => container))
  const logs = new Map(
    [...names].flatMap((name) => {
      const text = logAt(recording, name, seconds)
      return text === undefined ? [] : [[name, text] as const]
    }),
  )
  const now = Date.parse(timeAt(recording, seconds))
  const [first] = why(objects, { policy, registry, namespace: 'default', now, logs, kubernetes: recording.kubernetes }).pods
  if (first === undefined) throw new Error(`${recording.name}: no diagnosis`)
  return first
}
