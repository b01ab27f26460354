/**
 * `lint` and `explain` agree on pods that never start: over the examples of all rule pages, generated workloads, and the manifests of
 * test/cases or of another directory in EXPLAIN_MANIFESTS.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { explainInputs, type Input, lintInputs } from '../../src/inspect/index.ts'
import { forPeople } from '../../src/inspect/output.ts'
import { builtInPolicy } from '../../src/policy/index.ts'
import { registry } from '../../src/rules/registry.ts'
import { workload as objectOf } from '../../src/rules/testing/objects.ts'
import { endStatuses, isGood } from '../../src/startup/timeline/describe.ts'
import { examplesOfPages } from '../rules/pages.ts'
import * as fc from '../support/properties.ts'

const options = { policy: builtInPolicy('recommended', registry), registry, namespace: 'default', now: 0, docsBase: 'https://docs.example' }

/** Rules about init containers because of which the pod never runs. */
const blocks = new Set(['init-never-completes', 'init-never-succeeds', 'init-waits-for-own-pod'])
/** Rules about images that cannot be used, whatever the registries do. */
const unusable = new Set(['image-invalid', 'pull-never'])
const outcomes = { blocked: 0, starts: 0, others: 0, sidecars: 0 }

type Entry = ReturnType<typeof explainInputs>['timelines'][number]

/** How a sidecar ends. */
type SidecarEnd = 'not started' | 'restarted'

/** What is wrong with the timelines of an input, as sentences. @param sidecar how its first sidecar that does not run on ends */
function disagreements(input: Input, sidecar?: SidecarEnd): readonly string[] {
  const { diagnostics } = lintInputs([input], options)
  const { timelines } = explainInputs([input], { namespace: 'default', conditions: [] })
  return timelines.flatMap((entry) => {
    const { object, verdict } = entry
    const found = diagnostics.filter((each) => each.object.kind === object.kind && each.object.name === object.name)
    const wrong = [titleProblem(entry), entry.conditions.length > 0 ? undefined : baseProblem(entry, found, sidecar)]
    return wrong.flatMap((problem) =>
      problem === undefined ? [] : [`${input.file} ${object.kind} ${object.name} (${verdict}): ${problem}`],
    )
  })
}

function baseProblem(
  entry: Entry,
  found: readonly { readonly rule: string; readonly messageId: string }[],
  sidecar: SidecarEnd | undefined,
): string | undefined {
  const { verdict, statuses, steps, podReason, job } = entry
  if (verdict === 'rejected' || podReason === 'DeadlineExceeded' || job?.reason === 'DeadlineExceeded') return undefined
  // A patch without an image is not a whole workload.
  if (entry[forPeople].timeline.lanes.some(({ image }) => image === '')) return undefined
  // A script that fails only as long as a claim is empty may succeed.
  const blocking = found.find(({ rule, messageId }) => blocks.has(rule) && messageId !== 'emptyClaim')
  const isUnusable = found.some(({ rule }) => unusable.has(rule))
  outcomes[blocking !== undefined ? 'blocked' : isUnusable ? 'others' : sidecar === undefined ? 'starts' : 'sidecars']++
  if (blocking !== undefined) return statuses.includes('Running') ? `${blocking.rule}, but it shows Running` : undefined
  if (isUnusable) return undefined
  if (sidecar === 'not started') return statuses.includes('Running') ? 'a sidecar cannot be started, but it shows Running' : undefined
  const serves = steps.some(({ lane, kind, until }) => lane !== null && kind === 'run' && until === null)
  const wanted = job === undefined || serves ? 'running' : 'completed'
  if (sidecar === 'restarted' && wanted === 'running') return restartProblem(entry)
  return verdict === wanted ? undefined : `no rule says that it does not start, but it ends in ${statuses.join(' ')}`
}

/** A pod whose sidecar is restarted runs, but never settles. The restarts of a sidecar count towards the backoffLimit of a Job. */
function restartProblem({ verdict, statuses, job }: Entry): string | undefined {
  const isRight = verdict === 'retrying' || (verdict === 'failed' && job?.reason === 'BackoffLimitExceeded')
  return isRight && statuses.includes('Running') ? undefined : `the sidecar ends, but it ends in ${statuses.join(' ')}`
}

function titleProblem(entry: Entry): string | undefined {
  const { title, timeline } = entry[forPeople]
  const good = isGood(timeline.verdict)
  if (/^if everything works/.test(title) !== (entry.conditions.length === 0 && good)) return `the title "${title}"`
  if (timeline.job !== null || timeline.verdict === 'rejected') return undefined
  const ends = endStatuses(timeline)
  // kubectl shows Running while a sidecar is restarted.
  const isRestarted = timeline.lanes.some(({ name, role }) => role === 'sidecar' && (timeline.executions.get(name) ?? 0) > 1)
  const isFine = ends.length === 1 && (ends[0] === 'Completed' || (ends[0] === 'Running' && !isRestarted))
  return good === isFine ? undefined : `it ends with ${ends.join(' and ')}`
}

t.test('the examples of all rule pages', async (t) => {
  const objects = examplesOfPages()
  t.ok(objects.length > 50)
  const inputs = objects.map(({ object }, index) => ({ file: `example ${index}`, text: JSON.stringify(object) }))
  t.strictSame(
    inputs.flatMap((input) => disagreements(input)),
    [],
  )
})

const script = fc.constantFrom(
  ...['true', 'sleep infinity', 'sleep 5', 'exit 1', 'tail -f /dev/null', 'while true; do sleep 1; done', 'nginx -g "daemon off;"'],
  ...['until nc -z localhost 8080; do sleep 1; done', 'until nc -z db 5432; do sleep 1; done', 'git clone https://git.example/r /d/r'],
  ...['exit 1', 'if true; then', 'echo x; false'],
)
const image = fc.constantFrom('nginx:1.27', 'nginx', 'registry.example/App:1', 'registry.example/app@sha256:0')
const policy = fc.constantFrom(undefined, 'Always', 'IfNotPresent', 'Never')
const initContainer = fc.record({
  image: fc.oneof({ weight: 9, arbitrary: fc.constant('busybox:1.37') }, { weight: 1, arbitrary: image }),
  command: fc.oneof(
    script.map((text) => ['sh', '-c', text]),
    fc.constantFrom(['sleep 5'], ['/bin/true']),
  ),
  restartPolicy: fc.constantFrom(undefined, undefined, undefined, 'Always'),
})
const appContainer = fc.record({
  image: fc.oneof({ weight: 9, arbitrary: fc.constant('registry.example/app:1') }, { weight: 1, arbitrary: image }),
  imagePullPolicy: fc.oneof({ weight: 9, arbitrary: fc.constant('IfNotPresent') }, { weight: 1, arbitrary: policy }),
  command: fc.constantFrom(undefined, ['date'], ['sleep', 'infinity'], ['sh', '-c', 'tail -f /dev/null']),
})
/** How the first sidecar ends that does not run on, by its command. */
function sidecarEnd(
  inits: readonly { readonly command: readonly string[]; readonly restartPolicy: string | undefined }[],
): SidecarEnd | undefined {
  const sidecars = inits.filter(({ restartPolicy }) => restartPolicy === 'Always').map(({ command }) => command)
  if (sidecars.some(([program]) => program === 'sleep 5')) return 'not started'
  const ending = ['true', 'exit 1', 'echo x; false']
  return sidecars.some((command) => ending.includes(command.at(-1) ?? '')) ? 'restarted' : undefined
}

const named = <Item extends object>(kind: string, list: readonly Item[]) =>
  list.map((item, index) => ({ name: `${kind}-${index}`, ...item }))
const generated = fc
  .record({
    kind: fc.constantFrom('Pod', 'Deployment', 'StatefulSet', 'DaemonSet', 'Job', 'CronJob'),
    inits: fc.array(initContainer, { maxLength: 3 }),
    apps: fc.array(appContainer, { minLength: 1, maxLength: 2 }),
    restartPolicy: fc.constantFrom('Always', 'OnFailure', 'Never'),
  })
  .map(({ kind, inits, apps, restartPolicy }) => {
    const isJob = kind === 'Job' || kind === 'CronJob'
    const spec = {
      initContainers: named('init', inits),
      containers: named('app', apps),
      ...(isJob ? { restartPolicy: restartPolicy === 'Always' ? 'Never' : restartPolicy } : kind === 'Pod' ? { restartPolicy } : {}),
    }
    return { object: objectOf(kind as 'Pod', spec), sidecar: sidecarEnd(inits) }
  })

t.test('generated workloads', async (t) => {
  Object.assign(outcomes, { blocked: 0, starts: 0, others: 0, sidecars: 0 })
  fc.assert(
    fc.property(generated, ({ object, sidecar }) => {
      const [found] = disagreements({ file: 'generated', text: JSON.stringify(object) }, sidecar)
      if (found !== undefined) throw new Error(found)
    }),
    { numRuns: 300 },
  )
  t.ok(outcomes.blocked > 30 && outcomes.starts > 50 && outcomes.sidecars > 10, JSON.stringify(outcomes))
})

t.test('the cases from public reports, or the manifests of another directory', async (t) => {
  const directory = process.env.EXPLAIN_MANIFESTS ?? join(import.meta.dirname, '../cases')
  const names = readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter((name) => /\.(?:ya?ml|json)$/.test(name))
  t.ok(names.length > 0)
  for (const name of names) {
    t.strictSame(disagreements({ file: name, text: readFileSync(join(directory, name), 'utf8') }), [], name)
  }
})
