import t from 'tap'
import { parseImageReference } from '../../src/model/image-reference.ts'
import { frozenRegistries } from '../../src/policy/frozen-registries.ts'
import { nameFlaw } from '../../src/policy/name-patterns.ts'
import { podOf, policyOf, workloadPolicy } from './support.ts'

function reference(text: string) {
  const parsed = parseImageReference(text)
  if (!parsed.ok) throw new Error(text)
  return parsed.value
}

const context = (body: string) => workloadPolicy(policyOf(body)).context

t.test('for each property, the first matching entry that sets it wins', async (t) => {
  const { registry } = context(`registries:
  - {match: "docker.io/library/**", servedBy: mirror.example}
  - {match: "docker.io/**", fragile: true, servedBy: other.example, reason: rate limits}
  - {match: "**", fragile: false, reason: by default}
`)
  t.same(registry(reference('nginx')), { fragile: true, pull: undefined, allowed: true, servedBy: 'mirror.example', reason: 'rate limits' })
  t.match(registry(reference('luksa/kiada')), { fragile: true, servedBy: 'other.example' })
  t.match(registry(reference('ghcr.io/a/b')), { fragile: false, servedBy: undefined, reason: 'by default' })
  t.equal(registry(reference('nginx')), registry(reference('nginx:1')), 'cached by name')
})

t.test('a match includes the port, but not the tag or digest', async (t) => {
  const { registry } = context('registries: [{match: "localhost:5000/**", pull: Always}]\n')
  t.equal(registry(reference('localhost:5000/busybox:1.36')).pull, 'Always')
  t.equal(registry(reference('localhost/busybox')).pull, undefined)
  t.equal(registry(reference('localhost:5001/busybox')).pull, undefined)
})

t.test('hosts match in any case and with or without the default port, in references and in patterns', async (t) => {
  const { registry, isPreloaded } = context(`registries:
  - {match: "evil.example/**", allowed: false}
  - {match: "Other.Example:443/**", allowed: false}
  - {match: "port.example:5000/**", allowed: false}
preloaded: ["Base.example/**"]
`)
  const forbidden = [
    'evil.example/x',
    'EVIL.example/x',
    'evil.example:443/x',
    'Evil.Example:443/x',
    'other.example/x',
    'port.example:5000/x',
  ]
  for (const image of forbidden) t.equal(registry(reference(image)).allowed, false, image)
  for (const image of ['evil.example:8443/x', 'evil.example.org/x', 'port.example/x'])
    t.equal(registry(reference(image)).allowed, true, image)
  t.ok(isPreloaded(reference('BASE.example:443/x:1')))
  const byImage = workloadPolicy(
    policyOf('rules: {image-latest: off}\noverrides: [{match: {images: ["evil.example/**"]}, rules: {image-latest: deny}}]\n'),
    podOf({ images: ['EVIL.example:443/x', 'other.example/x'] }),
  )
  const [evil, other] = podOf({ images: ['EVIL.example:443/x', 'other.example/x'] }).imageUses()
  if (evil === undefined || other === undefined) throw new Error('no images')
  t.equal(byImage.decide('image-latest', evil).action, 'deny')
  t.equal(byImage.decide('image-latest', other).action, 'off')
})

t.test('if an entry sets allowed: true, registries that no entry allows are forbidden', async (t) => {
  const { registry } = context('registries: [{match: "a.example/secret/**", allowed: false}, {match: "a.example/**", allowed: true}]\n')
  t.equal(registry(reference('a.example/x')).allowed, true)
  t.equal(registry(reference('a.example/secret/x')).allowed, false)
  t.equal(registry(reference('nginx')).allowed, false)
  const denyList = context('registries: [{match: "a.example/**", allowed: false}]\n')
  t.equal(denyList.registry(reference('a.example/x')).allowed, false)
  t.equal(denyList.registry(reference('nginx')).allowed, true)
})

t.test('the entry that decided whether a registry is allowed is known, with its own reason', async (t) => {
  const { registry } = context(`registries:
  - {match: "docker.io/**", fragile: true, reason: rate limits}
  - {match: "docker.io/bitnami/**", allowed: false, reason: moved}
  - {match: "docker.io/**", allowed: true}
`)
  t.match(registry(reference('bitnami/redis:7')), {
    allowed: false,
    reason: 'rate limits',
    allowedBy: { match: 'docker.io/bitnami/**', reason: 'moved' },
  })
  t.strictSame(registry(reference('nginx')).allowedBy, { match: 'docker.io/**', reason: undefined })
  t.equal(registry(reference('ghcr.io/a/b')).allowedBy, undefined, 'no entry')
  const other = context('registries: [{match: "docker.io/**", allowed: false}, {match: "registry-1.docker.io/**", allowed: true}]\n')
  t.match(other.registry(reference('registry-1.docker.io/library/nginx')), { allowed: false, allowedBy: { match: 'docker.io/**' } })
})

t.test('frozenRegistries: a dated list that is off by default, and that a narrow entry of the policy overrides', async (t) => {
  const state = (image: string, body = 'frozenRegistries: on\n') => context(body).registry(reference(image)).frozen?.state
  for (const image of [
    'k8s.gcr.io/pause:3.1',
    'K8S.gcr.io:443/pause:3.1',
    'gcr.io/google_containers/pause:1',
    'quay.io/coreos/flannel:v0.12.0',
  ])
    t.equal(state(image), 'frozen', image)
  for (const image of ['bitnami/redis:7', 'registry-1.docker.io/bitnami/redis:7', 'quay.io/k8scsi/csi-attacher:v1'])
    t.equal(state(image), 'removed', image)
  for (const image of ['nginx:1', 'registry.k8s.io/pause:3.1', 'quay.io/coreos/etcd:v3', 'bitnami/minideb:12', 'bitnamicharts/redis:1'])
    t.equal(state(image), undefined, image)
  for (const body of ['', 'frozenRegistries: off\n', 'frozenRegistries: false\n'])
    t.equal(state('k8s.gcr.io/pause:3.1', body), undefined, body)
  t.equal(state('k8s.gcr.io/pause:3.1', 'frozenRegistries: true\n'), 'frozen')
  const allowing = (match: string): string => `frozenRegistries: on\nregistries: [{match: "${match}", allowed: true}]\n`
  t.equal(state('bitnami/redis:7', allowing('docker.io/**')), 'removed')
  t.equal(state('bitnami/redis:7', allowing('docker.io/bitnami/redis')), undefined)
  t.equal(workloadPolicy(policyOf('frozenRegistries: on\n')).isOn('registry-not-allowed'), true)
  t.equal(workloadPolicy(policyOf('')).isOn('registry-not-allowed'), false)
})

t.test('frozenRegistries: every entry has a glob without flaw, a date in the past and a page', async (t) => {
  for (const { match, since, source } of frozenRegistries) {
    t.equal(nameFlaw(match), undefined, match)
    t.match(since, /^20\d\d-[01]\d-[0-3]\d$/)
    t.ok(Date.parse(since) < Date.parse('2026-11-30'), match)
    t.match(source, /^https:\/\//)
  }
})

t.test('mutableTags have a default, which an empty list turns off', async (t) => {
  const moves = (tag: string, body = '') => context(body).isMutableTag(tag)
  const moving = ['latest-alpine', 'alpine-latest', 'main', 'master', 'dev', 'edge', 'nightly', 'stable', 'rolling', 'canary', '1-SNAPSHOT']
  for (const tag of moving) t.ok(moves(tag), tag)
  for (const tag of ['1.27', 'latest', 'v1-main', 'stable-1.27', 'Main', 'development']) t.notOk(moves(tag), tag)
  t.notOk(moves('main', 'mutableTags: []\n'))
  t.notOk(moves('main', 'mutableTags: [next]\n'))
  const isOn = (body: string) => workloadPolicy(policyOf(body)).isOn('image-mutable-tag')
  t.strictSame([isOn(''), isOn('mutableTags: []\n')], [true, false])
})

t.test('preloaded matches images with and without a tag', async (t) => {
  const { isPreloaded } = context(
    'preloaded: ["r.example:5000/base/**", "docker.io/library/nginx:1.*", "docker.io/library/busybox:latest"]\n',
  )
  for (const image of ['r.example:5000/base/a/b:3', 'nginx:1.27', 'busybox', 'busybox:latest']) t.ok(isPreloaded(reference(image)), image)
  for (const image of ['r.example:5000/other', 'nginx', 'nginx:2', `busybox@sha256:${'a'.repeat(64)}`])
    t.notOk(isPreloaded(reference(image)), image)
})

t.test('mutableTags are globs for the tag, placeholders are exact and replace the default', async (t) => {
  const some = context('mutableTags: [stable, "*-SNAPSHOT"]\nplaceholders: [inject-me]\n')
  t.ok(some.isMutableTag('stable') && some.isMutableTag('2-SNAPSHOT'))
  t.notOk(some.isMutableTag('stable2'))
  t.ok(some.isPlaceholder('inject-me'))
  t.notOk(some.isPlaceholder('auto'), 'the list replaces the default')
  t.ok(context('').isPlaceholder('auto'))
  t.notOk(context('').isPlaceholder('constructor'))
})

t.test('the facts of a registry are correct after more names than the cache holds', async (t) => {
  const { registry } = context('registries: [{match: "docker.io/**", fragile: true}]\n')
  for (let index = 0; index < 5000; index++) registry(reference(`r${index}.example/a`))
  t.equal(registry(reference('nginx')).fragile, true)
})
