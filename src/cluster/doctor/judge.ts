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
  /** What was found, a sentence. */
  readonly message: string
  /** What to do, a sentence; empty where nothing is to be done. */
  readonly remedy: string
}

const day = 24 * 60 * 60 * 1000
const install = 'Apply the manifests again: kubectl apply -k manifests/overlays/default.'

/** Judges what was found. Pure: same facts, same findings, in the order in which a review goes through the cluster. */
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
    judgeSeen(facts.policy, 'policy', 'The ConfigMap initlint-policy does not exist: nobody is warned or denied.', judgePolicy),
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
  // The mutating one is a component that an admin adds.
  if (kind === 'mutating') return []
  return [finding(id, 'error', 'There is no validating configuration initlint: the API server asks nobody.', install)]
}

function hidden(id: Finding['id'], problem: string): Finding {
  return finding(id, 'warning', `Not looked at: ${problem}`, 'Run initlint doctor as somebody who may read it.')
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
      ? finding('own-namespace', 'ok', `The ${kind} configuration leaves out the namespace ${facts.namespace}.`)
      : finding(
          'own-namespace',
          'error',
          `${own.join(', ')} (${kind}) is asked about the pods of initlint itself: where it is away, it may not come back.`,
          `Exclude ${facts.namespace} in its namespaceSelector, as the manifests do.`,
        ),
    failing.length === 0
      ? finding('failure-policy', 'ok', `failurePolicy Ignore (${kind}): while initlint is away, pods start as if it were not installed.`)
      : finding(
          'failure-policy',
          'warning',
          `failurePolicy Fail (${failing.join(', ')}, ${kind}): while initlint is away, nothing that it judges can be created.`,
          `Keep it only on purpose, with several replicas; in an emergency: kubectl delete ${kind}webhookconfiguration initlint.`,
        ),
  ]
}

function judgeBundle(kind: string, { injector, webhooks }: ConfigurationFacts, certificate: Seen<CertificateFacts>): Finding {
  const without = webhooks.filter(({ trusts }) => trusts.length === 0).map(({ name }) => name)
  if (without.length > 0) {
    const remedy =
      injector === undefined
        ? 'initlint writes it within seconds where it runs with --tls-secret: look into its log, and at its ClusterRole.'
        : `${injector} is to fill it in: look at the log of who does (cert-manager's cainjector).`
    return finding('ca-bundle', 'error', `${without.join(', ')} (${kind}) has no CA in its caBundle: every call fails.`, remedy)
  }
  if (injector !== undefined) return finding('ca-bundle', 'ok', `${injector} fills in the caBundle (${kind}).`)
  if (certificate.state !== 'found') {
    return finding('ca-bundle', 'ok', `Every webhook (${kind}) has a CA in its caBundle; there is no Secret to compare it with.`)
  }
  const missing = webhooks.filter(({ trusts }) => !certificate.value.authorities.every((id) => trusts.includes(id))).map(({ name }) => name)
  return missing.length === 0
    ? finding('ca-bundle', 'ok', `The caBundle (${kind}) agrees with the Secret initlint-certificate.`)
    : finding(
        'ca-bundle',
        'error',
        `${missing.join(', ')} (${kind}) does not trust the CA of the Secret initlint-certificate: calls fail.`,
        'initlint puts it right within seconds where it runs with --tls-secret: look into its log, and at its ClusterRole.',
      )
}

function judgeCertificate({ certificate, validating, now }: DoctorFacts): readonly Finding[] {
  if (certificate.state === 'absent' && validating.state === 'found' && validating.value.injector !== undefined) return []
  return [
    judgeSeen(certificate, 'certificate', 'The Secret initlint-certificate does not exist, and initlint may not create it.', (found) =>
      judgeLeaf(found, now),
    ),
  ]
}

function judgeLeaf({ leaf, problems }: CertificateFacts, now: number): Finding {
  const repair = 'initlint repairs it within seconds where it runs with --tls-secret: look into its log, and at its Role.'
  if (problems.length > 0 || leaf === undefined) {
    return finding('certificate', 'error', `The Secret initlint-certificate cannot be served from: ${problems.join('; ')}.`, repair)
  }
  const end = new Date(leaf.notAfter).toISOString()
  if (now >= leaf.notAfter) return finding('certificate', 'error', `The serving certificate ended at ${end}.`, repair)
  const left = Math.floor((leaf.notAfter - now) / day)
  // Renewed at two thirds; a fifth is well past that.
  if (leaf.notAfter - now < (leaf.notAfter - leaf.madeAt) / 5) {
    return finding('certificate', 'warning', `The serving certificate ends at ${end} and has not been renewed.`, repair)
  }
  return finding('certificate', 'ok', `The serving certificate is valid until ${end}, for ${count(left, 'day')}.`)
}

function judgeDeployment({ wanted, ready, updated }: DeploymentFacts): Finding {
  const look = 'See why: kubectl get pods -n NAMESPACE -l app.kubernetes.io/name=initlint, and kubectl describe one that is not ready.'
  if (wanted === 0) return finding('replicas', 'error', 'The Deployment initlint is scaled to 0: nobody answers.', 'Scale it to 2 or more.')
  if (ready === 0) return finding('replicas', 'error', `None of ${count(wanted, 'replica')} is ready: nobody answers.`, look)
  if (ready < wanted) return finding('replicas', 'warning', `${ready} of ${wanted} replicas are ready.`, look)
  if (updated < wanted) return finding('replicas', 'warning', `${updated} of ${wanted} replicas are of the newest version.`, look)
  if (wanted === 1) {
    return finding('replicas', 'warning', 'There is one replica: while its node is drained, nobody answers.', 'Scale it to 2 or more.')
  }
  return finding('replicas', 'ok', `${ready} of ${wanted} replicas are ready.`)
}

function judgePolicy({ id, errors, warnings, lastGood }: PolicyFacts): Finding {
  if (errors.length > 0) {
    const holds = lastGood === undefined ? 'audit-only holds' : `the last good one (${lastGood}) holds`
    return finding('policy', 'error', `The policy is refused, so ${holds}: ${errors.join('; ')}`, 'Repair the ConfigMap initlint-policy.')
  }
  if (lastGood !== id) {
    return finding(
      'policy',
      'warning',
      `No replica has taken over the policy ${id} yet.`,
      'Wait a second; if it stays so, look at the replicas and their log.',
    )
  }
  if (warnings.length > 0) {
    return finding('policy', 'warning', `The policy ${id} is in force, with remarks: ${warnings.join('; ')}`, 'Repair what is not meant.')
  }
  return finding('policy', 'ok', `The policy ${id} is in force.`)
}

function judgeTrial({ trial, validating }: DoctorFacts): readonly Finding[] {
  // That nobody is asked is said already.
  if (validating.state !== 'found') return []
  if (trial.state === 'hidden') return [hidden('trial', trial.problem)]
  if (trial.state === 'found') return [judgeOutcome(trial.value)]
  return [
    finding(
      'trial',
      'warning',
      'Nothing was tried: no namespace is found whose pods initlint is asked about.',
      'Look at its namespaceSelector.',
    ),
  ]
}

function judgeOutcome({ namespace, milliseconds, outcome, said }: TrialFacts): Finding {
  const where = `a pod without a tag in ${namespace} (dry run, ${milliseconds} ms)`
  const reach =
    'Check that the API server reaches the Service on its port (firewall, NetworkPolicy, private control plane), and the findings above.'
  switch (outcome) {
    case 'answered':
      return finding('trial', 'ok', `initlint spoke about ${where}.`)
    case 'quiet':
      return finding('trial', 'ok', `The policy has nothing to say about ${where}, so no answer could be seen.`)
    case 'silent':
      return finding('trial', 'error', `initlint should have spoken about ${where}, and did not: it is not reached.`, reach)
    case 'failed':
      return finding('trial', 'error', `The API server cannot ask initlint about ${where}: ${said}`, reach)
    case 'rejected':
      return finding(
        'trial',
        'warning',
        `Somebody else refused ${where}: ${said}`,
        'Try as somebody who may create pods there: initlint doctor --context NAME.',
      )
  }
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`
}
