/** Following the advice of a finding, or applying its fix, brings no finding of another rule. The advice is read from the message itself. */
import t from 'tap'
import type { Diagnostic } from '../../src/lint/diagnostic.ts'
import { lint } from '../../src/lint/engine.ts'
import { noSiblings } from '../../src/model/siblings.ts'
import { readWorkload } from '../../src/model/workload.ts'
import { type Policy, readPolicy } from '../../src/policy/index.ts'
import { registry } from '../../src/rules/registry.ts'
import { digest } from '../../src/rules/testing/objects.ts'
import { InitScripts, plainAnalyst } from '../../src/script/index.ts'

interface Case {
  readonly kind: 'Pod' | 'Deployment'
  readonly image: string
  readonly pullPolicy: string | undefined
  /** Whether the last-applied manifest of kubectl shows that the pull policy is set. */
  readonly isExplicit?: true
  /** The container before an UPDATE. */
  readonly old?: Pick<Case, 'image' | 'pullPolicy'>
}

const references = [
  ...['nginx', 'nginx:latest', 'nginx:1.27', 'nginx:stable', `nginx@${digest}`, `nginx:latest@${digest}`, `nginx:1.27@${digest}`],
  ...[
    'Luksa/kiada:1',
    'docker.io/Nginx',
    'NGINX:latest',
    'docker://nginx',
    'https://docker.io/nginx:latest',
    'nginx ',
    ' nginx:latest',
    'ng\u200binx',
  ],
  ...['nginx/', 'app-/x', 'nginx@', `nginx:sha256:${'a'.repeat(64)}`],
]
const pullPolicies = [undefined, 'Always', 'IfNotPresent', 'Never']
const properties = ['', 'fragile: true', 'pull: Always', 'fragile: true, servedBy: mirror.example']
const settings = ['', 'cluster: {alwaysPullImages: true}\n', 'rules: {image-latest: off}\n', 'preset: strict\n']

function policyOf(property: string, setting: string): Policy {
  const registries = property === '' ? '' : `registries: [{match: "docker.io/**", ${property}}]\n`
  const text = `apiVersion: initlint.dev/v1alpha1\nkind: Policy\n${setting}${registries}`
  const { policy, problems } = readPolicy([{ file: 'policy', text }], registry, { id: 'test' })
  if (policy === undefined) throw new Error(problems.map(({ message }) => message).join(' '))
  return policy
}

function objectOf({ kind, image, pullPolicy, isExplicit }: Case): object {
  const containers = [{ name: 'main', image, ...(pullPolicy === undefined ? {} : { imagePullPolicy: pullPolicy }) }]
  const manifest = isExplicit && JSON.stringify(objectOf({ kind, image, pullPolicy }))
  const annotations = manifest === undefined ? {} : { 'kubectl.kubernetes.io/last-applied-configuration': manifest }
  const head = { kind, metadata: { name: 'x', annotations } }
  if (kind === 'Pod') return { apiVersion: 'v1', ...head, spec: { containers } }
  return { apiVersion: 'apps/v1', ...head, spec: { template: { spec: { containers } } } }
}

function findings(one: Case, policy: Policy): readonly Diagnostic[] {
  const source = one.old === undefined ? 'manifest' : 'review'
  const read = (object: object) => readWorkload(object, { namespace: 'default', source })
  const old = one.old === undefined ? null : (read(objectOf({ kind: one.kind, ...one.old })) ?? null)
  const workload = readWorkload(objectOf(one), { namespace: 'default', source, old })
  if (workload === undefined) throw new Error('no workload')
  const scripts = new InitScripts(workload, noSiblings, plainAnalyst)
  const request = { workload, scripts, namespaceLabels: undefined, user: null, old, now: 0 }
  return lint(workload, policy.forWorkload(request), registry.rules).diagnostics
}

const rulesOf = (found: readonly Diagnostic[]): ReadonlySet<string> =>
  new Set(found.flatMap(({ rule, absorbed = [] }) => [rule, ...absorbed.map((other) => other.rule)]))

/** The last path component without tag and digest, and everything before it. */
const nameOf = (image: string): string => image.replace(/@.*$/, '').replace(/:[^/]*$/, '')

/** One way to follow an advice: each clause changes the image or the pull policy. Undefined for what no edit of the container can do. */
function followed(clauses: readonly string[], one: Case): Case | undefined {
  let next: Case | undefined = one
  for (const clause of clauses) next = next && followClause(clause, next)
  return next
}

function followClause(clause: string, one: Case): Case | undefined {
  const { image } = one
  const [, pullPolicy] = /\b(?:set|use) (IfNotPresent|Always)\b/.exec(clause) ?? []
  if (pullPolicy !== undefined) return { ...one, pullPolicy, isExplicit: true }
  const [, recreated] = /recreate the pod with (\w+)/.exec(clause) ?? []
  if (recreated !== undefined) return { kind: one.kind, image, pullPolicy: recreated, isExplicit: true }
  if (clause.includes('pin a tag')) return { ...one, image: `${nameOf(image)}:1.27` }
  if (/pin a digest|remove the @/.test(clause))
    return { ...one, image: clause.includes('pin') ? `${nameOf(image)}@${digest}` : nameOf(image) }
  if (clause.includes('pin a version')) return { ...one, image: `${nameOf(image)}:1.27` }
  if (clause.includes('use lowercase')) return { ...one, image: image.toLowerCase() }
  if (clause.includes('write repository@sha256')) return { ...one, image: `nginx@${digest}` }
  const [, scheme] = /remove (\w+:\/\/)/.exec(clause) ?? []
  if (scheme !== undefined) return { ...one, image: image.slice(scheme.length) }
  if (clause.includes('remove it')) return { ...one, image: image.replace(/[ \u200b]/g, '') }
  if (clause.includes('remove the extra slash')) return { ...one, image: image.replace(/\/$/, '') }
  if (clause.includes('use lowercase letters and digits')) return { ...one, image: 'app/x' }
  return undefined
}

/** The alternatives of an advice, each as its clauses: `pin a tag and set IfNotPresent or use X`. */
function waysToFollow({ message }: Diagnostic, one: Case): readonly Case[] {
  const advice = message.slice(message.lastIndexOf('; ') + 2)
  return advice.split(/,? or /).flatMap((way) => followed(way.split(' and '), one) ?? [])
}

const categories = new Set(['image', 'pull'])
const isAboutPulls = ({ rule }: Diagnostic): boolean => registry.get(rule)?.meta.category === 'pull'
const isJudged = ({ rule }: Diagnostic): boolean => categories.has(registry.get(rule)?.meta.category ?? '')

function* cases(): Generator<Case> {
  for (const image of references) {
    for (const pullPolicy of pullPolicies) {
      yield { kind: 'Pod', image, pullPolicy }
      yield { kind: 'Deployment', image, pullPolicy }
      for (const old of [
        { image: 'nginx', pullPolicy: 'Always' },
        { image: 'nginx:1.26', pullPolicy: 'IfNotPresent' },
      ]) {
        // The API server has defaulted it, and rejects another pull policy of an existing Pod.
        if (pullPolicy === old.pullPolicy) {
          yield { kind: 'Pod', image, pullPolicy, old }
          yield { kind: 'Deployment', image, pullPolicy, old }
        }
      }
    }
  }
}

const rank = (rule: string): number => registry.get(rule)?.meta.fixPrecedence ?? Number.POSITIVE_INFINITY

for (const property of properties) {
  for (const setting of settings) {
    t.test(`following advice brings no other finding: {${property}} ${setting.trim()}`, async (t) => {
      const policy = policyOf(property, setting)
      let count = 0
      for (const one of cases()) {
        const found = findings(one, policy).filter(isJudged)
        const before = rulesOf(found)
        for (const diagnostic of found) {
          for (const next of waysToFollow(diagnostic, one)) {
            count++
            // The pull policy of a reference that no node can read is judged for the first time.
            const isFirst = diagnostic.rule === 'image-invalid' && (one.pullPolicy !== undefined || property.includes('pull'))
            const after = findings(next, policy).filter((found) => isJudged(found) && !(isFirst && isAboutPulls(found)))
            const added = [...rulesOf(after)].filter((rule) => !before.has(rule))
            if (added.length > 0) t.fail(`${added.join()} after "${diagnostic.message}"`, { one, next })
            if (one.kind === 'Pod' && next.old !== undefined && next.pullPolicy !== one.pullPolicy)
              t.fail(`an UPDATE of a Pod cannot follow "${diagnostic.message}"`)
          }
        }
      }
      t.ok(count > 100, `${count} ways to follow an advice`)
    })

    t.test(`a fix brings no other finding: {${property}} ${setting.trim()}`, async (t) => {
      const policy = policyOf(property, setting)
      for (const one of cases()) {
        const found = findings(one, policy).filter(isJudged)
        const before = rulesOf(found)
        for (const { fix, rule } of found) {
          if (fix === undefined) continue
          const after = findings({ ...one, pullPolicy: fix.to }, policy).filter(isJudged)
          // The webhook omits a fix that a rule of higher precedence would revert (admission/fixes.ts).
          if (after.some((next) => next.fix !== undefined && rank(next.rule) < rank(rule))) continue
          const added = [...rulesOf(after)].filter((id) => !before.has(id))
          t.strictSame(added, [], `${rule} on ${JSON.stringify(one)}`)
        }
      }
      t.pass('all fixes are applied')
    })
  }
}
