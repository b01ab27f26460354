/** Saved lists in every form in which people save them. */

import { dump } from 'js-yaml'
import t from 'tap'
import { readSaved } from '../../src/scan/index.ts'
import { deployment, replicasOf, stored } from './objects.ts'

const untyped = (object: object): object => ({ ...object, apiVersion: undefined, kind: undefined })
const kindsOf = (text: string): readonly unknown[] => {
  const read = readSaved(text)
  if (!read.ok) throw new Error(read.problem)
  return [...read.value.objects].map((object) => (object as { kind: unknown }).kind)
}

const web = deployment('web', 'nginx')
const list = (items: readonly object[], more: object = {}): object => ({ apiVersion: 'v1', kind: 'List', items, ...more })

t.test('a List, a typed list of the API server, Lists in a List, several objects, and one object', async (t) => {
  const typed = { apiVersion: 'apps/v1', kind: 'DeploymentList', metadata: {}, items: [untyped(web), untyped(web)] }
  for (const [value, expected] of [
    [list([web]), ['Deployment']],
    [typed, ['Deployment', 'Deployment']],
    [
      list([list([web]), typed, ...replicasOf('web', 'nginx', { pods: 1 })]),
      ['Deployment', 'Deployment', 'Deployment', 'ReplicaSet', 'Pod'],
    ],
    [web, ['Deployment']],
  ] as const) {
    for (const text of [JSON.stringify(value), JSON.stringify(value, undefined, 4), dump(JSON.parse(JSON.stringify(value)))]) {
      t.same(kindsOf(text), expected, text)
    }
  }
  t.same(kindsOf(`${JSON.stringify(web)}\n${JSON.stringify(typed)}`), ['Deployment', 'Deployment', 'Deployment'])
})

t.test('all objects of a long YAML list', async (t) => {
  const items = Array.from({ length: 10_001 }, (_, index) => `- {apiVersion: v1, kind: Pod, metadata: {name: p${index}}}`)
  t.equal(kindsOf(`apiVersion: v1\nkind: List\nitems:\n${items.join('\n')}\n`).length, 10_001)
})

t.test('labels of Namespaces', async (t) => {
  const read = readSaved(JSON.stringify(list([{ ...stored('v1', 'Namespace', 'shop', { labels: { stage: 'prod' } }) }])))
  t.ok(read.ok)
  if (read.ok) t.same([...(read.value.namespaceLabels.get('shop') ?? [])], [['stage', 'prod']])
})

t.test('what is no list is refused, and nothing of any depth or size throws', async (t) => {
  const deep = (depth: number): string => `${'{"apiVersion":"v1","kind":"List","items":['.repeat(depth)}${']}'.repeat(depth)}`
  for (const text of [
    '',
    'null',
    '[]',
    'No resources found\n',
    '{"kind": "List", "items": {"a": 1}}',
    '[{"kind": "Pod"}]',
    deep(50_000),
    '{"items":[',
  ]) {
    t.notOk(readSaved(text).ok, text.slice(0, 40))
  }
  t.doesNotThrow(() => readSaved(deep(100)))
  const broken = `{"apiVersion": "v1", "kind": "List", "items": [${' '.repeat(33 * 1024 * 1024)}`
  t.match(readSaved(broken), { ok: false, problem: /invalid JSON/ })
})
