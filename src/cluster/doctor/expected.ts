/** What the manifests ship; a test compares it with them. */

/** The part of a webhook's rule that matters here. */
export interface Rule {
  readonly apiGroups?: readonly string[]
  readonly apiVersions?: readonly string[]
  readonly operations?: readonly string[]
  readonly resources?: readonly string[]
  readonly scope?: string
}

/** What rules do not cover, for one API group. */
export interface MissingRule {
  readonly group: string
  readonly operations: readonly string[]
  readonly resources: readonly string[]
}

interface ExpectedWebhook {
  readonly path: string
  readonly rules: readonly MissingRule[]
}

const both = ['CREATE', 'UPDATE']
const workloads: readonly MissingRule[] = [
  { group: 'apps', operations: both, resources: ['deployments', 'replicasets', 'statefulsets', 'daemonsets'] },
  { group: 'batch', operations: both, resources: ['jobs', 'cronjobs'] },
]

const webhooks: ReadonlyMap<string, ExpectedWebhook> = new Map([
  [
    'validate.initlint.dev',
    {
      path: '/validate',
      rules: [
        { group: '', operations: both, resources: ['pods', 'pods/ephemeralcontainers', 'podtemplates', 'replicationcontrollers'] },
        ...workloads,
      ],
    },
  ],
  ['policy.initlint.dev', { path: '/validate-policy', rules: [{ group: '', operations: both, resources: ['configmaps'] }] }],
  [
    'fix.initlint.dev',
    {
      path: '/mutate',
      rules: [
        { group: '', operations: ['CREATE'], resources: ['pods'] },
        { group: '', operations: both, resources: ['podtemplates', 'replicationcontrollers'] },
        ...workloads,
      ],
    },
  ],
])

/** The webhook that checks the policy, and not workloads. */
export const policyWebhook = 'policy.initlint.dev'
/** The webhooks of each configuration. */
export const webhookNames = { validating: ['validate.initlint.dev', policyWebhook], mutating: ['fix.initlint.dev'] } as const
/** The port of the Service. */
export const servicePort = 443
/** Namespaces that the manifests exclude, in addition to that of initlint. */
export const excludedNamespaces: readonly string[] = ['kube-system', 'kube-node-lease']

/** The path that a webhook of this name calls; undefined for the name of a webhook that is not shipped. */
export function expectedPath(webhook: string): string | undefined {
  return webhooks.get(webhook)?.path
}

/** What the shipped rules of a webhook cover and these rules do not. */
export function missingRules(webhook: string, rules: readonly Rule[]): readonly MissingRule[] {
  const missing: MissingRule[] = []
  for (const { group, operations, resources } of webhooks.get(webhook)?.rules ?? []) {
    const parts = new Map<string, string[]>()
    for (const resource of resources) {
      const lost = operations.filter((operation) => !rules.some((rule) => covers(rule, group, operation, resource)))
      if (lost.length > 0) parts.set(lost.join(), [...(parts.get(lost.join()) ?? []), resource])
    }
    for (const [lost, names] of parts) missing.push({ group, operations: lost.split(','), resources: names })
  }
  return missing
}

/** Whether the API server calls the webhook by this rule (apiserver, admission/plugin/webhook/predicates/rules). */
function covers({ apiGroups = [], apiVersions = [], operations = [], resources = [], scope = '*' }: Rule, ...wanted: string[]): boolean {
  const [group = '', operation = '', resource = ''] = wanted
  const has = (list: readonly string[], value: string): boolean => list.includes(value) || list.includes('*')
  return (
    scope !== 'Cluster' &&
    has(apiGroups, group) &&
    has(apiVersions, 'v1') &&
    has(operations, operation) &&
    coversResource(resources, resource)
  )
}

function coversResource(patterns: readonly string[], resource: string): boolean {
  const [name, subresource = ''] = resource.split('/')
  return patterns.some((pattern) => {
    const [wanted, sub = ''] = pattern.split('/')
    return (wanted === name || wanted === '*') && (sub === subresource || sub === '*')
  })
}

/** One of the permissions that initlint needs. */
export interface Permission {
  readonly kind: 'Role' | 'ClusterRole'
  readonly group: string
  readonly resource: string
  readonly name: string | undefined
  readonly verbs: readonly string[]
}

const read = ['get', 'list', 'watch']
const write = ['update', 'patch']

/** The permissions of manifests/base/rbac.yaml. @param secret undefined if another component provides the certificate */
export function permissionsOf(name: string, policy: string, secret: string | undefined): readonly Permission[] {
  const admission = { kind: 'ClusterRole', group: 'admissionregistration.k8s.io', name, verbs: [...read, 'patch', 'update'] } as const
  return [
    { kind: 'Role', group: '', resource: 'configmaps', name: policy, verbs: read },
    { kind: 'Role', group: '', resource: 'configmaps', name: `${policy}-status`, verbs: [...read, ...write] },
    ...(secret === undefined ? [] : [{ kind: 'Role', group: '', resource: 'secrets', name: secret, verbs: [...read, ...write] } as const]),
    { kind: 'Role', group: '', resource: 'events', name: undefined, verbs: ['create', 'patch'] },
    { kind: 'ClusterRole', group: '', resource: 'namespaces', name: undefined, verbs: read },
    ...(secret === undefined
      ? []
      : [
          { ...admission, resource: 'validatingwebhookconfigurations' },
          { ...admission, resource: 'mutatingwebhookconfigurations' },
        ]),
  ]
}
