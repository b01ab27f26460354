import type { V1LabelSelector, V1MutatingWebhook, V1RuleWithOperations, V1ValidatingWebhook } from '@kubernetes/client-node'
import { compileSelector } from '../../policy/labels.ts'
import { readAuthorities } from '../certificates/content.ts'
import { injectorOf, type WebhookConfiguration } from '../webhook-registration.ts'
import { excludedNamespaces, missingRules, policyWebhook } from './expected.ts'
import type { ConfigurationFacts, ExcludedNamespace, Target, WebhookFacts } from './facts.ts'

/** A namespace and its labels. */
export interface Place {
  readonly namespace: string
  readonly labels: ReadonlyMap<string, string>
}

/** Adds the label with the name of the namespace, which Kubernetes sets since 1.22. */
export function placeOf(namespace: string, labels: Readonly<Record<string, string>> | undefined): Place {
  return { namespace, labels: new Map([['kubernetes.io/metadata.name', namespace], ...Object.entries(labels ?? {})]) }
}

/** @param own the namespace of initlint @param places all known namespaces */
export function configurationFacts(configuration: WebhookConfiguration, own: Place, places: readonly Place[]): ConfigurationFacts {
  const exempt = new Set([...excludedNamespaces, own.namespace])
  const checked = places.filter(({ namespace }) => !exempt.has(namespace))
  return {
    injector: injectorOf(configuration),
    webhooks: (configuration.webhooks ?? []).map((hook) => webhookFacts(hook, own, hook.name === policyWebhook ? [] : checked)),
  }
}

function webhookFacts(hook: V1ValidatingWebhook | V1MutatingWebhook, own: Place, places: readonly Place[]): WebhookFacts {
  const { name, clientConfig, failurePolicy = 'Fail', rules = [], namespaceSelector, objectSelector, matchConditions = [] } = hook
  const selectsObjects = [objectSelector?.matchLabels, objectSelector?.matchExpressions].some((part) => Object.keys(part ?? {}).length > 0)
  const hasConditions = name !== policyWebhook && matchConditions.length > 0
  return {
    name,
    target: targetOf(clientConfig),
    trusts: readAuthorities(Buffer.from(clientConfig.caBundle ?? '', 'base64').toString('utf8')).map(({ id }) => id),
    failurePolicy,
    selectsOwnNamespace: coversResource(rules, 'pods') && selects(namespaceSelector, own),
    missingRules: missingRules(name, rules),
    excluded: places.flatMap((place) => exclusion(namespaceSelector, place) ?? []),
    excludesObjects: selectsObjects ? 'objectSelector' : hasConditions ? 'matchConditions' : undefined,
  }
}

function targetOf({ service, url = '' }: V1ValidatingWebhook['clientConfig']): Target {
  if (service === undefined) return { kind: 'url', path: URL.canParse(url) ? new URL(url).pathname : '' }
  // 443 and the empty path are the defaults of the API (admissionregistration/v1, ServiceReference).
  return { kind: 'service', name: service.name, namespace: service.namespace, port: service.port ?? 443, path: service.path ?? '/' }
}

/** Whether some rule covers a resource. */
export function coversResource(rules: readonly V1RuleWithOperations[] | undefined, resource: string): boolean {
  return (rules ?? []).some(({ resources }) => (resources ?? []).some((each) => each === resource || each.startsWith('*')))
}

const operators = ['In', 'NotIn', 'Exists', 'DoesNotExist'] as const

/** Whether a namespaceSelector selects a namespace. */
export function selects(selector: V1LabelSelector | undefined, place: Place): boolean {
  return exclusion(selector, place) === undefined
}

/** The first condition that the namespace does not meet. */
function exclusion(selector: V1LabelSelector | undefined, { namespace, labels }: Place): ExcludedNamespace | undefined {
  const isMet = (part: Parameters<typeof compileSelector>[0]): boolean =>
    compileSelector(part).every((condition) => condition((key) => labels.get(key)))
  for (const [key, value] of Object.entries(selector?.matchLabels ?? {})) {
    if (!isMet({ matchLabels: { [key]: value } })) return { namespace, condition: `${key}=${value}`, pointer: undefined }
  }
  for (const [index, { key, operator, values = [] }] of (selector?.matchExpressions ?? []).entries()) {
    const known = operators.find((each) => each === operator)
    if (known === undefined || isMet({ matchExpressions: [{ key, operator: known, values }] })) continue
    const position = operator === 'NotIn' && key === 'kubernetes.io/metadata.name' ? values.indexOf(namespace) : -1
    return {
      namespace,
      condition: values.length === 0 ? `${key} ${operator}` : `${key} ${operator} (${values.join(', ')})`,
      pointer: position < 0 ? undefined : `/matchExpressions/${index}/values/${position}`,
    }
  }
  return undefined
}
