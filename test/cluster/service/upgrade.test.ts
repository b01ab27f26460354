/** An upgrade and a rollback under load: replicas of two versions, and policies that the older version does not fully support. */
import t, { type Test } from 'tap'
import { asObject, at, member } from '../../../src/model/json.ts'
import { policyId } from '../../../src/server/keepers/policy-files.ts'
import { until, untilUnchangedFor } from '../../support/waiting.ts'
import { startLoad, tryPod } from '../support/load.ts'
import { createNextVersion, newKey, newRule, nextVersion } from '../support/next-version.ts'
import { addresses, namespace, type Replica, startReplica } from '../support/replicas.ts'
import { failClosed, startInstalled, untilReviewed } from '../support/service.ts'
import { untilInForce } from '../support/states.ts'

/** Calls per second. */
const rate = 50

const next = createNextVersion(t)
const controlPlane = await startInstalled(t)
const { kubectl, request } = controlPlane

const policyText = (rules: object, more: object = {}): string =>
  JSON.stringify({ apiVersion: 'initlint.dev/v1alpha1', kind: 'Policy', rules, ...more }, null, 2)
const file = '10-base.yaml'
const idOf = (text: string): string => policyId([{ file, text }])
const apply = (text: string) =>
  kubectl(['apply', '--server-side', '--force-conflicts', '-f', '-'], {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'initlint-policy', namespace },
    data: { [file]: text },
  })

/** A container that both versions have a rule for, and one that only the next version has a rule for. */
const pods = {
  known: { name: 'app', image: 'registry.example/app:1', imagePullPolicy: 'Never' },
  unknown: { name: newRule.container, image: 'registry.example/app:1' },
} as const

async function isDenied(what: keyof typeof pods): Promise<boolean> {
  const { status, text } = await tryPod(controlPlane, {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { generateName: 'tried-' },
    spec: { containers: [pods[what]] },
  })
  if (status !== 201 && !text.includes('denied the request')) throw new Error(`${status} ${text}`)
  return status !== 201
}

/** Creates enough pods for every replica to have answered. */
async function verdicts(): Promise<Readonly<Record<keyof typeof pods, readonly boolean[]>>> {
  const [known, unknown] = [new Set<boolean>(), new Set<boolean>()]
  for (let round = 0; round < 20; round++) {
    known.add(await isDenied('known'))
    unknown.add(await isDenied('unknown'))
  }
  return { known: [...known], unknown: [...unknown] }
}

const statusPath = `/api/v1/namespaces/${namespace}/configmaps/initlint-policy-status`

/** Waits until the status is about this policy. @returns its data */
function statusOf(id: string): Promise<Readonly<Record<string, unknown>>> {
  return until(`the status of ${id}`, async () => {
    const data = asObject(member(await request('GET', statusPath), 'data'))
    return data.hash === id ? data : undefined
  })
}

/** Replicas that overwrite each other never stop: waits until the status has not been written for a while. */
const untilStatusIsQuiet = () =>
  untilUnchangedFor('the status', 3000, async () => at(await request('GET', statusPath), 'metadata', 'resourceVersion'))

let replicas: readonly Replica[] = []

/** Replaces each replica with another version, one by one, as the Deployment does: the new one starts first. */
async function rollOut(t: Test, program?: string): Promise<void> {
  for (const old of replicas) {
    const address = addresses.find((one) => replicas.every((replica) => replica.address !== one)) ?? addresses[0]
    const started = await startReplica(t, controlPlane, address, program === undefined ? {} : { program })
    replicas = [...replicas.filter((replica) => replica !== old), started]
    t.ok(await isDenied('known'), 'in the middle of a rollout')
    await old.terminate()
  }
}

t.test('upgrade and rollback: every policy is in force on all replicas, no failed admission', async (t) => {
  replicas = [await startReplica(t, controlPlane, addresses[0]), await startReplica(t, controlPlane, addresses[1])]
  await failClosed(controlPlane)
  await untilReviewed(controlPlane)
  const load = startLoad(controlPlane, rate)
  t.teardown(async () => void (await load.stop()))

  t.comment('a policy that names a rule of the next version is accepted with a warning; its other rules are in force')
  const first = policyText({ 'pull-never': 'deny', [newRule.id]: 'deny' })
  const applied = await apply(first)
  t.equal(applied.code, 0, applied.stderr)
  t.match(applied.stderr, `has no rule ${newRule.id}`)
  await untilInForce(replicas, idOf(first))
  await statusOf(idOf(first))
  t.same(await verdicts(), { known: [true], unknown: [false] })
  await untilStatusIsQuiet()

  t.comment('upgrade: the new rule is in force')
  await rollOut(t, next)
  await untilInForce(replicas, idOf(first))
  t.same(await verdicts(), { known: [true], unknown: [true] })
  await untilStatusIsQuiet()

  t.comment('a policy that the older version cannot read')
  const second = policyText({ 'pull-never': 'deny', [newRule.id]: 'deny' }, { [newKey]: ['winter'] })
  const accepted = await apply(second)
  t.equal(accepted.code, 0, accepted.stderr)
  t.match(await statusOf(idOf(second)), { acceptedBy: nextVersion, previous: /"pull-never/ })
  await untilInForce(replicas, idOf(second))
  t.same(await verdicts(), { known: [true], unknown: [true] })

  t.comment('rollback: the older version decides as it did before the upgrade')
  await rollOut(t)
  await untilInForce(replicas, idOf(first))
  t.same(await verdicts(), { known: [true], unknown: [false] })
  for (const { ops } of replicas) t.match((await ops('/metrics')).text, `initlint_policy_info{id="${idOf(first)}",source="last-good"} 1`)
  t.comment('the older version does not overwrite what the newer one wrote')
  await untilStatusIsQuiet()
  t.match(await statusOf(idOf(second)), { acceptedBy: nextVersion })

  t.comment('a policy that the older version can read is in force again')
  const third = policyText({ 'pull-never': 'audit' })
  const repaired = await apply(third)
  t.equal(repaired.code, 0, repaired.stderr)
  await untilInForce(replicas, idOf(third))
  await statusOf(idOf(third))
  t.same(await verdicts(), { known: [false], unknown: [false] })
  await untilStatusIsQuiet()

  const { calls, failures, unreviewed } = await load.stop()
  t.comment(`${calls} admissions`)
  t.same([...failures], [])
  t.equal(unreviewed, 0)
})
