/** Remarks on what is valid in a policy but probably unintended. */
import t from 'tap'
import { nearest } from '../../src/model/nearest.ts'
import { type Budget, globCovers, matchCovers } from '../../src/policy/covers.ts'
import { compileGlob } from '../../src/policy/glob.ts'
import { reviewPolicy } from '../../src/policy/index.ts'
import { shadowedRegistries, shadowedRules } from '../../src/policy/shadowed.ts'
import { header, noon, registry } from './support.ts'

/** The remarks on a policy without its header in short form: `line key`; line 1 is the first after the header. */
function remarks(body: string, now = noon('2026-11-15')): readonly string[] {
  const { policy, problems } = reviewPolicy([{ file: 'policy.yaml', text: header + body }], registry, { id: 'test', now })
  if (policy === undefined) throw new Error(JSON.stringify(problems))
  return problems
    .filter(({ level }) => level !== 'note')
    .map(({ level, line, key }) => `${line - 2}${level === 'warning' ? '' : ` ${level}`} ${key}`)
}

const exemption = (expires: string) => `exemptions:\n  - rules: [image-latest]\n    reason: because\n    expires: ${expires}\n`

t.test('exemptions that have expired or will within 14 days get a remark', async (t) => {
  t.strictSame(remarks(exemption('2026-11-14')), ['4 exemptions[0].expires'])
  t.strictSame(remarks(exemption('2026-11-15')), ['4 exemptions[0].expires'], 'it still applies on its last day')
  t.strictSame(remarks(exemption('2026-11-28')), ['4 exemptions[0].expires'])
  t.strictSame(remarks(exemption('2026-11-29')), [])
  const { problems } = reviewPolicy([{ file: 'p', text: header + exemption('2026-11-14') }], registry, { id: 'x', now: noon('2026-11-15') })
  t.match(problems[0]?.message, /has expired/)
})

t.test('an override without effect because of a later one gets a remark', async (t) => {
  const overrides = (first: string, second: string) => remarks(`overrides:\n  - ${first}\n  - ${second}\n`)
  const both = (first: string, second: string) =>
    overrides(`{match: ${first}, rules: {image-latest: audit}}`, `{match: ${second}, rules: {image-latest: warn}}`)
  const firstIsVoid = ['2 overrides[0].rules.image-latest']
  t.strictSame(both('{namespaces: [prod-eu]}', '{namespaces: ["prod-*"]}'), firstIsVoid)
  t.strictSame(both('{namespaces: [prod-eu, dev]}', '{namespaces: ["prod-*"]}'), [], 'only partly covered')
  t.strictSame(both('{namespaces: [prod-eu]}', '{}'), firstIsVoid, 'an empty block matches everything')
  t.strictSame(both('{}', '{namespaces: [prod-eu]}'), [], 'the later one is narrower, as intended')
  t.strictSame(both('{kinds: [Pod]}', '{kinds: [Pod], namespaces: ["*"]}'), [], 'an additional key restricts the later one')
  t.strictSame(both('{kinds: [Pod], namespaces: [a]}', '{kinds: [Pod, Job]}'), firstIsVoid)
  t.strictSame(both('{labels: {a: b, c: d}}', '{labels: {matchLabels: {a: b}}}'), firstIsVoid, 'two ways to write labels')
  t.strictSame(both('{labels: {a: b}}', '{namespaceSelector: {matchLabels: {a: b}}}'), [])
  t.strictSame(
    both('{namespaceSelector: {matchLabels: {a: b}}}', '{namespaceSelector: {matchExpressions: [{key: a, operator: In, values: [b]}]}}'),
    firstIsVoid,
  )
  t.strictSame(both('{images: ["DOCKER.IO:443/library/*"]}', '{images: ["docker.io/**"]}').slice(1), firstIsVoid, 'two spellings of a host')
  t.strictSame(both('{owners: [Job/a]}', '{owners: [Job]}'), firstIsVoid)
  t.strictSame(both('{owners: [Job.batch.volcano.sh/a]}', '{owners: ["*.*"]}'), firstIsVoid)
  t.strictSame(both('{owners: [Job]}', '{owners: [Job/a]}'), [])
  t.strictSame(both('{owners: [Job.batch.volcano.sh]}', '{owners: ["*"]}'), [], 'a pattern without a group does not match this Job')
  for (const key of ['owners', 'users', 'containers', 'images']) {
    t.notOk(both('{}', `{${key}: ["**"]}`).includes('2 overrides[0].rules.image-latest'), `not everything has ${key}`)
  }
  t.strictSame(overrides('{rules: {image-latest: deny}}', '{rules: {pull-never: warn}}'), [], 'another rule')
  t.strictSame(
    overrides('{rules: {image-latest: {ignorable: true}}}', '{rules: {image-latest: warn}}'),
    [],
    'the later one sets another key',
  )
})

t.test('a registry without effect because of an earlier one gets a remark', async (t) => {
  const registries = (...entries: string[]) => remarks(`registries:\n${entries.map((entry) => `  - ${entry}\n`).join('')}`)
  t.strictSame(registries('{match: "docker.io/**", fragile: true}', '{match: "docker.io/library/*", fragile: false}'), ['3 registries[1]'])
  t.strictSame(registries('{match: "docker.io/library/*", fragile: false}', '{match: "docker.io/**", fragile: true}'), [])
  t.strictSame(
    registries('{match: "docker.io/**", fragile: true}', '{match: "docker.io/library/*", fragile: false, servedBy: mirror}'),
    ['3 registries[1].fragile'],
    'one property of two',
  )
  t.strictSame(registries('{match: "docker.io/**", fragile: true}', '{match: "docker.io/library/*", servedBy: mirror}'), [])
  t.strictSame(registries('{match: "docker.io/*/*", fragile: true}', '{match: "docker.io/**", fragile: false}'), [])
})

t.test('a match block that matches nothing gets a remark', async (t) => {
  const match = (block: string) => remarks(`overrides:\n  - match: ${block}\n    rules: {image-latest: deny}\n`)
  const at = (key: string) => [`2 overrides[0].match.${key}`]
  t.strictSame(match('{namespaces: [Prod]}'), at('namespaces[0]'))
  t.strictSame(match('{namespaces: [prod, "a/b"]}'), at('namespaces[1]'))
  t.strictSame(match(`{namespaces: [${'a'.repeat(64)}]}`), at('namespaces[0]'))
  t.strictSame(match(`{namespaces: ["${'a'.repeat(63)}*", "prod-*", "**"]}`), [])
  t.strictSame(match('{names: [web.v1, "Web"]}'), at('names[1]'))
  t.strictSame(match('{containers: [my_app]}'), at('containers[0]'))
  t.strictSame(match('{images: [nginx]}'), at('images[0]'))
  t.strictSame(match('{labels: {matchExpressions: [{key: a, operator: In}]}}'), at('labels'))
  t.strictSame(match('{labels: {matchLabels: {a: b}, matchExpressions: [{key: a, operator: NotIn, values: [b]}]}}'), at('labels'))
  t.strictSame(
    match('{namespaceSelector: {matchExpressions: [{key: a, operator: Exists}, {key: a, operator: DoesNotExist}]}}'),
    at('namespaceSelector'),
  )
  t.strictSame(match('{labels: {matchExpressions: [{key: a, operator: DoesNotExist}, {key: a, operator: NotIn, values: [b]}]}}'), [])
  t.strictSame(match('{labels: {matchExpressions: [{key: a, operator: Exists}, {key: a, operator: NotIn, values: [b]}]}}'), [])
})

t.test('a probe must be a URL without credentials', async (t) => {
  const probe = (url: string) => {
    const text = `${header}registries:\n  - {match: "docker.io/**", probe: "${url}"}\n`
    return reviewPolicy([{ file: 'p', text }], registry, { id: 'x', now: 0 }).problems.map(({ level, key }) => `${level} ${key}`)
  }
  t.strictSame(probe('https://registry-1.docker.io/v2/'), [])
  t.strictSame(probe('http://127.0.0.1:5000/v2/'), [])
  for (const url of ['https://user:secret@registry.example/v2/', 'http://[half/', 'https://registry.example:99999/v2/']) {
    t.strictSame(probe(url), ['error registries[0].probe'], url)
  }
  t.ok(probe('ftp://registry.example/').includes('error registries[0].probe'))
})

/** All texts of at most `length` parts. */
function allOf(parts: readonly string[], length: number): string[] {
  const shorter = length === 0 ? [] : allOf(parts, length - 1)
  return length === 0 ? [''] : ['', ...shorter.flatMap((text) => parts.map((part) => text + part))]
}

t.test('a glob that covers a pattern matches everything that the pattern matches', async (t) => {
  const globs = [...new Set(allOf(['a', '/', '*'], 5))].filter((pattern) => pattern !== '').map(compileGlob)
  const texts = [...new Set(allOf(['a', 'b', '/'], 4))].filter((text) => text !== '')
  const matched = new Map(globs.map((glob) => [glob, texts.filter((text) => glob.matches(text))]))
  const budget = { left: 0 }
  let covered = 0
  const wrong: string[] = []
  for (const wide of globs) {
    for (const narrow of globs) {
      if (wide === narrow || !globCovers(wide.pattern, narrow.pattern, budget)) continue
      covered += 1
      if (!matched.get(narrow)?.every((text) => wide.matches(text))) wrong.push(`${wide.pattern} ${narrow.pattern}`)
    }
  }
  t.strictSame(wrong.slice(0, 5), [])
  t.ok(covered > 1000, `${covered} pairs`)
  t.ok(globCovers('prod-*', 'prod-eu-*', budget))
  t.ok(globCovers('docker.io/**', 'docker.io/library/**', budget))
  t.notOk(globCovers('docker.io/*/**', 'docker.io/**', budget))
  t.notOk(globCovers('*', 'a/**', budget))
})

t.test('matchCovers answers no when the budget for long lists is spent', async (t) => {
  const names = Array.from({ length: 100 }, (_, index) => `ns-${index}`)
  const budget = { left: 100_000 }
  t.ok(matchCovers({ namespaces: names }, { namespaces: names }, budget))
  t.equal(budget.left, 100_000 - (100 * 101) / 2)
  t.notOk(matchCovers({ namespaces: names }, { namespaces: names }, { left: 1000 }))
})

t.test('a pattern is compiled once, however often it is compared', async (t) => {
  const names = Array.from({ length: 100 }, (_, index) => `a*b*${index}`)
  const budget: Budget = { left: 100_000 }
  t.ok(matchCovers({ images: names }, { images: names }, budget))
  t.equal(budget.patterns?.size, 100)
  const known = [...(budget.patterns?.values() ?? [])].map(({ glob }) => glob)
  t.ok(matchCovers({ images: names }, { images: names }, budget))
  t.ok([...(budget.patterns?.values() ?? [])].every(({ glob }, index) => glob === known[index]))
})

t.test('the search for entries without effect ends when its budget is spent', async (t) => {
  const overrides = Array.from({ length: 500 }, (_, index) => ({
    match: { images: [`a${index}-*b*`] },
    rules: { 'image-latest': 'deny' as const },
  }))
  const registries = overrides.map(({ match }) => ({ match: match.images[0] ?? '', fragile: true, pull: 'Always' as const }))
  for (const left of [10, 1000]) {
    const spent = { left }
    t.strictSame(shadowedRules(overrides, spent), [])
    t.ok(spent.left >= -overrides.length, `${spent.left}: an entry ends its own search`)
    spent.left = left
    t.strictSame(shadowedRegistries(registries, spent), [])
    t.ok(spent.left >= -2 * registries.length, `${spent.left}: an entry ends its own search`)
  }
  // Entries for different rules are not compared.
  const budget = { left: 1000 }
  shadowedRules([{ rules: { 'image-latest': 'deny' } }, { rules: { 'pull-never': 'deny' } }], budget)
  t.equal(budget.left, 1000)
})

t.test('no rule id is close enough to another to count as a misspelling, so older versions do not reject it', async (t) => {
  const ids = registry.rules.map(({ meta }) => meta.id)
  for (const id of ids) {
    t.equal(
      nearest(
        id,
        ids.filter((other) => other !== id),
      ),
      undefined,
      id,
    )
  }
})
