/** A hostile neighbor: clients that send the pods of another namespace, through the API server and at the port of the webhook. */
import { type HostileLoad, startHostileClients, webhookTarget } from '../../support/hostile-clients.ts'
import { hostilePod } from '../../support/hostile-pods.ts'
import { until } from '../../support/waiting.ts'
import type { Cleanup, ControlPlane } from './control-plane.ts'
import { podsPath } from './load.ts'
import type { Observed } from './states.ts'

/** Connections of each kind. */
const connections = 10

/** How often each status code was replied; 0 is a connection without a reply. */
export interface NeighborResult {
  readonly byApiServer: ReadonlyMap<number, number>
  readonly byWebhook: ReadonlyMap<number, number>
}

export interface Neighbor {
  stop(): Promise<NeighborResult>
}

/** Starts the clients, and waits until the worker threads of initlint have more to do than they can. */
export async function startNeighbor(
  t: Cleanup,
  { config, mustKubectl, webhook }: ControlPlane,
  { ops }: Pick<Observed, 'ops'>,
): Promise<Neighbor> {
  const namespace = 'neighbor'
  await mustKubectl(['apply', '-f', '-'], { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } })
  const apiServer = {
    url: `${config.server}${podsPath(namespace)}?dryRun=All`,
    connection: { ca: config.caPem, cert: config.certPem, key: config.keyPem },
    body: (number: number) => JSON.stringify(hostilePod(number)),
  }
  const url = `https://${webhook.host}:${webhook.port}/validate?timeout=5s`
  const loads: readonly [HostileLoad, HostileLoad] = [
    startHostileClients(apiServer, connections),
    startHostileClients(webhookTarget(url, { ca: webhook.caPem }, namespace), connections, 1_000_000),
  ]
  const stop = async (): Promise<NeighborResult> => {
    const [byApiServer, byWebhook] = await Promise.all([loads[0].stop(), loads[1].stop()])
    return { byApiServer, byWebhook }
  }
  t.teardown(async () => void (await stop()))
  await until('scripts of the neighbor wait for a worker thread', async () => {
    const { text } = await ops('/metrics')
    return Number(/^initlint_job_queue_length (\d+)/m.exec(text)?.[1]) > 10 && loads.every((load) => load.answered() > 2 * connections)
  })
  return { stop }
}
