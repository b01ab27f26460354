import type { V1ConfigMap, V1LabelSelector, V1RuleWithOperations } from '@kubernetes/client-node'
import type { Registry } from '../../lint/registry.ts'
import { builtInPolicy, type Policy } from '../../policy/index.ts'
import { compileSelector } from '../../policy/labels.ts'
import { StartError } from '../../server/keepers/start-error.ts'
import { readAuthorities, readContent } from '../certificates/content.ts'
import { type ClusterClient, clusterProblem, statusOf } from '../client.ts'
import { contentOf } from '../policy/content.ts'
import { PolicyJudge, problemLine } from '../policy/judge.ts'
import { readStatus } from '../policy/status.ts'
import { injectorOf, type WebhookConfiguration } from '../webhook-registration.ts'
import type { CertificateFacts, ConfigurationFacts, DeploymentFacts, DoctorFacts, PolicyFacts, Seen } from './facts.ts'
import { type TrialPlace, tryPod } from './trial.ts'

/** Names in the manifests. */
const name = 'initlint'
const names = { policy: 'initlint-policy', status: 'initlint-policy-status', secret: 'initlint-certificate' } as const

type Labels = ReadonlyMap<string, string>

/**
 * Collects the state of everything that belongs to initlint in a cluster. Changes nothing.
 * @param namespace of initlint
 * @param now ms since 1970
 * @throws StartError if the API server does not answer or does not authenticate the user
 */
export async function gatherFacts(client: ClusterClient, namespace: string, registry: Registry, now: number): Promise<DoctorFacts> {
  const { core, apps, admissionRegistration } = client
  const own = await see(`get namespaces ${namespace}`, () => core.readNamespace({ name: namespace }))
  const ownLabels = labelsOf(own.state === 'found' ? own.value.metadata?.labels : undefined, namespace)
  const validating = await see(`get validatingwebhookconfigurations ${name}`, () =>
    admissionRegistration.readValidatingWebhookConfiguration({ name }),
  )
  const mutating = await see(`get mutatingwebhookconfigurations ${name}`, () =>
    admissionRegistration.readMutatingWebhookConfiguration({ name }),
  )
  const secret = await see(`get secrets ${namespace}/${names.secret}`, () => core.readNamespacedSecret({ namespace, name: names.secret }))
  const deployment = await see(`get deployments ${namespace}/${name}`, () => apps.readNamespacedDeployment({ namespace, name }))
  const policy = await see(`get configmaps ${namespace}/${names.policy}`, () =>
    core.readNamespacedConfigMap({ namespace, name: names.policy }),
  )
  const status = await see(`get configmaps ${namespace}/${names.status}`, () =>
    core.readNamespacedConfigMap({ namespace, name: names.status }),
  )
  const state = policyState(policy, status, registry, now)
  return {
    namespace,
    now,
    validating: map(validating, (found) => configurationFacts(found, ownLabels)),
    mutating: map(mutating, (found) => configurationFacts(found, ownLabels)),
    certificate: map(secret, ({ data }) => certificateFacts(data ?? {}, namespace)),
    deployment: map(deployment, ({ spec, status }): DeploymentFacts => {
      return { wanted: spec?.replicas ?? 1, ready: status?.readyReplicas ?? 0, updated: status?.updatedReplicas ?? 0 }
    }),
    policy: state.facts,
    trial: await trialFacts(client, validating, state.policy, registry, now),
  }
}

/** Looks up one object. A denial by RBAC becomes a finding; without an API server, nothing else can be examined. */
async function see<T>(action: string, read: () => Promise<T>): Promise<Seen<T>> {
  try {
    return { state: 'found', value: await read() }
  } catch (error) {
    const status = statusOf(error)
    if (status === 404) return { state: 'absent' }
    if (status === undefined || status === 401) throw new StartError(clusterProblem(error, action))
    return { state: 'hidden', problem: status === 403 ? `RBAC does not allow you to ${action}.` : clusterProblem(error, action) }
  }
}

function map<T, U>(seen: Seen<T>, change: (value: T) => U): Seen<U> {
  return seen.state === 'found' ? { state: 'found', value: change(seen.value) } : seen
}

/** Adds the label with the name of the namespace, which Kubernetes sets since 1.22. */
function labelsOf(labels: Readonly<Record<string, string>> | undefined, namespace: string): Labels {
  return new Map([['kubernetes.io/metadata.name', namespace], ...Object.entries(labels ?? {})])
}

function configurationFacts(configuration: WebhookConfiguration, ownLabels: Labels): ConfigurationFacts {
  return {
    injector: injectorOf(configuration),
    webhooks: (configuration.webhooks ?? []).map((hook) => ({
      name: hook.name,
      trusts: readAuthorities(Buffer.from(hook.clientConfig.caBundle ?? '', 'base64').toString('utf8')).map(({ id }) => id),
      failurePolicy: hook.failurePolicy ?? 'Fail',
      selectsOwnNamespace: coversResource(hook.rules, 'pods') && selects(hook.namespaceSelector, ownLabels),
    })),
  }
}

function coversResource(rules: readonly V1RuleWithOperations[] | undefined, resource: string): boolean {
  return (rules ?? []).some(({ resources }) => (resources ?? []).some((each) => each === resource || each.startsWith('*')))
}

const operators = ['In', 'NotIn', 'Exists', 'DoesNotExist'] as const

function selects(selector: V1LabelSelector | undefined, labels: Labels): boolean {
  const matchExpressions = (selector?.matchExpressions ?? []).flatMap(({ key, operator, values }) => {
    const known = operators.find((each) => each === operator)
    return known === undefined ? [] : [{ key, operator: known, values }]
  })
  const conditions = compileSelector({ matchLabels: selector?.matchLabels ?? {}, matchExpressions })
  return conditions.every((condition) => condition((key) => labels.get(key)))
}

function certificateFacts(data: Readonly<Record<string, string>>, namespace: string): CertificateFacts {
  const content = readContent(data, { dns: [`${name}.${namespace}.svc`], ip: [] }, [])
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
  const { good } = readStatus(status.state === 'found' ? status.value.data : undefined)
  const last = good === undefined ? undefined : judging.judge(good).policy
  return {
    facts: {
      state: 'found',
      value: {
        id: content.id,
        errors: errors.map(problemLine),
        warnings: [...warnings.map(problemLine), ...(policy?.endedExemptions(now) ?? [])],
        lastGood: good?.id,
      },
    },
    policy: policy ?? last ?? auditOnly,
  }
}

async function trialFacts(
  client: ClusterClient,
  validating: Seen<WebhookConfiguration>,
  policy: Policy,
  registry: Registry,
  now: number,
): Promise<DoctorFacts['trial']> {
  if (validating.state !== 'found') return { state: 'absent' }
  const place = await trialPlace(client, validating.value)
  if (place.state !== 'found') return place
  return await see('create pods (dry run)', () => tryPod(client, place.value, policy, registry, now))
}

/** A namespace for whose pods initlint is called; `default` if possible. */
async function trialPlace(client: ClusterClient, configuration: WebhookConfiguration): Promise<Seen<TrialPlace>> {
  const hooks = (configuration.webhooks ?? []).filter(({ rules }) => coversResource(rules, 'pods'))
  const listed = await see('list namespaces', () => client.core.listNamespace({ limit: 500 }))
  const known = listed.state === 'found' ? listed.value.items : [{ metadata: { name: 'default' } }]
  const places = known
    .map(({ metadata }) => ({ namespace: metadata?.name ?? '', labels: labelsOf(metadata?.labels, metadata?.name ?? '') }))
    .filter(({ labels }) => hooks.some(({ namespaceSelector }) => selects(namespaceSelector, labels)))
  const place = places.find(({ namespace }) => namespace === 'default') ?? places[0]
  return place === undefined ? { state: 'absent' } : { state: 'found', value: { ...place, webhooks: hooks.map(({ name }) => name) } }
}
