import t from 'tap'
import { objectsOf } from '../../src/manifest/index.ts'

const pointers = (value: unknown) => [...objectsOf({ value })].map((found) => found.pointer)
const pod = { apiVersion: 'v1', kind: 'Pod' }

t.test('a plain object gives itself; a document that is not an object gives none', async (t) => {
  t.same([...objectsOf({ value: pod })], [{ object: pod, pointer: '' }])
  for (const value of ['text', 3, null, [pod]]) t.same(pointers(value), [])
})

t.test('a List gives its items, also those of nested Lists', async (t) => {
  const list = { kind: 'List', items: [pod, { kind: 'PodList', items: [pod, 'text'] }, pod] }
  t.same(pointers(list), ['/items/0', '/items/1/items/0', '/items/2'])
  t.same(pointers({ kind: 'IPAllowList', spec: {} }), [''], 'a kind that ends in List but has no items')
})

t.test('items of a typed list get its kind and apiVersion', async (t) => {
  const [found] = objectsOf({ value: { apiVersion: 'apps/v1', kind: 'DeploymentList', items: [{ metadata: { name: 'a' } }] } })
  t.same(found?.object, { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'a' } })
})

t.test('an AdmissionReview gives its object', async (t) => {
  t.same([...objectsOf({ value: { kind: 'AdmissionReview', request: { object: pod } } })], [{ object: pod, pointer: '/request/object' }])
  t.same(pointers({ kind: 'AdmissionReview', request: { object: null } }), [])
})

t.test('deeply nested Lists give no objects, and long Lists at most 10,000', async (t) => {
  let deep: unknown = pod
  for (let depth = 0; depth < 5000; depth++) deep = { kind: 'List', items: [deep] }
  t.same(pointers(deep), [])
  t.equal(pointers({ kind: 'List', items: Array(20_000).fill(pod) }).length, 10_000)
})
