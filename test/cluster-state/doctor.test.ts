/** The findings that `initlint doctor` derives from facts. */
import t from 'tap'
import { renderFindings } from '../../src/cli/commands/doctor.ts'
import type { DoctorFacts, Seen, TrialFacts } from '../../src/cluster/doctor/facts.ts'
import { judge } from '../../src/cluster/doctor/judge.ts'

const day = 24 * 60 * 60 * 1000
const now = Date.UTC(2026, 10, 1)
const found = <T>(value: T): Seen<T> => ({ state: 'found', value })
const absent = { state: 'absent' } as const
const hidden = { state: 'hidden', problem: 'RBAC does not allow you to get it.' } as const

const webhook = { name: 'validate.initlint.dev', trusts: ['ca-1'], failurePolicy: 'Ignore', selectsOwnNamespace: false }
const configuration = { injector: undefined, webhooks: [webhook] }
const leaf = { madeAt: now - 10 * day, notAfter: now + 80 * day }
const certificate = { authorities: ['ca-1'], leaf, problems: [] }
const policy = { id: 'abc', errors: [], warnings: [], lastGood: 'abc' }
const trial: TrialFacts = { namespace: 'default', milliseconds: 7, outcome: 'answered', message: '' }
const healthy: DoctorFacts = {
  namespace: 'initlint',
  now,
  validating: found(configuration),
  mutating: absent,
  certificate: found(certificate),
  deployment: found({ wanted: 2, ready: 2, updated: 2 }),
  policy: found(policy),
  trial: found(trial),
}

/** id=level of every finding that is not ok. */
function trouble(changes: Partial<DoctorFacts>): string {
  const findings = judge({ ...healthy, ...changes }).filter(({ level }) => level !== 'ok')
  for (const { id, remedy } of findings) if (remedy === '') throw new Error(`${id} has no remedy`)
  return findings.map(({ id, level }) => `${id}=${level}`).join(' ')
}

t.test('each problem gives its finding and level', async (t) => {
  const hooks = (changes: Partial<typeof webhook>) => found({ ...configuration, webhooks: [webhook, { ...webhook, ...changes }] })
  const injected = (trusts: readonly string[]) => found({ injector: 'cert-manager.io/inject-ca-from', webhooks: [{ ...webhook, trusts }] })
  const cases: readonly (readonly [what: string, changes: Partial<DoctorFacts>, expected: string])[] = [
    ['healthy', {}, ''],
    ['with fixes', { mutating: found(configuration) }, ''],
    ['not installed', { validating: absent }, 'validating-configuration=error'],
    ['no caBundle', { validating: hooks({ trusts: [] }) }, 'ca-bundle=error'],
    ['another CA', { validating: hooks({ trusts: ['ca-2'] }) }, 'ca-bundle=error'],
    ['a CA change', { validating: hooks({ trusts: ['ca-1', 'ca-0'] }) }, ''],
    ['a CA change that is not registered', { certificate: found({ ...certificate, authorities: ['ca-2', 'ca-1'] }) }, 'ca-bundle=error'],
    ['cert-manager', { validating: injected(['other']), certificate: absent }, ''],
    ['cert-manager, not yet', { validating: injected([]), certificate: absent }, 'ca-bundle=error'],
    ['mutating configuration without caBundle', { mutating: hooks({ trusts: [] }) }, 'ca-bundle=error'],
    ['own namespace', { validating: hooks({ selectsOwnNamespace: true }) }, 'own-namespace=error'],
    ['Fail', { validating: hooks({ failurePolicy: 'Fail' }) }, 'failure-policy=warning'],
    ['no Secret', { certificate: absent }, 'certificate=error'],
    [
      'an empty Secret',
      { certificate: found({ ...certificate, leaf: undefined, problems: ['tls.crt and tls.key are empty'] }) },
      'certificate=error',
    ],
    ['expired', { certificate: found({ ...certificate, leaf: { ...leaf, notAfter: now - 1 } }) }, 'certificate=error'],
    [
      'not renewed',
      { certificate: found({ ...certificate, leaf: { madeAt: now - 80 * day, notAfter: now + day } }) },
      'certificate=warning',
    ],
    ['no Deployment', { deployment: absent }, 'replicas=error'],
    ['none ready', { deployment: found({ wanted: 2, ready: 0, updated: 2 }) }, 'replicas=error'],
    ['scaled to 0', { deployment: found({ wanted: 0, ready: 0, updated: 0 }) }, 'replicas=error'],
    ['one of two', { deployment: found({ wanted: 2, ready: 1, updated: 2 }) }, 'replicas=warning'],
    ['a rollout', { deployment: found({ wanted: 2, ready: 2, updated: 1 }) }, 'replicas=warning'],
    ['one replica', { deployment: found({ wanted: 1, ready: 1, updated: 1 }) }, 'replicas=warning'],
    ['no policy', { policy: absent }, 'policy=error'],
    ['invalid policy', { policy: found({ ...policy, errors: ['policy.yaml:1:1: no'] }) }, 'policy=error'],
    ['policy with warnings', { policy: found({ ...policy, warnings: ['policy.yaml:1:1: hm'] }) }, 'policy=warning'],
    ['policy not used yet', { policy: found({ ...policy, lastGood: 'old' }) }, 'policy=warning'],
    ['silent', { trial: found({ ...trial, outcome: 'silent' }) }, 'trial=error'],
    ['failed', { trial: found({ ...trial, outcome: 'failed', message: 'x509' }) }, 'trial=error'],
    ['rejected', { trial: found({ ...trial, outcome: 'rejected', message: 'quota' }) }, 'trial=warning'],
    ['quiet', { trial: found({ ...trial, outcome: 'quiet' }) }, ''],
    ['no namespace for a trial', { trial: absent }, 'trial=warning'],
    [
      'a user without permissions',
      { validating: hidden, mutating: hidden, certificate: hidden, deployment: hidden, policy: hidden, trial: hidden },
      'validating-configuration=warning mutating-configuration=warning certificate=warning replicas=warning policy=warning',
    ],
  ]
  for (const [what, changes, expected] of cases) t.equal(trouble(changes), expected, what)
})

t.test('the text is aligned, has the remedy below each problem, and contains no control characters', async (t) => {
  const findings = judge({ ...healthy, trial: found({ ...trial, outcome: 'failed', message: 'a\u001b[31m\nb' }) })
  const lines = renderFindings(findings, false).split('\n')
  const [first] = lines
  t.match(first, /^ok {7}validating-configuration {2}The/)
  t.match(lines.at(-2), '1 error, 0 warnings')
  const index = lines.findIndex((line) => line.startsWith('error    trial'))
  t.equal(lines[index + 1]?.search(/\S/), lines[index]?.indexOf('The API server'))
  t.notOk(lines.join('').includes('\u001b'))
})
