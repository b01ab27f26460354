/** `why` contradicts neither `explain` nor `lint`: 300 generated pods here, thousands with `npm run fuzz -- --properties --times 10 FILE`. */
import t from 'tap'
import { type Diagnosis, sorted, why } from '../../src/diagnosis/index.ts'
import { lintInputs, rehearseInputs } from '../../src/inspect/index.ts'
import { asArray, asString, type JsonObject, member } from '../../src/model/json.ts'
import { readWorkload } from '../../src/model/workload.ts'
import { builtInPolicy } from '../../src/policy/index.ts'
import { registry } from '../../src/rules/registry.ts'
import { refusalOf } from '../../src/startup/api-server/validation.ts'
import { explainStart } from '../../src/startup/play/explain.ts'
import { happyScenario, type Scenario } from '../../src/startup/scenario/scenario.ts'
import { readScenario } from '../../src/startup/scenario/scenario-json.ts'
import { pods, scenarios } from '../startup/support/generated.ts'
import { epoch, runWithCuts } from '../startup/support/live.ts'
import * as fc from '../support/properties.ts'
import { ago, now, one } from './build-pod.ts'

const policy = builtInPolicy('recommended', registry)

function whyOf(pod: JsonObject, seconds: number): Diagnosis {
  const { pods: found } = why(sorted([pod]), { policy, registry, namespace: 'default', now: epoch + Math.ceil(seconds * 1000) })
  if (found[0] === undefined || found.length > 1) throw new Error('one diagnosis')
  return found[0]
}

/** Conditions in which a container or its image fails, one at a time. */
function conditions(spec: JsonObject): readonly Scenario[] {
  const containers = [...asArray(spec.initContainers), ...asArray(spec.containers)]
  const all = new Map(containers.map((each) => [asString(member(each, 'image')) ?? '', asString(member(each, 'name')) ?? ''] as const))
  const image = { cached: false, pullable: false, why: null, cachedBy: 'preloaded', user: null } as const
  const cached = { ...image, cached: true, pullable: true }
  return [
    happyScenario,
    { ...happyScenario, images: new Map([...all.keys()].map((reference) => [reference, cached])) },
    ...[...all.keys()].map((reference) => ({ ...happyScenario, images: new Map([[reference, image]]) })),
    ...containers.map((each) => {
      const fails = {
        runs: [{ seconds: 1, exit: 1, oom: false, startError: null }],
        runsOfVersion: new Map(),
        probes: new Map(),
        onTerm: null,
      }
      return { ...happyScenario, containers: new Map([[asString(member(each, 'name')) ?? '', fails]]) }
    }),
  ]
}

t.test('status and next status are those that the model of explain reaches under some condition', async (t) => {
  let compared = 0
  fc.assert(
    fc.property(pods, scenarios, (spec: JsonObject, generated) => {
      const workload = readWorkload({ apiVersion: 'v1', kind: 'Pod', spec }, { namespace: 'default', source: 'manifest' })
      const read = readScenario({ ...generated, actions: [] })
      if (workload === undefined || !read.ok) throw new Error('the generator is wrong')
      if (refusalOf(workload) !== null) return
      const cuts = runWithCuts(workload, read.scenario)
      const timelines = conditions(spec).map((scenario) => explainStart(workload, scenario).rawStatuses)
      const reached = new Set([...cuts.map(({ status }) => status), ...timelines.flat()])
      for (const { pod, at: seconds, status } of cuts.slice(1, 4)) {
        const found = whyOf(pod, seconds)
        if (found.status !== status) throw new Error(`${found.status}, but kubectl shows ${status}`)
        const next = found.next.status
        if (next !== null && !reached.has(next))
          throw new Error(`${next} is next after ${status} at ${seconds} s, of ${[...reached].join(', ')}`)
        const names = [...asArray(spec.initContainers), ...asArray(spec.containers)].map((each) => member(each, 'name'))
        if (found.stage.container !== null && !names.includes(found.stage.container))
          throw new Error(`no container ${found.stage.container}`)
        if (next !== null) compared++
      }
    }),
    { numRuns: 300 },
  )
  t.ok(compared > 100, `${compared} next statuses`)
})

const script = fc.constantFrom(
  'exit 3',
  'mkdir -p /work/a && touch /work/a/b',
  'mkdir /work/a',
  'rm -rf /work/a && git clone https://git.example/a.git /work/a',
  'git clone https://git.example/a.git /work/a',
  'sleep 5',
  'until nc -z db 5432; do sleep 1; done',
  'for i in 1 2 3; do nc -z db 5432 && exit 0; sleep 1; done; exit 1',
  'while true; do sleep 60; done',
  'cp /etc/hosts /work/hosts',
  'ln -s /work/a /work/b',
  'true',
)
const image = fc.constantFrom('registry.example/a:1', 'nginx', 'Bad/Name:1', 'a:', 'registry.example/a@sha256:12', 'a b')
const line = fc.constantFrom(
  '',
  "fatal: destination path '/work/a' already exists and is not an empty directory.",
  "mkdir: can't create directory '/work/a': File exists",
  'nc: connect to db port 5432 (tcp) failed: Connection refused',
  'something else',
)
const ended = fc.record({
  exitCode: fc.constantFrom(0, 1, 3, 128, 137),
  reason: fc.constantFrom('Error', 'Completed', 'OOMKilled'),
  startedAt: fc.constantFrom(ago(50), ago(30)),
  finishedAt: fc.constant(ago(20)),
})
const state = fc.oneof(
  fc.record({ running: fc.constant({ startedAt: ago(4000) }) }),
  fc.record({ terminated: ended }),
  fc
    .constantFrom('CrashLoopBackOff', 'InvalidImageName', 'ErrImagePull', 'CreateContainerError')
    .map((reason) => ({ waiting: { reason, message: '' } })),
)

/** Causes that say that a script is at fault, which a rehearsal can refute. */
const ofScript: ReadonlySet<string> = new Set(['init-not-idempotent', 'init-not-atomic', 'init-never-succeeds'])
/** Causes that are the findings of the rule of the same name. */
const ofRule: ReadonlySet<string> = new Set(['init-never-completes', 'init-waits-for-own-pod', 'init-before-sidecar', 'init-does-nothing'])

/** What lint says about the opposite of a diagnosis; undefined if it does not contradict. */
function contradiction(found: Diagnosis, pod: JsonObject, text: string): string | undefined {
  const { cause, stage } = found
  if (![...ofRule, ...ofScript, 'invalid-image-name'].includes(cause.class)) return undefined
  const inputs = [{ file: null, text: JSON.stringify(pod) }]
  const { diagnostics } = lintInputs(inputs, { policy, registry, namespace: 'default', now, docsBase: '' })
  const rules = diagnostics.filter(({ container }) => container === stage.container).map(({ rule }) => rule)
  if (cause.class === 'invalid-image-name' && !rules.includes('image-invalid')) return 'lint accepts the image'
  if (ofRule.has(cause.class) && !rules.includes(cause.class)) return `lint does not report ${cause.class}`
  if (!ofScript.has(cause.class)) return undefined
  const { containers } = rehearseInputs(inputs, { namespace: 'default' })
  const verdict = containers.find(({ container }) => container === stage.container)?.verdict
  if (verdict !== 'safe') return undefined
  // A log is a fact; the diagnosis says that the rehearsal does not explain it.
  const isNamed = cause.certainty === 'possible' && cause.evidence.some((each) => each.startsWith('rehearsal: safe'))
  return isNamed ? undefined : `the rehearsal says safe, the log ${text}`
}

t.test('no cause is a fault of the spec for which lint has the opposite verdict', async (t) => {
  const seen = new Map<string, number>()
  fc.assert(
    fc.property(script, image, state, fc.option(ended), line, fc.nat(4), (body, reference, now, last, text, restartCount) => {
      const pod = {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: 'web', namespace: 'default', creationTimestamp: ago(5000) },
        spec: {
          nodeName: 'n',
          initContainers: [
            { name: 'init', image: reference, command: ['sh', '-c', body], volumeMounts: [{ name: 'work', mountPath: '/work' }] },
          ],
          containers: [{ name: 'app', image: 'registry.example/app:1' }],
          volumes: [{ name: 'work', emptyDir: {} }],
        },
        status: {
          phase: 'Pending',
          conditions: [{ type: 'PodReadyToStartContainers', status: 'True' }],
          initContainerStatuses: [
            { name: 'init', restartCount, containerID: 'c', state: now, lastState: last === null ? {} : { terminated: last } },
          ],
        },
      }
      const found = one([pod], { init: text })
      seen.set(found.cause.class, (seen.get(found.cause.class) ?? 0) + 1)
      const problem = contradiction(found, pod, text)
      if (problem !== undefined) throw new Error(`${found.cause.class} (${found.cause.message}): ${problem}`)
    }),
    { numRuns: 300 },
  )
  for (const name of ['invalid-image-name', 'init-not-idempotent', 'init-never-completes']) t.ok(seen.has(name), name)
})
