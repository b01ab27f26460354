/** What is known of one thing: it is there, it is not there, or we may not see it (a sentence says why). */
export type Seen<T> =
  | { readonly state: 'found'; readonly value: T }
  | { readonly state: 'absent' }
  | { readonly state: 'hidden'; readonly problem: string }

export interface WebhookFacts {
  readonly name: string
  /** Ids of the CAs in its caBundle. */
  readonly trusts: readonly string[]
  readonly failurePolicy: string
  /** Whether it is asked about the pods of initlint's own namespace. */
  readonly selectsOwnNamespace: boolean
}

export interface ConfigurationFacts {
  /** Annotation by which somebody else says that he fills in the caBundle. */
  readonly injector: string | undefined
  readonly webhooks: readonly WebhookFacts[]
}

/** What the Secret holds. Never a key. */
export interface CertificateFacts {
  /** Ids of the trusted CAs. */
  readonly authorities: readonly string[]
  /** ms since 1970; undefined where the certificate cannot be used. */
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
  /** A line each. */
  readonly errors: readonly string[]
  readonly warnings: readonly string[]
  /** Id of the last good policy, as the replicas share it. */
  readonly lastGood: string | undefined
}

/** A pod that was tried, by dry run: nothing is stored. */
export interface TrialFacts {
  readonly namespace: string
  readonly milliseconds: number
  /**
   * `answered`: the warning or denial came. `silent`: it should have come. `quiet`: the policy has nothing to say of that pod. `failed`:
   * the API server could not ask. `rejected`: somebody else refused the pod.
   */
  readonly outcome: 'answered' | 'silent' | 'quiet' | 'failed' | 'rejected'
  /** What the API server said. */
  readonly said: string
}

/** What a cluster shows of initlint at one moment. */
export interface DoctorFacts {
  /** Where initlint lives. */
  readonly namespace: string
  /** ms since 1970. */
  readonly now: number
  readonly validating: Seen<ConfigurationFacts>
  readonly mutating: Seen<ConfigurationFacts>
  readonly certificate: Seen<CertificateFacts>
  readonly deployment: Seen<DeploymentFacts>
  readonly policy: Seen<PolicyFacts>
  /** Absent where there is no namespace whose pods initlint is asked about. */
  readonly trial: Seen<TrialFacts>
}
