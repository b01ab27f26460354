import type { Registry } from '../../lint/registry.ts'
import { connect } from '../client.ts'
import { gatherFacts } from './fetch.ts'
import type { Finding } from './finding.ts'
import { judge } from './judge.ts'

export type { Finding } from './finding.ts'

export interface DoctorOptions {
  /** By default, what kubectl would use. */
  readonly kubeconfig?: string
  /** A context of the kubeconfig; by default, the current one. */
  readonly context?: string
  /** The namespace of the installation to examine; by default, it is searched for. */
  readonly namespace?: string
  /** The name of its Deployment; by default, it is searched for. */
  readonly name?: string
  readonly registry: Registry
  /** ms since 1970. */
  readonly now: number
}

/**
 * Examines initlint in a cluster. Changes nothing there.
 * @throws StartError if the cluster is not found or does not answer
 */
export async function examine({ kubeconfig, context, namespace, name, registry, now }: DoctorOptions): Promise<readonly Finding[]> {
  const client = connect({ kubeconfig, context })
  return judge(await gatherFacts(client, { namespace, name }, registry, now))
}
