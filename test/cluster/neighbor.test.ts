/** A hostile neighbor changes no verdict: the same pods with and without it, if the webhook fails open and if it fails closed. */
import t, { type Test } from 'tap'
import { asArray, at, member } from '../../src/model/json.ts'
import { initSpec } from '../support/hostile-pods.ts'
import { until } from '../support/waiting.ts'
import { shippedConfigurations, startControlPlane } from './support/control-plane.ts'
import { startInitlint } from './support/initlint.ts'
import { type Answer, createPod, podsPath, tryPod } from './support/load.ts'
import { startNeighbor } from './support/neighbor.ts'
import { podOf } from './support/objects.ts'
import { setFailurePolicy } from './support/service.ts'

const policy = {
  registries: [{ match: 'registry.example/**', allowed: true }],
  rules: { 'registry-not-allowed': 'warn' },
  overrides: [
    { match: { namespaces: ['images', 'both'] }, rules: { 'registry-not-allowed': 'deny', 'image-latest': 'deny' } },
    { match: { namespaces: ['scripts', 'both'] }, rules: { 'init-not-idempotent': 'deny' } },
  ],
}
const namespaces = ['shop', 'images', 'scripts', 'both']

const controlPlane = await startControlPlane(t, [shippedConfigurations.validating])
const { mustKubectl, request } = controlPlane
const server = await startInitlint(t, controlPlane, policy)
for (const name of namespaces) await mustKubectl(['create', 'namespace', name])

/** A pod of the list. The script gets a comment in each run, so that its analysis is not known. */
interface Listed {
  readonly name: string
  readonly image: string
  readonly script?: string
}

const good = 'registry.example/web:1'
const listed: readonly Listed[] = [
  { name: 'plain', image: good },
  { name: 'safe-script', image: good, script: 'mkdir -p /data/x' },
  { name: 'unsafe-script', image: good, script: 'mkdir /data/x' },
  { name: 'unsafe-lines', image: good, script: 'set -e\ncp /defaults/a /data/a\nln -s /data/a /data/b' },
  { name: 'forbidden-image', image: 'evil.example/web:1' },
  { name: 'forbidden-with-script', image: 'evil.example/web:1', script: 'mkdir /data/y' },
  { name: 'latest', image: 'registry.example/web' },
  { name: 'latest-safe-script', image: 'registry.example/web', script: 'mkdir -p /data/y' },
]

function podFor({ name, image, script }: Listed, run: string): object {
  const spec = script === undefined ? {} : initSpec([`${script}\n# ${run}`], 'registry.example/busybox:1')
  return podOf(`${name}-${run}`, [{ name: 'web', image }], spec)
}

/** What the API server answers to a pod, without the name of the run. */
function shown({ status, text, warnings }: Answer, run: string): Answer {
  const without = (part: string): string => part.replaceAll(`-${run}`, '')
  return { status, text: without(text), warnings: without(warnings) }
}

/** Creates all pods of the list in all namespaces, one after another. @returns the answers by namespace and name */
async function createAll(run: string): Promise<Record<string, Answer>> {
  const answers: Record<string, Answer> = {}
  for (const namespace of namespaces) {
    for (const pod of listed) answers[`${namespace}/${pod.name}`] = shown(await createPod(controlPlane, podFor(pod, run), namespace), run)
  }
  return answers
}

/** The pods of a run that the API server has stored. */
async function storedOf(run: string): Promise<readonly string[]> {
  const lists = await Promise.all(namespaces.map((namespace) => request('GET', podsPath(namespace))))
  const names = lists.flatMap((list) =>
    asArray(member(list, 'items')).map((pod) => `${at(pod, 'metadata', 'namespace')}/${at(pod, 'metadata', 'name')}`),
  )
  return names
    .filter((name) => name.endsWith(`-${run}`))
    .map((name) => name.slice(0, -run.length - 1))
    .sort()
}

const statuses = (answers: Record<string, Answer>) =>
  Object.fromEntries(Object.entries(answers).map(([name, { status }]) => [name, status]))

/** How often the API server has admitted an object because the webhook did not answer in time. */
async function failedOpen(): Promise<number> {
  const metrics = await mustKubectl(['get', '--raw', '/metrics'])
  const counts = metrics.matchAll(/^apiserver_admission_webhook_fail_open_count\{[^}]*\} (\d+)/gm)
  return [...counts].reduce((sum, [, count]) => sum + Number(count), 0)
}

const untilAnalyzed = (what: string, ask: () => Promise<Answer>) =>
  until(`${what}: its script is analyzed`, async () => {
    const answer = await ask()
    return /not analyzed yet|still analyzing/.test(answer.text + answer.warnings) ? undefined : answer
  })

/** Tries the pods of a run again until their scripts are analyzed: a new pod of the same template. */
async function answersOnceAnalyzed(run: string): Promise<Record<string, Answer>> {
  const answers: Record<string, Answer> = {}
  for (const namespace of namespaces) {
    for (const pod of listed) {
      const what = `${namespace}/${pod.name}`
      const again = podFor({ ...pod, name: `${pod.name}-again` }, run)
      const answer = await untilAnalyzed(what, () => tryPod(controlPlane, again, namespace))
      answers[what] = shown({ ...answer, text: answer.text.replaceAll('-again', '') }, run)
    }
  }
  return answers
}

async function compare(t: Test, failurePolicy: 'Ignore' | 'Fail'): Promise<void> {
  await setFailurePolicy(controlPlane, failurePolicy)
  const [quietRun, loudRun] = [`quiet-${failurePolicy}`.toLowerCase(), `loud-${failurePolicy}`.toLowerCase()]
  const openBefore = await failedOpen()
  const quiet = await createAll(quietRun)
  const quietLater = await answersOnceAnalyzed(quietRun)
  t.match(statuses(quiet), {
    'shop/unsafe-script': 201,
    'shop/forbidden-image': 201,
    'images/plain': 201,
    'images/forbidden-image': 403,
    'images/latest': 403,
    'images/unsafe-script': 201,
    'scripts/safe-script': 201,
    'scripts/unsafe-script': 403,
    'scripts/forbidden-image': 201,
    'both/forbidden-with-script': 403,
  })
  const neighbor = await startNeighbor(t, controlPlane, server)
  const loud = await createAll(loudRun)
  const loudLater = await answersOnceAnalyzed(loudRun)
  const { byApiServer, byWebhook } = await neighbor.stop()
  t.same(statuses(loud), statuses(quiet), 'the same pods are admitted and denied')
  t.same(await storedOf(loudRun), await storedOf(quietRun))
  t.same(loudLater, quietLater, 'the same warnings and denials, once the scripts are analyzed')
  const said = Object.values(quietLater)
    .map(({ text, warnings }) => text + warnings)
    .join('\n')
  for (const rule of ['init-not-idempotent', 'registry-not-allowed', 'image-latest']) {
    t.match(said, `denied by ${rule}`)
    t.match(said, `[${rule}]`)
  }
  t.equal(await failedOpen(), openBefore, 'no call of the webhook failed')
  t.same([...byApiServer.keys()], [201], 'the pods of the neighbor are admitted as well')
  t.same([...byWebhook.keys()], [200])
}

t.test('failurePolicy: Ignore', (t) => compare(t, 'Ignore'))
t.test('failurePolicy: Fail', (t) => compare(t, 'Fail'))

t.test('afterward: the server runs, and analyzes scripts', async (t) => {
  t.equal(server.daemon.child.exitCode, null)
  const answer = await untilAnalyzed('a pod', () => tryPod(controlPlane, podFor(listed[2] as Listed, 'afterward'), 'scripts'))
  t.match(answer.text, 'denied by init-not-idempotent')
})
