/** An object that was looked up: found, absent, or hidden from the user (the problem is a sentence). */
export type Seen<T> =
  | { readonly state: 'found'; readonly value: T }
  | { readonly state: 'absent' }
  | { readonly state: 'hidden'; readonly problem: string }

export interface WebhookFacts {
  readonly name: string
  /** Ids of the CAs in its caBundle. */
  readonly trusts: readonly string[]
  readonly failurePolicy: string
  /** Whether it is called for the pods of initlint's own namespace. */
  readonly selectsOwnNamespace: boolean
}

export interface ConfigurationFacts {
  /** Annotation by which another component claims the caBundle. */
  readonly injector: string | undefined
  readonly webhooks: readonly WebhookFacts[]
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
}

export interface PolicyFacts {
  readonly id: string
  /** One line each. */
  readonly errors: readonly string[]
  readonly warnings: readonly string[]
  /** Id of the last good policy that the replicas share. */
  readonly lastGood: string | undefined
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
  /** The namespace of initlint. */
  readonly namespace: string
  /** ms since 1970. */
  readonly now: number
  readonly validating: Seen<ConfigurationFacts>
  readonly mutating: Seen<ConfigurationFacts>
  readonly certificate: Seen<CertificateFacts>
  readonly deployment: Seen<DeploymentFacts>
  readonly policy: Seen<PolicyFacts>
  /** Absent if there is no namespace for whose pods initlint is called. */
  readonly trial: Seen<TrialFacts>
}
