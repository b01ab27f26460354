import t from 'tap'
import { imagesOfInputs, renderImageLines, renderImagesText } from '../../src/inspect/index.ts'

const digest = `sha256:${'a'.repeat(64)}`
const text = `apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  template:
    spec:
      initContainers:
      - {name: fetch, image: "localhost:5000/tools/git"}
      - {name: proxy, image: envoy:1.30, restartPolicy: Always}
      containers:
      - name: app
        image: nginx
        imagePullPolicy: IfNotPresent
      - {name: broken, image: "Nginx"}
      volumes:
      - name: model
        image: {reference: "ghcr.io/models/a:1@${digest}", pullPolicy: Never}
`

t.test('images of every role, with normalized names and null for absent parts', async (t) => {
  const object = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'default', name: 'web' }
  const spec = '/spec/template/spec'
  const common = { object, file: 'a.yaml', volume: null, digest: null, origin: 'defaulted' }
  t.strictSame(imagesOfInputs([{ file: 'a.yaml', text }], { namespace: 'default' }), {
    images: [
      {
        ...common,
        pointer: `${spec}/initContainers/0/image`,
        image: 'localhost:5000/tools/git',
        registry: 'localhost:5000',
        repository: 'tools/git',
        tag: null,
        pullPolicy: 'Always',
        container: 'fetch',
        role: 'init',
        line: 8,
      },
      {
        ...common,
        pointer: `${spec}/initContainers/1/image`,
        image: 'envoy:1.30',
        registry: 'docker.io',
        repository: 'library/envoy',
        tag: '1.30',
        pullPolicy: 'IfNotPresent',
        container: 'proxy',
        role: 'sidecar',
        line: 9,
      },
      {
        ...common,
        pointer: `${spec}/containers/0/image`,
        image: 'nginx',
        registry: 'docker.io',
        repository: 'library/nginx',
        tag: null,
        pullPolicy: 'IfNotPresent',
        origin: 'explicit',
        container: 'app',
        role: 'app',
        line: 12,
      },
      {
        ...common,
        pointer: `${spec}/containers/1/image`,
        image: 'Nginx',
        registry: null,
        repository: null,
        tag: null,
        pullPolicy: 'IfNotPresent',
        container: 'broken',
        role: 'app',
        line: 14,
        error: 'the repository contains uppercase letters; use lowercase',
      },
      {
        ...common,
        pointer: `${spec}/volumes/0/image/reference`,
        image: `ghcr.io/models/a:1@${digest}`,
        registry: 'ghcr.io',
        repository: 'models/a',
        tag: '1',
        digest,
        pullPolicy: 'Never',
        origin: 'explicit',
        container: null,
        volume: 'model',
        role: 'image-volume',
        line: 17,
      },
    ],
    errors: [],
  })
})

t.test('in an AdmissionReview the origin of a default value is unknown', async (t) => {
  const object = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web' },
    spec: { containers: [{ name: 'app', image: 'nginx', imagePullPolicy: 'Always' }] },
  }
  const review = { apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', request: { uid: 'u', namespace: 'shop', object } }
  const { images } = imagesOfInputs([{ file: null, text: JSON.stringify(review) }], { namespace: 'default' })
  t.match(images, [{ origin: 'unknown', line: null, file: null, object: { namespace: 'shop' } }])
})

t.test('the table is aligned and followed by the registries that a start needs', async (t) => {
  const lines = renderImagesText(imagesOfInputs([{ file: 'a.yaml', text }], { namespace: 'default' })).split('\n')
  const columns = lines.slice(0, 6).map((line) => [...line.matchAll(/ {2,}(?=\S)/g)].at(0))
  t.ok(lines[0]?.startsWith('IMAGE'))
  t.equal(columns.length, 6)
  const policyColumn = lines[0]?.indexOf('PULL POLICY') ?? -1
  for (const [index, policy] of ['Always', 'IfNotPresent', 'IfNotPresent', 'IfNotPresent', 'Never'].entries()) {
    t.ok(lines[index + 1]?.slice(policyColumn).startsWith(policy))
  }
  t.ok(lines.some((line) => /\(Always\).*localhost:5000 for 1 image$/.test(line)))
  t.ok(lines.some((line) => /Never.*ghcr\.io/.test(line)))
})

t.test('without images the text is a sentence; unreadable input is an error', async (t) => {
  const output = imagesOfInputs([{ file: 'a.yaml', text: '{' }], { namespace: 'default' })
  t.match(output, { images: [], errors: [{ file: 'a.yaml' }] })
  t.match(renderImagesText(output), /^No images/)
})

t.test('the table contains no control characters', async (t) => {
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'a\u001b[2J' },
    spec: { containers: [{ name: '\u202ex', image: 'a\u0007b' }] },
  }
  const printed = renderImagesText(imagesOfInputs([{ file: 'f\u001b', text: JSON.stringify(pod) }], { namespace: 'default' }))
  t.notMatch(printed, /(?!\n)[\p{Cc}\p{Cf}]/u)
})

const listed = (...objects: object[]) =>
  imagesOfInputs([{ file: 'a.json', text: JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }) }], { namespace: 'default' })
const podOf = (...containers: object[]) => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web' }, spec: { containers } })

t.test('containers without an image have image null and the reason', async (t) => {
  const { images } = listed(
    podOf({ name: 'a' }, { name: 'b', image: null, imagePullPolicy: 'Always' }, { name: 'c', image: 1.5 }, { name: 'd', image: '' }),
  )
  t.match(images, [
    { image: '', container: 'd', error: 'the reference is empty' },
    {
      image: null,
      container: 'a',
      pullPolicy: 'IfNotPresent',
      origin: 'defaulted',
      role: 'app',
      error: 'the container has no image',
      line: Number,
    },
    {
      image: null,
      container: 'b',
      pullPolicy: 'Always',
      origin: 'explicit',
      error: 'the image is null',
      pointer: '/spec/containers/1/image',
    },
    { image: null, container: 'c', registry: null, error: 'the image is not a string' },
  ])
  t.match(renderImagesText({ images, errors: [] }), /<none> +IfNotPresent[\s\S]*\nWithout an image: 3 containers\n/)
})

const operator = {
  name: 'op',
  image: 'quay.io/acme/operator:v0.70.0',
  args: ['--config-reloader=quay.io/acme/config-reloader:v0.70.0', '--helper-image', 'busybox', '--web.listen=db.example.com:5432/x'],
  env: [
    { name: 'RELATED_IMAGE_SERVER', value: 'quay.io/acme/server:v2.50.0' },
    { name: 'HELPER_IMAGE', value: 'busybox:1' },
    { name: 'IMAGES', value: 'a=ghcr.io/x/a:1,b=ghcr.io/x/b:2' },
    { name: 'OWN', value: 'quay.io/acme/operator:v0.70.0' },
    { name: 'IMAGE_PULL_POLICY', value: 'always' },
    { name: 'API', value: 'apps.example.com/v1' },
    { name: 'UPLOAD_IMAGE', value: 'true' },
    { name: 'URL', value: 'https://quay.io/acme/x:1' },
  ],
}

t.test('images in arguments and variables are mentioned, unless a container uses them', async (t) => {
  const { images } = listed(podOf(operator))
  t.same(
    images.map(({ image, role, pointer }) => `${role} ${image} ${pointer}`),
    [
      'app quay.io/acme/operator:v0.70.0 /spec/containers/0/image',
      'mentioned quay.io/acme/config-reloader:v0.70.0 /spec/containers/0/args/0',
      'mentioned busybox /spec/containers/0/args/2',
      'mentioned quay.io/acme/server:v2.50.0 /spec/containers/0/env/0/value',
      'mentioned busybox:1 /spec/containers/0/env/1/value',
      'mentioned ghcr.io/x/a:1 /spec/containers/0/env/2/value',
      'mentioned ghcr.io/x/b:2 /spec/containers/0/env/2/value',
    ],
  )
  t.match(images[1], {
    registry: 'quay.io',
    repository: 'acme/config-reloader',
    tag: 'v0.70.0',
    container: 'op',
    origin: 'unknown',
    line: Number,
  })
  const text = renderImagesText({ images, errors: [] })
  t.match(text, /\nOnly mentioned: 6 images in arguments/)
  t.notMatch(text, /ghcr\.io for/, 'no start needs a registry that is only mentioned')
})

t.test(
  'images in a custom resource are mentioned, also under a key that ends in image; objects of Kubernetes itself are not searched',
  async (t) => {
    const spec = {
      imageName: 'postgresql:16',
      image: 'prom',
      other: 'quay.io/a/b:1',
      plain: 'a/b:1',
      text: 'see quay.io/a/c:1',
      imagePullPolicy: 'Always',
    }
    const cluster = { apiVersion: 'postgresql.cnpg.io/v1', kind: 'Cluster', metadata: { name: 'db', namespace: 'x' }, spec }
    const { images } = listed(cluster, { ...cluster, apiVersion: 'apiextensions.k8s.io/v1' }, { ...cluster, apiVersion: 'v1' })
    t.same(
      images.map(({ image, role }) => `${role} ${image}`),
      ['mentioned postgresql:16', 'mentioned prom', 'mentioned quay.io/a/b:1'],
    )
    t.match(images[0], { container: null, pointer: '/spec/imageName', object: { kind: 'Cluster', name: 'db', namespace: 'x' } })
  },
)

t.test('an argument of a custom resource is mentioned once, with its container', async (t) => {
  const rollout = {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Rollout',
    spec: { template: { spec: { containers: [{ ...operator, args: ['quay.io/a/b:1'], env: [] }] } } },
  }
  t.match(listed(rollout).images, [{ role: 'app' }, { role: 'mentioned', image: 'quay.io/a/b:1', container: 'op' }])
})

t.test('--format lines: each image once, without those that are mentioned, absent or invalid', async (t) => {
  const { images, errors } = listed(
    podOf(operator, { name: 'a' }, { name: 'b', image: 'nginx' }, { name: 'c', image: 'nginx' }, { name: 'd', image: 'A B' }),
  )
  t.equal(renderImageLines({ images, errors }), 'quay.io/acme/operator:v0.70.0\nnginx\n')
})

t.test('the search in a hostile resource is limited', async (t) => {
  const many = { apiVersion: 'x.example/v1', kind: 'X', spec: Array.from({ length: 5000 }, (_, index) => `quay.io/a/b:${index}`) }
  t.equal(listed(many).images.length, 1000)
  let deep: object = { image: 'a' }
  for (let depth = 0; depth < 70; depth++) deep = { deep }
  t.same(listed({ ...many, spec: deep }).images, [])
  t.same(listed(podOf({ name: 'a', image: 'b', args: [`${'x '.repeat(40_000)}quay.io/a/b:1`] })).images.length, 1)
})
