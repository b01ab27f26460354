import type { DeploymentFacts, DoctorFacts, EndpointsFacts, Installation, ServiceFacts } from './facts.ts'
import { count, error, type Finding, judgeSeen, ok, warning } from './finding.ts'
import { servicePortRemedy } from './judge-configuration.ts'
import { patchCommand, restore } from './remedies.ts'

/** Derives the findings about the Service and its endpoints. */
export function judgeService(facts: DoctorFacts): readonly Finding[] {
  const { installation, service, endpoints } = facts
  const where = serviceText(installation)
  const absent = [error('endpoints', where, `There is no ${where}, so the API server reaches no replica.`, restore(installation))]
  return judgeSeen(service, 'endpoints', where, absent, (found) => {
    const deployment = facts.deployment.state === 'found' ? facts.deployment.value : undefined
    const wrong = [...wrongTarget(installation, found, deployment), ...wrongSelector(installation, found, deployment)]
    // Without endpoints as the consequence of a wrong selector, a second finding would only hide the cause.
    if (wrong.some(({ id }) => id === 'endpoints')) return wrong
    const none = { ready: 0, notReady: 0, addresses: [] }
    const slices = judgeSeen(endpoints, 'endpoints', `EndpointSlices of ${where}`, noEndpoints(installation, none, deployment), (seen) =>
      judgeEndpoints(installation, seen, deployment),
    )
    return [...wrong, ...slices]
  })
}

function serviceText({ service, namespace }: Installation): string {
  return `Service ${namespace}/${service}`
}

function wrongTarget(installation: Installation, service: ServiceFacts, deployment: DeploymentFacts | undefined): readonly Finding[] {
  if (deployment === undefined || service.webhookPort !== undefined) return []
  return [
    error(
      'service-port',
      `${serviceText(installation)} spec.ports`,
      `No port of ${serviceText(installation)} leads to the webhook port (${deployment.webhookPort}) of the pods.`,
      servicePortRemedy(installation, deployment.webhookPort),
    ),
  ]
}

function wrongSelector(installation: Installation, service: ServiceFacts, deployment: DeploymentFacts | undefined): readonly Finding[] {
  if (deployment === undefined || service.selectsPods !== false) return []
  const { service: name, namespace } = installation
  const steps = [{ op: 'add' as const, path: '/spec/selector', value: deployment.selector }]
  return [
    error(
      'endpoints',
      `${serviceText(installation)} spec.selector`,
      `The selector of ${serviceText(installation)} does not match the pods of the Deployment ${installation.name}, so it has no endpoints.`,
      `Run ${patchCommand(`service ${name} -n ${namespace}`, steps)}`,
    ),
  ]
}

function judgeEndpoints(
  installation: Installation,
  endpoints: EndpointsFacts,
  deployment: DeploymentFacts | undefined,
): readonly Finding[] {
  if (endpoints.ready === 0) return noEndpoints(installation, endpoints, deployment)
  return [
    ok('endpoints', `${serviceText(installation)} has ${count(endpoints.ready, 'ready endpoint')} (${endpoints.addresses.join(', ')}).`),
  ]
}

function noEndpoints(
  installation: Installation,
  { notReady }: EndpointsFacts,
  deployment: DeploymentFacts | undefined,
): readonly Finding[] {
  const { namespace, service, name } = installation
  const slices = `endpointslices -n ${namespace} -l kubernetes.io/service-name=${service}`
  const message = `${serviceText(installation)} has no ready endpoint${notReady > 0 ? ` (${notReady} not ready)` : ''}, so the API server reaches no replica.`
  const remedy =
    deployment !== undefined && deployment.ready > 0
      ? `The Deployment has ready replicas, so the EndpointSlices are outdated: run kubectl delete ${slices}; Kubernetes creates them again.`
      : `It has endpoints as soon as a replica is ready: run kubectl rollout status -n ${namespace} deployment/${name}.`
  return [error('endpoints', `EndpointSlices of ${serviceText(installation)}`, message, remedy)]
}

/** Derives the findings about the replicas. */
export function judgeReplicas({ deployment, installation }: DoctorFacts): readonly Finding[] {
  const { name, namespace } = installation
  const where = `Deployment ${namespace}/${name}`
  const absent = [error('replicas', where, `There is no ${where}: nothing answers.`, restore(installation))]
  return judgeSeen(deployment, 'replicas', where, absent, (found) => [judgeDeployment(found, where, installation)])
}

function judgeDeployment({ wanted, ready, updated, selector }: DeploymentFacts, where: string, { name, namespace }: Installation): Finding {
  const labels = Object.entries(selector)
    .map(([key, value]) => `${key}=${value}`)
    .join()
  const inspect = `Run kubectl describe pods -n ${namespace} -l ${labels} and kubectl logs -n ${namespace} deployment/${name}.`
  const scale = `Run kubectl scale -n ${namespace} deployment/${name} --replicas=2.`
  if (wanted === 0) return error('replicas', `${where} spec.replicas`, `The ${where} is scaled to 0: nothing answers.`, scale)
  if (ready === 0) return error('replicas', where, `None of ${count(wanted, 'replica')} is ready: nothing answers.`, inspect)
  if (ready < wanted) return warning('replicas', where, `${ready} of ${wanted} replicas are ready.`, inspect)
  if (updated < wanted) return warning('replicas', where, `${updated} of ${wanted} replicas run the newest version.`, inspect)
  if (wanted === 1) {
    return warning('replicas', `${where} spec.replicas`, 'There is only one replica: while its node is drained, nothing answers.', scale)
  }
  return ok('replicas', `${ready} of ${wanted} replicas are ready.`)
}
