/** `why` at the changes of recorded pods. */
import t from 'tap'
import { type Diagnosis, sorted, why } from '../../../src/diagnosis/index.ts'
import { builtInPolicy } from '../../../src/policy/index.ts'
import { registry } from '../../../src/rules/registry.ts'
import type { PodRecording } from '../../node/record/recording.ts'
import { eventsAt, ownersAt, podAt, readRecordings, recordedVersions, timeAt } from './read.ts'

const policy = builtInPolicy('recommended', registry)
const recordings = recordedVersions.flatMap((minor) => readRecordings(minor))

/** What is said half a second after a change. */
function whyAt(recording: PodRecording, index: number, kubernetes?: string): Diagnosis {
  const seconds = (recording.changes[index]?.at ?? 0) + 0.5
  const pod = { apiVersion: 'v1', kind: 'Pod', ...podAt(recording, index) }
  const objects = sorted([pod, ...ownersAt(recording, seconds), ...eventsAt(recording, seconds)])
  const { pods } = why(objects, { policy, registry, namespace: 'default', now: Date.parse(timeAt(recording, seconds)), kubernetes })
  const [first] = pods
  if (first === undefined) throw new Error(`${recording.name}: no diagnosis`)
  return first
}

t.test('an app behind a sidecar in back-off starts again from 1.37 on', (t) => {
  for (const recording of recordings.filter(({ name }) => name === 'app-behind-sidecar')) {
    const index = recording.changes.findIndex(({ printed }) => printed === 'Error')
    t.equal(whyAt(recording, index, 'v1.36.3').next.status, 'Running', recording.kubernetes)
    t.equal(whyAt(recording, index, '1.37').next.status, 'Init:CrashLoopBackOff', recording.kubernetes)
  }
  t.end()
})

t.test('a pod that starts without trouble is never said to be in trouble', (t) => {
  const healthy = recordings.filter(({ name }) => ['goes-well', 'slow-init'].includes(name))
  t.equal(healthy.length, 2 * recordedVersions.length)
  for (const recording of healthy) {
    const said = recording.changes.map((_, index) => whyAt(recording, index).cause.class)
    t.strictSame([...new Set(said)], ['waiting-normal'], `${recording.name} ${recording.kubernetes}`)
  }
  t.end()
})

t.test('an app that crashes again and again is not ready in between', (t) => {
  for (const recording of recordings.filter(({ name }) => name === 'app-fails' || name === 'killed')) {
    const loops = recording.changes.flatMap(({ printed }, index) => (index > 6 && printed === 'Running' ? [whyAt(recording, index)] : []))
    t.ok(loops.length > 0)
    t.notOk(
      loops.some(({ cause }) => cause.class === 'waiting-normal'),
      `${recording.name} ${recording.kubernetes}`,
    )
  }
  t.end()
})

t.test('each change of each recording has a complete answer', (t) => {
  for (const recording of recordings) {
    for (const [index] of recording.changes.entries()) {
      const { next, cause } = whyAt(recording, index)
      t.notMatch(next.status ?? 'none', /^$|:$/, `${recording.name} ${index}`)
      t.not(cause.message, '')
    }
  }
  t.end()
})
