/** Policies: any text is read or refused with its place, and what is read decides about any object. */
import { diffPolicies, reviewPolicy, showEffective, showPolicy } from '../../../src/policy/index.ts'
import { defaultRegistry } from '../../../src/rules/registry.ts'
import { podOf, workloadOf, workloadPolicy } from '../../policy/support.ts'
import { cleanPrototypes, fail, type Target, twice } from './target.ts'

const registry = defaultRegistry()
const now = Date.UTC(2026, 10, 22)
const workloads = [
  podOf({ namespace: 'dev', images: ['nginx', 'registry.example/app:stable', 'not valid', '__proto__'] }),
  podOf({
    namespace: 'prod-1',
    labels: { tier: 'db' },
    owner: { kind: 'Job', name: 'j' },
    annotations: { 'initlint.dev/ignore': 'pull-never: x' },
  }),
  workloadOf({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'd' },
    spec: { template: { spec: { containers: [{ name: 'c', image: 'a/b:c' }] } } },
  }),
]

/** All decisions of the policy about the workloads, as JSON. */
function decisions(policy: NonNullable<ReturnType<typeof reviewPolicy>['policy']>): unknown {
  return workloads.map((workload) => {
    const decided = workloadPolicy(policy, workload, { namespaceLabels: new Map([['team', 'a']]), user: 'jane', now })
    const subjects = [null, ...workload.imageUses()]
    return registry.rules.map(({ meta }) => subjects.map((subject) => decided.decide(meta.id, subject)))
  })
}

function readOnce(text: string) {
  const { policy, problems } = reviewPolicy([{ file: 'policy.yaml', text }], registry, { id: 'fuzz', now })
  return { policy, problems }
}

export const policies: Target = {
  name: 'policies',
  maxLength: 4 * 1024,
  dictionary: [
    ...[
      'apiVersion: initlint.dev/v1alpha1\n',
      'kind: Policy\n',
      '---\n',
      'preset: ',
      'rules: ',
      'registries: ',
      'overrides: ',
      'exemptions: ',
    ],
    ...[
      '- ',
      '  ',
      '\n',
      ': ',
      '{',
      '}',
      '[',
      ']',
      ',',
      '"',
      "'",
      '&a ',
      '*a',
      '<<: ',
      '!!str ',
      '? ',
      '| ',
      '>-\n',
      '#',
      '%YAML 1.2\n',
      '\t',
    ],
    ...[
      'match: ',
      'namespaces: ',
      'namespaceSelector: ',
      'matchLabels: ',
      'matchExpressions: ',
      'operator: ',
      'labels: ',
      'kinds: ',
      'names: ',
    ],
    ...[
      'containers: ',
      'images: ',
      'owners: ',
      'users: ',
      'reason: ',
      'expires: ',
      'fragile: ',
      'pull: ',
      'allowed: ',
      'servedBy: ',
      'probe: ',
    ],
    ...['action: ', 'options: ', 'ignorable: ', 'fix: ', 'on: ', 'force: ', 'annotations: ', 'allow: ', 'requireReason: ', 'cluster: '],
    ...[
      'alwaysPullImages: ',
      'kubernetes: ',
      'warnTo: ',
      'exceptUsers: ',
      'controllers: ',
      'placeholders: ',
      'preloaded: ',
      'mutableTags: ',
      'frozenRegistries: ',
      'runtime: ',
      'cri-o',
    ],
    ...[
      'strict',
      'recommended',
      'audit-only',
      'off',
      'deny',
      'warn',
      'audit',
      'fix',
      'false',
      'true',
      'null',
      '~',
      '1e9',
      '2026-12-31',
      '2026-02-30',
    ],
    ...[
      'image-latest',
      'pull-never',
      'registry-not-allowed',
      'init-not-idempotent',
      '"**"',
      '"*"',
      '"docker.io/**"',
      '"a*b*c*d*"',
      '__proto__',
      'constructor',
    ],
    ...registry.rules.map(({ meta }) => `${meta.id}: `),
  ],
  check(input) {
    const text = input.toString('utf8')
    const { policy, problems } = readOnce(text)
    const lines = text.split(/\r\n|\r|\n/).length
    for (const { line, column, level, message } of problems) {
      if (!(line >= 1 && column >= 1 && line <= lines)) fail(`a problem at ${line}:${column} of ${lines} lines: ${message}`)
      if (message === '' || !['error', 'warning', 'note'].includes(level)) fail(`a problem without a message or with the level ${level}`)
    }
    if ((policy === undefined) !== problems.some(({ level }) => level === 'error')) fail('a policy with errors, or none without')
    if (JSON.stringify(readOnce(text).problems) !== JSON.stringify(problems)) fail('the second reading finds other problems')
    if (policy === undefined) return cleanPrototypes()
    const decided = JSON.stringify(twice('the decisions', () => decisions(policy)))
    if (diffPolicies(policy, policy).length > 0) fail('a policy differs from itself')
    twice('showEffective', () => showEffective(policy, 'dev', undefined, now))
    const shown = showPolicy(policy).join('\n')
    const again = readOnce(shown)
    if (again.policy === undefined)
      fail(`what "policy show" prints is refused: ${JSON.stringify(again.problems[0])} in ${shown.slice(0, 1000)}`)
    if (JSON.stringify(decisions(again.policy)) !== decided) fail('what "policy show" prints decides otherwise')
    cleanPrototypes()
  },
}
