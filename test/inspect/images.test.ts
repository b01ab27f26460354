import t from 'tap'
import { imagesOfInputs, renderImagesText } from '../../src/inspect/index.ts'

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
        error: 'the repository name must be lowercase',
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
