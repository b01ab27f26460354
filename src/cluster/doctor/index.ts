import type { Registry } from '../../lint/registry.ts'
import { connect } from '../client.ts'
import { gatherFacts } from './fetch.ts'
import { type Finding, judge } from './judge.ts'

export type { Finding } from './judge.ts'

export interface DoctorOptions {
  /** Without it, what kubectl would use. */
  readonly kubeconfig?: string
  /** A context of the kubeconfig; without it, the current one. */
  readonly context?: string
  /** Where initlint lives. */
  readonly namespace: string
  readonly registry: Registry
  /** ms since 1970. */
  readonly now: number
}

/**
 * Says how initlint is in a cluster. Changes nothing there.
 * @throws StartError with a sentence where the cluster is not found or does not answer
 */
export async function examine({ kubeconfig, context, namespace, registry, now }: DoctorOptions): Promise<readonly Finding[]> {
  const client = connect({ kubeconfig, context })
  return judge(await gatherFacts(client, namespace, registry, now))
}
