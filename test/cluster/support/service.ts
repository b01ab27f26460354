/** The default install with its Service, as the tests of service/ have it. */
import { join } from 'node:path'
import { until } from '../../support/waiting.ts'
import { type Cleanup, type ControlPlane, root, startControlPlane } from './control-plane.ts'
import { tryPod } from './load.ts'
import { mountServiceAccount } from './replicas.ts'

/** A control plane with the manifests of the default install, before the first replica. Calls go to endpoints, as without kube-proxy. */
export async function startInstalled(t: Cleanup): Promise<ControlPlane> {
  const controlPlane = await startControlPlane(t, [], { 'enable-aggregator-routing': 'true' })
  await controlPlane.mustKubectl(['apply', '-k', join(root, 'manifests/overlays/default')])
  await mountServiceAccount(controlPlane)
  return controlPlane
}

/** From now on a pod is refused where initlint does not answer. */
export async function failClosed({ mustKubectl }: ControlPlane): Promise<void> {
  await mustKubectl([
    ...['patch', 'validatingwebhookconfiguration', 'initlint', '--type=json', '-p'],
    JSON.stringify([{ op: 'replace', path: '/webhooks/0/failurePolicy', value: 'Fail' }]),
  ])
}

/** Waits until a pod is judged by initlint: the API server knows the configuration, its CA and the endpoints. */
export async function untilJudged(controlPlane: ControlPlane): Promise<void> {
  await until('the webhook is called by its Service', async () => {
    const { warnings } = await tryPod(controlPlane)
    return warnings.includes('[image-latest]') ? true : undefined
  })
}
