/** What `why` says of each recorded pod at the end, compared with what the scenario was made to show. */
import t from 'tap'
import { asArray, asObject, at, member } from '../../../src/model/json.ts'
import type { PodRecording } from '../../node/record/recording.ts'
import { accepted, acceptedWaiting, before } from './accepted.ts'
import { podAt, readRecordings, recordedVersions } from './read.ts'
import { saidAt } from './said.ts'

/** The change after which the label holds, and the time just before the next one. */
function momentOf(recording: PodRecording): readonly [number, number] {
  const { changes, name, seconds } = recording
  const ends = before[name]
  if (ends === undefined) return [changes.length - 1, seconds]
  const end = changes.findIndex((_, index) => hasCome(recording, index, ends))
  if (end < 1) throw new Error(`${name}: no change after which the pod is ${ends}`)
  return [end - 1, (changes[end]?.at ?? seconds) - 0.01]
}

function hasCome(recording: PodRecording, index: number, what: (typeof before)[string]): boolean {
  const pod = podAt(recording, index)
  if (what === 'deleted') return at(pod, 'metadata', 'deletionTimestamp') !== undefined
  const status = asObject(pod.status)
  const isDone = asArray(status.initContainerStatuses).every((each) => at(each, 'state', 'terminated', 'exitCode') === 0)
  if (what === 'app-created') return isDone && status.initContainerStatuses !== undefined
  return asArray(status.conditions).some((each) => member(each, 'type') === 'Ready' && member(each, 'status') === 'True')
}

const recordings = recordedVersions.flatMap((minor) => readRecordings(minor))
const used = new Set<string>()
const usedWaiting = new Set<string>()

for (const recording of recordings) {
  const { name, kubernetes, truth } = recording
  t.test(`${name}, ${kubernetes}`, (t) => {
    const { stage, cause, waiting } = saidAt(recording, ...momentOf(recording))
    const said = { stage: stage.kind, container: stage.container, cause: cause.class }
    const label = { stage: truth.stage, container: truth.container, cause: truth.cause }
    const { because, ...instead } = accepted[name] ?? { because: '' }
    if (because !== '') {
      used.add(name)
      t.notSame({ ...label, ...instead }, label, 'the exception says something else than the label')
    }
    t.strictSame(said, { ...label, ...instead }, because)
    const other = acceptedWaiting[cause.class]
    if (waiting.helps !== truth.waiting) {
      t.equal(waiting.helps, other?.helps, other?.because ?? `${cause.class} has no exception for waiting`)
      usedWaiting.add(cause.class)
    }
    t.end()
  })
}

t.test('each exception is needed', (t) => {
  t.strictSame(
    Object.keys(accepted).filter((name) => !used.has(name)),
    [],
  )
  t.strictSame(
    Object.keys(acceptedWaiting).filter((cause) => !usedWaiting.has(cause)),
    [],
  )
  t.end()
})
