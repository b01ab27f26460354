/** The component monitoring with its CustomResourceDefinitions, and Prometheus, which scrapes running replicas and fires an alert. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { load } from 'js-yaml'
import t from 'tap'
import { asArray, asString, at, member } from '../../../src/model/json.ts'
import { until } from '../../support/waiting.ts'
import { root, startControlPlane } from '../support/control-plane.ts'
import { moduleFolder, prometheusOperator } from '../support/go-modules.ts'
import { freePort, startDaemon } from '../support/processes.ts'
import { list, site, templated } from '../support/rendered.ts'
import { addresses, mountServiceAccount, namespace, startReplica } from '../support/replicas.ts'
import { untilReviewed } from '../support/service.ts'
import { listed } from '../support/stored.ts'

const controlPlane = await startControlPlane(t, [], { 'enable-aggregator-routing': 'true' })
const { kubectl, mustKubectl, request } = controlPlane
const definitions = join(await moduleFolder(prometheusOperator), 'example/prometheus-operator-crd')
for (const kind of ['servicemonitors', 'prometheusrules'])
  await mustKubectl(['apply', '--server-side', '-f', join(definitions, `monitoring.coreos.com_${kind}.yaml`)])
await until('the definitions are served', async () => (await kubectl(['get', 'servicemonitors,prometheusrules', '-A'])).code === 0)

const monitors = `/apis/monitoring.coreos.com/v1/namespaces/${namespace}`
const fileOf = (name: string): unknown => load(readFileSync(join(root, `manifests/components/monitoring/${name}.yaml`), 'utf8'))

t.test('ServiceMonitor and PrometheusRule are stored as they are written, without a warning', async (t) => {
  const overlay = site(t.testdir(), { resources: ['../default'], components: ['../../components/monitoring'] })
  for (const how of [[], ['--server-side', '--force-conflicts']]) {
    const { code, stderr } = await kubectl(['apply', ...how, '-k', overlay])
    t.equal(code, 0, stderr)
    t.equal(stderr, '')
  }
  for (const [path, file] of [
    ['servicemonitors', 'service-monitor'],
    ['prometheusrules', 'prometheus-rule'],
  ] as const)
    t.same(member(await request('GET', `${monitors}/${path}/initlint`), 'spec'), member(fileOf(file), 'spec'), file)
  // Helm gives all its objects labels of the release, so only the foreign ones can be compared with what is installed.
  const ofChart = await templated({ image: { repository: 'initlint' }, monitoring: { enabled: true, labels: { release: 'prometheus' } } })
  const foreign = ofChart.filter((object) => asString(member(object, 'apiVersion')) === 'monitoring.coreos.com/v1')
  t.equal(foreign.length, 2)
  const { code, stderr } = await kubectl(['apply', '--server-side', '--force-conflicts', '--dry-run=server', '-f', '-'], list(foreign))
  t.equal(code, 0, stderr)
  t.equal(stderr, '')
})

/**
 * What the operator makes of the ServiceMonitor, as far as this one needs it: Services by labels, ports by name, the job from a label. The
 * targets are resolved here, because Debian builds Prometheus without the discovery of Kubernetes.
 */
async function scrapeConfig(monitor: unknown): Promise<object> {
  const matchLabels = Object.entries(at(monitor, 'spec', 'selector', 'matchLabels') ?? {})
  const selector = matchLabels.map(([name, value]) => `${name}=${value}`).join(',')
  const wanted = at(monitor, 'spec', 'endpoints', 0, 'port')
  const targets: object[] = []
  for (const service of await listed(controlPlane, 'services', '-n', namespace, '-l', selector)) {
    const name = asString(at(service, 'metadata', 'name'))
    const job = at(service, 'metadata', 'labels', asString(at(monitor, 'spec', 'jobLabel')) ?? '')
    for (const slice of await listed(controlPlane, 'endpointslices', '-n', namespace, '-l', `kubernetes.io/service-name=${name}`)) {
      const port = asArray(member(slice, 'ports')).find((each) => member(each, 'name') === wanted)
      for (const endpoint of asArray(member(slice, 'endpoints'))) {
        const target = `${at(endpoint, 'addresses', 0)}:${at(port, 'port')}`
        targets.push({ targets: [target], labels: { job, namespace, pod: at(endpoint, 'targetRef', 'name') } })
      }
    }
  }
  return { job_name: 'initlint', scrape_interval: '1s', static_configs: targets }
}

/** Starts Prometheus of Debian. @returns a function that answers a query with the labels of each series */
async function startPrometheus(folder: string): Promise<(query: string) => Promise<readonly unknown[]>> {
  const port = await freePort()
  const monitor = await request('GET', `${monitors}/servicemonitors/initlint`)
  const rule = await request('GET', `${monitors}/prometheusrules/initlint`)
  writeFileSync(join(folder, 'rules.json'), JSON.stringify({ groups: at(rule, 'spec', 'groups') }))
  const settings = { global: { evaluation_interval: '1s' }, rule_files: ['rules.json'], scrape_configs: [await scrapeConfig(monitor)] }
  writeFileSync(join(folder, 'prometheus.yml'), JSON.stringify(settings))
  const daemon = startDaemon('prometheus', [
    `--config.file=${join(folder, 'prometheus.yml')}`,
    `--storage.tsdb.path=${join(folder, 'data')}`,
    `--web.listen-address=127.0.0.1:${port}`,
  ])
  t.teardown(() => daemon.stop('SIGKILL'))
  const ask = async (query: string): Promise<readonly unknown[]> => {
    const answer = await fetch(`http://127.0.0.1:${port}/api/v1/query?query=${encodeURIComponent(query)}`)
    return asArray(at(await answer.json(), 'data', 'result')).map((series) => member(series, 'metric'))
  }
  await until('Prometheus answers', async () => (await ask('vector(1)')).length === 1).catch((error: Error) => {
    throw new Error(`${error.message}\n${daemon.output()}`)
  })
  return ask
}

t.test('Prometheus finds both replicas by the Service, and fires an alert when a policy is refused', async (test) => {
  await mountServiceAccount(controlPlane)
  const replicas = addresses.slice(0, 2)
  for (const address of replicas) await startReplica(t, controlPlane, address)
  await untilReviewed(controlPlane)
  // What the endpoint slice controller makes for the headless Service.
  await mustKubectl(['apply', '-f', '-'], {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name: 'initlint-metrics', namespace, labels: { 'kubernetes.io/service-name': 'initlint-metrics' } },
    addressType: 'IPv4',
    endpoints: replicas.map((address) => ({
      addresses: [address],
      conditions: { ready: true },
      targetRef: { kind: 'Pod', name: `initlint-${address}`, namespace },
    })),
    ports: [{ name: 'metrics', port: 8080, protocol: 'TCP' }],
  })
  const query = await startPrometheus(test.testdir())
  await until('both replicas are scraped', async () => (await query('up{job="initlint"} == 1')).length === 2)
  await until('their policy is known', async () => (await query('initlint_policy_info')).length === 2)
  const firing = 'ALERTS{alertname="InitlintPolicyRefused",alertstate="firing"}'
  test.same(await query(firing), [])

  const hooks: unknown = JSON.parse(await mustKubectl(['get', 'validatingwebhookconfiguration', 'initlint', '-o', 'json']))
  const index = asArray(member(hooks, 'webhooks')).findIndex((hook) => asString(member(hook, 'name'))?.startsWith('policy.'))
  const patch = JSON.stringify([{ op: 'remove', path: `/webhooks/${index}` }])
  await mustKubectl(['patch', 'validatingwebhookconfiguration', 'initlint', '--type=json', '-p', patch])
  const invalid = 'apiVersion: initlint.dev/v1alpha1\nkind: Policy\nrules: {image-latest: refuse}\n'
  const data = { data: { '10-base.yaml': invalid } }
  await until('the invalid policy is stored', async () => {
    const { code } = await kubectl(['patch', 'configmap', 'initlint-policy', '-n', namespace, '--type=merge', '-p', JSON.stringify(data)])
    return code === 0
  })
  const [alert] = await until('the alert fires', async () => {
    const found = await query(firing)
    return found.length > 0 ? found : undefined
  })
  test.match(alert, { alertname: 'InitlintPolicyRefused', namespace, job: 'initlint', severity: 'info' })
})
