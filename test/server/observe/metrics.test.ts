/** The metrics and their documentation in docs/metrics.md. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import type { AdmissionRecord } from '../../../src/admission/index.ts'
import { defaultRegistry } from '../../../src/rules/registry.ts'
import { Metrics } from '../../../src/server/observe/metrics.ts'

interface Documented {
  readonly name: string
  readonly type: string
  readonly labels: string
  readonly help: string
}

const record: AdmissionRecord = {
  uid: 'uid-1',
  operation: 'CREATE',
  kind: 'Pod',
  namespace: 'shop',
  name: 'web',
  dryRun: false,
  verdict: 'warned',
  rules: [{ rule: 'image-latest', action: 'warn' }],
  spared: ['image-latest'],
  faults: [],
  complete: true,
  waiting: 0,
  undecided: false,
}

/** Metrics after every kind of event, so that every label is exposed. */
function usedMetrics(): Metrics {
  const metrics = new Metrics(defaultRegistry(), { inFlight: 3, unfinished: 4 })
  metrics.review('validate', record, 0.001)
  metrics.policyReview('denied', false)
  metrics.policy({ id: '0123456789ab', endedExemptions: () => [] }, 'configmap')
  metrics.reload('policy', 'ok')
  metrics.certificateExpiry(2_000)
  metrics.informerContact('policy', 3_000)
  metrics.event('written')
  metrics.registryProbe('registry.example', 'up')
  metrics.registryUp('registry.example', true)
  return metrics
}

/** Reads initlint's own metrics from an exposition in the Prometheus text format. */
function exposed(text: string): readonly Documented[] {
  const families = new Map<string, { help: string; type: string; labels: string[] }>()
  for (const [, name = '', help = ''] of text.matchAll(/^# HELP (initlint_\w+) (.*)$/gm)) families.set(name, { help, type: '', labels: [] })
  for (const [, name = '', type = ''] of text.matchAll(/^# TYPE (initlint_\w+) (.*)$/gm)) {
    const family = families.get(name)
    if (family !== undefined) family.type = type
  }
  for (const [, sample = '', labels = ''] of text.matchAll(/^(initlint_\w+)(?:\{(.*)\})? /gm)) {
    const family = families.get(sample) ?? families.get(sample.replace(/_(bucket|sum|count)$/, ''))
    if (family === undefined) throw new Error(`${sample} has no HELP`)
    const names = [...labels.matchAll(/(\w+)="/g)].map(([, label = '']) => label).filter((label) => label !== 'le')
    family.labels = [...new Set([...family.labels, ...names])]
  }
  return [...families].map(([name, { help, type, labels }]) => ({ name, type, labels: labels.join(', '), help }))
}

/** The rows of the table in docs/metrics.md. */
function documented(): readonly Documented[] {
  const page = readFileSync(join(import.meta.dirname, '../../../docs/metrics.md'), 'utf8')
  return [...page.matchAll(/^\| `(initlint_\w+)` +\| (\w+) +\| (.*?) +\| (.*?) +\|$/gm)].map(
    ([, name = '', type = '', labels = '', help = '']) => ({ name, type, labels: labels.replaceAll('`', ''), help }),
  )
}

const byName = (left: Documented, right: Documented) => left.name.localeCompare(right.name)

t.test('docs/metrics.md lists every exposed metric with its type, labels and help text', async (t) => {
  const { text } = await usedMetrics().expose()
  t.same(documented().toSorted(byName), exposed(text).toSorted(byName))
  for (const name of ['nodejs_eventloop_lag_p99_seconds', 'process_resident_memory_bytes']) {
    t.match(text, new RegExp(`^# TYPE ${name} gauge$`, 'm'))
    t.match(readFileSync(join(import.meta.dirname, '../../../docs/metrics.md'), 'utf8'), name)
  }
})

t.test('counters for alerts are exposed as 0 before the first event', async (t) => {
  const { text } = await new Metrics(defaultRegistry(), { inFlight: 0, unfinished: 0 }).expose()
  for (const line of [
    'initlint_reviews_total{endpoint="validate",verdict="allowed",dry_run="false"} 0',
    'initlint_reloads_total{what="policy",result="failed"} 0',
    'initlint_reloads_total{what="certificate",result="failed"} 0',
    'initlint_events_total{result="failed"} 0',
    'initlint_policy_reviews_total{verdict="denied",dry_run="false"} 0',
    'initlint_failures_total{cause="slow"} 0',
    'initlint_connections_closed_total{port="webhook",reason="refused"} 0',
  ]) {
    t.ok(text.split('\n').includes(line), line)
  }
})

t.test('initlint_policy_generation counts changes of the policy, not reloads of the same one', async (t) => {
  const metrics = new Metrics(defaultRegistry(), { inFlight: 0, unfinished: 0 })
  metrics.policy({ id: 'first', endedExemptions: () => [] }, 'built-in')
  metrics.policy({ id: 'second', endedExemptions: () => [] }, 'configmap')
  metrics.policy({ id: 'second', endedExemptions: () => [] }, 'last-good')
  const { text } = await metrics.expose()
  t.match(text, /^initlint_policy_generation 2$/m)
  t.match(text, /^initlint_policy_info\{id="second",source="last-good"\} 1$/m)
  t.equal(text.match(/^initlint_policy_info\{/gm)?.length, 1, 'one policy at a time')
})

t.test('forgetRegistry removes the metrics of a registry', async (t) => {
  const metrics = usedMetrics()
  t.match((await metrics.expose()).text, 'registry="registry.example"')
  metrics.forgetRegistry('registry.example')
  t.notMatch((await metrics.expose()).text, 'registry.example')
})

t.test('expired exemptions of the policy in force are counted at the time of the scrape', async (t) => {
  let now = 0
  const metrics = new Metrics(
    defaultRegistry(),
    { inFlight: 0, unfinished: 0 },
    () => 0,
    () => now,
  )
  const ended = async () => (await metrics.expose()).text.match(/^initlint_exemptions_ended (\d+)$/m)?.[1]
  t.equal(await ended(), '0')
  metrics.policy({ id: 'a', endedExemptions: (time) => ['one', 'two'].slice(0, time) }, 'file')
  t.equal(await ended(), '0')
  now = 2
  t.equal(await ended(), '2')
  metrics.policy({ id: 'b', endedExemptions: () => [] }, 'file')
  t.equal(await ended(), '0')
})
