import type { V1Container, V1Deployment, V1ObjectMeta } from '@kubernetes/client-node'
import type { ClusterClient } from '../client.ts'
import type { WebhookConfiguration } from '../webhook-registration.ts'
import { webhookNames } from './expected.ts'
import type { DeploymentFacts, Installation, Origin } from './facts.ts'
import { ifFound, see } from './see.ts'

/** The name in the manifests, and the namespace that they use. */
const name = 'initlint'
const labelSelector = `app.kubernetes.io/name=${name}`

/** What the user asks for. */
export interface Wanted {
  readonly namespace: string | undefined
  readonly name: string | undefined
}

/**
 * Finds the installations by the labels of their Deployments and by the webhooks of their configurations, with any name and namespace.
 * @returns the one to examine first; the default names if nothing is found
 */
export async function findInstallations(client: ClusterClient, wanted: Wanted): Promise<readonly [Installation, ...Installation[]]> {
  const deployments = await listDeployments(client, wanted.namespace ?? name)
  const configurations = ifFound(
    await see('list validatingwebhookconfigurations', () => client.admissionRegistration.listValidatingWebhookConfiguration()),
  )
  const found = deployments.map(installationOf)
  for (const configuration of (configurations?.items ?? []).filter(isOurs)) {
    const { metadata } = configuration
    if (found.some((installation) => installation.name === metadata?.name)) continue
    const origin = originOf(metadata)
    const namespace = origin.tool === 'helm' ? origin.namespace : configuration.webhooks?.[0]?.clientConfig.service?.namespace
    found.push({ ...defaults(metadata?.name ?? name, wanted.namespace ?? namespace ?? name), origin })
  }
  const isWanted = (each: Installation): boolean =>
    (wanted.namespace === undefined || each.namespace === wanted.namespace) && (wanted.name === undefined || each.name === wanted.name)
  const rank = (each: Installation): number => (isWanted(each) ? 0 : 2) + (each.namespace === name ? 0 : 1)
  found.sort((left, right) => rank(left) - rank(right) || key(left).localeCompare(key(right)))
  const [first, ...others] = found
  if (first === undefined || !isWanted(first)) return [defaults(wanted.name ?? name, wanted.namespace ?? name), ...found]
  return [first, ...others]
}

function key({ namespace, name: own }: Installation): string {
  return `${namespace}/${own}`
}

async function listDeployments({ apps }: ClusterClient, namespace: string): Promise<readonly V1Deployment[]> {
  const all = await see('list deployments', () => apps.listDeploymentForAllNamespaces({ labelSelector }))
  if (all.state === 'found') return all.value.items
  const some = await see(`list deployments in ${namespace}`, () => apps.listNamespacedDeployment({ namespace, labelSelector }))
  return ifFound(some)?.items ?? []
}

function isOurs({ metadata, webhooks }: WebhookConfiguration): boolean {
  const isLabeled = metadata?.labels?.['app.kubernetes.io/name'] === name
  return isLabeled || (webhooks ?? []).some((hook) => webhookNames.validating.some((each) => each === hook.name))
}

/** The names of the manifests. */
function defaults(own: string, namespace: string): Installation {
  return {
    name: own,
    namespace,
    origin: { tool: 'unknown' },
    service: own,
    policy: `${own}-policy`,
    secret: `${own}-certificate`,
    account: own,
  }
}

function installationOf(deployment: V1Deployment): Installation {
  const { metadata, spec } = deployment
  const own = defaults(metadata?.name ?? name, metadata?.namespace ?? name)
  const environment = environmentOf(containerOf(deployment))
  const mounted = environment.has('INITLINT_TLS_CERT')
  return {
    ...own,
    origin: originOf(metadata),
    service: environment.get('INITLINT_SERVICE') ?? own.service,
    policy: nameIn(environment.get('INITLINT_POLICY_CONFIGMAP')) ?? own.policy,
    secret: nameIn(environment.get('INITLINT_TLS_SECRET')) ?? (mounted ? undefined : own.secret),
    account: spec?.template.spec?.serviceAccountName ?? own.account,
  }
}

/** The container of initlint. */
function containerOf({ spec }: V1Deployment): V1Container | undefined {
  const containers = spec?.template?.spec?.containers ?? []
  return containers.find((container) => container.name === name) ?? containers[0]
}

function environmentOf(container: V1Container | undefined): ReadonlyMap<string, string> {
  return new Map((container?.env ?? []).map((entry) => [entry.name, entry.value ?? '']))
}

/** The name in `$(POD_NAMESPACE)/NAME`. */
function nameIn(reference: string | undefined): string | undefined {
  return reference?.split('/').at(-1) || undefined
}

/** The state of a Deployment. */
export function deploymentFacts(deployment: V1Deployment): DeploymentFacts {
  const { spec, status } = deployment
  const container = containerOf(deployment)
  const port = Number(environmentOf(container).get('INITLINT_PORT'))
  const named = (container?.ports ?? []).find((each) => each.name === 'webhook' && (Number.isNaN(port) || each.containerPort === port))
  return {
    wanted: spec?.replicas ?? 1,
    ready: status?.readyReplicas ?? 0,
    updated: status?.updatedReplicas ?? 0,
    selector: spec?.selector.matchLabels ?? {},
    podLabels: spec?.template.metadata?.labels ?? {},
    webhookPort: named === undefined ? port : 'webhook',
    webhookPortNumber: named?.containerPort ?? port,
  }
}

/** How an object got into the cluster. Helm sets the annotations; Argo CD, which only renders charts, does not. */
function originOf(metadata: V1ObjectMeta | undefined): Origin {
  const { annotations = {}, labels = {} } = metadata ?? {}
  const release = annotations['meta.helm.sh/release-name']
  const flux = labels['kustomize.toolkit.fluxcd.io/name']
  const application = annotations['argocd.argoproj.io/tracking-id']?.split(':')[0] ?? labels['argocd.argoproj.io/instance']
  const manager = labels['app.kubernetes.io/managed-by'] ?? ''
  if (release !== undefined) {
    return { tool: 'helm', release, namespace: annotations['meta.helm.sh/release-namespace'] ?? metadata?.namespace ?? 'default' }
  }
  if (application !== undefined) return { tool: 'argocd', application }
  if (flux !== undefined) return { tool: 'flux', name: flux, namespace: labels['kustomize.toolkit.fluxcd.io/namespace'] ?? 'flux-system' }
  if (manager === 'Helm') return { tool: 'chart', release: labels['app.kubernetes.io/instance'] ?? '' }
  const isApplied = Object.hasOwn(annotations, 'kubectl.kubernetes.io/last-applied-configuration')
  const byKubectl = isApplied || (metadata?.managedFields ?? []).some((entry) => entry.operation === 'Apply' && entry.manager === 'kubectl')
  return manager.startsWith('kustomize') || byKubectl ? { tool: 'kubectl' } : { tool: 'unknown' }
}
