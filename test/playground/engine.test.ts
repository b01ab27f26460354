/** The answers of the playground's worker, which are those of the command line. */
import { readFileSync } from 'node:fs'
import t from 'tap'
import { conditionForms } from '../../src/startup/scenario/conditions.ts'
import { answer } from '../../web/engine/answer.ts'
import { asciiJson, curlWithBody } from '../../web/page/curl.ts'
import { waitingPod } from '../browser/support/manifests.ts'
import { runCli } from '../cli/fake-io.ts'

const kiada = readFileSync('examples/kiada.yaml', 'utf8')
const fetchPod = readFileSync('examples/fetch.yaml', 'utf8')
const strict = 'apiVersion: initlint.dev/v1alpha1\nkind: Policy\npreset: strict\n'

t.test('lint: the findings are those of the command line', async (t) => {
  const { stdout } = await runCli(['lint', '--format', 'json', 'examples/fetch.yaml'], { cwd: process.cwd() })
  const idsOf = (list: readonly { readonly rule: string; readonly line: number | null }[]) => list.map(({ rule, line }) => [rule, line])
  const { diagnostics, problems, summary } = answer('lint', { manifest: fetchPod, policy: '' })
  t.ok(diagnostics.length > 0)
  t.same(idsOf(diagnostics), idsOf(JSON.parse(stdout).diagnostics))
  t.same([problems, summary.objects], [[], 1])
})

t.test('lint: the policy applies; one with errors is replaced by the preset recommended', async (t) => {
  const actionOf = (policy: string) =>
    answer('lint', { manifest: kiada, policy }).diagnostics.find(({ rule }) => rule === 'image-latest')?.action
  t.same([actionOf(''), actionOf(strict), actionOf('preset: lax')], ['warn', 'deny', 'warn'])
  t.match(answer('lint', { manifest: kiada, policy: 'preset: lax' }).problems, [{ level: 'error', file: 'policy.yaml' }])
})

t.test('whatever the texts contain, there is an answer', async (t) => {
  for (const manifest of ['', 'a: [', 'kind: [', '\0', '- 1', '"x"', '{"kind":"AdmissionReview"}', `${'['.repeat(5000)}`]) {
    for (const policy of ['', 'a: [', 'null']) {
      answer('lint', { manifest, policy })
      answer('review', { manifest, policy })
      answer('fix', { manifest, policy })
      answer('sensitive', { manifest, policy })
    }
    answer('start', { manifest, conditions: ['x', 'node-reboots'] })
    answer('rehearse', { manifest })
  }
  t.pass()
})

t.test('answers are plain data', async (t) => {
  for (const each of [
    answer('lint', { manifest: kiada, policy: '' }),
    answer('start', { manifest: kiada, conditions: [] }),
    answer('rehearse', { manifest: fetchPod }),
    answer('review', { manifest: kiada, policy: '' }),
  ])
    t.strictSame(structuredClone(each), JSON.parse(JSON.stringify(each)))
})

t.test('start: a picture and a text for each timeline, and what conditions can be about', async (t) => {
  const { timelines, more, errors, targets } = answer('start', { manifest: kiada, conditions: [] })
  t.match(timelines, [{ isGood: true, picture: /^<svg /, text: /Running/ }, { isGood: false }])
  t.same([more, errors], [0, []])
  t.same(targets, {
    registries: ['docker.io'],
    images: ['busybox:1.37', 'luksa/kiada'],
    initContainers: ['init-demo'],
    longRunning: ['kiada'],
  })
  t.match(answer('start', { manifest: kiada, conditions: ['registry-down=example.com'] }), {
    timelines: [],
    errors: [{ message: /docker\.io/ }],
  })
})

t.test('start: every condition that the answer offers fits', async (t) => {
  const { targets } = answer('start', { manifest: kiada, conditions: [] })
  const about: Readonly<Record<string, readonly string[]>> = {
    HOST: targets.registries,
    REF: targets.images,
    NAME: [...targets.initContainers],
    '': [''],
  }
  for (const form of conditionForms) {
    const [word = '', target = ''] = form.replace(/\[.*/, '').split('=')
    const names = word === 'container-dies' ? targets.longRunning : (about[target] ?? [])
    t.ok(names.length > 0, form)
    for (const name of names) {
      const condition = name === '' ? word : `${word}=${name}`
      t.same(answer('start', { manifest: kiada, conditions: [condition] }).errors, [], condition)
    }
  }
})

t.test('start: many workloads are cut, and the answer says how many are left out', async (t) => {
  const manifest = Array.from({ length: 40 }, (_, index) => kiada.replace('name: kiada', `name: kiada-${index}`)).join('---\n')
  const { timelines, more } = answer('start', { manifest, conditions: [] })
  t.equal(timelines.length, 24)
  t.equal(more, 56)
})

t.test('rehearse: each line with its storage and both runs', async (t) => {
  const { containers } = answer('rehearse', { manifest: fetchPod })
  t.match(containers, [
    {
      verdict: 'unsafe',
      storages: [{ path: '/src', storage: 'emptyDir' }],
      lines: [
        { number: 1, text: /^git clone/, commands: [{ first: 'succeeds', again: 'exits 128', isSame: false, writes: [/emptyDir/] }] },
        { number: 2, commands: [{ first: 'succeeds', again: 'is skipped' }] },
      ],
      hazards: [{ line: 1, fix: /rm -rf/ }],
    },
  ])
})

t.test('fix: what --fix=all does', async (t) => {
  const { text, fixed } = answer('fix', { manifest: fetchPod, policy: '' })
  t.ok(fixed >= 1)
  t.match(text, /rm -rf/)
  t.same(
    answer('lint', { manifest: text, policy: '' }).diagnostics.filter(({ rule }) => rule === 'init-not-idempotent'),
    [],
  )
})

t.test('review: the request as the API server sends it, and the answer', async (t) => {
  const deployment = `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, namespace: shop}\nspec: {template: {spec: {containers: [{name: a, image: nginx}]}}}\n`
  const { reviews, errors } = answer('review', { manifest: `${kiada}---\n${deployment}---\nkind: Service\n`, policy: strict })
  t.same(errors, [])
  t.match(reviews, [
    { title: 'Pod default/kiada', allowed: false, denial: /image-latest/ },
    { title: 'Deployment shop/web', allowed: false },
  ])
  const requests = reviews.map(({ request }) => JSON.parse(request).request)
  t.match(requests, [
    {
      resource: { group: '', version: 'v1', resource: 'pods' },
      namespace: 'default',
      name: 'kiada',
      operation: 'CREATE',
      object: { kind: 'Pod' },
    },
    { resource: { group: 'apps', version: 'v1', resource: 'deployments' }, namespace: 'shop' },
  ])
  for (const { uid } of requests) t.match(uid, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/)
  t.not(requests[0].uid, requests[1].uid)
  t.match(JSON.parse(reviews[0]?.response ?? ''), { kind: 'AdmissionReview', response: { uid: requests[0].uid, allowed: false } })
})

t.test('sensitive: Secrets and literal environments, wherever they are', async (t) => {
  const pod = (env: string) => `kind: Pod\nspec: {containers: [{name: a, env: ${env}}]}\n`
  const found = (manifest: string, policy = '') => answer('sensitive', { manifest, policy }).found
  t.same(found(kiada), [])
  t.same(found(pod('[{name: A, valueFrom: {secretKeyRef: {name: a, key: b}}}, {name: B, value: ""}]')), [])
  for (const [manifest, phrase] of [
    ['kind: Secret\nmetadata: {name: db}\n', 'the Secret "db"'],
    ['kind: List\nitems: [{kind: Secret, metadata: {name: db}}]\n', 'the Secret "db"'],
    [pod('[{name: A, value: "1"}]'), 'the value of the environment variable "A"'],
    [`kind: Rollout\nspec: {a: {b: [{env: [{name: A, value: x}]}]}}\n`, 'the value of the environment variable "A"'],
    [`kind: Pod\nmetadata: {annotations: {last: '{"kind":"Secret","data":{}}'}}\n`, 'a Secret within a text'],
    [
      `kind: Pod\nmetadata: {annotations: {last: '{"spec":{"containers":[{"env":[{"name":"A","value":"x"}]}]}}'}}\n`,
      'the value of the environment variable "A"',
    ],
    ['a: [', 'a text that cannot be read, so it was not checked'],
  ] as const)
    t.same(found(manifest), [phrase], manifest)
  t.same(found('', 'kind: Secret\nmetadata: {name: x}\n'), ['the Secret "x"'])
  const many = `a: [${Array(300_000).fill('1').join()}]\n`
  t.same(found(many), ['more values than were checked'])
})

t.test('a command with a body is only made if a terminal obeys nothing in it', async (t) => {
  t.equal(
    curlWithBody('https://a/lint', 'a: 1\n'),
    "curl --cacert certs/ca.pem --data-binary @- https://a/lint <<'END_OF_BODY'\na: 1\nEND_OF_BODY\n",
  )
  t.match(curlWithBody('https://a/lint', 'a\nEND_OF_BODY\nrm -rf /\n'), /<<'END_OF_BODY_'\n(?:.*\n)*END_OF_BODY_\n$/)
  for (const hostile of ['\x1b[201~', '\r', '\x03', '\x9b', '\u202e', '\u2028', '\t'])
    t.equal(curlWithBody('https://a', `a: ${hostile}b`), undefined)
  t.equal(asciiJson('{"a": "ü\u202e\u009b\\n"}'), '{"a":"\\u00fc\\u202e\\u009b\\n"}')
})

t.test('why: the diagnosis of the command line; without a Pod, a sentence', async (t) => {
  t.match(answer('why', { pod: JSON.stringify(waitingPod), policy: '' }), {
    problem: null,
    more: 0,
    pods: [
      { title: 'Pod shop/web-0', status: 'ImagePullBackOff', stage: /^image-pull, container web/, cause: { message: /./ }, text: /web-0/ },
    ],
  })
  t.same(answer('why', { pod: ' ', policy: '' }), { pods: [], more: 0, problem: null })
  for (const text of ['a: [', 'kind: Service\n', '{"kind": "List"', '5'])
    t.match(answer('why', { pod: text, policy: '' }), { pods: [], problem: /\.$/ }, text)
  const many = { kind: 'List', items: Array.from({ length: 25 }, (_, index) => ({ ...waitingPod, metadata: { name: `web-${index}` } })) }
  const { pods, more } = answer('why', { pod: JSON.stringify(many), policy: '' })
  t.same([pods.length, more], [20, 5])
})
