import type { MissingRule } from './expected.ts'

/** An object that was looked up: found, absent, or hidden from the user (the problem is a sentence). */
export type Seen<T> =
  | { readonly state: 'found'; readonly value: T }
  | { readonly state: 'absent' }
  | { readonly state: 'hidden'; readonly problem: string }

/** How the objects of an installation got into the cluster, as far as their labels and annotations show it. */
export type Origin =
  | { readonly tool: 'helm'; readonly release: string; readonly namespace: string }
  /** A chart that was rendered and applied by another tool, so Helm does not know the release. */
  | { readonly tool: 'chart'; readonly release: string }
  | { readonly tool: 'argocd'; readonly application: string }
  | { readonly tool: 'flux'; readonly name: string; readonly namespace: string }
  | { readonly tool: 'kubectl' }
  | { readonly tool: 'unknown' }

/** The names of one installation. */
export interface Installation {
  /** Of the Deployment, the configurations and the roles. */
  readonly name: string
  readonly namespace: string
  readonly origin: Origin
  readonly service: string
  readonly policy: string
  /** The Secret in which initlint keeps its certificate; undefined if another component provides the certificate. */
  readonly secret: string | undefined
  readonly account: string
}

/** What a webhook calls. */
export type Target =
  | {
      readonly kind: 'service'
      readonly name: string
      readonly namespace: string
      readonly port: number
      readonly path: string
    }
  | { readonly kind: 'url'; readonly path: string }

/** A namespace that a namespaceSelector excludes. */
export interface ExcludedNamespace {
  readonly namespace: string
  /** The condition that it does not meet, such as `team NotIn (a, b)`. */
  readonly condition: string
  /** Below namespaceSelector, the JSON pointer of the value that is the namespace's name; undefined if another label excludes it. */
  readonly pointer: string | undefined
}

export interface WebhookFacts {
  readonly name: string
  readonly target: Target
  /** Ids of the CAs in its caBundle. */
  readonly trusts: readonly string[]
  readonly failurePolicy: string
  /** Whether it is called for the pods of initlint's own namespace. */
  readonly selectsOwnNamespace: boolean
  /** What the shipped rules cover and its rules do not. */
  readonly missingRules: readonly MissingRule[]
  /** Namespaces for which it is not called, except those that the manifests exclude. Empty for the webhook of the policy. */
  readonly excluded: readonly ExcludedNamespace[]
  /** Whether an objectSelector or a matchCondition that is not shipped excludes objects. */
  readonly excludesObjects: 'objectSelector' | 'matchConditions' | undefined
}

export interface ConfigurationFacts {
  /** Annotation by which another component claims the caBundle. */
  readonly injector: string | undefined
  readonly webhooks: readonly WebhookFacts[]
}

export interface ServiceFacts {
  readonly ports: readonly number[]
  /** The port that leads to initlint's webhook port; undefined if none does. */
  readonly webhookPort: number | undefined
  /** Whether its selector matches the labels of the Deployment's pods; undefined if it has no selector or the Deployment is not known. */
  readonly selectsPods: boolean | undefined
}

/** The EndpointSlices of the Service. */
export interface EndpointsFacts {
  readonly ready: number
  readonly notReady: number
  /** ADDRESS:PORT of the first ready ones. */
  readonly addresses: readonly string[]
}

/** What the Secret contains, without any key. */
export interface CertificateFacts {
  /** Ids of the trusted CAs. */
  readonly authorities: readonly string[]
  /** ms since 1970; undefined if the certificate cannot be used. */
  readonly leaf: { readonly madeAt: number; readonly notAfter: number } | undefined
  /** Clauses. */
  readonly problems: readonly string[]
}

export interface DeploymentFacts {
  readonly wanted: number
  readonly ready: number
  /** Replicas of the newest template. */
  readonly updated: number
  /** Labels that select its pods. */
  readonly selector: Readonly<Record<string, string>>
  readonly podLabels: Readonly<Record<string, string>>
  /** The name of the container's port for the API server, or its number if it has no name. */
  readonly webhookPort: string | number
  readonly webhookPortNumber: number
}

/** A role and its binding. */
export interface GrantFacts {
  readonly kind: 'Role' | 'ClusterRole'
  /** Of both. */
  readonly name: string
  /** What SubjectAccessReviews deny. */
  readonly denied: readonly DeniedAccess[]
  readonly role: 'found' | 'absent' | 'unknown'
  /** `other`: it binds another role or another account. */
  readonly binding: 'found' | 'other' | 'absent' | 'unknown'
}

export interface DeniedAccess {
  readonly group: string
  readonly resource: string
  /** Undefined for all objects. */
  readonly name: string | undefined
  readonly verbs: readonly string[]
}

export interface PolicyFacts {
  readonly id: string
  /** One line each. */
  readonly errors: readonly string[]
  readonly warnings: readonly string[]
  /** Id of the last good policy that the replicas share. */
  readonly lastGood: string | undefined
  /** Keys that an accepted policy had and the ConfigMap lacks. */
  readonly missingKeys: readonly string[]
}

/** The creation of a test pod as a dry run. */
export interface TrialFacts {
  readonly namespace: string
  readonly milliseconds: number
  /**
   * `answered`: the warning or denial arrived. `silent`: it should have arrived. `quiet`: the policy has no finding for that pod. `failed`:
   * the API server could not call initlint. `rejected`: the pod was rejected, but not by initlint.
   */
  readonly outcome: 'answered' | 'silent' | 'quiet' | 'failed' | 'rejected'
  /** The message of the API server. */
  readonly message: string
}

/** The state of initlint in a cluster at one moment. */
export interface DoctorFacts {
  /** The installation that is examined. */
  readonly installation: Installation
  /** Further installations in the cluster. */
  readonly others: readonly Installation[]
  /** ms since 1970. */
  readonly now: number
  readonly validating: Seen<ConfigurationFacts>
  readonly mutating: Seen<ConfigurationFacts>
  readonly service: Seen<ServiceFacts>
  readonly endpoints: Seen<EndpointsFacts>
  readonly certificate: Seen<CertificateFacts>
  readonly deployment: Seen<DeploymentFacts>
  readonly grants: Seen<readonly GrantFacts[]>
  readonly policy: Seen<PolicyFacts>
  /** Absent if there is no namespace for whose pods initlint is called. */
  readonly trial: Seen<TrialFacts>
}
