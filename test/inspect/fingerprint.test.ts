import t from 'tap'
import { fnv1a64 } from '../../src/inspect/fingerprint.ts'
import { type DiagnosticEntry, type Input, lintInputs } from '../../src/inspect/index.ts'
import { readPolicy } from '../../src/policy/index.ts'
import { registry } from '../../src/rules/registry.ts'

const { policy } = readPolicy([{ file: 'p', text: 'apiVersion: initlint.dev/v1alpha1\nkind: Policy\n' }], registry, { id: 'p' })
if (policy === undefined) throw new Error('no policy')

function lint(inputs: readonly Input[], namespace = 'default'): readonly DiagnosticEntry[] {
  return lintInputs(inputs, { policy: policy as NonNullable<typeof policy>, registry, namespace, now: 0, docsBase: '' }).diagnostics
}

/** The fingerprints by rule and container. */
function prints(text: string, file = 'k8s/web.yaml'): ReadonlyMap<string, string> {
  return new Map(lint([{ file, text }]).map(({ rule, container, fingerprint }) => [`${rule} ${container}`, fingerprint]))
}

const deployment = `apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 1
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      volumes: [{name: d, emptyDir: {}}]
      initContainers:
        - name: init
          image: alpine/git:stable
          volumeMounts: [{name: d, mountPath: /d}]
          command: [sh, -ec, "git clone https://git.example/x /d/x"]
      containers:
        - name: app
          image: nginx
          volumeMounts: [{name: d, mountPath: /d}]
        - name: metrics
          image: quay.io/example/metrics:latest
`

t.test('the fingerprint is FNV-1a with 64 bits', async (t) => {
  // The vectors of RFC 9923, appendix C, and of the reference code.
  for (const [text, expected] of [
    ['', 'cbf29ce484222325'],
    ['a', 'af63dc4c8601ec8c'],
    ['b', 'af63df4c8601f1a5'],
    ['foobar', '85944171f73967e8'],
    ['chongo was here!\n', '46810940eff5f915'],
  ] as const)
    t.equal(fnv1a64(text), expected, text)
})

const replaced = (from: string | RegExp, to: string): string => {
  const changed = deployment.replace(from, to)
  if (changed === deployment) throw new Error(`nothing to replace: ${from}`)
  return changed
}

const expected = prints(deployment)

for (const [what, text] of [
  ['comments and blank lines above', `# one\n\n# two\n---\n${deployment}`],
  ['another order of the containers', replaced(/( {8}- name: app\n.*\n.*\n)( {8}- name: metrics\n.*\n)/, '$2$1')],
  [
    'a container before the others',
    replaced('      containers:\n', '      containers:\n        - {name: first, image: "a.example/first:1.2.3"}\n'),
  ],
  [
    'an init container before the others',
    replaced('initContainers:\n', 'initContainers:\n        - {name: x, image: "a.example/x:1", command: [true]}\n'),
  ],
  ['more replicas', replaced('replicas: 1', 'replicas: 3')],
  ['an explicit pull policy', replaced('image: nginx\n', 'image: nginx\n          imagePullPolicy: Always\n')],
  ['the tag latest instead of none', replaced('image: nginx\n', 'image: docker.io/library/nginx:latest\n')],
  [
    'a script in a block scalar, with more lines',
    replaced(
      /\[sh, -ec.*\]/,
      '\n            - sh\n            - -ec\n            - |\n              echo cloning\n\n              git clone https://git.example/x /d/x\n',
    ),
  ],
  ['a script in args', replaced('command: [sh, -ec, ', 'command: [sh, -ec]\n          args: [')],
  ['a newer image of the init container', replaced('git:stable', 'git:edge')],
] as const) {
  t.test(`fingerprints survive: ${what}`, async (t) => {
    const found = prints(text)
    for (const [name, fingerprint] of expected) if (found.has(name)) t.equal(found.get(name), fingerprint, name)
    t.ok([...expected.keys()].filter((name) => found.has(name)).length >= 4, [...found.keys()].join())
  })
}

t.test('fingerprints survive a move to another file, and another default namespace', async (t) => {
  t.strictSame(prints(deployment, 'apps/shop/deployment.yaml'), expected)
  t.strictSame(prints(deployment, '-'), expected)
  const inShop = lint([{ file: 'a.yaml', text: deployment }], 'shop').map(({ fingerprint }) => fingerprint)
  t.strictSame(new Set(inShop), new Set(expected.values()))
})

t.test('another object, container, image or command is another finding', async (t) => {
  for (const [text, name, to = name] of [
    [replaced('{name: web}\n', '{name: api}\n'), 'image-latest app'],
    [replaced('{name: web}\n', '{name: web, namespace: shop}\n'), 'image-latest app'],
    [replaced('kind: Deployment', 'kind: StatefulSet'), 'image-latest app'],
    [replaced('- name: app', '- name: web'), 'image-latest app', 'image-latest web'],
    [replaced('image: nginx', 'image: redis'), 'image-latest app'],
    [replaced('git clone https://git.example/x /d/x', 'mkdir /d/x'), 'init-not-idempotent init'],
    [replaced('{}}]', '{}}, {name: e, emptyDir: {}}]').replaceAll('/d/x', '/d/y'), 'init-not-idempotent init'],
  ] as const) {
    const found = prints(text)
    t.type(found.get(to), 'string', to)
    t.not(found.get(to), expected.get(name), text)
  }
})

t.test('equal findings are numbered: all fingerprints of a run differ, and those of the first file are as before', async (t) => {
  const twice = lint([
    { file: 'a/web.yaml', text: deployment },
    { file: 'b/web.yaml', text: deployment },
  ]).map(({ fingerprint }) => fingerprint)
  t.equal(new Set(twice).size, twice.length)
  t.ok(twice.every((fingerprint) => /^[0-9a-f]{16}$/.test(fingerprint)))
  t.strictSame(new Set(twice.slice(0, twice.length / 2)), new Set(expected.values()))
})

t.test('an object without a name is identified by the name of its file, whatever the directory', async (t) => {
  const unnamed = deployment.replace('metadata: {name: web}\n', 'metadata: {}\n')
  t.strictSame(prints(unnamed, 'a/one.yaml'), prints(unnamed, 'b\\c\\one.yaml'))
  t.not(prints(unnamed, 'a/one.yaml').get('image-latest app'), prints(unnamed, 'a/two.yaml').get('image-latest app'))
})

t.test('an image that is no reference is identified by its text', async (t) => {
  const [a, b] = ['nginx:1:2', 'nginx:1:3'].map((image) => prints(replaced('image: nginx\n', `image: ${image}\n`)).get('image-invalid app'))
  t.type(a, 'string')
  t.not(a, b)
})
