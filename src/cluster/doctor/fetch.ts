import type { V1ConfigMap, V1EndpointSlice, V1Service } from '@kubernetes/client-node'
import type { Registry } from '../../lint/registry.ts'
import { builtInPolicy, type Policy } from '../../policy/index.ts'
import { readContent } from '../certificates/content.ts'
import type { ClusterClient } from '../client.ts'
import { contentOf } from '../policy/content.ts'
import { PolicyJudge, problemLine } from '../policy/judge.ts'
import { missingKeys, readStatus } from '../policy/status.ts'
import type { WebhookConfiguration } from '../webhook-registration.ts'
import type {
  CertificateFacts,
  DeploymentFacts,
  DoctorFacts,
  EndpointsFacts,
  Installation,
  PolicyFacts,
  Seen,
  ServiceFacts,
} from './facts.ts'
import { grantFacts } from './fetch-access.ts'
import { configurationFacts, coversResource, type Place, placeOf, selects } from './fetch-webhooks.ts'
import { deploymentFacts, findInstallations, type Wanted } from './installations.ts'
import { ifFound, map, see } from './see.ts'
import { type TrialPlace, tryPod } from './trial.ts'

/**
 * Collects the state of everything that belongs to initlint in a cluster. Changes nothing.
 * @param wanted the installation to examine, if there are several
 * @param now ms since 1970
 * @throws StartError if the API server does not answer or does not authenticate the user
 */
export async function gatherFacts(client: ClusterClient, wanted: Wanted, registry: Registry, now: number): Promise<DoctorFacts> {
  const { core, apps, admissionRegistration, discovery } = client
  const [installation, ...others] = await findInstallations(client, wanted)
  const { name, namespace, service, policy: policyName, secret: secretName } = installation
  const places = await knownPlaces(client)
  const own = await ownPlace(client, namespace, places)
  const validating = await see(`get validatingwebhookconfigurations ${name}`, () =>
    admissionRegistration.readValidatingWebhookConfiguration({ name }),
  )
  const mutating = await see(`get mutatingwebhookconfigurations ${name}`, () =>
    admissionRegistration.readMutatingWebhookConfiguration({ name }),
  )
  const deployment = map(
    await see(`get deployments ${namespace}/${name}`, () => apps.readNamespacedDeployment({ namespace, name })),
    deploymentFacts,
  )
  const foundService = await see(`get services ${namespace}/${service}`, () => core.readNamespacedService({ namespace, name: service }))
  const labelSelector = `kubernetes.io/service-name=${service}`
  const slices = await see(`list endpointslices in ${namespace}`, () => discovery.listNamespacedEndpointSlice({ namespace, labelSelector }))
  const certificate: DoctorFacts['certificate'] =
    secretName === undefined
      ? { state: 'absent' }
      : map(
          await see(`get secrets ${namespace}/${secretName}`, () => core.readNamespacedSecret({ namespace, name: secretName })),
          ({ data }) => certificateFacts(data ?? {}, installation),
        )
  const policy = await see(`get configmaps ${namespace}/${policyName}`, () => core.readNamespacedConfigMap({ namespace, name: policyName }))
  const status = await see(`get configmaps ${namespace}/${policyName}-status`, () =>
    core.readNamespacedConfigMap({ namespace, name: `${policyName}-status` }),
  )
  const state = policyState(policy, status, registry, now)
  return {
    installation,
    others,
    now,
    validating: map(validating, (found) => configurationFacts(found, own, places)),
    mutating: map(mutating, (found) => configurationFacts(found, own, places)),
    service: map(foundService, (found) => serviceFacts(found, ifFound(deployment))),
    endpoints: map(slices, ({ items }) => endpointsFacts(items)),
    certificate,
    deployment,
    grants: await grantFacts(client, installation),
    policy: state.facts,
    trial: await trialFacts(client, validating, places, state.policy, registry, now),
  }
}

/** The namespaces of the cluster; only `default` if the user is not allowed to list them. */
async function knownPlaces({ core }: ClusterClient): Promise<readonly Place[]> {
  const listed = await see('list namespaces', () => core.listNamespace({ limit: 500 }))
  const items = ifFound(listed)?.items ?? [{ metadata: { name: 'default' } }]
  return items.map(({ metadata }) => placeOf(metadata?.name ?? '', metadata?.labels))
}

async function ownPlace({ core }: ClusterClient, namespace: string, places: readonly Place[]): Promise<Place> {
  const known = places.find((place) => place.namespace === namespace)
  if (known !== undefined) return known
  const own = await see(`get namespaces ${namespace}`, () => core.readNamespace({ name: namespace }))
  return placeOf(namespace, ifFound(own)?.metadata?.labels)
}

function serviceFacts({ spec }: V1Service, deployment: DeploymentFacts | undefined): ServiceFacts {
  const ports = spec?.ports ?? []
  const selector = Object.entries(spec?.selector ?? {})
  const leads = ports.find(({ port, targetPort = port }) => {
    return targetPort === deployment?.webhookPort || targetPort === deployment?.webhookPortNumber
  })
  return {
    ports: ports.map(({ port }) => port),
    webhookPort: leads?.port,
    selectsPods:
      deployment === undefined || selector.length === 0 ? undefined : selector.every(([key, value]) => deployment.podLabels[key] === value),
  }
}

/** Longest list of addresses in a message. */
const maxAddresses = 3

function endpointsFacts(slices: readonly V1EndpointSlice[]): EndpointsFacts {
  const endpoints = slices.flatMap((slice) => slice.endpoints?.map((endpoint) => ({ ...endpoint, ports: slice.ports ?? [] })) ?? [])
  // Without a value, an endpoint counts as ready (discovery/v1, EndpointConditions). A slice without a port leads nowhere.
  const ready = endpoints.filter(({ conditions, ports }) => conditions?.ready !== false && ports.length > 0)
  return {
    ready: ready.length,
    notReady: endpoints.length - ready.length,
    addresses: ready.slice(0, maxAddresses).map(({ addresses, ports }) => `${addresses[0]}:${ports[0]?.port}`),
  }
}

function certificateFacts(data: Readonly<Record<string, string>>, { service, namespace }: Installation): CertificateFacts {
  const content = readContent(data, { dns: [`${service}.${namespace}.svc`], ip: [] }, [])
  return {
    authorities: content.authorities.map(({ id }) => id),
    leaf: content.leaf === undefined ? undefined : { madeAt: content.leaf.madeAt, notAfter: content.leaf.notAfter },
    problems: content.problems,
  }
}

interface PolicyState {
  readonly facts: Seen<PolicyFacts>
  /** The policy that should be in force. */
  readonly policy: Policy
}

function policyState(current: Seen<V1ConfigMap>, status: Seen<V1ConfigMap>, registry: Registry, now: number): PolicyState {
  const auditOnly = builtInPolicy('audit-only', registry)
  if (current.state !== 'found') return { facts: current, policy: auditOnly }
  const judging = new PolicyJudge(registry)
  const content = contentOf(current.value)
  const { policy, errors, warnings } = judging.judge(content)
  const shared = readStatus(ifFound(status)?.data)
  const last = shared.good === undefined ? undefined : judging.judge(shared.good).policy
  const value = {
    id: content.id,
    errors: errors.map(problemLine),
    warnings: [...warnings.map(problemLine), ...(policy?.endedExemptions(now) ?? [])],
    lastGood: shared.good?.id,
    missingKeys: missingKeys(shared, content),
  }
  return { facts: { state: 'found', value }, policy: policy ?? last ?? auditOnly }
}

async function trialFacts(
  client: ClusterClient,
  validating: Seen<WebhookConfiguration>,
  places: readonly Place[],
  policy: Policy,
  registry: Registry,
  now: number,
): Promise<DoctorFacts['trial']> {
  if (validating.state !== 'found') return { state: 'absent' }
  const place = trialPlace(validating.value, places)
  return place === undefined ? { state: 'absent' } : await see('create pods (dry run)', () => tryPod(client, place, policy, registry, now))
}

/** A namespace for whose pods initlint is called; `default` if possible. */
function trialPlace(configuration: WebhookConfiguration, places: readonly Place[]): TrialPlace | undefined {
  const hooks = (configuration.webhooks ?? []).filter(({ rules }) => coversResource(rules, 'pods'))
  const called = places.filter((each) => hooks.some(({ namespaceSelector }) => selects(namespaceSelector, each)))
  const place = called.find(({ namespace }) => namespace === 'default') ?? called[0]
  return place === undefined ? undefined : { ...place, webhooks: hooks.map(({ name }) => name) }
}
