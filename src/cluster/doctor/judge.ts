import type { CertificateFacts, ConfigurationFacts, DeploymentFacts, DoctorFacts, PolicyFacts, Seen, TrialFacts } from './facts.ts'

export interface Finding {
  readonly id:
    | 'validating-configuration'
    | 'mutating-configuration'
    | 'ca-bundle'
    | 'failure-policy'
    | 'own-namespace'
    | 'certificate'
    | 'replicas'
    | 'policy'
    | 'trial'
  readonly level: 'ok' | 'warning' | 'error'
  /** What was found, as a sentence. */
  readonly message: string
  /** What to do, as a sentence; empty if there is nothing to do. */
  readonly remedy: string
}

const day = 24 * 60 * 60 * 1000
const install = 'Apply the manifests again: kubectl apply -k manifests/overlays/default.'
const checkLog = (role: string): string =>
  `initlint repairs it within seconds if it runs with --tls-secret; if it does not, check its log and its ${role}.`

/** Derives findings from facts, in the order in which a review passes through the cluster. A pure function. */
export function judge(facts: DoctorFacts): readonly Finding[] {
  const configurations = [configurationFound(facts.validating, 'validating'), configurationFound(facts.mutating, 'mutating')].flat()
  const named: readonly (readonly [string, Seen<ConfigurationFacts>])[] = [
    ['validating', facts.validating],
    ['mutating', facts.mutating],
  ]
  return [
    ...configurations,
    ...named.flatMap(([kind, seen]) => (seen.state === 'found' ? judgeConfiguration(kind, seen.value, facts) : [])),
    ...judgeCertificate(facts),
    judgeSeen(facts.deployment, 'replicas', `The Deployment initlint does not exist in ${facts.namespace}.`, judgeDeployment),
    judgeSeen(facts.policy, 'policy', 'The ConfigMap initlint-policy does not exist, so initlint neither warns nor denies.', judgePolicy),
    ...judgeTrial(facts),
  ]
}

function finding(id: Finding['id'], level: Finding['level'], message: string, remedy = ''): Finding {
  return { id, level, message, remedy }
}

function configurationFound(seen: Seen<ConfigurationFacts>, kind: 'validating' | 'mutating'): readonly Finding[] {
  const id = `${kind}-configuration` as const
  if (seen.state === 'hidden') return [hidden(id, seen.problem)]
  if (seen.state === 'found') return [finding(id, 'ok', `The ${kind} configuration has ${count(seen.value.webhooks.length, 'webhook')}.`)]
  // The mutating configuration is optional.
  if (kind === 'mutating') return []
  return [finding(id, 'error', 'There is no validating configuration initlint, so the API server does not call initlint.', install)]
}

function hidden(id: Finding['id'], problem: string): Finding {
  return finding(id, 'warning', `Not checked: ${problem}`, 'Run initlint doctor as a user that is allowed to read it.')
}

function judgeSeen<T>(seen: Seen<T>, id: Finding['id'], absent: string, found: (value: T) => Finding): Finding {
  if (seen.state === 'found') return found(seen.value)
  return seen.state === 'hidden' ? hidden(id, seen.problem) : finding(id, 'error', absent, install)
}

function judgeConfiguration(kind: string, configuration: ConfigurationFacts, facts: DoctorFacts): readonly Finding[] {
  const { webhooks } = configuration
  const own = webhooks.filter(({ selectsOwnNamespace }) => selectsOwnNamespace).map(({ name }) => name)
  const failing = webhooks.filter(({ failurePolicy }) => failurePolicy === 'Fail').map(({ name }) => name)
  return [
    judgeBundle(kind, configuration, facts.certificate),
    own.length === 0
      ? finding('own-namespace', 'ok', `The ${kind} configuration excludes the namespace ${facts.namespace}.`)
      : finding(
          'own-namespace',
          'error',
          `${own.join(', ')} (${kind}) is called for the pods of initlint itself: if initlint is down, its pods may fail to start.`,
          `Exclude ${facts.namespace} in its namespaceSelector, as the manifests do.`,
        ),
    failing.length === 0
      ? finding('failure-policy', 'ok', `failurePolicy Ignore (${kind}): while initlint is down, pods are admitted without a check.`)
      : finding(
          'failure-policy',
          'warning',
          `failurePolicy Fail (${failing.join(', ')}, ${kind}): while initlint is down, the objects that it checks cannot be created.`,
          `Use it only on purpose and with several replicas; in an emergency, run kubectl delete ${kind}webhookconfiguration initlint.`,
        ),
  ]
}

function judgeBundle(kind: string, { injector, webhooks }: ConfigurationFacts, certificate: Seen<CertificateFacts>): Finding {
  const without = webhooks.filter(({ trusts }) => trusts.length === 0).map(({ name }) => name)
  if (without.length > 0) {
    const remedy =
      injector === undefined
        ? checkLog('ClusterRole')
        : `The annotation ${injector} assigns the caBundle to another component: check its log (for cert-manager, that of cainjector).`
    return finding('ca-bundle', 'error', `${without.join(', ')} (${kind}) has no CA in its caBundle, so every call fails.`, remedy)
  }
  if (injector !== undefined) return finding('ca-bundle', 'ok', `The caBundle (${kind}) is set by another component (${injector}).`)
  if (certificate.state !== 'found') {
    return finding('ca-bundle', 'ok', `Every webhook (${kind}) has a CA in its caBundle; there is no Secret to compare it with.`)
  }
  const missing = webhooks.filter(({ trusts }) => !certificate.value.authorities.every((id) => trusts.includes(id))).map(({ name }) => name)
  return missing.length === 0
    ? finding('ca-bundle', 'ok', `The caBundle (${kind}) matches the Secret initlint-certificate.`)
    : finding(
        'ca-bundle',
        'error',
        `${missing.join(', ')} (${kind}) does not trust the CA of the Secret initlint-certificate, so calls fail.`,
        checkLog('ClusterRole'),
      )
}

function judgeCertificate({ certificate, validating, now }: DoctorFacts): readonly Finding[] {
  if (certificate.state === 'absent' && validating.state === 'found' && validating.value.injector !== undefined) return []
  return [
    judgeSeen(
      certificate,
      'certificate',
      'The Secret initlint-certificate does not exist, and initlint is not allowed to create it.',
      (found) => judgeLeaf(found, now),
    ),
  ]
}

function judgeLeaf({ leaf, problems }: CertificateFacts, now: number): Finding {
  const repair = checkLog('Role')
  if (problems.length > 0 || leaf === undefined) {
    return finding('certificate', 'error', `The Secret initlint-certificate is not usable: ${problems.join('; ')}.`, repair)
  }
  const end = new Date(leaf.notAfter).toISOString()
  if (now >= leaf.notAfter) return finding('certificate', 'error', `The serving certificate expired at ${end}.`, repair)
  const left = Math.floor((leaf.notAfter - now) / day)
  // It is renewed when a third of its life remains, so less than a fifth is well past that.
  if (leaf.notAfter - now < (leaf.notAfter - leaf.madeAt) / 5) {
    return finding('certificate', 'warning', `The serving certificate expires at ${end} and has not been renewed.`, repair)
  }
  return finding('certificate', 'ok', `The serving certificate is valid until ${end}, for ${count(left, 'day')}.`)
}

function judgeDeployment({ wanted, ready, updated }: DeploymentFacts): Finding {
  const inspect = 'Run kubectl get pods -n NAMESPACE -l app.kubernetes.io/name=initlint, and kubectl describe one that is not ready.'
  const scale = 'Scale it to 2 or more.'
  if (wanted === 0) return finding('replicas', 'error', 'The Deployment initlint is scaled to 0: nothing answers.', scale)
  if (ready === 0) return finding('replicas', 'error', `None of ${count(wanted, 'replica')} is ready: nothing answers.`, inspect)
  if (ready < wanted) return finding('replicas', 'warning', `${ready} of ${wanted} replicas are ready.`, inspect)
  if (updated < wanted) return finding('replicas', 'warning', `${updated} of ${wanted} replicas run the newest version.`, inspect)
  if (wanted === 1) return finding('replicas', 'warning', 'There is only one replica: while its node is drained, nothing answers.', scale)
  return finding('replicas', 'ok', `${ready} of ${wanted} replicas are ready.`)
}

function judgePolicy({ id, errors, warnings, lastGood }: PolicyFacts): Finding {
  if (errors.length > 0) {
    const instead = lastGood === undefined ? 'audit-only' : `the last good one (${lastGood})`
    return finding(
      'policy',
      'error',
      `The policy is invalid, so ${instead} is in force: ${errors.join('; ')}`,
      'Correct the ConfigMap initlint-policy.',
    )
  }
  if (lastGood !== id) {
    return finding(
      'policy',
      'warning',
      `No replica uses the policy ${id} yet.`,
      'Wait a second; if that does not help, check the replicas and their log.',
    )
  }
  if (warnings.length > 0) {
    return finding(
      'policy',
      'warning',
      `The policy ${id} is in force, with warnings: ${warnings.join('; ')}`,
      'Correct what is unintended.',
    )
  }
  return finding('policy', 'ok', `The policy ${id} is in force.`)
}

function judgeTrial({ trial, validating }: DoctorFacts): readonly Finding[] {
  // An absent or hidden configuration has its own finding.
  if (validating.state !== 'found') return []
  if (trial.state === 'hidden') return [hidden('trial', trial.problem)]
  if (trial.state === 'found') return [judgeOutcome(trial.value)]
  return [
    finding(
      'trial',
      'warning',
      'No test pod was created: initlint is not called for the pods of any namespace.',
      'Check the namespaceSelector of the validating configuration.',
    ),
  ]
}

function judgeOutcome({ namespace, milliseconds, outcome, message }: TrialFacts): Finding {
  const pod = `a pod without an image tag in ${namespace} (dry run, ${milliseconds} ms)`
  const connection =
    'Check that the API server can reach the port of the Service (firewall, NetworkPolicy, private control plane), and the findings above.'
  switch (outcome) {
    case 'answered':
      return finding('trial', 'ok', `initlint warned about or denied ${pod}.`)
    case 'quiet':
      return finding('trial', 'ok', `The policy has no finding for ${pod}, so the test cannot show whether initlint answers.`)
    case 'silent':
      return finding(
        'trial',
        'error',
        `initlint should have warned about ${pod}, but did not: the API server does not reach it.`,
        connection,
      )
    case 'failed':
      return finding('trial', 'error', `The API server cannot call initlint for ${pod}: ${message}`, connection)
    case 'rejected':
      return finding(
        'trial',
        'warning',
        `RBAC or another admission webhook rejected ${pod}: ${message}`,
        'Use a context with permission to create pods there: initlint doctor --context NAME.',
      )
  }
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`
}
