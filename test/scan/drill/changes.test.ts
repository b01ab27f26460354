/** What a drill proposes, and that it is computed by another drill. */
import t from 'tap'
import { proposeChanges } from '../../../src/scan/drill/index.ts'
import { app, dockerHubDown, drillOf, node, running } from './cluster.ts'

function proposed(objects: readonly object[], conditions: readonly string[] = dockerHubDown) {
  const drill = drillOf(conditions, objects)
  return proposeChanges(drill, drill.run().rows)
}

const both = { images: ['docker.io/library/nginx:1.27', 'docker.io/acme/app:1', 'docker.io/acme/app:latest'] }

t.test('IfNotPresent where the tag does not move, with the edits of the manifests', async (t) => {
  const objects = [
    node('a', both),
    node('b', both),
    ...running('web', app('nginx:1.27', 'Always')),
    ...running('shop', app('acme/app:1', 'Always')),
    ...running('latest', app('acme/app:latest', 'Always')),
  ]
  const [first, second, ...more] = proposed(objects)
  t.same([first?.kind, first?.saves], ['pull-policy', 2])
  t.same(
    first?.edits.map(({ object, pointer, value }) => [object.kind, object.name, pointer, value]),
    [
      ['Deployment', 'shop', '/spec/template/spec/containers/0/imagePullPolicy', 'IfNotPresent'],
      ['Deployment', 'web', '/spec/template/spec/containers/0/imagePullPolicy', 'IfNotPresent'],
    ],
  )
  t.same([second?.kind, second?.saves, second?.images, more], ['mirror', 1, ['acme/app:latest'], []])
  t.same(
    second?.edits.map(({ value }) => value),
    ['mirror.example/acme/app:latest'],
  )
})

t.test('images that nodes lack are put there, or mirrored together', async (t) => {
  const objects = [node('a', both), node('b'), ...['one', 'two'].flatMap((name) => running(name, app('nginx:1.27')))]
  const [change, ...more] = proposed(objects)
  t.same([change?.kind, change?.saves, change?.images, change?.edits, more], ['preload', 2, ['nginx:1.27'], [], []])
})

t.test('pull secrets that Pods lack', async (t) => {
  const there = { ...both, version: 'v1.36.0' }
  const objects = [
    node('a', there),
    node('b', there),
    ...running('web', app('acme/app:1')),
    ...running('owner', { ...app('acme/app:1'), imagePullSecrets: [{ name: 'hub' }] }, { on: ['a', 'b'] }),
  ]
  const [change] = proposed(objects)
  t.same([change?.kind, change?.saves], ['pull-secrets', 1])
  t.same(
    change?.edits.map(({ object, pointer, value }) => [object.name, pointer, value]),
    [['web', '/spec/template/spec/imagePullSecrets', [{ name: 'hub' }]]],
  )
})

t.test('nothing is proposed if nothing fails, or if nothing helps', async (t) => {
  t.same(proposed([node('a', both), node('b', both), ...running('web', app('nginx:1.27'))]), [])
  const pinned = running('web', { ...app('nginx:1.27'), nodeSelector: { 'kubernetes.io/hostname': 'a' } })
  t.same(proposed([node('a'), node('b'), ...pinned], ['drain=a']), [])
})

t.test('at most five, and each counts on top of those before it', async (t) => {
  const objects = Array.from({ length: 9 }, (_, index) => running(`w${index}`, app(`acme/app${index}:latest`, 'Always'))).flat()
  const changes = proposed([node('a'), node('b'), ...objects])
  t.ok(changes.length <= 5)
  t.same(
    changes.map(({ saves }) => saves),
    [3, 3, 3],
  )
})
