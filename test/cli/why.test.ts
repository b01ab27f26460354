import t from 'tap'
import { event, pod, waiting } from '../diagnosis/build-pod.ts'
import { folder, runCli } from './fake-io.ts'

const stuck = pod({
  appStatus: waiting('ErrImageNeverPull', 'Container image "registry.example/web:1" is not present with pull policy of Never'),
})
const json = JSON.stringify
const at = ['--now', '2026-11-29T12:00:00Z']

t.test('a Pod in a file, on standard input, in a List and in YAML gets the same diagnosis', async (t) => {
  const yaml = (await import('js-yaml')).dump(stuck)
  const cwd = folder(t, {
    'pod.json': json(stuck),
    'list.json': json({ apiVersion: 'v1', kind: 'List', items: [stuck] }),
    'pod.yaml': yaml,
  })
  const piped = await runCli(['why', '-', '--format', 'json', ...at], { stdin: json(stuck) })
  t.equal(piped.code, 0)
  const [found] = JSON.parse(piped.stdout).pods
  t.match(found, {
    object: { apiVersion: 'v1', kind: 'Pod', namespace: 'shop', name: 'web-1-a' },
    owner: { kind: 'ReplicaSet', name: 'web-1' },
    status: 'ErrImageNeverPull',
    stage: { kind: 'image-pull', container: 'app' },
    cause: { class: 'never-pull-absent' },
    waiting: { helps: 'no' },
    next: { status: 'ErrImageNeverPull' },
  })
  t.strictSame(Object.keys(found), ['object', 'owner', 'status', 'since', 'stage', 'cause', 'waiting', 'next', 'now', 'then'])
  for (const file of ['pod.json', 'list.json', 'pod.yaml']) {
    t.strictSame(await runCli(['why', file, '--format', 'json', ...at], { cwd }), piped, file)
  }
})

t.test('Events come from the same List or from a file, also without kinds', async (t) => {
  const bare = pod({ appStatus: waiting('ErrImagePull') })
  const failed = event('Failed', 'Failed to pull image "registry.example/web:1": dial tcp 192.0.2.1:443: connect: connection refused', {
    field: 'containers{app}',
  })
  const { kind: _kind, apiVersion: _version, ...kindless } = failed
  const cwd = folder(t, {
    'pod.json': json(bare),
    'both.json': json({ kind: 'List', apiVersion: 'v1', items: [bare, failed] }),
    'list.json': json({ kind: 'EventList', apiVersion: 'v1', items: [kindless] }),
    'array.json': json([kindless]),
  })
  for (const argv of [['both.json'], ['pod.json', '--events', 'list.json'], ['pod.json', '--events', 'array.json']]) {
    const { stdout } = await runCli(['why', ...argv, '--format', 'json', ...at], { cwd })
    t.equal(JSON.parse(stdout).pods[0].cause.class, 'connection-refused', argv.join(' '))
  }
})

t.test('the text names the pod, the stage, the cause, whether waiting helps, and what to do', async (t) => {
  const { stdout, code } = await runCli(['why', '-', ...at], { stdin: json(stuck) })
  t.equal(code, 0)
  t.match(
    stdout,
    /^pod\/web-1-a {3}ErrImageNeverPull for 10 min, replicaset\/web-1\n {2}stage .*\n {2}cause .*\n(?: {11}.*\n)* {2}waiting {2}does not help\n {2}now .*\n/,
  )
})

t.test('--format svg draws the pod, and needs one', async (t) => {
  const { stdout, code } = await runCli(['why', '-', '--format', 'svg', ...at], { stdin: json(stuck) })
  t.equal(code, 0)
  t.match(stdout, /^<svg [\s\S]*never-pull-absent[\s\S]*<\/svg>\n$/)
  const refused = event('FailedCreate', 'Error creating: admission webhook "w" denied the request: no', {
    about: { kind: 'StatefulSet', namespace: 'shop', name: 'db' },
  })
  t.match(await runCli(['why', '-', '--format', 'svg'], { stdin: json([refused]) }), { code: 2, stderr: /no pod to draw/ })
})

t.test('what cannot be diagnosed is one sentence and exit code 2', async (t) => {
  const cwd = folder(t, {
    'pod.json': json(stuck),
    'service.json': json({ apiVersion: 'v1', kind: 'Service', metadata: { name: 'a' } }),
    'broken.json': '{"kind": "Pod"',
    'empty.json': '',
    'log.txt': 'x',
  })
  const cases: readonly (readonly [argv: readonly string[], message: RegExp])[] = [
    [['service.json'], /service\.json holds no Pod/],
    [['broken.json'], /cannot read broken\.json/],
    [['empty.json'], /empty\.json is empty/],
    [['missing.json'], /missing\.json/],
    [['pod.json', '--log', 'other=log.txt'], /no container other; it has app/],
    [['pod.json', '--log', 'app=missing.txt'], /missing\.txt/],
    [['pod.json', '--log', 'app'], /CONTAINER=FILE/],
    [['pod.json', '--now', 'yesterday'], /must be a time/],
    [['pod.json', '--now', '2026-13-45T00:00:00Z'], /must be a time/],
    [['pod.json', '--events', 'missing.json'], /missing\.json/],
    [['pod.json', '--format', 'xml'], /Allowed choices/],
  ]
  for (const [argv, message] of cases) {
    const { code, stdout, stderr } = await runCli(['why', ...argv], { cwd })
    t.equal(code, 2, argv.join(' '))
    t.equal(stdout, '')
    t.match(stderr, message)
    t.notMatch(stderr, /\n\s+at /, 'no stack trace')
  }
})
