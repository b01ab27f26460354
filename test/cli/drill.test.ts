/** `scan --if` on the command line. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { app, node, running } from '../scan/drill/cluster.ts'
import { stored } from '../scan/objects.ts'
import { type Answer, cluster, forbidden, none } from './fake-api-server.ts'
import { runCli } from './fake-io.ts'

const nginx = { images: ['docker.io/library/nginx:1.27'] }
const objects = [
  node('a', nginx),
  node('b'),
  ...running('web', app('nginx:1.27')),
  ...running('always', app('nginx:1.27', 'Always'), { namespace: 'lab' }),
  ...running('ours', app('registry.example/ours:1')),
]
const list = (items: readonly object[] = objects) => JSON.stringify({ apiVersion: 'v1', kind: 'List', items })
const scan = (args: readonly string[], stdin = list()) => runCli(['scan', '--from', '-', ...args], { stdin })

t.test('the JSON has a row for each workload, those first that the conditions reach', async (t) => {
  const { code, stdout } = await scan(['--if', 'registry-down=docker.io', '--format', 'json'])
  t.equal(code, 0)
  const { summary, workloads, changes } = JSON.parse(stdout)
  t.match(summary, {
    scanned: 'standard input',
    conditions: ['registry-down=docker.io'],
    workloads: 2,
    untouched: 1,
    pods: 3,
    nodes: 2,
    fullLists: 0,
    byOutcome: { fails: 2, unknown: 0, survives: 0 },
    unmatched: [],
  })
  const [always, web, ours] = workloads
  t.equal(workloads.length, 3)
  t.match(ours, {
    object: { name: 'ours' },
    reached: false,
    outcome: 'survives',
    restart: 'starts',
    reboot: 'starts',
    otherNode: { yes: 1, no: 0, unknown: 0 },
    scaleUp: 'starts',
    because: '',
  })
  t.match([always, web], [{ reached: true }, { reached: true }])
  t.match(always, { object: { kind: 'Deployment', namespace: 'lab', name: 'always' }, restart: 'fails', outcome: 'fails' })
  t.match(web, {
    pods: 1,
    restart: 'starts',
    reboot: 'starts',
    otherNode: { yes: 0, no: 1, unknown: 0 },
    scaleUp: 'unknown',
    because: /nginx:1\.27/,
    cells: {
      restart: { result: 'starts' },
      reboot: { result: 'starts' },
      otherNode: { result: 'fails', nodes: { yes: 0, no: 1, unknown: 0 } },
      scaleUp: { result: 'unknown', nodes: { yes: 1, no: 1, unknown: 0 }, missing: [{ field: String, why: String, how: String }] },
    },
    containers: [
      { container: 'app', image: 'nginx:1.27', policy: 'IfNotPresent', restart: 'starts', nodes: { yes: 1, no: 1, unknown: 0 } },
    ],
  })
  t.match(changes[0], { kind: 'pull-policy', saves: 0, helps: 1, edits: [{ value: 'IfNotPresent' }] })
})

t.test('an unknown node, a bad condition and flags about policies: exit 2, with one sentence', async (t) => {
  const bad: readonly (readonly string[])[] = [
    ['--if', 'node-lost=nope'],
    ['--if', 'drain=nope'],
    ['--if', 'power-cut=a'],
    ['--if', 'registry-down='],
    ['--if', 'drain=a', '--fail-on', 'deny'],
    ['--if', 'drain=a', '--format', 'policyreport'],
    ['--if', 'drain=a', '--against', 'p.yaml'],
    ['--if', 'drain=a', '--node-images', 'many'],
  ]
  for (const args of bad) {
    const { code, stdout, stderr } = await scan(args)
    t.same([code, stdout], [2, ''], args.join(' '))
    t.match(stderr, /^[^\n]+\n$/, args.join(' '))
  }
  t.equal((await scan(['--if', 'drain=a'], list(running('web', app('nginx'))))).code, 2, 'nodes are not in the list')
})

t.test('a glob that matches nothing is said, and is no error', async (t) => {
  const { code, stdout } = await scan(['--if', 'registry-down=ghcr.io'])
  t.equal(code, 0)
  t.match(stdout, /No image matches registry-down=ghcr\.io/)
  const json = JSON.parse((await scan(['--if', 'registry-down=ghcr.io', '--format', 'json'])).stdout)
  t.same(json.summary.unmatched, ['ghcr.io'])
  t.notOk(json.workloads.some(({ reached }: { reached: boolean }) => reached))
})

t.test('-n selects rows; Pods of other namespaces still prove what is on nodes', async (t) => {
  const { workloads } = JSON.parse((await scan(['--if', 'registry-down=docker.io', '-n', 'lab', '--format', 'json'])).stdout)
  t.same(
    workloads.map(({ object }: { object: { name: string } }) => object.name),
    ['always'],
  )
})

t.test('--node-images -1: lists are complete', async (t) => {
  const full = Array.from({ length: 50 }, (_, index) => `registry.example/${index}:1`)
  const items = [node('a', { images: full }), node('b', { images: full }), ...running('web', app('nginx:1.27'))]
  const unknowns = async (...args: string[]) =>
    JSON.parse((await scan(['--if', 'registry-down=docker.io', '--format', 'json', ...args], list(items))).stdout).summary.byOutcome.unknown
  t.equal(await unknowns(), 1)
  t.equal(await unknowns('--node-images', '-1'), 0)
  t.equal(await unknowns('--node-images', '60'), 0)
})

t.test('saved lists may have the nodes anywhere, and hostile objects crash nothing', async (t) => {
  const hostile = [
    {
      apiVersion: 'v1',
      kind: 'Node',
      metadata: null,
      spec: { taints: [null, 1] },
      status: { images: [null, { names: [1, ''], sizeBytes: 'x' }] },
    },
    { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'x' }, spec: { containers: [null, 1, {}], volumes: 'x' } },
    {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'y' },
      spec: { nodeName: 'a', containers: [{ name: 'c', image: 'Not Valid' }] },
      status: 3,
    },
    stored('apps/v1', 'Deployment', 'empty', { spec: {} }),
  ]
  const { code } = await scan(['--if', 'registry-down=**', '--if', 'drain=a'], list([...hostile, ...objects].reverse()))
  t.equal(code, 0)
})

t.test('svg and html show a drill, and nothing else', async (t) => {
  t.match((await scan(['--if', 'drain=a', '--format', 'svg'])).stdout, /^<svg .*<\/svg>\n$/s)
  t.match((await scan(['--if', 'drain=a', '--format', 'html'])).stdout, /^<!doctype html>.*<\/html>\n$/s)
  for (const format of ['svg', 'html']) t.equal((await scan(['--format', format])).code, 2)
})

t.test('files', async (t) => {
  const cwd = t.testdir()
  mkdirSync(join(cwd, 'd'))
  writeFileSync(join(cwd, 'd/saved.json'), list())
  t.equal((await runCli(['scan', '--from', 'd/saved.json', '--if', 'drain=a'], { cwd })).code, 0)
})

/** The lists of an API server; items have no apiVersion and kind. */
const answers =
  (withNodes: boolean): Answer =>
  (path) => {
    const kinds: Readonly<Record<string, string>> = {
      '/api/v1/nodes': 'Node',
      '/apis/apps/v1/deployments': 'Deployment',
      '/apis/apps/v1/replicasets': 'ReplicaSet',
      '/api/v1/pods': 'Pod',
    }
    if (path === '/api/v1/nodes' && !withNodes) return forbidden('nodes')
    const kind = kinds[path]
    if (kind === undefined) return path.includes('configmaps') ? [404, { message: 'not found' }] : none
    const items = (objects as readonly { kind: string }[]).filter((object) => object.kind === kind)
    return [200, { items: items.map((item) => ({ ...item, kind: undefined, apiVersion: undefined })), metadata: {} }]
  }

t.test('a cluster: nodes are listed once, and only for a drill', async (t) => {
  const { cwd, asked } = await cluster(t, answers(true))
  const run = (...args: readonly string[]) => runCli(['scan', '--kubeconfig', 'kubeconfig', '--format', 'json', ...args], { cwd })
  const { code, stdout } = await run('--if', 'registry-down=docker.io')
  t.equal(code, 0)
  const { summary } = JSON.parse(stdout)
  t.match(summary, { nodes: 2, pods: 3, workloads: 2, untouched: 1 })
  t.equal(asked.filter((path) => path === '/api/v1/nodes').length, 1)
  t.notOk(asked.some((path) => path.includes('secrets') || path.includes('proxy')))
  asked.length = 0
  await run()
  t.notOk(asked.includes('/api/v1/nodes'))
})

t.test('nodes that may not be listed are named, and leave other nodes unknown', async (t) => {
  const { cwd } = await cluster(t, answers(false))
  const run = (condition: string) => runCli(['scan', '--kubeconfig', 'kubeconfig', '--format', 'json', '--if', condition], { cwd })
  const { code, stdout } = await run('registry-down=docker.io')
  t.equal(code, 0)
  const { summary, workloads, notLookedAt } = JSON.parse(stdout)
  t.equal(summary.nodes, null)
  t.match(workloads[1], {
    object: { name: 'web' },
    restart: 'starts',
    otherNode: { yes: 0, no: 0, unknown: 0 },
    cells: { otherNode: { result: 'unknown' } },
  })
  t.ok(notLookedAt.some(({ what }: { what: string }) => what === 'nodes'))
  t.equal((await run('drain=a')).code, 2)
})
