/** An UPDATE is judged for what it changes. */
import t from 'tap'
import { ask } from '../support/answers.ts'
import { deployment, pod, portsOf, review } from '../support/reviews.ts'

const latest = { image: 'luksa/kiada', imagePullPolicy: 'Always' }
const pinned = { image: 'nginx:1.27', imagePullPolicy: 'IfNotPresent' }

t.test('an UPDATE repeats no finding that the object had before; it is still counted', async (t) => {
  const update = (object: object, oldObject: object, policy = 'preset: recommended') =>
    ask('validate', review({ operation: 'UPDATE', object, oldObject }), portsOf(policy))
  const two = (first: object, second: object, env: object[] = []) =>
    deployment(
      {},
      {
        template: {
          spec: {
            containers: [
              { name: 'a', env, ...first },
              { name: 'b', ...second },
            ],
          },
        },
      },
    )
  const env = [{ name: 'A', value: 'b' }]
  const setEnv = update(two(latest, latest, env), two(latest, latest))
  t.same(setEnv.warnings, [])
  t.match(setEnv.auditAnnotations, { audit: /image-latest/ })
  const setImage = update(two(latest, { ...latest, image: 'busybox' }), two(latest, pinned))
  t.same(setImage.warned, ['image-latest'])
  t.match(setImage.warnings[0], 'containers "b"')
  const fragile = 'registries: [{match: "**", fragile: true}]'
  const absorbed = update(two(latest, latest, env), two(latest, latest), fragile)
  t.same(absorbed.warnings, [], 'also if it states a finding of another rule')
  const allowed = 'registries: [{match: "registry.example/**", allowed: true}]'
  t.same(update(two(pinned, pinned, env), two(pinned, pinned), allowed).warned, ['registry-not-allowed'], 'its new Pods will be refused')
})

t.test('an UPDATE with a violation that the old object also has: a warning; with a new violation: denied', async (t) => {
  const ports = portsOf('rules: {image-latest: deny}')
  const sidecar = { name: 'log', image: 'fluentd:v1', imagePullPolicy: 'IfNotPresent' }
  const before = pod(latest)
  const after = pod(latest, { spec: { containers: [sidecar, { name: 'web', ...latest }] } })
  const same = ask('validate', review({ operation: 'UPDATE', object: after, oldObject: before }), ports)
  t.ok(same.allowed)
  t.same(same.warned, ['image-latest'])
  const worse = pod(latest, {
    spec: {
      containers: [
        { ...sidecar, image: 'fluentd' },
        { name: 'web', ...latest },
      ],
    },
  })
  const added = ask('validate', review({ operation: 'UPDATE', object: worse, oldObject: before }), ports)
  t.notOk(added.allowed)
  t.same(
    added.causes.map(({ field }) => field),
    ['/spec/containers/0/image'],
  )
})

t.test('a new ephemeral container: a finding only about that container', async (t) => {
  const ephemeralContainers = [{ name: 'debug', image: 'busybox', imagePullPolicy: 'Always' }]
  const body = review({
    operation: 'UPDATE',
    subResource: 'ephemeralcontainers',
    object: pod(latest, { spec: { ephemeralContainers } }),
    oldObject: pod(latest),
  })
  const answer = ask('validate', body, portsOf('preset: recommended'))
  t.equal(answer.warned.length, 1)
  t.ok(answer.warnings[0]?.startsWith('[image-latest] ephemeralContainers "debug": '))
  t.notOk(ask('validate', body, portsOf('rules: {image-latest: deny}')).allowed)
})
