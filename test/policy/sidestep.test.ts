/** Remarks on what the author of an object could use to escape a denial, and on patterns that match nothing. */
import t from 'tap'
import { reviewPolicy } from '../../src/policy/index.ts'
import { header, now, registry } from './support.ts'

interface Found {
  readonly key: string
  readonly message: string
}

function remarks(body: string): readonly Found[] {
  const { policy, problems } = reviewPolicy([{ file: 'policy.yaml', text: header + body }], registry, { id: 'test', now })
  if (policy === undefined) throw new Error(JSON.stringify(problems))
  return problems
    .filter(({ level }) => level !== 'note')
    .map(({ key, message, level }) => ({ key: level === 'warning' ? key : `${level} ${key}`, message }))
}

const keys = (body: string) => remarks(body).map(({ key }) => key)

t.test('an exemption from a denial by keys that authors write gets a remark', async (t) => {
  const exempt = (match: string, rules = 'rules: {image-latest: deny}', exempted = '[image-latest]') =>
    keys(`${rules}\nexemptions: [{rules: ${exempted}, match: ${match}, reason: because}]\n`)
  const at = ['exemptions[0].match']
  const written = [
    '{labels: {a: b}}',
    '{names: ["web-*"]}',
    '{owners: [PipelineRun.tekton.dev]}',
    '{containers: [web]}',
    '{roles: [init, ephemeral]}',
    '{labels: {a: b}, kinds: [Job]}',
  ]
  for (const match of written) t.strictSame(exempt(match), at, match)
  for (const more of [
    'namespaces: ["*"]',
    'users: ["*"]',
    'users: ["*-deployer"]',
    'users: ["system:serviceaccount:*:ci"]',
    'images: ["**"]',
  ]) {
    t.strictSame(exempt(`{labels: {a: b}, ${more}}`), at, more)
  }
  for (const more of [
    'namespaces: ["dev-*"]',
    'namespaceSelector: {matchLabels: {tier: dev}}',
    'users: ["system:serviceaccount:ci:*"]',
    'users: ["*@corp.example"]',
    'images: ["docker.io/library/**"]',
    'roles: [ephemeral]',
  ]) {
    t.strictSame(exempt(`{labels: {a: b}, ${more}}`), [], more)
  }
  for (const match of ['{}', '{kinds: [Job]}', '{namespaces: [dev]}']) t.strictSame(exempt(match), [], `${match} is what it seems`)
  t.strictSame(exempt('{labels: {a: b}}', 'rules: {image-latest: warn}'), [], 'nothing is denied')
  t.strictSame(exempt('{labels: {a: b}}', 'preset: recommended'), [], 'registry-not-allowed finds nothing without registries')
  t.strictSame(exempt('{labels: {a: b}}', 'rules: {image-latest: deny}', '[pull-never]'), [], 'another rule')
  t.strictSame(exempt('{labels: {a: b}}', 'rules: {image-latest: deny}', '["*"]'), at)
  t.strictSame(exempt('{names: [a]}', 'registries: [{match: "r.corp.example/**", allowed: true}]', '["*"]'), at)
  t.strictSame(exempt('{names: [a]}', 'overrides: [{match: {namespaces: [prod]}, rules: {image-latest: deny}}]'), at)
  const [found] = remarks('preset: strict\nexemptions: [{rules: ["*"], match: {labels: {a: b}, names: [c]}, reason: because}]\n')
  t.match(
    found?.message,
    /^authors of objects write labels and names themselves, .* and \d+ more; add namespaces, namespaceSelector or users$/,
  )
})

t.test('an override that ends a denial by keys that authors write gets a remark', async (t) => {
  const override = (match: string, rules: string, base = 'rules: {image-latest: deny}\n') =>
    keys(`${base}overrides:\n  - {match: ${match}, rules: ${rules}}\n`)
  const at = ['overrides[0].rules.image-latest']
  for (const action of ['warn', 'audit', 'off', 'false', '{action: warn}'])
    t.strictSame(override('{labels: {a: b}}', `{image-latest: ${action}}`), at, action)
  t.strictSame(override('{labels: {a: b}}', '{image-latest: deny}'), [])
  t.strictSame(override('{labels: {a: b}, namespaces: [dev]}', '{image-latest: off}'), [])
  t.strictSame(override('{kinds: [Job]}', '{image-latest: off}'), [])
  t.strictSame(override('{labels: {a: b}}', '{image-latest: off}', ''), [], 'it is only a warning')
  t.strictSame(override('{labels: {a: b}}', '{pull-never: off}'), [])
  const prod = '{match: {namespaces: [prod]}, rules: {image-latest: deny}}'
  t.strictSame(keys(`overrides:\n  - ${prod}\n  - {match: {labels: {a: b}}, rules: {image-latest: warn}}\n`), [
    'overrides[1].rules.image-latest',
  ])
  t.strictSame(keys(`overrides:\n  - {match: {labels: {a: b}}, rules: {image-latest: warn}}\n  - ${prod}\n`), [], 'the later denial wins')
})

t.test('a denial that annotations can silence gets a remark unless it is confined to namespaces', async (t) => {
  const ignorable = 'rules: {image-latest: {action: deny, ignorable: true}}\n'
  const at = ['rules["image-latest"].ignorable']
  t.strictSame(keys(ignorable).length, 1)
  t.match(remarks(ignorable)[0]?.message, /every author of an object can silence this denial/)
  t.strictSame(keys(`${ignorable}annotations: {allow: true}\n`).length, at.length)
  t.strictSame(keys(`${ignorable}annotations: {allow: false}\n`), [])
  t.strictSame(keys('rules: {image-latest: {action: warn, ignorable: true}}\nannotations: {allow: true}\n'), [])
  t.strictSame(keys('rules: {image-latest: deny}\nannotations: {allow: true}\n'), [], 'annotations silence no other denial')
  const inOverride = (match: string) =>
    keys(`rules: {image-latest: deny}\noverrides: [{match: ${match}, rules: {image-latest: {ignorable: true}}}]\n`)
  t.strictSame(inOverride('{namespaces: ["dev-*"]}'), [])
  for (const match of ['{}', '{labels: {a: b}}', '{namespaces: ["**"]}']) t.equal(inOverride(match).length, 1, match)
})

t.test('an allowed registry that anyone can set up or publish to gets a remark', async (t) => {
  const allowed = (match: string, value = true) => keys(`registries: [{match: "${match}", allowed: ${value}}]\n`)
  const at = ['registries[0].match']
  for (const match of [
    ...['**', '**/app', '*/**', '*.com/**', '*corp.com/**', 'registry.corp.com*/**', 'registry.*/**', '*.corp.*/**', 'a**.corp.com/x'],
    ...['*.azurecr.io/**', '*.dkr.ecr.eu-west-1.amazonaws.com/**', '*.dkr.ecr.*.amazonaws.com/team/*'],
    ...['docker.io/**', 'docker.io/*/app', 'docker.io/a*/**', 'ghcr.io/**', 'quay.io/**', 'europe-docker.pkg.dev/**', '*.gcr.io/**'],
    'registry-1.docker.io/**',
  ]) {
    t.strictSame(allowed(match), at, match)
    t.strictSame(allowed(match, false), [], `${match} forbidden`)
    t.strictSame(keys(`registries: [{match: "${match}", fragile: true}]\n`), [], `${match} fragile`)
  }
  for (const match of [
    ...['registry.corp.com/**', '*.corp.com/**', '*.corp.com:5000/**', 'registry.corp.com:*/**', 'localhost:5000/**', '[::1]:5000/**'],
    ...['*-eu.corp.com/**', '*.internal/**', '*.corp.example/team/*', '*-docker.pkg.dev/my-project/**', 'mcr.microsoft.com/**'],
    ...['docker.io/library/*', 'docker.io/corp/**', 'ghcr.io/corp/*', 'corp.azurecr.io/**', '1.dkr.ecr.eu-west-1.amazonaws.com/**'],
    'registry.k8s.io/**',
  ]) {
    t.strictSame(allowed(match), [], match)
  }
})

t.test('a pattern of images that matches nothing, or that is not in the compared form, gets a remark', async (t) => {
  const places: readonly (readonly [body: (pattern: string) => string, key: string])[] = [
    [(pattern) => `registries: [{match: "${pattern}", fragile: true}]\n`, 'registries[0].match'],
    [(pattern) => `overrides: [{match: {images: ["${pattern}"]}, rules: {image-latest: warn}}]\n`, 'overrides[0].match.images[0]'],
    [(pattern) => `exemptions: [{rules: [image-latest], match: {images: ["${pattern}"]}, reason: x}]\n`, 'exemptions[0].match.images[0]'],
    [(pattern) => `preloaded: ["${pattern}"]\n`, 'preloaded[0]'],
  ]
  const flawed: readonly (readonly [pattern: string, advice: RegExp])[] = [
    ['https://docker.io/library/*', /scheme/],
    ['docker.io/', /empty/],
    ['docker.io//x', /empty/],
    ['docker.io/library/', /empty/],
    ['/library/nginx', /empty/],
    ['docker.io/Library/*', /lowercase/],
    ['docker.io./library/*', /dot/],
    ['library/nginx', /write docker\.io\/library\/nginx$/],
    ['luksa/**', /write docker\.io\/luksa\/\*\*$/],
    ['Docker.IO/**', /write docker\.io\/\*\*$/],
    ['registry.example:443/**', /write registry\.example\/\*\*$/],
    ['registry.example:0443/**', /write registry\.example\/\*\*$/],
    ['registry.example:05000/**', /write registry\.example:5000\/\*\*$/],
    ['index.docker.io/library/*', /write docker\.io\/library\/\*$/],
    ['[0:0::1]:5000/**', /write \[::1\]:5000\/\*\*$/],
  ]
  for (const [body, key] of places) {
    for (const [pattern, advice] of flawed) {
      const found = remarks(body(pattern))
      t.strictSame(
        found.map((each) => each.key),
        [key],
        `${key} ${pattern}`,
      )
      t.match(found[0]?.message, advice, pattern)
    }
    for (const pattern of [
      'docker.io/**',
      '**',
      '**/nginx',
      '*/app',
      '*.corp.example/a_b/*',
      'localhost/**',
      'LUKSA/**',
      '[::1]:5000/**',
    ]) {
      t.strictSame(remarks(body(pattern)), [], `${key} ${pattern}`)
    }
  }
})

t.test('a glob with a tag, a digest where tags are compared, and impossible tags get one remark each', async (t) => {
  const preloaded = (entry: string) => keys(`preloaded: ["${entry}"]\n`)
  for (const entry of ['busybox:1.36', 'busybox', `docker.io/library/busybox@sha256:${'a'.repeat(64)}`, 'docker.io/library/busybox:-1']) {
    t.strictSame(preloaded(entry), ['preloaded[0]'], entry)
  }
  for (const entry of ['docker.io/library/busybox:1.*', 'localhost:5000/**', 'r.example:5000/a:v1'])
    t.strictSame(preloaded(entry), [], entry)
  t.strictSame(keys('registries: [{match: "docker.io/library/nginx:1.27", fragile: true}]\n'), ['registries[0].match'], 'not two remarks')
  const tags = (glob: string) => keys(`mutableTags: ["${glob}"]\n`)
  for (const glob of ['sha256:*', `stable@sha256:${'a'.repeat(64)}`, 'nginx:stable', 'docker.io/x', '-SNAPSHOT', 'été', 'a'.repeat(129)]) {
    t.strictSame(tags(glob), ['mutableTags[0]'], glob)
  }
  for (const glob of ['stable', '*-SNAPSHOT', '**', 'v1.*', '_x', '*']) t.strictSame(tags(glob), [], glob)
})
