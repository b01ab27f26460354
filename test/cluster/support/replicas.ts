/** initlint as the manifests run it: with their arguments and environment and a ServiceAccount token, called by the name of its Service. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { asArray, asObject, asString, at, member } from '../../../src/model/json.ts'
import { type Cleanup, type ControlPlane, root } from './control-plane.ts'
import { startDaemon } from './processes.ts'
import { type Observed, opsOf, untilReady } from './states.ts'

/** Addresses of the private network: one for each replica. */
export const addresses = ['10.99.0.11', '10.99.0.12', '10.99.0.13'] as const

/** An address in the private network at which packets are dropped without an answer, as a firewall does. */
export const unreachable = '10.99.0.99'

export const namespace = 'initlint'

/** One running replica. */
export interface Replica extends Observed {
  readonly address: string
  /** Stops it as the kubelet does: removed from the Service, then SIGTERM a little later. Resolves when it has ended. */
  terminate(): Promise<void>
  /** Removes it from the Service, then kills it. */
  kill(): Promise<void>
  /** Kills it, as the kernel does when memory runs out: the Service keeps its endpoint until `leave`. */
  crash(): Promise<void>
  /** Removes it from the Service. */
  leave(): Promise<void>
}

export interface ReplicaOptions {
  /** Overrides variables of the manifest. */
  readonly env?: Readonly<Record<string, string>>
  /** A program other than that of this tree. */
  readonly program?: string
  /** Replaces the arguments of the manifest. */
  readonly args?: readonly string[]
  /** False to return immediately, without adding it to the Service. */
  readonly waitUntilReady?: boolean
}

/** Writes the token of initlint's ServiceAccount to the path that pods have; requires the private /run. */
export async function mountServiceAccount({ mustKubectl, config }: ControlPlane): Promise<string> {
  const folder = '/run/secrets/kubernetes.io/serviceaccount'
  const token = (await mustKubectl(['create', 'token', 'initlint', '-n', namespace, '--duration=2h'])).trim()
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'token'), token)
  writeFileSync(join(folder, 'ca.crt'), config.caPem)
  writeFileSync(join(folder, 'namespace'), namespace)
  return token
}

/** Starts a replica at an address of the private network with the settings of the Deployment in the cluster. */
export async function startReplica(
  t: Cleanup,
  controlPlane: ControlPlane,
  address: string,
  options: ReplicaOptions = {},
): Promise<Replica> {
  const { args, env } = await container(controlPlane)
  const server = new URL(controlPlane.config.server)
  const daemon = startDaemon(process.execPath, [options.program ?? join(root, 'src/main.ts'), ...(options.args ?? args)], {
    cwd: '/',
    env: {
      ...env,
      KUBERNETES_SERVICE_HOST: server.hostname,
      KUBERNETES_SERVICE_PORT: server.port,
      // Each pod has a loopback interface and an address of its own; these replicas share those of the machine.
      INITLINT_HOST: address,
      INITLINT_TRY: 'off',
      ...options.env,
    },
  })
  const slice = `initlint-${address.replaceAll('.', '-')}`
  const observed = { daemon, ops: opsOf(`http://${address}:${env.INITLINT_OPS_PORT ?? '8080'}`) }
  const kill = async () => {
    await leaveService(controlPlane, slice)
    await daemon.stop('SIGKILL')
  }
  t.teardown(() => daemon.stop('SIGKILL'))
  if (options.waitUntilReady !== false) {
    await untilReady(observed)
    await joinService(controlPlane, slice, address, Number(env.INITLINT_PORT ?? '8443'))
  }
  return {
    ...observed,
    address,
    kill,
    crash: () => daemon.stop('SIGKILL'),
    leave: () => leaveService(controlPlane, slice),
    terminate: async () => {
      await leaveService(controlPlane, slice)
      // The kubelet runs the preStop hook (sleep) before SIGTERM; by then the endpoint is gone.
      await new Promise((resolve) => setTimeout(resolve, 2000))
      await daemon.stop('SIGTERM')
    },
  }
}

/** Arguments and environment of the Deployment's container, with `$(NAME)` expanded as the kubelet does. */
async function container({ mustKubectl }: ControlPlane) {
  const deployment: unknown = JSON.parse(await mustKubectl(['get', 'deployment', 'initlint', '-n', namespace, '-o', 'json']))
  const found = at(deployment, 'spec', 'template', 'spec', 'containers', 0)
  const env: Record<string, string> = { POD_NAMESPACE: namespace, POD_NAME: 'initlint-by-hand' }
  for (const entry of asArray(member(found, 'env'))) {
    const name = asString(member(asObject(entry), 'name'))
    const value = asString(member(asObject(entry), 'value'))
    if (name !== undefined && value !== undefined)
      env[name] = value.replaceAll(/\$\((\w+)\)/g, (reference, other: string) => env[other] ?? reference)
  }
  return { args: asArray(member(found, 'args')).map(String), env }
}

/** Adds an endpoint to the Service, as the endpoint slice controller does for a ready pod. */
async function joinService({ mustKubectl }: ControlPlane, slice: string, address: string, port: number): Promise<void> {
  await mustKubectl(['apply', '-f', '-'], {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name: slice, namespace, labels: { 'kubernetes.io/service-name': 'initlint' } },
    addressType: 'IPv4',
    endpoints: [{ addresses: [address], conditions: { ready: true, serving: true, terminating: false } }],
    ports: [{ name: 'webhook', port, protocol: 'TCP' }],
  })
}

async function leaveService({ mustKubectl }: ControlPlane, slice: string): Promise<void> {
  await mustKubectl(['delete', 'endpointslice', slice, '-n', namespace, '--ignore-not-found'])
}
