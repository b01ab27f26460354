/** The alerts, tested by promtool; and that the server has every metric that the alerts and the dashboard use. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { load } from 'js-yaml'
import t, { type Test as Tap } from 'tap'
import { asArray, asString, at, isObject, member } from '../../src/model/json.ts'
import { type AlertCase, alertCases, type Series } from './support/alert-cases.ts'
import { root } from './support/control-plane.ts'
import { type Finished, freePort, run, startDaemon } from './support/processes.ts'
import { opsOf, untilReady } from './support/states.ts'

const folder = join(root, 'manifests/components/monitoring')
const groups = at(load(readFileSync(join(folder, 'prometheus-rule.yaml'), 'utf8')), 'spec', 'groups')
const rules = asArray(groups).flatMap((group) => asArray(member(group, 'rules')))
const dashboard: unknown = JSON.parse(readFileSync(join(folder, 'dashboard.json'), 'utf8'))
const panels = asArray(member(dashboard, 'panels')).filter((panel) => member(panel, 'type') !== 'row')
const text = (value: unknown): string => asString(value) ?? ''

/** Runs promtool of Prometheus. Fails with a sentence if it is not installed: no other test shows that the alerts work. */
function promtool(args: readonly string[], cwd: string): Promise<Finished> {
  return run('promtool', args, { cwd }).catch(() => {
    throw new Error(
      'promtool was not found. It comes with Prometheus: Debian and Ubuntu have it in the package `prometheus`, Homebrew too.',
    )
  })
}

t.test('promtool accepts the rules', async (t) => {
  const cwd = t.testdir({ 'rules.json': JSON.stringify({ groups }) })
  const { code, stdout, stderr } = await promtool(['check', 'rules', 'rules.json'], cwd)
  t.equal(code, 0, stdout + stderr)
  t.match(stdout, `SUCCESS: ${rules.length} rules found`)
})

t.test('every alert fires in its case and stays quiet in the opposite case', async (t) => {
  t.same([...new Set(alertCases.map(({ alert }) => alert))].sort(), rules.map((rule) => text(member(rule, 'alert'))).sort())
  const cwd = t.testdir({ 'rules.json': JSON.stringify({ groups }) })
  const tests = alertCases.flatMap((alertCase) => [unitTest(alertCase, alertCase.fires, 1), unitTest(alertCase, alertCase.quiet, 0)])
  writeFileSync(join(cwd, 'tests.json'), JSON.stringify({ rule_files: ['rules.json'], evaluation_interval: '1m', tests }))
  const { code, stdout, stderr } = await promtool(['test', 'rules', 'tests.json'], cwd)
  t.equal(code, 0, stdout + stderr)
})

/** A unit test for promtool: how many alerts with that name fire at that minute. */
function unitTest({ alert, at: minute = 40 }: AlertCase, series: Series, firing: number): object {
  const expr = `count(ALERTS{alertname="${alert}",alertstate="firing"}) or vector(0)`
  return {
    name: `${alert} ${firing === 1 ? 'fires' : 'is quiet'}`,
    interval: '1m',
    input_series: Object.entries(series).map(([name, values]) => ({ series: name, values })),
    promql_expr_test: [{ expr, eval_time: `${minute}m`, exp_samples: [{ labels: '{}', value: firing }] }],
  }
}

t.test('the queries of the dashboard are valid PromQL', async (t) => {
  const queries = panels.flatMap((panel) => asArray(member(panel, 'targets')).map((target) => text(member(target, 'expr'))))
  const recorded = queries.map((expr, index) => ({
    record: `panel:${index}`,
    expr: expr.replaceAll('$namespace', '.*').replaceAll('$__rate_interval', '5m'),
  }))
  const cwd = t.testdir({ 'rules.json': JSON.stringify({ groups: [{ name: 'dashboard', rules: recorded }] }) })
  const { code, stdout, stderr } = await promtool(['check', 'rules', 'rules.json'], cwd)
  t.equal(code, 0, stdout + stderr)
})

t.test('every alert has a summary, a description, an action and a severity', async (t) => {
  for (const rule of rules) {
    const alert = text(member(rule, 'alert'))
    for (const name of ['summary', 'description', 'action']) t.ok(text(at(rule, 'annotations', name)).length > 20, `${alert}: ${name}`)
    t.ok(['info', 'warning', 'critical'].includes(text(at(rule, 'labels', 'severity'))), alert)
  }
})

/** Every expression of the alerts and the dashboard. */
const expressions = [
  ...rules.map((rule) => text(member(rule, 'expr'))),
  ...panels.flatMap((panel) => asArray(member(panel, 'targets')).map((target) => text(member(target, 'expr')))),
  ...asArray(at(dashboard, 'templating', 'list')).map((variable) => text(member(variable, 'definition'))),
]

t.test('a real server has every metric and label that the alerts and the dashboard use', async (t) => {
  const types = await typesOf(await metricsOf(t))
  const documented = labelsInDocs()
  let seen = 0
  for (const expression of expressions) {
    for (const [, name = '', matchers = ''] of expression.matchAll(/\b((?:initlint|nodejs|process)_[a-z0-9_]+)(?:\{([^}]*)\})?/g)) {
      const metric = types.has(name) ? name : name.replace(/_bucket$/, '')
      t.ok(types.has(metric), `${metric} in ${expression}`)
      t.equal(types.get(metric) === 'histogram', name !== metric, `${name} is queried according to its type`)
      seen += 1
      if (!metric.startsWith('initlint_')) continue
      for (const [, label] of matchers.matchAll(/([a-z_]+)(?:=~|!~|!=|=)/g)) {
        t.ok(scraped.has(label ?? '') || documented.get(metric)?.has(label ?? ''), `${metric}{${label}}`)
      }
    }
  }
  t.ok(seen > rules.length)
  t.same(
    [...types.keys()].filter((name) => name.startsWith('initlint_')).sort(),
    [...documented.keys()].sort(),
    'docs/metrics.md lists all metrics',
  )
})

/** Labels that Prometheus adds. */
const scraped = new Set(['namespace', 'job', 'pod', 'instance'])

/** The types of the metrics, by name. */
async function typesOf(exposed: string): Promise<ReadonlyMap<string, string>> {
  return new Map([...exposed.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name = '', type = '']) => [name, type]))
}

/** The labels of the metrics according to docs/metrics.md. */
function labelsInDocs(): ReadonlyMap<string, ReadonlySet<string>> {
  const rows = readFileSync(join(root, 'docs/metrics.md'), 'utf8').matchAll(/^\| `(initlint_\w+)`\s*\|[^|]*\|([^|]*)\|/gm)
  return new Map(
    [...rows].map(([, name = '', labels = '']) => [name, new Set([...labels.matchAll(/`(\w+)`/g)].map(([, label = '']) => label))]),
  )
}

/** The metrics of a server that was started from the command line. */
async function metricsOf(t: Tap): Promise<string> {
  const [port, opsPort] = [await freePort(), await freePort()]
  const args = ['serve', '--port', String(port), '--ops-port', String(opsPort), '--try', 'off']
  const daemon = startDaemon(process.execPath, [join(root, 'src/main.ts'), ...args], { cwd: t.testdir() })
  t.teardown(() => daemon.stop('SIGINT'))
  const observed = { daemon, ops: opsOf(`http://127.0.0.1:${opsPort}`) }
  await untilReady(observed)
  return (await observed.ops('/metrics')).text
}

t.test('the dashboard has two variables, and panels with units and descriptions that do not overlap', async (t) => {
  t.same(
    asArray(at(dashboard, 'templating', 'list')).map((variable) => member(variable, 'name')),
    ['datasource', 'namespace'],
  )
  const places = new Set<string>()
  for (const panel of panels) {
    const title = text(member(panel, 'title'))
    t.ok(text(at(panel, 'fieldConfig', 'defaults', 'unit')) !== '', `${title}: unit`)
    t.ok(text(member(panel, 'description')) !== '', `${title}: description`)
    const { x, y, w } = position(panel)
    t.ok(x + w <= 24, `${title}: within the page`)
    for (let column = x; column < x + w; column += 1) {
      t.notOk(places.has(`${column} ${y}`), `${title}: does not overlap`)
      places.add(`${column} ${y}`)
    }
    for (const target of asArray(member(panel, 'targets'))) t.match(text(member(target, 'expr')), 'namespace=~"$namespace"', title)
  }
  const ids = asArray(member(dashboard, 'panels')).map((panel) => member(panel, 'id'))
  t.equal(new Set(ids).size, ids.length)
})

function position(panel: unknown): { x: number; y: number; w: number } {
  const place = member(panel, 'gridPos')
  const [x, y, w] = ['x', 'y', 'w'].map((key) => (isObject(place) ? Number(place[key]) : Number.NaN))
  return { x: x ?? 0, y: y ?? 0, w: w ?? 0 }
}
