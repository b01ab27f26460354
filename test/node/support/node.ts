/** A node in the cell: API server, container runtime and kubelet, all of them real. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type ControlPlane, startControlPlane } from '../../cluster/support/control-plane.ts'
import { type Daemon, startDaemon } from '../../cluster/support/processes.ts'
import { binaries } from '../../cluster/support/programs.ts'
import { until } from '../../support/waiting.ts'
import { type CellPlace, must, nodeAddress } from './cell.ts'

/** The upper limit of the restart back-off in seconds; the default of KubeletConfiguration is 300. */
export const crashLoopMaxSeconds = 3

/** The sandbox image, built by the tests under the name that containerd is configured to use. */
export const pauseImage = 'registry.k8s.io/pause:3.10'

export interface Node {
  readonly controlPlane: ControlPlane
  readonly folder: string
  /** The folder with containerd's configuration of registry hosts: HOST/hosts.toml. */
  readonly hostsFolder: string
  /** Runs ctr in the containerd namespace of the kubelet. */
  ctr(...args: readonly string[]): Promise<string>
  startKubelet(): Promise<void>
  stopKubelet(): Promise<void>
  /** The end of the logs, for the message of a failed run. */
  logs(): string
}

/** What differs from the node that the tests run. */
export interface NodeOptions {
  /** The upper limit of the restart back-off in seconds; null for the default of Kubernetes. */
  readonly crashLoopMaxSeconds: number | null
  /** The path of the kubelet. */
  readonly kubelet: string
  /** The path of another API server, undefined for the one of the tests. */
  readonly apiServer: string | undefined
  /** Pods that use too much ephemeral storage are evicted. */
  readonly evictsForStorage: boolean
  /** The API server reads logs from the kubelet, as in a real cluster; the cell has no other network. */
  readonly servesLogs?: boolean
}

/** A newer API server refuses the loopback address that envtest binds it to as its public one. */
const otherFlags = { 'endpoint-reconciler-type': 'none' }

/** The node has no DNS name, which is the address that an API server tries first. */
const logFlags = { 'kubelet-preferred-address-types': 'InternalIP' }

/** The node of the tests. */
export const testNode: NodeOptions = {
  crashLoopMaxSeconds,
  kubelet: join(binaries, 'kubelet'),
  apiServer: undefined,
  evictsForStorage: false,
}

/**
 * Starts containerd and the control plane. `startKubelet` starts the kubelet after the sandbox image has been imported. Nothing needs
 * to be stopped explicitly: everything ends with the cell.
 */
export async function startNode({ folder, cgroup }: CellPlace, options: NodeOptions = testNode): Promise<Node> {
  const socket = join(folder, 'containerd.sock')
  const hostsFolder = join(folder, 'hosts')
  for (const name of ['logs', 'hosts', 'cni', 'podlogs', 'volumeplugins', 'pods']) mkdirSync(join(folder, name))
  writeFileSync(join(folder, 'containerd.toml'), containerdConfiguration(folder, socket, hostsFolder))
  startLogged(folder, 'containerd', 'containerd', ['--config', join(folder, 'containerd.toml')])
  const ctr: Node['ctr'] = (...args) => must('ctr', ['-a', socket, '-n', 'k8s.io', ...args])
  const controlPlane = await startControlPlane(
    { teardown: () => undefined },
    [],
    { ...(options.apiServer === undefined ? {} : otherFlags), ...(options.servesLogs === true && logFlags) },
    options.apiServer,
  )
  await until('containerd', async () => (await ctr('version')).includes('Server'))
  writeFileSync(join(folder, 'kubelet.yaml'), JSON.stringify(kubeletConfiguration(folder, cgroup, socket, options)))
  let kubelet: Daemon | undefined
  return {
    controlPlane,
    folder,
    hostsFolder,
    ctr,
    startKubelet: async () => {
      kubelet = startLogged(folder, 'kubelet', options.kubelet, kubeletFlags(folder, controlPlane.config.kubeconfigPath))
      await until('the kubelet', async () => (await fetch('http://127.0.0.1:10368/healthz')).ok, 180_000)
    },
    stopKubelet: async () => {
      await kubelet?.stop()
      kubelet = undefined
    },
    logs: () => ['containerd', 'kubelet'].map((name) => `== ${name}\n${tail(join(folder, 'logs', `${name}.log`))}`).join('\n'),
  }
}

/** Starts a server whose output goes to a file. */
export function startLogged(folder: string, name: string, program: string, args: readonly string[]): Daemon {
  const script = 'log=$1; shift; exec "$@" >> "$log" 2>&1'
  return startDaemon('sh', ['-c', script, 'sh', join(folder, 'logs', `${name}.log`), program, ...args])
}

function tail(path: string): string {
  return readFileSync(path, 'utf8').split('\n').slice(-40).join('\n')
}

function containerdConfiguration(folder: string, socket: string, hostsFolder: string): string {
  return `version = 2
root = "${folder}/containerd-root"
state = "${folder}/containerd-state"
[grpc]
  address = "${socket}"
[plugins."io.containerd.internal.v1.opt"]
  path = "${folder}/opt"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "${pauseImage}"
  disable_apparmor = true
  restrict_oom_score_adj = true
  [plugins."io.containerd.grpc.v1.cri".registry]
    config_path = "${hostsFolder}"
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = "${folder}/cni"
`
}

/** KubeletConfiguration: all cgroups below the cgroup of this run, no iptables, and short waits if a field allows it. */
function kubeletConfiguration(folder: string, cgroup: string, socket: string, options: NodeOptions): object {
  const { crashLoopMaxSeconds: restarts, servesLogs = false } = options
  return {
    apiVersion: 'kubelet.config.k8s.io/v1beta1',
    kind: 'KubeletConfiguration',
    failCgroupV1: false,
    cgroupDriver: 'cgroupfs',
    cgroupsPerQOS: true,
    cgroupRoot: `/${cgroup}`,
    enforceNodeAllocatable: [],
    containerRuntimeEndpoint: `unix://${socket}`,
    imageServiceEndpoint: `unix://${socket}`,
    makeIPTablesUtilChains: false,
    failSwapOn: false,
    address: servesLogs ? nodeAddress : '127.0.0.1',
    port: 10360,
    healthzBindAddress: '127.0.0.1',
    healthzPort: 10368,
    readOnlyPort: 0,
    authentication: { anonymous: { enabled: servesLogs }, webhook: { enabled: false }, x509: {} },
    authorization: { mode: 'AlwaysAllow' },
    staticPodPath: '',
    podLogsDir: join(folder, 'podlogs'),
    resolvConf: '',
    volumePluginDir: join(folder, 'volumeplugins'),
    localStorageCapacityIsolation: options.evictsForStorage,
    evictionHard: {},
    imageGCHighThresholdPercent: 100,
    featureGates: { KubeletInUserNamespace: true },
    ...(restarts !== null && { crashLoopBackOff: { maxContainerRestartPeriod: `${restarts}s` } }),
    serializeImagePulls: true,
    registryPullQPS: 0,
    // A status that has to wait because of rate limits is replaced by the next one and never becomes visible.
    kubeAPIQPS: 1000,
    kubeAPIBurst: 2000,
    // 0 means the client's default of 5 per second, which would delay events by minutes.
    eventRecordQPS: 1000,
    eventBurst: 1000,
    maxPods: 200,
  }
}

function kubeletFlags(folder: string, kubeconfig: string): readonly string[] {
  return [
    `--config=${join(folder, 'kubelet.yaml')}`,
    `--kubeconfig=${kubeconfig}`,
    `--root-dir=${join(folder, 'kubelet-root')}`,
    `--cert-dir=${join(folder, 'kubelet-certs')}`,
    '--hostname-override=node1',
    `--node-ip=${nodeAddress}`,
    '--v=2',
  ]
}
