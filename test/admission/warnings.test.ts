import assert from 'node:assert/strict'
import t from 'tap'
import { answerFault, answerOversize } from '../../src/admission/index.ts'
import { omitted, warningLimits, withinBudget } from '../../src/admission/warnings.ts'
import { member } from '../../src/model/json.ts'
import { ask } from '../support/answers.ts'
import * as fc from '../support/properties.ts'
import { pod, portsOf, review, uid } from '../support/reviews.ts'

/** Must not appear in a warning: kube-apiserver drops lines with control characters, and terminals obey direction marks. */
const unsafe = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]|Warning:/u

function assertWithinLimits(warnings: readonly string[]): void {
  assert.ok(warnings.length <= warningLimits.count)
  assert.ok(warnings.join('').length <= warningLimits.total)
  for (const line of warnings) {
    assert.ok([...line].length <= warningLimits.each, line)
    assert.doesNotMatch(line, unsafe)
    assert.ok(line.isWellFormed())
    assert.match(line, /^\[[a-z-]+\] /)
  }
}

t.test('30 findings: ten lines, and the last one states that 21 are omitted', async (t) => {
  const containers = Array.from({ length: 30 }, (_, index) => ({
    name: `c${index}`,
    image: `registry-${index}.example/image`,
    imagePullPolicy: 'Always',
  }))
  const { warnings } = ask('validate', review({ object: pod({}, { spec: { containers } }) }), portsOf('preset: recommended'))
  assertWithinLimits(warnings)
  t.equal(warnings.length, 10)
  t.equal(
    warnings.at(-1),
    '[initlint] 30 findings, 21 not shown; see https://docs.example/docs/rules/image-latest.md or "initlint rules image-latest"',
  )
})

t.test('one rule over several images of a list is one line with the containers and the images', async (t) => {
  const containers = ['nginx', 'redis', 'busybox', 'alpine'].map((image, index) => ({
    name: `c${index}`,
    image,
    imagePullPolicy: 'Always',
  }))
  const lines = (count: number) =>
    ask(
      'validate',
      review({ object: pod({}, { spec: { containers: containers.slice(0, count) } }) }),
      portsOf('rules: {image-latest: warn}'),
    ).warnings.slice(0, -1)
  t.same(lines(2), [
    '[image-latest] containers "c0", "c1": each of nginx, redis has no tag and imagePullPolicy is Always: every container start contacts docker.io; pin a tag',
  ])
  t.match(lines(4), [/^\[image-latest\] containers "c0", "c1", "c2" and 1 more: each of nginx, redis, busybox and 1 more has no tag/])
  const long = ask(
    'validate',
    review({
      object: pod({}, { spec: { containers: containers.map((one) => ({ ...one, image: `registry.example/${one.image.repeat(20)}` })) } }),
    }),
    portsOf('rules: {image-latest: warn}'),
  ).warnings
  assertWithinLimits(long)
  t.match(long[0], /pin a tag$/)
})

t.test('image-latest and pull-always-fragile-registry on one image: one line that names both rules', async (t) => {
  const policy = (properties: string, rules = '') =>
    portsOf(`rules: {image-latest: warn${rules}}\nregistries: [{match: "docker.io/**", fragile: true${properties}}]`)
  const ask1 = (object: object, ports = policy('')) => ask('validate', review({ object }), ports)
  const lines = (object: object, ports?: ReturnType<typeof policy>) => ask1(object, ports).warnings.slice(0, -1)
  const always = (image: string) => ({ image, imagePullPolicy: 'Always' })
  const base =
    '[image-latest] containers "web": nginx has no tag and imagePullPolicy is Always: every start needs docker.io, which may be offline'
  const rest = '[pull-always-fragile-registry]; pin a tag and set IfNotPresent'
  t.same(lines(pod(always('nginx'))), [`${base} ${rest}`])
  t.match(lines(pod(always('nginx:latest'))), [
    / nginx:latest has the tag latest and imagePullPolicy is Always.*\[pull-always-fragile-registry\]; pin a tag$/,
  ])
  t.match(ask1(pod(always('nginx'))), {
    warnings: [
      `${base} ${rest}`,
      '[initlint] 1 finding; see https://docs.example/docs/rules/image-latest.md or "initlint rules image-latest"',
    ],
    auditAnnotations: { warn: 'image-latest,pull-always-fragile-registry' },
  })
  const applied = { 'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify(pod({ image: 'a/b' })) }
  t.same(
    lines(pod(always('a/b'), { metadata: { annotations: applied } }), policy(', reason: slow')),
    [
      '[image-latest] containers "web": a/b has no tag, so Kubernetes set imagePullPolicy: Always and every start needs docker.io, which may be offline (slow) [pull-always-fragile-registry]; pin a tag',
    ],
    'the reason fits',
  )
  const long = lines(pod(always('nginx')), policy(`, reason: ${'word '.repeat(20)}, servedBy: harbor.corp.example`))
  t.same(long, [`${base} ${rest}`], 'the reason is left out as a whole')
  const two = pod({}, { spec: { containers: ['nginx', 'redis'].map((image) => ({ name: image, ...always(image) })) } })
  t.same(lines(two), [
    '[image-latest] containers "nginx", "redis": each of nginx, redis has no tag and imagePullPolicy is Always: every start needs docker.io, which may be offline [pull-always-fragile-registry]; pin a tag',
  ])
  const initContainers = Array.from({ length: 15 }, (_, index) => ({
    ...always(`docker.io/${'x'.repeat(99)}${index}`),
    name: 'n'.repeat(60) + index,
  }))
  for (const ports of [policy(''), portsOf('rules: {image-latest: warn}')]) {
    t.match(lines(pod(always('a:1'), { spec: { initContainers } }), ports)[0], /; pin a tag$/, 'the advice is never cut')
  }
  const different = pod(
    {},
    {
      spec: {
        containers: [
          { name: 'a', ...always('nginx') },
          { name: 'b', ...always('nginx:1.27') },
        ],
      },
    },
  )
  t.match(lines(different), [/^\[image-latest\] containers "a": /, /^\[pull-always-fragile-registry\] containers "b": /])
  t.match(lines(pod(always('nginx')), policy('', ', pull-always-fragile-registry: audit')), [/contacts docker\.io; pin a tag$/])
  t.match(ask1(pod(always('nginx')), policy('', ', pull-always-fragile-registry: deny')), {
    response: { status: { message: /^denied by pull-always-fragile-registry: / } },
    warnings: [],
  })
})

t.test('the last line says who speaks and where to read more', async (t) => {
  const ask1 = (docsBase: string) =>
    ask(
      'validate',
      review({ object: pod({ image: 'nginx', imagePullPolicy: 'Always' }) }),
      portsOf('rules: {image-latest: warn}', { docsBase }),
    )
  const closing = (docsBase: string) => ask1(docsBase).warnings.at(-1)
  t.equal(
    closing('https://docs.example/'),
    '[initlint] 1 finding; see https://docs.example/docs/rules/image-latest.md or "initlint rules image-latest"',
  )
  t.equal(closing(`https://docs.example/${'x'.repeat(150)}`), '[initlint] 1 finding; see "initlint rules image-latest"')
  t.same(ask('validate', review({ object: pod({ image: 'nginx:1.27' }) }), portsOf('')).warnings, [], 'nothing without a finding')
})

t.test('arbitrary names and images: warnings stay within the limits and contain no unsafe characters', async () => {
  const ports = portsOf(
    'registries: [{match: "**", fragile: true, servedBy: harbor.corp.example, reason: it is slow}]\nrules: {registry-not-allowed: warn, image-latest: warn, image-invalid: warn, pull-never: warn}',
  )
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 400 }),
    fc.string({ maxLength: 60 }),
    fc.constant('a\nb\u202E\u001B[31m'),
    fc.constant('x'.repeat(5000)),
  )
  const policy = fc.constantFrom('Always', 'IfNotPresent', 'Never')
  const container = fc.record({ name: text, image: text, imagePullPolicy: policy })
  fc.assert(
    fc.property(fc.array(container, { maxLength: 15 }), (containers) => {
      assertWithinLimits(ask('validate', review({ object: pod({}, { spec: { containers } }) }), ports).warnings)
    }),
    { numRuns: 150 },
  )
})

t.test('a long image name is cut, but the advice is not', async (t) => {
  const image = `us-central1-docker.pkg.dev/${'very-long-project-name/'.repeat(8)}image`
  const { warnings } = ask('validate', review({ object: pod({ image, imagePullPolicy: 'Always' }) }), portsOf('preset: recommended'))
  assertWithinLimits(warnings)
  t.match(warnings[0], /pin a tag$/)
})

t.test('advice with a long command is whole or omitted as a whole, and the room that is left goes to the names and values', async (t) => {
  const line = (directory: string, name = 'init-certs') => {
    const command = ['sh', '-c', `keytool -genkeypair -alias a -keystore ${directory}/store.jks -storepass secret1 -dname CN=a`]
    const volumeMounts = [{ name: 'data', mountPath: directory }]
    const initContainers = [{ name, image: 'eclipse-temurin:21', imagePullPolicy: 'IfNotPresent', command, volumeMounts }]
    const spec = { initContainers, volumes: [{ name: 'data', emptyDir: {} }] }
    const policy = 'preset: off\nrules: {init-not-idempotent: warn}'
    return ask('validate', review({ object: pod({ image: 'app:1' }, { spec }) }), portsOf(policy)).warnings[0] ?? ''
  }
  t.match(line('/certs'), /\/certs \(emptyDir\) .*; .*\/certs\/store\.jks/)
  t.match(line(`/opt/${'x'.repeat(30)}/certs`), /certs \(emptyDir\) .*; .*x\/certs\/store\.jks/, 'the value before the advice is cut')
  const omitted = line(`/opt/${'x'.repeat(150)}/certs`)
  t.match(omitted, /certs \(emptyDir\) .*; initlint lint shows what to do$/)
  t.ok(omitted.length > 190, 'the room is used')
})

t.test('names that differ only at their end still differ if they are cut', async (t) => {
  const containers = ['one', 'two'].map((end) => ({
    name: `${'multi-container-'.repeat(3)}${end}`,
    image: 'nginx',
    imagePullPolicy: 'Always',
  }))
  const ports = portsOf('registries: [{match: "docker.io/**", fragile: true}]')
  const [line = ''] = ask('validate', review({ object: pod({}, { spec: { containers } }) }), ports).warnings
  t.match(line, /…[^"]*one", "[^"]*…[^"]*two": /)
})

t.test('withinBudget cuts ten long lines to the total limit and keeps two short ones', async (t) => {
  const long = Array.from({ length: 10 }, (_, index) => `[x] ${String(index).repeat(250)}`)
  const lines = withinBudget(long, omitted(long.length, 'read on'))
  assertWithinLimits(lines)
  t.same(withinBudget(['[x] a', '[x] b'], omitted(2, 'read on')), ['[x] a', '[x] b'])
})

t.test('a review that is too large: denied if the policy of its namespace denies anything, else allowed with a warning', async (t) => {
  const ports = portsOf('overrides: [{match: {namespaces: [prod]}, rules: {image-latest: deny}}]\nrules: {registry-not-allowed: warn}')
  const prefix = (namespace: string) => JSON.stringify(review({ namespace, object: pod({}) })).slice(0, 300)
  const answers = ['prod', 'dev'].map((namespace) => answerOversize(prefix(namespace), ports))
  t.match(answers[0], { ok: true, review: { response: { uid, allowed: false } } })
  t.match(answers[1], { ok: true, review: { response: { uid, allowed: true, warnings: [/too large/] } } })
  const by = (user: string, everyPod: boolean) => {
    const text = JSON.stringify(review({ namespace: 'prod', user, object: pod({}) }))
    const policy = `overrides: [{match: {namespaces: [prod]}, rules: {image-latest: {action: deny, everyPod: ${everyPod}}}}]`
    const answer = answerOversize(text, portsOf(`${policy}\nrules: {registry-not-allowed: warn}`))
    return answer.ok && member(answer.review.response, 'allowed')
  }
  const controller = 'system:serviceaccount:kube-system:replicaset-controller'
  t.same([by(controller, false), by(controller, true)], [true, false], 'of a built-in controller')
  t.same([by('jane', false), by(`"userInfo":{"username":"${controller}`, false)], [false, false])
  t.match(answerOversize('{"request":{"name":"x"', ports), { ok: false, status: { code: 400 } })
})

t.test('an internal error: allowed with a warning and recorded as a fault', async (t) => {
  const prefix = JSON.stringify(review({ namespace: 'prod', object: pod({}) })).slice(0, 300)
  const answer = answerFault(prefix, new Error('boom'))
  t.match(answer, {
    ok: true,
    review: { response: { uid, allowed: true, warnings: [/internal error/] } },
    record: { faults: [{ rule: 'initlint' }] },
  })
  t.match(answerFault('', new Error('boom')), { ok: false, status: { code: 400 } })
})
