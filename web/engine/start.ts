/** How the pods start: pictures and texts, and what conditions can be about. */
import { explainInputs, renderExplainPicture, renderExplainText } from '../../src/inspect/index.ts'
import { workloadsOf } from '../../src/inspect/inputs.ts'
import { forPeople } from '../../src/inspect/output.ts'
import { registriesOf } from '../../src/startup/scenario/named-images.ts'
import { describeEnd, isGood } from '../../src/startup/timeline/describe.ts'
import { defaultNamespace } from './lint.ts'
import { type ConditionTargets, manifestFile, type Questions, type ShownTimeline, type StartAnswer } from './protocol.ts'

/** More pictures would not be looked at; the answer says how many are left out. */
const maxTimelines = 24
/** As the server limits a request to /explain: about a second. */
const limits = { workloads: 100, starts: 1000 } as const
/** Maximum number of switches for one kind of condition. */
const maxTargets = 40

export function answerStart({ manifest, conditions }: Questions['start']['input']): StartAnswer {
  const inputs = [{ file: manifestFile, text: manifest }]
  const { timelines, errors } = explainInputs(inputs, { namespace: defaultNamespace, conditions, limits })
  const shown = timelines.slice(0, maxTimelines).map((entry): ShownTimeline => {
    const { timeline, title } = entry[forPeople]
    const only = { timelines: [{ ...entry, [forPeople]: { ...entry[forPeople], file: null } }], errors: [] }
    return {
      title: `${entry.object.kind} ${entry.object.name}, ${title}`,
      end: describeEnd(timeline),
      isGood: isGood(timeline.verdict),
      picture: renderExplainPicture(only),
      text: renderExplainText(only, false),
    }
  })
  return { timelines: shown, more: timelines.length - shown.length, errors, targets: targetsOf(manifest) }
}

function targetsOf(manifest: string): ConditionTargets {
  const registries = new Set<string>()
  const images = new Set<string>()
  const initContainers = new Set<string>()
  const longRunning = new Set<string>()
  for (const { workload } of workloadsOf([{ file: manifestFile, text: manifest }], defaultNamespace, [])) {
    const uses = workload.imageUses()
    for (const registry of registriesOf(uses)) registries.add(registry)
    for (const { image } of uses) images.add(image)
    for (const { name, role } of workload.containers()) {
      if (role === 'init') initContainers.add(name)
      if (role === 'app' || role === 'sidecar') longRunning.add(name)
    }
    if (Math.max(registries.size, images.size, initContainers.size, longRunning.size) > maxTargets) break
  }
  const some = (all: ReadonlySet<string>) => [...all].filter((each) => each !== '').slice(0, maxTargets)
  return { registries: some(registries), images: some(images), initContainers: some(initContainers), longRunning: some(longRunning) }
}
