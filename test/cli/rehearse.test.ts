import t from 'tap'
import { runCli } from './fake-io.ts'

const pod = JSON.stringify({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web' },
  spec: {
    initContainers: [{ name: 'init', image: 'busybox:1', command: ['mkdir', '/d/x'], volumeMounts: [{ name: 'd', mountPath: '/d' }] }],
    containers: [{ name: 'app', image: 'app:1' }],
    volumes: [{ name: 'd', emptyDir: {} }],
  },
})

t.test('an unsafe script: text and JSON with its hazard, exit code 0', async (t) => {
  const text = await runCli(['rehearse', '-'], { stdin: pod })
  t.equal(text.code, 0)
  t.match(text.stdout, /not safe to run again/)
  const json = await runCli(['rehearse', '--format', 'json', '--namespace', 'shop'], { stdin: pod })
  t.equal(json.code, 0)
  t.match(JSON.parse(json.stdout), { containers: [{ object: { namespace: 'shop' }, verdict: 'unsafe', hazards: [{ line: 1 }] }] })
})

t.test('unreadable input and an unknown format: exit code 2; --help states that nothing runs', async (t) => {
  const broken = await runCli(['rehearse', '-'], { stdin: `a: [\n---\n${pod}` })
  t.equal(broken.code, 2)
  t.match(broken.stdout, /1 init container/, 'the other document is rehearsed')
  t.match(broken.stderr, /^-:/)
  t.equal((await runCli(['rehearse', '--format', 'svg'])).code, 2)
  t.match((await runCli(['rehearse', '--help'])).stdout, /Runs nothing and contacts nothing/)
})
