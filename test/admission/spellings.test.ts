/** Each forbidden image in every spelling that a node could pull: none of them may be admitted. */
import t from 'tap'
import { maxReferenceLength, parseImageReference } from '../../src/model/image-reference.ts'
import { ask } from '../support/answers.ts'
import { deployment, pod, portsOf, review } from '../support/reviews.ts'

const sha256 = `sha256:${'a'.repeat(64)}`
const sha384 = `sha384:${'a'.repeat(96)}`
const sha512 = `sha512:${'a'.repeat(128)}`
const zeros = '0'.repeat(250)

/**
 * Spellings of evil.example/team/app and of Docker Hub's nginx, each with the repository that containerd requests from a host: the result of
 * distribution/reference v0.6.0 (ParseDockerRef) and containerd's pkg/reference (Parse), which keep the spelling of the host.
 */
const evil: readonly [image: string, pulled: string][] = [
  ['evil.example/team/app:1', 'evil.example/team/app:1'],
  ['EVIL.example/team/app:1', 'EVIL.example/team/app:1'],
  ['Evil.Example:443/team/app:1', 'Evil.Example:443/team/app:1'],
  ['evil.example:0443/team/app:1', 'evil.example:0443/team/app:1'],
  [`evil.example:${zeros}443/team/app:1`, `evil.example:${zeros}443/team/app:1`],
  [`evil.example:${'0'.repeat(5000)}443/team/app:1`, `evil.example:${'0'.repeat(5000)}443/team/app:1`],
  [`evil.example/team/app:1@${sha256}`, `evil.example/team/app@${sha256}`],
  [`evil.example/team/app@${sha256}`, `evil.example/team/app@${sha256}`],
  [`evil.example/team/app@${sha384}`, `evil.example/team/app@${sha384}`],
  [`EVIL.EXAMPLE:443/team/app@${sha512}`, `EVIL.EXAMPLE:443/team/app@${sha512}`],
  ['evil.example/team/app', 'evil.example/team/app:latest'],
]
const hub: readonly [image: string, pulled: string][] = [
  ['nginx:1', 'docker.io/library/nginx:1'],
  ['library/nginx:1', 'docker.io/library/nginx:1'],
  ['docker.io/nginx:1', 'docker.io/library/nginx:1'],
  ['docker.io/library/nginx:1', 'docker.io/library/nginx:1'],
  ['index.docker.io/nginx:1', 'docker.io/library/nginx:1'],
  ['INDEX.docker.io/library/nginx:1', 'INDEX.docker.io/library/nginx:1'],
  ['index.docker.io:443/library/nginx:1', 'index.docker.io:443/library/nginx:1'],
  ['Docker.IO/nginx:1', 'Docker.IO/nginx:1'],
  ['DOCKER.IO/library/nginx:1', 'DOCKER.IO/library/nginx:1'],
  ['docker.io:443/library/nginx:1', 'docker.io:443/library/nginx:1'],
  ['docker.io:00443/nginx:1', 'docker.io:00443/nginx:1'],
  ['registry-1.docker.io/library/nginx:1', 'registry-1.docker.io/library/nginx:1'],
  ['Registry-1.docker.io:443/library/nginx:1', 'Registry-1.docker.io:443/library/nginx:1'],
  ['registry.hub.docker.com/library/nginx:1', 'registry.hub.docker.com/library/nginx:1'],
]
const addresses: readonly [image: string, pulled: string][] = [
  ['[2001:db8::1]:5000/app:1', '[2001:db8::1]:5000/app:1'],
  ['[2001:DB8::1]:5000/app:1', '[2001:DB8::1]:5000/app:1'],
  ['[2001:db8:0:0::0001]:05000/app:1', '[2001:db8:0:0::0001]:05000/app:1'],
  ['10.0.0.7:5000/app:1', '10.0.0.7:5000/app:1'],
  ['10.7:5000/app:1', '10.7:5000/app:1'],
  ['0xa.0.0.7:5000/app:1', '0xa.0.0.7:5000/app:1'],
  ['167772167:5000/app:1', '167772167:5000/app:1'],
  ['[::ffff:a00:7]:5000/app:1', '[::ffff:a00:7]:5000/app:1'],
]
/** One-label hosts in uppercase, which the node looks up in its DNS: `REGISTRY/app` is not docker.io/registry/app. */
const hosts: readonly [image: string, pulled: string][] = [
  ['REGISTRY/app:1', 'REGISTRY/app:1'],
  ['Foo/bar:1', 'Foo/bar:1'],
  ['LOCALHOST/app:1', 'LOCALHOST/app:1'],
  ['localhost/app:1', 'localhost/app:1'],
  ['foo_bar.example/app:1', 'foo_bar.example/app:1'],
  ['xn--mnchen-3ya.example/app:1', 'xn--mnchen-3ya.example/app:1'],
]
const pullable = [...evil, ...hub, ...addresses, ...hosts]

/** Spellings that distribution/reference rejects, so that no node pulls them: the pod stays in InvalidImageName. */
const unpullable = [
  'evil.example./team/app:1',
  'evil.example:/team/app:1',
  'evil.example//team/app:1',
  'evil.example/./team/app:1',
  'evil.example/Team/app:1',
  'evil_host.example:5000/team/app:1',
  'https://evil.example/team/app:1',
  'user@evil.example/team/app:1',
  '%65vil.example/team/app:1',
  'évil.example/team/app:1',
  'evil。example/team/app:1',
  '\u212Avil.example/team/app:1',
  'evil.example/team/app:1\n',
  '[fe80::1%25eth0]:5000/app:1',
  '[::ffff:10.0.0.7]:5000/app:1',
  `evil.example/team/app@sha1:${'a'.repeat(40)}`,
  `evil.example/team/app@SHA256:${'a'.repeat(64)}`,
  `evil.example/team/app@sha256:${'A'.repeat(64)}`,
  `evil.example/team/app@${sha256}:1`,
]

t.test('the parts of a reference are those that containerd pulls', async (t) => {
  for (const [image, pulled] of pullable) {
    const parsed = parseImageReference(image)
    if (!parsed.ok) throw new Error(image)
    const { registry, repository, tag, digest } = parsed.value
    // ParseDockerRef drops the tag if there is a digest. The parser shortens a port only if the text is otherwise too long.
    const expected = image.length > maxReferenceLength ? pulled.replace(/:0+/, ':') : pulled
    t.equal(`${registry}/${repository}${digest === null ? `:${tag ?? 'latest'}` : `@${digest}`}`, expected, image.slice(0, 60))
  }
})

const isAllowed = (policy: string, object: object) => ask('validate', review({ object }), portsOf(policy)).allowed

/** The spellings that a policy admits as the image of a container, an init container or an image volume of a Pod. */
function admitted(policy: string, spellings: readonly (readonly [string, string])[]): readonly string[] {
  const ports = portsOf(policy)
  return spellings.flatMap(([image]) => {
    const objects = [
      pod({ image }),
      pod({ image: 'registry.corp.example/app:1' }, { spec: { initContainers: [{ name: 'init', image }] } }),
      pod({ image: 'registry.corp.example/app:1' }, { spec: { volumes: [{ name: 'files', image: { reference: image } }] } }),
    ]
    return objects.some((object) => ask('validate', review({ object }), ports).allowed) ? [image.slice(0, 60)] : []
  })
}

t.test('a list of allowed registries admits no spelling of an image from another registry', async (t) => {
  const policy = 'registries: [{match: "registry.corp.example/**", allowed: true}]\n'
  t.ok(isAllowed(policy, pod({ image: 'Registry.corp.example:443/app:1' })), 'the registry itself in another spelling')
  t.strictSame(admitted(policy, pullable), [])
})

t.test('a forbidden registry is forbidden in every spelling', async (t) => {
  const forbids = (match: string) => `registries: [{match: "${match}", allowed: false}]\n`
  for (const match of ['evil.example/**', 'EVIL.example:443/**', 'evil.example:0443/team/app', '*.example/**']) {
    t.strictSame(admitted(forbids(match), evil), [], match)
  }
  for (const match of ['docker.io/**', 'docker.io/library/*', 'index.docker.io/library/nginx', 'Docker.io:443/library/**']) {
    t.strictSame(admitted(forbids(match), hub), [], match)
  }
  t.strictSame(admitted(forbids('[2001:db8::1]:5000/**'), addresses.slice(0, 3)), [])
  t.strictSame(admitted(forbids('10.0.0.7:5000/**'), addresses.slice(3)), [])
  t.strictSame(admitted(forbids('registry/**'), hosts.slice(0, 1)), [])
  t.strictSame(admitted(forbids('evil.example/**'), [['evil.example:80/team/app:1', '']]), ['evil.example:80/team/app:1'], 'another server')
})

t.test('allowing docker.io does not allow other hosts of Docker Hub, which may bypass a mirror', async (t) => {
  const policy = 'registries: [{match: "docker.io/**", allowed: true}]\n'
  t.ok(isAllowed(policy, pod({ image: 'nginx:1' })))
  t.notOk(isAllowed(policy, pod({ image: 'registry-1.docker.io/library/nginx:1' })))
  t.notOk(isAllowed('registries: [{match: "docker.io/library/*", allowed: true}]\n', pod({ image: 'DOCKER.IO/nginx:1' })))
  t.ok(
    isAllowed('registries: [{match: "registry-1.docker.io/**", allowed: true}]\n', pod({ image: 'registry-1.docker.io/library/nginx:1' })),
  )
})

t.test('an override that denies by image covers all spellings, and one that allows by image does not widen', async (t) => {
  const untagged = hub.map(([image]) => [image.replace(/:1$/, ''), ''] as const)
  const deny = 'rules: {image-latest: off}\noverrides: [{match: {images: ["docker.io/library/nginx"]}, rules: {image-latest: deny}}]\n'
  t.strictSame(admitted(deny, untagged), [])
  const allow = 'rules: {image-latest: deny}\noverrides: [{match: {images: ["docker.io/library/nginx"]}, rules: {image-latest: off}}]\n'
  t.notOk(isAllowed(allow, pod({ image: 'registry-1.docker.io/library/nginx' })))
  const exempt =
    'rules: {image-latest: deny}\nexemptions: [{rules: [image-latest], match: {images: ["docker.io/library/nginx"]}, reason: x}]\n'
  t.notOk(isAllowed(exempt, pod({ image: 'registry-1.docker.io/library/nginx' })))
  t.ok(isAllowed(exempt, pod({ image: 'index.docker.io/nginx' })))
})

t.test('image-latest denies an image without a tag, and with the tag latest, whatever the host', async (t) => {
  const policy = 'rules: {image-latest: deny}\n'
  const bare = pullable.filter(([image]) => !image.includes('@')).map(([image]) => image.replace(/:1$/, ''))
  const moving = bare.flatMap((image) => [[image, ''] as const, [`${image}:latest`, ''] as const])
  t.strictSame(admitted(policy, moving), [])
})

t.test('a rule that denies by registry or pull policy covers all spellings', async (t) => {
  const always = hub.map(([image]) => pod({ image, imagePullPolicy: 'Always' }))
  const fragile = 'registries: [{match: "docker.io/**", fragile: true}]\nrules: {pull-always-fragile-registry: deny}\n'
  t.notOk(always.some((object) => isAllowed(fragile, object)))
  const required = 'registries: [{match: "docker.io/**", pull: Always}]\nrules: {pull-always-required: deny}\n'
  t.notOk(hub.some(([image]) => isAllowed(required, pod({ image, imagePullPolicy: 'IfNotPresent' }))))
})

t.test('spellings that no node can pull are reported as invalid', async (t) => {
  for (const image of unpullable) {
    t.equal(parseImageReference(image).ok, false, image)
    t.notOk(isAllowed('rules: {image-invalid: deny}\n', pod({ image })), image)
  }
})

t.test('a placeholder is judged in Pods but not in templates, and is never fixed', async (t) => {
  const policy =
    'registries: [{match: "docker.io/**", allowed: false}]\nplaceholders: [auto, "injected:1"]\nrules: {image-latest: deny, pull-policy-defaulted: fix, pull-always-required: fix}\n'
  for (const image of ['auto', 'injected:1']) {
    t.notOk(isAllowed(policy, pod({ image })), image)
    t.same(ask('validate', review({ object: deployment({ image }) }), portsOf(policy)).warned, [], image)
  }
  const fixes = (image: string, body: string) =>
    ask('mutate', review({ object: pod({ image, imagePullPolicy: 'Always' }) }), portsOf(body)).patch
  const fixing =
    'registries: [{match: "docker.io/**", fragile: true}]\nrules: {pull-policy-defaulted: fix, pull-always-fragile-registry: fix}\n'
  t.equal(fixes('auto', fixing), undefined)
  t.equal(fixes('injected:1', `${fixing}placeholders: ["injected:1"]\n`), undefined)
  t.not(fixes('injected:1', fixing), undefined, 'the same image if it is no placeholder')
})
