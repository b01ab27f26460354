/** Notes on what a valid policy does that its text does not show at a glance. */
import t from 'tap'
import { reviewPolicy } from '../../src/policy/index.ts'
import { header, now, registry } from './support.ts'

/** The notes on documents without their headers, as `file:line key: message`; line 1 is the first after the header. */
function notes(...bodies: readonly string[]): readonly string[] {
  const sources = bodies.map((body, index) => ({ file: `${(index + 1) * 10}.yaml`, text: header + body }))
  const { policy, problems } = reviewPolicy(sources, registry, { id: 'test', now })
  if (policy === undefined) throw new Error(JSON.stringify(problems))
  return problems.flatMap(({ level, file, line, key, message }) => (level === 'note' ? [`${file}:${line - 2} ${key}: ${message}`] : []))
}

t.test('an allow list: what happens to all other registries, and where', async (t) => {
  const corp = 'registries:\n  - {match: "registry.corp.example/**", allowed: true}\n'
  const found = (body: string) =>
    notes(corp + body).map((note) => note.replace('10.yaml:2 registries[0].allowed: one entry is allowed: true, ', ''))
  t.strictSame(notes(corp), [
    '10.yaml:2 registries[0].allowed: one entry is allowed: true, so every other registry is refused, in every namespace',
  ])
  t.match(notes(`${corp}  - {match: "ghcr.io/corp/**", allowed: true}\n`), [
    /: 2 entries are allowed: true, so every other registry is refused/,
  ])
  t.strictSame(notes('registries: [{match: "docker.io/**", fragile: true}, {match: "ghcr.io/**", allowed: false}]\n'), [])
  for (const match of ['**', '*/**']) t.strictSame(notes(`registries: [{match: "${match}", allowed: true}]\n`), [], match)
  t.strictSame(found('rules: {registry-not-allowed: warn}\n'), ['so images of every other registry get a warning, but are not refused'])
  t.strictSame(found('preset: audit-only\n'), ['but the action of registry-not-allowed is audit, so other registries are only counted'])
  t.strictSame(found('rules: {registry-not-allowed: off}\n'), ['but the rule registry-not-allowed is off, so no registry is refused'])
  const inDev = 'overrides: [{match: {namespaces: [dev]}, rules: {registry-not-allowed: warn}}]\n'
  const exempt = (expires: string) => `exemptions: [{rules: ["*"], match: {namespaces: [ci]}, reason: x, expires: ${expires}}]\n`
  t.strictSame(found(inDev + exempt('2099-01-01')), [
    'so every other registry is refused, in every namespace except where overrides[0] or exemptions[0] applies',
  ])
  t.strictSame(found(exempt('2020-01-01')), ['so every other registry is refused, in every namespace'], 'the exemption has expired')
  const inProd = 'overrides: [{match: {namespaces: [prod]}, rules: {registry-not-allowed: deny}}]\n'
  t.strictSame(found(`preset: audit-only\n${inProd}`), ['so every other registry is refused where overrides[0] applies'])
})

t.test('a list that replaces one of an earlier document: what is lost', async (t) => {
  const hub = 'registries:\n  - {match: "docker.io/**", fragile: true}\n'
  const found = (earlier: string, later: string) => notes(earlier, later).filter((note) => note.includes('replaces'))
  t.strictSame(found(hub, 'preset: strict\nregistries: [{match: "registry.corp.example/**", pull: Always}]\n'), [
    '20.yaml:2 registries: this key replaces the list of 10.yaml: docker.io is no longer fragile',
  ])
  t.strictSame(found(hub, `${hub}  - {match: "ghcr.io/**", fragile: true}\n`), [], 'nothing is lost')
  t.strictSame(found(hub, 'registries: [{match: "**", fragile: true}]\n'), [], 'a wider entry says the same')
  t.strictSame(found(hub, 'preset: strict\n'), [])
  const allowed = 'registries: [{match: "a.example/**", allowed: true}, {match: "b.example/x", allowed: true, pull: Always}]\n'
  t.match(found(allowed, 'registries: [{match: "a.example/**", allowed: true}]\n'), [
    /: b\.example\/x is no longer required to be pulled with Always; b\.example\/x is no longer allowed$/,
  ])
  t.match(found(allowed, 'registries: []\n'), [/; every registry is allowed$/])
  t.match(found('registries: [{match: "a.example/**", servedBy: x}]\n', 'registries: []\n'), [/: 1 of its 1 entry no longer applies$/])
  t.match(found('mutableTags: [a, b, c, d, e]\n', 'mutableTags: [a]\n'), [/mutableTags: .*: b, c, d and 1 more are no longer in it$/])
  const exemption = (reason: string) => `{rules: [image-latest], match: {namespaces: [a]}, reason: ${reason}}`
  t.match(found(`exemptions: [${exemption('x')}, ${exemption('y')}]\n`, `exemptions: [${exemption('y')}]\n`), [
    /exemptions: this key replaces the list of 10\.yaml: 1 of its 2 entries no longer applies$/,
  ])
  t.match(found('warnTo: {exceptUsers: [a]}\n', 'warnTo: {exceptUsers: [b]}\n'), [/warnTo\.exceptUsers: .*: a is no longer in it$/])
  t.match(
    notes('preloaded: ["docker.io/a/b", "docker.io/c/d"]\n', 'preloaded: ["docker.io/c/d"]\n', 'preloaded: []\n'),
    [/^20\.yaml.* of 10\.yaml: docker\.io\/a\/b is/, /^30\.yaml.* of 20\.yaml: docker\.io\/c\/d is/],
    'each of three documents',
  )
})

t.test('two lists of one ConfigMap: the note names the line', async (t) => {
  const text = `kind: ConfigMap
apiVersion: v1
data:
  10-base.yaml: |
    ${header.replace('\n', '\n    ')}    preloaded: ["docker.io/a/b"]
  20-site.yaml: |
    ${header.replace('\n', '\n    ')}    preloaded: []
`
  const { problems } = reviewPolicy([{ file: 'policy.yaml', text }], registry, { id: 'test', now })
  t.strictSame(
    problems.map(({ level, line, key, message }) => `${level} ${line} ${key}: ${message}`),
    ['note 11 preloaded: this key replaces the list at line 7: docker.io/a/b is no longer in it'],
  )
})

t.test('an override that authors of objects switch on and off gets a note', async (t) => {
  const override = (match: string, rules = '{image-latest: deny}') => notes(`overrides:\n  - {match: ${match}, rules: ${rules}}\n`)
  t.strictSame(override('{labels: {tier: gold}, owners: [PipelineRun.tekton.dev]}'), [
    '10.yaml:2 overrides[0].match: authors of objects write labels and owners themselves, so each of them decides whether this override applies; add namespaces, namespaceSelector or users',
  ])
  t.equal(override('{names: [importer]}', '{init-reserves-resources: {options: {threshold: 4}}}').length, 1)
  for (const match of ['{labels: {a: b}, namespaces: [dev]}', '{namespaceSelector: {matchLabels: {a: b}}}', '{kinds: [Job]}', '{}']) {
    t.strictSame(override(match), [], match)
  }
  const escaping = 'rules: {image-latest: deny}\noverrides: [{match: {labels: {a: b}}, rules: {image-latest: off}}]\n'
  t.strictSame(notes(escaping), [], 'the warning about the escape says it')
})

t.test('a URL as a match gets one remark with the glob to write', async (t) => {
  for (const [url = '', glob = ''] of [
    ['https://docker.io', 'docker.io/**'],
    ['https://index.docker.io/library/*', 'docker.io/library/*'],
    ['http://registry.example:5000/', 'registry.example:5000/**'],
  ]) {
    const text = `${header}registries: [{match: "${url}", fragile: true}]\n`
    const { problems } = reviewPolicy([{ file: 'p', text }], registry, { id: 'x', now })
    const message = `the glob is a URL and matches nothing, because names have no scheme; write ${glob}`
    t.match(problems, [{ level: 'warning', key: 'registries[0].match', message }], url)
    t.equal(problems.length, 1)
  }
})

t.test('many notes take a bounded time and are limited in number', async (t) => {
  const registries = (host: string) =>
    `registries:\n${Array.from({ length: 1000 }, (_, index) => `  - {match: "${host}${index}.example/**", fragile: true}\n`).join('')}`
  const overrides = `overrides:\n${'  - {match: {labels: {a: b}}, rules: {image-latest: warn}}\n'.repeat(500)}`
  const found = notes(registries('a'), registries('b') + overrides)
  t.equal(found.length, 100)
  t.match(found[0], /replaces the list of 10\.yaml: a0\.example, a1\.example, a2\.example and \d+ more are no longer fragile$/)
})
