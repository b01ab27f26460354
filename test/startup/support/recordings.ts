/** Recordings of a real kubelet, and helpers to run the model on the same input. */
import { readFileSync } from 'node:fs'
import { isObject, type JsonObject } from '../../../src/model/json.ts'
import { readWorkload } from '../../../src/model/workload.ts'
import { explainStart } from '../../../src/startup/play/explain.ts'
import { readScenario } from '../../../src/startup/scenario/scenario-json.ts'
import type { Timeline, Verdict } from '../../../src/startup/timeline/timeline.ts'
import type { Observation } from './compare.ts'

/** One line of recordings.jsonl. */
export interface Recording {
  readonly name: string
  readonly group: string
  readonly stable: boolean
  readonly pod: JsonObject
  readonly scenario: JsonObject
  readonly expected: Observation
}

/** The recordings use the verdicts of an earlier version. */
const recordedVerdicts: Readonly<Record<string, Verdict>> = {
  'failed-for-ever': 'failed',
  'retrying-for-ever': 'retrying',
  'waiting-for-ever': 'waiting',
  'rejected-by-api': 'rejected',
}

/** A recording with the verdicts of this version. */
function translated(recording: Recording): Recording {
  const { expected } = recording
  return { ...recording, expected: { ...expected, verdict: recordedVerdicts[expected.verdict] ?? expected.verdict } }
}

/** All recordings, including unstable ones. */
export function recordings(): readonly Recording[] {
  const text = readFileSync(new URL('../../fixtures/startup/recordings.jsonl', import.meta.url), 'utf8')
  return text
    .trim()
    .split('\n')
    .map((line) => translated(JSON.parse(line) as Recording))
}

/** Models the start of an object in a scenario, both as parsed from a file. Throws if either is invalid. */
export function start(object: unknown, scenario: unknown): Timeline {
  const workload = readWorkload(object, { namespace: 'default', source: 'manifest' })
  const read = readScenario(scenario)
  if (workload === undefined) throw new Error('no workload')
  if (!read.ok) throw new Error(read.problem)
  return explainStart(workload, read.scenario)
}

/** A container with the image that is on the node in `startPod`. */
export function container(name: string, more: JsonObject = {}): JsonObject {
  return { name, image: 'registry.test/app:1', ...more }
}

/** Models the start of a pod whose image is on the node, with a short restart back-off. */
export function startPod(spec: JsonObject, scenario: JsonObject = {}): Timeline {
  const images = { 'registry.test/app:1': { cached: true }, ...(isObject(scenario.images) ? scenario.images : {}) }
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' }, spec: { terminationGracePeriodSeconds: 1, ...spec } }
  return start(pod, { kubelet: { crashLoopMaxSeconds: 3 }, ...scenario, images })
}
