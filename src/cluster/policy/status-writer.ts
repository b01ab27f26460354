import type { V1ConfigMap } from '@kubernetes/client-node'
import type { KeeperPorts } from '../../server/keepers/contracts.ts'
import { BackOff } from '../back-off.ts'
import { type ClusterClient, clusterProblem, statusOf } from '../client.ts'
import { mergePatch } from '../events.ts'
import { dataPatch, type PolicyStatus, statusData } from './status.ts'

/** What the writer needs. */
export interface StatusWriterOptions {
  readonly client: ClusterClient
  /** Of the status ConfigMap. */
  readonly namespace: string
  readonly name: string
  /** Version of this initlint. */
  readonly version: string
  /** The last known status ConfigMap; undefined if there is none. */
  seen(): V1ConfigMap | undefined
  /** The status to write; undefined if nothing changes. */
  wanted(): PolicyStatus | undefined
}

const conflict = 409

/** Updates the status ConfigMap, one write at a time; it never overwrites a version that was changed in the meantime. */
export class StatusWriter {
  readonly #options: StatusWriterOptions
  readonly #ports: KeeperPorts
  readonly #backOff: BackOff
  #writing = false
  #again = false
  #timer: NodeJS.Timeout | undefined
  #stopped = false
  /** The problem that was logged last. */
  #complaint = ''

  constructor(options: StatusWriterOptions, ports: KeeperPorts) {
    this.#options = options
    this.#ports = ports
    this.#backOff = new BackOff(ports.now)
  }

  /** Writes the status if necessary; to be called whenever the known or the wanted status may have changed. */
  reconcile(): void {
    if (this.#stopped) return
    this.#again = true
    if (!this.#writing) void this.#run()
  }

  stop(): void {
    this.#stopped = true
    clearTimeout(this.#timer)
  }

  async #run(): Promise<void> {
    this.#writing = true
    clearTimeout(this.#timer)
    while (this.#again && !this.#stopped) {
      this.#again = false
      const wanted = this.#options.wanted()
      if (wanted !== undefined) await this.#write(wanted)
    }
    this.#writing = false
  }

  async #write(wanted: PolicyStatus): Promise<void> {
    const { client, namespace, name, version, seen } = this.#options
    const configMap = seen()
    if (configMap === undefined) {
      this.#complain(
        `there is no ConfigMap ${namespace}/${name}, so the last good policy would be lost on a restart; apply manifests/base/state.yaml`,
      )
      return
    }
    const data = dataPatch(configMap.data, statusData(wanted, version, this.#ports.now()))
    try {
      // With a resource version, the API server rejects the patch if another replica was faster.
      const body = { metadata: { resourceVersion: configMap.metadata?.resourceVersion }, data }
      await client.core.patchNamespacedConfigMap({ namespace, name, body }, mergePatch())
      this.#backOff.reset()
      this.#complaint = ''
    } catch (error) {
      // After a conflict, the informer delivers what the other replica wrote, and there may be nothing left to do.
      if (statusOf(error) !== conflict) this.#complain(clusterProblem(error, `patch configmaps ${namespace}/${name}`))
      this.#planRetry()
    }
  }

  #planRetry(): void {
    clearTimeout(this.#timer)
    if (!this.#stopped) this.#timer = setTimeout(() => this.reconcile(), this.#backOff.next())
  }

  #complain(problem: string): void {
    if (problem === this.#complaint) return
    this.#complaint = problem
    this.#ports.log.warn({ problem }, 'cannot store the last good policy')
  }
}
