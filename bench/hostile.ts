/**
 * `npm run bench -- --hostile`: one ordinary client next to 20 connections of a tenant who sends the init scripts that cost most.
 * Prints the latency of the ordinary client, the CPU time of all sides and the memory of the server. Nothing is asserted.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { Agent } from 'node:https'
import { availableParallelism, loadavg } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { defaultLimits } from '../src/server/bounds/limits.ts'
import { post } from '../test/support/hostile-clients.ts'
import { initSpec, reviewOfPod } from '../test/support/hostile-pods.ts'
import { quantile } from '../test/support/numbers.ts'
import { type BenchServer, usageOf } from './servers.ts'

export interface HostileOptions {
  readonly seconds: number
  readonly connections: number
}

/** The `?timeout` of the ordinary client: timeoutSeconds of manifests/base/validating-webhook.yaml. */
const timeoutSeconds = 5

/** Pause of the ordinary client between two requests, ms: it measures, and adds little load itself. */
const pause = 10

const print = (line: string): void => void process.stdout.write(`${line}\n`)

interface Measured {
  readonly seconds: number
  /** Latencies, ms. */
  readonly times: readonly number[]
  readonly failures: number
  /** CPU time, ms. */
  readonly cpu: {
    readonly eventLoop: number
    readonly delayed: number
    readonly otherThreads: number
    readonly client: number
    readonly hostile: number
  }
  /** Largest resident memory, MiB. */
  readonly peak: number
}

/** Runs the load against a server that has just started. */
export async function reportHostile(server: BenchServer, { seconds, connections }: HostileOptions): Promise<void> {
  print(
    `${connections} hostile connections for ${seconds} s, one ordinary client, ${availableParallelism()} CPUs, load average ${loadavg()[0]?.toFixed(1)}`,
  )
  const idle = usageOf(server).residentMiB
  const client = new OrdinaryClient(server)
  await client.review(true)
  await sleep(1000)
  const started = usageOf(server).residentMiB
  await measure(client, server, 3)
  print('')
  print(
    'load       requests   p50 ms   p99 ms   max ms  late  CPU of one core: event loop  (waits for a CPU)  other threads  client  hostile',
  )
  report('none', await measure(client, server, seconds / 3))
  const quiet = usageOf(server).residentMiB
  const hostile = startHostile(server, connections)
  await sleep(1000)
  const loaded = await measure(client, server, seconds, hostile)
  report('hostile', loaded)
  print(`Replies to the hostile clients by status code: ${await endHostile(hostile)}`)
  report('none', await measure(client, server, seconds / 3))
  const after = usageOf(server).residentMiB
  // The worker threads end when they are idle.
  await sleep(defaultLimits.workerIdle + 2000)
  const ended = usageOf(server).residentMiB
  const text = (value: number): string => value.toFixed(0)
  print('')
  print(
    `Memory, MiB resident: ${text(idle)} idle, ${text(started)} with a worker thread, ${text(quiet)} before the load, ` +
      `${text(loaded.peak)} at its peak, ${text(after)} after it, ${text(ended)} when the worker threads have ended`,
  )
  client.end()
}

/** Sends ordinary pods, of which each is different. */
class OrdinaryClient {
  readonly #url: string
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1, rejectUnauthorized: false })
  #number = 0

  constructor({ port }: BenchServer) {
    this.#url = `https://127.0.0.1:${port}/validate?timeout=${timeoutSeconds}s`
  }

  /** @returns whether the reply is a review */
  async review(hasScript: boolean): Promise<boolean> {
    const number = this.#number++
    const body = reviewOfPod(ordinaryPod(number, hasScript), `ordinary-${number}`, 'shop')
    return (await post(this.#url, this.#agent, body)) === 200
  }

  end(): void {
    this.#agent.destroy()
  }
}

function ordinaryPod(number: number, hasScript: boolean): object {
  const script = `set -e\nmkdir -p /data/site-${number}\ncp -r /defaults/. /data/site-${number}\nuntil nc -z db 5432; do sleep 2; done\n`
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: `ordinary-${number}` },
    spec: {
      ...initSpec(hasScript ? [script] : [], 'busybox:1.37'),
      containers: [{ name: 'web', image: `registry.example/web:${number}` }],
    },
  }
}

/** Half of the pods have an init script. */
async function measure(client: OrdinaryClient, server: BenchServer, seconds: number, hostile?: ChildProcess): Promise<Measured> {
  const usage = () => ({
    server: usageOf(server),
    hostile: hostile === undefined ? 0 : usageOf({ process: hostile }).cpuMs,
    client: process.cpuUsage(),
  })
  const before = usage()
  const times: number[] = []
  let failures = 0
  let peak = 0
  const start = performance.now()
  const sampler = setInterval(() => {
    peak = Math.max(peak, usageOf(server).residentMiB)
  }, 100)
  while (performance.now() - start < seconds * 1000) {
    const sent = performance.now()
    if (!(await client.review(times.length % 2 === 0))) failures++
    times.push(performance.now() - sent)
    await sleep(pause)
  }
  clearInterval(sampler)
  const after = usage()
  const eventLoop = after.server.eventLoopMs - before.server.eventLoopMs
  return {
    seconds: (performance.now() - start) / 1000,
    times,
    failures,
    cpu: {
      eventLoop,
      delayed: after.server.delayedMs - before.server.delayedMs,
      otherThreads: after.server.cpuMs - before.server.cpuMs - eventLoop,
      client: (after.client.user + after.client.system - before.client.user - before.client.system) / 1000,
      hostile: after.hostile - before.hostile,
    },
    peak,
  }
}

function report(name: string, { seconds, times, failures, cpu }: Measured): void {
  const latency = (share: number): string => quantile(times, share).toFixed(1).padStart(7)
  const late = times.filter((time) => time > timeoutSeconds * 1000).length + failures
  const share = (milliseconds: number, width: number): string => `${(milliseconds / seconds / 10).toFixed(0)} %`.padStart(width)
  const latencies = [latency(0.5), latency(0.99), latency(1)].join('  ')
  const cpus = [
    share(cpu.eventLoop, 27),
    share(cpu.delayed, 17),
    share(cpu.otherThreads, 13),
    share(cpu.client, 6),
    share(cpu.hostile, 7),
  ].join('  ')
  print(`${name.padEnd(9)}  ${String(times.length).padStart(8)}  ${latencies}  ${String(late).padStart(4)}  ${cpus}`)
}

function startHostile({ port }: BenchServer, connections: number): ChildProcess {
  const program = new URL('hostile-clients.ts', import.meta.url).pathname
  return spawn(process.execPath, [program, `https://127.0.0.1:${port}/validate?timeout=${timeoutSeconds}s`, String(connections)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
}

async function endHostile(hostile: ChildProcess): Promise<string> {
  let output = ''
  hostile.stdout?.on('data', (chunk) => {
    output += chunk
  })
  hostile.stdin?.end()
  await new Promise((resolve) => hostile.once('close', resolve))
  return output
}
