import type { CertificateFacts, DoctorFacts, Installation, TrialFacts } from './facts.ts'
import { count, error, type Finding, judgeSeen, ok, warning } from './finding.ts'
import { callsUrl, judgeConfiguration } from './judge-configuration.ts'
import { judgePermissions } from './judge-permissions.ts'
import { judgePolicy } from './judge-policy.ts'
import { judgeReplicas, judgeService } from './judge-service.ts'
import { describe, restore, uninstall } from './remedies.ts'

const day = 24 * 60 * 60 * 1000

/** Derives findings from facts, in the order in which a review passes through the cluster. A pure function. */
export function judge(facts: DoctorFacts): readonly Finding[] {
  const found = [
    judgeInstallations(facts),
    ...judgeConfiguration('validating', facts),
    ...judgeConfiguration('mutating', facts),
    ...(callsUrl(facts.validating) ? [] : judgeService(facts)),
    ...judgeReplicas(facts),
    ...judgeCertificate(facts),
    ...judgePermissions(facts),
    ...judgePolicy(facts),
  ]
  return [...found, ...judgeTrial(facts, found)]
}

function judgeInstallations({ installation, others }: DoctorFacts): Finding {
  const examined = describe(installation)
  if (others.length === 0) return ok('installation', `initlint is installed as ${examined}.`)
  return warning(
    'installation',
    [installation, ...others].map(({ name, namespace }) => `Deployment ${namespace}/${name}`).join(', '),
    `initlint is installed more than once: ${[installation, ...others].map(describe).join('; ')}. Each of them checks every object with its own policy. The findings below are about the first.`,
    `Keep one. To remove ${others.map((other) => `${other.name} in ${other.namespace}: ${uninstall(other)}`).join('; ')}. To examine another one: initlint doctor${others.map(({ name, namespace }) => ` --namespace ${namespace} --name ${name}`).at(0)}.`,
  )
}

function judgeCertificate({ certificate, validating, installation, now }: DoctorFacts): readonly Finding[] {
  const { secret, namespace } = installation
  // Another component provides the certificate.
  if (secret === undefined || (certificate.state === 'absent' && validating.state === 'found' && validating.value.injector !== undefined)) {
    return []
  }
  const where = `Secret ${namespace}/${secret}`
  const message = `There is no ${where}, and initlint is not allowed to create it.`
  const command = `kubectl create secret generic ${secret} -n ${namespace}`
  const remedy = installation.origin.tool === 'helm' ? restore(installation) : `Run ${command}; initlint writes a certificate into it.`
  return judgeSeen(certificate, 'certificate', where, [error('certificate', where, message, remedy)], (found) => [
    judgeLeaf(found, where, installation, now),
  ])
}

function judgeLeaf({ leaf, problems }: CertificateFacts, where: string, { name, namespace }: Installation, now: number): Finding {
  const repair = `A running initlint renews it; kubectl logs -n ${namespace} deployment/${name} shows why it did not.`
  if (problems.length > 0 || leaf === undefined) {
    return error('certificate', where, `The ${where} is not usable: ${problems.join('; ')}.`, repair)
  }
  const end = new Date(leaf.notAfter).toISOString()
  if (now >= leaf.notAfter) return error('certificate', where, `The serving certificate expired at ${end}.`, repair)
  const left = Math.floor((leaf.notAfter - now) / day)
  // It is renewed when a third of its life remains, so less than a fifth is well past that.
  if (leaf.notAfter - now < (leaf.notAfter - leaf.madeAt) / 5) {
    return warning('certificate', where, `The serving certificate expires at ${end} and has not been renewed.`, repair)
  }
  return ok('certificate', `The serving certificate is valid until ${end}, for ${count(left, 'day')}.`)
}

function judgeTrial(facts: DoctorFacts, findings: readonly Finding[]): readonly Finding[] {
  const { trial, validating, installation } = facts
  // An absent or hidden configuration has its own finding.
  if (validating.state !== 'found') return []
  const where = `ValidatingWebhookConfiguration ${installation.name}`
  const absent = warning(
    'trial',
    `${where} webhooks[].namespaceSelector`,
    'No test pod was created: initlint is not called for the pods of any namespace.',
    `Check the selector and the rules: kubectl get validatingwebhookconfiguration ${installation.name} -o yaml.`,
  )
  return judgeSeen(trial, 'trial', where, [absent], (found) => [judgeOutcome(found, facts, findings)])
}

function judgeOutcome(
  { namespace, milliseconds, outcome, message }: TrialFacts,
  facts: DoctorFacts,
  findings: readonly Finding[],
): Finding {
  const pod = `a pod without an image tag in ${namespace} (dry run, ${milliseconds} ms)`
  switch (outcome) {
    case 'answered':
      return ok('trial', `initlint${facts.others.length > 0 ? ' or another installation of it' : ''} warned about or denied ${pod}.`)
    case 'quiet':
      return ok('trial', `The policy has no finding for ${pod}, so the test cannot show whether initlint answers.`)
    case 'silent':
      return unreached(`initlint should have warned about ${pod}, but did not: the API server does not reach it.`, facts, findings)
    case 'failed':
      return unreached(`The API server cannot call initlint for ${pod}: ${message}`, facts, findings)
    case 'rejected':
      return warning(
        'trial',
        `namespace ${namespace}`,
        `RBAC or another admission webhook rejected ${pod}: ${message}`,
        'Use a context with permission to create pods there: initlint doctor --context NAME.',
      )
  }
}

/** The findings that explain why the API server does not reach initlint. A wrong policy or RBAC alone do not. */
const causes: ReadonlySet<Finding['id']> = new Set([
  'validating-configuration',
  'service-name',
  'service-port',
  'path',
  'endpoints',
  'ca-bundle',
  'certificate',
  'replicas',
])

/** The network is the cause only if everything else is known to be right. */
function unreached(message: string, facts: DoctorFacts, findings: readonly Finding[]): Finding {
  const { installation, endpoints } = facts
  const { name, namespace, service } = installation
  const where = `Service ${namespace}/${service}`
  const wrong = findings.filter(({ id, level }) => level === 'error' && causes.has(id))
  const [cause] = wrong
  if (cause !== undefined) return error('trial', cause.where, message, `Correct this first: ${cause.message}`)
  if (message.includes('x509:')) {
    const log = `kubectl logs -n ${namespace} deployment/${name}`
    return error('trial', where, message, `The replicas serve another certificate than that of the Secret: run ${log}.`)
  }
  if (message.includes('connection refused')) {
    const pods = `kubectl get pods -n ${namespace} -o wide; kubectl logs -n ${namespace} deployment/${name}`
    return error(
      'trial',
      where,
      message,
      `Nothing listens at an endpoint of the ${where}: compare its addresses with those of the pods: ${pods}.`,
    )
  }
  if (callsUrl(facts.validating)) {
    return error(
      'trial',
      where,
      message,
      `Check that a server answers at the URL: kubectl get validatingwebhookconfiguration ${name} -o yaml.`,
    )
  }
  const { service: seen, certificate, deployment } = facts
  if ([seen, endpoints, certificate, deployment].some(({ state }) => state === 'hidden') || endpoints.state !== 'found') {
    return error('trial', where, message, 'Run initlint doctor as a user that is allowed to read what was not checked.')
  }
  const { addresses } = endpoints.value
  return error(
    'network',
    where,
    message,
    `Everything else is right, so the network between the API server and ${addresses.join(', ')} is the cause: allow the port in the firewall of the control plane and in the NetworkPolicies of ${namespace} (kubectl get networkpolicies -n ${namespace}).`,
  )
}
