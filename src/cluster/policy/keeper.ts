import type { V1ConfigMap } from '@kubernetes/client-node'
import { builtInPolicy } from '../../policy/index.ts'
import type { KeeperPorts, PolicyInForce, PolicyKeeper } from '../../server/keepers/contracts.ts'
import type { ClusterClient } from '../client.ts'
import { Informer } from '../informer.ts'
import { contentOf, type PolicyContent } from './content.ts'
import { type Decision, decide, nextStatus, type Seen } from './decide.ts'
import { PolicyJudge, problemLine } from './judge.ts'
import { PolicyReporter } from './report.ts'
import { readStatus } from './status.ts'
import { StatusWriter } from './status-writer.ts'

/** Which ConfigMap holds the policy. */
export interface ConfigMapPolicyOptions {
  readonly client: ClusterClient
  /** NAME-status in the same namespace stores the last good policy. */
  readonly configMap: { readonly namespace: string; readonly name: string }
  /** Version of this initlint, written into the status. */
  readonly version: string
}

/** Keeps the policy of a ConfigMap, the same on all replicas. It provides the state for the decisions of decide.ts. */
export class ConfigMapPolicyKeeper implements PolicyKeeper {
  readonly #options: ConfigMapPolicyOptions
  readonly #ports: KeeperPorts
  readonly #policies: Informer<V1ConfigMap>
  readonly #statuses: Informer<V1ConfigMap>
  readonly #judge: PolicyJudge
  readonly #reporter: PolicyReporter
  readonly #writer: StatusWriter
  /** The last valid policy that was in force. */
  #own: PolicyContent | undefined
  #inForce: PolicyInForce
  #stopped = false
  /** Exemptions expire without any change in the cluster. */
  #clock: NodeJS.Timeout | undefined

  constructor(options: ConfigMapPolicyOptions, ports: KeeperPorts) {
    const { client, configMap, version } = options
    const { namespace } = configMap
    const status = statusName(configMap.name)
    this.#options = options
    this.#ports = ports
    this.#policies = configMapInformer('policy', configMap, options, ports)
    this.#statuses = configMapInformer('policy-status', { namespace, name: status }, options, ports)
    this.#judge = new PolicyJudge(ports.registry)
    this.#reporter = new PolicyReporter(client, configMap, ports)
    this.#inForce = { policy: builtInPolicy('audit-only', ports.registry), texts: [] }
    this.#writer = new StatusWriter(
      {
        client,
        namespace,
        name: status,
        version,
        seen: () => this.#statuses.get(status, namespace),
        wanted: () =>
          nextStatus(
            this.#see(),
            (content) => this.#whyRefused(content),
            version,
            (content) => this.#judge.judge(content).policy?.endedExemptions(ports.now()) ?? [],
          ),
      },
      ports,
    )
  }

  /** Reads the policy and the status, then follows both. @throws the reason of the signal if it is aborted first */
  async load(): Promise<void> {
    await Promise.all([this.#policies.start(), this.#statuses.start()])
    this.#policies.onChange(() => this.#take())
    this.#statuses.onChange(() => this.#take())
    this.#take()
    this.#clock = setInterval(() => this.#writer.reconcile(), this.#ports.pollInterval).unref()
  }

  get inForce(): PolicyInForce {
    return this.#inForce
  }

  /** Does nothing: changes are followed since `load`. */
  start(): void {}

  stop(): void {
    this.#stopped = true
    clearInterval(this.#clock)
    this.#policies.stop()
    this.#statuses.stop()
    this.#writer.stop()
  }

  /** Applies the current state, reports it, and shares it with the other replicas. */
  #take(): void {
    if (this.#stopped) return
    const seen = this.#see()
    const decision = decide(seen, (content) => this.#whyRefused(content))
    if (decision.origin !== 'built-in') this.#own = decision.content
    this.#inForce = this.#make(decision, seen.current)
    this.#reporter.report({
      inForce: this.#inForce,
      origin: decision.origin,
      current: seen.current,
      judged: seen.current === undefined ? undefined : this.#judge.judge(seen.current),
    })
    this.#writer.reconcile()
  }

  #see(): Seen {
    const { namespace, name } = this.#options.configMap
    const configMap = this.#policies.get(name, namespace)
    return {
      current: configMap === undefined ? undefined : contentOf(configMap),
      status: readStatus(this.#statuses.get(statusName(name), namespace)?.data),
      own: this.#own,
    }
  }

  #whyRefused(content: PolicyContent): readonly string[] | undefined {
    const { policy, errors } = this.#judge.judge(content)
    return policy === undefined ? errors.map(problemLine) : undefined
  }

  #make(decision: Decision, current: PolicyContent | undefined): PolicyInForce {
    const errors = current === undefined ? undefined : this.#whyRefused(current)
    const refused = current === undefined || errors === undefined ? {} : { refused: { id: current.id, errors } }
    const state = { origin: decision.origin, ...refused }
    const policy = decision.origin === 'built-in' ? undefined : this.#judge.judge(decision.content).policy
    if (decision.origin === 'built-in' || policy === undefined) {
      return { policy: builtInPolicy('audit-only', this.#ports.registry), texts: [], state }
    }
    return { policy, texts: decision.content.texts, state }
  }
}

/** The ConfigMap that keeps the last good policy of another one. */
export function statusName(configMap: string): string {
  return `${configMap}-status`
}

/** Follows one ConfigMap without the fields that are not used. */
function configMapInformer(
  what: 'policy' | 'policy-status',
  { namespace, name }: ConfigMapPolicyOptions['configMap'],
  { client }: ConfigMapPolicyOptions,
  ports: KeeperPorts,
): Informer<V1ConfigMap> {
  const fieldSelector = `metadata.name=${name}`
  return new Informer<V1ConfigMap>(
    client,
    {
      name: what,
      path: `/api/v1/namespaces/${encodeURIComponent(namespace)}/configmaps`,
      fieldSelector,
      list: () => client.core.listNamespacedConfigMap({ namespace, fieldSelector }),
      trim: ({ metadata, data }) => ({
        metadata: {
          name: metadata?.name,
          namespace: metadata?.namespace,
          uid: metadata?.uid,
          resourceVersion: metadata?.resourceVersion,
        },
        data,
      }),
    },
    ports,
  )
}
