import t from 'tap'
import { workOf } from '../support/work.ts'

const { answerReview } = await import('../../src/admission/index.ts')
const { portsOf, review } = await import('../support/reviews.ts')

const small = 200
const factor = 4

const fixing = portsOf(`preset: strict
rules: {pull-always-fragile-registry: fix, pull-policy-defaulted: fix, pull-always-pinned: fix, pull-policy-stale: fix}
exemptions: [{rules: ["*"], match: {images: ["other.example/**"]}, reason: test, expires: 2026-11-30}]
registries: [{match: "docker.io/**", fragile: true}]`)

const app = { name: 'app', image: 'app:1' }
const data = { name: 'data', emptyDir: {} }
const mkdir = ['sh', '-c', 'mkdir /data/x']

function times<T>(count: number, make: (index: number) => T): T[] {
  return Array.from({ length: count }, (_, index) => make(index))
}

const sidecars = (count: number) =>
  times(count, (index) => ({ name: `s${index}`, restartPolicy: 'Always', image: 'a:1', ports: [{ containerPort: 10_000 + index }] }))

/** Pods with many parts of one kind. Each once made a rule or a fix look through all parts for each of them. */
const shapes: Readonly<Record<string, (count: number) => { readonly metadata?: object; readonly spec: object }>> = {
  'containers whose pull policies are fixed': (count) => ({
    spec: { containers: times(count, (index) => ({ name: `c${index}`, image: `app${index}`, imagePullPolicy: 'Always' })) },
  }),
  'image volumes with invalid references': (count) => ({
    spec: {
      containers: times(count, (index) => ({ ...app, name: `c${index}`, volumeMounts: [{ name: `none${index}`, mountPath: '/x' }] })),
      volumes: times(count, (index) => ({ name: `v${index}`, image: { reference: `Bad/X/${index}`, pullPolicy: 'Always' } })),
    },
  }),
  'image volumes whose pull policies are fixed': (count) => ({
    spec: {
      containers: times(count, (index) => ({ ...app, name: `c${index}` })),
      volumes: times(count, (index) => ({ name: `v${index}`, image: { reference: `x/y:${index}`, pullPolicy: 'Always' } })),
    },
  }),
  'ephemeral containers': (count) => ({
    spec: { containers: [app], ephemeralContainers: times(count, (index) => ({ name: `e${index}`, image: `app${index}` })) },
  }),
  'init containers that are not retried': (count) => ({
    spec: { initContainers: times(count, (index) => ({ ...app, name: `i${index}`, restartPolicy: 'Never' })), containers: [app] },
  }),
  'environment variables and sidecars': (count) => ({
    spec: {
      initContainers: [
        {
          name: 'i',
          image: 'alpine:3',
          command: mkdir,
          env: times(count, (index) => ({ name: `A${index}`, value: `localhost:${index}` })),
        },
        ...sidecars(count),
      ],
      containers: [app],
    },
  }),
  'waits and sidecars': (count) => ({
    spec: {
      initContainers: [
        ...sidecars(count),
        {
          name: 'i',
          image: 'alpine:3',
          command: ['sh', '-c', times(50, (port) => `until nc -z localhost ${port + 1}; do sleep 1; done`).join('\n')],
        },
      ],
      containers: [app],
    },
  }),
  'volumes, mounts and init containers': (count) => ({
    spec: {
      initContainers: times(count, (index) => ({
        name: `i${index}`,
        image: 'alpine:3',
        command: mkdir,
        volumeMounts: [{ name: 'data', mountPath: '/data' }, ...times(20, (each) => ({ name: `v${each}`, mountPath: `/m${each}` }))],
      })),
      containers: [app],
      volumes: [data, ...times(count, (index) => ({ name: `v${index}`, emptyDir: {} }))],
    },
  }),
  'mounts of one volume with many files': (count) => ({
    spec: {
      initContainers: [
        { name: 'i', image: 'alpine:3', command: mkdir, volumeMounts: times(count, (index) => ({ name: 'v', mountPath: `/m${index}` })) },
      ],
      containers: [app],
      volumes: [
        { name: 'v', configMap: { name: 'c', items: times(count, (index) => ({ key: `k${index}`, path: `p${index}`, mode: 0o444 })) } },
      ],
    },
  }),
  'containers that do not mount what a script writes': (count) => ({
    spec: {
      initContainers: [
        {
          name: 'i',
          image: 'alpine:3',
          command: ['sh', '-c', times(50, (file) => `touch /data/f${file}`).join('\n')],
          volumeMounts: [{ name: 'data', mountPath: '/data' }],
        },
      ],
      containers: times(count, (index) => ({ ...app, name: `c${index}`, volumeMounts: [{ name: 'other', mountPath: '/data' }] })),
      volumes: [data],
    },
  }),
  'entries of managedFields': (count) => ({
    metadata: {
      managedFields: times(100, (entry) => ({
        manager: `m${entry}`,
        operation: 'Apply',
        fieldsV1: {
          'f:spec': { 'f:containers': Object.fromEntries(times(entry === 0 ? count : 1, (index) => [`k:{"name":"c${index}"}`, {}])) },
        },
      })),
    },
    spec: { containers: times(count, (index) => ({ name: `c${index}`, image: `app${index}`, imagePullPolicy: 'Always' })) },
  }),
  'annotations that silence rules': (count) => ({
    metadata: {
      annotations: {
        'initlint.dev/ignore': times(40, () => times(10, (index) => `image-latest/none${index}`).join())
          .map((line) => `${line}: test`)
          .join('\n'),
      },
    },
    spec: { containers: times(count, (index) => ({ name: `c${index}`, image: `app${index}`, imagePullPolicy: 'Always' })) },
  }),
}

for (const [name, shape] of Object.entries(shapes)) {
  t.test(`the work of a review is linear in the number of ${name}`, async (t) => {
    for (const endpoint of ['validate', 'mutate'] as const) {
      const body = (count: number) => {
        const { metadata, spec } = shape(count)
        return review({ object: { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', namespace: 'default', ...metadata }, spec } })
      }
      const bodies = [body(small), body(small * factor)] as const
      // What is computed once per process, such as predictions, is not part of the count.
      for (const each of bodies) answerReview(endpoint, each, fixing)
      const [once, more] = bodies.map((each) => workOf(() => void answerReview(endpoint, structuredClone(each), fixing)))
      t.ok(once !== undefined && once > small, `${endpoint}: at least one step per part`)
      t.ok((more ?? 0) <= factor * 1.02 * (once ?? 0), `${endpoint}: ${once} steps for ${small}, ${more} for ${small * factor}`)
    }
  })
}

t.test('the work of a review is linear in the number of containers of a template whose Pods will be refused', async (t) => {
  const everyPod = '{action: deny, everyPod: true}'
  const ports = portsOf(`rules: {image-latest: off}
overrides: [{match: {kinds: [Pod]}, rules: {image-latest: ${everyPod}, pull-always-required: fix}}]`)
  const body = (count: number) => {
    const containers = times(count, (index) => ({ name: `c${index}`, image: `app${index}`, imagePullPolicy: 'Always' }))
    const spec = { template: { spec: { containers } } }
    return review({ object: { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'p', namespace: 'default' }, spec } })
  }
  const bodies = [body(small), body(small * factor)] as const
  for (const each of bodies) answerReview('validate', each, ports)
  const [once, more] = bodies.map((each) => workOf(() => void answerReview('validate', structuredClone(each), ports)))
  t.ok(once !== undefined && once > small, 'at least one step per part')
  t.ok((more ?? 0) <= factor * 1.02 * (once ?? 0), `${once} steps for ${small}, ${more} for ${small * factor}`)
})

t.test('the work of a review hardly grows with the number of exemptions and overrides for other images', async (t) => {
  const containers = times(small, (index) => ({ name: `c${index}`, image: `app${index}`, imagePullPolicy: 'Always' }))
  const object = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', namespace: 'default' }, spec: { containers } }
  const [few, many] = [50, 800].map((count) => {
    const exemptions = times(count, (index) => ({ rules: ['*'], match: { images: [`other-${index}.example/**`] }, reason: 'test' }))
    const overrides = times(count, (index) => ({ match: { images: [`other-${index}.example/**`] }, rules: { 'image-latest': 'deny' } }))
    const ports = portsOf(`preset: strict\nexemptions: ${JSON.stringify(exemptions)}\noverrides: ${JSON.stringify(overrides)}`)
    answerReview('validate', review({ object }), ports)
    return workOf(() => void answerReview('validate', review({ object }), ports))
  })
  t.ok((many ?? 0) <= 1.5 * (few ?? 0), `${few} steps for 50 of each, ${many} for 800`)
})
