/** A saved list that is too large to be held in memory: the same rows as from a small one. */
import { appendFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { largeList } from '../../src/cli/large-list.ts'
import { deployment, replicasOf, stored } from '../scan/objects.ts'
import { runCli } from './fake-io.ts'

const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', labels: { stage: 'prod' } } }
// Pods first, as kubectl get all prints them.
const objects = [...replicasOf('web', 'nginx').toReversed(), deployment('web', 'nginx'), deployment('ok', 'nginx:1.27'), namespace]
const padding = ' '.repeat(33 * 1024 * 1024)

function saved(t: Test, text: string): { readonly cwd: string; readonly path: string } {
  const cwd = t.testdir()
  const path = join(cwd, 'saved.json')
  writeFileSync(path, text)
  return { cwd, path }
}

/** As kubectl writes it: the kind comes after the items. */
const listOf = (items: readonly object[], kind = 'List', more = ''): string =>
  `{"apiVersion": "${kind === 'List' ? 'v1' : 'apps/v1'}",${padding}"items": ${JSON.stringify(items)}, "kind": "${kind}"}${more}`

t.test('the same rows, whatever the size', async (t) => {
  const { cwd, path } = saved(t, listOf(objects))
  const list = largeList(path)
  t.equal(list?.count, objects.length)
  for (let round = 0; round < 2; round++) {
    t.same(
      [...(list?.objects ?? [])].map((object) => (object as { kind: string }).kind),
      ['Namespace', 'Deployment', 'Deployment', 'ReplicaSet', 'Pod', 'Pod'],
    )
  }
  t.equal(list?.namespaceLabels.get('shop')?.get('stage'), 'prod')
  const large = await runCli(['scan', '--from', 'saved.json', '--format', 'json'], { cwd })
  writeFileSync(path, listOf(objects).replace(padding, ''))
  t.equal(largeList(path), undefined)
  const small = await runCli(['scan', '--from', 'saved.json', '--format', 'json'], { cwd })
  t.equal(large.stdout, small.stdout)
  t.equal(JSON.parse(large.stdout).workloads.length, 1)
})

t.test('a typed list of the API server, whose items have no kind', async (t) => {
  const { apiVersion: _apiVersion, kind: _kind, ...item } = deployment('web', 'nginx') as Record<string, unknown>
  const { cwd } = saved(t, listOf([item], 'DeploymentList'))
  const { stdout } = await runCli(['scan', '--from', 'saved.json', '--format', 'json'], { cwd })
  t.match(JSON.parse(stdout).workloads, [{ object: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' } }])
})

t.test('other forms are read at once: Lists in a List, several objects, broken JSON, an object that is no List', async (t) => {
  for (const text of [
    listOf([{ apiVersion: 'v1', kind: 'List', items: objects }]),
    listOf(objects, 'List', '{}'),
    listOf(objects).slice(0, -1),
    listOf([]),
    `${padding}${JSON.stringify(stored('v1', 'Pod', 'a'))}`,
  ]) {
    t.equal(largeList(saved(t, text).path), undefined)
  }
})

t.test('a file that changes while it is read, or is not there', async (t) => {
  const { path, cwd } = saved(t, listOf(objects))
  const list = largeList(path)
  writeFileSync(path, ' ')
  appendFileSync(path, padding)
  t.throws(() => [...(list?.objects ?? [])], /changed while it was read/)
  t.match(await runCli(['scan', '--from', 'none.json'], { cwd }), { code: 2, stderr: /none\.json: no such file/ })
  t.match(await runCli(['scan', '--from', '.'], { cwd }), { code: 2, stderr: /directory/ })
})
