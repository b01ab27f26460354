import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { freePort } from '../test/cluster/support/processes.ts'
import { imageEnvironment } from '../test/support/image-environment.ts'
import { cpuMs, memoryMiB } from '../test/support/proc.ts'

/** A server in a process of its own. */
export interface BenchServer {
  readonly name: 'floor' | 'initlint' | 'Pod Security'
  readonly port: number
  readonly process: ChildProcess
}

export interface Files {
  readonly cert: string
  readonly key: string
}

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

/** Starts the baseline (see floor.ts) with the same Node flags. */
export async function startFloor({ cert, key }: Files): Promise<BenchServer> {
  const port = await freePort()
  return ready({ name: 'floor', port, process: run([here('floor.ts'), String(port), cert, key]) })
}

/** Compiles initlint as for the image. */
export function buildInitlint(): void {
  execFileSync('npm', ['run', '-s', 'build'], { cwd: here('..'), stdio: 'inherit' })
}

/**
 * Starts initlint as in a cluster: compiled, with the flags and the policy of manifests/, all rules enabled, and a log line per review
 * (which is discarded).
 * @param extra more flags
 * @param policy file with another policy
 */
export async function startInitlint(
  { cert, key }: Files,
  extra: readonly string[] = [],
  policy = here('../manifests/base/policy.yaml'),
): Promise<BenchServer> {
  const [port, opsPort] = [await freePort(), await freePort()]
  const flags = ['--port', String(port), '--ops-port', String(opsPort), '--tls-cert', cert, '--tls-key', key, '--try', 'off']
  const policies = extra.includes('--policy-configmap') || !existsSync(policy) ? [] : ['--policy', policy]
  const args = [here('../dist/main.js'), 'serve', ...flags, ...policies, ...extra]
  return ready({ name: 'initlint', port, process: run(args) })
}

/** NODE_OPTIONS of the Deployment, because the memory limits determine how often Node collects garbage. */
export function nodeOptions(): string {
  const deployment = readFileSync(here('../manifests/base/deployment.yaml'), 'utf8')
  const options = /name: NODE_OPTIONS, value: "([^"]*)"/.exec(deployment)?.[1]
  if (options === undefined) throw new Error('manifests/base/deployment.yaml does not set NODE_OPTIONS')
  return options
}

function run(args: readonly string[]): ChildProcess {
  const env = { ...process.env, ...imageEnvironment(), NODE_OPTIONS: nodeOptions() }
  return spawn(process.execPath, args, { stdio: 'ignore', env })
}

/** Waits until a server answers. */
export async function ready(server: BenchServer): Promise<BenchServer> {
  for (let attempt = 0; attempt < 200; attempt++) {
    if (server.process.exitCode !== null) throw new Error(`the server ${server.name} did not start (exit code ${server.process.exitCode})`)
    // Any response will do, also a 404.
    const answers = await fetch(`https://127.0.0.1:${server.port}/`).then(
      () => true,
      (error) => /certificate|self-signed/i.test(String(error.cause)),
    )
    if (answers) return server
    await sleep(50)
  }
  throw new Error(`the server ${server.name} does not answer`)
}

/** Kills a server. */
export function end({ process: child }: BenchServer): void {
  child.kill('SIGKILL')
}

/** The resources that a process has used so far; zeros on systems without /proc. */
export interface Usage {
  readonly cpuMs: number
  /** CPU time of the main thread, which runs the event loop. */
  readonly eventLoopMs: number
  /** How long the main thread was ready to run, but had no CPU because of other processes and threads. */
  readonly delayedMs: number
  readonly residentMiB: number
}

export function usageOf({ process: { pid } }: Pick<BenchServer, 'process'>): Usage {
  try {
    return {
      cpuMs: cpuMs(pid),
      eventLoopMs: cpuMs(pid, pid),
      // Documentation/scheduler/sched-stats.rst: the second field is the time spent waiting on a runqueue, ns.
      delayedMs: Number(readFileSync(`/proc/${pid}/task/${pid}/schedstat`, 'utf8').split(' ')[1]) / 1e6,
      residentMiB: memoryMiB(pid, 'VmRSS') || 0,
    }
  } catch {
    return { cpuMs: 0, eventLoopMs: 0, delayedMs: 0, residentMiB: 0 }
  }
}
