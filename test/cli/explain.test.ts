import { readFileSync } from 'node:fs'
import t from 'tap'
import { pngPackage } from '../../src/cli/png.ts'
import { runCli, writeFiles } from './fake-io.ts'

const root = process.cwd()
const pod = `apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  initContainers: [{name: init, image: "busybox:1.37"}]
  containers: [{name: app, image: nginx}]
`
const explain = (args: readonly string[], stdin = pod, cwd = root) => runCli(['explain', ...args], { stdin, cwd })

t.test('text: the normal start and the worst failure, with columns of kubectl and verdicts; exit code 0', async (t) => {
  const { code, stdout, stderr } = await explain(['-'])
  t.equal(code, 0)
  t.equal(stderr, '')
  t.match(stdout, /pod\/web, if everything works: runs/)
  t.match(stdout, /pod\/web, what if .*: (keeps retrying|fails|waits forever)/)
  t.match(stdout, /AFTER +STATUS +READY +RESTARTS/)
  t.match(stdout, /app \(app\): nginx, Always, started once/)
  t.match((await explain([], pod)).stdout, /pod\/web/, 'standard input without -')
})

t.test('--format json prints timelines, svg a picture, html a page; png needs a package', async (t) => {
  const json = await explain(['-', '--format', 'json', '--if', 'init-fails=init', '--namespace', 'shop'])
  t.equal(json.code, 0)
  t.match(JSON.parse(json.stdout), {
    timelines: [
      {
        scenario: { containers: { init: { runs: [{ exit: 1 }] } } },
        object: { kind: 'Pod', namespace: 'shop', name: 'web' },
        conditions: ['init-fails=init'],
        verdict: 'retrying',
      },
    ],
    errors: [],
  })
  const svg = await explain(['-', '--format', 'svg', '--if', 'registry-down=docker.io'])
  t.equal(svg.code, 0)
  t.match(svg.stdout, /^<svg [\s\S]*<\/svg>\n$/)
  t.match(svg.stdout, /registry docker\.io is down/)
  const html = await explain(['-', '--format', 'html'])
  t.equal(html.code, 0)
  t.match(html.stdout, /^<!DOCTYPE html>\n[\s\S]*<\/html>\n$/)
  t.equal((await explain(['-', '--format', 'gif'])).code, 2)
})

t.test('repeated --if: all conditions apply to every workload of a directory', async (t) => {
  const folder = t.testdir()
  writeFiles(folder, { 'a.yaml': pod, 'b/c.yml': pod.replace('web', 'other') })
  const { code, stdout } = await explain(['.', '--format', 'json', '--if', 'init-fails=init:1', '--if', 'node-reboots=100'], '', folder)
  t.equal(code, 0)
  t.match(JSON.parse(stdout), {
    timelines: [
      { object: { name: 'web' }, conditions: ['init-fails=init:1', 'node-reboots=100'] },
      { object: { name: 'other' }, conditions: ['init-fails=init:1', 'node-reboots=100'] },
    ],
  })
  t.match((await explain(['a.yaml', '--if', 'node-reboots'], '', folder)).stdout, /^a\.yaml {2}pod\/web, what if the node reboots/)
})

t.test('invalid conditions, missing and broken files: a message with the cause and exit code 2', async (t) => {
  for (const [condition, names] of [
    ['moon-is-full', /"moon-is-full" is not a condition; the conditions are registry-down=HOST/],
    ['init-fails=init:0', /from 1 to 100/],
    ['registry-down=quay.io', /no image comes from quay\.io; the registries are docker\.io/],
    ['node-reboots=soon', /AFTER_SECONDS/],
  ] as const) {
    const { code, stderr } = await explain(['-', '--if', condition])
    t.equal(code, 2, condition)
    t.match(stderr, names)
  }
  const missing = await explain(['/nonexistent/pod.yaml'])
  t.equal(missing.code, 2)
  t.match(missing.stderr, /nonexistent\/pod\.yaml/)
  const broken = await explain(['-', '--if', 'node-reboots'], `a: [\n---\n${pod}`)
  t.equal(broken.code, 2)
  t.match(broken.stderr, /^-:2:/)
  t.match(broken.stdout, /pod\/web/, 'the other document is explained')
  const nothing = await explain(['-'], 'kind: ConfigMap\napiVersion: v1\nmetadata: {name: x}\n')
  t.match(nothing, { code: 0, stdout: /Nothing to explain/ })
})

t.test('--scenario from JSON or YAML: prints a single timeline', async (t) => {
  const scenario = { registries: { 'docker.io': 'down' }, images: { nginx: { cached: true }, 'busybox:1.37': { cached: true } } }
  const folder = t.testdir({
    'pod.yaml': pod,
    'world.json': JSON.stringify(scenario),
    'world.yaml': 'registries: {docker.io: down}\nimages:\n  nginx: {cached: true}\n  "busybox:1.37": {cached: true}\n',
  })
  const answers = await Promise.all(
    ['world.json', 'world.yaml'].map((file) => explain(['pod.yaml', '--scenario', file, '--format', 'json'], '', folder)),
  )
  for (const { code, stdout } of answers) {
    t.equal(code, 0)
    const answer = JSON.parse(stdout)
    t.strictSame(answer.scenario, scenario)
    t.strictSame(answer.statuses, ['Pending', 'Init:0/1', 'PodInitializing', 'ErrImagePull', 'ImagePullBackOff', '...'])
    t.match(answer, { verdict: 'retrying', executions: { init: 1, app: 0 }, pullPolicies: { app: 'Always' }, rejection: null })
    t.notOk('timelines' in answer || 'object' in answer)
  }
  t.match((await explain(['pod.yaml', '--scenario', 'world.json'], '', folder)).stdout, /the given scenario.*: keeps retrying/)
  t.match((await explain(['pod.yaml', '--scenario', 'world.json', '--format', 'svg'], '', folder)).stdout, /^<svg /)
})

t.test('--scenario: errors name the file and the place', async (t) => {
  const folder = t.testdir({
    'pod.yaml': pod,
    'two.yaml': `${pod}---\n${pod}`,
    'good.json': '{}',
    'list.json': '[]',
    'broken.yaml': 'registries: [\n',
    'wrong.yaml': 'registries: {docker.io: sleepy}\ncontainers: {init: {runs: [{seconds: -1}]}}\nactions: {}\n',
  })
  for (const [args, names] of [
    [['pod.yaml', '--scenario', 'none.yaml'], /none\.yaml: /],
    [['pod.yaml', '--scenario', 'list.json'], /list\.json: .*not an object/],
    [['pod.yaml', '--scenario', 'broken.yaml'], /broken\.yaml:\d+:\d+: /],
    [['pod.yaml', '--scenario', 'wrong.yaml'], /wrong\.yaml: .*docker\.io.*"up" or "down".*runs\[0\].*actions is not a list/],
    [['two.yaml', '--scenario', 'good.json'], /there are 2/],
    [['pod.yaml', '--scenario', 'good.json', '--if', 'node-reboots'], /--if.*--scenario|--scenario.*--if/],
    [['none.yaml', '--scenario', 'good.json'], /none\.yaml/],
  ] as const) {
    const { code, stdout, stderr } = await explain(args, '', folder)
    t.equal(code, 2, args.join(' '))
    t.match(stderr, names)
    t.notMatch(stdout, /verdict/)
  }
  t.equal((await explain(['broken.yaml', '--scenario', 'good.json'], '', folder)).code, 2)
})

t.test('--help lists every condition, and --if applies to an AdmissionReview', async (t) => {
  const { stdout } = await runCli(['explain', '--help'])
  for (const form of ['registry-down=HOST', 'image-missing=REF', 'repushed=REF', 'init-fails=NAME[:TIMES]', 'node-reboots[=AFTER_SECONDS]'])
    t.ok(stdout.replace(/\s+/g, ' ').includes(form), form)
  const review = readFileSync('examples/review.json', 'utf8')
  t.match((await explain(['-', '--if', 'init-fails=init-demo'], review)).stdout, /Init:Error/)
})

t.test('--format png without its package: exit code 2, before any file is read', async (t) => {
  const isInstalled = await import(pngPackage as string).then(
    () => true,
    () => false,
  )
  const { code, stdout, stderr } = await explain(['/missing.yaml', '--format', 'png'])
  t.equal(code, 2)
  if (isInstalled) return t.match(stderr, '/missing.yaml')
  t.equal(stdout, '')
  t.match(stderr, pngPackage)
  t.notMatch(stderr, '/missing.yaml')
})
