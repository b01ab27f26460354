/** The webhook of a real API server checks the policy's ConfigMap when kubectl applies it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { until } from '../support/waiting.ts'
import { shippedConfigurations, startControlPlane } from './support/control-plane.ts'
import { initlint, startInitlint } from './support/initlint.ts'
import { untilLogged } from './support/states.ts'

const controlPlane = await startControlPlane(t, [shippedConfigurations.validating])
const { kubectl, mustKubectl } = controlPlane
await mustKubectl(['create', 'namespace', 'initlint'])
await mustKubectl(['create', 'namespace', 'other'])
const server = await startInitlint(t, controlPlane, {})

const head = 'apiVersion: initlint.dev/v1alpha1\nkind: Policy\n'
const expired = 'exemptions:\n  - {rules: [image-latest], reason: throw-away, expires: 2020-01-31}\n'
const configMap = (data: Readonly<Record<string, string>>, name = 'initlint-policy', namespace = 'initlint') => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace },
  data,
})
const policy = (body: string) => configMap({ 'policy.yaml': head + body })
const apply = (object: object, ...more: readonly string[]) => kubectl(['apply', ...more, '-f', '-'], object)
const stored = () => mustKubectl(['get', 'configmap', 'initlint-policy', '-n', 'initlint', '-o', 'jsonpath={.data}'])

// The first requests can arrive before the API server knows the webhook of the policy.
await until(
  'the API server calls the webhook of the policy',
  async () => (await apply(policy('preset: loud\n'), '--dry-run=server')).code !== 0,
)

t.test('an invalid policy is rejected with line and suggestion, on create and on update', async (t) => {
  const bad = policy('rules:\n  image-latets: deny\n')
  for (const how of [['apply'], ['apply', '--server-side'], ['create'], ['apply', '--dry-run=server']]) {
    const { code, stderr } = await kubectl([...how, '-f', '-'], bad)
    t.equal(code, 1, how.join(' '))
    t.match(stderr, 'policy.yaml]:4:3', stderr)
    t.match(stderr, 'did you mean image-latest?')
  }
  t.equal((await kubectl(['get', 'configmap', 'initlint-policy', '-n', 'initlint'])).code, 1, 'nothing was stored')
  t.equal((await apply(policy('rules:\n  image-latest: deny\n'))).stderr, '')
  const before = await stored()
  const { code, stderr } = await apply(
    configMap({ '10-base.yaml': `${head}preset: strict\n`, '20-cluster.yaml': `${head}fix: {on: pod}\n` }),
  )
  t.equal(code, 1)
  t.match(stderr, /20-cluster\.yaml\]:3:11/)
  t.equal(await stored(), before, 'the stored policy is unchanged')
})

t.test('kubectl prints each problem on a line of its own', async (t) => {
  const { stderr } = await apply(policy('preset: loud\nrules:\n  image-latets: deny\n'))
  t.comment(stderr)
  t.match(stderr, /^The ConfigMap "initlint-policy" is invalid:/m)
  t.match(stderr, /^\* data\[policy\.yaml\]:3:9: preset: /m)
  t.match(stderr, /^\* data\[policy\.yaml\]:5:3: rules\.image-latets: /m)
})

t.test('a valid policy with problems is stored with warnings, which policy check prints as well', async (t) => {
  const body = `${expired}overrides:
  - {match: {namespaces: [prod-eu]}, rules: {image-latest: deny}}
  - {match: {namespaces: ["prod-*"]}, rules: {image-latest: warn}}
registries:
  - {match: "docker.io/**", fragile: true}
  - {match: "docker.io/library/*", fragile: false}
`
  const dry = await apply(policy(body), '--dry-run=server')
  t.equal(dry.code, 0, dry.stderr)
  t.notMatch(await stored(), 'throw-away')
  const { code, stderr } = await apply(policy(body))
  t.equal(code, 0, stderr)
  t.match(await stored(), 'throw-away')
  const places = ['4:58: exemptions[0].expires', '6:60: overrides[0].rules.image-latest', '10:5: registries[1]']
  for (const place of places) {
    t.match(stderr, `Warning: [initlint] policy.yaml:${place}: `)
    t.match(dry.stderr, `Warning: [initlint] policy.yaml:${place}: `)
  }
  const folder = mkdtempSync(join(tmpdir(), 'initlint-check-'))
  t.teardown(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'policy.yaml')
  writeFileSync(file, head + body)
  const checked = await initlint(['policy', 'check', file])
  t.equal(checked.code, 0)
  for (const place of places) t.match(checked.stdout, `${file}:${place.replace(': ', ': warning: ')}: `)
})

t.test('a policy of a newer version, with an unknown rule, is stored with a warning', async (t) => {
  const { code, stderr } = await apply(policy('rules:\n  brand-new-rule: deny\n  image-latest: warn\n'))
  t.equal(code, 0, stderr)
  t.match(stderr, /Warning: \[initlint\] policy\.yaml:4:3: rules\.brand-new-rule: /)
  t.match(await stored(), 'brand-new-rule')
})

t.test('other ConfigMaps are allowed, and an invalid policy that bypassed the webhook can be labeled and deleted', async (t) => {
  const nonsense = { 'policy.yaml': 'nonsense: [' }
  t.equal((await apply(configMap(nonsense, 'other'))).stderr, '')
  t.equal((await apply(configMap(nonsense, 'initlint-policy', 'other'))).stderr, '')
  const hooks = await mustKubectl(['get', 'validatingwebhookconfiguration', 'initlint', '-o', 'json'])
  await mustKubectl(['delete', 'validatingwebhookconfiguration', 'initlint'])
  await until('the invalid policy is stored', async () => (await apply(configMap(nonsense))).code === 0)
  const { metadata: _, ...configuration } = JSON.parse(hooks)
  await mustKubectl(['create', '-f', '-'], { ...configuration, metadata: { name: 'initlint' } })
  await until(
    'the API server calls the webhook again',
    async () => (await apply(configMap({ 'policy.yaml': 'other: [' }), '--dry-run=server')).code !== 0,
  )
  const labeled = await kubectl(['label', 'configmap', 'initlint-policy', '-n', 'initlint', 'team=shop'])
  t.equal(labeled.code, 0, labeled.stderr)
  t.equal((await kubectl(['delete', 'configmap', 'initlint-policy', '-n', 'initlint'])).code, 0)
})

t.test('the log has a line for each review of the policy, with its verdict', async (t) => {
  const place = '"namespace":"initlint","name":"initlint-policy"'
  for (const verdict of ['"dryRun":false,"verdict":"denied"', '"dryRun":true,"verdict":"warned"']) {
    await untilLogged(server, new RegExp(`"endpoint":"validate-policy".*${place},${verdict}`))
  }
  t.pass()
})
