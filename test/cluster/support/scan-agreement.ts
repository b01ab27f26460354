/** Many workloads in a real API server: `scan` shows what the webhook says about each of a sample, with two policies and for their difference. */
import { join } from 'node:path'
import type { Test } from 'tap'
import { until } from '../../support/waiting.ts'
import { shippedConfigurations, startControlPlane } from './control-plane.ts'
import { type Initlint, initlint, startInitlint } from './initlint.ts'
import { createAll, inParallel, sender, type Workload, workloadsOf } from './many-workloads.ts'
import { type Seen, type Verdict, verdictOf, verdictOfRow } from './verdicts.ts'

/** The policy in force, and the next one: each rule changes in some way, for some workloads. */
const policies = {
  today: {
    preset: 'recommended',
    rules: { 'image-latest': 'deny', 'pull-never': 'warn' },
    exemptions: [{ rules: ['image-latest'], match: { namespaces: ['team-1*'] }, reason: 'until they have pinned their tags' }],
  },
  next: {
    preset: 'recommended',
    rules: { 'image-latest': 'warn', 'registry-not-allowed': 'deny', 'init-not-idempotent': 'deny', 'pull-never': 'deny' },
    registries: ['docker.io/**', 'registry.example/**'].map((match) => ({ match, allowed: true })),
    overrides: [{ match: { namespaces: ['team-2*'] }, rules: { 'registry-not-allowed': { action: 'deny', everyPod: false } } }],
    exemptions: [{ rules: ['*'], match: { namespaces: ['team-3*'] }, reason: 'a sandbox' }],
  },
}

/** Picks workloads all over the list, whatever repeats in it. */
const stride = 37

interface Row {
  readonly object: { readonly kind: string; readonly namespace: string; readonly name: string }
  readonly owner?: object
  readonly pods: number
  readonly effect: string
  readonly diagnostics: readonly { readonly rule: string; readonly container: string | null; readonly change?: string }[]
}

export interface AgreementSize {
  readonly workloads: number
  readonly namespaces: number
  /** How many are created once more, by dry run. */
  readonly sample: number
}

/** Adds the tests. */
export async function testAgreement(t: Test, { workloads: amount, namespaces, sample: wanted }: AgreementSize): Promise<void> {
  const controlPlane = await startControlPlane(t, [])
  const { send, close } = sender(controlPlane)
  t.teardown(async () => close())
  const workloads = workloadsOf(amount, namespaces)
  // The webhook is installed afterwards: it is not needed to create them.
  await createAll(send, workloads)
  await controlPlane.install([shippedConfigurations.validating])
  const server = await startInitlint(t, controlPlane, policies.today)
  const sample = workloads.filter((_, index) => (index * stride) % amount < wanted)
  const kubeconfig = controlPlane.config.kubeconfigPath
  const folder = t.testdir({ 'today.yaml': textOf(policies.today), 'next.yaml': textOf(policies.next) })
  const file = (name: keyof typeof policies): string => join(folder, `${name}.yaml`)
  const scan = async (...args: readonly string[]) => {
    const { code, stdout, stderr } = await initlint(['scan', '--kubeconfig', kubeconfig, '--format', 'json', ...args])
    if (code !== 0) throw new Error(`exit ${code}: ${stderr}`)
    return JSON.parse(stdout) as { readonly summary: Record<string, unknown>; readonly workloads: readonly Row[] }
  }
  const judge = async (name: keyof typeof policies): Promise<ReadonlyMap<string, Seen>> => {
    await server.setPolicy(policies[name])
    const seen = new Map<string, Seen>()
    await until('the webhook has analyzed all scripts', async () => {
      const before = await notAnalyzed(server)
      await inParallel(sample, 4, async (workload) => void seen.set(keyOf(workload), await verdictOf(send, workload)))
      return (await notAnalyzed(server)) === before
    })
    return seen
  }

  const said = { today: await judge('today'), next: await judge('next') }
  for (const name of ['today', 'next'] as const) {
    t.test(`the policy ${name}: the same rules, containers and effects`, async (t) => {
      const { summary, workloads: rows } = await scan('--policy', file(name))
      const pods = workloads.filter(({ kind }) => kind !== 'CronJob').length
      t.match(summary, { workloads: amount, pods, namespaces })
      t.notOk(
        rows.some(({ object, owner }) => object.kind === 'ReplicaSet' || owner !== undefined),
        'one row for each workload',
      )
      const byKey = new Map(rows.map((row) => [keyOf(row.object), row]))
      for (const workload of sample) {
        const key = keyOf(workload)
        const seen = said[name].get(key)
        const row = byKey.get(key)
        t.same(verdictOfRow(row), seen?.findings, key)
        if (seen === undefined) continue
        t.equal(row?.effect === 'blocks', seen.isPodDenied, `${key}: ${row?.effect}`)
        if (seen.isDenied && !seen.isPodDenied) t.equal(row?.effect, 'denies', key)
        t.equal(row?.pods ?? podsOf(workload), podsOf(workload), key)
      }
      const effects = new Set(sample.map((workload) => byKey.get(keyOf(workload))?.effect))
      for (const effect of ['denies', 'blocks', 'warns', 'exempt', undefined]) t.ok(effects.has(effect), `the sample has ${effect}`)
    })
  }

  t.test('--against shows exactly what differs', async (t) => {
    const { workloads: rows, summary } = await scan('--policy', file('next'), '--against', file('today'))
    const byKey = new Map(rows.map((row) => [keyOf(row.object), row]))
    for (const workload of sample) {
      const key = keyOf(workload)
      const shown = (byKey.get(key)?.diagnostics ?? []).map(
        ({ rule, container, change }) => [`${rule}/${container ?? ''}`, change] as const,
      )
      t.same(Object.fromEntries(shown), changesOf(said.today.get(key)?.findings ?? {}, said.next.get(key)?.findings ?? {}), key)
    }
    for (const [change, number] of Object.entries(summary.byChange as Record<string, number>)) t.ok(number > 0, `some are ${change}`)
  })
}

/** How many reviews were answered before their scripts were analyzed. */
async function notAnalyzed({ ops }: Pick<Initlint, 'ops'>): Promise<string | undefined> {
  return /^initlint_scripts_not_analyzed_total (\d+)$/m.exec((await ops('/metrics')).text)?.[1]
}

function keyOf({ kind, namespace, name }: Pick<Workload, 'namespace' | 'name'> & { readonly kind: string }): string {
  return `${kind} ${namespace}/${name}`
}

const podsOf = ({ kind }: Workload): number => (kind === 'CronJob' ? 0 : 1)

const textOf = (policy: object): string => JSON.stringify({ apiVersion: 'initlint.dev/v1alpha1', kind: 'Policy', ...policy })

/** How the findings change, in the words of `--against`. */
function changesOf(before: Verdict, after: Verdict): Readonly<Record<string, string>> {
  const strength = (verdict: Verdict, key: string): number => (verdict[key] === undefined ? 0 : verdict[key] === 'warned' ? 1 : 2)
  const changes = [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((key) => {
    const [was, is] = [strength(before, key), strength(after, key)]
    if (was === is) return []
    return [[key, is > was ? (is === 2 ? 'denied' : 'warned') : is === 1 ? 'relaxed' : 'silenced'] as const]
  })
  return Object.fromEntries(changes)
}
