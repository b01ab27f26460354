/** A server process with the settings of the Deployment, for tests from outside. */
import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readManifest } from '../../../src/manifest/index.ts'
import { asArray, asString, at, member } from '../../../src/model/json.ts'
import { freePort } from '../../cluster/support/processes.ts'
import { goodPair, writePair } from '../../server/support/certificates.ts'
import { type Cleanup, scratch } from '../../server/support/scratch.ts'
import { imageEnvironment } from '../../support/image-environment.ts'
import { memoryMiB } from '../../support/proc.ts'
import { until } from '../../support/waiting.ts'

const root = join(import.meta.dirname, '../../..')

/** What the server needs a cluster for; here, files replace it. */
const clusterSettings = ['INITLINT_POLICY_CONFIGMAP', 'INITLINT_TLS_SECRET', 'INITLINT_SERVICE', 'INITLINT_WEBHOOK_CONFIGURATION']

export interface Deployed {
  readonly port: number
  readonly opsPort: number
  readonly ca: string
  readonly policyFile: string
  readonly files: { readonly cert: string; readonly key: string }
  readonly child: ChildProcess
  /** The log so far, if it is read. */
  log(): string
  /** The code or the signal with which the process ended; undefined while it runs. */
  ended(): number | NodeJS.Signals | undefined
  /** Resident memory, MiB. */
  resident(): number
  /** Its largest value so far. */
  peak(): number
  metrics(): Promise<string>
  /** The status of a GET on the ops port. */
  ops(path: string): Promise<number>
}

export interface DeployedOptions {
  /** The body of the policy, without apiVersion and kind. */
  readonly policy?: string
  /** Replaces standard error, which is the log; a file descriptor. */
  readonly stderr?: number
  readonly stdout?: number
  readonly env?: Readonly<Record<string, string>>
  /** Options of Node before the program. */
  readonly node?: readonly string[]
}

/** A value in the first document of a file in manifests/base. */
function shipped(file: string, ...path: readonly (string | number)[]): unknown {
  return at(readManifest(readFileSync(join(root, 'manifests/base', file), 'utf8')).documents[0]?.value, ...path)
}

/** A value of the container in manifests/base/deployment.yaml. */
function inContainer(...path: readonly (string | number)[]): unknown {
  return shipped('deployment.yaml', 'spec', 'template', 'spec', 'containers', 0, ...path)
}

/** The environment of the container, except what names objects of a cluster. */
function deploymentEnvironment(): Readonly<Record<string, string>> {
  const pairs = asArray(inContainer('env')).map((entry) => [asString(member(entry, 'name')), asString(member(entry, 'value'))] as const)
  const values = pairs.flatMap(([name, value]) =>
    name === undefined || value === undefined || clusterSettings.includes(name) ? [] : [[name, value]],
  )
  const environment: Record<string, string> = Object.fromEntries(values)
  for (const name of ['NODE_OPTIONS', 'INITLINT_TRY'])
    if (environment[name] === undefined) throw new Error(`the Deployment does not set ${name}`)
  return environment
}

/** The time after which the API server gives up on the webhook, s (manifests/base/validating-webhook.yaml). */
export function webhookTimeout(): number {
  const seconds = shipped('validating-webhook.yaml', 'webhooks', 0, 'timeoutSeconds')
  if (typeof seconds !== 'number') throw new Error('the webhook configuration sets no timeoutSeconds')
  return seconds
}

/** How long the kubelet waits for a probe of the Deployment, ms. */
export function probeTimeout(probe: 'livenessProbe' | 'readinessProbe'): number {
  const seconds = inContainer(probe, 'timeoutSeconds')
  if (typeof seconds !== 'number') throw new Error(`the Deployment sets no timeoutSeconds in its ${probe}`)
  return seconds * 1000
}

/** The memory limit of the Deployment, MiB. */
export function memoryLimit(): number {
  const [, mebibytes] = /^(\d+)Mi$/.exec(String(inContainer('resources', 'limits', 'memory'))) ?? []
  if (mebibytes === undefined) throw new Error('the Deployment sets no memory limit in Mi')
  return Number(mebibytes)
}

/** Starts the server and waits until it is ready; killed at the end. */
export async function startDeployed(t: Cleanup, options: DeployedOptions = {}): Promise<Deployed> {
  const pair = await goodPair()
  const policy = `apiVersion: initlint.dev/v1alpha1\nkind: Policy\n${options.policy ?? 'preset: recommended\n'}`
  const directory = scratch(t, { 'policy.yaml': policy })
  const files = writePair(directory, pair)
  const policyFile = join(directory, 'policy.yaml')
  const [port, opsPort, tryPort] = [await freePort(), await freePort(), await freePort()]
  const env: Record<string, string | undefined> = {
    ...process.env,
    ...imageEnvironment(),
    ...deploymentEnvironment(),
    INITLINT_HOST: '127.0.0.1',
    INITLINT_PORT: String(port),
    INITLINT_OPS_PORT: String(opsPort),
    INITLINT_TRY_PORT: String(tryPort),
    INITLINT_TLS_CERT: files.cert,
    INITLINT_TLS_KEY: files.key,
    INITLINT_POLICY: policyFile,
    // Coverage slows the server and takes memory.
    NODE_V8_COVERAGE: undefined,
    ...options.env,
  }
  const stdio: StdioOptions = ['ignore', options.stdout ?? 'ignore', options.stderr ?? 'pipe']
  const child = spawn(process.execPath, [...(options.node ?? []), join(root, 'src/main.ts'), 'serve'], { cwd: directory, env, stdio })
  let log = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    log = (log + text).slice(-keptLog)
  })
  let end: number | NodeJS.Signals | undefined
  // At the latest with this process, also if a test times out.
  const killAtExit = (): void => void child.kill('SIGKILL')
  process.once('exit', killAtExit)
  child.once('exit', (code, signal) => {
    end = signal ?? code ?? 0
    process.off('exit', killAtExit)
  })
  t.after(async () => {
    if (end !== undefined) return
    child.kill('SIGKILL')
    await once(child, 'exit')
  })
  const ops = async (path: string) =>
    (await fetch(`http://127.0.0.1:${opsPort}${path}`, { signal: AbortSignal.timeout(opsTimeout) })).status
  await until('the server is ready', async () => {
    if (end !== undefined) throw new Error(`it ended with ${end}: ${log}`)
    return (await ops('/readyz')) === 200
  })
  return {
    port,
    opsPort,
    ca: pair.ca,
    policyFile,
    files,
    child,
    log: () => log,
    ended: () => end,
    resident: () => memoryMiB(child.pid, 'VmRSS'),
    peak: () => memoryMiB(child.pid, 'VmHWM'),
    metrics: async () => (await fetch(`http://127.0.0.1:${opsPort}/metrics`)).text(),
    ops,
  }
}

/** Starts the server for a run that is no test. */
export async function withDeployed<T>(run: (server: Deployed) => Promise<T>, options?: DeployedOptions): Promise<T> {
  const ends: (() => unknown)[] = []
  try {
    return await run(await startDeployed({ after: (end) => ends.push(end) }, options))
  } finally {
    for (const end of ends.toReversed()) await end()
  }
}

/** Waits until the process ends. @returns its code or signal */
export async function endOf({ ended }: Deployed): Promise<number | NodeJS.Signals | undefined> {
  const [end] = await until('the process ends', () => (ended() === undefined ? undefined : [ended()]))
  return end
}

/** Characters of the log that are kept. */
const keptLog = 256 * 1024
/** A probe that takes longer has failed: far more than the Deployment allows, because the machine of the tests is busy. */
const opsTimeout = 30_000
