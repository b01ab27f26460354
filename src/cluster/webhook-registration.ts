import type { KubernetesObject, V1MutatingWebhookConfiguration, V1ValidatingWebhookConfiguration } from '@kubernetes/client-node'
import { type Authority, bundleOf, readAuthorities } from './certificates/content.ts'
import { type ClusterClient, clusterProblem, statusOf } from './client.ts'
import { Informer, type InformerPorts } from './informer.ts'

/** A configuration of either kind. */
export type WebhookConfiguration = V1ValidatingWebhookConfiguration | V1MutatingWebhookConfiguration

type Kind = 'validating' | 'mutating'

/** One step of a JSON patch (RFC 6902). */
export interface PatchStep {
  readonly op: 'test' | 'add'
  readonly path: string
  readonly value: string
}

/** Annotations of other components that set a caBundle: cert-manager's CA injector and OpenShift's service CA operator. */
const injectors = [
  'cert-manager.io/inject-ca-from',
  'cert-manager.io/inject-ca-from-secret',
  'cert-manager.io/inject-apiserver-ca',
  'service.beta.openshift.io/inject-cabundle',
]

/** The annotation that assigns the caBundle of a configuration to another component; undefined if there is none. */
export function injectorOf(configuration: KubernetesObject): string | undefined {
  const annotations = configuration.metadata?.annotations ?? {}
  return injectors.find((name) => Object.hasOwn(annotations, name))
}

/** Ids of the CAs that every webhook of a configuration trusts; undefined if it has no webhook. */
export function trustedBy(configuration: WebhookConfiguration): ReadonlySet<string> | undefined {
  let common: ReadonlySet<string> | undefined
  for (const { clientConfig } of configuration.webhooks ?? []) {
    const ids = idsOf(clientConfig?.caBundle)
    common = common === undefined ? ids : intersection(common, ids)
  }
  return common
}

/**
 * The patch that makes every webhook of a configuration trust exactly these CAs; undefined if they do already. It applies only to the
 * state that was read, so that two replicas cannot revert each other's changes.
 */
export function bundlePatch(configuration: WebhookConfiguration, authorities: readonly Authority[]): readonly PatchStep[] | undefined {
  const wanted = new Set(authorities.map(({ id }) => id))
  const value = Buffer.from(bundleOf(authorities), 'utf8').toString('base64')
  const steps: PatchStep[] = []
  for (const [index, { clientConfig }] of (configuration.webhooks ?? []).entries()) {
    const found = idsOf(clientConfig?.caBundle)
    if (found.size !== wanted.size || intersection(found, wanted).size !== wanted.size) {
      steps.push({ op: 'add', path: `/webhooks/${index}/clientConfig/caBundle`, value })
    }
  }
  if (steps.length === 0) return undefined
  return [{ op: 'test', path: '/metadata/resourceVersion', value: configuration.metadata?.resourceVersion ?? '' }, ...steps]
}

function idsOf(caBundle: string | undefined): ReadonlySet<string> {
  return new Set(readAuthorities(Buffer.from(caBundle ?? '', 'base64').toString('utf8')).map(({ id }) => id))
}

function intersection(left: ReadonlySet<string>, right: ReadonlySet<string>): ReadonlySet<string> {
  return new Set([...left].filter((id) => right.has(id)))
}

/** What the registration needs from the keeper of the certificates. */
export interface RegistrationPorts extends InformerPorts {
  /** ms of a monotonic clock. */
  monotonic(): number
  /** From 0 to 1. */
  random(): number
  /** CAs of the Secret at this moment, read from the API server; undefined if nothing must be registered. */
  currentAuthorities(): Promise<readonly Authority[] | undefined>
  /** The configurations may have changed. */
  changed(): void
}

const second = 1000
/** Replicas see the same change at the same time, so each waits for a random part of this time, ms: the others then find nothing to do. */
const raceTime = 300
/** Longest pause between two repairs of the same thing, ms. */
const longestPause = 60 * second
/**
 * Maximum age of the last contact, ms, for the known state to count as current: two and a half times the minute between two bookmarks of a
 * quiet watch.
 */
const viewAge = 150 * second
/** The number of reverted repairs after which a warning is logged. */
const conflictThreshold = 5

/** The state of one of the two configurations. */
interface Followed {
  readonly kind: Kind
  readonly informer: Informer<WebhookConfiguration>
  /** Whether its first list is available. */
  loaded: boolean
  timer: NodeJS.Timeout | undefined
  /** Consecutive repairs with the same CAs. */
  repairs: number
  repaired: string
  /** The problem that was logged last, so that it is logged once. */
  lastProblem: string
}

/** Maintains the CAs of the Secret in the validating and the mutating configuration of one name, if they exist. */
export class WebhookRegistration {
  readonly #client: ClusterClient
  readonly #name: string
  readonly #ports: RegistrationPorts
  readonly #followed: readonly Followed[]
  /** Since when a CA has been in all configurations, by the monotonic clock. */
  readonly #since = new Map<string, number>()
  #wanted: readonly Authority[] | undefined
  #stopped = false

  constructor(client: ClusterClient, name: string, ports: RegistrationPorts) {
    this.#client = client
    this.#name = name
    this.#ports = ports
    this.#followed = (['validating', 'mutating'] as const).map((kind) => ({
      kind,
      informer: this.#informer(kind),
      loaded: false,
      timer: undefined,
      repairs: 0,
      repaired: '',
      lastProblem: '',
    }))
  }

  /** Follows the configurations from now on. */
  start(): void {
    for (const followed of this.#followed) {
      followed.informer.onChange(() => this.#observe())
      followed.informer.start().then(
        () => {
          followed.loaded = true
          this.#observe()
        },
        () => this.stop(),
      )
    }
  }

  stop(): void {
    this.#stopped = true
    for (const { informer, timer } of this.#followed) {
      informer.stop()
      clearTimeout(timer)
    }
  }

  /** Sets the CAs that this replica sees in the Secret. */
  want(authorities: readonly Authority[]): void {
    this.#wanted = authorities
    for (const followed of this.#followed) this.#plan(followed)
  }

  /** See `View.heldFor`. */
  heldFor(id: string): number | undefined {
    if (!this.#isFresh()) return undefined
    if (this.#ours().length === 0) return Number.POSITIVE_INFINITY
    const since = this.#since.get(id)
    return since === undefined ? undefined : this.#ports.monotonic() - since
  }

  /** Whether some configuration trusts a CA or is not known yet, so that other replicas may be serving. */
  mayBeServed(): boolean {
    return !this.#followed.every(({ loaded }) => loaded) || this.#ours().some((configuration) => (trustedBy(configuration)?.size ?? 0) > 0)
  }

  #isFresh(): boolean {
    const now = this.#ports.now()
    return this.#followed.every(({ loaded, informer }) => loaded && now - informer.lastContact() < viewAge)
  }

  /** The configurations that initlint manages and that have a webhook. */
  #ours(): readonly WebhookConfiguration[] {
    return this.#followed
      .map(({ informer }) => informer.get(this.#name))
      .filter((found) => found !== undefined)
      .filter((found) => injectorOf(found) === undefined && (found.webhooks?.length ?? 0) > 0)
  }

  #observe(): void {
    if (this.#stopped) return
    const sets = this.#ours().map((configuration) => trustedBy(configuration) ?? new Set<string>())
    const common = sets.reduce(intersection, sets[0] ?? new Set())
    for (const id of this.#since.keys()) if (!common.has(id)) this.#since.delete(id)
    for (const id of common) if (!this.#since.has(id)) this.#since.set(id, this.#ports.monotonic())
    for (const followed of this.#followed) this.#plan(followed)
    this.#ports.changed()
  }

  /** Plans a repair if one is needed and none is planned. */
  #plan(followed: Followed): void {
    if (followed.timer !== undefined || !this.#needsRepair(followed)) return
    const pause = followed.repairs === 0 ? 0 : Math.min(longestPause, 2 ** followed.repairs * 100)
    followed.timer = setTimeout(
      () => {
        followed.timer = undefined
        if (this.#needsRepair(followed)) void this.#repair(followed)
      },
      pause + raceTime * this.#ports.random(),
    )
  }

  #needsRepair(followed: Followed): boolean {
    const configuration = followed.informer.get(this.#name)
    if (this.#stopped || configuration === undefined || this.#wanted === undefined) return false
    const injector = injectorOf(configuration)
    if (injector !== undefined) {
      this.#logProblem(
        followed,
        `the annotation ${injector} assigns the caBundle of the ${followed.kind} configuration ${this.#name} to another component, so initlint does not change it`,
      )
      return false
    }
    return bundlePatch(configuration, this.#wanted) !== undefined
  }

  /**
   * The configuration is read before the Secret and written only if it has not changed since, so a replica with an outdated view can never
   * replace a newer bundle by an older one.
   */
  async #repair(followed: Followed): Promise<void> {
    const configuration = followed.informer.get(this.#name)
    if (configuration === undefined) return
    try {
      const authorities = await this.#ports.currentAuthorities()
      const patch = authorities === undefined ? undefined : bundlePatch(configuration, authorities)
      if (authorities === undefined || patch === undefined || this.#stopped) return
      this.#count(followed, authorities)
      await this.#patch(followed.kind, patch)
      this.#ports.metrics.caBundleWritten(followed.kind)
      this.#ports.metrics.certificateProblem('configuration-unwritable', false)
      this.#ports.log.info({ configuration: this.#name, kind: followed.kind, authorities: authorities.length }, 'wrote the caBundle')
    } catch (error) {
      this.#failed(followed, error)
    }
  }

  #count(followed: Followed, authorities: readonly Authority[]): void {
    const target = authorities.map(({ id }) => id).join()
    followed.repairs = target === followed.repaired ? followed.repairs + 1 : 0
    followed.repaired = target
    if (followed.repairs === conflictThreshold) {
      this.#ports.log.warn(
        { configuration: this.#name, kind: followed.kind },
        'another client keeps replacing the caBundle that initlint writes; identify it with kubectl get -o yaml --show-managed-fields',
      )
    }
  }

  /** After a conflict or a deletion (404, 409, 422 for a failed test) the informer triggers the next step; other errors are retried. */
  #failed(followed: Followed, error: unknown): void {
    const status = statusOf(error)
    if (this.#stopped || status === 404 || status === 409 || status === 422) return
    this.#ports.metrics.certificateProblem('configuration-unwritable', true)
    this.#logProblem(followed, clusterProblem(error, `patch ${followed.kind}webhookconfigurations ${this.#name}`))
    followed.timer = setTimeout(
      () => {
        followed.timer = undefined
        this.#plan(followed)
      },
      10 * second * (0.5 + this.#ports.random()),
    )
  }

  #logProblem(followed: Followed, problem: string): void {
    if (followed.lastProblem === problem) return
    followed.lastProblem = problem
    this.#ports.log.warn({ configuration: this.#name, kind: followed.kind, problem }, 'the caBundle of a configuration is not maintained')
  }

  async #patch(kind: Kind, body: readonly PatchStep[]): Promise<void> {
    const request = { name: this.#name, body, fieldManager: 'initlint' }
    const api = this.#client.admissionRegistration
    if (kind === 'validating') await api.patchValidatingWebhookConfiguration(request)
    else await api.patchMutatingWebhookConfiguration(request)
  }

  #informer(kind: Kind): Informer<WebhookConfiguration> {
    const api = this.#client.admissionRegistration
    const fieldSelector = `metadata.name=${this.#name}`
    return new Informer<WebhookConfiguration>(
      this.#client,
      {
        name: `${kind}-webhooks`,
        path: `/apis/admissionregistration.k8s.io/v1/${kind}webhookconfigurations`,
        fieldSelector,
        list: () =>
          kind === 'validating'
            ? api.listValidatingWebhookConfiguration({ fieldSelector })
            : api.listMutatingWebhookConfiguration({ fieldSelector }),
      },
      this.#ports,
    )
  }
}
