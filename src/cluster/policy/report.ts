import type { KeeperPorts, PolicyInForce } from '../../server/keepers/contracts.ts'
import { type ClusterClient, clusterProblem } from '../client.ts'
import { type ClusterEvent, writeEvent } from '../events.ts'
import type { PolicyContent } from './content.ts'
import type { Decision } from './decide.ts'
import { type Judged, problemLine } from './judge.ts'

/** The state of the keeper after a change. */
export interface PolicySituation {
  readonly inForce: PolicyInForce
  readonly origin: Decision['origin']
  /** The policy's ConfigMap; undefined if there is none. */
  readonly current: PolicyContent | undefined
  readonly judged: Judged | undefined
}

/** Maximum number of errors in one Event; the log has all of them. */
const maxErrorsInEvent = 3

/** Reports changes of the policy in the log, in metrics and in Events on the ConfigMap, once for each content. */
export class PolicyReporter {
  readonly #client: ClusterClient
  readonly #configMap: { readonly namespace: string; readonly name: string }
  readonly #ports: KeeperPorts
  #inForce = ''
  /** Id of the content that was last reported; `missing` if there was none, '' before the first. */
  #current = ''
  /** Whether a problem was reported that is not resolved yet. */
  #troubled = false

  constructor(client: ClusterClient, configMap: { readonly namespace: string; readonly name: string }, ports: KeeperPorts) {
    this.#client = client
    this.#configMap = configMap
    this.#ports = ports
  }

  /** To be called after every change; most changes have nothing to report. */
  report(situation: PolicySituation): void {
    this.#reportCurrent(situation)
    this.#reportInForce(situation)
  }

  #reportInForce({ inForce: { policy }, origin }: PolicySituation): void {
    const { metrics, log } = this.#ports
    const state = `${policy.id} ${origin}`
    if (state === this.#inForce) return
    metrics.policy(policy, origin)
    if (origin === 'configmap' && this.#inForce !== '') metrics.reload('policy', 'ok')
    this.#inForce = state
    const words = {
      configmap: 'the policy is in force',
      'last-good': 'the last good policy is in force',
      'built-in': 'audit-only is in force',
    }
    log.info({ policy: policy.id, origin }, words[origin])
  }

  #reportCurrent(situation: PolicySituation): void {
    const { current, judged } = situation
    const id = current?.id ?? 'missing'
    if (id === this.#current) return
    this.#current = id
    if (current === undefined || judged === undefined) this.#reportMissing()
    else if (judged.policy === undefined) this.#reportRefused(current, judged, situation)
    else this.#reportAccepted(current, judged)
  }

  #reportMissing(): void {
    const { namespace, name } = this.#configMap
    this.#troubled = true
    this.#ports.log.warn({ configMap: `${namespace}/${name}` }, 'there is no policy, so initlint neither denies, warns nor fixes')
    this.#write(
      undefined,
      'missing',
      'Warning',
      'PolicyMissing',
      'There is no policy: audit-only is in force, so initlint neither denies, warns nor fixes.',
    )
  }

  #reportRefused(current: PolicyContent, { errors }: Judged, { inForce, origin }: PolicySituation): void {
    const lines = errors.map(problemLine)
    this.#troubled = true
    this.#ports.metrics.reload('policy', 'failed')
    this.#ports.log.error(
      { problem: lines.join('\n'), refused: current.id, policy: inForce.policy.id, origin },
      'the new policy is refused',
    )
    const more = lines.length > maxErrorsInEvent ? ` (and ${lines.length - maxErrorsInEvent} more)` : ''
    const instead = origin === 'last-good' ? `the last good one (${inForce.policy.id})` : 'audit-only'
    const message = `The policy is invalid, so ${instead} stays in force: ${lines.slice(0, maxErrorsInEvent).join('; ')}${more}`
    this.#write(current, `refused-${current.id}`, 'Warning', 'PolicyInvalid', message)
  }

  #reportAccepted(current: PolicyContent, { warnings }: Judged): void {
    for (const warning of warnings) this.#ports.log.warn({ problem: problemLine(warning) }, 'warning about the policy')
    if (!this.#troubled) return
    this.#troubled = false
    this.#write(current, `accepted-${current.id}`, 'Normal', 'PolicyAccepted', `The policy is valid again and in force (${current.id}).`)
  }

  #write(current: PolicyContent | undefined, suffix: string, type: ClusterEvent['type'], reason: string, message: string): void {
    const { namespace, name } = this.#configMap
    const about = { apiVersion: 'v1', kind: 'ConfigMap', namespace, name, ...current?.version }
    const event = { name: `${name}.${suffix}`, about, type, reason, message }
    writeEvent(this.#client, event, this.#ports.now()).catch((error: unknown) => {
      this.#ports.log.warn(
        { reason, problem: clusterProblem(error, `create events in namespace ${namespace}`) },
        'an Event could not be written',
      )
    })
  }
}
