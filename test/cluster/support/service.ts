/** The default installation with its Service, for the tests in service/. */
import { join } from 'node:path'
import { until } from '../../support/waiting.ts'
import { type Cleanup, type ControlPlane, root, startControlPlane } from './control-plane.ts'
import { tryPod } from './load.ts'
import { mountServiceAccount } from './replicas.ts'

/** A control plane with the default installation, before the first replica. The API server calls endpoints, since kube-proxy is missing. */
export async function startInstalled(t: Cleanup): Promise<ControlPlane> {
  const controlPlane = await startControlPlane(t, [], { 'enable-aggregator-routing': 'true' })
  await controlPlane.mustKubectl(['apply', '-k', join(root, 'manifests/overlays/default')])
  await mountServiceAccount(controlPlane)
  return controlPlane
}

/** Makes the API server reject pods if initlint does not answer. */
export function failClosed(controlPlane: ControlPlane): Promise<void> {
  return setFailurePolicy(controlPlane, 'Fail')
}

/** What the API server does if initlint does not answer. */
export async function setFailurePolicy({ mustKubectl }: ControlPlane, value: 'Ignore' | 'Fail'): Promise<void> {
  const patch = JSON.stringify([{ op: 'replace', path: '/webhooks/0/failurePolicy', value }])
  await mustKubectl(['patch', 'validatingwebhookconfiguration', 'initlint', '--type=json', '-p', patch])
}

/** Waits until a pod is reviewed by initlint: the API server knows the configuration, its CA and the endpoints. */
export async function untilReviewed(controlPlane: ControlPlane): Promise<void> {
  await until('the webhook is called by its Service', async () => {
    const { warnings } = await tryPod(controlPlane)
    return warnings.includes('[image-latest]')
  })
}

/** Waits until many calls in a row are answered: the API server no longer knows an endpoint that does not answer. */
export async function untilReliable(controlPlane: ControlPlane): Promise<void> {
  await until('20 calls in a row are answered', async () => {
    for (let call = 0; call < 20; call++) if ((await tryPod(controlPlane)).status !== 201) return undefined
    return true
  })
}
